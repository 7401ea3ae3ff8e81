"""Lists that merge by keys. Mirrors kyaml's yaml/walk/associative_sequence.go and the ElementSetter of yaml/fns.go.

Elements of the patch come first. What differs in some keys only because it lacks others is one element: a patch may
name a port without its protocol.
"""

from __future__ import annotations

from kubesim.kustomize.directives import ABSENT, DIRECTIVE, check_directive, is_missing
from kubesim.kustomize.nodes import is_empty, is_null, text_of, wrong_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Walk = Callable[[Any, Any, str], Any]


def merged_list(walk: Walk, dest: Any, origin: Any, keys: list[str], row: str) -> Any:
    """The merged list, ABSENT for none. ``keys`` is empty for a list of scalars.

    ``walk`` merges two elements, by their ``row``.
    """
    dest = _chosen_list(dest, origin)
    if dest is ABSENT:
        return ABSENT
    sources = [source for source in (origin, dest) if isinstance(source, list)]
    if keys:
        values = _distinct([_values_of(item, keys) for source in sources for item in source])
    else:
        values = _distinct([[text_of(item)] for source in sources for item in source])
        keys = [""]
    return _elements_merged(walk, dest, origin, values, keys, row)


def _chosen_list(dest: Any, origin: Any) -> Any:
    if is_missing(dest):
        return origin
    if origin is ABSENT:
        return dest
    if is_null(origin):
        return ABSENT
    directive = _list_directive(origin)
    return ABSENT if directive == "delete" else origin if directive == "replace" else dest


def _list_directive(patch: list[Any]) -> str:
    """What an element ``$patch: ...`` of its own says of the list; it is taken out."""
    marked = next((item for item in patch if isinstance(item, dict) and DIRECTIVE in item), None)
    if marked is None or len(marked) > 1:
        return "merge"
    directive = text_of(marked[DIRECTIVE])
    check_directive(directive)
    set_element(patch, None, [DIRECTIVE], [directive])
    return directive


def _values_of(item: Any, keys: list[str]) -> list[str]:
    """The texts of an element's keys, empty where it lacks one."""
    found = [item.get(key) if isinstance(item, dict) else None for key in keys]
    return ["" if is_empty(value) else text_of(value) for value in found]


def _distinct(values: list[list[str]]) -> list[list[str]]:
    return [value for index, value in enumerate(values) if value not in values[:index]]


def _elements_merged(
    walk: Walk, dest: list[Any], origin: Any, values_list: list[list[str]], keys: list[str], row: str
) -> list[Any]:
    if len(keys) > 1:
        _complete(values_list)
    merged: list[Any] = []
    valid_keys = keys
    for values in values_list:
        valid_keys, valid_values = _valid(values_list, values, keys)
        value = walk(_element(dest, valid_keys, valid_values), _element(origin, valid_keys, valid_values), row)
        if is_missing(value) or value == {}:
            set_element(dest, None, valid_keys, valid_values)
            continue
        for key, text in zip(valid_keys, valid_values):  # noqa: B905 - as many as there are of both
            if text and isinstance(value, dict) and key not in value:
                value[key] = text
        set_element(merged, value, valid_keys, valid_values)
    if not values_list:
        return dest
    for element in list(dest):
        _append(merged, element, valid_keys)
    return merged


def _complete(values_list: list[list[str]]) -> None:
    """Let elements that agree in what both have be one: the missing keys are taken over."""
    for i in range(len(values_list)):
        for j in range(len(values_list)):
            if both := _matched(values_list[i], values_list[j]):
                values_list[i] = values_list[j] = both


def _matched(left: list[str], right: list[str]) -> list[str] | None:
    pairs = list(zip(left, right))  # noqa: B905 - both have one for each key
    if any(a != b and a and b for a, b in pairs) or all(a != b for a, b in pairs):
        return None
    return [a or b for a, b in pairs]


def _valid(values_list: list[list[str]], values: list[str], keys: list[str]) -> tuple[list[str], list[str]]:
    """The keys that any of the elements has, and the values of one of them."""
    used = {key for row in values_list for key, value in zip(keys, row) if value}  # noqa: B905
    if not used:
        return keys, values
    kept = [value for key, value in zip(keys, values) if value or key in used]  # noqa: B905
    return [key for key in keys if key in used], kept


def _element(items: Any, keys: list[str], values: list[str]) -> Any:
    """The first element of those keys. Mirrors ElementMatcher."""
    if not isinstance(items, list):
        return ABSENT
    keys, values = _valid([values], values, keys)
    if not keys[0]:
        return next((item for item in items if text_of(item) == values[0]), ABSENT)
    for item in items:
        if isinstance(item, dict) and all(
            key in item and text_of(item[key]) == value
            for key, value in zip(keys, values)  # noqa: B905
        ):
            return item
    return ABSENT


def set_element(items: list[Any], element: Any, keys: list[str], values: list[str]) -> None:
    """Put an element in the place of those with its keys, or at the end; None takes them out. Mirrors ElementSetter."""
    kept: list[Any] = []
    has_found = False
    is_for_maps = bool(keys and keys[0] and values and values[0])
    for item in items:
        if is_null(item) or item == {}:
            continue
        if not isinstance(item, dict) and is_for_maps:
            kept.append(item)
        elif not _has_keys(item, keys, values):
            kept += [item] if values else []
        else:
            has_found = True
            kept += [] if element is None else [element]
    if element is not None and not has_found:
        kept.append(element)
    items[:] = kept


def _has_keys(item: Any, keys: list[str], values: list[str]) -> bool:
    if not values:
        return False
    for key, value in zip(keys, values):  # noqa: B905 - keys without a value do not count
        if not key:
            if isinstance(item, (dict, list)):
                raise wrong_kind("ScalarNode", item)
            if text_of(item) != value:
                return False
        elif not isinstance(item, dict):
            raise wrong_kind("MappingNode", item)
        elif key not in item or (value and text_of(item[key]) != value):
            return False
    return True


def _append(items: list[Any], element: Any, keys: list[str]) -> None:
    """Add an element of the object, in the place of one of its keys. Mirrors appendListNode."""
    if not keys[0]:
        set_element(items, element, [""], [text_of(element)])
        return
    if not isinstance(element, dict):
        raise wrong_kind("MappingNode", element)
    values = []
    for key in keys:
        if key not in element:
            items.append(element)
        else:
            values.append(text_of(element[key]))
    if len(keys) > 1:
        set_element(items, None, keys, values)
    set_element(items, element, keys, values)
