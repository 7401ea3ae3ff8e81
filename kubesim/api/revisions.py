"""The revisions of a Deployment: its ReplicaSets, their annotations, and which of them is the new one.

What kubectl and the Deployment controller both know.  Mirrors kubectl's pkg/util/deployment/deployment.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

POD_TEMPLATE_HASH = "pod-template-hash"

REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"
CHANGE_CAUSE = "kubernetes.io/change-cause"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
ROLLBACK_TO = "deprecated.deployment.rollback.to"

#: Annotations that stay with the Deployment or the ReplicaSet that has them: none is copied from one to the other.
ANNOTATIONS_TO_SKIP = frozenset((LAST_APPLIED, REVISION, REVISION_HISTORY, DESIRED_REPLICAS, MAX_REPLICAS, ROLLBACK_TO))


def revision_of(obj: Obj) -> int:
    """The revision in the object's annotation, 0 without one; ValueError if it is no number."""
    text = annotations_of(obj).get(REVISION)
    return 0 if text is None else int(text)


def known_revision_of(obj: Obj) -> int | None:
    """The revision, or None where somebody wrote nonsense into the annotation: such a ReplicaSet has no say."""
    try:
        return revision_of(obj)
    except ValueError:
        return None


def max_revision(replica_sets: Iterable[Obj]) -> int:
    """The highest revision among the ReplicaSets, 0 if there is none."""
    return max((known_revision_of(rs) or 0 for rs in replica_sets), default=0)


def creation_order(obj: Obj) -> tuple[str, str]:
    """Sorts old before new, by name within a second. Mirrors ReplicaSetsByCreationTimestamp."""
    meta = obj["metadata"]
    return meta.get("creationTimestamp", ""), meta["name"]


def without_hash(template: Obj) -> Obj:
    """The pod template less the pod-template-hash label that the Deployment controller adds to a ReplicaSet's."""
    meta = template.get("metadata") or {}
    labels = meta.get("labels") or {}
    if POD_TEMPLATE_HASH not in labels:
        return template
    return {**template, "metadata": {**meta, "labels": {k: v for k, v in labels.items() if k != POD_TEMPLATE_HASH}}}


def equal_ignore_hash(one: Obj, other: Obj) -> bool:
    """Whether two pod templates are alike but for the pod-template-hash label. Mirrors EqualIgnoreHash."""
    return one.get("spec") == other.get("spec") and _metadata(one) == _metadata(other)


def _metadata(template: Obj) -> Obj:
    """The template's metadata without what is empty."""
    return {name: value for name, value in (without_hash(template).get("metadata") or {}).items() if value}


def find_new_replica_set(deployment: Obj, replica_sets: Iterable[Obj]) -> Obj | None:
    """The ReplicaSet that has the Deployment's template; the oldest where several have it."""
    template = deployment["spec"]["template"]
    for rs in sorted(replica_sets, key=creation_order):
        if equal_ignore_hash(rs["spec"]["template"], template):
            return rs
    return None


def find_old_replica_sets(replica_sets: Sequence[Obj], new: Obj | None) -> list[Obj]:
    """Every other ReplicaSet, oldest first."""
    new_name = new and new["metadata"]["name"]
    return [rs for rs in sorted(replica_sets, key=creation_order) if rs["metadata"]["name"] != new_name]
