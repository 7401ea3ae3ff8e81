"""What is wrong with a ServiceCIDR. Mirrors ValidateServiceCIDR of pkg/apis/networking/validation."""

from __future__ import annotations

from kubesim.api.fields import IMMUTABLE, FieldError, Struct, invalid, required
from kubesim.kinds.validation.addresses import family_of_cidr, validate_canonical_cidr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_PATH = "spec.cidrs"


def validate_service_cidr(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateServiceCIDR."""
    cidrs = obj["spec"].get("cidrs") or []
    if not cidrs:
        return [required(_PATH, "at least one CIDR required")]
    if len(cidrs) > 2:
        return [invalid(_PATH, Struct(CIDRs=cidrs), "may only hold up to 2 values")]
    wrong = [error for i, cidr in enumerate(cidrs) for error in validate_canonical_cidr(cidr, f"{_PATH}[{i}]")]
    families = [family_of_cidr(cidr) for cidr in cidrs]
    if len(cidrs) == 2 and families[0] == families[1] != 0:
        why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
        wrong.append(invalid(_PATH, cidrs, why))
    return wrong


def validate_service_cidr_update(new: Obj, old: Obj) -> list[FieldError]:
    """A second network, of the other family, may come. Mirrors ValidateServiceCIDRUpdate."""
    cidrs, before = new["spec"].get("cidrs") or [], old["spec"].get("cidrs") or []
    if len(cidrs) != len(before) and (len(before), len(cidrs)) != (1, 2):
        return [invalid(_PATH, cidrs or None, IMMUTABLE)]
    wrong = [
        invalid(f"{_PATH}[{index}]", cidr, IMMUTABLE)
        for index, (cidr, known) in enumerate(zip(cidrs, before, strict=False))
        if cidr != known
    ]
    return wrong if len(cidrs) == len(before) else [*wrong, *validate_service_cidr(new)]
