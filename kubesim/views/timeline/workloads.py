"""What a timeline asks of a workload: which pods are its own, which of them are new, and how many there must be."""

from __future__ import annotations

from kubesim.api.int_or_percent import value_from_int_or_percent
from kubesim.api.meta import Key, Obj, condition_of, controller_of, dig, labels_of
from kubesim.api.revisions import find_new_replica_set, known_revision_of
from kubesim.api.well_known import CONTROLLER_REVISION_HASH_LABEL_KEY
from kubesim.controllers.deployment.arithmetic import Bounds
from kubesim.controllers.deployment.conditions import PROGRESSING, TIMED_OUT
from kubesim.controllers.deployment.sync import bounds_of
from kubesim.errors import UserError
from kubesim.kubectl.rollout_status import ROLLING_UPDATE, status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.timeline.pods import Group

NOTHING = Bounds(0, 0, 0)


class Workload:
    """A workload that owns its pods itself, as a ReplicaSet does: every pod is new.

    ``obj`` is None while there is none of that name.  What it owned stays its own when it is gone.
    """

    #: The kind by which its revisions are kept.
    revision_kind = ""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.obj: Obj | None = None
        self.uid = ""

    def see(self, new: Obj | None) -> None:
        """Note the workload's object, None if it is gone."""
        self.obj = new
        if new is not None:
            self.uid = new["metadata"]["uid"]

    def see_revision(self, old: Obj | None, new: Obj | None) -> None:
        """Note a change of an object of ``revision_kind``."""

    def owns(self, group: Group) -> bool:
        return group.owner == self.uid

    @property
    def newest(self) -> str:
        """What the groups of pods of the newest template have in common, see ``template_of``."""
        return ""

    def template_of(self, group: Group) -> str:  # noqa: ARG002
        """What names the template of a group of pods."""
        return ""

    @property
    def identity(self) -> object:
        """What is another whenever ``owns`` or ``is_new`` may answer otherwise."""
        return self.uid, self.newest

    def is_new(self, group: Group) -> bool:
        """Whether pods of the group are of the newest template."""
        return self.template_of(group) == self.newest

    def origin_of(self, group: Group) -> tuple[str, int]:  # noqa: ARG002
        """The name of the object that pods of the group come from, and its revision; 0 where there are none."""
        return self.key.name, 0

    @property
    def bounds(self) -> Bounds:
        """How many pods there must be and may be; none without the object."""
        return NOTHING if self.obj is None else self._bounds(self.obj)

    def _bounds(self, obj: Obj) -> Bounds:
        return Bounds(obj["spec"].get("replicas", 1), 0, 0)

    @property
    def min_ready_seconds(self) -> int:
        return int(dig(self.obj, "spec", "minReadySeconds", default=0))

    @property
    def strategy(self) -> str:
        """``RollingUpdate``, ``Recreate`` or ``OnDelete``; empty for a workload that has none."""
        spec = dig(self.obj, "spec", default={})
        return str(dig(spec, "strategy", "type") or dig(spec, "updateStrategy", "type", default=""))

    @property
    def is_paused(self) -> bool:
        return bool(dig(self.obj, "spec", "paused", default=False))

    @property
    def has_timed_out(self) -> bool:
        """Whether the Deployment's progress deadline was exceeded."""
        progressing = None if self.obj is None else condition_of(self.obj, PROGRESSING)
        return progressing is not None and progressing.get("reason") == TIMED_OUT

    def is_rolled_out(self) -> bool | None:
        """Whether ``rollout status`` calls the rollout done; None where it knows no such workloads."""
        try:
            return None if self.obj is None else status(self.obj).done
        except UserError:
            return False if self.has_timed_out else None


