"""matchConditions of webhooks and policies. Mirrors validateMatchConditions of admissionregistration's validation."""

from __future__ import annotations

from kubesim.api import fields
from kubesim.api.names import is_qualified_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


def check_conditions(conditions: list[Obj], path: str, *, has_params: bool = False) -> list[FieldError]:
    """What is wrong with the conditions under which a webhook or a policy is called."""
    errors = [fields.too_many(path, len(conditions), 64)] if len(conditions) > 64 else []
    names: list[str] = []
    for index, condition in enumerate(conditions):
        name, at = condition.get("name") or "", f"{path}[{index}]"
        errors += _check_expression(str(condition.get("expression") or "").strip(), f"{at}.expression", has_params)
        if name:
            errors += fields.invalid_for_each(f"{at}.name", name, is_qualified_name(name))
        else:
            errors.append(fields.required(f"{at}.name"))
        if name and name in names:
            errors.append(fields.duplicate(f"{at}.name", name))
        names.append(name)
    return errors


def _check_expression(expression: str, path: str, has_params: bool) -> list[FieldError]:
    from kubesim.api.cel.admission import Compiler
    from kubesim.api.cel.types import BOOL

    if not expression:
        return [fields.required(path)]
    fault = Compiler(has_params=has_params).fault(expression, (BOOL,))
    return [fault.error(path, expression)] if fault else []
