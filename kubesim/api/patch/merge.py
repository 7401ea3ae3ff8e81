"""JSON merge patches (RFC 7386). Mirrors github.com/evanphx/json-patch merge.go."""

from __future__ import annotations

from kubesim.api.meta import Obj

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def merge(original: Any, patch: Any) -> Any:
    """``original`` with ``patch`` merged in: null deletes, maps merge, all else replaces. Neither is changed."""
    if not isinstance(patch, dict):
        return patch
    if not isinstance(original, dict):
        return without_nulls(patch)
    merged = dict(original)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif merged.get(key) is None:
            merged[key] = without_nulls(value)
        else:
            merged[key] = merge(merged[key], value)
    return merged


def without_nulls(value: Any) -> Any:
    """The value less the nulls in its maps."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def difference(original: Obj, modified: Obj) -> Obj:
    """The merge patch that makes ``modified`` of ``original``. Mirrors CreateMergePatch."""
    patch: Obj = {}
    for key, value in modified.items():
        if key not in original:
            patch[key] = value
            continue
        before = original[key]
        if isinstance(before, dict) and isinstance(value, dict):
            inner = difference(before, value)
            if inner:
                patch[key] = inner
        elif type(before) is not type(value) or before != value:
            patch[key] = value
    patch.update({key: None for key in original if key not in modified})
    return patch


def three_way(original: Obj, modified: Obj, current: Obj) -> Obj:
    """What makes ``modified`` of ``current``, deleting only what ``original`` had. Mirrors jsonmergepatch."""
    changes = _changes_only(difference(current, modified))
    deletions = _nulls_only(difference(original, modified))
    return _combined(deletions, changes)


def _changes_only(patch: Obj) -> Obj:
    """The patch less its nulls, and less maps that held nothing else."""
    kept: Obj = {}
    for key, value in patch.items():
        if isinstance(value, dict) and value:
            inner = _changes_only(value)
            if inner:
                kept[key] = inner
        elif value is not None:
            kept[key] = value
    return kept


def _nulls_only(patch: Obj) -> Obj:
    kept: Obj = {}
    for key, value in patch.items():
        if value is None:
            kept[key] = None
        elif isinstance(value, dict):
            inner = _nulls_only(value)
            if inner:
                kept[key] = inner
    return kept


def _combined(deletions: Obj, changes: Obj) -> Obj:
    """Both patches as one: what is changed and what is deleted differ, but may lie side by side in a map."""
    merged = dict(deletions)
    for key, value in changes.items():
        below = merged.get(key)
        both_maps = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = _combined(below, value) if both_maps else value  # type: ignore[arg-type]
    return merged
