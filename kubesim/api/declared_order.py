"""The fields of an object in the order in which its Go type declares them, as encoding/json writes a struct."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.schema import Type


def in_declared_order(obj: Obj) -> Obj:
    """``obj`` with its fields in the order of the Go type's fields; of a kind without a known type, as it is."""
    from kubesim.api.schema import type_of

    known = type_of(obj.get("apiVersion", ""), obj.get("kind", ""))
    return obj if known is None else in_order_of(obj, known)


def in_order_of(obj: Obj, declared: Type) -> Obj:
    """``obj`` with its fields in the order of that type's."""
    return _ordered(obj, declared)  # type: ignore[no-any-return]


def as_patched(patched: Obj, current: Obj) -> Obj:
    """What a merge or JSON patch made of ``current``, as json-patch writes it.

    Maps that the patch went through have their keys sorted; what it left alone is as it was read, a struct.
    """
    from kubesim.api.schema import type_of

    return _mixed(patched, current, type_of(current["apiVersion"], current["kind"]))  # type: ignore[no-any-return]


def _mixed(value: Any, before: Any, declared: Type | None) -> Any:
    while declared is not None and declared.kind == "pointer":
        declared = declared.elem
    if value == before:
        return value if declared is None else _ordered(value, declared)
    if isinstance(value, dict):
        old = before if isinstance(before, dict) else {}
        return {key: _mixed(value[key], old.get(key), _type_of_member(declared, key)) for key in sorted(value)}
    if isinstance(value, list):
        elem = declared.elem if declared is not None and declared.kind == "slice" else None
        previous = before if isinstance(before, list) else []
        padded = [*previous, *[None] * len(value)]
        return [_mixed(item, old, elem) for item, old in zip(value, padded, strict=False)]
    return value


def _type_of_member(declared: Type | None, key: str) -> Type | None:
    if declared is None or declared.is_custom:
        return None
    if declared.kind == "map":
        return declared.elem
    field = declared.json_fields.get(key) if declared.kind == "struct" else None
    return field.type if field else None


def _sorted(value: Any) -> Any:
    return {key: _sorted(value[key]) for key in sorted(value)} if isinstance(value, dict) else value


def _ordered(value: Any, declared: Type) -> Any:
    if declared.kind == "pointer":
        return _ordered(value, declared.elem)
    if isinstance(value, list):
        return [_ordered(item, declared.elem) for item in value] if declared.kind == "slice" else value
    if not isinstance(value, dict):
        return value
    if declared.is_custom:
        return _sorted(value)
    if declared.kind == "map":
        return {key: _ordered(value[key], declared.elem) for key in sorted(value)}
    fields = declared.json_fields
    ordered = {name: _ordered(value[name], field.type) for name, field in fields.items() if name in value}
    return {**ordered, **{name: member for name, member in value.items() if name not in fields}}
