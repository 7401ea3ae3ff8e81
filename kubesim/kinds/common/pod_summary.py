"""A pod in a few words: how many of its containers are ready, its status, its restarts.

Mirrors printPod in pkg/printers/internalversion/printers.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, has_condition
from kubesim.kinds.common.cells import since
from kubesim.startup.named_tuple import NamedTuple

EMPTY: Obj = {}


class Summary(NamedTuple):
    """What READY, STATUS and RESTARTS show; ``last_restart`` is the RFC 3339 instant, "" if there was none."""

    ready: int
    total: int
    reason: str
    restarts: int
    last_restart: str

    def restarts_text(self, now: int) -> str:
        """``3 (10s ago)`` at ``now`` (ms)."""
        if self.restarts and self.last_restart:
            return f"{self.restarts} ({since(self.last_restart, now)} ago)"
        return str(self.restarts)


class _Restarts:
    """How often containers were restarted, and when one last ended before it was."""

    def __init__(self) -> None:
        self.count = 0
        self.last = ""

    def add(self, status: Obj) -> None:
        self.count += status.get("restartCount", 0)
        finished = dig(status, "lastState", "terminated", "finishedAt", default="")
        self.last = max(self.last, finished)


class _Initialization(NamedTuple):
    """What the init containers say: ``reason`` is None once they are done or run on as sidecars."""

    reason: str | None
    ready: int
    restarts: _Restarts
    sidecar_restarts: _Restarts


def summarize(pod: Obj) -> Summary:
    """The pod's summary, as the API server's table has it."""
    spec, status = pod["spec"], pod.get("status") or EMPTY
    init = _initialization(spec, status)
    total = len(spec["containers"]) + sum(map(_is_sidecar, spec.get("initContainers") or ()))
    reason = init.reason or _phase_reason(status)
    ready, restarts = init.ready, init.restarts
    if init.reason is None or has_condition(pod, "Initialized"):
        restarts = init.sidecar_restarts
        running, reason = _containers(pod, reason, restarts)
        ready += running
    reason = _deletion_reason(pod, status) or reason
    return Summary(ready, total, reason, restarts.count, restarts.last)


def _phase_reason(status: Obj) -> str:
    for condition in status.get("conditions") or ():
        if condition["type"] == "PodScheduled" and condition.get("reason") == "SchedulingGated":
            return "SchedulingGated"
    return str(status.get("reason") or status.get("phase", ""))


def _deletion_reason(pod: Obj, status: Obj) -> str | None:
    if "deletionTimestamp" not in pod["metadata"]:
        return None
    if status.get("reason") == "NodeLost":
        return "Unknown"
    return None if status.get("phase") in ("Succeeded", "Failed") else "Terminating"


def _is_sidecar(container: Obj) -> bool:
    """Mirrors IsRestartableInitContainer."""
    return container.get("restartPolicy") == "Always"


def _initialization(spec: Obj, status: Obj) -> _Initialization:
    containers = {container["name"]: container for container in spec.get("initContainers") or ()}
    restarts, sidecar_restarts = _Restarts(), _Restarts()
    ready = 0
    for at, container in enumerate(status.get("initContainerStatuses") or ()):
        restarts.add(container)
        is_sidecar = _is_sidecar(containers.get(container["name"], EMPTY))
        if is_sidecar:
            sidecar_restarts.add(container)
        state = container.get("state") or EMPTY
        if dig(state, "terminated", "exitCode") == 0:
            continue
        if is_sidecar and container.get("started"):
            ready += bool(container.get("ready"))
            continue
        reason = _init_reason(state) or f"Init:{at}/{len(containers)}"
        return _Initialization(reason, ready, restarts, sidecar_restarts)
    return _Initialization(None, ready, restarts, sidecar_restarts)


def _init_reason(state: Obj) -> str | None:
    """Why an init container is not done; None while it simply runs or waits for its turn."""
    if state.get("terminated"):
        return f"Init:{_termination_reason(state['terminated'])}"
    waiting = dig(state, "waiting", "reason")
    return f"Init:{waiting}" if waiting and waiting != "PodInitializing" else None


def _termination_reason(terminated: Obj) -> str:
    if terminated.get("reason"):
        return str(terminated["reason"])
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _containers(pod: Obj, reason: str, restarts: _Restarts) -> tuple[int, str]:
    """How many containers run and are ready, and the status that the first of them to have one gives the pod."""
    running, error = 0, ""
    for container in reversed(dig(pod, "status", "containerStatuses", default=[])):
        restarts.add(container)
        state = container.get("state") or EMPTY
        waiting, terminated = dig(state, "waiting", "reason"), state.get("terminated")
        if waiting:
            reason = waiting
        elif terminated:
            reason = _termination_reason(terminated)
            error = reason if terminated.get("exitCode", 0) else error
        elif container.get("ready") and "running" in state:
            running += 1
    if reason == "Completed":
        reason = _completed_reason(pod, running, error)
    return running, reason


def _completed_reason(pod: Obj, running: int, error: str) -> str:
    """A container is done: what the pod is called then depends on the others."""
    if running and has_condition(pod, "Ready"):
        return "Running"
    return error or ("NotReady" if running else "Completed")


def readiness_gates(pod: Obj) -> str:
    """``1/2``: how many of the pod's readiness gates are open."""
    gates = pod["spec"].get("readinessGates")
    if not gates:
        return "<none>"
    return f"{sum(has_condition(pod, gate['conditionType']) for gate in gates)}/{len(gates)}"
