"""The network around a pod or a node, at the cluster's present: the one door for programs that ask others.

``network_of(cluster, pod)`` is a pod's, ``network_of(cluster, node=name)`` a node's own.  Each request that goes
through a Service goes to the next of its endpoints.
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.meta import Key, Obj, dig
from kubesim.containers.addressing import zone
from kubesim.containers.addressing.destinations import API_PORT, Addresses, Caller, Destination, pod_at
from kubesim.containers.addressing.policies import allows
from kubesim.containers.addressing.resolution import NODE_RESOLVER, is_beside, node_resolution, resolution_of
from kubesim.controllers.kubelet.pod_server import PodServer, is_node_down, server_at
from kubesim.controllers.kubelet.sites import Asker
from kubesim.controllers.kubelet.traces import Traces
from kubesim.network.dns import NXDOMAIN, Reply
from kubesim.network.door import Connection, OutsideOfCluster
from kubesim.network.http import REFUSED, TIMED_OUT, Failure, Request, Response
from kubesim.network.sites.catalogue import kind_of
from kubesim.network.sites.node import node_answer
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.network.dns import Resolution
    from kubesim.network.sites.redis import Reply as DatabaseReply

_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
MOST_HOPS = 4  # servers that ask others in turn
_FIRST_PORT, _PORTS = 32768, 28232  # from which connections are made


def network_of(
    cluster: Cluster, pod: Obj | None = None, node: str = "", traces: Traces | None = None, hosts: str = ""
) -> PodNetwork:
    """The network that a pod's containers share; without a pod a node's own, the first node's if none is named.

    ``hosts`` is the text of a node's hosts file.
    What requests leave behind is put into the ``traces``; whoever saves the cluster keeps them.
    """
    traces = traces or Traces()
    if pod is not None:
        caller = Caller(pod["spec"].get("nodeName", ""), dig(pod, "status", "podIP", default=""), pod)
        return PodNetwork(cluster, caller, traces)
    found = cluster.get("Node", "", node) if node else cluster.list("Node")[0]
    addresses = dig(found, "status", "addresses", default=())
    address = next((one["address"] for one in addresses if one["type"] == "InternalIP"), "")
    return PodNetwork(cluster, Caller(found["metadata"]["name"], address), traces, hosts=hosts)


def network_of_control_plane(cluster: Cluster, traces: Traces) -> PodNetwork:
    """The network that the API server has: that of its node, the first one where none is of the control plane."""
    nodes = [node["metadata"] for node in cluster.list("Node")]
    own = next((meta["name"] for meta in nodes if _CONTROL_PLANE in (meta.get("labels") or {})), "")
    return network_of(cluster, node=own, traces=traces)


class Reached(NamedTuple):
    """Where a connection ends, and at which server; a node's own has none."""

    there: Destination
    server: PodServer | None = None


