"""The new ReplicaSet of a Deployment, and the revision numbers.

Mirrors getAllReplicaSetsAndSyncRevision and getNewReplicaSet of pkg/controller/deployment/sync.go, and the
annotations of deployment_util.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, controller_reference, key_of, with_metadata
from kubesim.api.pod_template_hash import pod_template_hash
from kubesim.api.revisions import ANNOTATIONS_TO_SKIP, find_new_replica_set, find_old_replica_sets, max_revision
from kubesim.api.well_known import (
    DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY,
    DESIRED_REPLICAS_ANNOTATION,
    MAX_REPLICAS_ANNOTATION,
    REVISION_ANNOTATION,
    REVISION_HISTORY_ANNOTATION,
)
from kubesim.controllers import admitted, retries
from kubesim.controllers.deployment.arithmetic import Bounds, new_rs_new_replicas
from kubesim.controllers.deployment.conditions import FOUND_NEW_REPLICA_SET, NEW_REPLICA_SET
from kubesim.controllers.deployment.replica_sets import total_size, with_new
from kubesim.controllers.deployment.sync import RefusedError
from kubesim.errors import StatusError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.deployment.sync import Rollout

MAX_NAME = 253
MAX_REVISION_HISTORY = 2000  # characters: about a hundred undos


class ReplicaSets(NamedTuple):
    """The ReplicaSets of a Deployment: the new one, if it is there, and the old ones from the oldest."""

    new: Obj | None
    old: list[Obj]

    @property
    def all(self) -> list[Obj]:
        return with_new(self.old, self.new)


def sync_revision(rollout: Rollout, replica_sets: Sequence[Obj], *, create: bool = False) -> ReplicaSets:
    """Find the new ReplicaSet and the old ones, number the new one and, with ``create``, make it where it is not there.

    Mirrors getAllReplicaSetsAndSyncRevision.
    """
    new = find_new_replica_set(rollout.deployment, replica_sets)
    old = find_old_replica_sets(replica_sets, new)
    revision = max_revision(old) + 1
    if new is not None:
        new = _sync_existing(rollout, new, revision)
    elif create:
        new = _create(rollout, old, revision)
    return ReplicaSets(new, old)


def new_replica_set_of(rollout: Rollout, replica_sets: Sequence[Obj]) -> tuple[Obj, list[Obj]]:
    """The new ReplicaSet, made if need be, and the old ones."""
    new, old = sync_revision(rollout, replica_sets, create=True)
    assert new is not None
    return new, old


def _sync_existing(rollout: Rollout, rs: Obj, revision: int) -> Obj:
    """Bring the new ReplicaSet's annotations up to date; once they are, the Deployment's revision."""
    annotations = replica_set_annotations(annotations_of(rollout.deployment), annotations_of(rs), revision)
    min_ready = rollout.spec.get("minReadySeconds")
    if annotations != annotations_of(rs) or rs["spec"].get("minReadySeconds") != min_ready:
        updated = _with_min_ready(with_metadata(rs, annotations=annotations), min_ready)
        return rollout.update_replica_set(updated)
    needs_update = rollout.set_annotation(REVISION_ANNOTATION, annotations.get(REVISION_ANNOTATION, ""))
    if rollout.progress_deadline is not None and rollout.progressing is None:
        message = f'Found new replica set "{rs["metadata"]["name"]}"'
        rollout.set_progressing("True", FOUND_NEW_REPLICA_SET, message)
        needs_update = True
    if needs_update:
        rollout.update_status()
    return rs


def _with_min_ready(rs: Obj, seconds: int | None) -> Obj:
    spec = {name: value for name, value in rs["spec"].items() if name != "minReadySeconds"}
    if seconds is not None:
        spec["minReadySeconds"] = seconds
    return {**rs, "spec": spec}


def _create(rollout: Rollout, old: list[Obj], revision: int) -> Obj:
    """Make the new ReplicaSet, as large as the strategy lets it be from the start."""
    wanted = new_replica_set(rollout.deployment, revision, rollout.bounds, _first_size(rollout, old))
    name = wanted["metadata"]["name"]
    if rollout.cluster.find("ReplicaSet", rollout.namespace, name) is not None:
        _resolve_collision(rollout)
    key = key_of(rollout.deployment)
    if retries.waits_until(rollout.cluster, key) is not None:
        raise RefusedError
    try:
        rs = admitted.create(rollout.cluster, wanted, "deployment-controller")
    except StatusError as refusal:
        rollout.refuse_replica_set(name, refusal)
    retries.succeeded(rollout.cluster, key)
    size = rs["spec"]["replicas"]
    if size > 0:
        rollout.record_event("Normal", "ScalingReplicaSet", f"Scaled up replica set {name} from 0 to {size}")
    rollout.set_annotation(REVISION_ANNOTATION, str(revision))
    if rollout.progress_deadline is not None:
        rollout.set_progressing("True", NEW_REPLICA_SET, f'Created new replica set "{name}"')
    rollout.update_status()
    return rs


def _first_size(rollout: Rollout, old: list[Obj]) -> int:
    if not rollout.is_rolling_update:
        return rollout.bounds.desired
    return new_rs_new_replicas(rollout.bounds, total_size(old), 0)


def _resolve_collision(rollout: Rollout) -> None:
    """Somebody else's ReplicaSet has the name: count the collision, and the next sync hashes another name."""
    rollout.set_status(collisionCount=rollout.status.get("collisionCount", 0) + 1)
    rollout.update_status()
    rollout.end()


