"""What is wrong with a CSIStorageCapacity. Mirrors pkg/apis/storage/validation."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import IMMUTABLE, FieldError, invalid, invalid_for_each
from kubesim.api.metadata_validation import validate_label_selector
from kubesim.kinds.pod_spec.resources import validate_not_negative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_csi_storage_capacity(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateCSIStorageCapacity."""
    name, capacity = obj["storageClassName"], obj.get("capacity")
    wrong = validate_label_selector(obj.get("nodeTopology"), "nodeTopology")
    wrong += invalid_for_each("storageClassName", name, names.is_dns_1123_subdomain(name))
    return wrong if capacity is None else wrong + validate_not_negative(capacity, "capacity")


def validate_csi_storage_capacity_update(new: Obj, old: Obj) -> list[FieldError]:
    """What the capacity is of cannot change. Mirrors ValidateCSIStorageCapacityUpdate."""
    wrong = validate_csi_storage_capacity(new)
    for field in ("nodeTopology", "storageClassName"):
        if new.get(field) != old.get(field):
            wrong.append(invalid(field, new.get(field), IMMUTABLE))
    return wrong
