"""Webhooks that a request is sent to, and what becomes of it: nothing answers but where a Service has ready endpoints.

What a webhook would answer nobody knows who does not run it.  One that can be reached lets the request pass as it is;
of a mutating one that is said, since it is there to change requests.  One that cannot be reached fails as it would.
Mirrors apiserver's pkg/admission/plugin/webhook.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import labels_of
from kubesim.api.well_known import LABEL_SERVICE_NAME
from kubesim.cluster.admission.matching import matches
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client
    from kubesim.kinds.base import Reader

_HTTPS = 443


def called(kind: str, attributes: Attributes, client: Client) -> Iterator[str]:
    """The names of the webhooks of a kind of configuration that are called and can be reached, in order.

    StatusError InternalError where one that cannot be reached is not to be ignored.
    """
    for configuration in client.list(kind):
        for hook in configuration.get("webhooks") or ():
            if not _is_called(hook, attributes, client):
                continue
            why = _unreachable(hook["clientConfig"], client)
            if not why:
                yield hook["name"]
            elif hook.get("failurePolicy") != "Ignore":
                raise _failure(hook, why)


def _is_called(hook: Obj, attributes: Attributes, client: Client) -> bool:
    """Mirrors ShouldCallHook: StatusError Forbidden where conditions fail that the webhook does not ignore."""
    is_meant = matches(
        attributes,
        client,
        hook.get("rules") or (),
        namespace_selector=hook.get("namespaceSelector"),
        object_selector=hook.get("objectSelector"),
        match_policy=hook.get("matchPolicy", "Equivalent"),
    )
    if not is_meant or not hook.get("matchConditions"):
        return is_meant
    from kubesim.cluster.admission.match_conditions import matches_conditions

    holds = matches_conditions(hook["matchConditions"], attributes, client)
    if not isinstance(holds, str):
        return holds
    if hook.get("failurePolicy") == "Ignore":
        return False
    raise errors.forbidden(attributes.names.plural, attributes.names.group, attributes.name, holds)


def _failure(hook: Obj, why: str) -> errors.StatusError:
    """Mirrors ErrCallingWebhook."""
    url = f"{_url(hook['clientConfig'])}?timeout={hook.get('timeoutSeconds', 10)}s"
    post = f"failed to call webhook: Post {quote(url)}: {why}"
    return errors.internal_error(f"failed calling webhook {quote(hook['name'])}: {post}")


def _url(config: Obj) -> str:
    if "url" in config:
        url = str(config["url"])
        return url if "/" in url.removeprefix("https://") else f"{url}/"
    service = config["service"]
    path = (service.get("path") or "/").lstrip("/")
    return f"https://{service['name']}.{service['namespace']}.svc:{service.get('port', _HTTPS)}/{path}"


def _unreachable(config: Obj, client: Reader) -> str:
    """Why a webhook cannot be reached, "" if it can. Mirrors ResolveCluster, and kube-proxy behind it."""
    if "url" in config:
        host = str(config["url"]).removeprefix("https://").partition("/")[0].partition(":")[0]
        return f"dial tcp: lookup {host}: no such host"
    reference = config["service"]
    name, namespace, port = reference["name"], reference["namespace"], reference.get("port", _HTTPS)
    service = client.find("Service", namespace, name)
    if service is None:
        return f'service "{name}" not found'
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        return f"dial tcp: lookup {spec.get('externalName', '')}: no such host"
    if not any(entry["port"] == port for entry in spec.get("ports") or ()):
        return f'no service port {port} found for service "{name}"'
    if _has_endpoints(client, namespace, name):
        return ""
    address = spec.get("clusterIP", "")
    if address in ("", "None"):
        return f"dial tcp: lookup {name}.{namespace}.svc: no such host"
    return f"dial tcp {address}:{port}: connect: connection refused"


def _has_endpoints(client: Reader, namespace: str, name: str) -> bool:
    """Whether somebody behind the Service is ready."""
    return any(
        (endpoint.get("conditions") or {}).get("ready", True)
        for found in client.list("EndpointSlice", namespace)
        if labels_of(found).get(LABEL_SERVICE_NAME) == name
        for endpoint in found.get("endpoints") or ()
    )