class PodNetwork:
    """Satisfies ``kubesim.network.door.Network``."""

    def __init__(self, cluster: Cluster, caller: Caller, traces: Traces, hops: int = 0, hosts: str = "") -> None:
        self._cluster = cluster
        self._caller = caller
        self._traces = traces
        self._hops = hops
        self._hosts = hosts

    @property
    def address(self) -> str:
        return self._caller.address

    @property
    def resolution(self) -> Resolution:
        pod = self._caller.pod
        return node_resolution(self._hosts) if pod is None else resolution_of(self._cluster, pod)

    def query(self, server: str, name: str, kind: str) -> Reply | Failure:
        """Ask a name server: the cluster's own where its pods answer, or a node's, which knows no cluster."""
        if server == NODE_RESOLVER:
            plain = name.lower().rstrip(".")
            if plain.endswith(f".{zone.DOMAIN}") or "." not in plain:
                return Reply(NXDOMAIN)
            return Reply("NOERROR", leads_outside=True)
        if not is_beside(self._cluster, server):
            reached = self._reach(server, 53, "UDP")
            if isinstance(reached, Failure):
                return reached
            if reached.there.pod is None or not _is_dns(reached.there.pod):
                return Failure(TIMED_OUT)
        return zone.lookup(self._cluster, name, kind)

    def connect(self, address: str, port: int, protocol: str = "TCP", name: str = "") -> Connection | Failure:
        """Connect to a port of an address."""
        reached = self._reach(address, port, protocol)
        if isinstance(reached, Failure):
            return reached
        speaks_http = reached.server is None or reached.server.speaks_http
        if _is_api(self._cluster, reached.there):
            return Connection(self._port(), is_secure=True, speaks_http=speaks_http)
        from kubesim.controllers.kubelet.answering import certificate_of

        shown = None if reached.server is None else certificate_of(self._cluster, reached.server.site, name)
        is_known = reached.server is None or kind_of(reached.server.site) is not None
        return Connection(self._port(), shown is not None, shown or "", speaks_http=speaks_http, is_known=is_known)

    def send(self, address: str, port: int, request: Request) -> Response | Failure:
        """Send a request to a port of an address."""
        self._traces.requests += 1
        reached = self._reach(address, port, "TCP")
        if isinstance(reached, Failure):
            return reached
        if _is_api(self._cluster, reached.there):
            from kubesim.controllers.kubelet.api_requests import answer

            return answer(self._cluster, request)
        if reached.server is None:
            return node_answer(self._cluster.now, reached.there.port, request)
        from kubesim.controllers.kubelet.answering import answer_of

        return answer_of(self._cluster, reached.server, request, self._traces)

    def say(self, address: str, port: int, text: str, protocol: str = "TCP") -> str | Failure | None:
        """Send a text to a port of an address."""
        self._traces.requests += 1
        reached = self._reach(address, port, protocol)
        if isinstance(reached, Failure):
            return reached
        if reached.server is None:
            return None
        from kubesim.controllers.kubelet.answering import said

        return said(reached.server, text, protocol, self._traces)

    def converse(
        self, address: str, port: int, commands: list[list[str]], password: str | None
    ) -> list[DatabaseReply | None] | Failure:
        """Give commands to a database at a port of an address."""
        self._traces.requests += 1
        reached = self._reach(address, port, "TCP")
        if isinstance(reached, Failure):
            return reached
        if reached.server is None:
            return Failure(REFUSED)
        from kubesim.controllers.kubelet.keyspaces import replies

        return replies(self._cluster, reached.server, commands, password, self._traces)

    def pings(self, address: str) -> Failure | None:
        """Pods and nodes that are up answer; a Service's address is nobody's."""
        if address.startswith("127.") or address == self._caller.address:
            return None
        pod = pod_at(self._cluster, address)
        if pod is not None:
            there = Destination(address, 0, pod, pod["spec"].get("nodeName", ""))
            is_lost = is_node_down(self._cluster, there.node) or not allows(self._cluster, self._caller, there, "ICMP")
            return Failure(TIMED_OUT) if is_lost else None
        for node in self._cluster.list("Node"):
            if address in [one["address"] for one in dig(node, "status", "addresses", default=())]:
                return Failure(TIMED_OUT) if is_node_down(self._cluster, node["metadata"]["name"]) else None
        if not Addresses(self._cluster, self._caller).is_inside(address):
            raise OutsideOfCluster(address)
        return Failure(TIMED_OUT)

    # the way there

    def _port(self) -> int:
        digest = hex_digest(
            self._cluster.seed, f"{self._caller.address}/{self._cluster.now}/{self._traces.turn(self._cluster)}", 8
        )
        return _FIRST_PORT + int(digest, 16) % _PORTS

    def _reach(self, address: str, port: int, protocol: str) -> Reached | Failure:
        """Where a connection ends that is made; a Failure if it is not."""
        found = Addresses(self._cluster, self._caller, self._traces.turn(self._cluster)).destination(
            address, port, protocol
        )
        self._traces.ways = max(self._traces.ways, found.ways)
        if found.is_outside:
            raise OutsideOfCluster(address)
        if found.failure:
            is_down = bool(found.node) and is_node_down(self._cluster, found.node)
            return Failure(TIMED_OUT if is_down else found.failure)
        if is_node_down(self._cluster, found.node) or not allows(self._cluster, self._caller, found, protocol):
            return Failure(TIMED_OUT)
        if found.pod is None:
            return Reached(found)
        asker = Asker(found.source or self._caller.address, self._port(), self._forward_from(found.pod))
        server = server_at(self._cluster, found.pod, found.port, asker, protocol)
        return Failure(REFUSED) if server is None else Reached(found, server)

    def _forward_from(self, pod: Obj) -> Forwarding:
        inner = Caller(pod["spec"].get("nodeName", ""), dig(pod, "status", "podIP", default=""), pod)
        return Forwarding(PodNetwork(self._cluster, inner, self._traces, self._hops + 1), self._hops)


class Forwarding:
    """Asks another server by its URL, as a server's pod does."""

    def __init__(self, network: PodNetwork, hops: int) -> None:
        self._network = network
        self._hops = hops

    def __call__(self, url: str, request: Request) -> Response | Failure:
        from kubesim.network.client import first_address, split_url

        if self._hops >= MOST_HOPS:
            return Failure(TIMED_OUT)
        target = split_url(url)
        address = first_address(self._network, target.host)
        if isinstance(address, Failure):
            return address
        if target.scheme == "udp":
            said = self._network.say(address, target.port, request.body, "UDP")
            return said if isinstance(said, Failure) else Response(200, body=said) if said != "" else Failure(TIMED_OUT)
        return self._network.send(address, target.port, request)


def _is_dns(pod: Obj) -> bool:
    return any("dns" in container["image"] for container in pod["spec"]["containers"])


def _is_api(cluster: Cluster, there: Destination) -> bool:
    """Whether a port is the API server's: its pod's, or, where no pod stands for it, its node's."""
    if there.port != API_PORT:
        return False
    if there.pod is not None:
        return any("kube-apiserver" in container["image"] for container in there.pod["spec"]["containers"])
    piece = cluster.find(*Key("EndpointSlice", "default", "kubernetes"))
    return piece is not None and any(there.address in one["addresses"] for one in piece.get("endpoints") or ())
