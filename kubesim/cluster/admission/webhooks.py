"""Webhooks that a request is sent to, and what they answer.

What a webhook would answer nobody knows who does not run it.  One that can be reached, and whose program is not known,
lets the request pass as it is.  One that cannot be reached fails as it would.
Mirrors apiserver's pkg/admission/plugin/webhook.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.identity import hex_digest
from kubesim.cluster.admission import CONNECT, DELETE
from kubesim.cluster.admission.activation import request_of
from kubesim.cluster.admission.matching import matched_version
from kubesim.cluster.webhook_address import unreachable, url_of
from kubesim.golang.quoting import quote
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

_VERSIONS = ("v1", "v1beta1")  # of AdmissionReviews
_USUAL_TIMEOUT = 10  # seconds
_LEAST_ERROR = 400
_WITHOUT_EFFECTS = ("None", "NoneOnDryRun")


class Called(NamedTuple):
    """A webhook that a request was sent to in a version (``apps/v1``).

    ``response`` is that of its AdmissionReview, None where nobody knows what it answers.
    """

    hook: Obj
    version: str
    response: Obj | None


def called(kind: str, attributes: Attributes, client: Client) -> Iterator[Called]:
    """The webhooks of a kind of configuration that are called and allow the request, one after the other.

    StatusError where one denies it; InternalError where one that cannot be called is not to be ignored.
    """
    for configuration in client.list(kind):
        for hook in configuration.get("webhooks") or ():
            found = call(hook, attributes, client)
            if found is not None:
                yield found


def call(hook: Obj, attributes: Attributes, client: Client) -> Called | None:
    """Call a webhook; None where it is not called, or where it fails and that is to be ignored. StatusError."""
    version = _called_version(hook, attributes, client)
    if not version:
        return None
    if client.dry_run and hook.get("sideEffects") not in _WITHOUT_EFFECTS:
        raise errors.bad_request(f"admission webhook {quote(hook['name'])} does not support dry run")
    try:
        response = _response(hook, attributes, client, version)
    except _CallError as error:
        if hook.get("failurePolicy") == "Ignore":
            return None
        raise errors.internal_error(f"failed calling webhook {quote(hook['name'])}: {error}") from None
    for warning in (response or {}).get("warnings") or ():
        client.warn(warning)
    if response is not None and not response.get("allowed"):
        raise _denial(hook, response.get("status") or {})
    return Called(hook, version, response)


class _CallError(Exception):
    """A webhook cannot be called, or answers what it may not. Mirrors ErrCallingWebhook."""


def _called_version(hook: Obj, attributes: Attributes, client: Client) -> str:
    """The version in which a webhook is sent the request, empty if it is not called. Mirrors ShouldCallHook.

    StatusError Forbidden where conditions fail that the webhook does not ignore.
    """
    version = matched_version(
        attributes,
        client,
        hook.get("rules") or (),
        namespace_selector=hook.get("namespaceSelector"),
        object_selector=hook.get("objectSelector"),
        match_policy=hook.get("matchPolicy", "Equivalent"),
    )
    if not version or not hook.get("matchConditions"):
        return version
    from kubesim.cluster.admission.match_conditions import matches_conditions

    holds = matches_conditions(hook["matchConditions"], attributes, client)
    if not isinstance(holds, str):
        return version if holds else ""
    if hook.get("failurePolicy") == "Ignore":
        return ""
    raise errors.forbidden(attributes.names.plural, attributes.names.group, attributes.name, holds)


def _response(hook: Obj, attributes: Attributes, client: Client, version: str) -> Obj | None:
    """What a webhook answers, None where that is not known; _CallError."""
    config, seconds = hook["clientConfig"], hook.get("timeoutSeconds", _USUAL_TIMEOUT)
    review = _review(hook, attributes, client, version)
    found: Obj | str | None = unreachable(config, client)
    if not found and client.cluster.call_webhook is not None:
        found = client.cluster.call_webhook(client.cluster, config, review, seconds)
    if not found:
        return None
    if isinstance(found, str):
        url = quote(f"{url_of(config)}?timeout={seconds}s")
        raise _CallError(f"failed to call webhook: Post {url}: {found}")
    why = _problem(review, found)
    if why:
        raise _CallError(f"received invalid webhook response: {why}")
    response: Obj = found["response"]
    return response


def _review(hook: Obj, attributes: Attributes, client: Client, version: str) -> Obj:
    """Mirrors CreateAdmissionObjects; _CallError."""
    sent = next((one for one in hook["admissionReviewVersions"] if one in _VERSIONS), "")
    if not sent:
        why = "webhook does not accept known AdmissionReview versions (v1, v1beta1)"
        raise _CallError(f"could not create admission objects: {why}")
    request = request_of(attributes, client)
    kind, resource = request["kind"], request["resource"]
    if attributes.operation != CONNECT and not attributes.subresource:
        kind, resource = ({**one, "version": version.rpartition("/")[2]} for one in (kind, resource))
    head = client.cluster.head
    serial = hex_digest(client.cluster.seed, f"{head['resourceVersion']}/{hook['name']}/{attributes.name}", 32)
    uid = "-".join((serial[:8], serial[8:12], serial[12:16], serial[16:20], serial[20:]))
    objects = {"object": attributes.obj, "oldObject": attributes.old}
    versioned = {key: _in_version(obj, attributes, client, version) for key, obj in objects.items()}
    if attributes.operation == DELETE:
        versioned["object"] = None
    request = {"uid": uid, **request, "kind": kind, "resource": resource, **versioned}
    return {"apiVersion": f"admission.k8s.io/{sent}", "kind": "AdmissionReview", "request": request}


def _in_version(obj: Obj | None, attributes: Attributes, client: Client, version: str) -> Obj | None:
    if obj is None or attributes.operation == CONNECT or obj["apiVersion"] == version:
        return obj
    return client.kinds.in_version(obj, version)


def _problem(review: Obj, found: Obj) -> str:
    """What is wrong with an answer. Mirrors VerifyAdmissionResponse, as far as all webhooks have it in common."""
    response = found.get("response")
    if not isinstance(response, dict):
        return "webhook response was absent"
    if review["apiVersion"] != "admission.k8s.io/v1":
        return ""
    uid, got = review["request"]["uid"], response.get("uid", "")
    if got != uid:
        return f"expected response.uid={quote(uid)}, got {quote(got)}"
    kind = (found.get("apiVersion", ""), found.get("kind", ""))
    if kind != (review["apiVersion"], review["kind"]):
        shown = f"{kind[0]}, Kind={kind[1]}"
        return f"expected webhook response of {review['apiVersion']}, Kind=AdmissionReview, got {shown}"
    return ""


def _denial(hook: Obj, status: Obj) -> errors.StatusError:
    """Mirrors webhook/errors.ToStatusErr."""
    why = status.get("message") or status.get("reason")
    denied = f"admission webhook {quote(hook['name'])} denied the request"
    code = max(_LEAST_ERROR, int(status.get("code") or 0))
    message = f"{denied}: {why}" if why else f"{denied} without explanation"
    return errors.StatusError(status.get("reason", ""), message, code)
