"""Amounts such as ``500m`` and ``1Gi``. Mirrors apiserver's library/quantity.go."""

from __future__ import annotations

from kubesim.api.cel.values import EvaluationError
from kubesim.api.quantity import Quantity, parse
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class QuantityValue(NamedTuple):
    """An amount."""

    quantity: Quantity

    @property
    def cel_type(self) -> str:
        return "kubernetes.Quantity"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QuantityValue) and compare(self, other) == 0

    def __hash__(self) -> int:
        return hash(str(self.quantity))


def _quantity(text: str) -> QuantityValue:
    try:
        return QuantityValue(parse(text))
    except ValueError as error:
        raise EvaluationError(str(error)) from None


def _is_quantity(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _scaled(first: Quantity, second: Quantity) -> tuple[int, int, int]:
    """Two amounts in the same power of ten."""
    exponent = min(first.exponent, second.exponent)
    return (
        first.unscaled * 10 ** (first.exponent - exponent),
        second.unscaled * 10 ** (second.exponent - exponent),
        exponent,
    )


def compare(first: QuantityValue, second: QuantityValue) -> int:
    left, right, _ = _scaled(first.quantity, second.quantity)
    return (left > right) - (left < right)


def _as_quantity(value: Any) -> Quantity:
    return value.quantity if isinstance(value, QuantityValue) else Quantity(value, 0, "DecimalSI")


def _combined(first: QuantityValue, second: Any, sign: int) -> QuantityValue:
    left, right, exponent = _scaled(first.quantity, _as_quantity(second))
    return QuantityValue(Quantity(left + sign * right, exponent, first.quantity.format))


def _integer(value: QuantityValue) -> int | None:
    """The amount as an int64 if it is one. Mirrors Quantity.AsInt64."""
    amount = value.quantity
    if amount.exponent >= 0:
        whole = amount.unscaled * 10**amount.exponent
    else:
        whole, rest = divmod(amount.unscaled, 10**-amount.exponent)
        if rest:
            return None
    return whole if -(1 << 63) <= whole < 1 << 63 else None


def _as_integer(value: QuantityValue) -> int:
    whole = _integer(value)
    if whole is None:
        raise EvaluationError("cannot convert value to integer")
    return whole


def _sign(value: QuantityValue) -> int:
    return (value.quantity.unscaled > 0) - (value.quantity.unscaled < 0)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "quantity": _quantity,
    "isQuantity": _is_quantity,
    "sign": _sign,
    "isInteger": lambda value: _integer(value) is not None,
    "asInteger": _as_integer,
    "asApproximateFloat": lambda value: float(value.quantity.unscaled) * 10.0**value.quantity.exponent,
    "add": lambda first, second: _combined(first, second, 1),
    "sub": lambda first, second: _combined(first, second, -1),
}