class DeploymentWorkload(Workload):
    """A Deployment: its pods are its ReplicaSets', and those of the ReplicaSet with its template are new."""

    revision_kind = "ReplicaSet"

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self._replica_sets: dict[str, Obj] = {}
        self._newest = ""

    def see(self, new: Obj | None) -> None:
        had = self.obj and self.obj["spec"]["template"]
        if new is not None and new["metadata"]["uid"] != self.uid:
            self._replica_sets.clear()
        super().see(new)
        if new is not None and new["spec"]["template"] is not had:
            self._find_new()

    def see_revision(self, old: Obj | None, new: Obj | None) -> None:
        uid = (new or old or {})["metadata"]["uid"]
        was_own = uid in self._replica_sets
        reference = None if new is None else controller_of(new)
        if new is not None and reference is not None and reference["uid"] == self.uid:
            self._replica_sets[uid] = new
        elif was_own and (new is not None or self.obj is not None):
            del self._replica_sets[uid]
        if was_own != (uid in self._replica_sets):
            self._find_new()

    def _find_new(self) -> None:
        if self.obj is not None:
            new = find_new_replica_set(self.obj, self._replica_sets.values())
            self._newest = new["metadata"]["uid"] if new else ""

    def owns(self, group: Group) -> bool:
        return group.owner in self._replica_sets

    @property
    def identity(self) -> object:
        return self.uid, self.newest, frozenset(self._replica_sets)

    @property
    def newest(self) -> str:
        return self._newest

    def template_of(self, group: Group) -> str:
        return group.owner

    def origin_of(self, group: Group) -> tuple[str, int]:
        rs = self._replica_sets[group.owner]
        return rs["metadata"]["name"], known_revision_of(rs) or 0

    def _bounds(self, obj: Obj) -> Bounds:
        return bounds_of(obj)


class _RevisionedWorkload(Workload):
    """A workload that keeps its templates as ControllerRevisions, and labels its pods with their hashes."""

    revision_kind = "ControllerRevision"

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self._numbers: dict[str, int] = {}

    def see_revision(self, old: Obj | None, new: Obj | None) -> None:  # noqa: ARG002
        reference = None if new is None else controller_of(new)
        if new is not None and reference is not None and reference["uid"] == self.uid:
            self._numbers[self._hash_of(new)] = new["revision"]

    def _hash_of(self, revision: Obj) -> str:
        """What the pods of a revision are labelled with."""
        return str(labels_of(revision)[CONTROLLER_REVISION_HASH_LABEL_KEY])

    @property
    def newest(self) -> str:
        return max(self._numbers, key=self._numbers.__getitem__, default="")

    def template_of(self, group: Group) -> str:
        return group.revision_hash

    def origin_of(self, group: Group) -> tuple[str, int]:
        return self.key.name, self._numbers.get(group.revision_hash, 0)


class StatefulSetWorkload(_RevisionedWorkload):
    """A StatefulSet: one pod at a time may be missing while it is updated."""

    def _hash_of(self, revision: Obj) -> str:
        return str(revision["metadata"]["name"])

    @property
    def newest(self) -> str:
        return str(dig(self.obj, "status", "updateRevision", default=""))

    def _bounds(self, obj: Obj) -> Bounds:
        desired = obj["spec"].get("replicas", 1)
        return Bounds(desired, 0, min(1, desired) if self.strategy == ROLLING_UPDATE else 0)


class DaemonSetWorkload(_RevisionedWorkload):
    """A DaemonSet: as many pods as it has nodes."""

    def _bounds(self, obj: Obj) -> Bounds:
        desired = dig(obj, "status", "desiredNumberScheduled", default=0)
        rolling = dig(obj, "spec", "updateStrategy", "rollingUpdate", default={})
        if self.strategy != ROLLING_UPDATE:
            return Bounds(desired, 0, 0)
        surge = value_from_int_or_percent(rolling.get("maxSurge", 0), desired, True)
        unavailable = value_from_int_or_percent(rolling.get("maxUnavailable", 0), desired, True)
        return Bounds(desired, surge, min(desired, unavailable))


WORKLOADS: dict[str, type[Workload]] = {
    "Deployment": DeploymentWorkload,
    "ReplicaSet": Workload,
    "StatefulSet": StatefulSetWorkload,
    "DaemonSet": DaemonSetWorkload,
}


def workload_of(key: Key) -> Workload:
    """UserError for a kind that has no timeline."""
    if key.kind not in WORKLOADS:
        raise UserError(f"a timeline shows one of {', '.join(WORKLOADS)}, not a {key.kind}")
    return WORKLOADS[key.kind](key)
