"""What a cluster is at one instant, as far as instants can be compared: objects, records, notes and wake-ups."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, copy_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubesim.cluster import Cluster
    from kubesim.sim.engine import Engine, Task

COUNTERS = ("resourceVersion", "serial")


class Capture(NamedTuple):
    """A cluster at ``now`` (ms): the content of the open drawers, the counters of the head, and the wake-ups.

    Objects and records are shared with the cluster, which never changes them in place.
    """

    now: int
    objects: Mapping[Key, Obj]
    records: Mapping[Key, Obj]
    notes: Obj
    counters: Mapping[str, int]
    wakes: Mapping[Task, int]

    @classmethod
    def of(cls, cluster: Cluster, engine: Engine) -> Capture:
        cluster.sweep()
        opened = cluster.cabinet.opened().items()
        return cls(
            cluster.now,
            {Key(at.kind, at.namespace, name): obj for at, drawer in opened for name, obj in drawer.objects.items()},
            {Key(at.kind, at.namespace, name): kept for at, drawer in opened for name, kept in drawer.memory.items()},
            copy_of(cluster.head.get("notes", {})),
            {name: int(cluster.head[name]) for name in COUNTERS},
            engine.waiting(),
        )

    def uid(self, key: Key) -> str | None:
        """The uid of the object with that key, None where there is none."""
        obj = self.objects.get(key)
        return None if obj is None else str(obj["metadata"]["uid"])
