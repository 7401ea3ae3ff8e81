"""Why a Deployment does not roll out: it is paused, its pods are refused, or those of its new ReplicaSet fail."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, key_of, parse_time
from kubesim.api.revisions import find_new_replica_set
from kubesim.controllers.deployment.conditions import REPLICA_FAILURE, TIMED_OUT
from kubesim.controllers.deployment.replica_sets import size_of, status_count
from kubesim.controllers.deployment.sync import bounds_of
from kubesim.kubectl.rollout_status import is_rolled_out
from kubesim.views.why.ending import ending_cause, is_ending
from kubesim.views.why.model import Cause, command
from kubesim.views.why.workloads.members import (
    causes_of_pods,
    current,
    ending_pods,
    not_available_yet,
    refused,
    staying,
    unsteady,
)
from kubesim.views.words import titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.views.why.inquiry import Inquiry


class Sets:
    """The ReplicaSets of a Deployment with their pods."""

    def __init__(self, cluster: Cluster, deployment: Obj) -> None:
        self.all = cluster.owned(deployment, "ReplicaSet")
        self.new = find_new_replica_set(deployment, self.all)
        self.old = [rs for rs in self.all if rs is not self.new]
        self._cluster = cluster

    def pods(self, rs: Obj | None) -> list[Obj]:
        return [] if rs is None else self._cluster.owned(rs, "Pod")

    @property
    def old_pods(self) -> list[Obj]:
        return [pod for rs in self.old for pod in self.pods(rs)]


def is_fine(deployment: Obj) -> bool:
    """Whether a Deployment is as it is wanted: every pod is of its template and available."""
    return not is_ending(deployment) and is_rolled_out(deployment)


def deployment_causes(inquiry: Inquiry, deployment: Obj) -> list[Cause]:
    """Why a Deployment is not as it is wanted."""
    if is_ending(deployment):
        return [ending_cause(inquiry, deployment)]
    cluster = inquiry.cluster
    sets = Sets(cluster, deployment)
    if deployment["spec"].get("paused") and (sets.new is None or any(map(size_of, sets.old))):
        return [_paused(deployment)]
    if is_fine(deployment):
        return unsteady(inquiry, sets.pods(sets.new))
    found = _refusals(cluster, deployment, sets)
    new = causes_of_pods(inquiry, current(sets.pods(sets.new)))
    causes = [*found, *new] or _of_the_old(inquiry, deployment, sets)
    return causes or [_moving(deployment)]


def _paused(deployment: Obj) -> Cause:
    condition = condition_of(deployment, "Progressing")
    since = parse_time(condition["lastUpdateTime"]) if condition is not None else None
    text = "it is paused, so that its new template is not rolled out"
    return Cause("Paused", key_of(deployment), text, (command("rollout", "resume", titled(deployment)),), since=since)


def _refusals(cluster: Cluster, deployment: Obj, sets: Sets) -> list[Cause]:
    """What the API server has against the pods of a ReplicaSet, the new one's word first."""
    for rs in sorted(sets.all, key=lambda rs: rs is not sets.new):
        failure = condition_of(rs, REPLICA_FAILURE)
        if failure is not None and size_of(rs) > status_count(rs, "replicas"):
            most = bounds_of(deployment).max_replicas
            missing = most - sum(status_count(one, "replicas") for one in sets.all)
            since = parse_time(failure["lastTransitionTime"])
            return [refused(cluster, rs, failure["message"], missing, since)]
    return []


def _of_the_old(inquiry: Inquiry, deployment: Obj, sets: Sets) -> list[Cause]:
    """What the new pods wait for, since there is nothing wrong with them."""
    now, new = inquiry.cluster.now, sets.pods(sets.new)
    stages = [not_available_yet(deployment, staying(new), now), ending_pods(deployment, sets.old_pods, now)]
    held = causes_of_pods(inquiry, [pod for pod in sets.old_pods if is_ending(pod)])
    wrong = [cause for cause in held if not cause.is_stage]
    return wrong or [cause for cause in stages if cause is not None]


def _moving(deployment: Obj) -> Cause:
    return Cause("RollsOut", key_of(deployment), "its pods are being replaced step by step", is_stage=True)


def has_timed_out(deployment: Obj) -> int | None:
    """Since when (ms) the rollout counts as failed; None if it does not."""
    condition = condition_of(deployment, "Progressing")
    if condition is None or condition.get("reason") != TIMED_OUT:
        return None
    return parse_time(condition["lastUpdateTime"])
