"""Where packets to an address go: to pods, by Services, node ports and host ports, or nowhere.

Mirrors kube-proxy in its iptables mode, which kubeadm and kind use: a packet to a Service that has no endpoints is
rejected; one to a Service's address and a port that it does not have meets no rule, leaves the node, and is lost.
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.meta import Key, Obj, dig
from kubesim.containers.addressing.zone import slices_of
from kubesim.network.http import REFUSED, TIMED_OUT
from kubesim.network.routes import Endpoint, choice_of
from kubesim.sim.runtime import behaviour_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

API_PORT = 6443
_EVERY = "0.0.0.0"
_RANGES = ("10.96.0.0/12", "10.244.0.0/16", "192.168.0.0/16", "172.30.0.0/16")  # Services, pods, nodes
_NODE_PORTS_OF_KUBELET = (10250, 10256)
_LOOPBACK_PORTS = (10248, 10249)  # the kubelet's health, and kube-proxy's metrics


class Caller(NamedTuple):
    """Who sends: a pod, or a node itself where that is None."""

    node: str
    address: str
    pod: Obj | None = None


class Destination(NamedTuple):
    """Where a packet ends: at a pod's port, at a node's own (``pod`` is None), or nowhere (``failure``).

    ``address`` is the one that it has at last, ``source`` the sender's there, if it is another than its own: a node's,
    which masquerades what comes by a node port.  ``is_outside``: it leaves the cluster.  ``ways``: how many endpoints
    there were to choose from.
    """

    address: str = ""
    port: int = 0
    pod: Obj | None = None
    node: str = ""
    failure: str = ""
    is_outside: bool = False
    source: str = ""
    ways: int = 1


class Way(NamedTuple):
    """A Service's port, and the endpoints behind it; ``is_local``: only those on the same node count."""

    service: Obj
    port: Obj
    is_local: bool


