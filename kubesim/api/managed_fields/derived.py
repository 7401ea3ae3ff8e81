"""Managed fields of what the cluster itself writes, worked out when they are asked for.

A real API server records the owners of fields at every write.  Here that is done for clients' writes alone: what
controllers create, and statuses, change too often, and their owners follow from the object itself.
"""

from __future__ import annotations

from kubesim.api.managed_fields import APPLY, UPDATE, added_fields, status_fields, updated
from kubesim.api.managed_fields.paths import decode_fields, encode_fields
from kubesim.api.meta import Obj, dig, with_metadata
from kubesim.api.schema import type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.managed_fields.paths import Paths
    from kubesim.api.managed_fields.schema_types import ResourceType

#: The words of an object, by their places (through lists), on whose value it depends who owns what. Owners that are
#: there count as well; of other words only where they are, and the order of instants and of keys of lists.
DECISIVE = (("apiVersion",), ("kind",), ("status", "phase"), ("status", "conditions", "type"))

CONTROLLERS, KUBELET, SERVER = "kube-controller-manager", "kubelet", "kube-apiserver"

_MAKERS = {"Namespace": SERVER, "Service": SERVER, "Node": KUBELET}
_STATUS_WRITERS = {"Pod": KUBELET, "Node": KUBELET, "CustomResourceDefinition": SERVER}
_WITHOUT_STATUS_WRITER = ("Namespace", "Service")

# Annotations that the deployment controller writes along with the status.
_REVISIONS = "deployment.kubernetes.io/"
# What a status has from its creation, a pod's also from its binding.
_NOT_BY_WRITER = {
    "Pod": frozenset(("f:qosClass", 'k:{"type":"PodScheduled"}')),
    "PersistentVolume": frozenset(("f:lastPhaseTransitionTime",)),
    "CustomResourceDefinition": frozenset(("f:storedVersions",)),
}
_BOUND = ("f:spec", "f:nodeName")  # binding is noted for nobody


def updated_by_client(
    old: Obj | None,
    new: Obj,
    manager: str,
    subresource: str,
    now: str,
    schema_type: ResourceType | None = None,
) -> list[Obj] | None:
    """The owners worth keeping of ``new`` after a client's write; ``old`` is None of a created object.

    Owners that the client itself wrote down count before those that were there.
    """
    known = old if old is None else _with_given(with_derived(old), old, new)
    changed = updated(known, new, manager, subresource=subresource, now=now, schema_type=schema_type)
    entries = without_derived(changed)["metadata"]
    return entries.get("managedFields")  # type: ignore[no-any-return]


def _with_given(known: Obj, old: Obj, new: Obj) -> Obj:
    """The object that is there with the owners that a client gives it. Mirrors decodeLiveOrNew.

    An empty list, or a single empty entry, takes all of them away; entries that nobody can read are let be.
    """
    given = new["metadata"].get("managedFields")
    if given is None or given == old["metadata"].get("managedFields"):
        return known
    if given in ([], [{}]):
        return with_metadata(known, managedFields=None)
    return with_metadata(known, managedFields=given) if all(map(_is_readable, given)) else known


def _is_readable(entry: Obj) -> bool:
    """Whether an entry says whose fields it has, and how. Mirrors DecodeManagedFields."""
    is_of_write = entry.get("operation") in (APPLY, UPDATE) and bool(entry.get("apiVersion"))
    return is_of_write and entry.get("fieldsType") == "FieldsV1" and "fieldsV1" in entry


def is_cleared(obj: Obj) -> bool:
    """Whether somebody has taken away the owners of the object's fields: nothing is noted until it is applied."""
    return bool(obj["metadata"].get("managedFields") == [])


