"""Pods leave a node if they do not tolerate its NoExecute taints, or no longer. Mirrors pkg/controller/tainteviction.

Since when a pod has had to tolerate its node's taints is noted, ``{"namespace/name/uid": ms}``: its tolerations count
from there.  All else follows from the pod and the node.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, is_terminating, key_of
from kubesim.controllers import event_recorder
from kubesim.controllers.node_fit import tolerates_taint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.cluster import Change, Cluster

NAME = "taint-eviction-controller"
_WATCHED = ("nodeName", "tolerations")
REASON, MESSAGE = "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"


class TaintEvictionController:
    """Deletes pods from nodes that they do not tolerate."""

    name = "taint-eviction"
    kind = "Pod"
    rank = 9

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"Pod": _when_it_matters, "Node": _pods_of_tainted}

    @staticmethod
    def waits(cluster: Cluster, key: Key) -> bool:
        """Whether a pod is to be evicted at a known instant."""
        if not cluster.noted(NAME):
            return False
        pod = cluster.find(*key)
        return pod is not None and _note_of(pod) in cluster.noted(NAME)

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Evict a pod when its time on its node is over; returns when that will be (ms). Mirrors processPodOnNode."""
        pod = cluster.find(*key)
        if pod is None or is_terminating(pod):
            return None
        patience = _patience(pod, _taints_of(cluster, pod))
        if patience is None:
            _cancel(cluster, pod)
            return None
        due = int(cluster.noted(NAME).get(_note_of(pod), cluster.now)) + patience * SECOND
        if cluster.now < due:
            cluster.notes(NAME).setdefault(_note_of(pod), cluster.now)
            return due
        _evict(cluster, pod)
        return None


def _when_it_matters(cluster: Cluster, change: Change) -> Iterable[Key]:
    """A pod that is new on a tainted node, or tolerates more there than it did; one that is gone is forgotten."""
    old, new = change.old, change.new
    if new is None:
        if old is not None and _note_of(old) in cluster.noted(NAME):
            del cluster.notes(NAME)[_note_of(old)]
        return ()
    return () if _is_known(old, new) or not _taints_of(cluster, new) else (change.key,)


def _is_known(old: Obj | None, new: Obj) -> bool:
    """Whether a pod is on the node on which it was, and tolerates what it did."""
    if old is None or old["spec"] is new["spec"]:
        return old is not None
    return all(old["spec"].get(name) == new["spec"].get(name) for name in _WATCHED)


def _pods_of_tainted(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The pods of a node after its NoExecute taints changed."""
    before, after = _no_execute(change.old), _no_execute(change.new)
    if before == after:
        return ()
    return [key_of(pod) for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == change.key.name]


def _taints_of(cluster: Cluster, pod: Obj) -> list[Obj]:
    return _no_execute(cluster.find("Node", "", pod["spec"].get("nodeName", "")))


def _no_execute(node: Obj | None) -> list[Obj]:
    taints = node["spec"].get("taints") or () if node else ()
    return [taint for taint in taints if taint["effect"] == "NoExecute"]


def _patience(pod: Obj, taints: Sequence[Obj]) -> int | None:
    """How many seconds the pod may stay, counted from when it had to tolerate its node; None is for ever."""
    tolerations = pod["spec"].get("tolerations") or ()
    used = [next((one for one in tolerations if tolerates_taint(one, taint)), None) for taint in taints]
    limits = [0 if one is None else one.get("tolerationSeconds") for one in used]
    return min((max(0, limit) for limit in limits if limit is not None), default=None)


def _note_of(pod: Obj) -> str:
    meta = pod["metadata"]
    return f"{meta['namespace']}/{meta['name']}/{meta['uid']}"


def _evict(cluster: Cluster, pod: Obj) -> None:
    """Mirrors deletePodHandler."""
    _record(cluster, pod, "Marking for deletion")
    from kubesim.cluster.eviction import mark_disrupted

    mark_disrupted(cluster, pod, REASON, MESSAGE)
    cluster.delete(*key_of(pod))


def _cancel(cluster: Cluster, pod: Obj) -> None:
    """A pod that was to go may stay."""
    if _note_of(pod) in cluster.noted(NAME):
        del cluster.notes(NAME)[_note_of(pod)]
        _record(cluster, pod, "Cancelling deletion of")


def _record(cluster: Cluster, pod: Obj, what: str) -> None:
    meta = pod["metadata"]
    message = f"{what} Pod {meta['namespace']}/{meta['name']}"
    event_recorder.record(cluster, pod, "Normal", "TaintManagerEviction", message, NAME)
