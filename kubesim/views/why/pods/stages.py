"""What a pod is at while nothing is wrong with it: steps that end by themselves."""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.controllers.kubelet.pod_phase import restarts_after
from kubesim.controllers.kubelet.probe_worker import FIELDS
from kubesim.views.why.model import command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.why.model import Cause
    from kubesim.views.why.pods.case import ContainerCase, PodCase


def starts(case: ContainerCase) -> Cause | None:
    """The container is not started yet: its image is pulled, or its turn comes."""
    if case.is_running or case.last_end:
        return None
    if "pull" in case.record:
        return case.pod.cause("Pulls", f"image {case.image} is being pulled", is_stage=True)
    return case.pod.cause("Starts", f"{case.title} is being started", is_stage=True)


def starts_again(case: ContainerCase) -> Cause | None:
    """The container has ended, and is started again."""
    if case.is_running or (case.is_init and case.is_passed) or not case.last_end:
        return None
    if not restarts_after(case.pod.spec, case.spec, int(case.last_end.get("exitCode", 0))):
        return None
    return case.pod.cause("StartsAgain", f"{case.title} is being started again", is_stage=True, retry="restart")


def initializes(case: ContainerCase) -> Cause | None:
    """An init container is at work."""
    if not case.is_init or case.is_passed or not case.is_running or case.is_sidecar:
        return None
    return case.pod.cause("Initializes", f"{case.title} is at work, and the others wait for it", is_stage=True)


def is_probed(case: ContainerCase) -> Cause | None:
    """The container runs, and its probes have not succeeded often enough yet."""
    if not case.is_running or case.status.get("ready"):
        return None
    kinds = ("startup",) if "startupProbe" in case.spec and not case.status.get("started") else ("readiness",)
    for kind in kinds:
        if FIELDS[kind] in case.spec:
            delay = dig(case.spec, FIELDS[kind], "initialDelaySeconds", default=0)
            later = f" (initialDelaySeconds is {delay})" if delay else ""
            text = f"the {kind} probe of {case.title} has not succeeded yet{later}"
            return case.pod.cause("IsProbed", text, is_stage=True)
    return None


def gates(case: PodCase) -> Cause | None:
    """All containers are ready, and a readiness gate is not."""
    conditions = {one["type"]: one["status"] for one in case.status.get("conditions") or ()}
    shut = [
        g["conditionType"]
        for g in case.spec.get("readinessGates") or ()
        if conditions.get(g["conditionType"]) != "True"
    ]
    if not shut or conditions.get("ContainersReady") != "True":
        return None
    body = f'{{"status":{{"conditions":[{{"type":"{shut[0]}","status":"True"}}]}}}}'
    repair = command("patch", f"pod/{case.key.name}", "--subresource=status", "-p", body)
    return case.cause("ReadinessGate", f"nobody has set its readiness gate {shut[0]} to True", repair)
