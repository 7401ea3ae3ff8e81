"""The pod at the other end of forwarded ports: who listens there now, and what it answers.

Mirrors the portforward of cri-streaming and containerd: connections are made inside the pod's network, to localhost.
"""

from __future__ import annotations

from kubesim.api.identity import container_id_of
from kubesim.api.meta import Obj, dig, key_of
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.controllers.kubelet.network import network_of
from kubesim.controllers.kubelet.traces import Traces
from kubesim.network.door import Connection, OutsideOfCluster
from kubesim.network.http import REFUSED, Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import Protocol

    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.network import PodNetwork
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.network.http import Request, Response

    class Openings(Protocol):
        """Opens the cluster; see Session."""

        def life(self) -> LiveCluster: ...

        def writing(self) -> AbstractContextManager[LiveCluster]: ...


LOCALHOST = "127.0.0.1"


class ForwardedPod:
    """A pod that runs; the cluster is opened for each question, so each answer is of that instant."""

    def __init__(self, session: Openings, pod: Obj) -> None:
        self._session = session
        self._key = key_of(pod)
        self._uid = pod["metadata"]["uid"]

    def is_there(self) -> bool:
        """Whether the pod still runs."""
        return self._present(self._session.life().cluster) is not None

    def _present(self, cluster: Cluster) -> Obj | None:
        pod = cluster.find(*self._key)
        if pod is None or pod["metadata"]["uid"] != self._uid or dig(pod, "status", "phase") != "Running":
            return None
        return pod

    def connect(self, port: int) -> Connection | Failure:
        """Who takes connections on a port; a Failure, with the runtime's words, if nobody does."""
        cluster = self._session.life().cluster
        pod = self._present(cluster)
        if pod is None:
            return self._failure(port)
        made = network_of(cluster, pod).connect(LOCALHOST, port)
        return self._failure(port) if isinstance(made, Failure) else made

    def send(self, port: int, request: Request) -> Response | Failure | str:
        """What the server on a port answers, which is logged; a text if that cannot be known, and why."""
        with self._session.writing() as life:
            pod = self._present(life.cluster)
            if pod is None:
                return self._failure(port)
            traces = Traces()
            found = self._sent(network_of(life.cluster, pod, traces=traces), port, request)
            traces.keep(life.cluster)
            return self._failure(port) if isinstance(found, Failure) else found

    def _sent(self, network: PodNetwork, port: int, request: Request) -> Response | Failure | str:
        try:
            found = network.send(LOCALHOST, port, request)
        except OutsideOfCluster as outside:
            return f"kubesim does not simulate what is outside of the cluster: {outside}"
        except NotSimulated as unknown:
            return str(unknown)
        if not isinstance(found, Failure) and found.body is None:
            return f"kubesim does not know what is answered to {request.method} {request.path}"
        return found

    def _failure(self, port: int) -> Failure:
        """Mirrors the messages of cri-streaming's portForward and of containerd's."""
        sandbox = container_id_of(self._uid, "", 0).rpartition("/")[2]
        space = f"/var/run/netns/cni-{self._uid}"
        why = "connect: connection refused"
        tried = f"IPv4: dial tcp4 127.0.0.1:{port}: {why} IPv6 dial tcp6 [::1]:{port}: {why}"
        cause = f'failed to execute portforward in network namespace "{space}": failed to connect to localhost:{port} '
        cause += f'inside namespace "{sandbox}", {tried} '
        return Failure(REFUSED, f"error forwarding port {port} to pod {sandbox}, uid : {cause}")
