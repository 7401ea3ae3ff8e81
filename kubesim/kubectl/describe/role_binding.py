"""The description of a RoleBinding or a ClusterRoleBinding. Mirrors RoleBindingDescriber."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, labels_of
from kubesim.kubectl.describe.common import describe_annotations, describe_labels
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_role_binding(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    """A RoleBinding or a ClusterRoleBinding."""
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    w.line("Role:")
    w.line("Kind:", obj["roleRef"].get("kind", ""), level=1)
    w.line("Name:", obj["roleRef"].get("name", ""), level=1)
    w.line("Subjects:")
    w.line("Kind", "Name", "Namespace", level=1)
    w.line("----", "----", "---------", level=1)
    for subject in obj.get("subjects") or ():
        w.line(subject.get("kind", ""), subject.get("name", ""), subject.get("namespace", ""), level=1)
    return w.text()
