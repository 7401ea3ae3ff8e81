"""Everything that is wrong with a custom resource, in the API server's order.

Mirrors apiextensions-apiserver's customResourceStrategy and statusStrategy, and the customResourceValidator below
them, after type meta and metadata.
"""

from __future__ import annotations

from kubesim.api.fields import NOT_SUPPORTED, REQUIRED, TOO_LONG, TOO_MANY, TYPE_INVALID, FieldError, invalid
from kubesim.api.structural.correlation import Correlated
from kubesim.api.structural.embedded import validate_embedded
from kubesim.api.structural.list_types import validate_list_types
from kubesim.api.structural.scale_paths import validate_scale_spec, validate_scale_status
from kubesim.api.structural.schemas import VALIDATIONS, additional, items_of, member
from kubesim.api.structural.values import judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.structural.schemas import Schema

#: After an error of these types no rule is evaluated.
_BLOCKING = frozenset((NOT_SUPPORTED, REQUIRED, TOO_LONG, TOO_MANY, TYPE_INVALID))
_UNCHECKED = (
    "some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation"
)


def validate(
    obj: Obj,
    schema: Schema | None,
    old: Obj | None = None,
    *,
    scale: Obj | None = None,
    found: Iterable[FieldError] = (),
) -> list[FieldError]:
    """What is wrong with a resource, or with it in the place of ``old``.

    ``scale`` are the paths of the scale subresource; ``found`` is what was wrong with the metadata.
    """
    wrong = validate_schema(obj, schema, old)
    wrong += [*validate_scale_spec(obj, scale), *validate_scale_status(obj, scale)]
    wrong += validate_embedded(obj, schema)
    if old is None or not validate_list_types(old, schema):
        wrong += validate_list_types(obj, schema)
    return wrong + _validate_rules(obj, schema, old, [*found, *wrong])


def validate_status(obj: Obj, schema: Schema | None, old: Obj, *, scale: Obj | None = None) -> list[FieldError]:
    """What is wrong with a resource of which the status alone was written."""
    wrong: list[FieldError] = []
    status_schema = ((schema or {}).get("properties") or {}).get("status")
    if "status" in obj and status_schema is not None:
        wrong += validate_schema(obj["status"], status_schema, old.get("status"), "status", is_update=True)
    wrong += validate_scale_status(obj, scale)
    twice = validate_list_types(obj, schema)
    if twice and not validate_list_types(old, schema):
        wrong += twice
    return wrong + _validate_rules(obj, schema, old, wrong)


def validate_schema(
    value: Any, schema: Schema | None, old: Any = None, base: str = "", *, is_update: bool = False
) -> list[FieldError]:
    """What the schema alone has against a value; nothing that was so in ``old``. Mirrors ValidateCustomResource."""
    if schema is None:
        return []
    correlated = Correlated(value, old, schema) if is_update or old is not None else None
    return [failure.field_error(base) for failure in judge(value, schema, "", correlated).failures.values()]


def _validate_rules(obj: Obj, schema: Schema | None, old: Obj | None, found: list[FieldError]) -> list[FieldError]:
    """What the schema's CEL rules have against the resource."""
    if schema is None:
        return []
    if any(error.type in _BLOCKING for error in found):
        return [invalid("<nil>", None, _UNCHECKED)] if has_rules(schema) else []
    if not has_rules_beside(obj, schema):
        return []
    from kubesim.api.cel.rules import validate_rules

    return validate_rules(schema, obj, "", old)


def rule_warnings(obj: Obj, schema: Schema | None, old: Obj) -> list[str]:
    """What the rules have against parts of a resource that an update leaves as they were: it is only warned of."""
    if schema is None or not has_rules_beside(obj, schema):
        return []
    from kubesim.api.cel.rules import validate_rules

    found: list[str] = []
    validate_rules(schema, obj, "", old, found.append)
    return found


def has_rules(schema: Schema) -> bool:
    """Whether there is a rule anywhere in a schema."""
    if schema.get(VALIDATIONS):
        return True
    below = [*(schema.get("properties") or {}).values(), items_of(schema), additional(schema)]
    return any(has_rules(child) for child in below if child is not None)


def has_rules_beside(value: Any, schema: Schema | None) -> bool:
    """Whether there is a rule for any part of a value."""
    if schema is None:
        return False
    if schema.get(VALIDATIONS):
        return True
    if isinstance(value, dict):
        return any(has_rules_beside(item, member(schema, key)) for key, item in value.items())
    if isinstance(value, list):
        items = items_of(schema)
        return items is not None and any(has_rules_beside(item, items) for item in value)
    return False
