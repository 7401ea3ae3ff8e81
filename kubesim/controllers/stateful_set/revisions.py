"""The two revisions of a StatefulSet: the one it is at, and the one it goes to.

Mirrors getStatefulSetRevisions and truncateHistory of pkg/controller/statefulset/stateful_set_control.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, is_terminating
from kubesim.api.selectors import from_label_selector
from kubesim.controllers import controller_history, ref_manager
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubesim.cluster import Cluster


class Revisions(NamedTuple):
    """``all`` are those that were there before this sync; ``collisions`` is the status' collisionCount."""

    current: Obj
    update: Obj
    all: list[Obj]
    collisions: int


def revisions_of(cluster: Cluster, obj: Obj) -> Revisions:
    """The revisions; the update revision is made, or given the highest number, as need be."""
    selector = from_label_selector(obj["spec"]["selector"])
    known = controller_history.by_number(ref_manager.claim(cluster, obj, selector, "ControllerRevision"))
    status = obj.get("status") or {}
    data = controller_history.data_of(obj)
    same = [revision for revision in known if revision["data"] == data]
    collisions = int(status.get("collisionCount", 0))
    if not same:
        update, collisions = _create(cluster, obj, data, controller_history.next_number(known), collisions)
    elif same[-1] is known[-1]:
        update = known[-1]
    else:
        update = controller_history.renumbered(cluster, same[-1], controller_history.next_number(known))
    named = (revision for revision in known if revision["metadata"]["name"] == status.get("currentRevision"))
    return Revisions(next(named, update), update, known, collisions)


def _create(cluster: Cluster, obj: Obj, data: Obj, number: int, collisions: int) -> tuple[Obj, int]:
    """A new revision, and how many names were taken so far. Its label keeps the first try's hash, as upstream's.

    That of a StatefulSet which is being deleted is not stored: it would only hold that back.
    """
    labelled = controller_history.hash_of(data, collisions)
    while True:
        name = controller_history.revision_name(obj["metadata"]["name"], controller_history.hash_of(data, collisions))
        taken = cluster.find("ControllerRevision", obj["metadata"]["namespace"], name)
        if taken is None:
            wanted = controller_history.new_revision(obj, data, labelled, number)
            wanted["metadata"]["name"] = name
            return (wanted if is_terminating(obj) else cluster.create(wanted)), collisions
        if taken["data"] == data:
            return taken, collisions
        collisions += 1


def truncate_history(cluster: Cluster, obj: Obj, revisions: Revisions, pods: Iterable[Obj]) -> None:
    """Delete the lowest revisions past the limit, but for the two and those that pods are of."""
    live = {revision["metadata"]["name"] for revision in (revisions.current, revisions.update)}
    live |= {controller_history.hash_label(pod) for pod in pods}
    spare: Sequence[Obj] = [revision for revision in revisions.all if revision["metadata"]["name"] not in live]
    for revision in spare[: max(0, len(spare) - obj["spec"]["revisionHistoryLimit"])]:
        controller_history.delete(cluster, revision)
