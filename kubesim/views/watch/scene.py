"""What there is to be seen of a namespace's Deployments at an instant."""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.api.meta import Key, Obj, controller_of, dig, key_of, parse_time
from kubesim.api.revisions import find_new_replica_set, known_revision_of
from kubesim.errors import UserError
from kubesim.kubectl.rollout_status import status
from kubesim.views.timeline.lanes import PULLS
from kubesim.views.timeline.pods import state_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.cluster import Change
    from kubesim.views.timeline.model import PodState

#: The kinds that are seen, owners first.
KINDS = ("Deployment", "ReplicaSet", "Pod", "Event")
MOST_EVENTS = 40  # that a scene keeps, the latest
#: How many parts the name of an object under a Deployment has after the Deployment's own.
_NAME_PARTS = {"Deployment": 0, "ReplicaSet": 1, "Pod": 2}


@dataclass(frozen=True, slots=True)
class PodCell:
    """A pod: its name, its state, whether its template is the newest, and the status that kubectl shows."""

    name: str
    state: PodState
    is_new: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ReplicaSetRow:
    """A ReplicaSet that has pods, or is the newest: how many are wanted and ready, and a cell for each pod."""

    name: str
    revision: int
    is_new: bool
    desired: int
    ready: int
    pods: tuple[PodCell, ...]


