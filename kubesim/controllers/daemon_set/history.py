"""The revisions of a DaemonSet: which is the one of its template, and which may go.

Mirrors constructHistory, snapshot and cleanupHistory of pkg/controller/daemon/update.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, is_terminating, labels_of, with_metadata
from kubesim.api.pod_template_hash import pod_template_hash
from kubesim.api.selectors import from_label_selector
from kubesim.api.well_known import CONTROLLER_REVISION_HASH_LABEL_KEY
from kubesim.controllers import controller_history, ref_manager
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubesim.cluster import Cluster


class History(NamedTuple):
    """``current`` is the revision of the template that the DaemonSet has now."""

    current: Obj
    old: list[Obj]


def construct_history(cluster: Cluster, obj: Obj) -> History:
    """The revisions; the current one is made, or given the highest number, as need be."""
    selector = from_label_selector(obj["spec"]["selector"])
    claimed = [_labelled(cluster, r) for r in ref_manager.claim(cluster, obj, selector, "ControllerRevision")]
    data = controller_history.data_of(obj)
    old = [revision for revision in claimed if revision["data"] != data]
    same = [revision for revision in claimed if revision["data"] == data]
    number = controller_history.next_number(old)
    if not same:
        return History(_snapshot(cluster, obj, data, number), old)
    current = _deduplicated(cluster, obj, controller_history.by_number(same))
    if current["revision"] < number:
        current = controller_history.renumbered(cluster, current, number)
    return History(current, old)


def _labelled(cluster: Cluster, revision: Obj) -> Obj:
    """A revision that has lost its hash goes by its name."""
    if CONTROLLER_REVISION_HASH_LABEL_KEY in labels_of(revision):
        return revision
    labels = {**labels_of(revision), CONTROLLER_REVISION_HASH_LABEL_KEY: revision["metadata"]["name"]}
    return cluster.update(with_metadata(revision, labels=labels))


def _snapshot(cluster: Cluster, obj: Obj, data: Obj, number: int) -> Obj:
    """A new revision; where somebody else's has its name, the collision is counted and another name tried."""
    while True:
        status = obj.get("status") or {}
        hashed = pod_template_hash(obj["spec"]["template"], status.get("collisionCount"))
        revision = controller_history.new_revision(obj, data, hashed, number)
        taken = cluster.find("ControllerRevision", *(revision["metadata"][f] for f in ("namespace", "name")))
        if taken is None:
            return cluster.create(revision)
        if taken["data"] == data:
            return taken
        obj = cluster.update_status(obj, {**status, "collisionCount": status.get("collisionCount", 0) + 1})


def _deduplicated(cluster: Cluster, obj: Obj, same: Sequence[Obj]) -> Obj:
    """Of revisions that say the same the highest stays, and the pods are its own. Mirrors dedupCurHistories."""
    kept = same[-1]
    for duplicate in same[:-1]:
        for pod in cluster.owned(obj, "Pod"):
            if controller_history.hash_label(pod) == controller_history.hash_label(duplicate):
                labels = {**labels_of(pod), CONTROLLER_REVISION_HASH_LABEL_KEY: controller_history.hash_label(kept)}
                cluster.update(with_metadata(pod, labels=labels))
        controller_history.delete(cluster, duplicate)
    return kept


def cleanup_history(cluster: Cluster, obj: Obj, old: Sequence[Obj], pods: Iterable[Obj]) -> None:
    """Delete the lowest revisions past the limit, but for those that pods are of."""
    excess = len(old) - obj["spec"]["revisionHistoryLimit"]
    live = {controller_history.hash_label(pod) for pod in pods}
    spare = [
        revision
        for revision in controller_history.by_number(old)
        if controller_history.hash_label(revision) not in live and not is_terminating(revision)
    ]
    for revision in spare[: max(0, excess)]:
        controller_history.delete(cluster, revision)
