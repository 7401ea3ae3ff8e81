"""Webhooks that a request is sent to, and what becomes of it: nothing answers but where a Service has ready endpoints.

What a webhook would answer nobody knows who does not run it.  One that can be reached lets the request pass as it is;
of a mutating one that is said, since it is there to change requests.  One that cannot be reached fails as it would.
Mirrors apiserver's pkg/admission/plugin/webhook.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.cluster.admission.matching import matches
from kubesim.cluster.webhook_address import unreachable, url_of
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def called(kind: str, attributes: Attributes, client: Client) -> Iterator[str]:
    """The names of the webhooks of a kind of configuration that are called and can be reached, in order.

    StatusError InternalError where one that cannot be reached is not to be ignored.
    """
    for configuration in client.list(kind):
        for hook in configuration.get("webhooks") or ():
            if not _is_called(hook, attributes, client):
                continue
            why = unreachable(hook["clientConfig"], client)
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
    url = f"{url_of(hook['clientConfig'])}?timeout={hook.get('timeoutSeconds', 10)}s"
    post = f"failed to call webhook: Post {quote(url)}: {why}"
    return errors.internal_error(f"failed calling webhook {quote(hook['name'])}: {post}")
