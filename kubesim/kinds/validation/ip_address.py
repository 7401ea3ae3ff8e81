"""What is wrong with an IPAddress. Mirrors ValidateIPAddress of pkg/apis/networking/validation."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, immutable, invalid_for_each, required
from kubesim.kinds.validation.addresses import validate_canonical_ip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_ip_address(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateIPAddress."""
    path, parent = "spec.parentRef", obj["spec"].get("parentRef")
    name = obj["metadata"].get("name", "")
    wrong = validate_canonical_ip(name, "metadata.name") if name else []
    if parent is None:
        return [*wrong, required(path)]
    group, namespace = parent.get("group", ""), parent.get("namespace", "")
    wrong += invalid_for_each(f"{path}.group", group, names.is_dns_1123_subdomain(group)) if group else []
    for field in ("resource", "name"):
        value = parent.get(field, "")
        wrong += invalid_for_each(f"{path}.{field}", value, names.is_path_segment(value))
        wrong += [] if value else [required(f"{path}.{field}")]
    return wrong + invalid_for_each(f"{path}.namespace", namespace, names.is_path_segment(namespace))


def validate_ip_address_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateIPAddressUpdate."""
    wrong = validate_ip_address(new)
    return wrong + immutable("spec.parentRef", new["spec"].get("parentRef"), old["spec"].get("parentRef"))
