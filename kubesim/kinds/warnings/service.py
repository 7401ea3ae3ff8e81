"""What the API server warns of in Services. Mirrors pkg/api/service/warnings.go, in its order."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of
from kubesim.api.well_known import ANNOTATION_TOPOLOGY_MODE, DEPRECATED_ANNOTATION_TOPOLOGY_AWARE_HINTS
from kubesim.kinds.warnings.addresses import warnings_for_cidr, warnings_for_ip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

HINTS, MODE = DEPRECATED_ANNOTATION_TOPOLOGY_AWARE_HINTS, ANNOTATION_TOPOLOGY_MODE
_EXTERNAL_NAME = "ExternalName"


def warnings_for_service(service: Obj) -> list[str]:
    spec = service["spec"]
    kind, external = spec.get("type"), spec.get("externalIPs") or ()
    headless = kind == "ClusterIP" and spec.get("clusterIP") == "None"
    found: list[str] = []
    if HINTS in annotations_of(service):
        found.append(f"annotation {HINTS} is deprecated, please use {MODE} instead")
    if kind != _EXTERNAL_NAME and spec.get("clusterIP") not in (None, "", "None"):
        found += _of_each(spec, "clusterIPs", warnings_for_ip)
    found += _of_headless(spec) if headless else []
    found += _of_each(spec, "externalIPs", warnings_for_ip)
    if external and not headless and kind != _EXTERNAL_NAME:
        found.append("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
    if spec.get("loadBalancerIP"):
        found += warnings_for_ip(spec["loadBalancerIP"], "spec.loadBalancerIP")
    found += _of_each(spec, "loadBalancerSourceRanges", warnings_for_cidr)
    return found + _of_type(spec)


def _of_headless(spec: Obj) -> list[str]:
    ignored = {
        "spec.loadBalancerIP": spec.get("loadBalancerIP"),
        "spec.externalIPs": spec.get("externalIPs"),
        "spec.SessionAffinity": spec.get("sessionAffinity") != "None",
    }
    return [f"{path} is ignored for headless services" for path, is_set in ignored.items() if is_set]


def _of_type(spec: Obj) -> list[str]:
    is_external = spec.get("type") == _EXTERNAL_NAME
    found: list[str] = []
    if is_external and spec.get("externalIPs"):
        found.append(f'spec.externalIPs is ignored when spec.type is "{_EXTERNAL_NAME}"')
    if not is_external and spec.get("externalName"):
        found.append(f'spec.externalName is ignored when spec.type is not "{_EXTERNAL_NAME}"')
    if spec.get("trafficDistribution") == "PreferClose":
        found.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return found


def _of_each(spec: Obj, name: str, warnings: Callable[[str, str], list[str]]) -> list[str]:
    return [
        warning
        for index, value in enumerate(spec.get(name) or ())
        for warning in warnings(value, f"spec.{name}[{index}]")
    ]
