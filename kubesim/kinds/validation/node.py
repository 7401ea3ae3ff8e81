"""What is wrong with a Node. Mirrors ValidateNode of pkg/apis/core/validation."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    Struct,
    duplicate,
    forbidden,
    invalid,
    invalid_for_each,
    not_supported,
    required,
)
from kubesim.kinds.pod_spec.resources import validate_not_negative
from kubesim.kinds.pod_spec.scheduling import TAINT_EFFECTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj


def validate_node(obj: Obj) -> list[FieldError]:
    spec = obj["spec"]
    wrong = validate_taints(spec.get("taints") or (), "metadata.taints") + _validate_resources(obj)
    return wrong + (_validate_pod_networks(spec["podCIDRs"], "spec.podCIDRs") if spec.get("podCIDRs") else [])


def _validate_pod_networks(networks: list[str], path: str) -> list[FieldError]:
    """Of each family of addresses one."""
    from kubesim.kinds.validation.addresses import validate_cidr

    wrong = [error for index, cidr in enumerate(networks) for error in validate_cidr(cidr, f"{path}[{index}]")]
    if not wrong and len(networks) > 1:
        families = [":" in cidr for cidr in networks]
        if len(networks) > len(set(families)):
            wrong.append(invalid(path, networks, "may specify no more than one CIDR for each IP family"))
    return wrong


def _validate_resources(obj: Obj) -> list[FieldError]:
    wrong: list[FieldError] = []
    for kind in ("capacity", "allocatable"):
        for name, amount in sorted((obj["status"].get(kind) or {}).items()):
            wrong += validate_not_negative(amount, f"status.{kind}.{name}")
    return wrong


def validate_taints(taints: Iterable[Obj], path: str) -> list[FieldError]:
    """Upstream reads taints from the spec, and its errors name the metadata."""
    seen: set[tuple[str, str]] = set()
    wrong: list[FieldError] = []
    for index, taint in enumerate(taints):
        at = f"{path}[{index}]"
        key, value, effect = (taint.get(name, "") for name in ("key", "value", "effect"))
        wrong += invalid_for_each(f"{at}.key", key, names.is_qualified_name(key))
        if messages := names.is_label_value(value):
            wrong.append(invalid(f"{at}.value", value, ";".join(messages)))
        if not effect:
            wrong.append(required(f"{at}.effect"))
        elif effect not in TAINT_EFFECTS:
            wrong.append(not_supported(f"{at}.effect", effect, TAINT_EFFECTS))
        if (key, effect) in seen:
            shown = Struct(Key=key, Value=value, Effect=effect, TimeAdded=taint.get("timeAdded"))
            wrong.append(duplicate(at, shown)._replace(detail="taints must be unique by key and effect pair"))
        seen.add((key, effect))
    return wrong


def validate_node_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateNodeUpdate."""
    wrong = _validate_resources(new)
    previous, addresses = old["spec"].get("podCIDRs") or [], new["spec"].get("podCIDRs") or []
    if previous and addresses != previous:
        why = 'node updates may not change podCIDR except from "" to valid'
        wrong.append(forbidden("spec.podCIDRs", why))
    provider = old["spec"].get("providerID")
    if provider and new["spec"].get("providerID") != provider:
        why = 'node updates may not change providerID except from "" to valid'
        wrong.append(forbidden("spec.providerID", why))
    return wrong + validate_taints(new["spec"].get("taints") or (), "metadata.taints")
