"""awk's operators and functions, made of the expressions that are their operands."""

from __future__ import annotations

import math
import re

from kubesim.containers.evaluation.tools.call import Misused, Unknown
from kubesim.containers.evaluation.tools.pattern_run import Place, Return, calculate, split
from kubesim.containers.evaluation.tools.pattern_values import UNSET, Read, Scalar, formatted, is_true, number, text
from kubesim.containers.evaluation.tools.regular import compiled, substituted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.tools.pattern_run import Run

    Expression = Callable[[Run], Scalar]
    Array = Callable[[Run], dict[str, Scalar]]

_MOST_DEPTH = 100  # calls of a program's own functions within each other

RELATIONS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    "==": lambda order: order == 0,
    "!=": lambda order: order != 0,
    ">=": lambda order: order >= 0,
    ">": lambda order: order > 0,
}


class Constant:
    """A text in a program."""

    def __init__(self, value: str) -> None:
        self.value = value

    def __call__(self, run: Run) -> Scalar:
        return self.value


class Regex:
    """An expression between slashes: alone it asks whether the record matches."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern

    def __call__(self, run: Run) -> Scalar:
        return float(self.pattern.search(run.text(run.field(0))) is not None)


def _pattern(given: Expression, run: Run) -> re.Pattern[str]:
    return given.pattern if isinstance(given, Regex) else compiled(run.text(given(run)), is_extended=True)


def either(left: Expression, right: Expression) -> Expression:
    return lambda run: float(is_true(left(run)) or is_true(right(run)))


def both(left: Expression, right: Expression) -> Expression:
    return lambda run: float(is_true(left(run)) and is_true(right(run)))


def member(key: Expression, array: Array) -> Expression:
    return lambda run: float(run.text(key(run)) in array(run))


def matching(left: Expression, right: Expression, *, is_negated: bool) -> Expression:
    def matches(run: Run) -> Scalar:
        found = _pattern(right, run).search(run.text(left(run)))
        return float((found is None) == is_negated)

    return matches


def calculated(left: Expression, operator: str, right: Expression) -> Expression:
    return lambda run: calculate(number(left(run)), operator, number(right(run)))


def joined(values: list[Expression]) -> Expression:
    """Several subscripts are one text, with SUBSEP between them."""
    return lambda run: run.text(run.variables["SUBSEP"]).join([run.text(value(run)) for value in values])


def own(name: str, arguments: list[Expression], names: list[str]) -> Expression:
    """A call of one of the program's own functions; arrays are handed on as they are."""

    def call(run: Run) -> Scalar:
        if name not in run.functions:
            raise Misused(f"function {name} never defined", 2)
        if len(run.frames) >= _MOST_DEPTH:
            raise Unknown("so deep calls of awk's functions")
        parameters, body = run.functions[name]
        frame: dict[str, Scalar | dict[str, Scalar]] = dict.fromkeys(parameters, UNSET)
        for parameter, argument, given in zip(parameters, arguments, names, strict=False):
            is_array = given and (given in run.arrays or (run.frames and isinstance(run.frames[-1].get(given), dict)))
            frame[parameter] = run.array(given) if is_array else argument(run)
        run.frames.append(frame)
        try:
            body(run)
        except Return as returned:
            return returned.value
        finally:
            run.frames.pop()
        return UNSET

    return call


def call(name: str, arguments: list[Expression], arrays: list[Array | None]) -> Expression:
    """A call of a function that awk has."""
    if name in ("sub", "gsub"):
        return _substitution(arguments, is_global=name == "gsub")
    if name == "split":
        return _splitting(arguments, arrays)
    if name == "match":
        return _search(arguments)
    if name == "length" and arguments and arrays[0] is not None:
        array, value = arrays[0], arguments[0]
        known = value.name if isinstance(value, Place) else ""
        return lambda run: float(len(array(run))) if known in run.arrays else float(len(run.text(value(run))))
    made = BUILT_IN[name]

    def run_it(run: Run) -> Scalar:
        values = [argument(run) for argument in arguments]
        if not values and name == "length":
            values = [run.field(0)]
        try:
            assert made is not None
            return made(run, values)
        except (IndexError, ValueError, OverflowError):
            raise Misused(f"wrong arguments of {name}", 2) from None

    return run_it


