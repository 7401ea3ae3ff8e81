"""Lifecycle hooks: what is run after a container has started, and before SIGTERM.

Mirrors pkg/kubelet/lifecycle/handlers.go and the steps of kuberuntime_container.go that call it.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, dig
from kubesim.containers.main_program import answer_of
from kubesim.controllers.kubelet.present import place_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.records import ContainerRecord

ERROR = "PostStartHookError"

FOR_EVER = 10**12  # ms: longer than any grace period


class Hook(NamedTuple):
    """How long (ms) a hook takes, and what the kubelet says of one that fails."""

    length: int
    problem: str | None = None


def post_start(work: PodWork, container: Obj) -> Hook | None:
    """What the hook behind a container's start comes to; None if it has none."""
    return _outcome(work, container, "postStart", 0)


def pre_stop_time(work: PodWork, container: Obj, kept: ContainerRecord) -> int:
    """How long (ms) a container's preStop hook takes."""
    hook = _outcome(work, container, "preStop", work.now - kept["on"])
    return 0 if hook is None else hook.length


def _outcome(work: PodWork, container: Obj, name: str, at: int) -> Hook | None:
    hook = dig(container, "lifecycle", name)
    if not hook:
        return None
    if "sleep" in hook:
        return Hook(int(hook["sleep"]["seconds"]) * SECOND)
    command = dig(hook, "exec", "command", default=())
    if not command:
        return Hook(0)
    answer, _ = answer_of(place_of(work, container), list(command), at)
    length = FOR_EVER if answer.length is None else answer.length
    if not answer.exit_code:
        return Hook(length)
    line = " ".join(command)
    why = f"command '{line}' exited with {answer.exit_code}: {answer.output.rstrip()}"
    about = f'Exec lifecycle hook ([{line}]) for Container "{container["name"]}" in Pod "{work.title}"'
    return Hook(length, f'{about} failed - error: {why}, message: "{answer.output}"')
