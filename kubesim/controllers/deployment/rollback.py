"""Undo by annotation, as clients older than apps/v1 ask for it. Mirrors pkg/controller/deployment/rollback.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.revisions import ANNOTATIONS_TO_SKIP, equal_ignore_hash, known_revision_of, without_hash
from kubesim.api.well_known import DEPRECATED_ROLLBACK_TO
from kubesim.controllers.deployment.revisions import sync_revision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.deployment.sync import Rollout

REVISION_NOT_FOUND = "DeploymentRollbackRevisionNotFound"
TEMPLATE_UNCHANGED = "DeploymentRollbackTemplateUnchanged"
DONE = "DeploymentRollback"


def rollback_to(deployment: Obj) -> int | None:
    """The revision asked for, 0 for the last one; None where none is asked for."""
    try:
        return int(annotations_of(deployment)[DEPRECATED_ROLLBACK_TO])
    except (KeyError, ValueError):
        return None


def rollback(rollout: Rollout, replica_sets: Sequence[Obj], revision: int) -> None:
    """Go back to a revision's template, and take the request off the Deployment whether that could be done or not."""
    everything = sync_revision(rollout, replica_sets, create=True).all
    revision = revision or last_revision(everything)
    target = next((rs for rs in everything if known_revision_of(rs) == revision), None) if revision else None
    if target is None:
        sought = "the revision to rollback to" if revision else "last revision"
        rollout.record_event("Warning", REVISION_NOT_FOUND, f"Unable to find {sought}.")
        rollout.update(without_request(rollout.deployment))
    elif equal_ignore_hash(rollout.spec["template"], target["spec"]["template"]):
        same = f'The rollback revision contains the same template as current deployment "{rollout.name}"'
        rollout.record_event("Warning", TEMPLATE_UNCHANGED, same)
        rollout.update(without_request(rollout.deployment))
    else:
        rollout.update(without_request(rolled_back(rollout.deployment, target)))
        rollout.record_event("Normal", DONE, f'Rolled back deployment "{rollout.name}" to revision {revision}')


def last_revision(replica_sets: Sequence[Obj]) -> int:
    """The second highest revision, 0 if there is none. Mirrors LastRevision."""
    revisions = sorted(known_revision_of(rs) or 0 for rs in replica_sets)
    return revisions[-2] if len(revisions) > 1 else 0


def rolled_back(deployment: Obj, target: Obj) -> Obj:
    """The Deployment with a ReplicaSet's template and annotations: its change cause goes with the template."""
    kept = {k: v for k, v in annotations_of(deployment).items() if k in ANNOTATIONS_TO_SKIP}
    restored = {k: v for k, v in annotations_of(target).items() if k not in ANNOTATIONS_TO_SKIP}
    spec = {**deployment["spec"], "template": without_hash(target["spec"]["template"])}
    return {**with_metadata(deployment, annotations={**kept, **restored}), "spec": spec}


def without_request(deployment: Obj) -> Obj:
    """The Deployment less the annotation that asks for the undo."""
    annotations = {k: v for k, v in annotations_of(deployment).items() if k != DEPRECATED_ROLLBACK_TO}
    return with_metadata(deployment, annotations=annotations or None)
