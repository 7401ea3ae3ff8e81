"""What is wrong with a Service's cluster IPs and IP families.

Mirrors ValidateServiceClusterIPsRelatedFields, validateUpgradeDowngradeClusterIPs and
validateUpgradeDowngradeIPFamilies of pkg/apis/core/validation.
"""

from __future__ import annotations

from ipaddress import ip_address

from kubesim.api.fields import FieldError, duplicate, invalid, one_of, required
from kubesim.kinds.common.service_defaults import is_headless
from kubesim.kinds.validation.addresses import validate_ip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

FAMILIES = ("IPv4", "IPv6")
POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
SET_ONCE = "may not change once set"
_PATH = "spec.clusterIPs"


def validate_cluster_ips(spec: Obj, before: Obj) -> list[FieldError]:
    """``before`` is the spec of the service that is there, empty for a new one: its addresses stay valid."""
    if spec["type"] == "ExternalName":
        return []
    addresses = spec.get("clusterIPs") or []
    wrong = _validate_agreement(spec.get("clusterIP", ""), addresses)
    wrong += _validate_families(spec)
    found = _validate_each(addresses, before.get("clusterIPs") or ())
    wrong += found
    if len(addresses) > 2:
        wrong.append(invalid(_PATH, addresses, "may only hold up to 2 values"))
    return wrong if found else wrong + _validate_stack(spec, addresses)


def _validate_agreement(address: str, addresses: list[str]) -> list[FieldError]:
    if address and not addresses:
        return [required(_PATH)]
    if address and addresses[0] != address:
        return [invalid(_PATH, addresses, "first value must match `clusterIP`")]
    if addresses and not address:
        return [invalid(_PATH, addresses, "must be empty when `clusterIP` is not specified")]
    return []


def _validate_families(spec: Obj) -> list[FieldError]:
    families = spec.get("ipFamilies") or []
    wrong: list[FieldError] = []
    for index, family in enumerate(families):
        path = f"spec.ipFamilies[{index}]"
        wrong += one_of(path, family, FAMILIES)
        wrong += [duplicate(path, family)] if family in families[:index] else []
    policy = spec.get("ipFamilyPolicy")
    return wrong + ([] if policy is None else one_of("spec.ipFamilyPolicy", policy, POLICIES))


def _validate_each(addresses: list[str], known: list[str] | tuple[str, ...]) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, address in enumerate(addresses):
        if index == 0 and address == "None":
            if len(addresses) > 1:
                wrong.append(invalid(_PATH, addresses, "'None' must be the first and only value"))
            continue
        wrong += validate_ip(address, f"{_PATH}[{index}]", known)
    return wrong


def _validate_stack(spec: Obj, addresses: list[str]) -> list[FieldError]:
    """One address a family, each of the family that is named beside it."""
    if addresses[:1] == ["None"]:
        return []
    found = [f"IPv{ip_address(address).version}" for address in addresses]
    wrong: list[FieldError] = []
    if len(addresses) > 1 and len(set(found)) != 2:
        wrong.append(invalid(_PATH, addresses, "may specify no more than one IP for each IP family"))
    for index, (family, own) in enumerate(zip(spec.get("ipFamilies") or (), found, strict=False)):
        if family in FAMILIES and family != own:
            why = f"expected an {family} value as indicated by `ipFamilies[{index}]`"
            wrong.append(invalid(f"{_PATH}[{index}]", addresses[index], why))
    return wrong


def validate_kept_addresses(spec: Obj, before: Obj) -> list[FieldError]:
    """The first address and the first family of a service stay; a second one is given up with SingleStack alone."""
    if "ExternalName" in (spec["type"], before["type"]) or (is_headless(spec) and is_headless(before)):
        return []
    addresses, previous = spec.get("clusterIPs") or [], before.get("clusterIPs") or []
    wrong = _validate_kept(addresses, previous, _PATH, "primary clusterIP can not be unset")
    wrong += _validate_release(spec, addresses, previous, "clusterIP")
    if is_headless(spec) or is_headless(before):
        return wrong
    families, kept = spec.get("ipFamilies") or [], before.get("ipFamilies") or []
    if families[:1] != kept[:1] and families and kept:
        wrong.append(invalid("spec.ipFamilies[0]", families, SET_ONCE))
    return wrong + _validate_release(spec, families, kept, "ipFamily")


def _validate_kept(values: list[str], previous: list[str], path: str, unset: str) -> list[FieldError]:
    if len(values) == len(previous):
        changed = [index for index, (new, old) in enumerate(zip(values, previous, strict=True)) if new != old]
        return [invalid(f"{path}[{index}]", values, SET_ONCE) for index in changed]
    if not values:
        return [invalid(f"{path}[0]", None, unset)]
    return [invalid(f"{path}[0]", values, SET_ONCE)] if previous and values[0] != previous[0] else []


def _validate_release(spec: Obj, values: list[str], previous: list[str], called: str) -> list[FieldError]:
    policy = spec.get("ipFamilyPolicy")
    if len(previous) == 2 and len(values) == 1 and policy != "SingleStack":
        why = f"must be set to 'SingleStack' when releasing the secondary {called}"
        return [invalid("spec.ipFamilyPolicy", policy, why)]
    return []
