"""What an update of a Service keeps of what the cluster gave it, and what goes with the service's type.

Mirrors patchAllocatedValues of pkg/registry/core/service/storage/storage.go and dropTypeDependentFields of its
strategy.go.
"""

from __future__ import annotations

from kubesim.kinds.common.service_defaults import is_externally_accessible, needs_health_check
from kubesim.kinds.common.service_node_ports import has_node_ports, needs_node_ports, node_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def keep_allocated_fields(spec: Obj, before: Obj) -> None:
    """What a client left out stays as it was, in place."""
    if "ExternalName" not in (spec["type"], before["type"]):
        for name in ("clusterIP", "clusterIPs"):
            if not spec.get(name) and before.get(name):
                spec[name] = before[name]
    if needs_node_ports(spec) and needs_node_ports(before):
        _keep_node_ports(spec, before)
    if needs_health_check(spec) and needs_health_check(before) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = before.get("healthCheckNodePort", 0)


def _keep_node_ports(spec: Obj, before: Obj) -> None:
    """Ports are known again by their names."""
    used = node_ports(before) & node_ports(spec)
    numbers = {port.get("name", ""): port.get("nodePort", 0) for port in before.get("ports") or ()}
    for port in spec.get("ports") or ():
        number = numbers.get(port.get("name", ""), 0)
        if not port.get("nodePort") and number and number not in used:
            port["nodePort"] = number


def drop_type_dependent_fields(new: Obj, old: Obj) -> None:
    """What another type of service has no use for goes, if the client did not change it too, in place."""
    spec, before = new["spec"], old["spec"]
    if before["type"] != "ExternalName" == spec["type"]:
        _drop_unchanged(spec, before, "clusterIP", "clusterIPs")
        _drop_unchanged(spec, before, "ipFamilies")
        _drop_unchanged(spec, before, "ipFamilyPolicy")
    if has_node_ports(before) and not has_node_ports(spec) and node_ports(spec) <= node_ports(before):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    if needs_health_check(before) and not needs_health_check(spec):
        _drop_unchanged(spec, before, "healthCheckNodePort")
    if before["type"] == "LoadBalancer" != spec["type"]:
        _drop_unchanged(spec, before, "allocateLoadBalancerNodePorts")
        _drop_unchanged(spec, before, "loadBalancerClass")
    if is_externally_accessible(before) and not is_externally_accessible(spec):
        _drop_unchanged(spec, before, "externalTrafficPolicy")
    if spec["type"] != "LoadBalancer":
        new["status"] = {**new.get("status", {}), "loadBalancer": {}}


def _drop_unchanged(spec: Obj, before: Obj, *names: str) -> None:
    """Drop fields that belong together, if none of them changed."""
    if all(spec.get(name) == before.get(name) for name in names):
        for name in names:
            spec.pop(name, None)