def _substitution(arguments: list[Expression], *, is_global: bool) -> Expression:
    place = (
        arguments[2]
        if len(arguments) > 2
        else Place(lambda run: run.field(0), lambda run, v: run.set_field(0, run.text(v)))
    )

    def substitute(run: Run) -> Scalar:
        pattern = _pattern(arguments[0], run)
        replacement = run.text(arguments[1](run))

        def replaced(found: re.Match[str]) -> str:
            return re.sub(r"\\\\|\\&|&", lambda token: found[0] if token[0] == "&" else token[0][1], replacement)

        count = 0

        def counted(found: re.Match[str]) -> str:
            nonlocal count
            count += 1
            return replaced(found)

        changed = substituted(pattern, counted, run.text(place(run)), is_global=is_global)
        if count and isinstance(place, Place):
            place.set(run, Read(changed))
        return float(count)

    return substitute


def _splitting(arguments: list[Expression], arrays: list[Array | None]) -> Expression:
    array = arrays[1] if len(arrays) > 1 else None
    if array is None:
        raise Misused("wrong arguments of split", 2)
    named = array

    def take_apart(run: Run) -> Scalar:
        given = run.text(arguments[0](run))
        separator = arguments[2] if len(arguments) > 2 else None
        if isinstance(separator, Regex):
            pieces = separator.pattern.split(given) if given else []
        else:
            pieces = split(given, run.text(run.variables["FS"] if separator is None else separator(run)))
        target = named(run)
        target.clear()
        target.update({str(at): Read(piece) for at, piece in enumerate(pieces, 1)})
        return float(len(pieces))

    return take_apart


def _search(arguments: list[Expression]) -> Expression:
    def search(run: Run) -> Scalar:
        found = _pattern(arguments[1], run).search(run.text(arguments[0](run)))
        run.variables["RSTART"] = float(found.start() + 1) if found is not None else 0.0
        run.variables["RLENGTH"] = float(len(found[0])) if found is not None else -1.0
        return run.variables["RSTART"]

    return search


def _substr(run: Run, values: list[Scalar]) -> Scalar:
    given, start = run.text(values[0]), round(number(values[1]))
    start = max(start, 1)  # busybox's and mawk's: what is missing at the start is not taken from the length
    end = start + round(number(values[2])) if len(values) > 2 else len(given) + 1
    return given[max(0, start - 1) : max(0, end - 1)]


def _chance(run: Run, values: list[Scalar]) -> Scalar:
    raise Unknown("which number awk draws")


BUILT_IN: dict[str, Callable[[Run, list[Scalar]], Scalar] | None] = {
    **dict.fromkeys(("sub", "gsub", "split", "match"), None),
    "length": lambda run, values: float(len(run.text(values[0]))),
    "substr": _substr,
    "index": lambda run, values: float(run.text(values[0]).find(run.text(values[1])) + 1),
    "sprintf": lambda run, values: formatted(text(values[0]), values[1:]),
    "tolower": lambda run, values: run.text(values[0]).lower(),
    "toupper": lambda run, values: run.text(values[0]).upper(),
    "int": lambda run, values: float(int(number(values[0]))),
    "sqrt": lambda run, values: math.sqrt(number(values[0])),
    "exp": lambda run, values: math.exp(number(values[0])),
    "log": lambda run, values: math.log(number(values[0])),
    "sin": lambda run, values: math.sin(number(values[0])),
    "cos": lambda run, values: math.cos(number(values[0])),
    "atan2": lambda run, values: math.atan2(number(values[0]), number(values[1])),
    **dict.fromkeys(("rand", "srand", "systime", "strftime", "system", "close", "fflush"), _chance),
}