def with_derived(obj: Obj) -> Obj:
    """The object with the managedFields that a real one would have."""
    if is_cleared(obj):
        return with_metadata(obj, managedFields=None)
    entries = [entry for entry in obj["metadata"].get("managedFields") or () if not _is_derived(obj, entry)]
    if not entries:
        entries = [_entry(obj, _maker_of(obj), _made_fields(obj), obj["metadata"].get("creationTimestamp", ""))]
    status = _status_entry(obj, entries)
    entries += [status] if status else []
    entries.sort(key=lambda entry: (entry["operation"], entry.get("time", ""), entry["manager"]))
    return with_metadata(obj, managedFields=entries)


def without_derived(obj: Obj) -> Obj:
    """The object with the managedFields that are worth keeping; an empty list says that there are none at all."""
    given = obj["metadata"].get("managedFields")
    entries = [entry for entry in given or () if not _is_derived(obj, entry)]
    return with_metadata(obj, managedFields=entries or (None if given else []))


def _is_derived(obj: Obj, entry: Obj) -> bool:
    """Whether an entry follows from the object. Nothing that a client writes alone does: a custom resource's status."""
    if not _has_controllers(obj):
        return False
    return entry.get("subresource") == "status" and entry["manager"] == _status_writer_of(obj)


def _has_controllers(obj: Obj) -> bool:
    return type_of(obj["apiVersion"], obj["kind"]) is not None


def _maker_of(obj: Obj) -> str:
    if obj["kind"] == "Event":
        return str(obj.get("reportingComponent") or dig(obj, "source", "component", default=CONTROLLERS))
    return _MAKERS.get(obj["kind"], CONTROLLERS)


def _status_writer_of(obj: Obj) -> str:
    return _STATUS_WRITERS.get(obj["kind"], CONTROLLERS)


def _made_fields(obj: Obj) -> Paths:
    """What was there from the beginning: all but the status, and what controllers keep beside it."""
    is_deployment = obj["kind"] == "Deployment"
    if obj["kind"] == "Namespace":  # its finalizers are given to it after that
        return frozenset(path for path in added_fields(obj) if path[0] != "f:spec")
    return frozenset(
        path for path in added_fields(obj) if path != _BOUND and not (is_deployment and _is_revision(path))
    )


def _is_revision(path: tuple[str, ...]) -> bool:
    return len(path) == 3 and path[1] == "f:annotations" and path[2].startswith(f"f:{_REVISIONS}")


def _status_entry(obj: Obj, others: list[Obj]) -> Obj | None:
    if not obj.get("status") or obj["kind"] in _WITHOUT_STATUS_WRITER or not _has_controllers(obj):
        return None
    taken = [decode_fields(entry["fieldsV1"]) for entry in others if entry.get("subresource") == "status"]
    fields = status_fields(obj).difference(*taken)
    others_fields = _NOT_BY_WRITER.get(obj["kind"], frozenset())
    if obj["kind"] == "Pod" and obj["status"].get("phase") == "Pending":  # as it was created
        others_fields |= {"f:phase"}
    fields = frozenset(path for path in fields if not others_fields.intersection(path))
    if not fields or (obj["kind"] == "PersistentVolumeClaim" and obj["status"].get("phase") == "Pending"):
        return None
    if obj["kind"] == "Deployment":
        owned = added_fields(obj)
        fields |= frozenset(path for path in owned if _is_revision(path))
        if any(map(_is_revision, owned)):
            fields |= {("f:metadata", "f:annotations")}
    return _entry(obj, _status_writer_of(obj), fields, _last_change(obj), "status")


def _last_change(obj: Obj) -> str:
    """When the status changed last, as far as its conditions show."""
    made: list[str] = [obj["metadata"].get("creationTimestamp", "")]
    for condition in dig(obj, "status", "conditions", default=()):
        made += [condition.get(field) or "" for field in ("lastTransitionTime", "lastUpdateTime")]
    return max(made)


def _entry(obj: Obj, manager: str, fields: Paths, time: str, subresource: str = "") -> Obj:
    entry = {
        "apiVersion": obj["apiVersion"],
        "fieldsType": "FieldsV1",
        "fieldsV1": encode_fields(fields),
        "manager": manager,
        "operation": UPDATE,
        "time": time,
    }
    return {**entry, "subresource": subresource} if subresource else entry
