"""Whether a Job is over: what makes it fail, what makes it succeed, in upstream's order.

Mirrors the middle of syncJob of pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, dig, is_terminating, parse_time, rfc3339
from kubesim.controllers.job import indexes, policies
from kubesim.controllers.job.conditions import (
    FAILED,
    FAILURE_TARGET,
    SUCCESS_CRITERIA_MET,
    SUSPENDED,
    new_condition,
    true_condition,
)
from kubesim.controllers.job.manage import manage
from kubesim.controllers.job.pod_backoff import finished_at
from kubesim.controllers.job.sync import JobSync, is_failed, is_tracked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

REACHED = "Reached expected number of succeeded pods"


def judge(sync: JobSync) -> None:
    """Set ``finished`` where the Job is over for its conditions, its failures, its time or its policies."""
    sync.finished = true_condition(sync.conditions, SUCCESS_CRITERIA_MET) or _by_failure_target(sync)
    if sync.finished is None:
        sync.finished = _by_limits(sync)
    if indexes.is_indexed(sync.job):
        _judge_indexes(sync)


def _by_failure_target(sync: JobSync) -> Obj | None:
    """What an earlier sync found, or a rule that makes the whole Job fail."""
    target = true_condition(sync.conditions, FAILURE_TARGET)
    if target is not None:
        return new_condition(FAILED, "True", target["reason"], target["message"], sync.now)
    message = policies.fail_job_message(sync.job, sync.pods)
    return None if message is None else _failure(sync, "PodFailurePolicy", message)


def _failure(sync: JobSync, reason: str, message: str) -> Obj:
    return new_condition(FAILURE_TARGET, "True", reason, message, sync.now)


def _by_limits(sync: JobSync) -> Obj | None:
    if sync.failed > sync.spec["backoffLimit"] or _restarts_exceed(sync):
        return _failure(sync, "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    seconds, start = sync.spec.get("activeDeadlineSeconds"), sync.status.get("startTime")
    if seconds is None or start is None or sync.is_suspended:
        return None
    deadline = parse_time(start) + seconds * SECOND
    if sync.now >= deadline:
        return _failure(sync, "DeadlineExceeded", "Job was active longer than specified deadline")
    sync.looks.append(deadline)
    return None


def _restarts_exceed(sync: JobSync) -> bool:
    """Whether containers that are restarted in place failed too often. Mirrors pastBackoffLimitOnFailure."""
    if sync.spec["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    restarts = sum(count for pod in sync.pods for count in _restart_counts(pod))
    limit = sync.spec["backoffLimit"]
    return bool(restarts > 0 if limit == 0 else restarts >= limit)


def _restart_counts(pod: Obj) -> Iterator[int]:
    if pod["status"].get("phase") in ("Running", "Pending"):
        for name in ("initContainerStatuses", "containerStatuses"):
            for status in pod["status"].get(name) or ():
                yield status["restartCount"]


# indexes


def _judge_indexes(sync: JobSync) -> None:
    completions = sync.spec["completions"]
    sync.succeeded_before = indexes.parse(sync.status.get("completedIndexes"), completions)
    done = [pod for pod in sync.pods if pod["status"].get("phase") == "Succeeded" and is_tracked(pod)]
    numbers = (indexes.valid_index_of(sync.job, pod) for pod in done)
    sync.succeeded_indexes = indexes.merged(
        sync.succeeded_before, indexes.of_numbers(number for number in numbers if number is not None)
    )
    sync.succeeded = indexes.total(sync.succeeded_indexes)
    if indexes.has_limit_per_index(sync.job):
        sync.failed_indexes = _failed_indexes(sync)
        sync.finished = sync.finished or _by_failed_indexes(sync)
        sync.delayed = _delayed(sync)
    if sync.finished is None:
        message = policies.match_success_policy(sync.job, sync.succeeded_indexes)
        if message is not None:
            sync.finished = new_condition(SUCCESS_CRITERIA_MET, "True", "SuccessPolicy", message, sync.now)


def _failed_indexes(sync: JobSync) -> indexes.Intervals:
    before = indexes.parse(sync.status.get("failedIndexes"), sync.spec["completions"])
    failed = (indexes.valid_index_of(sync.job, pod) for pod in sync.pods if _is_index_failed(sync, pod))
    return indexes.merged(before, indexes.of_numbers(number for number in failed if number is not None))


def _is_index_failed(sync: JobSync, pod: Obj) -> bool:
    """Whether the pod was the last chance of its index. Mirrors isIndexFailed."""
    if not is_tracked(pod) or not is_failed(sync, pod):
        return False
    verdict = policies.judge(sync.job, pod)
    limit = sync.spec["backoffLimitPerIndex"]
    return verdict.action == "FailIndex" or (verdict.is_counted and indexes.failure_count(pod) >= limit)


def _by_failed_indexes(sync: JobSync) -> Obj | None:
    failed = indexes.total(sync.failed_indexes or [])
    most = sync.spec.get("maxFailedIndexes")
    if most is not None and failed > most:
        message = "Job has exceeded the specified maximal number of failed indexes"
        return _failure(sync, "MaxFailedIndexesExceeded", message)
    if failed and failed + sync.succeeded >= sync.spec["completions"]:
        return _failure(sync, "FailedIndexes", "Job has failed indexes")
    return None


def _delayed(sync: JobSync) -> dict[int, Obj]:
    """The last failed pod of each index that is to have another. Mirrors getPodsWithDelayedDeletionPerIndex."""
    busy = {indexes.index_of(pod) for pod in sync.active_pods}
    done = indexes.merged(sync.succeeded_indexes, sync.failed_indexes or [])
    delayed: dict[int, Obj] = {}
    for pod in sync.pods:
        index = indexes.valid_index_of(sync.job, pod)
        if (
            index is None
            or not is_tracked(pod)
            or not is_failed(sync, pod)
            or index in busy
            or indexes.has(done, index)
        ):
            continue
        if index not in delayed or _failed_later(pod, delayed[index]):
            delayed[index] = pod
    return delayed


def _failed_later(pod: Obj, other: Obj) -> bool:
    counts = (indexes.absolute_failure_count(one) for one in (other, pod))
    return next(counts) <= next(counts) and finished_at(pod) >= finished_at(other)


# what follows


def act(sync: JobSync) -> bool:
    """Stop the pods of a Job that is over, or see to those of one that is not; whether it was suspended or resumed."""
    if sync.finished is not None:
        sync.delete_pods(sync.active_pods, untrack=False)
        return False
    is_managed = not is_terminating(sync.job)
    if is_managed:
        manage(sync)
    if _is_complete(sync):
        sync.finished = new_condition(SUCCESS_CRITERIA_MET, "True", "CompletionsReached", REACHED, sync.now)
        return False
    return is_managed and _tell_suspension(sync)


def _is_complete(sync: JobSync) -> bool:
    """Without a number of completions any success will do, once all pods have ended."""
    return sync.active == 0 and sync.succeeded >= dig(sync.spec, "completions", default=1)


def _tell_suspension(sync: JobSync) -> bool:
    if sync.is_suspended:
        is_news = sync.set_condition(new_condition(SUSPENDED, "True", "JobSuspended", "Job suspended", sync.now))
        if is_news:
            sync.record_event("Normal", "Suspended", "Job suspended")
            sync.status.pop("startTime", None)
        return is_news
    is_news = sync.set_condition(new_condition(SUSPENDED, "False", "JobResumed", "Job resumed", sync.now))
    if is_news:
        sync.record_event("Normal", "Resumed", "Job resumed")
        sync.status["startTime"] = rfc3339(sync.now)
    return is_news
