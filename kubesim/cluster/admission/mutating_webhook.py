"""The plugin MutatingAdmissionWebhook. Mirrors apiserver's pkg/admission/plugin/webhook/mutating.

What the other plugins would make of a changed object, upstream's second round, is not asked of them again; webhooks
that want to be asked again are.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.decode import DecodeError, decode_into
from kubesim.api.patch.operations import apply_operations
from kubesim.api.patch.problem import PatchError
from kubesim.api.schema import type_of
from kubesim.cluster.admission.webhooks import Called, call, called
from kubesim.golang.base64 import decode
from kubesim.golang.json import loads
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def admit(attributes: Attributes, client: Client) -> None:
    """Let the webhooks change the request's object, in place; StatusError where one denies it or cannot be called.

    Each of which it is not known what it changes is warned of.
    """
    asked: list[Called] = []
    again: list[Called] = []
    for found in called("MutatingWebhookConfiguration", attributes, client):
        if _change(found, attributes, client):
            again += [other for other in asked if other not in again]
        if found.hook.get("reinvocationPolicy") == "IfNeeded":
            asked.append(found)
    for other in again:
        found_again = call(other.hook, attributes, client)
        if found_again is not None:
            _change(found_again, attributes, client)


def _change(found: Called, attributes: Attributes, client: Client) -> bool:
    """Let one webhook change the object; whether it did."""
    name = found.hook["name"]
    if found.response is None:
        client.warn(f'kubesim does not know what the mutating webhook "{name}" changes, and lets it change nothing')
        return False
    patch = found.response.get("patch")
    operations = loads(decode(patch).decode()) if patch else []
    if not operations:
        return False
    if attributes.obj is None:
        what = "attempted to modify the object, which is not supported for this operation"
        raise errors.internal_error(f"admission webhook {quote(name)} {what}")
    new = client.kinds.stored(_patched(client.kinds.in_version(attributes.obj, found.version), operations))
    client.kinds.load(attributes.names.key).default(new)
    is_other = new != attributes.obj
    attributes.obj.clear()
    attributes.obj.update(new)
    return is_other


def _patched(obj: Obj, operations: list[Obj]) -> Obj:
    """The object with a JSON patch applied, and decoded again; StatusError InternalError."""
    try:
        patched: Obj = apply_operations(obj, operations)
        if type_of(obj["apiVersion"], obj["kind"]) is None:
            return patched
        return decode_into(patched, obj["apiVersion"], obj["kind"]).obj
    except (PatchError, DecodeError) as error:
        raise errors.internal_error(str(error)) from None
