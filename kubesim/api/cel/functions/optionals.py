"""Optionals: values that may be missing. Mirrors cel-go's optionalLib."""

from __future__ import annotations

from kubesim.api.cel.values import NONE, Duration, EvaluationError, Optional, Timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _value(optional: Optional) -> Any:
    if not optional.has_value:
        raise EvaluationError("optional.none() dereference")
    return optional.value


def _of_non_zero(value: Any) -> Optional:
    is_zero = value == (0,) if isinstance(value, Duration) else not isinstance(value, Timestamp) and not value
    return NONE if is_zero else Optional(value)


def _unwrap(optionals: list[Any]) -> list[Any]:
    for optional in optionals:
        if not isinstance(optional, Optional):
            raise EvaluationError(f"value {optional} is not optional")
    return [optional.value for optional in optionals if optional.has_value]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "optional.of": Optional,
    "optional.none": lambda: NONE,
    "optional.ofNonZeroValue": _of_non_zero,
    "optional.unwrap": _unwrap,
    "unwrapOpt": _unwrap,
    "hasValue": lambda optional: optional.has_value,
    "value": _value,
    "or": lambda optional, other: optional if optional.has_value else other,
    "orValue": lambda optional, default: optional.value if optional.has_value else default,
}
