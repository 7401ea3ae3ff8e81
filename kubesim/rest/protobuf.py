"""Objects in protobuf, as clients in Go send them; nothing is answered in it.

Mirrors apimachinery's serializer/protobuf: ``k8s``, a zero, and a runtime.Unknown around the object's message.
"""

from __future__ import annotations

import json
import os

from kubesim.api import schema
from kubesim.startup.function_cache import cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Obj

MAGIC = b"k8s\0"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_TIMES = (schema.TIME, schema.MICRO_TIME)
_VERBS = "meta/v1.Verbs"  # of discovery alone, which no object has
_NUMBERS = ("int32", "int64", "bool")


class _Field(NamedTuple):
    """A field of a message: ``name`` is - where JSON shows its fields in place; ``label`` o, l (list) or m (map)."""

    name: str
    label: str
    type: str


def decode(body: bytes, default: tuple[str, str]) -> Obj:
    """The object in a body, of the ``default`` apiVersion and kind where it does not say.

    ValueError for what is no such message.
    """
    if not body.startswith(MAGIC):
        raise ValueError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    unknown = _unknown(memoryview(body)[len(MAGIC) :])
    type_meta = unknown.get("typeMeta") or {}
    version, kind = type_meta.get("apiVersion") or default[0], type_meta.get("kind") or default[1]
    obj = _message(memoryview(unknown.get("raw", b"")), message_of(version, kind))
    return {"apiVersion": version, "kind": kind, **obj}


def message_of(api_version: str, kind: str) -> str:
    """The message of a kind; ValueError where there is none."""
    group, _, version = api_version.rpartition("/")
    own = f"{group.partition('.')[0] or 'core'}/{version}.{kind}"
    names = (schema.read("kinds").get(f"{api_version} {kind}"), own, f"meta/v1.{kind}")
    name: str | None = next((one for one in names if one in _messages()), None)
    if name is None:
        raise ValueError(f'no kind "{kind}" is registered for version "{api_version}"')
    return name


@cache
def _messages() -> dict[str, list[str]]:
    with open(os.path.join(os.path.dirname(__file__), "data", "protobuf.json"), "rb") as file:
        table: dict[str, list[str]] = json.loads(file.read())
    return table


@cache
def _fields(message: str) -> dict[int, _Field]:
    split = (line.split() for line in _messages()[message])
    return {int(number): _Field(name, label, type_) for number, name, label, type_ in split}


def _message(data: memoryview, message: str) -> Obj:
    """The fields of a message by their JSON names; what is not known is left out."""
    found: Obj = {}
    fields = _fields(message)
    for number, wire, raw in _parts(data):
        field = fields.get(number)
        if field is None:
            continue
        if field.label == "m":
            found.setdefault(field.name, {}).update(_entry(raw, field.type))
        elif field.label == "l":
            found.setdefault(field.name, []).extend(_items(wire, raw, field.type))
        elif field.name == "-":
            found.update(_value(raw, field.type))
        else:
            found[field.name] = _value(raw, field.type)
    return found


def _items(wire: int, raw: Any, type_: str) -> list[Any]:
    """The values of a repeated field; numbers may be packed."""
    if wire == _BYTES and type_ in _NUMBERS:
        values, at = [], 0
        while at < len(raw):
            number, at = _varint(raw, at)
            values.append(_value(number, type_))
        return values
    return [_value(raw, type_)]


def _entry(raw: memoryview, type_: str) -> Obj:
    """A key of a map with its value."""
    key, value = "", _zero(type_)
    for number, _, part in _parts(raw):
        if number == 1:
            key = _text(part)
        else:
            value = _value(part, type_)
    return {key: value}


def _zero(type_: str) -> Any:
    return {"string": "", "bytes": ""}.get(type_, {})


def _value(raw: Any, type_: str) -> Any:
    if type_ == "string":
        return _text(raw)
    if type_ == "bool":
        return bool(raw)
    if type_ in ("int32", "int64"):
        return raw - 2**64 if raw >= 2**63 else raw
    if type_ == "bytes":
        from base64 import b64encode

        return b64encode(raw).decode()
    if type_ == "double":
        import struct

        return struct.unpack("<d", raw)[0]
    return _special(raw, type_) if type_ in schema.CUSTOM else _of_message(raw, type_)


def _of_message(raw: memoryview, type_: str) -> Any:
    found = _message(raw, type_)
    return found.get("items") or None if _is_collection(type_) else found


@cache
def _is_collection(type_: str) -> bool:
    """Whether that is a list or a map of a type of its own, which is a message with its items."""
    items = _fields(type_)
    if len(items) != 1 or items[1].name != "items" or items[1].label == "o":
        return False
    return type_ == _VERBS or schema.type_named(type_).kind != "struct"


def _special(raw: memoryview, type_: str) -> Any:
    """A value with a form of its own in JSON."""
    parts = {number: part for number, _, part in _parts(raw)}
    if type_ in _TIMES:
        return _time(parts, micro=type_ == schema.MICRO_TIME)
    if type_ == schema.QUANTITY:
        return _text(parts.get(1, b""))
    if type_ == schema.INT_OR_STRING:
        number = _value(parts.get(2, 0), "int32")
        return _text(parts.get(3, b"")) if parts.get(1) else number
    if type_ in schema.SCHEMAS_OR:
        return _schema_or(raw, type_)
    return json.loads(bytes(parts[1])) if parts.get(1) else None


def _schema_or(raw: memoryview, type_: str) -> Any:
    """A schema, or what stands in its place: many of them, names, or whether anything goes.

    Mirrors the MarshalJSON of JSONSchemaPropsOrArray, JSONSchemaPropsOrBool and JSONSchemaPropsOrStringArray.
    """
    found = _message(raw, type_)
    others = found.get("jSONSchemas") or found.get("property")
    return others or found.get("schema", found.get("allows", False))


def _time(parts: dict[int, Any], *, micro: bool) -> str | None:
    """An instant as JSON has it; none where the message is empty."""
    if not parts:
        return None
    from kubesim.api.meta import SECOND, rfc3339, rfc3339_micro

    seconds = _value(parts.get(1, 0), "int64")
    if micro:
        microseconds = parts.get(2, 0) // 1000
        return f"{rfc3339_micro(seconds * SECOND)[:-7]}{microseconds:06}Z"
    return rfc3339(seconds * SECOND)


def _text(raw: Any) -> str:
    return bytes(raw).decode(errors="replace")


def _unknown(raw: memoryview) -> Obj:
    """The envelope: its content stays as it is."""
    found: Obj = {}
    for number, _, part in _parts(raw):
        if number == 1:
            found["typeMeta"] = {("apiVersion" if key == 1 else "kind"): _text(text) for key, _, text in _parts(part)}
        elif number == 2:
            found["raw"] = bytes(part)
    return found


def _parts(data: memoryview) -> Iterator[tuple[int, int, Any]]:
    """Each field's number, wire type and raw value; ValueError where the message ends too early."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        wire = tag & 7
        if wire == _VARINT:
            value, at = _varint(data, at)
            yield tag >> 3, wire, value
            continue
        size = {_FIXED64: 8, _FIXED32: 4}.get(wire, -1)
        if wire == _BYTES:
            size, at = _varint(data, at)
        if size < 0 or at + size > len(data):
            raise ValueError("unexpected EOF")
        yield tag >> 3, wire, data[at : at + size]
        at += size


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("unexpected EOF")
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
