"""Printer columns, the paths of scale and the fields of selectors: what of a version points into its resources.

Mirrors ValidateCustomResourceColumnDefinition, ValidateCustomResourceDefinitionSubresources and
ValidateCustomResourceSelectableFields.
"""

from __future__ import annotations

from kubesim.api.fields import FieldError, Pointer, duplicate, invalid, required, too_many
from kubesim.api.structural.schemas import additional, has_additional
from kubesim.kinds.validation.custom_resource_definition.structurality import conversion_problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.api.meta import Obj
    from kubesim.api.structural.schemas import Schema

_TYPES = ("boolean", "date", "integer", "number", "string")
_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
_MOST_SELECTABLE = 8
_SELECTABLE_TYPES = ("string", "boolean", "integer")


def validate_columns(columns: Sequence[Obj], path: str) -> Iterator[FieldError]:
    for index, column in enumerate(columns):
        yield from _validate_column(column, f"{path}[{index}]")


def _validate_column(column: Obj, path: str) -> Iterator[FieldError]:
    type_, format_, json_path = column.get("type", ""), column.get("format", ""), column.get("jsonPath", "")
    if not column.get("name"):
        yield required(f"{path}.name")
    types = f"must be one of {','.join(_TYPES)}"
    if not type_:
        yield required(f"{path}.type", types)
    elif type_ not in _TYPES:
        yield invalid(f"{path}.type", type_, types)
    if format_ and format_ not in _FORMATS:
        yield invalid(f"{path}.format", format_, f"must be one of {','.join(_FORMATS)}")
    if not json_path:
        yield required(f"{path}.JSONPath")
    else:
        yield from _validate_simple_path(json_path, f"{path}.JSONPath")


def _validate_simple_path(text: str, path: str) -> list[FieldError]:
    return [] if text.startswith(".") else [invalid(path, text, "must be a simple json path starting with .")]


def validate_subresources(subresources: Obj | None, path: str) -> Iterator[FieldError]:
    scale = (subresources or {}).get("scale")
    if scale is None:
        return
    for field, root in (("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")):
        text, where = scale.get(field, ""), f"{path}.scale.{field}"
        if not text:
            yield required(where)
        else:
            yield from _validate_simple_path(text, where) or _validate_root(text, where, (root,))
    text, where = scale.get("labelSelectorPath") or "", f"{path}.scale.labelSelectorPath"
    if text:
        yield from _validate_simple_path(text, where) or _validate_root(Pointer(text), where, (".spec", ".status"))


def _validate_root(text: str, path: str, roots: tuple[str, ...]) -> list[FieldError]:
    if text.startswith(tuple(f"{root}." for root in roots)):
        return []
    where = roots[0] if len(roots) == 1 else f"either {' or '.join(roots)}"
    return [invalid(path, text, f"should be a json path under {where}")]


def validate_selectable_fields(fields: Sequence[Obj], schema: Schema, holder: str) -> Iterator[FieldError]:
    """``holder`` is the path of the version, or of the spec, that has the fields and the schema."""
    problem, path = conversion_problem(schema), f"{holder}.selectableFields"
    if problem:
        yield invalid(f"{holder}.schema.openAPIV3Schema", "", problem)
    seen: set[str] = set()
    for index, field in enumerate(fields):
        text, where = field.get("jsonPath", ""), f"{path}[{index}].jsonPath"
        if not text:
            yield required(where)
            continue
        try:
            found, below = _resolve(text, schema)
        except ValueError as error:
            yield invalid(where, text, f"is an invalid path: {error}")
            continue
        if found.split(".")[0].partition("[")[0] == "metadata":
            yield invalid(where, text, "must not point to fields in metadata")
        if below is None or below.get("type") not in _SELECTABLE_TYPES:
            why = (
                "must point to a field of type string, boolean or integer. Enum string fields and strings with formats"
            )
            yield invalid(where, text, f"{why} are allowed.")
        if found in seen:
            yield duplicate(where, text)
        seen.add(found)
    if len(seen) > _MOST_SELECTABLE:
        yield too_many(path, len(seen), _MOST_SELECTABLE)


def _resolve(text: str, schema: Schema) -> tuple[str, Schema | None]:
    """The field that a path such as ``.spec.color`` names, and its schema; ValueError for none.

    Mirrors cel.ValidFieldPath without array notation.
    """
    path, below = "", schema
    tokens = iter(_tokens(text))
    for token in tokens:
        if token == "[":
            raise ValueError("array notation is not allowed")
        if token != ".":
            raise ValueError(f"expected [ or . but got: {token}")
        name = next(tokens, None)
        if name is None:
            raise ValueError("unexpected end of JSON path")
        properties = below.get("properties")
        if properties:
            if name not in properties:
                raise ValueError("does not refer to a valid field")
            path, below = f"{path}.{name}" if path else name, properties[name]
        elif has_additional(below):
            path, below = f"{path}[{name}]", additional(below) or {}
        else:
            raise ValueError("does not refer to a valid field")
    return path, below


def _tokens(text: str) -> list[str]:
    """The delimiters ``.``, ``[`` and ``]``, and what is between them; a quoted text is one."""
    import re

    return re.findall(r"'(?:[^'\\]|\\.)*'|[.\[\]]|[^.\[\]]+", text)
