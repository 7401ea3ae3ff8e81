"""Reading an object that a strategic merge patch gave.

Mirrors apimachinery pkg/runtime/converter.go (FromUnstructuredWithValidation): it walks the type's fields in their
order, stops at the first value that does not fit, and has words of its own.
"""

from __future__ import annotations

from kubesim.api import custom_types, schema
from kubesim.api.decode import STRICT, Decoded, DecodeError, read_custom, settle, zero_of
from kubesim.api.encode import print_struct
from kubesim.api.meta import Obj, copy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.schema import Type

_BITS = {"int": 64, "int32": 32, "int64": 64, "uint": 64, "uint8": 8, "uint64": 64}
_KINDS = {str: "string", bool: "bool", int: "int64", float: "float64", dict: "map", list: "slice"}


def convert_into(obj: Obj, api_version: str, kind: str, *, strict: str = STRICT) -> Decoded:
    """As ``decode_into``, in the converter's words."""
    type_ = schema.type_of(api_version, kind)
    if type_ is None:
        return Decoded(copy_of(obj), [])
    unknown: list[str] = []
    try:
        converted: Obj = _convert(obj, type_, "", unknown)
    except DecodeError:
        raise
    except ValueError as error:
        raise DecodeError(str(error)) from error
    return settle(converted, sorted(unknown), strict)


def _convert(value: Any, type_: Type, path: str, unknown: list[str]) -> Any:
    if type_.kind == "pointer":
        return None if value is None else _convert(value, type_.elem, path, unknown)
    if type_.is_custom:
        return read_custom(value, type_.name)
    if value is None:
        return print_struct(type_, {}) if type_.kind == "struct" else None
    if type_.kind == "struct":
        return _convert_struct(value, type_, path, unknown)
    if type_.kind == "map":
        return _convert_map(value, type_, path, unknown)
    if type_.kind == "slice":
        return _convert_slice(value, type_, path, unknown)
    return value if type_.kind == "interface" else _convert_scalar(value, type_)


def _convert_struct(value: Any, type_: Type, path: str, unknown: list[str]) -> Obj:
    if not isinstance(value, dict):
        raise DecodeError(f"cannot restore struct from: {_kind_of(value)}")
    prefix = f"{path}." if path else ""
    fields = type_.json_fields
    converted = {
        key: _convert(value[key], field.type, prefix + key, unknown) for key, field in fields.items() if key in value
    }
    unknown.extend(f'unknown field "{prefix}{key}"' for key in value if key not in fields)
    return print_struct(type_, converted)


def _convert_map(value: Any, type_: Type, path: str, unknown: list[str]) -> Obj:
    if not isinstance(value, dict):
        raise DecodeError(f"cannot restore map from {_kind_of(value)}")
    converted = {}
    for key in sorted(value):
        item = _convert(value[key], type_.elem, path, unknown)
        converted[key] = "" if item is None and type_.elem.kind == "string" else item
    return converted


def _convert_slice(value: Any, type_: Type, path: str, unknown: list[str]) -> Any:
    if isinstance(value, str) and type_.elem.kind == "uint8":
        return _convert_bytes(value)
    if not isinstance(value, list):
        raise DecodeError(f"cannot restore slice from {_kind_of(value)}")
    items = (_convert(item, type_.elem, f"{path}[{index}]", unknown) for index, item in enumerate(value))
    found = [zero_of(type_.elem) if item is None else item for item in items]
    if type_.elem.kind != "uint8":
        return found
    from base64 import b64encode

    return b64encode(bytes(found)).decode()


def _convert_bytes(value: str) -> str:
    try:
        return custom_types.read_base64(value)
    except ValueError as error:
        raise DecodeError(f"error decoding from json: {error}") from error


def _convert_scalar(value: Any, type_: Type) -> Any:
    found = _kind_of(value)
    if found == type_.kind or (found == "int64" and type_.kind == "float64"):
        return value
    bits = _BITS.get(type_.kind)
    if bits and found == "int64":
        return _wrapped(value, bits, is_signed=type_.kind.startswith("int"))
    if bits and found == "float64" and value.is_integer():
        return int(value)
    # Go converts these pairs of types to each other, if not as JSON would have it.
    if (found == "int64" and type_.kind == "string") or (found == "float64" and bits):
        raise DecodeError(f"cannot convert {found} to {type_.prints}")
    raise DecodeError(f"unrecognized type: {type_.kind}")


def _wrapped(value: int, bits: int, *, is_signed: bool) -> int:
    """Go's conversion of an integer to a smaller type, which loses the upper bits."""
    rest = value & (1 << bits) - 1
    return rest - (1 << bits) if is_signed and rest >> bits - 1 else rest


def _kind_of(value: Any) -> str:
    return _KINDS[type(value)]
