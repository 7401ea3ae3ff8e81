"""Making a strategic merge patch of two objects: what must be sent to make the one of the other.

Mirrors apimachinery pkg/util/strategicpatch (diffMaps and what it calls).  The patch shares values with the objects.
"""

from __future__ import annotations

from kubesim.api.patch.elements import deduplicated, element_kind, key_value, sorted_by
from kubesim.api.patch.problem import PatchError
from kubesim.api.patch.strategic import (
    DELETE_FROM_LIST,
    DIRECTIVE,
    RETAIN_KEYS,
    SET_ELEMENT_ORDER,
    PatchMeta,
    lookup,
    lookup_list,
)
from kubesim.golang.fmt import text
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.schema import Type


class Wanted(NamedTuple):
    """Which differences go into the patch."""

    changes: bool
    deletions: bool


CHANGES = Wanted(changes=True, deletions=False)
DELETIONS = Wanted(changes=False, deletions=True)
BOTH = Wanted(changes=True, deletions=True)


def difference(original: Obj, modified: Obj, type_: Type, wanted: Wanted = BOTH, *, retains_keys: bool = False) -> Obj:
    """The patch from ``original`` to ``modified``; ``retains_keys`` names the fields that are to stay."""
    patch: Obj = {}
    for key, value in modified.items():
        if key not in original or type(original[key]) is not type(value):
            if wanted.changes:
                patch[key] = value
        elif isinstance(value, dict):
            _differ_in_map(patch, key, original[key], value, type_, wanted)
        elif isinstance(value, list):
            _differ_in_list(patch, key, original[key], value, type_, wanted)
        elif wanted.changes and original[key] != value:
            patch[key] = value
    gone = [key for key in original if key not in modified]
    if wanted.deletions:
        patch.update(dict.fromkeys(gone))
    if retains_keys:
        _name_retained(patch, modified, any(original[key] is not None for key in gone))
    return patch


def _name_retained(patch: Obj, modified: Obj, has_more: bool) -> None:
    retained = sorted(key for key, value in modified.items() if value is not None)
    if retained and (patch or has_more):
        patch[RETAIN_KEYS] = retained


def _differ_in_map(patch: Obj, key: str, original: Obj, modified: Obj, type_: Type, wanted: Wanted) -> None:
    meta = _meta_unless_equal(lookup, type_, key, original, modified)
    if meta is None:
        return
    if meta.strategy == "replace":
        if wanted.changes:
            patch[key] = modified
    else:
        inner = difference(original, modified, meta.type, wanted, retains_keys=meta.retains_keys)
        if inner:
            patch[key] = inner


def _differ_in_list(
    patch: Obj, key: str, original: list[Any], modified: list[Any], type_: Type, wanted: Wanted
) -> None:
    meta = _meta_unless_equal(lookup_list, type_, key, original, modified)
    if meta is None:
        return
    if meta.strategy != "merge":
        if wanted.changes and not _equal(original, modified):
            patch[key] = modified
        return
    changed, deleted, order = _differences_of_lists(original, modified, meta, wanted)
    if changed:
        patch[key] = changed
    if deleted:
        patch[f"{DELETE_FROM_LIST}/{key}"] = deleted
    if order:
        patch[f"{SET_ELEMENT_ORDER}/{key}"] = order


def _meta_unless_equal(find: Any, type_: Type, key: str, original: Any, modified: Any) -> PatchMeta | None:
    """How the field is patched; None if it is not known, which does not matter while both are equal."""
    try:
        meta: PatchMeta = find(type_, key)
    except PatchError:
        if _equal(original, modified):
            return None
        raise
    return meta


def _differences_of_lists(
    original: list[Any], modified: list[Any], meta: PatchMeta, wanted: Wanted
) -> tuple[list[Any], list[Any], list[Any]]:
    """Changed and new elements (and deletions of maps), deletions of scalars, and the order of all."""
    if not original:
        return (modified if wanted.changes else []), [], []
    if element_kind(original, modified) is dict:
        return _differences_of_maps(original, modified, meta, wanted)
    added = [item for item in modified if item not in original] if wanted.changes else []
    deleted = [item for item in original if item not in modified] if wanted.deletions else []
    changes_order = wanted.changes and not _equal(original, modified)
    return added, sorted(deduplicated(deleted), key=text), modified if deleted or changes_order else []


def _differences_of_maps(
    original: list[Obj], modified: list[Obj], meta: PatchMeta, wanted: Wanted
) -> tuple[list[Any], list[Any], list[Any]]:
    key = meta.merge_key
    changed: list[Any] = []
    gone: list[Any] = []
    for before, after in _paired(original, modified, key):
        if after is None:
            gone.append({key: before[key], DIRECTIVE: "delete"})
        elif before is None:
            changed += [after] if wanted.changes else []
        else:
            inner = difference(before, after, meta.type, wanted, retains_keys=meta.retains_keys)
            changed += [{**inner, key: after[key]}] if inner else []
    changed = sorted_by(changed, modified, key) + (gone if wanted.deletions else [])
    same_order = [item[key] for item in original] == [item[key] for item in modified]
    has_order = bool(changed) or (wanted.changes and not same_order)
    return changed, [], [{key: item[key]} for item in modified] if has_order else []


def _paired(original: list[Obj], modified: list[Obj], merge_key: str) -> Iterator[tuple[Any, Any]]:
    """Elements of the same merge key side by side, in the order of the keys' texts; None where one has no partner.

    Of elements that share a key, as a port's TCP and UDP do, the last ones are paired first.
    """
    before, after = _by_key(original, merge_key), _by_key(modified, merge_key)
    while before or after:
        names = [items[-1][0] for items in (before, after) if items]
        is_first = [bool(items) and items[-1][0] == min(names) for items in (before, after)]
        yield before.pop()[1] if is_first[0] else None, after.pop()[1] if is_first[1] else None


def _by_key(items: list[Obj], merge_key: str) -> list[tuple[str, Obj]]:
    """The elements with the texts of their keys, the first to be taken last."""
    named = ((text(key_value(item, merge_key)), item) for item in items)
    return sorted(named, key=lambda pair: pair[0], reverse=True)


def _equal(left: Any, right: Any) -> bool:
    """Equal in type as well: true is not 1."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_equal(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return bool(left == right)
