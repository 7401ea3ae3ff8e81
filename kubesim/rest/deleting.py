"""Deletions of one object or of many. Mirrors apiserver's handlers/delete.go and the generic Store's Delete."""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import key_of
from kubesim.cluster import Client
from kubesim.rest import rendering
from kubesim.rest.listing import Listed, listed
from kubesim.rest.options import delete_options
from kubesim.rest.statuses import deleted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.rest.call import Call
    from kubesim.rest.negotiation import Form
    from kubesim.rest.options import DeleteOptions
    from kubesim.rest.request import Answer

#: Kinds of which the last version is shown when it is gone. Mirrors ReturnDeletedObject.
_SHOWN = frozenset(
    (
        *("Namespace", "PersistentVolume", "PersistentVolumeClaim", "Pod", "PodTemplate", "ResourceQuota", "Service"),
        *("ServiceAccount", "DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice", "CSIDriver"),
        *("CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"),
    )
)


def deleted_one(call: Call, form: Form) -> Answer:
    """What is left of an object: its last version, or a Status."""
    options = delete_options(call)
    last = _delete(call, options, call.namespace, call.name)
    is_gone = "deletionTimestamp" not in last["metadata"] or not _is_there(call, options, last)
    if not is_gone or call.names.key in _SHOWN:
        return rendering.one(call, form, call.client.kinds.in_version(last, call.names.api_version))
    meta = last["metadata"]
    return rendering.status(form, deleted(call.names, meta["name"], meta["uid"]))


def _is_there(call: Call, options: DeleteOptions, last: Obj) -> bool:
    """Whether the object that is deleted is still there: in a dry run, whether it would be."""
    return options.dry_run or call.client.dry_run or call.client.find(*key_of(last)) is not None


def _delete(call: Call, options: DeleteOptions, namespace: str, name: str) -> Obj:
    key = call.names.key
    client = Client(call.client.cluster, call.client.context._replace(dry_run=options.dry_run or call.client.dry_run))
    if options.resource_version or options.uid:
        meta = client.get(key, namespace, name)["metadata"]
        require_preconditions(call.names.kind, call.names.group, meta, options.uid, options.resource_version)
    return client.delete(
        key,
        namespace,
        name,
        propagation=options.propagation,
        grace=options.grace,
    )


def require_preconditions(kind: str, group: str, meta: Obj, uid: str, version: str) -> None:
    """StatusError Conflict for another object, or version, than what is to be deleted. Mirrors BeforeDelete."""
    name, present = meta["name"], meta["resourceVersion"]
    if uid and uid != meta["uid"]:
        why = f"the UID in the precondition ({uid}) does not match the UID in record ({meta['uid']}). "
        raise errors.conflict(kind, group, name, f"{why}The object might have been deleted and then recreated")
    if version and version != present:
        why = f"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record "
        raise errors.conflict(kind, group, name, f"{why}({present}). The object might have been modified")


def deleted_collection(call: Call, form: Form) -> Answer:
    """The objects that were to be deleted, as they were before."""
    options = delete_options(call)
    found = listed(call, "deletecollection")
    places = [(obj["metadata"].get("namespace", ""), obj["metadata"]["name"]) for obj in found.items]
    last = [_delete(call, options, namespace, name) for namespace, name in places]
    shown = [call.client.kinds.in_version(obj, call.names.api_version) for obj in last]
    return rendering.many(call, form, Listed(shown, found.meta))
