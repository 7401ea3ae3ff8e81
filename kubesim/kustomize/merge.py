"""Strategic merge patches as kustomize applies them. Mirrors kyaml's yaml/walk and yaml/merge2.

Both sides are walked together and changed in place; a value that only one side has is walked with itself, which
leaves out its nulls and what it says is to be deleted.
"""

from __future__ import annotations

from kubesim.kustomize.directives import ABSENT, DIRECTIVE, check_directive, is_missing
from kubesim.kustomize.merge_lists import merged_list
from kubesim.kustomize.nodes import field, is_null, restyled, text_of, wrong_kind
from kubesim.kustomize.schema import element_row, merge_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.schema import Schema


def strategic_merge(obj: Obj, patch: Obj, schema: Schema) -> Obj | None:
    """``obj`` with the patch applied; None if the patch deletes it. Both are used up."""
    result = Merge(schema).walk(obj, patch, "")
    return result if isinstance(result, dict) else None


class Merge:
    """A walk over an object and a patch; ``row`` (see schema.py) says of each field how it merges."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def walk(self, dest: Any, origin: Any, row: str) -> Any:
        """The merged value, ABSENT for none."""
        row = row or self._row_of_object(dest) or self._row_of_object(origin)
        present = next((node for node in (dest, origin) if not is_missing(node)), None)
        if present is None or isinstance(present, dict):
            _check_kind(dict, "MappingNode", dest, origin)
            return self._walk_map(dest, origin, row)
        if not isinstance(present, list):
            _check_kind(None, "ScalarNode", dest, origin)
            return dest if origin is ABSENT else origin
        _check_kind(list, "SequenceNode", dest, origin)
        keys = merge_keys(row)
        if keys is None:
            return dest if origin is ABSENT else origin
        return merged_list(self.walk, dest, origin, keys, element_row(row))

    def _row_of_object(self, node: Any) -> str:
        version, kind = field(node, "apiVersion"), field(node, "kind")
        return self.schema.row_of_kind(version, kind) if isinstance(version, str) and isinstance(kind, str) else ""

    def _walk_map(self, dest: Any, origin: Any, row: str) -> Any:
        dest = _chosen_map(dest, origin)
        if not isinstance(dest, dict):
            return dest
        others = origin if isinstance(origin, dict) else {}
        for key in sorted({*dest, *others}):
            value = self.walk(dest.get(key, ABSENT), others.get(key, ABSENT), self.schema.row_of_field(row, key))
            if value is ABSENT or (is_null(value) and key in others):
                dest.pop(key, None)
            else:
                dest[key] = restyled(value, dest[key]) if key in dest else value
        return dest


def _chosen_map(dest: Any, origin: Any) -> Any:
    """The map that goes on, before its fields are walked: a null that nobody patches stays if it is written out."""
    if is_missing(dest):
        if isinstance(origin, dict) and field(origin, DIRECTIVE) == "delete":
            return ABSENT
        if isinstance(origin, dict) and field(origin, DIRECTIVE) in ("merge", "replace"):
            del origin[DIRECTIVE]
        if origin is ABSENT and dest is not ABSENT and text_of(dest):
            return dest
        return ABSENT if is_missing(origin) else origin
    if origin is ABSENT:
        return dest
    if is_null(origin):
        return ABSENT
    directive = _map_directive(origin)
    return ABSENT if directive == "delete" else origin if directive == "replace" else dest


def _map_directive(patch: Obj) -> str:
    """What ``$patch`` says, which is taken out."""
    if is_null(patch.get(DIRECTIVE)):
        return "merge"
    directive = text_of(patch[DIRECTIVE])
    check_directive(directive)
    del patch[DIRECTIVE]
    return directive


def _check_kind(type_: type | None, expected: str, *nodes: Any) -> None:
    """Refuse a side of another kind; ``type_`` is None for scalars."""
    for node in nodes:
        is_right = not isinstance(node, (dict, list)) if type_ is None else isinstance(node, type_)
        if not is_missing(node) and not is_right:
            raise wrong_kind(expected, node)
