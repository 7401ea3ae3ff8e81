"""Why ReplicaSets, StatefulSets, DaemonSets and Jobs are not as they are wanted."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig, key_of, parse_time
from kubesim.controllers.controller_history import hash_label
from kubesim.controllers.daemon_set.placement import fit, with_daemon_tolerations
from kubesim.kubectl.rollout_status import is_rolled_out
from kubesim.views.why.ending import ending_cause, is_ending
from kubesim.views.why.model import Cause, Repair, command
from kubesim.views.why.workloads.members import (
    causes_of_pods,
    current,
    ending_pods,
    last_refusal,
    not_available_yet,
    refused,
    staying,
    unsteady,
)
from kubesim.views.words import counted, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.views.why.inquiry import Inquiry


def _count(obj: Obj, *fields: str) -> list[int]:
    return [int(dig(obj, "status", field, default=0)) for field in fields]


def _replicas(obj: Obj) -> int:
    return int(dig(obj, "spec", "replicas", default=1))


# ReplicaSets and ReplicationControllers


def is_replica_set_fine(obj: Obj) -> bool:
    """Whether it has as many available pods as it is to have."""
    return not is_ending(obj) and _count(obj, "replicas", "availableReplicas") == [_replicas(obj)] * 2


def replica_set_causes(inquiry: Inquiry, obj: Obj) -> list[Cause]:
    """Why a ReplicaSet, or a ReplicationController, does not have its pods."""
    if is_replica_set_fine(obj):
        return unsteady(inquiry, inquiry.cluster.owned(obj, "Pod"))
    if is_ending(obj):
        return [ending_cause(inquiry, obj)]
    cluster = inquiry.cluster
    missing = _replicas(obj) - _count(obj, "replicas")[0]
    failure = condition_of(obj, "ReplicaFailure")
    found = []
    if failure is not None and missing > 0:
        found = [refused(cluster, obj, failure["message"], missing, parse_time(failure["lastTransitionTime"]))]
    pods = current(cluster.owned(obj, "Pod"))
    causes = [*found, *causes_of_pods(inquiry, pods)]
    return causes or [not_available_yet(obj, pods, cluster.now) or _moving(obj)]


def _moving(obj: Obj) -> Cause:
    return Cause("Moves", key_of(obj), "its pods are being made, replaced or deleted", is_stage=True)


# StatefulSets


def is_stateful_set_fine(obj: Obj) -> bool:
    """Whether all pods are available and of the revision that they are to have."""
    if is_ending(obj):
        return False
    if dig(obj, "spec", "updateStrategy", "type") == "OnDelete":
        replicas, ready, updated = _count(obj, "replicas", "availableReplicas", "updatedReplicas")
        return replicas == ready == _replicas(obj) and updated == replicas
    return is_rolled_out(obj) and _count(obj, "replicas", "availableReplicas") == [_replicas(obj)] * 2


def stateful_set_causes(inquiry: Inquiry, obj: Obj) -> list[Cause]:
    """Why a StatefulSet does not have its pods: in order, the first that is not ready keeps all that follow."""
    if is_stateful_set_fine(obj):
        return unsteady(inquiry, inquiry.cluster.owned(obj, "Pod"))
    if is_ending(obj):
        return [ending_cause(inquiry, obj)]
    cluster = inquiry.cluster
    pods = sorted(cluster.owned(obj, "Pod"), key=lambda pod: (len(pod["metadata"]["name"]), pod["metadata"]["name"]))
    of_pods = causes_of_pods(inquiry, staying(pods))
    if of_pods and obj["spec"].get("podManagementPolicy") != "Parallel":
        waiting = _replicas(obj) - len(pods)
        note = f"; {counted(waiting, 'pod')} after it {'waits' if waiting == 1 else 'wait'}" if waiting > 0 else ""
        of_pods[0] = of_pods[0]._replace(text=of_pods[0].text + note)
    causes = [*_refused_pods(cluster, obj, pods), *of_pods]
    return causes or [_waits_for_hand(inquiry, obj, pods) or _of_time(obj, pods, cluster.now)]


def _refused_pods(cluster: Cluster, obj: Obj, pods: list[Obj]) -> list[Cause]:
    missing = _replicas(obj) - len(pods)
    latest = last_refusal(cluster, obj) if missing > 0 and len(staying(pods)) == len(pods) else None
    if latest is None or any(pod for pod in pods if dig(pod, "status", "phase") == "Pending"):
        return []
    message, since = latest
    return [refused(cluster, obj, message.partition("failed error: ")[2] or message, missing, since)]


def _waits_for_hand(inquiry: Inquiry, obj: Obj, pods: list[Obj]) -> Cause | None:
    """With OnDelete old pods stay until somebody deletes them."""
    if dig(obj, "spec", "updateStrategy", "type") != "OnDelete":
        return None
    old = [pod for pod in staying(pods) if hash_label(pod) != newest_hash(inquiry.cluster, obj)]
    if not old:
        return None
    there = "a pod of before is still there" if len(old) == 1 else "pods of before are still there"
    text = f"its updateStrategy is OnDelete, and {there}"
    repair = command("delete", *(titled(pod) for pod in old))
    return Cause("OnDelete", key_of(obj), text, (repair,), pods=tuple(map(key_of, old)))


def newest_hash(cluster: Cluster, obj: Obj) -> str:
    """What pods of the newest template are labelled with."""
    if obj["kind"] == "StatefulSet":
        return str(dig(obj, "status", "updateRevision", default=""))
    revisions = cluster.owned(obj, "ControllerRevision")
    return hash_label(max(revisions, key=lambda one: int(one["revision"]))) if revisions else ""


def _of_time(obj: Obj, pods: list[Obj], now: int) -> Cause:
    return not_available_yet(obj, pods, now) or ending_pods(obj, pods, now) or _moving(obj)


# DaemonSets


def is_daemon_set_fine(obj: Obj) -> bool:
    """Whether each of its nodes has an available pod of its template; one without any node is not."""
    desired, updated, available, misplaced = _count(
        obj, "desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberMisscheduled"
    )
    return not is_ending(obj) and desired > 0 and desired == updated == available and not misplaced


def daemon_set_causes(inquiry: Inquiry, obj: Obj) -> list[Cause]:
    """Why a DaemonSet does not have its pods."""
    if is_daemon_set_fine(obj):
        return unsteady(inquiry, inquiry.cluster.owned(obj, "Pod"))
    if is_ending(obj):
        return [ending_cause(inquiry, obj)]
    cluster = inquiry.cluster
    pods = cluster.owned(obj, "Pod")
    desired = _count(obj, "desiredNumberScheduled")[0]
    found = []
    if not desired:
        found = [_no_nodes(cluster, obj)]
    latest = last_refusal(cluster, obj) if len(staying(pods)) < desired else None
    if latest is not None:
        found.append(refused(cluster, obj, latest[0], desired - len(staying(pods)), latest[1]))
    causes = [*found, *causes_of_pods(inquiry, staying(pods))]
    return causes or [_waits_for_hand(inquiry, obj, pods) or _of_time(obj, pods, cluster.now)]


def _no_nodes(cluster: Cluster, obj: Obj) -> Cause:
    """No node is one for its pods."""
    spec = with_daemon_tolerations(obj["spec"]["template"]["spec"])
    selector = spec.get("nodeSelector") or {}
    text = "no node is one for its pods"
    repairs: list[Repair] = []
    if selector:
        text = f"no node has the labels of its nodeSelector {','.join(f'{k}={v}' for k, v in selector.items())}"
        words = [f"{key}={value}" for key, value in selector.items()]
        for node in cluster.list("Node"):
            labelled = {
                **node,
                "metadata": {**node["metadata"], "labels": {**node["metadata"].get("labels", {}), **selector}},
            }
            if fit(spec, labelled).should_run:
                repairs = [
                    command("label", "node", node["metadata"]["name"], *words, "--overwrite", is_namespaced=False)
                ]
                break
    return Cause("NoNodes", key_of(obj), text, tuple(repairs))


# Jobs


def is_job_fine(obj: Obj) -> bool:
    """Whether a Job is complete."""
    complete = condition_of(obj, "Complete")
    return not is_ending(obj) and complete is not None and bool(complete["status"] == "True")


def job_causes(inquiry: Inquiry, obj: Obj) -> list[Cause]:
    """Why a Job is not complete."""
    if is_job_fine(obj):
        return []
    if is_ending(obj):
        return [ending_cause(inquiry, obj)]
    cluster = inquiry.cluster
    if obj["spec"].get("suspend"):
        body = '{"spec":{"suspend":false}}'
        repair = command("patch", titled(obj), "-p", body)
        return [Cause("Suspended", key_of(obj), "it is suspended", (repair,))]
    pods = cluster.owned(obj, "Pod")
    failed = condition_of(obj, "Failed")
    causes = causes_of_pods(inquiry, pods if failed is not None else [pod for pod in staying(pods) if _counts(pod)])
    if failed is not None and failed["status"] == "True":
        return [_failed(obj, failed, causes)]
    missing = int(dig(obj, "spec", "parallelism", default=1)) - len(pods)
    latest = last_refusal(cluster, obj) if missing > 0 else None
    found = [] if latest is None else [refused(cluster, obj, latest[0], missing, latest[1])]
    done = f"{_count(obj, 'succeeded')[0]} of {counted(obj['spec'].get('completions', 1), 'pod')} succeeded so far"
    return [*found, *causes] or [Cause("Runs", key_of(obj), f"it runs: {done}", is_stage=True)]


def _counts(pod: Obj) -> bool:
    """Whether a pod says why its Job goes on: one that has failed does once no other runs."""
    return bool(dig(pod, "status", "phase") != "Succeeded")


def _failed(obj: Obj, condition: Obj, causes: list[Cause]) -> Cause:
    """A Job that has failed is not tried again; why its pods failed is the cause."""
    root = next((cause for cause in causes if not cause.is_stage), None)
    text = f"it has failed ({condition['reason']}): {root.text if root else condition['message']}"
    since = parse_time(condition["lastTransitionTime"])
    repairs = root.repairs if root else ()
    look = command("logs", titled(obj))
    return Cause("JobFailed", key_of(obj), text, repairs, since=since, look=look)
