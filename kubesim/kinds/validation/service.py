"""What is wrong with a Service. Mirrors validateService of pkg/apis/core/validation, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    Struct,
    duplicate,
    forbidden,
    immutable,
    invalid,
    invalid_for_each,
    not_supported,
    one_of,
    required,
)
from kubesim.api.meta import annotations_of
from kubesim.api.metadata_validation import validate_labels
from kubesim.api.well_known import ANNOTATION_LOAD_BALANCER_SOURCE_RANGES_KEY as SOURCE_RANGES
from kubesim.api.well_known import ANNOTATION_TOPOLOGY_MODE, DEPRECATED_ANNOTATION_TOPOLOGY_AWARE_HINTS
from kubesim.kinds.common.service_defaults import is_externally_accessible, is_headless, needs_health_check
from kubesim.kinds.pod_spec.paths import validate_port
from kubesim.kinds.validation.addresses import validate_cidr, validate_ip
from kubesim.kinds.validation.endpoints import validate_endpoint_ip
from kubesim.kinds.validation.service_addresses import SET_ONCE, validate_cluster_ips, validate_kept_addresses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
PROTOCOLS = ("SCTP", "TCP", "UDP")
# A day, in seconds.
MAX_AFFINITY = 86400
DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
ONLY_BALANCERS = "may only be used when `type` is 'LoadBalancer'"
HINTS, MODE = DEPRECATED_ANNOTATION_TOPOLOGY_AWARE_HINTS, ANNOTATION_TOPOLOGY_MODE


def validate_service(obj: Obj, old: Obj | None = None) -> list[FieldError]:
    """``old`` is the service that is there, if any: what it has already stays valid."""
    spec, before = obj["spec"], old["spec"] if old else {}
    wrong = _validate_topology(annotations_of(obj))
    wrong += _validate_type(spec)
    wrong += _validate_ports(spec)
    wrong += validate_labels(spec.get("selector") or {}, "spec.selector")
    wrong += _validate_affinity(spec)
    wrong += validate_cluster_ips(spec, before)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        at = f"spec.externalIPs[{index}]"
        wrong += validate_ip(address, at, before.get("externalIPs") or ()) or validate_endpoint_ip(address, at)
    wrong += one_of("spec.type", spec["type"], TYPES)
    wrong += _validate_unique_ports(spec)
    wrong += _validate_source_ranges(obj, old)
    if "allocateLoadBalancerNodePorts" in spec and spec["type"] != "LoadBalancer":
        wrong.append(forbidden("spec.allocateLoadBalancerNodePorts", ONLY_BALANCERS))
    wrong += _validate_class(spec)
    wrong += _validate_external_traffic(spec)
    return wrong + _validate_internal_traffic(spec)


def _validate_topology(annotations: dict[str, str]) -> list[FieldError]:
    if HINTS not in annotations or annotations.get(MODE, annotations[HINTS]) == annotations[HINTS]:
        return []
    why = f"must match annotations[{HINTS}] when both are specified"
    return [invalid(f"metadata.annotations[{MODE}]", annotations[MODE], why)]


def _validate_type(spec: Obj) -> list[FieldError]:
    kind, wrong = spec["type"], []
    if not spec.get("ports") and not is_headless(spec) and kind != "ExternalName":
        wrong.append(required("spec.ports"))
    if kind in ("LoadBalancer", "NodePort") and is_headless(spec):
        why = f"may not be set to 'None' for {kind} services"
        wrong.append(invalid("spec.clusterIPs[0]", "None", why))
    if kind == "ExternalName":
        wrong += _validate_external_name(spec)
    return wrong


def _validate_external_name(spec: Obj) -> list[FieldError]:
    why = "may not be set for ExternalName services"
    wrong = [forbidden(f"spec.{n}", why) for n in ("clusterIPs", "ipFamilies", "ipFamilyPolicy") if spec.get(n)]
    name = spec.get("externalName", "")
    name = name[:-1] if name.endswith(".") else name
    path = "spec.externalName"
    return wrong + (invalid_for_each(path, name, names.is_dns_1123_subdomain(name)) if name else [required(path)])


def _validate_ports(spec: Obj) -> list[FieldError]:
    ports = spec.get("ports") or ()
    seen: set[str] = set()
    wrong: list[FieldError] = []
    for index, port in enumerate(ports):
        path = f"spec.ports[{index}]"
        wrong += _validate_port_name(port.get("name", ""), len(ports) > 1, seen, f"{path}.name")
        number = port.get("port", 0)
        wrong += invalid_for_each(f"{path}.port", number, names.is_port_number(number))
        wrong += one_of(f"{path}.protocol", port.get("protocol", ""), PROTOCOLS)
        wrong += validate_port(port.get("targetPort", 0), f"{path}.targetPort")
        if "appProtocol" in port:
            application = port["appProtocol"]
            wrong += invalid_for_each(f"{path}.appProtocol", application, names.is_qualified_name(application))
    return wrong


def _validate_port_name(name: str, needed: bool, seen: set[str], path: str) -> list[FieldError]:
    if not name:
        return [required(path)] if needed else []
    wrong = invalid_for_each(path, name, names.is_dns_1123_label(name))
    if name in seen:
        wrong.append(duplicate(path, name))
    seen.add(name)
    return wrong


def _validate_affinity(spec: Obj) -> list[FieldError]:
    wrong = one_of("spec.sessionAffinity", spec["sessionAffinity"], ("ClientIP", "None"))
    if spec["sessionAffinity"] == "ClientIP":
        timeout = spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"]
        if not 0 < timeout <= MAX_AFFINITY:
            why = f"must be greater than 0 and less than {MAX_AFFINITY}"
            wrong.append(invalid("spec.sessionAffinityConfig.clientIP.timeoutSeconds", timeout, why))
    return wrong


def _validate_unique_ports(spec: Obj) -> list[FieldError]:
    wrong: list[FieldError] = []
    ports = spec.get("ports") or ()
    why = "may not be used when `type` is 'ClusterIP'"
    if spec["type"] == "ClusterIP":
        wrong += [forbidden(f"spec.ports[{i}].nodePort", why) for i, port in enumerate(ports) if port.get("nodePort")]
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        key = (port.get("protocol", ""), port.get("nodePort", 0))
        if key[1] and key in seen:
            wrong.append(duplicate(f"spec.ports[{index}].nodePort", key[1]))
        seen.add(key)
    seen = set()
    for index, port in enumerate(ports):
        key = (port.get("protocol", ""), port.get("port", 0))
        if key in seen:
            wrong.append(duplicate(f"spec.ports[{index}]", _port_key(*key)))
        seen.add(key)
    return wrong


def _port_key(protocol: str, port: int) -> Struct:
    """The part of a ServicePort that must be unique, as the API server's own type prints it."""
    return Struct(Name="", Protocol=protocol, AppProtocol=None, Port=port, TargetPort=0, NodePort=0)


