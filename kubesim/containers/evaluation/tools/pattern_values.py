"""awk's values: texts, numbers, and texts that were read and count as numbers if they look like ones."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.found import bytes_of
from kubesim.containers.evaluation.tools.call import Unknown

_NUMERIC = re.compile(r"\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?)\s*")
_LEADING = re.compile(r"\s*([-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?))")
_DIRECTIVE = re.compile(r"%([-0 +#]*)(\*|\d*)(?:\.(\*|\d*))?([diouxXeEfgGcs%])")
_WIDEST = 10_000


class Read(str):
    """A text that was read: it counts as a number if it looks like one."""

    __slots__ = ()


class Unset(Read):
    """The value of what was never set: empty, and 0."""

    __slots__ = ()


UNSET = Unset()
Scalar = str | float


def number(value: Scalar) -> float:
    if isinstance(value, float):
        return value
    found = _LEADING.match(value)
    return float(found[1]) if found is not None else 0.0


def text(value: Scalar, form: str = "%.6g", most: float = 1e16) -> str:
    """A value as text; a whole number up to ``most`` has all its digits."""
    if isinstance(value, str):
        return str(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return str(int(value)) if value == int(value) and abs(value) < most else form % value


def is_true(value: Scalar) -> bool:
    if isinstance(value, float):
        return value != 0
    return number(value) != 0 if looks_numeric(value) else value != ""


def looks_numeric(value: Scalar) -> bool:
    return isinstance(value, float | Unset) or (isinstance(value, Read) and _NUMERIC.fullmatch(value) is not None)


def compared(left: Scalar, right: Scalar) -> int:
    """Below, at or above 0: as numbers if both look like ones, else as texts."""
    if looks_numeric(left) and looks_numeric(right):
        one, other = number(left), number(right)
        return (one > other) - (one < other)
    first, second = bytes_of(text(left)), bytes_of(text(right))
    return (first > second) - (first < second)


def formatted(template: str, values: list[Scalar]) -> str:
    """``printf``'s text; missing values are empty."""
    left = list(values)

    def take() -> Scalar:
        return left.pop(0) if left else UNSET

    def fill(found: re.Match[str]) -> str:
        flags, width, places, kind = found.groups()
        if kind == "%":
            return "%"
        width = str(int(number(take()))) if width == "*" else width
        places = str(int(number(take()))) if places == "*" else places
        if abs(int(width or 0)) > _WIDEST or int(places or 0) > _WIDEST:
            raise Unknown("so wide an output of awk")
        form = f"%{flags}{width}" + (f".{places}" if places is not None else "")
        value = take()
        if kind == "c":
            shown = chr(int(value)) if isinstance(value, float) else value[:1]
            return f"%{flags}{width}s" % shown
        if kind == "s":
            return f"{form}s" % text(value)
        if kind in "diouxX":
            return str(f"{form}{'d' if kind in 'iu' else kind}" % int(number(value)))
        return str(f"{form}{kind}" % number(value))

    return _DIRECTIVE.sub(fill, template)
