"""Counting a Job's pods, each once: a finalizer holds a pod until its end is in the status.

Mirrors trackJobStatusAndRemoveFinalizers, flushUncountedAndRemoveFinalizers and syncOrphanPod of
pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, controller_of, labels_of
from kubesim.api.well_known import JOB_NAME_LABEL
from kubesim.controllers.job import indexes, policies
from kubesim.controllers.job.conditions import (
    COMPLETE,
    FAILED,
    FAILURE_TARGET,
    SUCCESS_CRITERIA_MET,
    finished_at,
    new_condition,
    true_condition,
)
from kubesim.controllers.job.sync import JobSync, is_failed, is_tracked, remove_finalizer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.cluster import Cluster

MAX_UNCOUNTED = 500


def track(sync: JobSync, *, is_news: bool) -> None:
    """Note the pods that ended, write that, let them go, count them; and end the Job once all are counted.

    ``is_news``: there is something in the status to be written anyway.
    """
    tracked = {pod["metadata"]["uid"] for pod in sync.pods if is_tracked(pod)}
    is_news |= _count_released(sync, tracked)
    releasable, is_noted, is_all = _note_ended(sync)
    is_news |= is_noted | _tell_indexes(sync) | _tell_verdict(sync)
    if is_news:
        sync.flush()
    for pod in releasable:
        remove_finalizer(sync.cluster, pod)
    is_left = _count_released(sync, tracked - {pod["metadata"]["uid"] for pod in releasable})
    ended = is_all and _finish(sync)
    if is_left or ended:
        sync.flush()
    if ended:
        _tell_end(sync)


def _count_released(sync: JobSync, tracked: Iterable[str]) -> bool:
    """Count the noted pods that no finalizer holds any more. Mirrors cleanUncountedPodsWithoutFinalizers."""
    is_changed = False
    for name in ("succeeded", "failed"):
        uids = sync.uncounted(name)
        held = [uid for uid in uids if uid in tracked]
        if len(held) != len(uids):
            sync.status[name] += len(uids) - len(held)
            uids[:] = held
            is_changed = True
    return is_changed


def _note_ended(sync: JobSync) -> tuple[list[Obj], bool, bool]:
    """The pods that may lose their finalizer, whether any was counted just now, and whether one sync took all."""
    releasable: list[Obj] = []
    succeeded: list[int] = []
    is_news = False
    for pod in sorted(sync.pods, key=_by_index) if indexes.is_indexed(sync.job) else sync.pods:
        if not is_tracked(pod) or not _can_release(sync, pod):
            continue
        releasable.append(pod)
        is_news |= _note(sync, pod, succeeded)
        if len(succeeded) + len(sync.uncounted("succeeded")) + len(sync.uncounted("failed")) >= MAX_UNCOUNTED:
            sync.succeeded_indexes = indexes.merged(sync.succeeded_before, indexes.of_numbers(succeeded))
            return releasable, is_news, False
    sync.succeeded_indexes = indexes.merged(sync.succeeded_before, indexes.of_numbers(succeeded))
    return releasable, is_news, True


def _by_index(pod: Obj) -> int:
    index = indexes.index_of(pod)
    return -1 if index is None else index


def _can_release(sync: JobSync, pod: Obj) -> bool:
    """Whether the pod needs no further sync. Mirrors canRemoveFinalizer."""
    is_over = "deletionTimestamp" in sync.job["metadata"] or sync.finished is not None
    if is_over or pod["status"].get("phase") == "Succeeded":
        return True
    if not is_failed(sync, pod):
        return False
    index = indexes.index_of(pod)
    waiting = None if index is None else sync.delayed.get(index)
    return waiting is None or waiting["metadata"]["uid"] != pod["metadata"]["uid"]


def _note(sync: JobSync, pod: Obj, succeeded: list[int]) -> bool:
    """Count how a pod ended; returns whether it was not counted before. One that outlives its Job has failed."""
    uid = pod["metadata"]["uid"]
    is_indexed = indexes.is_indexed(sync.job)
    index = indexes.valid_index_of(sync.job, pod) if is_indexed else None
    if pod["status"].get("phase") == "Succeeded" and uid not in sync.uncounted("failed"):
        if is_indexed:
            if index is None or indexes.has(sync.succeeded_before, index):
                return False
            succeeded.append(index)
            return True
        if uid in sync.uncounted("succeeded"):
            return False
        sync.uncounted("succeeded").append(uid)
        return True
    is_cut_short = sync.finished is not None and sync.finished["type"] != SUCCESS_CRITERIA_MET
    if not (is_failed(sync, pod) or is_cut_short) or uid in sync.uncounted("failed"):
        return False
    if (is_indexed and index is None) or not policies.judge(sync.job, pod).is_counted:
        return False
    sync.uncounted("failed").append(uid)
    return True


def _tell_indexes(sync: JobSync) -> bool:
    """Write which indexes are done with; returns whether that changed the status."""
    if not indexes.is_indexed(sync.job):
        return False
    before = {name: sync.status.get(name) for name in ("completedIndexes", "failedIndexes")}
    sync.status["succeeded"] = indexes.total(sync.succeeded_indexes)
    sync.status["completedIndexes"] = indexes.text_of(sync.succeeded_indexes)
    if sync.failed_indexes is not None:
        sync.status["failedIndexes"] = indexes.text_of(sync.failed_indexes)
    return any((sync.status.get(name) or None) != (value or None) for name, value in before.items())


# the end


def _tell_verdict(sync: JobSync) -> bool:
    """Write what the Job is heading for, then the condition ``finished``; returns whether the status changed."""
    verdict = sync.finished
    if verdict is None or verdict["type"] not in (FAILURE_TARGET, SUCCESS_CRITERIA_MET):
        return False
    is_news = true_condition(sync.conditions, verdict["type"]) is None
    if is_news:
        sync.status["conditions"] = [*sync.conditions, verdict]
    kind = FAILED if verdict["type"] == FAILURE_TARGET else COMPLETE
    sync.finished = new_condition(kind, "True", verdict["reason"], verdict["message"], sync.now)
    return is_news


def _finish(sync: JobSync) -> bool:
    """End the Job, unless pods are still to be counted or to end. Mirrors enactJobFinished."""
    if sync.finished is None or sync.terminating > 0 or sync.uncounted("succeeded") or sync.uncounted("failed"):
        return False
    sync.set_condition(sync.finished)
    if sync.finished["type"] == COMPLETE:
        sync.status["completionTime"] = sync.finished["lastTransitionTime"]
    return True


def _tell_end(sync: JobSync) -> None:
    """Mirrors recordJobFinished."""
    end = sync.finished
    assert end is not None
    if end["type"] == FAILED:
        sync.record_event("Warning", end["reason"], end["message"])
        return
    if "completions" in sync.spec and sync.status["succeeded"] > sync.spec["completions"]:
        message = "Too many succeeded pods running after completion count reached"
        sync.record_event("Warning", "TooManySucceededPods", message)
    sync.record_event("Normal", "Completed", "Job completed")


# pods that no Job counts


def release_strays(cluster: Cluster, key: Key, job: Obj | None) -> None:
    """Remove the finalizer from pods of the Job of that key if it is gone, over, or not their owner any more."""
    is_over = job is None or finished_at(job) is not None
    for pod in cluster.cabinet.in_group("Pod", key.namespace, key.name):
        owner = controller_of(pod)
        if owner is not None and owner["kind"] == "Job" and is_tracked(pod):
            is_others = job is None or owner["uid"] != job["metadata"]["uid"]
            if is_others or is_over:
                remove_finalizer(cluster, pod)
    if is_over:
        for orphan in cluster.orphans("Pod", key.namespace):
            if is_tracked(orphan) and labels_of(orphan).get(JOB_NAME_LABEL) == key.name:
                remove_finalizer(cluster, orphan)
