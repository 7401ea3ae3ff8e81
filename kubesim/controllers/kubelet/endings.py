"""How the containers of a pod end that are to: each after its hook and at its turn, within the grace period.

Mirrors pkg/kubelet/kuberuntime (killContainer, kuberuntime_termination_order.go): sidecars end after the main
containers, the last one first.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj
from kubesim.containers.main_program import end_of, end_of_log, has_program, text_left
from kubesim.controllers.kubelet import hooks
from kubesim.controllers.kubelet.places import reached_by
from kubesim.controllers.kubelet.pod_phase import is_sidecar
from kubesim.controllers.kubelet.pod_status import usual_reason
from kubesim.controllers.kubelet.present import place_of
from kubesim.sim.runtime import END_TIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.kubelet.pod_work import PodWork

DEFAULT_GRACE = 30  # s
EVICTED = "Evicted"  # why the kubelet ends a pod when its node is short of something,
EVICTION_GRACE = 1  # s, whatever the pod's own is
LEAST_GRACE = 2 * SECOND  # that is left to every container that is sent the signal

ENDING = ("killed", "replaced")  # what is planned of a container that was asked to end


def grace_of(work: PodWork) -> int:
    """The pod's grace period (ms)."""
    seconds = work.pod["metadata"].get("deletionGracePeriodSeconds")
    if seconds is None and work.record.get("failure", ("",))[0] == EVICTED:
        seconds = EVICTION_GRACE
    if seconds is None:
        seconds = work.spec.get("terminationGracePeriodSeconds", DEFAULT_GRACE)
    return int(seconds) * SECOND


def plan_all(work: PodWork, running: list[Obj]) -> int:
    """Plan the ends of the containers that run; the instant (ms) at which the pod has none any more."""
    grace = grace_of(work)
    sidecars = [container for container in running if is_sidecar(container, work.spec)]
    turn = max((plan(work, c, grace, work.now) for c in running if c not in sidecars), default=work.now)
    for sidecar in reversed(sidecars):
        turn = max(turn, plan(work, sidecar, grace, turn))
    return max(turn, work.now + END_TIME)


def plan(work: PodWork, container: Obj, grace: int, turn: int) -> int:
    """Plan the end of a running container: the instant (ms) at which it has ended.

    It has ``grace`` ms from now on, and is sent the signal at its ``turn`` at the earliest.
    """
    kept = work.container(container["name"])
    hook = min(hooks.pre_stop_time(work, container, kept), grace)
    waited = max(hook, min(turn - work.now, grace))
    end = end_of(place_of(work, container))
    rest = 0 if end.at_once else max(grace - waited, LEAST_GRACE)
    ends = [work.now + waited + rest + END_TIME - kept["on"], end.code]
    if "ends" not in kept or ends < kept["ends"]:  # it may end by itself before, or be made to already
        kept["ends"] = ends
        kept.pop("reason", None)
    for planned in ("do", "due", "probes", "awaits"):
        kept.pop(planned, None)  # type: ignore[misc]
    return kept["on"] + kept["ends"][0]


def stop(work: PodWork, container: Obj, instant: int, code: int) -> None:
    """An instance is no more, from an instant (ms) on."""
    kept = work.container(container["name"])
    reason = kept.get("reason", usual_reason(code))
    message = _message(work, container, instant, code)
    for gone in ("probes", "unready", "unstarted", "awaits", "ends", "reason", "do", "due"):
        kept.pop(gone, None)  # type: ignore[misc]
    kept["state"], kept["off"], kept["code"] = "exited", instant, code
    if message or reason != usual_reason(code):
        kept["why"] = [reason, message]


def _message(work: PodWork, container: Obj, instant: int, code: int) -> str:
    """What an instance leaves behind for whoever reads the pod's status. Mirrors convertToKubeContainerStatus."""
    if not container.get("terminationMessagePath") or not (container.get("command") or container.get("args")):
        return ""
    kept, place = work.container(container["name"]), place_of(work, container)
    if not has_program(place):
        return ""
    reached = reached_by(kept)
    written = text_left(place, reached, instant - kept["on"])
    if written == "" and code and container.get("terminationMessagePolicy") == "FallbackToLogsOnError":
        return end_of_log(place, reached, kept["on"], instant) or ""
    return written or ""


def code_of(work: PodWork, container: Obj) -> int:
    """What a running container ends with that is made to."""
    return end_of(place_of(work, container)).code
