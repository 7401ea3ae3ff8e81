"""``run`` with somebody attached: waits for the pod, attaches, passes the exit code on, and deletes with ``--rm``.

Mirrors the second half of kubectl pkg/cmd/run/run.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, condition_of, dig, key_of
from kubesim.cli.support.attachment import AttachOptions, CannotAttachError, attach, write_log
from kubesim.cli.support.selected_pods import container_of, default_container
from kubesim.controllers.kubelet.lives import RELIST
from kubesim.controllers.kubelet.pod_phase import restarts_after
from kubesim.errors import StatusError, TimedOutError, UserError, not_found
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cli.command import Invocation
    from kubesim.cli.support.session import Session
    from kubesim.life.follower import Follower

COMPLETED = ("Succeeded", "Failed")


class Wanted(NamedTuple):
    """What the flags say. ``timeout``: how long (ms) each wait may take; ``ends``: the phases of which one is waited
    for after that, none: nobody waits; ``removes``: the kinds of what is deleted then, as ``propagation`` says.
    """

    attaching: AttachOptions
    timeout: int
    ends: tuple[str, ...]
    removes: tuple[str, ...]
    propagation: str


class AttachedRun:
    """A pod that ``run`` made, to be attached to."""

    def __init__(self, inv: Invocation, session: Session, pod: Obj, wanted: Wanted) -> None:
        self._inv = inv
        self._session = session
        self._key = key_of(pod)
        self._wanted = wanted

    def run(self) -> None:
        """Attach, and wait for the exit code where the pod has an end; UserError with the status."""
        wanted = self._wanted
        try:
            with self._session.follow("Pod") as follower:
                attach_when_running(self._inv, follower, self._key, wanted.timeout, wanted.attaching)
                pod = wanted.ends and awaited(follower, self._key, wanted.timeout, self._has_ended)
        finally:
            if wanted.removes:
                self._remove()
        if pod:
            _pass_on(pod)

    def _has_ended(self, pod: Obj) -> bool:
        return dig(pod, "status", "phase") in self._wanted.ends

    def _remove(self) -> None:
        """Delete what was made. Mirrors removeCreatedObjects."""
        with self._session.write() as cluster:
            for kind in self._wanted.removes:
                try:
                    cluster.delete(kind, *self._key[1:], propagation=self._wanted.propagation)
                except StatusError:
                    continue
                if not self._wanted.attaching.quiet:
                    where = f"from {self._key.namespace} namespace"
                    self._inv.out.write(f'{kind.lower()} "{self._key.name}" deleted {where}\n')


def awaited(follower: Follower, key: Key, timeout: int, holds: Callable[[Obj], bool]) -> Obj:
    """A pod once something holds of it, within ``timeout`` (ms); UserError, StatusError NotFound."""
    for pod in follower.versions(key, follower.cluster.now + timeout):
        if pod is None:
            raise not_found("pods", "", key.name)
        if holds(pod):
            return pod
    raise TimedOutError("timed out waiting for the condition")


def attach_when_running(inv: Invocation, follower: Follower, key: Key, timeout: int, options: AttachOptions) -> None:
    """Wait until a pod is ready, print what it has said, and attach to it; print its log if it has ended.

    Mirrors handleAttachPod.
    """
    pod = awaited(follower, key, timeout, _is_ready_or_completed)
    if _ends_unseen(follower, pod):
        pod = awaited(follower, key, timeout, lambda found: dig(found, "status", "phase") in COMPLETED)
    if dig(pod, "status", "phase") in COMPLETED:
        write_log(inv, follower, pod, default_container(inv, pod, silent=options.quiet))
        return
    name = container_of(inv, pod, options.container, silent=options.quiet)
    write_log(inv, follower, pod, name)
    try:
        attach(inv, follower, pod, options)
    except CannotAttachError as error:
        failed = f"couldn't attach to pod/{key.name}, falling back to streaming logs"
        inv.err.write(f"warning: {failed}: {error.message}\n")
        write_log(inv, follower, pod, name)


def ends_unseen(follower: Follower, pod: Obj, name: str) -> bool:
    """Whether a container is over before anybody can attach: its program ends before the kubelet looks first."""
    record = follower.cluster.recall(key_of(pod)) or {}
    length, _ = record.get("containers", {}).get(name, {}).get("ends", (RELIST + 1, 0))
    return bool(length <= RELIST)


def _ends_unseen(follower: Follower, pod: Obj) -> bool:
    """Whether the pod as a whole is."""
    if pod["spec"].get("restartPolicy") == "Always" or len(pod["spec"]["containers"]) > 1:
        return False
    container = pod["spec"]["containers"][0]
    record = follower.cluster.recall(key_of(pod)) or {}
    _, code = record.get("containers", {}).get(container["name"], {}).get("ends", (0, 0))
    return ends_unseen(follower, pod, container["name"]) and not restarts_after(pod["spec"], container, code)


def _is_ready_or_completed(pod: Obj) -> bool:
    phase = dig(pod, "status", "phase")
    return phase in COMPLETED or (phase == "Running" and (condition_of(pod, "Ready") or {}).get("status") == "True")


def _pass_on(pod: Obj) -> None:
    """UserError with the exit code of a pod that failed."""
    if dig(pod, "status", "phase") == "Succeeded":
        return
    meta = pod["metadata"]
    title = f"pod {meta['namespace']}/{meta['name']}"
    ended = next((dig(one, "state", "terminated") for one in dig(pod, "status", "containerStatuses", default=())), None)
    if not ended or not ended["exitCode"]:
        raise UserError(f"{title} failed with unknown exit code")
    message = f"{title} terminated ({ended['reason']})\n{ended.get('message', '')}"
    raise UserError(message.rstrip("\n"), bare=True, status=ended["exitCode"])
