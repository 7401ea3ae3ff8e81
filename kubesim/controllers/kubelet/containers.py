"""The life of a pod's containers: started in order, ended, started again after a back-off.

A step happens at an instant in the container's record (``do`` at ``due``); a step plans the next.  Mirrors
pkg/kubelet/kuberuntime (kuberuntime_manager.go, kuberuntime_container.go) and pod_workers.go's requeueing.
"""

from __future__ import annotations

from kubesim.api.meta import MINUTE, SECOND, Obj, dig
from kubesim.controllers.kubelet import container_backoff, hooks, images, lives, probe_worker, volumes
from kubesim.controllers.kubelet.configuration import CONFIG_ERROR, container_problem
from kubesim.controllers.kubelet.endings import ENDING, code_of, grace_of, plan, stop
from kubesim.controllers.kubelet.lives import RELIST
from kubesim.controllers.kubelet.pod_phase import is_sidecar, is_started, restarts_after
from kubesim.controllers.kubelet.pod_status import current_exit
from kubesim.golang.durations import duration_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.main_program import Life
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.records import ContainerRecord, Reason

CRASH_BACK_OFF = "CrashLoopBackOff"

# How much longer than upstream's 10 s, or than the rest of a back-off, a pod worker waits: its jitter's usual share.
RETRY = 12 * SECOND
LONGEST_RESYNC = 1 * MINUTE


def due_steps(work: PodWork) -> None:
    """Everything that is due, and what follows from it at once."""
    for container in work.containers:
        _hasten(work, container, work.container(container["name"]))
    start_pending(work)
    while any(_step(work, container) for container in work.containers):
        start_pending(work)


def next_due(work: PodWork) -> int | None:
    """The next instant (ms) at which a container has a step to take or a probe to run."""
    instants = []
    for kept in work.record.get("containers", {}).values():
        if "due" in kept:
            instants.append(kept["due"])
        tick = _next_tick(kept)
        if tick is not None:
            instants.append(tick)
    return min(instants, default=None)


def _next_tick(kept: ContainerRecord) -> int | None:
    """The next instant (ms) at which a probe of a running container matters."""
    return probe_worker.next_due(kept) if "probes" in kept and kept.get("state") == "running" else None


def _step(work: PodWork, container: Obj) -> bool:
    """Take one step of a container, if one is due."""
    kept = work.container(container["name"])
    if kept.get("due", work.now + 1) <= work.now:
        step = kept.pop("do")
        del kept["due"]
        _STEPS[step](work, container, kept)
        return True
    tick = _next_tick(kept)
    if tick is None or tick > work.now or kept.get("do") in ENDING:
        return False
    failed = probe_worker.tick(work, container, kept)
    if failed is not None:
        grace = dig(container, f"{failed}Probe", "terminationGracePeriodSeconds")
        kill(work, container, f"Container {container['name']} failed {failed} probe", grace)
    return True


# starting


def start_pending(work: PodWork) -> None:
    """Start the containers that are next: ephemeral ones whatever there is, init containers one by one, all others.

    Mirrors computePodActions and the last steps of SyncPod.
    """
    for container in work.spec.get("ephemeralContainers") or ():
        if "up" in work.record and not work.container(container["name"]):
            _begin(work, container, work.container(container["name"]))
    for container in work.spec.get("initContainers") or ():
        kept = work.container(container["name"])
        if not kept or kept.pop("again", False):
            _begin(work, container, kept)
            return
        is_done = kept.get("state") == "exited" and kept["code"] == 0
        if is_sidecar(container, work.spec):
            is_done = is_started(kept)
        if not is_done:
            return
    if work.spec.get("initContainers"):
        work.record.setdefault("initialized", work.now)
    for container in work.spec["containers"]:
        kept = work.container(container["name"])
        if not kept or kept.pop("again", False):
            _begin(work, container, kept)
        if "pull" in kept:
            return


