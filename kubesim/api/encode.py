"""Objects as Go prints them: fields in declaration order, empty ones left out or not as their types say.

Mirrors encoding/json with the tags of the API's types.
"""

from __future__ import annotations

from kubesim.api import schema
from kubesim.api.meta import Obj, copy_of
from kubesim.startup.function_cache import cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.schema import Field, Type

_EMPTY = {"string": "", "bool": False}
_NILS = ("pointer", "slice", "map", "interface")
_CUSTOM_EMPTY = {schema.QUANTITY: "0", schema.INT_OR_STRING: 0}


class _Slot(NamedTuple):
    """How a struct's field is printed: what is left out, and what stands for a value that is not there."""

    json: str
    omits_empty: bool
    omits_nil: bool
    empty: Any


def encode(obj: Obj, api_version: str, kind: str) -> Obj:
    """An object as a client that built it from Go types prints it: ``status: {}``, ``resources: {}``, kind first.

    Lists and maps that are required and nil are null.  Kinds of unknown type come back as they are.
    """
    type_ = schema.type_of(api_version, kind)
    if type_ is None:
        return obj
    typed = {**obj, "apiVersion": api_version, "kind": kind}
    printed: Obj = _encode(typed, type_)
    return printed


def _encode(value: Any, type_: Type) -> Any:
    if value is None or type_.is_custom:
        return value
    if type_.kind == "pointer":
        return _encode(value, type_.elem)
    if type_.kind == "slice" and isinstance(value, list):
        return [_encode(item, type_.elem) for item in value]
    if type_.kind == "map" and isinstance(value, dict):
        return {key: _encode(item, type_.elem) for key, item in value.items()}
    if type_.kind != "struct" or not isinstance(value, dict):
        return value
    fields = type_.json_fields
    members = {key: _encode(value[key], fields[key].type) for key in value if key in fields}
    return print_struct(type_, members)


def print_struct(type_: Type, values: Obj) -> Obj:
    """A struct's fields in declaration order, ``values`` being those that were set (None: nil).

    Required lists, maps and pointers that are nil are null.
    """
    printed: Obj = {}
    for json, omits_empty, omits_nil, empty in _slots(type_):
        value = values.get(json)
        if value is None:
            if omits_empty or omits_nil:
                continue
            value = copy_of(empty)
        elif omits_empty and not value:
            continue
        printed[json] = value
    return printed


@cache
def _slots(type_: Type) -> tuple[_Slot, ...]:
    return tuple(_slot(field) for field in type_.json_fields.values())


def _slot(field: Field) -> _Slot:
    """Structs are never empty, and neither is what a pointer points to: ``replicas: 0`` stays."""
    kind = field.type.kind
    omits_nil = field.omitempty and kind in ("pointer", "interface")
    omits_empty = field.omitempty and kind not in ("pointer", "interface", "struct")
    return _Slot(field.json, omits_empty, omits_nil or _omits_zero(field), _empty_of(field.type))


def _omits_zero(field: Field) -> bool:
    """The one field that is tagged omitzero."""
    return field.json == "creationTimestamp" and field.type_name == schema.TIME


def _empty_of(type_: Type) -> Any:
    if type_.is_custom:
        return _CUSTOM_EMPTY.get(type_.name)
    if type_.kind == "struct":
        return print_struct(type_, {})
    if type_.kind in _NILS:
        return None
    return _EMPTY.get(type_.kind, 0)
