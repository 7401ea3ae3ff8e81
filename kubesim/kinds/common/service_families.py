"""The IP families of a Service, and that ``clusterIP`` and ``clusterIPs`` agree.

Mirrors normalizeClusterIPs of pkg/registry/core/service/storage/storage.go and initIPFamilyFields of alloc.go, for a
cluster that has IPv4 alone.
"""

from __future__ import annotations

from kubesim.api.fields import FieldError, invalid
from kubesim.kinds.common.service_defaults import WITH_CLUSTER_IP
from kubesim.kinds.validation.service_addresses import validate_cluster_ips

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

CONFIGURED = "IPv4"
_OTHER = {"IPv4": "IPv6", "IPv6": "IPv4"}
SINGLE, PREFER, REQUIRE = "SingleStack", "PreferDualStack", "RequireDualStack"
_POLICY = "spec.ipFamilyPolicy"
_NO_DUAL_STACK = "this cluster is not configured for dual-stack services"


def synchronise_addresses(spec: Obj, before: Obj) -> None:
    """``clusterIP`` and ``clusterIPs`` say the same, in place; whichever a client changed is right.

    ``before`` is empty for a new service.
    """
    address, addresses = spec.get("clusterIP", ""), spec.get("clusterIPs") or []
    if not before:
        if address and not addresses:
            spec["clusterIPs"] = [address]
        return
    if address == before.get("clusterIP", "") or addresses != (before.get("clusterIPs") or []):
        return
    if address:
        spec["clusterIPs"] = [address]
    else:
        spec.pop("clusterIPs", None)


def initialise_families(spec: Obj, before: Obj) -> list[FieldError]:
    """Fill in the policy and the families, in place; what is wrong with those that the client gave.

    Checks end at the first fault: these are all the causes of the refusal.
    """
    if spec["type"] == "ExternalName" or _keeps_its_preference(spec, before):
        return []
    if spec.get("ipFamilyPolicy") is None:
        spec["ipFamilyPolicy"] = before.get("ipFamilyPolicy") or (REQUIRE if _is_selectorless(spec) else SINGLE)
    wrong = validate_cluster_ips(spec, before)
    if wrong:
        return wrong
    wrong = [*_settle_stack(spec, before), *_infer_families(spec)]
    if wrong:
        return wrong
    if _is_selectorless(spec):
        families = spec.get("ipFamilies") or [CONFIGURED]
        is_short = len(families) < 2 and spec["ipFamilyPolicy"] != SINGLE
        spec["ipFamilies"] = [*families, _OTHER[families[0]]] if is_short else families
        return []
    wrong = _refuse_unconfigured(spec)
    if not wrong and not spec.get("ipFamilies"):
        spec["ipFamilies"] = [CONFIGURED]
    return wrong


def _keeps_its_preference(spec: Obj, before: Obj) -> bool:
    """Mirrors isMatchingPreferDualStackClusterIPFields: such a service gains and loses no address by itself."""
    same = ("type", "ipFamilyPolicy", "clusterIPs", "ipFamilies")
    return (
        spec["type"] in WITH_CLUSTER_IP
        and spec.get("ipFamilyPolicy") == PREFER
        and all(spec.get(name) == before.get(name) for name in same)
    )


def _is_selectorless(spec: Obj) -> bool:
    """Whether only the client knows which addresses stand behind the service."""
    return spec.get("clusterIP") == "None" and not spec.get("selector")


def _settle_stack(spec: Obj, before: Obj) -> list[FieldError]:
    """What the policy says of a second address and family: gone with SingleStack, kept with any other one."""
    policy = spec["ipFamilyPolicy"]
    addresses, families = spec.get("clusterIPs") or [], spec.get("ipFamilies") or []
    wrong: list[FieldError] = []
    for name, value, called in (("clusterIPs", addresses, "cluster IP"), ("ipFamilies", families, "IP family")):
        previous = before.get(name) or []
        if policy == SINGLE and before and value == previous:
            spec.update({name: value[:1]} if len(value) > 1 else {})
        elif policy != SINGLE and value and len(value) < len(previous):
            wrong.append(invalid(_POLICY, policy, f"must be 'SingleStack' to release the secondary {called}"))
    if policy == SINGLE:
        why = "must be 'RequireDualStack' or 'PreferDualStack' when multiple {} are specified"
        if len(spec.get("clusterIPs") or ()) == 2:
            wrong.append(invalid(_POLICY, policy, why.format("cluster IPs")))
        if len(spec.get("ipFamilies") or ()) == 2:
            wrong.append(invalid(_POLICY, policy, why.format("IP families")))
    return wrong


def _infer_families(spec: Obj) -> list[FieldError]:
    """The families of the addresses that were asked for, where the client names none."""
    addresses, families = spec.get("clusterIPs") or [], list(spec.get("ipFamilies") or ())
    wrong: list[FieldError] = []
    for index, address in enumerate(addresses):
        if address == "None":
            break
        from ipaddress import ip_address

        family = f"IPv{ip_address(address).version}"
        if index < len(families):
            continue
        if family != CONFIGURED:
            wrong.append(invalid(f"spec.clusterIPs[{index}]", addresses, f"{family} is not configured on this cluster"))
        else:
            families.append(family)
    if families:
        spec["ipFamilies"] = families
    return wrong


def _refuse_unconfigured(spec: Obj) -> list[FieldError]:
    policy, families = spec["ipFamilyPolicy"], spec.get("ipFamilies") or ()
    wrong = [invalid(_POLICY, policy, _NO_DUAL_STACK)] if policy == REQUIRE else []
    return wrong + [
        invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster")
        for index, family in enumerate(families)
        if family != CONFIGURED
    ]
