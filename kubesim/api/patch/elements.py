"""Lists that merge: which elements are the same, and in which order they come.

Mirrors the list helpers of apimachinery pkg/util/strategicpatch.  Elements are maps with different merge keys, or
scalars (``merge_key`` is "").
"""

from __future__ import annotations

from kubesim.api.patch.problem import GO_MAP, PatchError, bad_type, list_of_lists, no_merge_key
from kubesim.golang.fmt import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def element_kind(*lists: list[Any], may_be_empty: bool = True) -> type | None:
    """The one type that all elements have; PatchError if they differ or are lists."""
    kinds = [type(item) for items in lists for item in items]
    if not kinds:
        if may_be_empty:
            return None
        raise PatchError("no elements in any of the given slices")
    if kinds[0] is list:
        raise list_of_lists()
    if any(kind is not kinds[0] for kind in kinds):
        raise PatchError(f"list element types are not identical: {text(list(lists))}")
    return kinds[0]


def find_by_key(items: list[Any], merge_key: str, value: Any) -> int | None:
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise PatchError(f"value for key {index} is not a map")
        if merge_key in item and item[merge_key] == value:
            return index
    return None


def key_value(item: Any, merge_key: str) -> Any:
    """What an element differs from the others by; PatchError if it lacks its key."""
    if not merge_key:
        return item
    if not isinstance(item, dict):
        raise bad_type(GO_MAP, item)
    if merge_key not in item:
        raise no_merge_key(item, merge_key)
    return item[merge_key]


def partition(items: list[Any], names: list[Any], merge_key: str) -> tuple[list[Any], list[Any]]:
    """The elements that ``names`` has too, and the others."""
    wanted = [name.get(merge_key) if merge_key else name for name in names]
    inside: list[Any] = []
    outside: list[Any] = []
    for item in items:
        (inside if key_value(item, merge_key) in wanted else outside).append(item)
    return inside, outside


def ordered_as(
    in_patch: list[Any], server_only: list[Any], patch_order: list[Any], server_order: list[Any], merge_key: str
) -> list[Any]:
    """Both lists, each in its own order, the server's elements placed among the patch's where the live list has them.

    New elements come before those of the server that they were not compared with: of a live [nginx] and a patch
    [side] it makes [side, nginx].
    """
    return _interleaved(
        sorted_by(server_only, server_order, merge_key),
        sorted_by(in_patch, patch_order, merge_key),
        server_order,
        merge_key,
    )


def _interleaved(left: list[Any], right: list[Any], server_order: list[Any], merge_key: str) -> list[Any]:
    order = _values(server_order, merge_key)
    merged, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        left_place, right_place = _place(order, left[i], merge_key), _place(order, right[j], merge_key)
        if 0 <= left_place < right_place:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    return merged + left[i:] + right[j:]


def sorted_by(items: list[Any], order: list[Any], merge_key: str) -> list[Any]:
    """The elements in the order of another list, deletions last. Mirrors normalizeSliceOrder."""
    deletions = [item for item in items if merge_key and item.get("$patch") == "delete"]
    rest = [item for item in items if not any(item is deletion for deletion in deletions)]
    places = _values(order, merge_key)
    return sorted(rest, key=lambda item: _place(places, item, merge_key)) + deletions


def _values(order: list[Any], merge_key: str) -> list[Any]:
    return [key_value(item, merge_key) for item in order]


def _place(order: list[Any], item: Any, merge_key: str) -> int:
    value = key_value(item, merge_key)
    return order.index(value) if value in order else -1


def deduplicated(items: list[Any]) -> list[Any]:
    """Scalars, each where it came first."""
    kept: list[Any] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept


def without_elements(items: list[Any], unwanted: list[Any]) -> list[Any]:
    return [item for item in items if item not in unwanted]
