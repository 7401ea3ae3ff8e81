"""The pods behind a service, and the ports at which each is reached.

Mirrors ShouldPodBeInEndpoints, getEndpointPorts and FindPort of k8s.io/endpointslice.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, is_terminating, labels_of
from kubesim.controllers import pod_control
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster


class Backend(NamedTuple):
    """A pod with an address. ``ports`` are the service's as this pod has them."""

    pod: Obj
    address: str
    is_serving: bool
    is_terminating: bool
    ports: tuple[tuple[tuple[str, int | str], ...], ...]

    @property
    def port_objects(self) -> list[Obj]:
        return [dict(port) for port in self.ports]

    @property
    def reference(self) -> Obj:
        meta = self.pod["metadata"]
        return {"kind": "Pod", "name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]}


def is_selecting(service: Obj) -> bool:
    """Whether the controllers see to the service's addresses."""
    spec = service["spec"]
    return bool(spec.get("selector")) and spec.get("type") != "ExternalName"


def selects(service: Obj, pod: Obj) -> bool:
    labels = labels_of(pod)
    return all(labels.get(key) == value for key, value in service["spec"]["selector"].items())


def backends_of(cluster: Cluster, service: Obj) -> list[Backend]:
    """The pods that the service selects and that have an address, by name."""
    found = []
    for pod in cluster.list("Pod", service["metadata"]["namespace"]):
        address = pod["status"].get("podIP")
        if address and selects(service, pod) and not pod_control.is_terminal(pod):
            ports = tuple(_ports(service, pod))
            found.append(Backend(pod, address, pod_control.is_ready(pod), is_terminating(pod), ports))
    return found


def _ports(service: Obj, pod: Obj) -> Iterator[tuple[tuple[str, int | str], ...]]:
    """What is not to be found in the pod is left out."""
    for port in service["spec"].get("ports") or ():
        number = find_port(pod, port)
        if number is not None:
            fields = {"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")}
            if "appProtocol" in port:
                fields["appProtocol"] = port["appProtocol"]
            yield tuple(sorted(fields.items()))


def find_port(pod: Obj, port: Obj) -> int | None:
    """The number of a service's target port; a name is searched for in the pod's containers."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    sidecars = (c for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always")
    for container in (*pod["spec"]["containers"], *sidecars):
        for given in container.get("ports") or ():
            if given.get("name") == target and given.get("protocol", "TCP") == port.get("protocol", "TCP"):
                return int(given["containerPort"])
    return None


def hostname_of(service: Obj, pod: Obj) -> str | None:
    """The name by which the pod is known below the service's. Mirrors ShouldSetHostname."""
    spec = pod["spec"]
    if spec.get("hostname") and spec.get("subdomain") == service["metadata"]["name"]:
        return str(spec["hostname"])
    return None


def publishes_not_ready(service: Obj) -> bool:
    return bool(dig(service, "spec", "publishNotReadyAddresses", default=False))
