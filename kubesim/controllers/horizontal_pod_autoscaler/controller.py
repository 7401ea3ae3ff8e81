"""The control loop of autoscalers: a sync every 15 seconds, which keeps the target within the bounds.

What is remembered beside an autoscaler is ``{"last": ms, "due": ms, "seen": [...]}``: its last sync, its next, and what
it saw, and what ``normalization.History`` has.  While there are no metrics and nothing changes a sync only repeats its
events, so it is put off until one of them is due again.  Mirrors pkg/controller/podautoscaler/horizontal.go.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, dig, key_of
from kubesim.cluster.aggregated import API_SERVICE_NAME, is_served
from kubesim.controllers import event_recorder
from kubesim.controllers.horizontal_pod_autoscaler.reconciliation import COMPONENT, SCALABLE, Reconciliation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

PERIOD = 15 * SECOND


class HorizontalPodAutoscalerController:
    """Syncs HorizontalPodAutoscalers."""

    name = "horizontalpodautoscaler"
    kind = "HorizontalPodAutoscaler"
    rank = 60

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        targets = dict.fromkeys(SCALABLE, _autoscalers_of)
        return {"HorizontalPodAutoscaler": _itself, "APIService": _all_where_metrics, **targets}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Sync an autoscaler that is due; returns the instant (ms) of the next sync."""
        obj = cluster.find(*key)
        if obj is None:
            return None
        record = cluster.recall(key)
        if record is None:
            record = {"last": cluster.now, "due": cluster.now + PERIOD}
            cluster.remember(key, record)
        if cluster.now >= record["due"]:
            return self._look(cluster, obj, record)
        if record.get("seen", _seen(cluster, obj)) != _seen(cluster, obj):
            due = min(int(record["due"]), _next_turn(record["last"], cluster.now))
            if due != record["due"]:
                cluster.remember(key, {**record, "due": due})
            return due
        return int(record["due"])

    def _look(self, cluster: Cluster, obj: Obj, record: Obj) -> int:
        """Reconcile, and remember when to do so again: at the next turn, unless nothing is to be expected of it."""
        turns = max(1, (cluster.now - record["last"]) // PERIOD)
        sync = Reconciliation(cluster, obj, turns, record)
        sync.reconcile()
        now = cluster.now
        due = now + PERIOD
        if not sync.is_changed and not sync.is_measured:
            due = max(due, _next_turn(now, event_recorder.next_room(cluster, obj, COMPONENT) - 1))
        history = {name: series for name, series in sync.history._asdict().items() if series}
        cluster.remember(key_of(obj), {"last": now, "due": due, "seen": _seen(cluster, obj), **history})
        return due


def _next_turn(last: int, now: int) -> int:
    """The first of the turns, which follow ``last`` every 15 seconds, that is after ``now``."""
    return last + ((now - last) // PERIOD + 1) * PERIOD


def _itself(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    return () if change.new is None else (change.key,)


def _all_where_metrics(cluster: Cluster, change: Change) -> Iterable[Key]:
    """Every autoscaler, once the API of metrics comes or goes."""
    return map(key_of, cluster.list("HorizontalPodAutoscaler")) if change.key.name == API_SERVICE_NAME else ()


def _autoscalers_of(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The autoscalers of a target that was created, deleted or scaled."""
    sizes = [dig(obj, "spec", "replicas") for obj in (change.old, change.new)]
    if change.old is not None and change.new is not None and sizes[0] == sizes[1]:
        return
    for obj in cluster.list("HorizontalPodAutoscaler", change.key.namespace):
        target = obj["spec"]["scaleTargetRef"]
        if (target["kind"], target["name"]) == (change.key.kind, change.key.name):
            yield key_of(obj)


def _seen(cluster: Cluster, obj: Obj) -> list[object]:
    """What a sync depends on: bounds, metrics and target, the size of that, and whether there are metrics."""
    spec = obj["spec"]
    target = spec["scaleTargetRef"]
    found = None
    if target["kind"] in SCALABLE:
        found = cluster.find(target["kind"], obj["metadata"]["namespace"], target["name"])
    size = None if found is None else found["spec"].get("replicas", 1)
    return [spec.get("minReplicas"), spec["maxReplicas"], spec.get("metrics"), target, size, is_served(cluster.kinds)]
