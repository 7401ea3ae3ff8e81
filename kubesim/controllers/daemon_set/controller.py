"""The DaemonSet controller: what it watches, the order of its questions, and the status.

Mirrors syncDaemonSet and updateDaemonSetStatus of pkg/controller/daemon/daemon_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, is_terminating, key_of
from kubesim.controllers import controller_history, pod_control, pod_owners, retries
from kubesim.controllers.daemon_set.daemon import COMPONENT, Daemon, oldest_first
from kubesim.controllers.daemon_set.history import cleanup_history, construct_history
from kubesim.controllers.daemon_set.manage import manage, next_back_off_end
from kubesim.controllers.daemon_set.rolling import rolling_update
from kubesim.controllers.event_recorder import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

SELECTING_ALL = "This daemon set is selecting all pods. A non-empty selector is required."


class DaemonSetController:
    """Syncs DaemonSets."""

    name = "daemonset"
    kind = "DaemonSet"
    rank = 40

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        owners = pod_owners.owners_of("DaemonSet")
        return {"DaemonSet": pod_owners.itself, "ControllerRevision": _of_revision, "Pod": owners, "Node": _of_node}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Pods where they belong, then one step of a rollout, then the status; returns when to sync again (ms)."""
        obj = cluster.find(*key)
        if obj is None or is_terminating(obj):
            return None
        if not any(obj["spec"]["selector"].values()):
            _refuse_to_select_all(cluster, obj)
            return None
        history = construct_history(cluster, obj)
        daemon = Daemon(cluster, obj, controller_history.hash_label(history.current))
        # Upstream waits until it has seen what it did before it goes on.
        if not manage(daemon) and daemon.spec["updateStrategy"]["type"] == "RollingUpdate":
            rolling_update(daemon)
        cleanup_history(cluster, obj, history.old, daemon.pods())
        _update_status(daemon)
        return _next_look(daemon)


def _of_revision(cluster: Cluster, change: Change) -> Iterable[Key]:
    """Its owner; a new one that has one is only observed. Mirrors addHistory, updateHistory and deleteHistory."""
    before, after = pod_owners.controllers(change)
    is_new = change.old is None and after is not None
    return () if is_new else pod_owners.owners(cluster, change, "DaemonSet", before, after)


def _of_node(cluster: Cluster, change: Change) -> Iterable[Key]:
    """Every DaemonSet, once a node's labels or taints changed."""
    if change.old is not None and change.new is not None and _facts(change.old) == _facts(change.new):
        return ()
    return [key_of(obj) for obj in cluster.list("DaemonSet")]


def _facts(node: Obj) -> tuple[object, ...]:
    return node["metadata"].get("labels"), node["spec"].get("taints")


def _refuse_to_select_all(cluster: Cluster, obj: Obj) -> None:
    if not any(event["reason"] == "SelectingAll" for event in cluster.events_of(obj)):
        record(cluster, obj, "Warning", "SelectingAll", SELECTING_ALL, COMPONENT)


# status


def _update_status(daemon: Daemon) -> None:
    """Count nodes, each by its oldest pod; numbers that are 0 are left out where JSON's omitempty does so."""
    by_node = daemon.pods_by_node()
    counts = dict.fromkeys(("current", "misscheduled", "ready", "available", "updated"), 0)
    for name, found in daemon.fits.items():
        pods = by_node.get(name)
        if pods and found.should_run:
            pod = oldest_first(pods)[0]
            counts["current"] += 1
            counts["ready"] += pod_control.is_ready(pod)
            counts["available"] += daemon.is_available(pod)
            counts["updated"] += daemon.is_updated(pod)
        elif pods:
            counts["misscheduled"] += 1
    optional = {
        "numberAvailable": counts["available"],
        "numberUnavailable": daemon.desired - counts["available"],
        "updatedNumberScheduled": counts["updated"],
    }
    kept = daemon.cluster.get(*daemon.key).get("status") or {}
    status: Obj = {
        "currentNumberScheduled": counts["current"],
        "desiredNumberScheduled": daemon.desired,
        "numberMisscheduled": counts["misscheduled"],
        "numberReady": counts["ready"],
        "observedGeneration": daemon.obj["metadata"].get("generation", 1),
        **{field: count for field, count in optional.items() if count},
        **{field: kept[field] for field in ("collisionCount", "conditions") if field in kept},
    }
    daemon.cluster.update_status(daemon.obj, status)


def _next_look(daemon: Daemon) -> int | None:
    """When a pod turns available, what was refused is tried again, or a failed pod may be deleted."""
    instants = [retries.waits_until(daemon.cluster, daemon.key), next_back_off_end(daemon)]
    min_ready = daemon.spec.get("minReadySeconds", 0)
    if min_ready:
        instants += [pod_control.available_at(pod, min_ready) for pod in daemon.cluster.owned(daemon.obj, "Pod")]
    return min((instant for instant in instants if instant is not None and instant > daemon.now), default=None)
