"""A container cannot be started: its program is not there, or the hook behind its start fails."""

from __future__ import annotations

import re

from kubesim.api.meta import dig
from kubesim.controllers.kubelet.containers import START_ERROR
from kubesim.controllers.kubelet.hooks import ERROR as HOOK_ERROR
from kubesim.sim.images.installed_programs import tools_of
from kubesim.sim.images.slips import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.why.model import Cause, Repair
    from kubesim.views.why.pods.case import ContainerCase


def program_missing(case: ContainerCase) -> Cause | None:
    """The command names a program that the image does not have."""
    end = case.last_end
    if case.is_running or end.get("reason") != START_ERROR:
        return None
    found = re.search(r'exec: "([^"]*)"', str(end.get("message", "")))
    program = found[1] if found else str(next(iter(case.spec.get("command") or case.spec.get("args") or ("",))))
    text = f"image {case.image} has no program {program}, which {case.title} is to run"
    return case.pod.cause("ProgramMissing", text, *_repairs(case, program), retry="restart")


def _repairs(case: ContainerCase, program: str) -> list[Repair | None]:
    """The program that was meant; else back, or the image's own program if that serves."""
    meant = nearest(program, sorted(tools_of(case.image) or ()))
    field = "command" if case.spec.get("command") else "args"
    words = [str(word) for word in case.spec.get(field) or ()]
    known = [case.patch({field: [meant, *words[1:]]}) if meant and words[:1] == [program] else None]
    known.append(case.pod.target.undo())
    if case.behaviour.life is None and not case.is_init:
        own = case.patch({"command": None, "args": None})
        known.append(own._replace(note="with the image's own program"))
    return known


def hook_failed(case: ContainerCase) -> Cause | None:
    """The postStart hook does not succeed, which ends the container."""
    if case.waits_for != HOOK_ERROR and not _hook_has_failed(case):
        return None
    command = " ".join(map(str, dig(case.spec, "lifecycle", "postStart", "exec", "command", default=())))
    text = f"the postStart hook of {case.title} fails: {command}"
    without = case.patch({"lifecycle": {"postStart": None}})._replace(note="without the hook")
    return case.pod.cause("HookFailed", text, case.pod.target.undo(), without, retry="restart")


def _hook_has_failed(case: ContainerCase) -> bool:
    """Whether the container waits for another start after its hook has failed."""
    if case.is_running or not dig(case.spec, "lifecycle", "postStart", "exec"):
        return False
    reasons = {event["reason"] for event in case.pod.cluster.events_of(case.pod.pod)}
    return "FailedPostStartHook" in reasons
