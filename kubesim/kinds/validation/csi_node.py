"""What is wrong with a CSINode. Mirrors ValidateCSINode of pkg/apis/storage/validation."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    Struct,
    duplicate,
    immutable,
    invalid,
    invalid_for_each,
    not_negative,
    required,
)
from kubesim.kinds.pod_spec.volume_sources import validate_csi_driver_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_LONGEST_ID = 256


def validate_csi_node(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateCSINode."""
    wrong: list[FieldError] = []
    seen: set[str] = set()
    for index, driver in enumerate(obj["spec"]["drivers"] or ()):
        path = f"spec.drivers[{index}]"
        wrong += validate_csi_driver_name(driver["name"], f"{path}.name")
        wrong += _validate_node_id(driver["nodeID"], f"{path}.nodeID")
        wrong += not_negative(f"{path}.allocatable.count", (driver.get("allocatable") or {}).get("count"))
        if driver["name"] in seen:
            wrong.append(duplicate(f"{path}.name", driver["name"]))
        seen.add(driver["name"])
        wrong += _validate_topology_keys(driver["topologyKeys"] or [], path)
    return wrong


def _validate_node_id(node_id: str, path: str) -> list[FieldError]:
    if not node_id:
        return [required(path)]
    if len(node_id.encode()) > _LONGEST_ID:
        return [invalid(path, node_id, f"must be {_LONGEST_ID} characters or less")]
    return []


def _validate_topology_keys(keys: list[str], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, key in enumerate(keys):
        if not key:
            wrong.append(required(path))
        if key in keys[:index]:
            wrong.append(duplicate(path, key))
        wrong += invalid_for_each(path, key, names.is_qualified_name(key))
    return wrong


def validate_csi_node_update(new: Obj, old: Obj) -> list[FieldError]:
    """A driver cannot change, but for how many volumes the node takes. Mirrors ValidateCSINodeUpdate."""
    wrong = validate_csi_node(new)
    for before in old["spec"]["drivers"] or ():
        for driver in new["spec"]["drivers"] or ():
            if driver["name"] == before["name"]:
                wrong += immutable("spec.drivers", _fixed(driver), _fixed(before))
    return wrong


def _fixed(driver: Obj) -> Struct:
    """What of a driver cannot change, as Go has it in memory."""
    return Struct(Name=driver["name"], NodeID=driver["nodeID"], TopologyKeys=driver["topologyKeys"], Allocatable=None)
