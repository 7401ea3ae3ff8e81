"""Client-side apply: the patch between what was applied last, what is applied now, and what there is.

Mirrors strategicpatch.CreateThreeWayMergePatch, jsonmergepatch and kubectl pkg/util/apply.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, copy_of
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.schema import Type


def three_way_patch(last_applied: Obj, modified: Obj, current: Obj, type_: Type | None) -> Obj:
    """What kubectl sends: additions and changes against ``current``, deletions against ``last_applied``.

    ``modified`` carries its own text in the annotation.  An empty patch means that there is nothing to do.  Kinds of
    unknown type get a merge patch.  PatchError for lists that lack their merge keys.
    """
    if type_ is None:
        from kubesim.api.patch.merge import three_way

        return three_way(last_applied, modified, current)
    from kubesim.api.patch.difference import CHANGES, DELETIONS, difference
    from kubesim.api.patch.strategic import COMBINE, merge_maps

    changes = difference(current, modified, type_, CHANGES)
    deletions = difference(last_applied, modified, type_, DELETIONS)
    return merge_maps(copy_of(deletions), copy_of(changes), type_, COMBINE)


def last_applied(obj: Obj) -> Any:
    """What the annotation keeps, None where there is none; ValueError where it is no JSON any more."""
    from kubesim.golang.json import loads

    text = annotations_of(obj).get(LAST_APPLIED_CONFIG_ANNOTATION)
    return None if text is None else loads(text)


def last_applied_annotation(obj: Obj) -> str:
    """The object as JSON, with an annotations map that lacks this annotation itself, and a newline.

    Mirrors kubectl's util.GetModifiedConfiguration.
    """
    from kubesim.golang.json import dumps

    meta = dict(obj.get("metadata") or {})
    annotations = meta.get("annotations") or {}
    meta["annotations"] = {key: value for key, value in annotations.items() if key != LAST_APPLIED_CONFIG_ANNOTATION}
    return dumps({**obj, "metadata": meta}) + "\n"
