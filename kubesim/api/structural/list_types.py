"""Lists that are sets, or maps by some keys: no item may be there twice. Mirrors schema/listtype."""

from __future__ import annotations

from kubesim.api.fields import FieldError, duplicate, invalid
from kubesim.api.structural.schemas import LIST_MAP_KEYS, LIST_TYPE, additional, items_of
from kubesim.startup.json_text import encoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.structural.schemas import Schema

_ABSENT: Any = object()


def validate_list_types(value: Any, schema: Schema | None, path: str = "") -> list[FieldError]:
    """The items of sets and maps that are in a value more than once."""
    if schema is None:
        return []
    wrong: list[FieldError] = []
    if isinstance(value, list):
        if schema.get(LIST_TYPE) == "set":
            wrong += [duplicate(f"{path}[{index}]", value[index]) for index in _second_ones(value)]
        elif schema.get(LIST_TYPE) == "map":
            wrong += _validate_map(value, list(schema.get(LIST_MAP_KEYS) or ()), path)
        items = items_of(schema)
        for index, item in enumerate(value):
            wrong += validate_list_types(item, items, f"{path}[{index}]")
    elif isinstance(value, dict):
        properties, any_schema = schema.get("properties") or {}, additional(schema)
        for key in sorted(value) if any_schema is not None else ():
            wrong += validate_list_types(value[key], any_schema, f"{path}[{key}]")
        for key in sorted(value):
            if key in properties:
                wrong += validate_list_types(value[key], properties[key], f"{path}.{key}" if path else key)
    return wrong


def _second_ones(items: list[Any]) -> list[int]:
    """The index of the second appearance of each item that is there twice or more often."""
    counts: dict[Any, int] = {}
    second = []
    for index, item in enumerate(items):
        key = _key_of(item)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] == 2:
            second.append(index)
    return second


_text_of = encoder(sort_keys=True)


def _key_of(item: Any) -> Any:
    return _text_of(item) if isinstance(item, (dict, list)) else (type(item), item)


def _validate_map(items: list[Any], keys: list[str], path: str) -> list[FieldError]:
    for index, item in enumerate(items):
        if item is not None and not isinstance(item, dict):
            return [invalid(f"{path}[{index}]", item, "must be an object for an array of list-type map")]
    if len(keys) == 1:
        values = [(item or {}).get(keys[0], _ABSENT) for item in items]
        shown = [{} if value is _ABSENT else {keys[0]: value} for value in values]
        return [duplicate(f"{path}[{index}]", shown[index]) for index in _second_ones(values)]
    composite = [{key: item[key] for key in keys if key in item} if item else {} for item in items]
    return [duplicate(f"{path}[{index}]", composite[index]) for index in _second_ones(composite)]
