"""The Deployment controller: what it watches, and the order of its questions.

Mirrors pkg/controller/deployment/deployment_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, controller_of, is_terminating, key_of, labels_of
from kubesim.api.selectors import from_label_selector
from kubesim.controllers import retries
from kubesim.controllers.deployment.cleanup import cleanup_deployment
from kubesim.controllers.deployment.revisions import sync_revision
from kubesim.controllers.deployment.rollback import rollback, rollback_to
from kubesim.controllers.deployment.rolling import rollout_rolling
from kubesim.controllers.deployment.scaling import is_scaling_event, scale
from kubesim.controllers.deployment.status import check_paused_conditions, sync_deployment_status
from kubesim.controllers.deployment.sync import RefusedError, Rollout, StaleError
from kubesim.controllers.ref_manager import claim, resolve_controller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.cluster import Change, Cluster

SELECTING_ALL = "This deployment is selecting all pods. A non-empty selector is required."


class DeploymentController:
    """Turns Deployments into ReplicaSets of the right sizes."""

    name = "deployment"
    kind = "Deployment"
    rank = 50

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        """Deployments and ReplicaSets; a pod's end shows in its ReplicaSet's counters."""
        return {"Deployment": deployments_changed, "ReplicaSet": deployments_of_replica_set}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """One step of a Deployment's life; the instant (ms) at which it may have timed out, or None.

        A sync that ends because it is stale is followed by another at once, before any other controller acts: as
        upstream, where what was written comes back sooner than a pod is made.
        """
        while (deployment := cluster.find(*key)) is not None:
            try:
                return sync_deployment(Rollout(cluster, deployment))
            except StaleError:
                continue
            except RefusedError:
                return retries.waits_until(cluster, key) or retries.refused(cluster, key)
        return None


def sync_deployment(rollout: Rollout) -> int | None:
    """The ladder, in upstream's order: each rung ends the sync. Mirrors syncDeployment."""
    if not any(rollout.spec["selector"].values()):
        _refuse_to_select_all(rollout)
        return None
    selector = from_label_selector(rollout.spec["selector"])
    replica_sets = claim(rollout.cluster, rollout.deployment, selector, "ReplicaSet")
    if is_terminating(rollout.deployment):
        _sync_status_only(rollout, replica_sets)
        return None
    check_paused_conditions(rollout)
    revision = rollback_to(rollout.deployment)
    if rollout.spec.get("paused"):
        sync(rollout, replica_sets)
    elif revision is not None:
        rollback(rollout, replica_sets, revision)
    elif is_scaling_event(rollout, replica_sets):
        sync(rollout, replica_sets)
    elif rollout.is_rolling_update:
        return rollout_rolling(rollout, replica_sets)
    else:
        from kubesim.controllers.deployment.recreate import rollout_recreate

        return rollout_recreate(rollout, replica_sets)
    return None


def _refuse_to_select_all(rollout: Rollout) -> None:
    """Say once a generation that nothing will be done."""
    generation = rollout.deployment["metadata"].get("generation", 0)
    if rollout.status.get("observedGeneration", 0) < generation:
        rollout.record_event("Warning", "SelectingAll", SELECTING_ALL)
        rollout.set_status(observedGeneration=generation)
        rollout.update_status()


def _sync_status_only(rollout: Rollout, replica_sets: Sequence[Obj]) -> None:
    sets = sync_revision(rollout, replica_sets)
    sync_deployment_status(rollout, sets.all, sets.new)


def sync(rollout: Rollout, replica_sets: Sequence[Obj]) -> None:
    """What is done for a Deployment that was scaled or is paused: sizes and status, no rollout."""
    sets = sync_revision(rollout, replica_sets)
    scale(rollout, sets)
    if rollout.spec.get("paused") and rollback_to(rollout.deployment) is None:
        cleanup_deployment(rollout, sets.old)
    sync_deployment_status(rollout, sets.all, sets.new)


def deployments_changed(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    return () if change.new is None else (change.key,)


def deployments_of_replica_set(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The Deployments to sync when a ReplicaSet changed: its controller, or those that might adopt it."""
    owners = [resolve_controller(cluster, rs, "Deployment") for rs in (change.old, change.new) if rs is not None]
    keys = {key_of(owner) for owner in owners if owner is not None}
    rs = change.new
    if rs is not None and controller_of(rs) is None and _may_be_adopted(change.old, rs):
        keys.update(key_of(deployment) for deployment in _deployments_matching(cluster, rs))
    return sorted(keys)


def _may_be_adopted(old: Obj | None, rs: Obj) -> bool:
    """Whether an orphan is new, or has other labels, or lost its controller."""
    return old is None or labels_of(old) != labels_of(rs) or controller_of(old) is not None


def _deployments_matching(cluster: Cluster, rs: Obj) -> list[Obj]:
    labels = labels_of(rs)
    if not labels:
        return []
    deployments = cluster.list("Deployment", rs["metadata"]["namespace"])
    return [d for d in deployments if any(d["spec"]["selector"].values()) and _selects(d, labels)]


def _selects(deployment: Obj, labels: dict[str, str]) -> bool:
    return from_label_selector(deployment["spec"]["selector"]).matches(labels)
