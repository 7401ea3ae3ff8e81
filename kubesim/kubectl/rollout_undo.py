"""Back to an earlier revision: what ``rollout undo`` writes. Mirrors kubectl's polymorphichelpers/rollback.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.revisions import ANNOTATIONS_TO_SKIP, equal_ignore_hash, without_hash
from kubesim.errors import UserError
from kubesim.kubectl.rollout_history import Revision, history
from kubesim.kubectl.rollout_kinds import require_visitor
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


class Rollback(NamedTuple):
    """What an undo comes to: the word for it, and the object to be written, if any."""

    message: str
    obj: Obj | None


def rollback_target(obj: Obj, reader: Reader, number: int) -> Revision:
    """The revision that an undo goes back to; 0 asks for the one before the last.

    UserError if there is none such, and for a kind that cannot be undone.
    """
    require_visitor(obj, "rollbacker", "rollbacker")
    revisions = history(obj, reader)
    if number != 0:
        for revision in revisions:
            if revision.number == number:
                return revision
        raise UserError(f"unable to find specified revision {number} in history")
    if len(revisions) < 2:
        raise UserError(_no_history(obj))
    return revisions[-2]


def _no_history(obj: Obj) -> str:
    if obj["kind"] == "Deployment":
        return f'no rollout history found for deployment "{obj["metadata"]["name"]}"'
    return "no last revision to roll back to"


def preview(obj: Obj, described: str) -> str:
    """What ``undo --dry-run=client`` says, given the target's template as ``describe`` prints it."""
    return described if obj["kind"] == "Deployment" else f"will roll back to {described}"


def rollback(obj: Obj, target: Revision, number: int) -> Rollback:
    """``obj`` with the target's template, or the word that it has it already; UserError for a paused Deployment.

    ``number`` is what the user asked for.
    """
    if obj["kind"] == "Deployment" and obj["spec"].get("paused"):
        how = "resume it first with 'kubectl rollout resume' and try again"
        raise UserError(f"you cannot rollback a paused deployment; {how}")
    if equal_ignore_hash(target.template, obj["spec"]["template"]):
        return Rollback(f"skipped rollback (current template already matches revision {number})", None)
    restored = {**obj, "spec": {**obj["spec"], "template": without_hash(target.template)}}
    if obj["kind"] == "Deployment":
        restored = with_metadata(restored, annotations=_annotations_after(obj, target.source))
    return Rollback("rolled back", restored)


def _annotations_after(deployment: Obj, rs: Obj) -> dict[str, str]:
    """The Deployment's own annotations, and the others as the ReplicaSet had them."""
    kept = {k: v for k, v in annotations_of(deployment).items() if k in ANNOTATIONS_TO_SKIP}
    return kept | {k: v for k, v in annotations_of(rs).items() if k not in ANNOTATIONS_TO_SKIP}
