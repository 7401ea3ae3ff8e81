"""Deletions of one object or of many. Mirrors apiserver's handlers/delete.go and the generic Store's Delete."""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import key_of
from kubesim.cluster import Client
from kubesim.cluster.preconditions import MODIFIED
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
    if options.resource_version:
        _require_version(call, options, client.get(key, namespace, name))
    return client.delete(
        key,
        namespace,
        name,
        propagation=options.propagation,
        grace=options.grace,
        uid=options.uid or None,
    )


def _require_version(call: Call, options: DeleteOptions, present: Obj) -> None:
    """StatusError Conflict for another version than the one that is to be deleted."""
    if present["metadata"]["resourceVersion"] != options.resource_version:
        raise errors.conflict(call.names.plural, call.names.group, present["metadata"]["name"], MODIFIED)


def deleted_collection(call: Call, form: Form) -> Answer:
    """The objects that were to be deleted, as they were before."""
    options = delete_options(call)
    found = listed(call, "deletecollection")
    places = [(obj["metadata"].get("namespace", ""), obj["metadata"]["name"]) for obj in found.items]
    last = [_delete(call, options, namespace, name) for namespace, name in places]
    shown = [call.client.kinds.in_version(obj, call.names.api_version) for obj in last]
    return rendering.many(call, form, Listed(shown, found.meta))