def _begin(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """The first start: at the pod's turn, or a moment after what it waited for."""
    turn = work.record["turn"]
    is_first = "up" not in work.record
    is_init = bool(work.spec.get("initContainers"))
    delay = max(0, turn - work.now) if is_first else RELIST if is_init else 0
    _try_start(work, container, kept, delay)


def _try_start(work: PodWork, container: Obj, kept: ContainerRecord, delay: int, times: int = 1) -> None:
    """Start a container, or plan the next attempt. Mirrors SyncPod's start helper."""
    fault = _crash_back_off(work, container, kept, times) or images.ensure_image(work, container, kept, delay, times)
    if fault is None:
        kept.pop("fault", None)
        return
    kept["fault"] = fault
    if fault[0] in (images.INVALID_NAME, images.ERR_NEVER):
        work.record.setdefault("up", work.now)
        kept["shown"] = fault
    _plan_sync(work, kept)


def _start(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """Run a new instance, if it can be configured. Mirrors startContainer."""
    work.record.setdefault("up", work.now)
    times = 1 + kept.pop("missed", 0)
    images.record_pulled(work, container, kept, times)
    problem = container_problem(work, container)
    if problem is not None:
        _refuse_configuration(work, container, kept, problem, times)
        return
    work.record_event("Normal", "Created", "Container created", container)
    if kept.get("state") == "exited":
        volumes.keep_written(work, container, is_last=False)
        kept["last"] = current_exit(kept)
        kept["run"] = kept.get("run", 0) + 1
    for past in (*_PAST, *_OF_CLIENTS):
        kept.pop(past, None)  # type: ignore[misc]
    kept["on"] = work.now
    volumes.prepare(work, container)
    life = lives.judge(work, container, kept)
    if life.missing is not None:
        _fail_to_start(work, container, kept, _start_error(life.missing))
        return
    work.record_event("Normal", "Started", "Container started", container)
    if "lifecycle" in container:
        from kubesim.controllers.kubelet import hook_effects

        hook_effects.after_start(work, container)
    hook = hooks.post_start(work, container)
    if hook is None or (not hook.length and hook.problem is None):
        _run(work, container, kept, life)
    else:
        kept["do"], kept["due"] = "hooked", work.now + hook.length


# What is of an instance before.
_PAST = (
    *("state", "off", "code", "why", "shown", "fault", "since", "pulls", "reached", "awaits", "ends"),
    *("files", "said", "hooked", "variables"),
)
_OF_CLIENTS = ("asked", "answers")


def _run(work: PodWork, container: Obj, kept: ContainerRecord, life: Life) -> None:
    """An instance runs, and is seen to."""
    kept["state"] = "running"
    probe_worker.begin(work, container, kept)
    lives.plan_end(kept, life)
    volumes.rouse_sharers(work, container)
    if life.length is None:
        lives.make_secret(work, container)


def _hooked(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """The hook behind the start is over: if it failed, so has the container."""
    hook = hooks.post_start(work, container)
    if hook is None or hook.problem is None:
        _run(work, container, kept, lives.judge(work, container, kept))
        return
    work.record_event("Warning", "FailedPostStartHook", "PostStartHook failed", container)
    work.record_event("Normal", "Killing", "FailedPostStartHook", container)
    stop(work, container, work.now, code_of(work, container))
    if restarts_after(work.spec, container, 1):
        kept["shown"] = [hooks.ERROR, hook.problem]
        _try_start(work, container, kept, RELIST)


RUN_ERROR = "RunContainerError"
START_ERROR = "StartError"
NOT_STARTED = 128  # the exit code of what never ran


def _start_error(program: str) -> str:
    """What containerd says of a program that is not there, in its own words and runc's."""
    why = f"stat {program}: no such file or directory" if "/" in program else "executable file not found in $PATH"
    return (
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
        f'unable to start container process: error during container init: exec: "{program}": {why}: unknown'
    )


def _fail_to_start(work: PodWork, container: Obj, kept: ContainerRecord, message: str) -> None:
    """An instance was made and cannot be started: containerd has it as one that ended and never began."""
    work.record_event("Warning", "Failed", f"Error: {message}", container)
    kept["on"] = 0
    stop(work, container, work.now, NOT_STARTED)
    kept["why"] = [START_ERROR, message]
    if restarts_after(work.spec, container, NOT_STARTED):
        kept["shown"] = [RUN_ERROR, message]
        _try_start(work, container, kept, RELIST)


def _refuse_configuration(work: PodWork, container: Obj, kept: ContainerRecord, problem: str, times: int) -> None:
    """A container that cannot be configured is tried once more, then at each sync."""
    work.record_event("Warning", "Failed", f"Error: {problem}", container, times)
    is_first = "shown" not in kept
    kept["fault"] = kept["shown"] = [CONFIG_ERROR, problem]
    kept["since"] = work.now
    if is_first:
        _try_start(work, container, kept, RELIST)
    else:
        _plan_sync(work, kept)


def wait_for_configuration(work: PodWork) -> bool:
    """Whether a container could not be configured."""
    return any("since" in kept for kept in work.record.get("containers", {}).values())


# ending


def _exit(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """An instance is seen to have ended by itself; another follows if the restart policy says so."""
    length, code = kept["ends"]
    stop(work, container, kept["on"] + length, code)
    if code == 0:
        lives.make_secret(work, container)
    if restarts_after(work.spec, container, code):
        _try_start(work, container, kept, max(0, kept["off"] + RELIST - work.now))


def kill(work: PodWork, container: Obj, why: str, grace: int | None = None, *, is_changed: bool = False) -> None:
    """Make a container end, for a new instance if the restart policy says so. Mirrors killContainer.

    ``grace`` are the seconds that it has, if not the pod's.  ``is_changed``: the policy does not matter.
    """
    restarts = is_changed or restarts_after(work.spec, container, 1)
    work.record_event("Normal", "Killing", f"{why}{', will be restarted' if restarts else ''}", container)
    if "lifecycle" in container:
        from kubesim.controllers.kubelet import hook_effects

        hook_effects.before_end(work, [container])
    due = plan(work, container, grace_of(work) if grace is None else grace * SECOND, work.now)
    kept = work.container(container["name"])
    kept["do"], kept["due"] = "replaced" if restarts else "killed", due


def _killed(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    stop(work, container, work.now, kept["ends"][1])


def _replaced(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """The next instance is started in the same sync, for which the end of the instance before counts; if that is held
    back, the end that is noticed then does.
    """
    before = kept.get("last")
    stop(work, container, work.now, kept["ends"][1])
    fault = _back_off_since(work, container, kept, before["off"]) if before else None
    fault = fault or images.ensure_image(work, container, kept, 0)
    if fault is not None:
        kept["shown"] = fault
        _try_start(work, container, kept, RELIST)


# waiting


def _crash_back_off(work: PodWork, container: Obj, kept: ContainerRecord, times: int) -> Reason | None:
    """Mirrors doBackOff: counted from the end of the instance that ended last."""
    if kept.get("state") != "exited":
        return None
    return _back_off_since(work, container, kept, kept["off"], times)


def _back_off_since(work: PodWork, container: Obj, kept: ContainerRecord, since: int, times: int = 1) -> Reason | None:
    name = container["name"]
    entry = kept.get("crashes")
    if entry is not None and work.now < container_backoff.expiry(entry, since):
        message = f"Back-off restarting failed container {name} in pod {work.title}"
        work.record_event("Warning", "BackOff", message, container, times)
        length = duration_text(entry[0])
        return [CRASH_BACK_OFF, f"back-off {length} restarting failed container={name} pod={work.title}"]
    kept["crashes"] = container_backoff.following(entry, since, work.now)
    return None


def _plan_sync(work: PodWork, kept: ContainerRecord) -> None:
    """Plan the next sync of a container that could not start: the next at which something changes or is recorded.

    Mirrors completeWork: after 10 s, or as the back-off ends, but no later than a minute, each with its jitter.
    """
    fault = kept["fault"]
    kept["do"], kept["due"] = "sync", _next_sync(work, kept, work.now)
    if kept.get("shown") != fault:
        return
    room, missed = work.next_room(), 0
    while kept["due"] < min(room, _retry_at(kept, room)):
        kept["due"] = _next_sync(work, kept, kept["due"])
        missed += 1
    if missed:
        kept["missed"] = missed


def _next_sync(work: PodWork, kept: ContainerRecord, now: int) -> int:
    """The next sync after ``now``; the one that ends the longest back-off comes with a resync of the pod."""
    retry_at, due = _retry_at(kept, now), now + RETRY
    if kept["fault"][0] == CRASH_BACK_OFF:
        rest = min(max(0, retry_at - now), LONGEST_RESYNC)
        due = now + max(rest * RETRY // (10 * SECOND), 1)
    if now < retry_at <= due and _entry(kept)[0] == container_backoff.LONGEST:
        return container_backoff.resync_from(retry_at, work.record["seen"])
    return due


def _entry(kept: ContainerRecord) -> container_backoff.Entry:
    """The back-off that a container waits for."""
    return kept["crashes"] if kept["fault"][0] == CRASH_BACK_OFF else kept["pulls"]


def _hasten(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """Of the syncs of a container that can be configured now, the next one counts."""
    if "missed" not in kept or "since" not in kept or container_problem(work, container) is not None:
        return
    syncs = max(1, -(-(work.now - kept["since"]) // RETRY))
    kept["due"], kept["missed"] = kept["since"] + syncs * RETRY, syncs - 1


def _retry_at(kept: ContainerRecord, never: int) -> int:
    """When the back-off ends; ``never`` for what no waiting mends."""
    reason = kept["fault"][0]
    if reason == CRASH_BACK_OFF:
        return container_backoff.expiry(kept["crashes"], kept["off"])
    if reason == images.PULL_BACK_OFF:
        return container_backoff.expiry(kept["pulls"], kept["pulls"][1])
    return never


def _sync(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """A later sync: the failure of the last one is recorded now, then the start is tried again."""
    if "since" in kept:  # whether it can be configured now is seen at the start
        _try_start(work, container, kept, 0)
        return
    if "fault" in kept:
        kept["shown"] = kept["fault"]
    _try_start(work, container, kept, RELIST, 1 + kept.pop("missed", 0))


def _pull_failed(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """The first failure is recorded at once, and the pull tried again; later ones wait for the next sync."""
    work.record.setdefault("up", work.now)
    kept.pop("pull", None)
    kept["fault"] = images.pull_failed(work, container, kept)
    if "shown" in kept:
        _plan_sync(work, kept)
        return
    kept["shown"] = kept["fault"]
    _try_start(work, container, kept, RELIST)


_STEPS = {
    "start": _start,
    "exit": _exit,
    "hooked": _hooked,
    "killed": _killed,
    "replaced": _replaced,
    "sync": _sync,
    "pull-failed": _pull_failed,
}


# the end of the pod


def running(work: PodWork) -> list[Obj]:
    """The containers that run."""
    kept = work.record.get("containers", {})
    return [c for c in work.containers if c["name"] in kept and kept[c["name"]].get("state") == "running"]