class Addresses:
    """All that has an address in a cluster. ``turn`` decides between endpoints: requests go to them in turn."""

    def __init__(self, cluster: Cluster, caller: Caller, turn: int = 0) -> None:
        self._cluster = cluster
        self._caller = caller
        self._turn = turn

    def destination(self, address: str, port: int, protocol: str = "TCP") -> Destination:
        """Where a packet to a port of an address goes."""
        if address.startswith("127.") or address == _EVERY:
            return self._loopback(address, port, protocol)
        service = self._service_at(address)
        if service is not None:
            way = self._way(service, port, protocol, address)
            return Destination(failure=TIMED_OUT) if way is None else self._through(way)
        return self._direct(address, port, protocol)

    def _loopback(self, address: str, port: int, protocol: str) -> Destination:
        """The caller's own network: a pod's, or its node's."""
        pod = self._caller.pod
        if pod is not None and not pod["spec"].get("hostNetwork"):
            return Destination(self._caller.address, port, pod, self._caller.node, source="127.0.0.1")
        if port in _LOOPBACK_PORTS:
            return Destination(self._caller.address, port, None, self._caller.node)
        return self._at_node(self._caller.node, self._caller.address, port, protocol, bound=address)

    # Services

    def _service_at(self, address: str) -> Obj | None:
        for service in self._cluster.list("Service"):
            spec = service["spec"]
            ingress = dig(service, "status", "loadBalancer", "ingress", default=())
            own = [*(spec.get("clusterIPs") or ()), *(spec.get("externalIPs") or ())]
            if address in own or address in [one.get("ip") for one in ingress]:
                return service
        return None

    def _way(self, service: Obj, port: int, protocol: str, address: str) -> Way | None:
        is_internal = address in (service["spec"].get("clusterIPs") or ())
        policy = "internalTrafficPolicy" if is_internal else "externalTrafficPolicy"
        for own in service["spec"].get("ports") or ():
            if own["port"] == port and own.get("protocol", "TCP") == protocol:
                return Way(service, own, service["spec"].get(policy) == "Local")
        return None

    def _through(self, way: Way, node: str = "") -> Destination:
        """One of the endpoints behind a Service's port, as a node chooses: the caller's if none is named."""
        behind = list(self._behind(way))
        names = choice_of(endpoint for endpoint, _, _ in behind)
        if way.is_local:
            near = [one for one in behind if one[2].get("nodeName") == (node or self._caller.node)]
            local = choice_of(endpoint for endpoint, _, _ in near)
            if names and not local:
                return Destination(failure=TIMED_OUT)  # dropped: there are some, elsewhere
            names = local
        if not names:
            return Destination(failure=REFUSED)
        chosen = names[self._pick(way) % len(names)]
        endpoint, port, entry = next(one for one in behind if one[0].server == chosen)
        return self._at_endpoint(entry, endpoint.server, port)._replace(ways=len(names))

    def _behind(self, way: Way) -> Iterator[tuple[Endpoint, int, Obj]]:
        name = way.port.get("name", "")
        for piece in slices_of(self._cluster, way.service):
            number = next((own["port"] for own in piece.get("ports") or () if own.get("name", "") == name), None)
            for entry in piece.get("endpoints") or ():
                conditions = entry.get("conditions") or {}
                if number is not None:
                    is_ready = conditions.get("ready", True)
                    serves, ends = conditions.get("serving", is_ready), conditions.get("terminating", False)
                    yield Endpoint(entry["addresses"][0], is_ready, serves, ends), number, entry

    def _pick(self, way: Way) -> int:
        """Which endpoint: a client keeps its own where the Service has affinity, else they take turns."""
        uid = way.service["metadata"].get("uid", "")
        if way.service["spec"].get("sessionAffinity") == "ClientIP":
            return int(hex_digest(self._cluster.seed, f"{uid}/{self._caller.address}", 8), 16)
        return int(hex_digest(self._cluster.seed, f"{uid}/turn", 8), 16) + self._turn

    def _at_endpoint(self, entry: Obj, address: str, port: int) -> Destination:
        reference = entry.get("targetRef") or {}
        if reference.get("kind") == "Pod":
            pod = self._cluster.find(*Key("Pod", reference["namespace"], reference["name"]))
            if pod is None or pod["metadata"]["uid"] != reference.get("uid"):
                return Destination(failure=TIMED_OUT)
            return Destination(address, port, pod, pod["spec"].get("nodeName", ""))
        return self._direct(address, port, "TCP")

    # nodes and pods

    def _direct(self, address: str, port: int, protocol: str) -> Destination:
        node = self._node_at(address)
        if node is not None:
            return self._at_node(node, address, port, protocol)
        pod = pod_at(self._cluster, address)
        if pod is not None:
            return Destination(address, port, pod, pod["spec"].get("nodeName", ""))
        return Destination(failure=TIMED_OUT) if self.is_inside(address) else Destination(is_outside=True)

    def _node_at(self, address: str) -> str | None:
        for node in self._cluster.list("Node"):
            for own in dig(node, "status", "addresses", default=()):
                if own["address"] == address and own["type"] != "Hostname":
                    return str(node["metadata"]["name"])
        return None

    def _at_node(self, node: str, address: str, port: int, protocol: str, bound: str = "") -> Destination:
        """A node's own port: a Service's node port, a pod's host port, a pod of the host's network, a component.

        ``bound`` is the address that is asked where that is not the node's own.
        """
        for service in self._cluster.list("Service"):
            for own in service["spec"].get("ports") or ():
                if own.get("nodePort") == port and own.get("protocol", "TCP") == protocol:
                    is_local = service["spec"].get("externalTrafficPolicy") == "Local"
                    found = self._through(Way(service, own, is_local), node)
                    return found if is_local else found._replace(source=address)
        pods = [pod for pod in self._cluster.list("Pod") if pod["spec"].get("nodeName") == node and _is_up(pod)]
        for pod in pods:
            for container in pod["spec"]["containers"]:
                for own in container.get("ports") or ():
                    if own.get("protocol", "TCP") != protocol:
                        continue
                    if own.get("hostPort") == port and own.get("hostIP") in (None, "", _EVERY, bound or address):
                        return Destination(pod["status"].get("podIP", ""), own["containerPort"], pod, node)
        if port == API_PORT or port in _NODE_PORTS_OF_KUBELET:
            return Destination(address, port, None, node)
        own_network = [pod for pod in pods if pod["spec"].get("hostNetwork") and _listens(self._cluster, pod, port)]
        if own_network:
            return Destination(address, port, own_network[0], node)
        return Destination(address, port, None, node, failure=REFUSED)

    def is_inside(self, address: str) -> bool:
        """Whether an address is in one of the cluster's ranges, or its nodes'."""
        ranges = [cidr for node in self._cluster.list("Node") for cidr in node["spec"].get("podCIDRs") or ()]
        return any(in_range(address, cidr) for cidr in (*_RANGES, *ranges))


def _listens(cluster: Cluster, pod: Obj, port: int) -> bool:
    """Whether a pod of its node's network takes a port of the node: one that it declares, or that its image has."""
    for container in pod["spec"]["containers"]:
        declared = [own["containerPort"] for own in container.get("ports") or ()]
        if port in declared or port in (behaviour_of(cluster, pod, container).ports or ()):
            return True
    return False


def _is_up(pod: Obj) -> bool:
    return dig(pod, "status", "phase") not in ("Succeeded", "Failed")


def pod_at(cluster: Cluster, address: str) -> Obj | None:
    """The pod that has an address of its own; one that has ended has given it back."""
    for pod in cluster.list("Pod"):
        if dig(pod, "status", "podIP") == address and not pod["spec"].get("hostNetwork") and _is_up(pod):
            return pod
    return None


def in_range(address: str, cidr: str) -> bool:
    """Whether an IPv4 address is in a block."""
    base, _, bits = cidr.partition("/")
    if ":" in base or ":" in address:
        return False
    shift = 32 - int(bits or 32)
    return number_of(address) >> shift == number_of(base) >> shift


def number_of(address: str) -> int:
    """An IPv4 address as a number."""
    first, second, third, fourth = (int(part) for part in address.split("."))
    return first << 24 | second << 16 | third << 8 | fourth
