"""Semantic versions, and the comparisons that they share with quantities. Mirrors apiserver's library/semverlib.go."""

from __future__ import annotations

import re

from kubesim.api.cel.functions.quantities import QuantityValue, compare
from kubesim.api.cel.values import EvaluationError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class SemverValue(NamedTuple):
    """A version; two that differ in their build metadata alone are equal."""

    numbers: tuple[int, int, int]
    pre: tuple[str, ...] = ()

    @property
    def cel_type(self) -> str:
        return "kubernetes.Semver"


def _parsed(text: str) -> SemverValue:
    """Mirrors blang/semver's Parse."""
    if not text:
        raise EvaluationError("Version string empty")
    parts = text.split(".", 2)
    if len(parts) != 3:
        raise EvaluationError("No Major.Minor.Patch elements found")
    numbers = [_number(name, part) for name, part in zip(("major", "minor"), parts, strict=False)]
    rest, _, build = parts[2].partition("+")
    patch, dash, pre = rest.partition("-")
    numbers.append(_number("patch", patch))
    identifiers = tuple(pre.split(".")) if dash else ()
    for identifier in identifiers:
        _check_identifier("Prerelease", identifier)
        if identifier.isdigit() and len(identifier) > 1 and identifier.startswith("0"):
            raise EvaluationError(f'Numeric PreRelease version must not contain leading zeroes "{identifier}"')
    if "+" in parts[2]:
        for identifier in build.split("."):
            _check_identifier("Build meta data", identifier)
    return SemverValue((numbers[0], numbers[1], numbers[2]), identifiers)


def _number(name: str, text: str) -> int:
    if not re.fullmatch("[0-9]+", text):
        raise EvaluationError(f'Invalid character(s) found in {name} number "{text}"')
    if len(text) > 1 and text.startswith("0"):
        raise EvaluationError(f'{name.capitalize()} number must not contain leading zeroes "{text}"')
    return int(text)


def _check_identifier(what: str, text: str) -> None:
    if not text:
        raise EvaluationError("Prerelease is empty" if what == "Prerelease" else "Build meta data is empty")
    if not re.fullmatch("[0-9A-Za-z-]+", text):
        words = (
            "Invalid character(s) found in prerelease"
            if what == "Prerelease"
            else "Invalid character(s) found in build meta data"
        )
        raise EvaluationError(f'{words} "{text}"')


def _semver(text: str, normalize: bool = False) -> SemverValue:
    return _parsed(_normalized(text) if normalize else text)


def _normalized(text: str) -> str:
    """``v1.02`` as ``1.2.0``: without a v, with three numbers and no leading zeros. Mirrors normalizeAndParse."""
    text = text.removeprefix("v")
    core, mark, rest = re.fullmatch(r"([^+-]*)([+-]?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    numbers = [part.lstrip("0") or ("0" if part else "") for part in core.split(".")]
    return ".".join([*numbers, "0", "0"][: max(3, len(numbers))]) + mark + rest


def _is_semver(text: str, normalize: bool = False) -> bool:
    try:
        _semver(text, normalize)
    except EvaluationError:
        return False
    return True


def _order(value: SemverValue) -> tuple[Any, ...]:
    pre = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in value.pre)
    return (value.numbers, not value.pre, pre)


def _compared(first: Any, second: Any) -> int:
    if isinstance(first, QuantityValue):
        return compare(first, second)
    return (_order(first) > _order(second)) - (_order(first) < _order(second))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "semver": _semver,
    "isSemver": _is_semver,
    "major": lambda value: value.numbers[0],
    "minor": lambda value: value.numbers[1],
    "patch": lambda value: value.numbers[2],
    "compareTo": _compared,
    "isGreaterThan": lambda first, second: _compared(first, second) > 0,
    "isLessThan": lambda first, second: _compared(first, second) < 0,
}