def new_replica_set(deployment: Obj, revision: int, bounds: Bounds, size: int) -> Obj:
    """The ReplicaSet object for the Deployment's template, not yet created."""
    spec, meta = deployment["spec"], deployment["metadata"]
    template = spec["template"]
    hashed = {
        DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY: pod_template_hash(
            template, (deployment.get("status") or {}).get("collisionCount")
        )
    }
    template_meta = template.get("metadata") or {}
    labels = {**(template_meta.get("labels") or {}), **hashed}
    selector = {**spec["selector"], "matchLabels": {**(spec["selector"].get("matchLabels") or {}), **hashed}}
    annotations = replica_set_annotations(annotations_of(deployment), {}, revision)
    rs = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "annotations": {**annotations, **replicas_annotations(bounds)},
            "labels": labels,
            "name": replica_set_name(meta["name"], hashed[DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY]),
            "namespace": meta["namespace"],
            "ownerReferences": [controller_reference(deployment)],
        },
        "spec": {
            "replicas": size,
            "selector": selector,
            "template": {**template, "metadata": {**template_meta, "labels": labels}},
        },
        "status": {"replicas": 0},
    }
    return _with_min_ready(rs, spec.get("minReadySeconds"))


def replica_set_name(deployment_name: str, template_hash: str) -> str:
    """The Deployment's name, cut if it must be, and the hash. Mirrors generateReplicaSetName."""
    return f"{deployment_name[: MAX_NAME - 1 - len(template_hash)]}-{template_hash}"


def replicas_annotations(bounds: Bounds) -> dict[str, str]:
    """What a ReplicaSet records of the Deployment's size, so that scaling differs from rolling.

    Mirrors SetReplicasAnnotations.
    """
    return {DESIRED_REPLICAS_ANNOTATION: str(bounds.desired), MAX_REPLICAS_ANNOTATION: str(bounds.max_replicas)}


def replica_set_annotations(deployment: dict[str, str], current: dict[str, str], revision: int) -> dict[str, str]:
    """The new ReplicaSet's annotations: the Deployment's, and its revision if that has grown.

    A ReplicaSet that gets a new revision was undone to; it keeps its former ones as its history.
    Mirrors SetNewReplicaSetAnnotations.
    """
    annotations = {**current, **{k: v for k, v in deployment.items() if k not in ANNOTATIONS_TO_SKIP}}
    before = current.get(REVISION_ANNOTATION, "")
    try:
        outdated = int(before or 0) < revision
    except ValueError:
        return current
    if outdated:
        annotations[REVISION_ANNOTATION] = str(revision)
        if before:
            annotations[REVISION_HISTORY_ANNOTATION] = lengthened_history(
                current.get(REVISION_HISTORY_ANNOTATION, ""), before
            )
    return annotations


def lengthened_history(history: str, revision: str, limit: int = MAX_REVISION_HISTORY) -> str:
    """``1,4`` and one revision more; the oldest go where that is longer than ``limit`` characters."""
    if not history:
        return revision
    revisions = history.split(",")
    length = len(history) + len(revision) + 1
    while length > limit and revisions:
        length -= len(revisions.pop(0)) + 1
    return ",".join([*revisions, revision]) if length <= limit else history
