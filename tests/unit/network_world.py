"""A small cluster with Services, for tests of what pods reach and what is answered to them."""

from __future__ import annotations

from typing import Any

import kubesim
from kubesim.cluster import Cluster
from kubesim.containers.evaluation.files import Files
from kubesim.containers.evaluation.live import Ended, NotSimulated, run_live
from kubesim.containers.evaluation.setting import Setting
from kubesim.controllers.kubelet.network import PodNetwork, network_of
from kubesim.life.saved_cluster import SavedCluster
from kubesim.network.client import first_address, split_url
from kubesim.network.http import Failure, Request, Response
from kubesim.sim.images.installed_programs import tools_of
from tests.unit.outside import Memory

AT = "2026-01-01T00:00:00Z"
EPOCH = 1_767_225_600_000
CLIENT = """
apiVersion: v1
kind: Pod
metadata: {name: cli, labels: {run: cli}}
spec: {nodeName: node02, containers: [{name: cli, image: "busybox:1.36", command: [sleep, 1d]}]}
"""


class Small:
    """A cluster of the library, and what is asked from its pods. It has a pod ``cli``."""

    def __init__(self, **fields: Any) -> None:
        self.library = kubesim.Cluster(seed=1, at=AT, **fields)
        self._cluster: Cluster | None = None
        self.apply(CLIENT)

    def run(self, *lines: str) -> None:
        """kubectl's command lines."""
        for line in lines:
            result = self.library.kubectl(line)
            assert result.code == 0, result
        self._cluster = None

    def apply(self, manifest: str) -> None:
        self.library.apply(manifest)
        self._cluster = None

    def settle(self, seconds: int = 30) -> Small:
        self.library.advance(seconds)
        self._cluster = None
        return self

    @property
    def cluster(self) -> Cluster:
        """The cluster as it is now; it is read once between two changes."""
        if self._cluster is None:
            self._cluster = SavedCluster(self.library._home, clock=self.library._clock).read().cluster
        return self._cluster

    def network(self, pod: str = "cli", namespace: str = "default") -> PodNetwork:
        return network_of(self.cluster, self.cluster.get("Pod", namespace, pod))

    def get(self, url: str, pod: str = "cli", namespace: str = "default", **fields: Any) -> Response | Failure:
        """What a pod is answered that gets a URL."""
        return fetch(self.network(pod, namespace), url, **fields)

    def body(self, url: str, pod: str = "cli", namespace: str = "default", **fields: Any) -> str | None:
        """The body of an answer; why there is none."""
        found = self.get(url, pod, namespace, **fields)
        return found.why if isinstance(found, Failure) else found.body

    def address_of(self, service: str) -> str:
        return str(self.cluster.get("Service", "default", service)["spec"]["clusterIP"])


def fetch(network: PodNetwork, url: str, **fields: Any) -> Response | Failure:
    target = split_url(url)
    address = first_address(network, target.host)
    if isinstance(address, Failure):
        return address
    headers = (("User-Agent", "curl/8.5.0"), ("Accept", "*/*"))
    wanted = {"path": target.path, "host": target.authority, "headers": headers, "is_secure": target.scheme == "https"}
    return network.send(address, target.port, Request(**{**wanted, **fields}))


class Around(Memory):
    """What is around a command that is run in a pod."""

    def __init__(self, network: PodNetwork, *, is_terminal: bool = False, lines: tuple[str, ...] = ()) -> None:
        super().__init__(lines)
        self.network = network
        self.is_terminal = is_terminal


class Ran:
    """How a command went."""

    def __init__(self, ended: Ended | NotSimulated, around: Around) -> None:
        self.ended = ended
        self.status = ended.status if isinstance(ended, Ended) else -1
        self.out, self.err, self.took = around.text(1), around.text(2), around.now


def run_in(small: Small, script: str, image: str = "busybox:1.36", *, is_terminal: bool = False) -> Ran:
    """Run a script of the shell in the pod ``cli``, as if that had another image."""
    setting = Setting(tools=tools_of(image), is_whole=True, epoch=EPOCH, image=image)
    around = Around(small.network(), is_terminal=is_terminal)
    try:
        return Ran(run_live(["sh", "-c", script], setting, Files(), around, 0), around)
    except NotSimulated as error:
        return Ran(error, around)
