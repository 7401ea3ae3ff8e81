"""One sync of one autoscaler. Mirrors reconcileAutoscaler of pkg/controller/podautoscaler/horizontal.go."""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import Obj, key_of, labels_of, rfc3339
from kubesim.api.selectors import from_label_selector
from kubesim.controllers import event_recorder
from kubesim.controllers.horizontal_pod_autoscaler.metrics import Failure, Proposal, answer
from kubesim.controllers.horizontal_pod_autoscaler.normalization import Bounds, History, normalized
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Cluster

COMPONENT = "horizontal-pod-autoscaler"
SCALABLE = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")


class Reconciliation:
    """One sync of one autoscaler. ``turns`` have passed since the last, this one included.

    ``history`` is what it remembers afterwards; ``is_measured``: a metric could be had.
    """

    def __init__(self, cluster: Cluster, obj: Obj, turns: int, record: Obj) -> None:
        self._cluster = cluster
        self._obj = obj
        self._turns = turns
        self._namespace: str = obj["metadata"]["namespace"]
        before = obj.get("status") or {}
        self._before = before
        self._conditions: list[Obj] = list(before.get("conditions") or ())
        self.history = History(*(record.get(name, ()) for name in History._fields))
        self.is_changed = self.is_measured = False

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
        if not self.history.recommendations:
            self.history = self.history.later(self._cluster.now, current, None)
        low, high = self._obj["spec"].get("minReplicas", 1), self._obj["spec"]["maxReplicas"]
        if current == 0 and low != 0:
            why = "scaling is disabled since the replica count of the target is zero"
            self._set_condition("ScalingActive", "False", "ScalingDisabled", why)
            self._write(self._status(0, 0, None))
        elif current > high:
            self._rescale(target, current, high, "Current number of replicas above Spec.MaxReplicas", None)
        elif current < low:
            self._rescale(target, current, low, "Current number of replicas below Spec.MinReplicas", None)
        elif rivals := self._rivals():
            self._refuse_rivals(current, *rivals)
        else:
            self._follow_metrics(target, Bounds(current, low, high))

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

    def _rescale(self, target: Obj, current: int, wanted: int, reason: str, metrics: list[Obj] | None) -> None:
        self._cluster.update({**target, "spec": {**target["spec"], "replicas": wanted}})
        why = f"the HPA controller was able to update the target scale to {wanted}"
        self._set_condition("AbleToScale", "True", "SucceededRescale", why)
        self._tell("Normal", "SuccessfulRescale", f"New size: {wanted}; reason: {reason}")
        if self._obj["spec"].get("behavior") is not None:
            self.history = self.history.scaled(self._cluster.now, wanted - current)
        status = self._status(current, wanted, metrics)
        self._write({**status, "lastScaleTime": rfc3339(self._cluster.now)})

    def _refuse_rivals(self, current: int, selector: str, rivals: str) -> None:
        """Several autoscalers fight over the pods. Mirrors validateAndParseSelector."""
        error = f"pods by selector {selector} are controlled by multiple HPAs: [{rivals}]"
        self._tell("Warning", "AmbiguousSelector", error, times=self._turns)
        self._set_condition("ScalingActive", "False", "AmbiguousSelector", error)
        self._write(self._status(current, int(self._before.get("desiredReplicas", 0)), None))
        self._tell("Warning", "FailedComputeMetricsReplicas", error, times=self._turns)

    def _follow_metrics(self, target: Obj, bounds: Bounds) -> None:
        """Scale by the metric that calls for most, unless one that is not to be had might keep from scaling down.

        Mirrors computeReplicasForMetrics.
        """
        answers = self._answers(target, bounds.current)
        failures = [each for each in answers if isinstance(each, Failure)]
        proposals = [each for each in answers if isinstance(each, Proposal)]
        for failure in failures:
            self._tell("Warning", failure.reason, failure.error, times=self._turns)
        statuses = [each.status if isinstance(each, Proposal) else {"type": ""} for each in answers]
        self.is_measured = bool(proposals)
        best = max(proposals, key=lambda each: each.replicas, default=None)
        if best is None or (failures and best.replicas < bounds.current):
            why = f"the HPA was unable to compute the replica count: {failures[0].error}"
            self._set_condition("ScalingActive", "False", failures[0].reason, why)
            self._write(self._status(bounds.current, int(self._before.get("desiredReplicas", 0)), statuses))
            error = f"invalid metrics ({len(failures)} invalid out of {len(answers)}), first error is: "
            whole = error + failures[0].whole
            self._tell("Warning", "FailedComputeMetricsReplicas", whole, times=self._turns)
            return
        why = f"the HPA was able to successfully calculate a replica count from {best.name}"
        self._set_condition("ScalingActive", "True", "ValidMetricFound", why)
        self._normalize(target, bounds, best, statuses)

    def _answers(self, target: Obj, current: int) -> Sequence[Proposal | Failure]:
        pods = self._pods_of(target)
        metrics = self._obj["spec"].get("metrics") or ()
        return [answer(self._cluster, self._obj, metric, pods, current) for metric in metrics]

    def _normalize(self, target: Obj, bounds: Bounds, best: Proposal, statuses: list[Obj]) -> None:
        """Keep what a metric calls for within bounds, and scale if it is another size."""
        behavior, now = self._obj["spec"].get("behavior"), self._cluster.now
        wanted = normalized(best.replicas, bounds, self.history, behavior, now)
        self.history = self.history.later(now, best.replicas, behavior)
        self._set_condition("AbleToScale", "True", *wanted.able)
        self._set_condition("ScalingLimited", str(wanted.is_limited), *wanted.limit)
        if wanted.replicas == bounds.current:
            self._write(self._status(bounds.current, bounds.current, statuses))
            return
        reason = f"{best.name} above target"
        if best.replicas < bounds.current:
            reason = "All metrics below target"
        elif best.replicas == bounds.current:
            reason = ""
        self._rescale(target, bounds.current, wanted.replicas, reason, statuses)

    def _pods_of(self, target: Obj) -> list[Obj]:
        """The pods that the target's selector means."""
        selector = target["spec"].get("selector")
        if target["kind"] == "ReplicationController":
            selector = {"matchLabels": selector}
        meant = from_label_selector(selector)
        return [pod for pod in self._cluster.list("Pod", self._namespace) if meant.matches(labels_of(pod))]

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
