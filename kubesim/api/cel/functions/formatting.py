"""``string.format``: clauses such as ``%s`` and ``%.2f``. Mirrors cel-go's ext/formatting.go."""

from __future__ import annotations

import re

from kubesim.api.cel.equality import is_number, type_name
from kubesim.api.cel.functions.conversions import text_of
from kubesim.api.cel.values import Duration, EvaluationError, Timestamp, TypeValue
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

_CLAUSE = re.compile(r"(\.[0-9]*)?(.?)", re.DOTALL)
_CLAUSES = "sdfebxXo"
_INFINITIES = ("NaN", "Infinity", "-Infinity")


def formatted(text: str, args: Sequence[Any]) -> str:
    """The text with its clauses filled in; EvaluationError."""
    return filled(text, len(args), lambda index, clause, precision: _shown(args[index], clause, precision))[0]


def filled(text: str, count: int, show: Callable[[int, str, int | None], str]) -> tuple[str, int]:
    """The text with ``show`` of each clause's argument, its letter and its precision, and how many clauses it has.

    EvaluationError for a clause that is none, or has none of the ``count`` arguments. Mirrors parseFormatString.
    """
    parts: list[str] = []
    index = position = 0
    while (percent := text.find("%", position)) >= 0:
        parts.append(text[position:percent])
        if text[percent + 1 : percent + 2] == "%":
            parts.append("%")
            position = percent + 2
            continue
        if index >= count:
            raise EvaluationError(f"index {index} out of range")
        if percent + 1 >= len(text):
            raise EvaluationError("unexpected end of string")
        clause, precision, position = _clause(text, percent + 1)
        parts.append(show(index, clause, precision))
        index += 1
    return "".join((*parts, text[position:])), index


def _clause(text: str, start: int) -> tuple[str, int | None, int]:
    found = _CLAUSE.match(text, start)
    assert found is not None
    why = "could not parse formatting clause: "
    precision = None
    if found[1]:
        if not found[2]:
            raise EvaluationError(f"{why}error while parsing precision: could not find end of precision specifier")
        if found[1] == ".":
            wrong = 'strconv.Atoi: parsing "": invalid syntax'
            raise EvaluationError(
                f"{why}error while parsing precision: error while converting precision to integer: {wrong}"
            )
        precision = int(found[1][1:])
    if found[2] not in _CLAUSES:
        raise EvaluationError(f'{why}unrecognized formatting clause "{found[2]}"')
    return found[2], precision, found.end()


def _shown(value: Any, clause: str, precision: int | None) -> str:
    if not takes(clause, type_name(value)) and not (clause in "fe" and value in _INFINITIES):
        raise EvaluationError(f"error during formatting: {refusal(clause, type_name(value))}")
    if clause == "s":
        return _text(value)
    if clause in "fe":
        return _decimal(float(value), clause, 6 if precision is None else precision)
    if clause in "bod":
        return format(int(value), clause)
    if isinstance(value, (str, bytes)):
        digits = (value.encode() if isinstance(value, str) else value).hex()
    else:
        digits = format(value, "x")
    return digits.upper() if clause == "X" else digits


def _decimal(number: float, clause: str, precision: int) -> str:
    """A number with its digits in groups, as English has them. Mirrors golang.org/x/text/message."""
    if number != number:
        return "NaN"
    if abs(number) == float("inf"):
        return "∞" if number > 0 else "-∞"
    if clause == "f":
        return f"{number:,.{precision}f}"
    mantissa, _, exponent = f"{number:.6e}".partition("e")  # a precision is taken for a width there
    superscript = exponent.removeprefix("+").translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}×10{superscript}"


_TAKES = {
    "s": frozenset(
        (
            *("int", "uint", "double", "bool", "string", "bytes", "null_type", "type", "list", "map"),
            *("google.protobuf.Timestamp", "google.protobuf.Duration"),
        )
    ),
    "d": frozenset(("int", "uint")),
    "f": frozenset(("double",)),
    "e": frozenset(("double",)),
    "b": frozenset(("int", "uint", "bool")),
    "o": frozenset(("int", "uint")),
    "x": frozenset(("int", "uint", "string", "bytes")),
    "X": frozenset(("int", "uint", "string", "bytes")),
}
_REFUSALS = {
    "s": "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, "
    "and timestamps",
    "d": "decimal clause can only be used on integers",
    "f": "fixed-point clause can only be used on doubles",
    "e": "scientific clause can only be used on doubles",
    "b": "only integers and bools can be formatted as binary",
    "o": "octal clause can only be used on integers",
    "x": "only integers, byte buffers, and strings can be formatted as hex",
    "X": "only integers, byte buffers, and strings can be formatted as hex",
}


def takes(clause: str, type_: str) -> bool:
    """Whether a clause prints values of a type, by its name."""
    return type_ in _TAKES[clause]


def refusal(clause: str, type_: str) -> str:
    return f"{_REFUSALS[clause]}, was given {type_}"


def _text(value: Any) -> str:
    """What ``%s`` prints of a value."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, dict):
        entries = sorted((_literal(key), _literal(member)) for key, member in value.items())
        return "{" + ", ".join(f"{key}:{member}" for key, member in entries) + "}"
    return text_of(value)


def _literal(value: Any) -> str:
    """A value within a list or a map, as CEL would write it."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bytes):
        return f"b{quote(text_of(value))}"
    if isinstance(value, (Timestamp, Duration)):
        return f"{'timestamp' if isinstance(value, Timestamp) else 'duration'}({quote(text_of(value))})"
    if isinstance(value, float) and is_number(value):
        return f"{value:.6f}"
    return value.name if isinstance(value, TypeValue) else _text(value)
