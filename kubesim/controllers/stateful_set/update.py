"""What one sync does to a StatefulSet's pods: fill up from below, take away from the top, replace from the top.

In order, one move a sync; with the Parallel policy all that is needed at once.  Mirrors updateStatefulSet of
pkg/controller/statefulset/stateful_set_control.go.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.api.meta import Obj, dig, is_terminating
from kubesim.controllers import controller_history, pod_control
from kubesim.controllers.stateful_set import claims, pods
from kubesim.controllers.stateful_set.identity import ordinal_of, ordinals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Cluster
    from kubesim.controllers.stateful_set.revisions import Revisions


@dataclass
class Update:
    """One sync. ``replicas`` holds the pod of each wanted ordinal, if any; ``condemned`` the others, highest first.

    ``deleted_for_update`` is whether a pod of the current revision was deleted.
    """

    cluster: Cluster
    obj: Obj
    revisions: Revisions
    replicas: dict[int, Obj | None]
    condemned: list[Obj]
    deleted_for_update: bool = False

    @property
    def is_monotonic(self) -> bool:
        """Whether pods are made and deleted in their order. Mirrors allowsBurst."""
        return bool(self.obj["spec"]["podManagementPolicy"] != "Parallel")

    def is_available(self, pod: Obj) -> bool:
        instant = pod_control.available_at(pod, self.obj["spec"].get("minReadySeconds", 0))
        return instant is not None and instant <= self.cluster.now

    def is_healthy(self, pod: Obj | None) -> bool:
        return pod is not None and self.is_available(pod) and not is_terminating(pod)


def update_of(cluster: Cluster, obj: Obj, revisions: Revisions, members: Sequence[Obj]) -> Update:
    """The sync of a StatefulSet that has those pods."""
    wanted = ordinals(obj)
    by_ordinal = {ordinal_of(pod): pod for pod in members}
    condemned = [by_ordinal[ordinal] for ordinal in sorted(by_ordinal, reverse=True) if ordinal not in wanted]
    return Update(cluster, obj, revisions, {ordinal: by_ordinal.get(ordinal) for ordinal in wanted}, condemned)


def run(update: Update) -> None:
    """Fill up, then take away, then replace; StatusError where a pod or a claim is refused."""
    for ordinal in update.replicas:
        if _process_replica(update, ordinal) and update.is_monotonic:
            return
    for pod in update.condemned:
        claims.sync_owners(update.cluster, update.obj, pod)
    for pod in update.condemned:
        if _process_condemned(update, pod) and update.is_monotonic:
            return
    if update.obj["spec"]["updateStrategy"]["type"] != "OnDelete":
        _replace(update)


def _process_replica(update: Update, ordinal: int) -> bool:
    """See to the pod of one ordinal; whether those above it have to wait for it."""
    cluster, obj, pod = update.cluster, update.obj, update.replicas[ordinal]
    if pod is None:
        if not claims.is_stale(cluster, obj, ordinal):
            pods.create(cluster, obj, update.revisions, ordinal)
        return True
    if pod_control.is_terminal(pod):
        if not is_terminating(pod):
            pods.delete(cluster, obj, pod)
        return True
    if pod["status"].get("phase") == "Pending":
        pods.create_claims(cluster, obj, ordinal)
        claims.sync_owners(cluster, obj, pod)
    if update.is_monotonic and not update.is_healthy(pod):
        return True
    if pod["status"].get("phase") == "Running":
        pods.mend(cluster, obj, pod)
    return False


def _process_condemned(update: Update, pod: Obj) -> bool:
    """Delete a pod that is not wanted; whether those below it have to wait for it.

    In order an unhealthy pod waits until every pod below it is well, unless it is the first that is not.
    """
    if is_terminating(pod):
        return True
    if update.is_monotonic and not update.is_available(pod) and pod is not _first_unhealthy(update):
        return True
    pods.delete(update.cluster, update.obj, pod)
    return True


def _first_unhealthy(update: Update) -> Obj | None:
    ordered = [*update.replicas.values(), *reversed(update.condemned)]
    return next((pod for pod in ordered if not update.is_healthy(pod)), None)


def _replace(update: Update) -> None:
    """Delete the highest pod of another revision, once all above it are well; those below the partition stay."""
    partition = dig(update.obj, "spec", "updateStrategy", "rollingUpdate", "partition", default=0)
    name = update.revisions.update["metadata"]["name"]
    for pod in reversed(list(update.replicas.values())[partition:]):
        is_old = pod is not None and controller_history.hash_label(pod) != name
        if pod is not None and is_old and not is_terminating(pod):
            pods.delete(update.cluster, update.obj, pod)
            update.deleted_for_update = True
            return
        if not update.is_healthy(pod):
            return
