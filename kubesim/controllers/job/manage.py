"""As many pods of a Job as it is to have now.

Mirrors manageJob of pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, is_terminating, key_of
from kubesim.api.well_known import JOB_COMPLETION_INDEX_ANNOTATION, JOB_TRACKING_FINALIZER
from kubesim.controllers import pod_control, retries
from kubesim.controllers.census import by_deletion_order
from kubesim.controllers.job import indexes, pod_backoff, policies
from kubesim.controllers.job.sync import COMPONENT, JobSync
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_PER_SYNC = 500  # pods that one sync creates or deletes at most


def manage(sync: JobSync) -> None:
    """Delete what is too much, or else create what is missing, if no back-off is in the way."""
    if sync.is_suspended:
        sync.delete_pods(_for_removal(sync, sync.active), untrack=True)
        return
    wanted = _wanted(sync)
    excess = _for_removal(sync, max(0, sync.active - wanted))[:MAX_PER_SYNC]
    if excess:
        sync.delete_pods(excess, untrack=True)
        return
    leaving = sync.terminating if policies.replaces_failed_only(sync.job) else 0
    missing = wanted - leaving - sync.active
    if missing > 0:
        _create_missing(sync, min(missing, MAX_PER_SYNC))


def _wanted(sync: JobSync) -> int:
    """How many pods are to be active."""
    parallelism = int(sync.spec["parallelism"])
    if "completions" not in sync.spec:
        return sync.active if sync.succeeded else parallelism
    return max(0, min(parallelism, int(sync.spec["completions"]) - sync.succeeded))


def _for_removal(sync: JobSync, at_least: int) -> list[Obj]:
    """The pods to delete: of an Indexed Job those that repeat an index or have none, then the least valuable."""
    doomed, left = _split_repeated(sync) if indexes.is_indexed(sync.job) else ([], sync.active_pods)
    ordered = by_deletion_order(left, sync.now)
    return doomed + ordered[: max(0, at_least - len(doomed))]


def _split_repeated(sync: JobSync) -> tuple[list[Obj], list[Obj]]:
    """The pods beside the most valuable of each index, and that one. Mirrors appendDuplicatedIndexPodsForRemoval."""
    doomed: list[Obj] = []
    by_index: dict[int, list[Obj]] = {}
    for pod in sync.active_pods:
        index = indexes.valid_index_of(sync.job, pod)
        (doomed if index is None else by_index.setdefault(index, [])).append(pod)
    left: list[Obj] = []
    for pods in by_index.values():
        *rest, best = by_deletion_order(pods, sync.now)
        doomed += rest
        left.append(best)
    return doomed, left


def _create_missing(sync: JobSync, count: int) -> None:
    per_index = indexes.has_limit_per_index(sync.job)
    if not per_index and sync.back_off.end() > sync.now:
        sync.looks.append(sync.back_off.end())
        sync.active = 0  # upstream says so of a Job that waits, though others may run
        return
    if not indexes.is_indexed(sync.job):
        _create(sync, [None] * count)
        return
    pending = _pending_indexes(sync, count)
    ends = {index: pod_backoff.end_for_index(sync.delayed.get(index)) if per_index else 0 for index in pending}
    due = [index for index in pending if ends[index] <= sync.now]
    if not due and pending:
        sync.looks.append(min(ends.values()))
        sync.active = 0
        return
    _create(sync, due)


def _pending_indexes(sync: JobSync, count: int) -> list[int]:
    """The lowest indexes that nobody is at and that are not done with. Mirrors firstPendingIndexes."""
    busy = sync.active_pods
    if policies.replaces_failed_only(sync.job):
        busy = busy + [pod for pod in sync.pods if is_terminating(pod) and not pod_control.is_terminal(pod)]
    numbers = (indexes.index_of(pod) for pod in busy)
    taken = indexes.merged(sync.succeeded_indexes, indexes.of_numbers(n for n in numbers if n is not None))
    return indexes.first_missing(indexes.merged(taken, sync.failed_indexes or []), count, sync.spec["completions"])


def _create(sync: JobSync, numbers: Sequence[int | None]) -> None:
    """A pod for each number, which is its index in an Indexed Job."""
    prototype = _prototype(sync)
    left: Iterator[int | None] = iter(numbers)
    key = key_of(sync.job)

    def create() -> None:
        _create_pod(sync, prototype, next(left))
        sync.active += 1

    try:
        pod_control.slow_start(len(numbers), create)
    except StatusError:
        sync.looks.append(retries.refused(sync.cluster, key))
    else:
        retries.succeeded(sync.cluster, key)


def _prototype(sync: JobSync) -> pod_control.Prototype:
    template = sync.spec["template"]
    meta = template.get("metadata") or {}
    finalizers = [*(meta.get("finalizers") or ()), JOB_TRACKING_FINALIZER]
    spec = indexes.with_index_variable(template["spec"]) if indexes.is_indexed(sync.job) else template["spec"]
    changed = {**template, "metadata": {**meta, "finalizers": finalizers}, "spec": spec}
    meta = sync.job["metadata"]
    return pod_control.prototype_of(sync.cluster, changed, meta["namespace"], f"{meta['name']}-")


def _create_pod(sync: JobSync, prototype: pod_control.Prototype, index: int | None) -> None:
    if index is None:
        pod_control.create_pod(sync.cluster, sync.job, COMPONENT, prototype=prototype)
        return
    name = sync.job["metadata"]["name"]
    annotations = {JOB_COMPLETION_INDEX_ANNOTATION: str(index)}
    if indexes.has_limit_per_index(sync.job):
        replaced = sync.delayed.get(index)
        is_counted = replaced is None or policies.judge(sync.job, replaced).is_counted
        annotations.update(indexes.failure_annotations(replaced, is_counted))
    pod_control.create_pod(
        sync.cluster,
        sync.job,
        COMPONENT,
        prototype=prototype,
        generate_name=indexes.generate_name(name, index),
        labels={JOB_COMPLETION_INDEX_ANNOTATION: str(index)},
        annotations=annotations,
        change_spec=lambda spec: {**spec, "hostname": f"{name}-{index}"},
    )
