"""What is wrong with a LimitRange. Mirrors ValidateLimitRange of pkg/apis/core/validation, in its order."""

from __future__ import annotations

from kubesim.api import names, quantity
from kubesim.api.fields import FieldError, duplicate, forbidden, invalid, invalid_for_each, required
from kubesim.kinds.pod_spec.resources import allows_overcommit, validate_container_resource_name
from kubesim.kinds.validation.resource_quota import validate_resource_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

TYPES = ("Pod", "Container", "PersistentVolumeClaim")
_AMOUNTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")

# Which of two amounts may not be greater; the field, value and words of the error.
_ORDERS = (
    ("min", "max", "min", "min", "min value {} is greater than max value {}"),
    (
        "min",
        "defaultRequest",
        "defaultRequest",
        "defaultRequest",
        "min value {} is greater than default request value {}",
    ),
    (
        "defaultRequest",
        "max",
        "defaultRequest",
        "defaultRequest",
        "default request value {} is greater than max value {}",
    ),
    (
        *("defaultRequest", "default", "defaultRequest", "defaultRequest"),
        "default request value {} is greater than default limit value {}",
    ),
    ("min", "default", "default", "min", "min value {} is greater than default value {}"),
    ("default", "max", "default", "max", "default value {} is greater than max value {}"),
)


def validate_limit_range(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateLimitRange."""
    wrong: list[FieldError] = []
    seen: set[str] = set()
    for index, limit in enumerate(obj["spec"].get("limits") or ()):
        path, kind = f"spec.limits[{index}]", limit.get("type", "")
        wrong += _validate_type(kind, f"{path}.type")
        if kind in seen:
            wrong.append(duplicate(f"{path}.type", kind))
        seen.add(kind)
        wrong += _validate_limit(limit, kind, path)
    return wrong


def _validate_type(kind: str, path: str) -> list[FieldError]:
    wrong = invalid_for_each(path, kind, names.is_qualified_name(kind))
    if not wrong and "/" not in kind and kind not in TYPES:
        wrong.append(invalid(path, kind, "must be a standard limit type or fully qualified"))
    return wrong


def _validate_limit(limit: Obj, kind: str, path: str) -> list[FieldError]:
    validate_name = validate_container_resource_name if kind in ("Pod", "Container") else validate_resource_name
    wrong: list[FieldError] = []
    for of in _AMOUNTS:
        amounts = limit.get(of) or {}
        if kind == "Pod" and of.startswith("default"):
            wrong += [forbidden(f"{path}.{of}", "may not be specified when `type` is 'Pod'")] if amounts else []
            continue
        if of == "maxLimitRequestRatio":
            wrong += _validate_claims(limit, kind, path)
        for name in sorted(amounts):
            wrong += validate_name(name, f"{path}.{of}[{name}]")
    for name in sorted({name for of in _AMOUNTS for name in limit.get(of) or ()}):
        amounts = {of: limit[of][name] for of in _AMOUNTS if name in (limit.get(of) or ())}
        wrong += _validate_amounts(name, amounts, path)
    return wrong


def _validate_claims(limit: Obj, kind: str, path: str) -> list[FieldError]:
    if kind != "PersistentVolumeClaim" or any("storage" in (limit.get(of) or ()) for of in ("min", "max")):
        return []
    why = "either minimum or maximum storage value is required, but neither was provided"
    return [required(f"{path}.limits", why)]


def _validate_amounts(name: str, amounts: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for less, more, of, shown, words in _ORDERS:
        if less in amounts and more in amounts and quantity.compare(amounts[less], amounts[more]) > 0:
            wrong.append(invalid(f"{path}.{of}[{name}]", amounts[shown], words.format(amounts[less], amounts[more])))
    ratio = amounts.get("maxLimitRequestRatio")
    if ratio is not None:
        wrong += _validate_ratio(ratio, amounts, f"{path}.maxLimitRequestRatio[{name}]")
    limit, request = amounts.get("default"), amounts.get("defaultRequest")
    if not allows_overcommit(name) and limit and request and quantity.compare(limit, request):
        why = f"default value {limit} must equal to defaultRequest value {request} in {name}"
        wrong.append(invalid(f"{path}.defaultRequest[{name}]", request, why))
    return wrong


def _validate_ratio(ratio: str, amounts: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    if quantity.compare(ratio, "1") < 0:
        wrong.append(invalid(path, ratio, f"ratio {ratio} is less than 1"))
    if "min" in amounts and "max" in amounts:
        least = quantity.milli_value(amounts["min"])
        most = quantity.milli_value(amounts["max"]) / least if least else float("inf")
        if quantity.milli_value(ratio) / 1000 > most:
            wrong.append(invalid(path, ratio, f"ratio {ratio} is greater than max/min = {most:f}"))
    return wrong
