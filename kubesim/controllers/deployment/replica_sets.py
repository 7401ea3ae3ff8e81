"""Counting and ordering ReplicaSets. Mirrors the lists of pkg/controller/controller_utils.go and deployment_util.go.

``spec.replicas`` is how many pods a ReplicaSet should have; its status is how many it has.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of
from kubesim.api.revisions import creation_order, known_revision_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_INT32 = 2**31 - 1


def size_of(rs: Obj) -> int:
    """How many pods the ReplicaSet should have."""
    return int(rs["spec"].get("replicas", 1))


def status_count(rs: Obj, field: str) -> int:
    """A number of the ReplicaSet's status; 0 where it is not set."""
    return int((rs.get("status") or {}).get(field, 0))


def total_size(replica_sets: Iterable[Obj]) -> int:
    return sum(map(size_of, replica_sets))


def total_status(replica_sets: Iterable[Obj], field: str) -> int:
    return sum(status_count(rs, field) for rs in replica_sets)


def total_terminating(replica_sets: Iterable[Obj]) -> int | None:
    """The number of pods that are ending; None while a ReplicaSet that was synced does not count them.

    Mirrors GetTerminatingReplicaCountForReplicaSets.
    """
    total = 0
    for rs in replica_sets:
        status = rs.get("status") or {}
        count = status.get("terminatingReplicas")
        if count is None and status.get("observedGeneration", 0):
            return None
        total += count or 0
    return total


def with_new(old: list[Obj], new: Obj | None) -> list[Obj]:
    """All ReplicaSets, the new one last."""
    return old if new is None else [*old, new]


def active(replica_sets: Iterable[Obj]) -> list[Obj]:
    """Those that should have pods. Mirrors FilterActiveReplicaSets."""
    return [rs for rs in replica_sets if size_of(rs) > 0]


def find_active_or_latest(new: Obj | None, old: list[Obj]) -> Obj | None:
    """The only active ReplicaSet; where none is active, the new or else the youngest; None where several are."""
    candidates = active(with_new(old, new))
    if len(candidates) > 1:
        return None
    if candidates:
        return candidates[0]
    return new or max(old, key=creation_order, default=None)


def largest_first(replica_sets: Iterable[Obj], *, newer_first: bool) -> list[Obj]:
    """By size; of the same size the newer or the older first. Mirrors ReplicaSetsBySizeNewer and BySizeOlder."""
    by_age = sorted(replica_sets, key=creation_order, reverse=newer_first)
    return sorted(by_age, key=size_of, reverse=True)


def by_revision(replica_sets: Iterable[Obj]) -> list[Obj]:
    """From the lowest revision to the highest. Mirrors ReplicaSetsByRevision."""
    return sorted(replica_sets, key=lambda rs: (known_revision_of(rs) or 0, creation_order(rs)))


def annotated_number(rs: Obj, name: str) -> int | None:
    """A non-negative number from an annotation; None where it is missing or no such number."""
    text = annotations_of(rs).get(name, "")
    number = int(text) if text.isascii() and text.isdigit() else None
    return None if number is None or number > MAX_INT32 else number
