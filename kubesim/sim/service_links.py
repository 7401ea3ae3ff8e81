"""The variables by which a container finds the Services that were there before it.

Mirrors pkg/kubelet/envvars (FromServices) and getServiceEnvVarMap of pkg/kubelet/kubelet_pods.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

MASTER = "kubernetes"  # every container gets their variables


def service_variables(cluster: Cluster, pod: Obj) -> dict[str, str]:
    """The variables of the Services that a pod's containers are given, by their names' order."""
    namespace = pod["metadata"]["namespace"]
    services = {}
    if pod["spec"].get("enableServiceLinks", True):
        services = {s["metadata"]["name"]: s for s in cluster.list("Service", namespace) if _was_before(s, pod)}
    master = cluster.find("Service", "default", MASTER)
    if master is not None:
        services.setdefault(MASTER, master)
    found: dict[str, str] = {}
    for name in sorted(services):
        if services[name]["spec"].get("clusterIP", "None") not in ("", "None"):
            found.update(_variables_of(services[name]))
    return found


def _was_before(service: Obj, pod: Obj) -> bool:
    created, of_pod = (obj["metadata"].get("creationTimestamp") for obj in (service, pod))
    return not created or not of_pod or parse_time(created) <= parse_time(of_pod)


def _variables_of(service: Obj) -> Iterator[tuple[str, str]]:
    prefix = _name(service["metadata"]["name"])
    address, ports = service["spec"]["clusterIP"], service["spec"].get("ports") or ()
    if not ports:
        return
    yield f"{prefix}_SERVICE_HOST", address
    yield f"{prefix}_SERVICE_PORT", str(ports[0]["port"])
    for port in ports:
        if port.get("name"):
            yield f"{prefix}_SERVICE_PORT_{_name(port['name'])}", str(port["port"])
    for index, port in enumerate(ports):
        yield from _link(prefix, address, port, is_first=index == 0)


def _link(prefix: str, address: str, port: Obj, *, is_first: bool) -> Iterator[tuple[str, str]]:
    """The variables that Docker once gave to linked containers."""
    number, protocol = str(port["port"]), port.get("protocol", "TCP")
    host = f"[{address}]" if ":" in address else address
    url = f"{protocol.lower()}://{host}:{number}"
    if is_first:
        yield f"{prefix}_PORT", url
    start = f"{prefix}_PORT_{number}_{protocol}"
    yield start, url
    yield f"{start}_PROTO", protocol.lower()
    yield f"{start}_PORT", number
    yield f"{start}_ADDR", address


def _name(text: str) -> str:
    return text.replace("-", "_").upper()
