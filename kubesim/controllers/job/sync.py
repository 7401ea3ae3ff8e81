"""One sync of one Job: its pods, counted, and the status that is being made.

Mirrors syncJobCtx and getPodsForJob of pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kubesim.api.meta import Obj, is_terminating, labels_of, with_metadata
from kubesim.api.selectors import from_label_selector
from kubesim.api.well_known import JOB_TRACKING_FINALIZER
from kubesim.controllers import pod_control, ref_manager
from kubesim.controllers.event_recorder import record
from kubesim.controllers.job import indexes, policies
from kubesim.controllers.job.conditions import with_condition
from kubesim.controllers.job.pod_backoff import BackOff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kubesim.cluster import Cluster

COMPONENT = "job-controller"


@dataclass
class JobSync:
    """A Job during one sync. ``status`` runs ahead of the stored one, with every number in it, until ``flush``.

    ``pods`` are as they were at the beginning.  ``active``, ``ready`` and ``terminating`` count what there is once this
    sync has made and deleted pods; ``succeeded`` and ``failed`` count also what the status does not yet.
    ``finished`` is the condition that ends the Job, if any; ``delayed`` are the failed pods by index that stay until
    they are replaced.
    """

    cluster: Cluster
    job: Obj
    pods: list[Obj]
    status: Obj
    active_pods: list[Obj]
    active: int
    ready: int
    terminating: int
    succeeded: int = 0
    failed: int = 0
    back_off: BackOff = field(default_factory=BackOff)
    finished: Obj | None = None
    succeeded_before: indexes.Intervals = field(default_factory=list)
    succeeded_indexes: indexes.Intervals = field(default_factory=list)
    failed_indexes: indexes.Intervals | None = None
    delayed: dict[int, Obj] = field(default_factory=dict)
    looks: list[int] = field(default_factory=list)

    @property
    def now(self) -> int:
        return self.cluster.now

    @property
    def spec(self) -> Obj:
        spec: Obj = self.job["spec"]
        return spec

    @property
    def is_suspended(self) -> bool:
        return bool(self.spec.get("suspend"))

    @property
    def conditions(self) -> list[Obj]:
        conditions: list[Obj] = self.status["conditions"]
        return conditions

    def record_event(self, event_type: str, reason: str, message: str) -> None:
        record(self.cluster, self.job, event_type, reason, message, COMPONENT)

    def set_condition(self, condition: Obj) -> bool:
        """Put a condition into the status; returns whether that changed it."""
        changed = with_condition(self.conditions, condition)
        if changed is not None:
            self.status["conditions"] = changed
        return changed is not None

    def flush(self) -> None:
        """Write the status."""
        self.cluster.update_status(self.job, shown(self.status))

    def uncounted(self, field_name: str) -> list[str]:
        """The uids of pods that ended and are not counted yet; ``field_name`` is "succeeded" or "failed"."""
        found: list[str] = self.status["uncountedTerminatedPods"][field_name]
        return found

    def newly_finished(self, field_name: str, is_meant: Callable[[Obj], bool]) -> list[Obj]:
        """The pods that ended and that the status knows nothing of. Mirrors getValidPodsWithFilter."""
        known = self.uncounted(field_name)
        return [
            pod
            for pod in self.pods
            if is_tracked(pod)
            and pod["metadata"]["uid"] not in known
            and (not indexes.is_indexed(self.job) or indexes.valid_index_of(self.job, pod) is not None)
            and is_meant(pod)
        ]

    def delete_pods(self, pods: list[Obj], *, untrack: bool) -> None:
        """Delete active pods; with ``untrack`` nobody waits for how they end."""
        for pod in pods:
            if untrack:
                remove_finalizer(self.cluster, pod)
            pod_control.delete_pod(self.cluster, self.job, pod, COMPONENT)
        self.active -= len(pods)
        self.terminating += len(pods)
        self.ready -= sum(pod_control.is_ready(pod) for pod in pods)


def begin(cluster: Cluster, job: Obj, back_off: BackOff) -> JobSync:
    """The sync of a Job as it is now; ``back_off`` is what is remembered."""
    pods = _claim(cluster, job)
    active = [pod for pod in pods if pod_control.is_active(pod)]
    terminating = sum(is_terminating(pod) and not pod_control.is_terminal(pod) for pod in pods)
    ready = sum(pod_control.is_ready(pod) for pod in active)
    return JobSync(cluster, job, pods, _filled(job), active, len(active), ready, terminating, back_off=back_off)


def _claim(cluster: Cluster, job: Obj) -> list[Obj]:
    """The pods that are the Job's. What is adopted is tracked from then on, what is released no longer."""
    selector = from_label_selector(job["spec"]["selector"])
    for pod in cluster.owned(job, "Pod"):
        if not selector.matches(labels_of(pod)) and not is_terminating(job):
            remove_finalizer(cluster, ref_manager.release(cluster, job, pod))
    if not is_terminating(job):
        for orphan in ref_manager.adoptable(selector, cluster.orphans("Pod", job["metadata"]["namespace"])):
            finalizers = [
                *(orphan["metadata"].get("finalizers") or ()),
                *([] if is_tracked(orphan) else [JOB_TRACKING_FINALIZER]),
            ]
            ref_manager.adopt(cluster, job, with_metadata(orphan, finalizers=finalizers))
    return [pod for pod in cluster.owned(job, "Pod") if selector.matches(labels_of(pod))]


# finalizers


def is_tracked(pod: Obj) -> bool:
    return JOB_TRACKING_FINALIZER in (pod["metadata"].get("finalizers") or ())


def remove_finalizer(cluster: Cluster, pod: Obj) -> None:
    """Remove the finalizer of a pod that has been counted, as it is stored now."""
    meta = pod["metadata"]
    stored = cluster.find("Pod", meta["namespace"], meta["name"])
    if stored is not None and stored["metadata"]["uid"] == meta["uid"] and is_tracked(stored):
        others = [name for name in stored["metadata"]["finalizers"] if name != JOB_TRACKING_FINALIZER]
        cluster.update(with_metadata(stored, finalizers=others or None))


# status

_NUMBERS = ("active", "succeeded", "failed")


def _filled(job: Obj) -> Obj:
    """The status with every number and list in it, to be changed in place."""
    given = job.get("status") or {}
    uncounted = given.get("uncountedTerminatedPods") or {}
    filled: dict[str, Any] = {
        **dict.fromkeys(_NUMBERS, 0),
        **given,
        "conditions": list(given.get("conditions") or ()),
        "uncountedTerminatedPods": {name: list(uncounted.get(name, ())) for name in ("succeeded", "failed")},
    }
    return filled


def shown(status: Obj) -> Obj:
    """The status as it is written: without the zeros and empty values that omitempty leaves out."""
    uncounted = {name: list(uids) for name, uids in status["uncountedTerminatedPods"].items() if uids}
    written = {**status, "uncountedTerminatedPods": uncounted}
    for name in (*_NUMBERS, "conditions", "completedIndexes"):
        if not written.get(name):
            written.pop(name, None)
    return written


def is_failed(sync: JobSync, pod: Obj) -> bool:
    return policies.is_failed(sync.job, pod)
