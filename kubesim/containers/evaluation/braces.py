"""bash's braces: ``{a,b}`` and ``{1..5}`` make several words of one."""

from __future__ import annotations

import re

from kubesim.containers.shell.syntax import Text, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.shell.syntax import Part

MOST_WORDS = 10_000  # of one word; one that would become more stays as it is

_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?|([A-Za-z])\.\.([A-Za-z])")


def expanded(word: Word) -> list[Word]:
    """The words that a word with braces stands for."""
    if not any(isinstance(part, Text) and not part.is_quoted and "{" in part.text for part in word.parts):
        return [word]
    units: list[Part] = []
    for part in word.parts:
        units += [Text(char) for char in part.text] if isinstance(part, Text) and not part.is_quoted else [part]
    made = _expanded(tuple(units))
    return [word] if made is None else [Word(_joined(units)) for units in made]


def _joined(units: tuple[Part, ...]) -> tuple[Part, ...]:
    joined: list[Part] = []
    for unit in units:
        last = joined[-1] if joined else None
        if isinstance(unit, Text) and isinstance(last, Text) and not unit.is_quoted and not last.is_quoted:
            joined[-1] = Text(last.text + unit.text)
        else:
            joined.append(unit)
    return tuple(joined)


def _is(unit: Part, char: str) -> bool:
    return isinstance(unit, Text) and not unit.is_quoted and unit.text == char


def _expanded(units: tuple[Part, ...]) -> list[tuple[Part, ...]] | None:
    """All that the units stand for; None if it is too much."""
    for start, unit in enumerate(units):
        if not _is(unit, "{"):
            continue
        end, choices = _choices(units, start)
        if choices is None:
            continue
        rests = _expanded(units[end + 1 :])
        middles: list[tuple[Part, ...]] = []
        for choice in choices:
            more = _expanded(choice)
            if more is None or rests is None or (len(middles) + len(more)) * len(rests) > MOST_WORDS:
                return None
            middles += more
        return [units[:start] + middle + rest for middle in middles for rest in rests or ()]
    return [units]


def _choices(units: tuple[Part, ...], start: int) -> tuple[int, list[tuple[Part, ...]] | None]:
    """Where a brace closes, and what stands between the commas; None if it is an ordinary character."""
    depth, begin, found = 0, start + 1, []
    for at in range(start, len(units)):
        depth += _is(units[at], "{") - _is(units[at], "}")
        if depth == 1 and _is(units[at], ","):
            found.append(units[begin:at])
            begin = at + 1
        if depth == 0:
            inner = units[start + 1 : at]
            return at, [*found, units[begin:at]] if found else _range(inner)
    return start, None


def _range(units: tuple[Part, ...]) -> list[tuple[Part, ...]] | None:
    if not all(isinstance(unit, Text) and not unit.is_quoted for unit in units):
        return None
    found = _RANGE.fullmatch("".join(unit.text for unit in units if isinstance(unit, Text)))
    if found is None:
        return None
    if found[4]:
        first, last, step = ord(found[4]), ord(found[5]), 1
    else:
        first, last, step = int(found[1]), int(found[2]), abs(int(found[3] or 1)) or 1
    if abs(last - first) // step >= MOST_WORDS:
        return None
    numbers = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    width = max(len(found[1]), len(found[2])) if not found[4] and re.match(r"-?0\d", found[1] + " ") else 0
    return [(Text(chr(number) if found[4] else f"{number:0{width}d}"),) for number in numbers]
