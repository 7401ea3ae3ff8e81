"""The control loop of autoscalers: a sync every 15 seconds, which keeps the target within the bounds.

There are no metrics, so nothing else is scaled.  What is remembered beside an autoscaler is ``{"last": ms, "due": ms,
"seen": [...]}``: its last sync, its next, and what it saw.  While nothing changes a sync only repeats its events,
so it is put off until one of them is due again.  Mirrors pkg/controller/podautoscaler/horizontal.go.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import SECOND, Key, Obj, dig, key_of, rfc3339
from kubesim.controllers import event_recorder
from kubesim.controllers.horizontal_pod_autoscaler.metrics import failure_of
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

COMPONENT = "horizontal-pod-autoscaler"
PERIOD = 15 * SECOND
SCALABLE = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")


class HorizontalPodAutoscalerController:
    """Syncs HorizontalPodAutoscalers."""

    name = "horizontalpodautoscaler"
    kind = "HorizontalPodAutoscaler"
    rank = 60

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"HorizontalPodAutoscaler": _itself, **dict.fromkeys(SCALABLE, _autoscalers_of)}

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
        sync = Reconciliation(cluster, obj, turns)
        sync.reconcile()
        now = cluster.now
        due = now + PERIOD
        if not sync.is_changed:
            due = max(due, _next_turn(now, event_recorder.next_room(cluster, obj, COMPONENT) - 1))
        cluster.remember(key_of(obj), {"last": now, "due": due, "seen": _seen(cluster, obj)})
        return due


def _next_turn(last: int, now: int) -> int:
    """The first of the turns, which follow ``last`` every 15 seconds, that is after ``now``."""
    return last + ((now - last) // PERIOD + 1) * PERIOD


def _itself(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    return () if change.new is None else (change.key,)


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
    """What a sync depends on: the autoscaler's bounds, metrics and target, and the target's size."""
    spec = obj["spec"]
    target = spec["scaleTargetRef"]
    found = None
    if target["kind"] in SCALABLE:
        found = cluster.find(target["kind"], obj["metadata"]["namespace"], target["name"])
    size = None if found is None else found["spec"].get("replicas", 1)
    return [spec.get("minReplicas"), spec["maxReplicas"], spec.get("metrics"), target, size]


class Reconciliation:
    """One sync of one autoscaler. ``turns`` have passed since the last, this one included."""

    def __init__(self, cluster: Cluster, obj: Obj, turns: int) -> None:
        self._cluster = cluster
        self._obj = obj
        self._turns = turns
        self._namespace: str = obj["metadata"]["namespace"]
        before = obj.get("status") or {}
        self._before = before
        self._conditions: list[Obj] = list(before.get("conditions") or ())
        self.is_changed = False

    def reconcile(self) -> None:
        """Mirrors reconcileAutoscaler."""
        try:
            target = self._target()
        except StatusError as error:
            self._tell("Warning", "FailedGetScale", str(error), times=self._turns)
            why = f"the HPA controller was unable to get the target's current scale: {error}"
            self._set_condition("AbleToScale", "False", "FailedGetScale", why)
            self._write({**self._before})
            return
        why = "the HPA controller was able to get the target's current scale"
        self._set_condition("AbleToScale", "True", "SucceededGetScale", why)
        current = int(target["spec"].get("replicas", 1))
        low, high = self._obj["spec"].get("minReplicas", 1), self._obj["spec"]["maxReplicas"]
        if current == 0 and low != 0:
            why = "scaling is disabled since the replica count of the target is zero"
            self._set_condition("ScalingActive", "False", "ScalingDisabled", why)
            self._write(self._status(0, 0, None))
        elif current > high:
            self._rescale(target, current, high, "Current number of replicas above Spec.MaxReplicas")
        elif current < low:
            self._rescale(target, current, low, "Current number of replicas below Spec.MinReplicas")
        else:
            self._fail_to_measure(current)

    def _target(self) -> Obj:
        """What is scaled. StatusError where there is no such object, or no such kind."""
        reference = self._obj["spec"]["scaleTargetRef"]
        names = self._cluster.kinds.names_for(reference.get("apiVersion", ""), reference["kind"])
        if names is None:
            group, _, _ = reference.get("apiVersion", "").rpartition("/")
            raise StatusError("NotFound", f'no matches for kind "{reference["kind"]}" in group "{group}"', 404)
        if names.key not in SCALABLE:
            raise StatusError("NotFound", "the server could not find the requested resource", 404)
        target = self._cluster.find(names.key, self._namespace, reference["name"])
        if target is None:
            raise errors.not_found(names.plural, names.group, reference["name"])
        return target

    def _rescale(self, target: Obj, current: int, wanted: int, reason: str) -> None:
        self._cluster.update({**target, "spec": {**target["spec"], "replicas": wanted}})
        why = f"the HPA controller was able to update the target scale to {wanted}"
        self._set_condition("AbleToScale", "True", "SucceededRescale", why)
        self._tell("Normal", "SuccessfulRescale", f"New size: {wanted}; reason: {reason}")
        status = self._status(current, wanted, None)
        self._write({**status, "lastScaleTime": rfc3339(self._cluster.now)})

    def _fail_to_measure(self, current: int) -> None:
        """Nobody serves metrics, or several autoscalers fight over the pods. Mirrors computeReplicasForMetrics."""
        rivals = self._rivals()
        metrics = self._obj["spec"].get("metrics") or ()
        if rivals:
            error = f"pods by selector {rivals[0]} are controlled by multiple HPAs: [{rivals[1]}]"
            self._tell("Warning", "AmbiguousSelector", error, times=self._turns)
            self._set_condition("ScalingActive", "False", "AmbiguousSelector", error)
            self._write(self._status(current, int(self._before.get("desiredReplicas", 0)), None))
        else:
            failures = [failure_of(metric, self._namespace) for metric in metrics]
            for failure in failures:
                self._tell("Warning", failure.reason, failure.error, times=self._turns)
            why = f"the HPA was unable to compute the replica count: {failures[0].error}"
            self._set_condition("ScalingActive", "False", failures[0].reason, why)
            unknown = [{"type": ""} for _ in metrics]
            self._write(self._status(current, int(self._before.get("desiredReplicas", 0)), unknown))
            count = len(failures)
            error = f"invalid metrics ({count} invalid out of {count}), first error is: {failures[0].whole}"
        self._tell("Warning", "FailedComputeMetricsReplicas", error, times=self._turns)

    def _rivals(self) -> tuple[str, str] | None:
        """The target's selector, and the autoscalers that have the same target, if there are others."""
        target = self._obj["spec"]["scaleTargetRef"]
        same = [
            f"{self._namespace}/{obj['metadata']['name']}"
            for obj in self._cluster.list("HorizontalPodAutoscaler", self._namespace)
            if obj["spec"]["scaleTargetRef"] == target and (obj is self._obj or _has_looked(self._cluster, obj))
        ]
        if len(same) < 2:
            return None
        from kubesim.api.selectors import format_label_selector

        return format_label_selector(self._target()["spec"].get("selector")), " ".join(same)

    # what is recorded

    def _tell(self, event_type: str, reason: str, message: str, *, times: int = 1) -> None:
        event_recorder.record(self._cluster, self._obj, event_type, reason, message, COMPONENT, times=times)

    def _set_condition(self, kind: str, status: str, reason: str, message: str) -> None:
        """Mirrors setConditionInList."""
        given = next((c for c in self._conditions if c["type"] == kind), None)
        since = rfc3339(self._cluster.now)
        if given is not None and given["status"] == status:
            since = given["lastTransitionTime"]
        wanted = {"lastTransitionTime": since, "message": message, "reason": reason, "status": status, "type": kind}
        if given is None:
            self._conditions = [*self._conditions, wanted]
        else:
            self._conditions = [wanted if c is given else c for c in self._conditions]

    def _status(self, current: int, desired: int, metrics: list[Obj] | None) -> Obj:
        """Mirrors setStatus."""
        status: Obj = {"currentMetrics": metrics, "desiredReplicas": desired}
        if current:
            status["currentReplicas"] = current
        if "lastScaleTime" in self._before:
            status["lastScaleTime"] = self._before["lastScaleTime"]
        return status

    def _write(self, status: Obj) -> None:
        status["conditions"] = self._conditions
        self.is_changed = status != self._before
        self._cluster.update_status(self._obj, status)


def _has_looked(cluster: Cluster, obj: Obj) -> bool:
    """Whether the autoscaler knows its target's pods by now."""
    return "seen" in (cluster.recall(key_of(obj)) or {})
