"""The versions of a definition and their schemas.

Mirrors validateCustomResourceDefinitionVersion and validateCustomResourceDefinitionValidation.
"""

from __future__ import annotations

from kubesim.api.fields import FieldError, Pointer, forbidden, invalid
from kubesim.api.structural.validation import has_rules
from kubesim.kinds.validation.custom_resource_definition.columns import (
    validate_columns,
    validate_selectable_fields,
    validate_subresources,
)
from kubesim.kinds.validation.custom_resource_definition.defaults import validate_defaults
from kubesim.kinds.validation.custom_resource_definition.internal_values import said_in, schema_value
from kubesim.kinds.validation.custom_resource_definition.openapi_schema import validate_openapi_schema
from kubesim.kinds.validation.custom_resource_definition.structurality import conversion_problem, validate_structural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.api.structural.schemas import Schema

_LONGEST_WARNING = 256
_AT_ROOT = (
    *("Description", "Type", "Format", "Title", "Maximum", "ExclusiveMaximum", "Minimum", "ExclusiveMinimum"),
    *("MaxLength", "MinLength", "Pattern", "MaxItems", "MinItems", "UniqueItems", "MultipleOf", "Required", "Items"),
    *("Properties", "ExternalDocs", "Example", "XPreserveUnknownFields", "XValidations"),
)


def validate_version(version: Obj, path: str, *, has_status: bool, known: set[str]) -> list[FieldError]:
    """``has_status``: whether it has the status subresource; ``known``: the versions with a schema that was there."""
    wrong = _validate_deprecation(version, path)
    is_known = version.get("name", "") in known
    wrong += validate_validation(version.get("schema"), f"{path}.schema", has_status=has_status, is_known=is_known)
    wrong += validate_subresources(version.get("subresources"), f"{path}.subresources")
    wrong += validate_columns(version.get("additionalPrinterColumns") or (), f"{path}.additionalPrinterColumns")
    fields = version.get("selectableFields")
    schema: Schema | None = (version.get("schema") or {}).get("openAPIV3Schema")
    if fields and schema is None:
        why = "may only be set when `version.schema.openAPIV3Schema` is not included"
        wrong.append(invalid(f"{path}.selectableFields", "", why))
    elif fields and schema is not None:
        wrong += validate_selectable_fields(fields, schema, path)
    return wrong


def _validate_deprecation(version: Obj, path: str) -> list[FieldError]:
    text = version.get("deprecationWarning")
    if text is None:
        return []
    problems: list[str] = []
    if not version.get("deprecated"):
        problems = ["can only be set for deprecated versions"]
    else:
        if len(text.encode()) > _LONGEST_WARNING:
            problems.append("must be <= 256 characters long")
        if not text:
            problems.append("must not be an empty string")
        problems += _unprintable(text)
    return [invalid(f"{path}.deprecationWarning", Pointer(text), problem) for problem in problems]


def _unprintable(text: str) -> list[str]:
    for index, char in enumerate(text):
        if not char.isprintable():
            at = len(text[:index].encode())
            why = f"must only contain printable UTF-8 characters; non-printable character found at index {at}"
            return [why]
    return []


def validate_validation(holder: Obj | None, path: str, *, has_status: bool, is_known: bool) -> list[FieldError]:
    """A schema with what holds it; one that was there before, and is valid so, is not judged again."""
    schema = (holder or {}).get("openAPIV3Schema")
    if schema is None:
        return []
    where = f"{path}.openAPIV3Schema"
    wrong = _validate_root(schema, where) if has_status else []
    if is_known:
        return wrong
    if schema.get("nullable"):
        wrong.append(forbidden(f"{where}.nullable", "nullable cannot be true at the root"))
    problem = conversion_problem(schema)
    if not problem:
        wrong += validate_structural(schema, where) or validate_defaults(schema, where)
    wrong += validate_openapi_schema(schema, where)
    if problem and not wrong:
        return [invalid(where, "", problem)]
    return wrong or _validate_rules(schema, where)


def _validate_rules(schema: Schema, path: str) -> list[FieldError]:
    """The CEL rules of a schema that is good otherwise."""
    if not has_rules(schema):
        return []
    from kubesim.api.cel.rules import check_rules

    return check_rules(schema, path)


def _validate_root(schema: Schema, path: str) -> list[FieldError]:
    """What the root may say where the status is judged alone by its own schema."""
    for name in said_in(schema):
        if name == "Type" and schema["type"] != "object":
            why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
            return [invalid(f"{path}.type", schema["type"], why)]
        if name not in _AT_ROOT:
            allowed = f"only [{' '.join(_AT_ROOT)}] fields are allowed at the root of the schema"
            why = f"{allowed} if the status subresource is enabled"
            return [invalid(path, schema_value(schema), why)]
    return []
