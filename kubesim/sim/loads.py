"""The load that users put on workloads: what a workload's ready pods use beside what they use when idle.

Kept in the notes in the head of the state, by their targets.  A load holds from the instant at which it began until the
one at which it ends by itself, or is cleared; whoever measures asks what held.
"""

from __future__ import annotations

from kubesim.api.meta import condition_of, labels_of, parse_time
from kubesim.api.selectors import from_label_selector
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.selectors import Selector
    from kubesim.cluster import Cluster

NOTE = "loads"


class Load(NamedTuple):
    """A load, from ``since`` until ``until`` (ms), or until it is cleared if that is None.

    ``cpu`` (nanocores), ``memory`` (bytes) and ``requests`` (a second) are shared by the pods that are ready.
    ``pods`` says whose they are: a ``namespace`` with a ``name`` or a ``selector``.
    """

    target: str
    since: int
    until: int | None
    cpu: int
    memory: int
    requests: int
    pods: dict[str, Any]

    def part_of(self, begin: int, end: int) -> float:
        """For which part of the time from ``begin`` to ``end`` (ms) it held."""
        until = end if self.until is None else min(self.until, end)
        return max(0, until - max(self.since, begin)) / (end - begin)

    def holds(self, instant: int) -> bool:
        """Whether it holds at an instant (ms)."""
        return self.since <= instant and (self.until is None or instant < self.until)

    def is_on(self, pod: Obj) -> bool:
        """Whether the pod is one of those that it is put on."""
        return pod["metadata"]["namespace"] == self.pods["namespace"] and self._picks(pod, self._selector())

    def sharers(self, cluster: Cluster, instant: int) -> list[Obj]:
        """The pods that share it: those that have been ready since an instant (ms)."""
        pods, selector = cluster.list("Pod", self.pods["namespace"]), self._selector()
        return [pod for pod in pods if self._picks(pod, selector) and is_ready_since(pod, instant)]

    def _selector(self) -> Selector:
        return from_label_selector(self.pods.get("selector"))

    def _picks(self, pod: Obj, selector: Selector) -> bool:
        if "name" in self.pods:
            return bool(pod["metadata"]["name"] == self.pods["name"])
        return selector.matches(labels_of(pod))


def is_ready_since(pod: Obj, instant: int) -> bool:
    """Whether a pod is ready, and was at that instant (ms)."""
    ready = condition_of(pod, "Ready")
    if ready is None or ready["status"] != "True" or "deletionTimestamp" in pod["metadata"]:
        return False
    return parse_time(ready["lastTransitionTime"]) <= instant


def known(cluster: Cluster) -> list[Load]:
    """The loads that are kept, over or not, by their targets."""
    return [Load(**fields) for _, fields in sorted(cluster.noted(NOTE).items())]


def active(cluster: Cluster) -> list[Load]:
    """The loads that hold now."""
    return [load for load in known(cluster) if load.holds(cluster.now)]


def put(cluster: Cluster, load: Load) -> None:
    """Put a load on its target, in place of the one that was on it."""
    cluster.notes(NOTE)[_name(load)] = load._asdict()
    cluster.head_changed = True


def clear(cluster: Cluster, load: Load) -> None:
    """Take a load away, as if it had ended now: what is measured is an average over the time before."""
    cluster.notes(NOTE)[_name(load)] = load._replace(until=cluster.now)._asdict()
    cluster.head_changed = True


def _name(load: Load) -> str:
    return f"{load.pods['namespace']}/{load.target}"
