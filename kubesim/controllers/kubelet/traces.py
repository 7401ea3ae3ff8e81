"""What requests leave behind: how many there were, and lines in servers' logs. It is kept where the state is saved."""

from __future__ import annotations

from kubesim.api.meta import Key, copy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.records import ContainerRecord

MOST_LINES = 500  # of requests that a container's log keeps


class Traces:
    """The traces of requests that are not kept yet."""

    def __init__(self, requests: int = 0) -> None:
        self.requests = requests
        #: The most endpoints that there were to choose from.
        self.ways = 1
        self._lines: list[tuple[Key, str, int, int, str]] = []

    def log(self, pod: Key, container: str, run: int, instant: int, line: str) -> None:
        """A server's instance ``run`` logs a request at an instant (ms)."""
        self._lines.append((pod, container, run, instant, line))

    def turn(self, cluster: Cluster) -> int:
        """How many requests there have been."""
        return int(cluster.noted("network").get("requests", 0)) + self.requests

    def keep(self, cluster: Cluster) -> None:
        """Keep them in the cluster."""
        cluster.notes("network")["requests"] = self.turn(cluster)
        lines, self._lines, self.requests = self._lines, [], 0
        for pod, container, run, instant, line in lines:
            record = copy_of(cluster.recall(pod) or {})
            kept: ContainerRecord = record.get("containers", {}).get(container, {})
            if kept.get("run", 0) != run or "on" not in kept:
                continue
            before = kept["asked"][1] if kept.get("asked", [run])[0] == run and "asked" in kept else []
            kept["asked"] = [run, [*before, [instant, line]][-MOST_LINES:]]
            cluster.remember(pod, record)
