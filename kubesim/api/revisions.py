"""The revisions of a Deployment: its ReplicaSets, their annotations, and which of them is the new one.

What kubectl and the Deployment controller both know.  Mirrors kubectl's pkg/util/deployment/deployment.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of
from kubesim.api.well_known import (
    DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY,
    DEPRECATED_ROLLBACK_TO,
    DESIRED_REPLICAS_ANNOTATION,
    LAST_APPLIED_CONFIG_ANNOTATION,
    MAX_REPLICAS_ANNOTATION,
    REVISION_ANNOTATION,
    REVISION_HISTORY_ANNOTATION,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


#: Annotations that stay with the Deployment or the ReplicaSet that has them: none is copied from one to the other.
ANNOTATIONS_TO_SKIP = frozenset(
    (
        LAST_APPLIED_CONFIG_ANNOTATION,
        REVISION_ANNOTATION,
        REVISION_HISTORY_ANNOTATION,
        DESIRED_REPLICAS_ANNOTATION,
        MAX_REPLICAS_ANNOTATION,
        DEPRECATED_ROLLBACK_TO,
    )
)


def revision_of(obj: Obj) -> int:
    """The revision in the object's annotation, 0 without one; ValueError in Go's words if it is no number."""
    text = annotations_of(obj).get(REVISION_ANNOTATION, "0")
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    from kubesim.golang.numbers import parse_int

    return parse_int(text, base=10)


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
    if DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY not in labels:
        return template
    others = {key: value for key, value in labels.items() if key != DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY}
    return {**template, "metadata": {**meta, "labels": others}}


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
