"""Comparing, merging and pruning values part by part. Mirrors structured-merge-diff's typed package."""

from __future__ import annotations

from kubesim.api.managed_fields.paths import Path, Paths
from kubesim.api.managed_fields.shapes import KEYED, SET, Shape, child, parts
from kubesim.api.meta import Obj
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ABSENT: Any = object()


class Comparison(NamedTuple):
    """Fields that one object has and the other has not, or has with another value."""

    removed: Paths
    modified: Paths
    added: Paths

    def without(self, prefixes: tuple[Path, ...]) -> Comparison:
        """The comparison less everything at or below the prefixes."""
        return Comparison(*(frozenset(p for p in paths if not _is_below(p, prefixes)) for paths in self))


def _is_below(path: Path, prefixes: tuple[Path, ...]) -> bool:
    return any(path[: len(prefix)] == prefix for prefix in prefixes)


def without_prefixes(paths: Paths, prefixes: tuple[Path, ...]) -> Paths:
    return frozenset(path for path in paths if not _is_below(path, prefixes))


def compare(left: Any, right: Any, shape: Shape) -> Comparison:
    """What changes from ``left`` to ``right``."""
    found: tuple[set[Path], set[Path], set[Path]] = (set(), set(), set())
    _compare(left, right, shape, (), found)
    return Comparison(*(frozenset(paths - {()}) for paths in found))


def _compare(left: Any, right: Any, shape: Shape, path: Path, found: tuple[set[Path], set[Path], set[Path]]) -> None:
    removed, modified, added = found
    if left is _ABSENT:
        added.add(path)
    elif right is _ABSENT:
        removed.add(path)
    before = parts(shape, None if left is _ABSENT else left)
    after = parts(shape, None if right is _ABSENT else right)
    if before is None and after is None:
        if left is not _ABSENT and right is not _ABSENT and left != right:
            modified.add(path)
        return
    if (before is None and _is_other(left)) or (after is None and _is_other(right)):
        modified.add(path)
    old, new = dict(before or ()), dict(after or ())
    for element in {**old, **new}:
        _compare(old.get(element, _ABSENT), new.get(element, _ABSENT), child(shape, element), (*path, element), found)


def _is_other(value: Any) -> bool:
    """Whether a value without parts, beside one with parts, is of another type, and not only empty."""
    return value is not _ABSENT and value not in (None, {}, [])


def merge(live: Any, config: Any, shape: Shape) -> Any:
    """``live`` with ``config`` merged in: leaves of the config win, the rest of both stays."""
    before, after = parts(shape, live), parts(shape, config)
    if before is None and after is None:
        return config
    if before is None or after is None:
        return config if before is None or _is_other(config) else live
    if shape.kind in (KEYED, SET):
        return _merge_lists(dict(before), dict(after), shape)
    merged = {element[2:]: item for element, item in before}
    for element, item in after:
        key = element[2:]
        merged[key] = merge(merged[key], item, child(shape, element)) if key in merged else item
    return merged


def _merge_lists(live: dict[str, Any], config: dict[str, Any], shape: Shape) -> list[Any]:
    """The items of both; the config's keep their order, and those of the live list stand where they stood."""
    merged: list[Any] = []
    waiting = list(live)
    for element, item in config.items():
        if element in live:
            while waiting and waiting[0] != element:
                other = waiting.pop(0)
                if other not in config:
                    merged.append(live[other])
            waiting = waiting[1:]
            merged.append(merge(live[element], item, child(shape, element)))
        else:
            while waiting and waiting[0] not in config:
                merged.append(live[waiting.pop(0)])
            merged.append(item)
    return merged + [live[element] for element in waiting if element not in config]


def remove(value: Any, unwanted: Paths, shape: Shape) -> Any:
    """The value less its unwanted parts; what is left empty stays. Mirrors RemoveItems."""
    below = parts(shape, value)
    if below is None:
        return value
    deeper: dict[str, set[Path]] = {}
    for path in unwanted:
        if len(path) > 1:
            deeper.setdefault(path[0], set()).add(path[1:])
    kept = [
        (element, remove(item, frozenset(deeper[element]), child(shape, element)) if element in deeper else item)
        for element, item in below
        if (element,) not in unwanted
    ]
    if isinstance(value, list):
        return [item for _, item in kept]
    pruned: Obj = {element[2:]: item for element, item in kept}
    return pruned
