"""A change made in a life that nobody saves, led on until the rollout is done: its steps as they happen."""

from __future__ import annotations

from collections import Counter

from kubesim.api.meta import MINUTE, SECOND, Key, Obj, controller_of, dig, is_terminating
from kubesim.controllers.controller_history import hash_label
from kubesim.errors import UserError
from kubesim.kubectl.rollout_kinds import WITH_ROLLOUTS
from kubesim.kubectl.rollout_status import is_rolled_out, status
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.timeline.recorder import Recorder
from kubesim.views.why.workloads.deployments import Sets
from kubesim.views.why.workloads.others import newest_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Change, Cluster
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.views.timeline.model import Timeline

PATIENCE = 12 * MINUTE  # without a step, beside minReadySeconds, is the end of what is followed
MOST_CHANGES = 100_000  # of objects, some ten seconds of work, are followed

AT_ONCE = 100  # ms: steps that follow each other faster are one to a person

_KINDS = (*WITH_ROLLOUTS, "ReplicaSet", "ControllerRevision", "Pod")


class Step(NamedTuple):
    """An instant (ms) at which ReplicaSets are scaled, or pods come and go of a workload that has none.

    ``old`` and ``new`` are how many pods of the old templates and the new one there are to be from then on, ``old_by``
    and ``new_by`` how many more that is than before.  ``available`` is how many pods were available at that instant.
    ``moves`` counts the instants that were taken together.
    """

    instant: int
    old: int
    new: int
    old_by: int
    new_by: int
    available: int
    moves: int = 1

    def merged(self, later: Step) -> Step:
        """Both, as one step that begins with the first."""
        old_by, new_by, moves = self.old_by + later.old_by, self.new_by + later.new_by, self.moves + later.moves
        return later._replace(instant=self.instant, old_by=old_by, new_by=new_by, moves=moves)


class Rehearsal:
    """Follows one workload that has rollouts, of a life from now on."""

    def __init__(self, life: LiveCluster, key: Key) -> None:
        self.life = life
        self.key = key
        self.begin = life.cluster.now
        self._sizes: list[tuple[int, dict[str, int]]] = []
        self._changes = 0
        objects = [obj for kind in _KINDS for obj in life.cluster.list(kind, key.namespace)]
        self._recorder = Recorder(key, objects, self.begin)
        self._first = _sizes_of(life.cluster, key)
        self._known = dict(self._first)
        self._moved_at = self.begin
        life.cluster.observers.append(self._observe)

    def _observe(self, change: Change) -> None:
        self._changes += 1
        self._recorder.see(change)
        if change.key.namespace != self.key.namespace:
            return
        if self.key.kind == "Deployment" and change.key.kind == "ReplicaSet":
            self._see_size(change)
        elif change.key.kind == "Pod" and self._owns(change):
            self._moved_at = change.instant

    def _owns(self, change: Change) -> bool:
        obj = change.new or change.old
        owner = None if obj is None else controller_of(obj)
        return owner is not None and (owner["kind"], owner["name"]) == (self.key.kind, self.key.name)

    def _see_size(self, change: Change) -> None:
        if not self._owns(change):
            return
        size = 0 if change.new is None else int(change.new["spec"].get("replicas", 0))
        if self._known.get(change.key.name, 0) != size:
            self._known[change.key.name], self._moved_at = size, change.instant
            if not self._sizes or self._sizes[-1][0] != change.instant:
                self._sizes.append((change.instant, {}))
            self._sizes[-1][1].update(self._known)

    def run(self) -> bool:
        """Let the rollout go on to its end, or as far as it is followed; whether it is done."""
        cluster, engine = self.life.cluster, self.life.engine
        engine.settle()
        patience = PATIENCE + SECOND * int(cluster.get(*self.key)["spec"].get("minReadySeconds", 0))
        while not self._is_done(cluster):
            wake = engine.next_wake()
            is_over = wake is None or wake > self._moved_at + patience or self._changes > MOST_CHANGES
            if wake is None or is_over or self._has_failed(cluster):
                return False
            engine.step(wake)
        return True

    def _is_done(self, cluster: Cluster) -> bool:
        """Whether ``rollout status`` says so; where pods are replaced by hand, nothing is to come."""
        obj = cluster.find(*self.key)
        return obj is None or is_by_hand(obj) or is_rolled_out(obj)

    def _has_failed(self, cluster: Cluster) -> bool:
        """Whether its progress deadline was exceeded."""
        obj = cluster.find(*self.key)
        if obj is None or obj["kind"] != "Deployment":
            return False
        try:
            status(obj)
        except UserError:
            return True
        return False

    @property
    def timeline(self) -> Timeline:
        return self._recorder.timeline(self.life.cluster.now)

    def steps(self) -> Iterator[Step]:
        """The instants at which numbers of pods changed, those that nobody can tell apart as one."""
        kept: Step | None = None
        for step in self._moves() if self.key.kind == "Deployment" else self._pod_moves():
            if kept is not None and step.instant - kept.instant < AT_ONCE:
                kept = kept.merged(step)
                continue
            if kept is not None:
                yield kept
            kept = step
        if kept is not None:
            yield kept

    def _moves(self) -> Iterator[Step]:
        """Each instant at which ReplicaSets were scaled."""
        obj = self.life.cluster.find(*self.key)
        new = "" if obj is None else _new_name(self.life.cluster, obj)
        timeline, before = self.timeline, _parted(self._first, new)
        for instant, sizes in self._sizes:
            now = _parted(sizes, new)
            yield Step(instant, *now, now[0] - before[0], now[1] - before[1], timeline.at(instant).available)
            before = now

    def _pod_moves(self) -> Iterator[Step]:
        """Each instant at which there were more or fewer pods of a template that were not being deleted."""
        obj = self.life.cluster.find(*self.key)
        before = _parted(self._first, "" if obj is None else newest_hash(self.life.cluster, obj))
        for step in self.timeline.steps:
            now = (step.pods - step.updated, step.updated)
            if now != before:
                yield Step(step.instant, *now, now[0] - before[0], now[1] - before[1], step.available)
                before = now


def is_by_hand(obj: Obj) -> bool:
    """Whether its pods are replaced once somebody deletes them, and not before."""
    return bool(dig(obj, "spec", "updateStrategy", "type") == "OnDelete")


def _parted(sizes: dict[str, int], new: str) -> tuple[int, int]:
    """How many pods the old ReplicaSets are to have together, and the new one."""
    return sum(size for name, size in sizes.items() if name != new), sizes.get(new, 0)


def _sizes_of(cluster: Cluster, key: Key) -> dict[str, int]:
    """How many pods each ReplicaSet is to have; of a workload without, how many each revision has."""
    obj = cluster.find(*key)
    if obj is None:
        return {}
    if key.kind == "Deployment":
        return {rs["metadata"]["name"]: int(rs["spec"].get("replicas", 0)) for rs in cluster.owned(obj, "ReplicaSet")}
    return Counter(hash_label(pod) for pod in cluster.owned(obj, "Pod") if not is_terminating(pod))


def _new_name(cluster: Cluster, deployment: Obj) -> str:
    new = Sets(cluster, deployment).new
    return "" if new is None else str(new["metadata"]["name"])
