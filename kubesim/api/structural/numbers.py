"""What a schema asks of numbers. Mirrors kube-openapi's numberValidator.

A bound is a float64 in a schema, and a value an int64 or a float64; comparing follows the value's type.
"""

from __future__ import annotations

from kubesim.api.structural.result import Result, about_all, invalid
from kubesim.api.structural.schemas import INT_OR_STRING
from kubesim.golang.fmt import text
from kubesim.golang.numbers import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.structural.result import Failure
    from kubesim.api.structural.schemas import Schema

_MOST_INT_OF_A_FLOAT = (1 << 53) - 1
_MOST_FLOAT32 = 3.4028235677973366e38
_EPSILON = 1e-9
_BITS = {"int32": 31, "int64": 63}
#: The formats that a number of a type may have.
FORMATS = {"integer": ("int32", "int64"), "number": ("float", "double")}


def is_whole(value: float) -> bool:
    """Whether a float stands for an integer that JSON can carry. Mirrors swag.IsFloat64AJSONInteger."""
    if value != value or abs(value) > _MOST_INT_OF_A_FLOAT:
        return False
    whole = float(int(value))
    if value == whole:
        return True
    difference = abs(value - whole)
    if value == 0 or whole == 0 or difference < _EPSILON:
        return False
    return difference / (abs(value) + abs(whole)) < _EPSILON


def check_number(value: float, schema: Schema, name: str) -> Result:
    """What is wrong with a number."""
    result = Result(matches=1)
    type_ = "" if schema.get(INT_OR_STRING) else schema.get("type", "")
    format_ = schema.get("format", "") if schema.get("format") in FORMATS.get(type_, ()) else ""
    result.add(_out_of_range(value, type_, format_, "Checked", name))
    for check in (_check_multiple, _check_minimum, _check_maximum):
        for failure in check(value, schema, type_, format_, name):
            result.add(failure)
    return result


def _out_of_range(value: float, type_: str, format_: str, what: str, name: str) -> Failure | None:
    """A number that the type and the format do not hold. Mirrors IsValueValidAgainstRange."""
    if type_ == "integer":
        bits = _BITS.get(format_, 63)
        is_integer = isinstance(value, int) or "." not in plain(value)
        if is_integer and -(1 << bits) <= int(value) < 1 << bits:
            return None
    elif format_ != "float" or abs(value) < _MOST_FLOAT32:
        return None
    kind = f"{type_} with format {format_}" if format_ else f"{type_} (default format)"
    return about_all(f"{what} value must be of type {kind} in {name}")


def _check_multiple(value: float, schema: Schema, type_: str, format_: str, name: str) -> list[Failure]:
    factor = schema.get("multipleOf")
    if factor is None:
        return []
    wrong = _out_of_range(factor, type_, format_, "MultipleOf", name)
    shown: float = value if isinstance(value, int) and wrong is None else float(value)
    number: float = int(factor) if isinstance(shown, int) else float(factor)
    return [
        *([wrong] if wrong else ()),
        *([] if _is_multiple(shown, number) else [_not_multiple(name, shown, number)]),
    ]


def _is_multiple(value: float, factor: float) -> bool:
    if factor <= 0:
        return False
    if isinstance(value, int):
        return value % factor == 0
    return is_whole(1 / factor * value if factor < 1 else value / factor)


def _not_multiple(name: str, value: float, factor: float) -> Failure:
    if factor <= 0:
        failure = invalid(name, factor, "")
        message = f"factor MultipleOf declared for {name} must be positive: {text(factor)}"
        return failure._replace(detail=message, message=message)
    return invalid(name, value, f"should be a multiple of {text(factor)}")


def _check_minimum(value: float, schema: Schema, type_: str, format_: str, name: str) -> list[Failure]:
    return _check_bound(value, schema, type_, format_, name, is_upper=False)


def _check_maximum(value: float, schema: Schema, type_: str, format_: str, name: str) -> list[Failure]:
    return _check_bound(value, schema, type_, format_, name, is_upper=True)


def _check_bound(value: float, schema: Schema, type_: str, format_: str, name: str, *, is_upper: bool) -> list[Failure]:
    bound = schema.get("maximum" if is_upper else "minimum")
    if bound is None:
        return []
    is_exclusive = bool(schema.get("exclusiveMaximum" if is_upper else "exclusiveMinimum"))
    wrong = _out_of_range(bound, type_, format_, f"{'Maximum' if is_upper else 'Minimum'} boundary", name)
    shown: float = value if isinstance(value, int) and wrong is None else float(value)
    limit: float = int(bound) if isinstance(shown, int) else float(bound)
    over = shown - limit if is_upper else limit - shown
    failures = [wrong] if wrong else []
    if over > 0 or (is_exclusive and over == 0):
        relation = f"{'less' if is_upper else 'greater'} than{'' if is_exclusive else ' or equal to'}"
        failures.append(invalid(name, shown, f"should be {relation} {text(limit)}"))
    return failures
