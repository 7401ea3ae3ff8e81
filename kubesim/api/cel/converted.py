"""A resource's values as expressions see them, by its schema. Mirrors apiserver's common.UnstructuredToVal."""

from __future__ import annotations

from kubesim.api.cel.declared import escaped, with_metadata
from kubesim.api.cel.values import Broken, Duration, MapList, SetList, Timestamp
from kubesim.api.structural.schemas import EMBEDDED, INT_OR_STRING, LIST_MAP_KEYS, LIST_TYPE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.structural.schemas import Schema


def converted(value: Any, schema: Schema, *, is_resource: bool = False) -> Any:
    """A value as an expression's."""
    if value is None or schema.get(INT_OR_STRING):
        return value
    if is_resource or schema.get(EMBEDDED):
        schema = with_metadata(schema)
    type_ = schema.get("type")
    if isinstance(value, dict):
        return _object(value, schema)
    if isinstance(value, list):
        return _list(value, schema)
    if type_ == "number" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return _string(value, schema.get("format", "")) if type_ == "string" else value


def _object(value: dict[str, Any], schema: Schema) -> dict[str, Any]:
    properties = schema.get("properties")
    more = schema.get("additionalProperties")
    if properties is not None:
        found: dict[str, Any] = {}
        for key, member in value.items():
            if member is None:
                continue  # as if it were not there
            inner = properties.get(key)
            found[escaped(key) or key] = member if inner is None else converted(member, inner)
        return found
    if isinstance(more, dict):
        return {key: converted(member, more) for key, member in value.items()}
    return dict(value)


def _list(value: list[Any], schema: Schema) -> list[Any]:
    items = schema.get("items")
    elements = [converted(member, items) for member in value] if isinstance(items, dict) else list(value)
    kind = schema.get(LIST_TYPE)
    if kind == "set":
        return SetList(elements)
    if kind == "map":
        keys = schema.get(LIST_MAP_KEYS) or ()
        return MapList(elements, tuple(escaped(key) or key for key in keys))
    return elements


def _string(value: Any, format_: str) -> Any:
    if format_ == "duration":
        return _duration(value)
    if format_ == "byte":
        from kubesim.golang.base64 import decode

        try:
            return decode(value)
        except ValueError as error:
            return Broken(f"Invalid byte formatted string {value}: {error}")
    if format_ in ("date", "date-time"):
        from kubesim.api.cel.functions.times import parse_timestamp

        text = f"{value}T00:00:00Z" if format_ == "date" else value.upper().replace(" ", "T")
        found = parse_timestamp(text)
        return Broken(f"Invalid {format_} formatted string {value}") if found is None else Timestamp(*found)
    return value


def _duration(text: str) -> Duration:
    from kubesim.golang.durations import parse_nanoseconds

    try:
        return Duration(parse_nanoseconds(text))
    except ValueError:
        pass
    import re

    units = {"n": 1, "u": 10**3, "µ": 10**3, "mi": 10**6, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
    units |= {"d": 86400 * 10**9, "w": 7 * 86400 * 10**9, "mil": 10**6}
    total = 0
    for number, unit in re.findall(r"([0-9]+)\s*([A-Za-zµ]+)", text):
        size = next((units[unit.lower()[:width]] for width in (3, 2, 1) if unit.lower()[:width] in units), 0)
        total += int(number) * size
    return Duration(total)