def _validate_source_ranges(obj: Obj, old: Obj | None) -> list[FieldError]:
    """The networks that may ask a load balancer, in the field or in the annotation that it had before."""
    spec, before = obj["spec"], old["spec"] if old else {}
    ranges, text = (
        spec.get("loadBalancerSourceRanges") or (),
        annotations_of(obj).get(SOURCE_RANGES),
    )
    path = "spec.LoadBalancerSourceRanges" if ranges else f"metadata.annotations[{SOURCE_RANGES}]"
    if not ranges and text is None:
        return []
    wrong = [] if spec["type"] == "LoadBalancer" else [forbidden(path, ONLY_BALANCERS)]
    known = [cidr.strip() for cidr in before.get("loadBalancerSourceRanges") or ()]
    for index, cidr in enumerate(ranges):
        wrong += validate_cidr(cidr.strip(), f"{path}[{index}]", known)
    if not ranges and text and text.strip() and (old is None or annotations_of(old).get(SOURCE_RANGES) != text):
        for cidr in text.strip().split(","):
            wrong += validate_cidr(cidr.strip(), path)
    return wrong


def _validate_class(spec: Obj) -> list[FieldError]:
    name, path = spec.get("loadBalancerClass"), "spec.loadBalancerClass"
    if name is None:
        return []
    is_balancer = spec["type"] == "LoadBalancer"
    return (
        invalid_for_each(path, name, names.is_qualified_name(name))
        if is_balancer
        else [forbidden(path, ONLY_BALANCERS)]
    )


def _validate_external_traffic(spec: Obj) -> list[FieldError]:
    policy, port = spec.get("externalTrafficPolicy", ""), spec.get("healthCheckNodePort", 0)
    wrong: list[FieldError] = []
    if is_externally_accessible(spec):
        wrong += one_of("spec.externalTrafficPolicy", policy, ("Cluster", "Local"))
    elif policy:
        why = "may only be set for externally-accessible services"
        wrong.append(invalid("spec.externalTrafficPolicy", policy, why))
    if needs_health_check(spec):
        path = "spec.healthCheckNodePort"
        wrong += invalid_for_each(path, port, names.is_port_number(port)) if port else [required(path)]
    elif port:
        why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        wrong.append(invalid("spec.healthCheckNodePort", port, why))
    return wrong


def _validate_internal_traffic(spec: Obj) -> list[FieldError]:
    wrong: list[FieldError] = []
    policy, distribution = spec.get("internalTrafficPolicy"), spec.get("trafficDistribution")
    if policy is not None:
        wrong += one_of("spec.internalTrafficPolicy", policy, ("Cluster", "Local"))
    if distribution is not None and distribution not in DISTRIBUTIONS:
        wrong.append(not_supported("spec.trafficDistribution", distribution, DISTRIBUTIONS))
    return wrong


def validate_service_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateServiceUpdate."""
    spec, before = new["spec"], old["spec"]
    wrong = validate_kept_addresses(spec, before)
    balanced = spec["type"] == before["type"] == "LoadBalancer"
    if balanced and spec.get("loadBalancerClass") != before.get("loadBalancerClass"):
        wrong.append(invalid("spec.loadBalancerClass", spec.get("loadBalancerClass"), SET_ONCE))
    wrong += _validate_class(spec)
    if needs_health_check(spec) and needs_health_check(before):
        port = (spec.get("healthCheckNodePort", 0), before.get("healthCheckNodePort", 0))
        wrong += [forbidden("spec.healthCheckNodePort", "field is immutable")] if immutable("", *port) else []
    return wrong + validate_service(new, old)
