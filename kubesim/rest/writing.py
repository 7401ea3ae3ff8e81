"""Creates, updates and patches of objects and of their parts.

Mirrors apiserver's endpoints/handlers and the generic Store.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api import fields
from kubesim.api.key_order import patch_complaints
from kubesim.cluster import requests
from kubesim.errors import StatusError
from kubesim.rest import rendering
from kubesim.rest.bodies import content_type_of, json_text, object_in, unsupported
from kubesim.rest.options import check_write_options
from kubesim.rest.statuses import no_such_resource, other_namespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.rest.call import Call
    from kubesim.rest.negotiation import Form
    from kubesim.rest.request import Answer

APPLY = "application/apply-patch+yaml"
_PATCHES = {media_type: kind for kind, media_type in requests.MEDIA_TYPES.items()}
_ACCEPTED = ("application/json-patch+json", "application/merge-patch+json", APPLY)
_MOST_OPERATIONS = 10_000
_STRATEGIC = "application/strategic-merge-patch+json"

#: Kinds of which an update makes a new object. Mirrors AllowCreateOnUpdate.
_CREATED_ON_UPDATE = frozenset(
    (
        *("Lease", "Endpoints", "Event", "LimitRange", "Service", "RuntimeClass"),
        *("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
    )
)
#: Kinds of which an update must say what it is made from. Mirrors AllowUnconditionalUpdate.
_CONDITIONAL = frozenset(
    (
        *("MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration"),
        *("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"),
        *("Lease", "RuntimeClass", "PodDisruptionBudget", "CSIDriver", "CSINode", "CSIStorageCapacity"),
        *("VolumeAttachment", "CustomResourceDefinition", "APIService"),
    )
)


def created(call: Call, form: Form) -> Answer:
    """The object that a POST makes."""
    check_write_options(call.request, "CreateOptions")
    obj = object_in(call.request, call.names.api_version, call.names.kind, is_custom=call.names.is_custom)
    obj, text = in_place(call, obj), json_text(call.request)
    new = requests.create(call.client, obj, validation=call.validation, text=text, refuses_version=True)
    return rendering.one(call, form, new, 201)


def updated(call: Call, form: Form) -> Answer:
    """The object that a PUT leaves, or the part of it that is asked for."""
    check_write_options(call.request, "UpdateOptions")
    version, kind = _type_of_part(call)
    is_custom = call.names.is_custom and version == call.names.api_version
    obj = in_place(call, object_in(call.request, version, kind, is_custom=is_custom))
    name, text = obj["metadata"].get("name") or "", json_text(call.request)
    if not name:
        why = f"the name of the object ({call.name} based on URL) was undeterminable: name must be provided"
        raise errors.bad_request(why)
    if name != call.name:
        raise errors.bad_request(f"the name of the object ({name}) does not match the name on the URL ({call.name})")
    if call.client.find(call.names.key, call.namespace, call.name) is None and not call.subresource:
        if call.names.key not in _CREATED_ON_UPDATE:
            call.client.authorize("update", call.names.key, call.namespace, call.name)
            raise errors.not_found(call.names.plural, call.names.group, call.name)
        return rendering.one(call, form, requests.create(call.client, obj, validation=call.validation, text=text), 201)
    if call.subresource:
        call.client.authorize("update", call.names.key, call.namespace, call.name, call.subresource)
        if call.subresource == "status":
            _require_condition(call, obj)
        part = requests.replace_part(call.client, call.names, obj, call.subresource, validation=call.validation)
        return rendering.one(call, form, part)
    _require_condition(call, obj)
    return rendering.one(call, form, requests.replace(call.client, obj, validation=call.validation, text=text))


def _require_condition(call: Call, obj: Obj) -> None:
    """StatusError Invalid for an update that does not say of which version it is, where that is asked."""
    meta, is_custom = obj["metadata"], "." in call.names.key
    if meta.get("resourceVersion") not in (None, "", "0") or not (is_custom or call.names.key in _CONDITIONAL):
        return
    present = call.client.find(call.names.key, call.namespace, call.name)
    if present is not None and meta.get("uid") not in (None, "", present["metadata"]["uid"]):
        return  # which is refused first
    cause = fields.invalid("metadata.resourceVersion", 0, "must be specified for an update").cause()
    raise errors.invalid(call.names.plural, call.names.group, call.name, (cause,))


def _type_of_part(call: Call) -> tuple[str, str]:
    """The version and the kind of what is written: the object, or its Scale."""
    if call.subresource == "scale":
        return "autoscaling/v1", "Scale"
    return call.names.api_version, call.names.kind


def in_place(call: Call, obj: Obj) -> Obj:
    """The object in the namespace of the path. Mirrors EnsureObjectNamespaceMatchesRequestNamespace."""
    meta = dict(obj.get("metadata") or {})
    if call.names.namespaced:
        if meta.get("namespace") and meta["namespace"] != call.namespace:
            raise other_namespace()
        meta["namespace"] = call.namespace
    elif call.names.key != "Namespace" or not meta.get("namespace"):
        meta.pop("namespace", None)
    return {**obj, "metadata": meta}


def patched(call: Call, form: Form) -> Answer:
    """The object that a PATCH leaves, or the part of it that is asked for."""
    media_type = content_type_of(call.request)
    is_custom = "." in call.names.key
    accepted = _ACCEPTED if is_custom else (*_ACCEPTED[:2], _STRATEGIC, _ACCEPTED[2])
    if media_type not in accepted:
        # What a custom resource may be patched with is for its own handler to say.
        if is_custom:
            raise unsupported(", ".join(accepted))
        raise StatusError("UnsupportedMediaType", "415: Unsupported Media Type", 415)
    check_write_options(call.request, "PatchOptions", patch_type=media_type)
    if media_type == APPLY:
        return _applied(call, form)
    if call.subresource:
        call.client.authorize("patch", call.names.key, call.namespace, call.name, call.subresource)
    kind = _PATCHES[media_type]
    text = call.request.body.decode(errors="replace")
    body = requests.read_patch(kind, text)
    if kind == requests.JSON and isinstance(body, list) and len(body) > _MOST_OPERATIONS:
        limit = f"The allowed maximum operations in a JSON patch is {_MOST_OPERATIONS}, got {len(body)}"
        raise StatusError("RequestEntityTooLarge", f"Request entity too large: {limit}", 413)
    new = requests.patch(
        call.client,
        call.names,
        call.namespace,
        call.name,
        kind,
        body,
        validation=call.validation,
        subresource=call.subresource,
        wrong=() if call.validation == "Ignore" else patch_complaints(kind, text),
    )
    return rendering.one(call, form, new)


def _applied(call: Call, form: Form) -> Answer:
    config = _config(call)
    is_there = call.client.find(call.names.key, call.namespace, call.name) is not None
    if call.subresource and not is_there:
        raise errors.not_found(call.names.plural, call.names.group, call.name)
    if call.subresource == "scale":
        raise no_such_resource()
    _judge_repeated_keys(call)
    new = requests.apply(
        call.client,
        config,
        call.request.parameter("fieldManager"),
        force=call.request.flag("force"),
        validation=call.validation,
        subresource=call.subresource,
    )
    return rendering.one(call, form, new, 200 if is_there else 201)


def _judge_repeated_keys(call: Call) -> None:
    """Warn of keys that a configuration has twice; StatusError BadRequest under Strict."""
    if call.validation == "Ignore":
        return
    from kubesim.golang.yaml.repeated_keys import repeated_keys

    repeated = list(repeated_keys(call.request.body.decode(errors="replace")))
    if repeated and call.validation == "Strict":
        lines = "".join(f"\n  {line}" for line in repeated)
        why = f"error converting YAML to JSON: yaml: unmarshal errors:{lines}"
        raise errors.bad_request(f"error strict decoding YAML: {why}")
    for line in repeated:
        call.client.warn(line)


def _config(call: Call) -> Obj:
    """The configuration that is applied; StatusError BadRequest for one of another object."""
    from kubesim.errors import UserError
    from kubesim.golang.yaml.reader import load_document

    try:
        config = load_document(call.request.body.decode(errors="replace"))
    except UserError as error:
        raise errors.bad_request(f"error decoding YAML: {error.message}") from error
    if config is None:
        config = {}
    if not isinstance(config, dict):
        from kubesim.api.custom_types import kind_of

        mismatch = f"json: cannot unmarshal {kind_of(config)} into Go value of type map[string]interface {{}}"
        why = f"error unmarshaling JSON: while decoding JSON: {mismatch}"
        raise errors.bad_request(f"error decoding YAML: {why}")
    version, kind = str(config.get("apiVersion") or ""), config.get("kind") or ""
    if (version, kind) != (call.names.api_version, call.names.kind):
        if version.count("/") > 1:
            version, kind = "", ""
        shown = version if "/" in version else f"/{version}"
        raise errors.bad_request(f"invalid object type: {shown}, Kind={kind}")
    meta = config.get("metadata") or {}
    name = meta.get("name") or call.name
    if name != call.name:
        raise errors.bad_request(f"the name of the object ({name}) does not match the name on the URL ({call.name})")
    return in_place(call, {**config, "metadata": {**meta, "name": name}})
