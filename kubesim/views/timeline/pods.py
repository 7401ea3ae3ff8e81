"""Pods as a timeline counts them, by owner and readiness, and the state in which each is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from kubesim.api.meta import SECOND, Key, Obj, controller_of, is_terminating, key_of, labels_of
from kubesim.api.well_known import CONTROLLER_REVISION_HASH_LABEL_KEY
from kubesim.controllers.pod_control import is_active, is_ready, is_terminal, ready_time
from kubesim.kinds.common.pod_summary import summarize
from kubesim.kubectl.printers.style import BAD, style_of_status
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.timeline.model import PodState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: Statuses of a pod whose containers are not made yet.
NOT_STARTED = ("ContainerCreating", "PodInitializing")


class Group(NamedTuple):
    """The owner of a pod by its uid, and the revision hash that a StatefulSet or DaemonSet gives its pods."""

    owner: str
    revision_hash: str


def group_of(pod: Obj) -> Group | None:
    """None for a pod that nobody owns."""
    reference = controller_of(pod)
    if reference is None:
        return None
    return Group(reference["uid"], labels_of(pod).get(CONTROLLER_REVISION_HASH_LABEL_KEY, ""))


@dataclass(slots=True)
class Members:
    """The pods of a group: the ready ones with the instant (ms) since which they are, and the names of the others."""

    ready: dict[str, int] = field(default_factory=dict)
    not_ready: set[str] = field(default_factory=set)
    terminating: set[str] = field(default_factory=set)

    def available(self, min_ready_seconds: int, now: int) -> int:
        """How many are available at ``now`` (ms). Mirrors podutil.IsPodAvailable."""
        if not min_ready_seconds:
            return len(self.ready)
        return sum(since + min_ready_seconds * SECOND <= now for since in self.ready.values())

    def put(self, pod: Obj) -> None:
        """Count a pod, as a ReplicaSet's status does; one that has ended counts as nothing."""
        name = pod["metadata"]["name"]
        if is_active(pod):
            since = ready_time(pod)
            if since is None:
                self.not_ready.add(name)
            else:
                self.ready[name] = since
        elif not is_terminal(pod):
            self.terminating.add(name)

    def take(self, name: str) -> None:
        self.ready.pop(name, None)
        self.not_ready.discard(name)
        self.terminating.discard(name)


class Population:
    """Every pod of a namespace, by group."""

    def __init__(self) -> None:
        self._groups: dict[Group, Members] = {}
        self._group_of: dict[Key, Group] = {}

    def put(self, pod: Obj) -> None:
        """Count a pod as it is now."""
        key, group = key_of(pod), group_of(pod)
        self.take(key)
        if group is not None:
            self._group_of[key] = group
            self._groups.setdefault(group, Members()).put(pod)

    def take(self, key: Key) -> None:
        """Count a pod no longer."""
        group = self._group_of.pop(key, None)
        if group is not None:
            self._groups[group].take(key.name)

    def groups(self) -> Iterable[tuple[Group, Members]]:
        return self._groups.items()


def state_of(pod: Obj, is_pulling: bool) -> tuple[PodState, str]:
    """The state of a pod, and the status that kubectl shows; ``is_pulling`` comes from its events."""
    reason = summarize(pod).reason
    return _state(pod, reason, is_pulling), reason


def _state(pod: Obj, reason: str, is_pulling: bool) -> PodState:
    if is_terminating(pod):
        return PodState.TERMINATING
    if is_terminal(pod) or style_of_status(reason) == BAD:
        return PodState.FAILED
    if is_ready(pod):
        return PodState.READY
    if not pod["spec"].get("nodeName") or reason == "Pending":
        return PodState.PENDING
    if reason in NOT_STARTED or reason.startswith("Init:"):
        return PodState.PULLING if is_pulling else PodState.STARTING
    return PodState.RUNNING
