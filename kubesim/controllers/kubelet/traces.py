"""What requests leave behind: how many there were, and lines in servers' logs. It is kept where the state is saved."""

from __future__ import annotations

from kubesim.api.meta import Key, copy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.records import ContainerRecord

MOST_LINES = 500  # of requests that a container's log keeps


class Traces:
    """The traces of requests that are not kept yet."""

    def __init__(self, requests: int = 0, *, is_forecast: bool = False) -> None:
        self.requests = requests
        #: Whether nobody keeps them.
        self.is_forecast = is_forecast
        #: What databases have in memory now, by their pods and containers, and the numbers of their instances.
        self.keyspaces: dict[tuple[Key, str], dict[str, Any]] = {}
        self.runs: dict[tuple[Key, str], int] = {}
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
        self._keep_keyspaces(cluster)
        for pod, container, run, instant, line in lines:
            record = copy_of(cluster.recall(pod) or {})
            kept: ContainerRecord = record.get("containers", {}).get(container, {})
            if kept.get("run", 0) != run or "on" not in kept:
                continue
            before = kept["asked"][1] if kept.get("asked", [run])[0] == run and "asked" in kept else []
            kept["asked"] = [run, [*before, [instant, line]][-MOST_LINES:]]
            cluster.remember(pod, record)

    def _keep_keyspaces(self, cluster: Cluster) -> None:
        for (pod, container), keys in self.keyspaces.items():
            record, run = copy_of(cluster.recall(pod) or {}), self.runs[pod, container]
            kept: ContainerRecord = record.get("containers", {}).get(container, {})
            if kept.get("run", 0) == run and "on" in kept:
                kept["keyspace"] = [run, keys]
                cluster.remember(pod, record)
        self.keyspaces, self.runs = {}, {}
