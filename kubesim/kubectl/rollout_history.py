"""The revisions of an object: what ``rollout history`` lists. Mirrors kubectl's polymorphichelpers/history.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, dig
from kubesim.api.revisions import find_new_replica_set, find_old_replica_sets, known_revision_of
from kubesim.api.well_known import CHANGE_CAUSE_ANNOTATION
from kubesim.errors import UserError
from kubesim.kubectl.rollout_kinds import require_visitor
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


class Revision(NamedTuple):
    """A revision in the history: its number, its pod template, why it came to be, and where all that is kept.

    ``source`` is a ReplicaSet or a ControllerRevision.  ``shown`` is what ``-o yaml`` prints of it, and
    ``annotated_template`` what ``history --revision`` describes.
    """

    number: int
    template: Obj
    annotated_template: Obj
    change_cause: str
    source: Obj
    shown: Obj


def history(obj: Obj, reader: Reader) -> list[Revision]:
    """The revisions of ``obj``, lowest first; UserError for a kind that has none."""
    require_visitor(obj, "history", "history viewer")
    found = _deployment_history(obj, reader) if obj["kind"] == "Deployment" else _controller_history(obj, reader)
    return [found[number] for number in sorted(found)]


def find_revision(revisions: list[Revision], number: int) -> Revision:
    """The revision of that number, for ``rollout history --revision``; UserError."""
    for revision in revisions:
        if revision.number == number:
            return revision
    raise UserError("unable to find the specified revision")


def _deployment_history(deployment: Obj, reader: Reader) -> dict[int, Revision]:
    """By number; what ReplicaSets say of the same number, the new one says last."""
    found = {}
    for rs in _replica_sets(deployment, reader):
        number = known_revision_of(rs)
        if number is not None:
            template = rs["spec"]["template"]
            cause = annotations_of(rs).get(CHANGE_CAUSE_ANNOTATION, "")
            found[number] = Revision(number, template, _with_change_cause(template, cause), cause, rs, rs)
    return found


def _with_change_cause(template: Obj, cause: str) -> Obj:
    """The template as kubectl shows it: with the ReplicaSet's change cause among its annotations."""
    if not cause:
        return template
    meta = template.get("metadata") or {}
    annotations = {**(meta.get("annotations") or {}), CHANGE_CAUSE_ANNOTATION: cause}
    return {**template, "metadata": {**meta, "annotations": annotations}}


def _replica_sets(deployment: Obj, reader: Reader) -> list[Obj]:
    """The old ones from the oldest, then the new one. Mirrors GetAllReplicaSets."""
    owned = reader.owned(deployment, "ReplicaSet")
    new = find_new_replica_set(deployment, owned)
    return [*find_old_replica_sets(owned, new), *([] if new is None else [new])]


def _controller_history(obj: Obj, reader: Reader) -> dict[int, Revision]:
    """The ControllerRevisions of a DaemonSet or StatefulSet, by number."""
    found = {}
    for source in reader.owned(obj, "ControllerRevision"):
        template = _template_in(source, obj)
        shown = {**obj, "spec": {**obj["spec"], "template": template}}
        cause = annotations_of(source).get(CHANGE_CAUSE_ANNOTATION, "")
        number = int(source["revision"])
        found[number] = Revision(number, template, template, cause, source, shown)
    return found


def _template_in(source: Obj, obj: Obj) -> Obj:
    """The pod template in a ControllerRevision: its data is a patch that replaces the object's."""
    template = dig(source, "data", "spec", "template", default=obj["spec"]["template"])
    return {name: value for name, value in template.items() if name != "$patch"}