@dataclass(frozen=True, slots=True)
class DeploymentPart:
    """A Deployment with its numbers, in the words of its status, and ``message``, that of ``rollout status``."""

    name: str
    strategy: str
    desired: int
    updated: int
    ready: int
    available: int
    message: str
    is_done: bool
    replica_sets: tuple[ReplicaSetRow, ...]
    conditions: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event, when it was last recorded (ms), how often, and the name of what it is about."""

    instant: int
    type: str
    reason: str
    about: str
    message: str
    count: int


@dataclass(frozen=True, slots=True)
class Scene:
    """What is there from an instant (ms) on, until the next scene; ``command`` is the last that was given."""

    instant: int
    command: str
    deployments: tuple[DeploymentPart, ...]
    events: tuple[EventRow, ...]


class Director:
    """Follows the Deployments of a namespace, or the one of that ``name``, change by change."""

    def __init__(self, objects: Iterable[Obj], namespace: str, name: str = "") -> None:
        self._namespace, self._name = namespace, name
        self._objects: dict[str, dict[str, Obj]] = {kind: {} for kind in KINDS}
        self._cells: dict[str, tuple[Obj, PodCell]] = {}
        self._pulling: set[str] = set()
        self._uids: set[str] = set()
        self.command = ""
        for obj in objects:
            self._put(key_of(obj), obj)

    def see(self, change: Change) -> None:
        """Note a change."""
        if change.key.kind in KINDS and change.key.namespace == self._namespace:
            self._put(change.key, change.new)

    def scene(self, instant: int) -> Scene:
        """What is there now, at that instant (ms)."""
        parts = tuple(self._part(obj) for _, obj in sorted(self._objects["Deployment"].items()))
        return Scene(instant, self.command, parts, tuple(self._events()))

    def _put(self, key: Key, obj: Obj | None) -> None:
        if obj is None:
            self._objects[key.kind].pop(key.name, None)
        elif key.kind == "Event":
            self._objects[key.kind][key.name] = obj
            self._note_pull(obj)
        elif self._is_shown(key, obj):
            self._objects[key.kind][key.name] = obj
            self._uids.add(obj["metadata"]["uid"])

    def _is_shown(self, key: Key, obj: Obj) -> bool:
        """Whether an object is one of the Deployments, or stands under one."""
        if key.kind == "Deployment":
            return not self._name or key.name == self._name
        owner = controller_of(obj)
        return owner is not None and owner["uid"] in self._uids

    def _note_pull(self, event: Obj) -> None:
        pod = event["involvedObject"].get("uid", "")
        if event["involvedObject"].get("kind") == "Pod" and event["reason"] in PULLS:
            (self._pulling.add if PULLS[event["reason"]] else self._pulling.discard)(pod)
            self._cells.pop(pod, None)

    def _part(self, deployment: Obj) -> DeploymentPart:
        uid, counts = deployment["metadata"]["uid"], deployment.get("status") or {}
        replica_sets = [rs for rs in self._objects["ReplicaSet"].values() if _is_owned(rs, uid)]
        newest = find_new_replica_set(deployment, replica_sets)
        rows = [
            self._row(rs, newest is not None and rs["metadata"]["uid"] == newest["metadata"]["uid"])
            for rs in replica_sets
        ]
        message, is_done = _progress(deployment)
        return DeploymentPart(
            name=deployment["metadata"]["name"],
            strategy=str(dig(deployment, "spec", "strategy", "type", default="")),
            desired=deployment["spec"].get("replicas", 1),
            updated=counts.get("updatedReplicas", 0),
            ready=counts.get("readyReplicas", 0),
            available=counts.get("availableReplicas", 0),
            message=message,
            is_done=is_done,
            replica_sets=tuple(sorted(filter(_is_worth_a_row, rows), key=lambda row: (row.revision, row.name))),
            conditions=tuple(_conditions(counts)),
        )

    def _row(self, rs: Obj, is_new: bool) -> ReplicaSetRow:
        uid = rs["metadata"]["uid"]
        pods = [(name, pod) for name, pod in self._objects["Pod"].items() if _is_owned(pod, uid)]
        return ReplicaSetRow(
            name=rs["metadata"]["name"],
            revision=known_revision_of(rs) or 0,
            is_new=is_new,
            desired=rs["spec"].get("replicas", 1),
            ready=(rs.get("status") or {}).get("readyReplicas", 0),
            pods=tuple(self._cell(pod, is_new) for _, pod in pods),
        )

    def _cell(self, pod: Obj, is_new: bool) -> PodCell:
        """The cell of a pod, the one from before if nothing about it is different."""
        uid = pod["metadata"]["uid"]
        known = self._cells.get(uid)
        if known is not None and known[0] is pod and known[1].is_new == is_new:
            return known[1]
        state, reason = state_of(pod, uid in self._pulling)
        cell = PodCell(pod["metadata"]["name"], state, is_new, reason)
        self._cells[uid] = pod, cell
        return cell

    def _events(self) -> list[EventRow]:
        """The latest, the last of them at the end."""
        shown = (event for event in self._objects["Event"].values() if self._concerns(event["involvedObject"]))
        rows = sorted(map(_event_row, shown), key=lambda row: row[0])
        return [row for _, row in rows[-MOST_EVENTS:]]

    def _concerns(self, about: Obj) -> bool:
        """Whether an event about an object, which may be gone, is one about the Deployments or what is under them."""
        parts = _NAME_PARTS.get(about.get("kind", ""))
        return parts is not None and (not self._name or about["name"].rsplit("-", parts)[0] == self._name)


def _event_row(event: Obj) -> tuple[tuple[int, int], EventRow]:
    """An event with what it is ordered by."""
    instant = parse_time(event.get("lastTimestamp") or event.get("eventTime") or event["metadata"]["creationTimestamp"])
    about = event["involvedObject"]
    row = EventRow(
        instant=instant,
        type=event.get("type") or "",
        reason=event.get("reason") or "",
        about=about.get("name") or "",
        message=" ".join((event.get("message") or "").split()),
        count=event.get("count") or 1,
    )
    return (instant, int(event["metadata"].get("resourceVersion", 0))), row


def _is_owned(obj: Obj, uid: str) -> bool:
    owner = controller_of(obj)
    return owner is not None and bool(owner["uid"] == uid)


def _is_worth_a_row(row: ReplicaSetRow) -> bool:
    return row.is_new or bool(row.pods) or row.desired > 0


def _progress(deployment: Obj) -> tuple[str, bool]:
    """What ``rollout status`` prints of it, less the name, and whether that is its end."""
    name = deployment["metadata"]["name"]
    try:
        answer = status(deployment)
    except UserError as error:
        return str(error), False
    return answer.message.removeprefix(f'deployment "{name}" ').removeprefix(
        f'Waiting for deployment "{name}" rollout to finish: '
    ), answer.done


def _conditions(counts: Obj) -> Iterator[tuple[str, str, str]]:
    for condition in sorted(counts.get("conditions") or (), key=lambda condition: str(condition["type"])):
        yield condition["type"], condition["status"], condition.get("reason", "")
