"""Where a webhook is, of admission or of conversion, and why it cannot be reached. Mirrors pkg/util/webhook."""

from __future__ import annotations

from kubesim.api.meta import labels_of
from kubesim.api.well_known import LABEL_SERVICE_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Reader

_HTTPS = 443


def url_of(config: Obj) -> str:
    """The address of a clientConfig."""
    if "url" in config:
        url = str(config["url"])
        return url if "/" in url.removeprefix("https://") else f"{url}/"
    service = config["service"]
    path = (service.get("path") or "/").lstrip("/")
    return f"https://{service['name']}.{service['namespace']}.svc:{service.get('port', _HTTPS)}/{path}"


def unreachable(config: Obj, client: Reader) -> str:
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
