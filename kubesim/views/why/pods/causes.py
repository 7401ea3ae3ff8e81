"""The table of the causes that keep a pod, in order: the first that applies counts, of each container its own."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig
from kubesim.views.why.pods import (
    configuration,
    crashes,
    endings,
    images,
    probes,
    scheduling,
    stages,
    starting,
    volumes,
    waiting,
)
from kubesim.views.why.pods.case import PodCase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.views.why.inquiry import Inquiry
    from kubesim.views.why.model import Cause
    from kubesim.views.why.pods.case import ContainerCase

#: Of the pod as a whole, before its containers.
OF_POD: tuple[Callable[[PodCase], Cause | None], ...] = (
    endings.being_deleted,
    endings.failed,
    scheduling.unscheduled,
    endings.node_gone,
    configuration.missing_for_volumes,
    volumes.not_mounted,
)
#: Of each container that is to run.
OF_CONTAINER: tuple[Callable[[ContainerCase], Cause | None], ...] = (
    images.bad_name,
    images.never_pulled,
    images.not_there,
    configuration.missing_for_variables,
    configuration.root,
    starting.program_missing,
    starting.hook_failed,
    crashes.out_of_memory,
    crashes.need_not_met,
    probes.killed,
    waiting.waits,
    crashes.completes,
    crashes.crashes,
    probes.never_ready,
    probes.fails,
    stages.starts_again,
    stages.starts,
    stages.initializes,
    stages.is_probed,
)


def is_fine(pod: Obj) -> bool:
    """Whether a pod is as it is wanted: ready, or done, with the containers that are not to end."""
    if "deletionTimestamp" in pod["metadata"]:
        return False
    status = pod.get("status") or {}
    if status.get("phase") == "Succeeded":
        return True
    ready = condition_of(pod, "Ready")
    if ready is not None and ready["status"] == "True":
        return True
    if pod["spec"].get("restartPolicy") == "Always" or status.get("phase") != "Running":
        return False
    return all(
        one.get("ready") or dig(one, "state", "terminated", "exitCode") == 0 for one in status["containerStatuses"]
    )


def pod_causes(inquiry: Inquiry, pod: Obj) -> list[Cause]:
    """Why a pod is not as it is wanted: one cause of the whole, or one of each container; what is wrong first."""
    case = PodCase(inquiry, pod)
    if is_fine(pod) and (case.status.get("phase") == "Succeeded" or not any(map(_is_unsteady, case.containers))):
        return []
    for find in OF_POD:
        found = find(case)
        if found is not None:
            return [found]
    causes = [cause for container in case.containers if (cause := _first(container)) is not None]
    causes = causes or list(filter(None, [stages.gates(case)]))
    return sorted(causes, key=lambda cause: cause.is_stage) or [
        case.cause("NotReady", "it is not ready yet", is_stage=True)
    ]


def _is_unsteady(container: ContainerCase) -> bool:
    """Whether a container that runs and is ready has ended before, and will again."""
    if not container.status.get("restartCount"):
        return False
    return crashes.has_ended(container) or probes.killed(container) is not None


def _first(container: ContainerCase) -> Cause | None:
    return next(filter(None, (find(container) for find in OF_CONTAINER)), None)
