"""Tools for sorted lines: sort, uniq, comm, join."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.found import FileError, bytes_of
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown, lines_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.containers.evaluation.endings import Status


class _Key(NamedTuple):
    """A key of ``sort``: from a field and its character to another, and how it compares."""

    begin: int = 1
    begin_at: int = 1
    end: int = 0
    end_at: int = 0
    how: str = ""


def _key(text: str, flags: set[str]) -> _Key:
    found = re.fullmatch(r"(\d+)(?:\.(\d+))?([bdfginrhVM]*)(?:,(\d+)(?:\.(\d+))?([bdfginrhVM]*))?", text)
    if found is None or found[1] == "0":
        raise Misused(f"-: invalid field specification ‘{text}’", 2)
    own = found[3] + (found[6] or "")
    how = own or "".join(flags & set("bdfginrhVM"))
    return _Key(int(found[1]), int(found[2] or 1), int(found[4] or 0), int(found[5] or 0), how)


def _sort(call: Call) -> Status:
    flags = call.flags
    unknown = flags & set("dgiMRmz") | ({"h"} & flags if call.is_busybox else set())
    if unknown:
        raise Unknown(f"sort -{min(unknown)}")
    lines: list[str] = []
    for word in call.operands or ["-"]:
        try:
            lines += [line.rstrip("\n") for line in call.lines(word)]
        except FileError as error:
            call.refuse(word, error, "{}", "cannot read: {}" if str(error) != "Is a directory" else "read failed: {}")
            return 2
    mark = call.value("t") if "t" in flags else None
    keys = [_key(text, flags) for text in call.values.get("k", ())] or [_Key(how="".join(flags & set("fnrhVb")))]
    if any(set(key.how) & set("dgiM") for key in keys):
        raise Unknown("such keys of sort")
    ordered = _Order(keys, mark, is_stable="s" in flags or "u" in flags, is_reversed="r" in flags)
    if flags & {"c", "C"}:
        return _checked(call, ordered, lines)
    lines = ordered.sorted(lines)
    if "u" in flags:
        lines = [line for at, line in enumerate(lines) if not at or ordered.compare(lines[at - 1], line)]
    text = "".join(f"{line}\n" for line in lines)
    if "o" in flags:
        call.machine.files.write(call.path(call.value("o")), call.at, text)
    else:
        call.write(text)
    return 0


def _checked(call: Call, ordered: _Order, lines: list[str]) -> Status:
    for at in range(1, len(lines)):
        compared = ordered.compare(lines[at - 1], lines[at])
        if compared > 0 or (compared == 0 and "u" in call.flags):
            if "C" not in call.flags:
                if call.is_busybox:
                    call.machine.complain(f"Check line {at}")
                else:
                    call.complain(f"{(call.operands or ['-'])[0]}:{at + 1}: disorder: {lines[at]}")
            return 1
    return 0


class _Order:
    """How lines are ordered."""

    def __init__(self, keys: list[_Key], mark: str | None, *, is_stable: bool, is_reversed: bool) -> None:
        self._keys = keys
        self._mark = mark
        self._is_stable = is_stable
        self._is_reversed = is_reversed

    def sorted(self, lines: list[str]) -> list[str]:
        lines = list(lines)
        if not self._is_stable:
            lines.sort(key=bytes_of, reverse=self._is_reversed)
        for key in reversed(self._keys):
            values = {line: self._value(key, line) for line in lines}
            lines.sort(key=values.__getitem__, reverse="r" in key.how)
        return lines

    def compare(self, one: str, other: str) -> int:
        """Below, at or above 0, as the first line belongs before, beside or behind the other."""
        for key in self._keys:
            left, right = self._value(key, one), self._value(key, other)
            if left != right:
                return (1 if left > right else -1) * (-1 if "r" in key.how else 1)
        return 0

    def _value(self, key: _Key, line: str) -> Any:
        text = self._field(key, line)
        if "b" in key.how:
            text = text.lstrip()
        if "h" in key.how:
            return _sized(text)
        if "n" in key.how:
            return _number(text)
        if "V" in key.how:
            return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", text)]
        return bytes_of(text.upper() if "f" in key.how else text)

    def _field(self, key: _Key, line: str) -> str:
        if key == key._replace(begin=1, begin_at=1, end=0):
            return line
        fields = line.split(self._mark) if self._mark is not None else re.findall(r"\s*\S+|\s+$", line)
        wanted = fields[key.begin - 1 : key.end or None]
        if not wanted:
            return ""
        joined = (self._mark or "").join(wanted)
        if key.end_at and key.end <= len(fields):
            joined = joined[: len(joined) - len(wanted[-1]) + key.end_at]
        return joined[key.begin_at - 1 :]


def _number(text: str) -> float:
    found = re.match(r"\s*(-?\d*\.?\d*)", text)
    try:
        return float(found[1]) if found is not None else 0.0
    except ValueError:
        return 0.0


def _sized(text: str) -> tuple[int, float]:
    """A number with a unit, as ``-h`` compares it: the unit counts first."""
    found = re.match(r"\s*-?\d*\.?\d*([KMGTPE]?)", text)
    value = _number(text)
    unit = " KMGTPE".index(found[1]) if found is not None and found[1] else 0
    return (unit if value > 0 else -unit if value < 0 else 0), value


def _uniq(call: Call) -> Status:
    if len(call.operands) > 2:
        raise Misused(f"extra operand ‘{call.operands[2]}’", is_usage=True)
    skipped, start, width = call.number("f", 0), call.number("s", 0), call.number("w", 1 << 20)

    def compared(line: str) -> str:
        text = re.sub(rf"^(?:\s*\S+){{0,{skipped}}}", "", line) if skipped else line
        return (text.lower() if "i" in call.flags else text)[start : start + width]

    groups: list[tuple[str, int]] = []
    last = None
    for line in call.lines((call.operands or ["-"])[0]):
        text = line.rstrip("\n")
        if groups and compared(text) == last:
            groups[-1] = (groups[-1][0], groups[-1][1] + 1)
        else:
            groups.append((text, 1))
        last = compared(text)
    output = ""
    for text, count in groups:
        if ("d" in call.flags and count < 2) or ("u" in call.flags and count > 1):
            continue
        output += f"{count:7} {text}\n" if "c" in call.flags else f"{text}\n"
    if len(call.operands) > 1:
        call.machine.files.write(call.path(call.operands[1]), call.at, output)
    else:
        call.write(output)
    return 0


def _comm(call: Call) -> Status:
    if len(call.operands) != 2:
        raise Misused("missing operand", is_usage=True)
    left, right = ([line.rstrip("\n") for line in lines_of(call.text(word))] for word in call.operands)
    shown = [number not in call.flags for number in "123"]
    while left or right:
        first, second = left[:1], right[:1]
        place = 2 if first == second else 0 if first and (not second or bytes_of(first[0]) < bytes_of(second[0])) else 1
        text = (right if place == 1 else left)[0]
        if place != 1:
            left = left[1:]
        if place != 0:
            right = right[1:]
        if shown[place]:
            call.write("\t" * sum(shown[:place]) + text + "\n")
    return 0


def _join(call: Call) -> Status:
    if len(call.operands) != 2:
        raise Misused("missing operand", is_usage=True)
    mark = call.value("t") if "t" in call.flags else None
    at = [call.number("1", call.number("j", 1)), call.number("2", call.number("j", 1))]
    tables = [[line.rstrip("\n").split(mark) for line in lines_of(call.text(word))] for word in call.operands]
    joint = mark or " "
    for row in tables[0]:
        field = row[at[0] - 1] if at[0] <= len(row) else ""
        for other in tables[1]:
            if (other[at[1] - 1] if at[1] <= len(other) else "") == field:
                rest = [*row[: at[0] - 1], *row[at[0] :], *other[: at[1] - 1], *other[at[1] :]]
                call.write(joint.join([field, *rest]) + "\n")
    return 0


TOOLS = {
    "sort": Tool(
        _sort,
        "nrufhVbscCdgiMRmz",
        "kto",
        {
            "numeric-sort": "n",
            "reverse": "r",
            "unique": "u",
            "key": "k",
            "field-separator": "t",
            "ignore-case": "f",
            "human-numeric-sort": "h",
            "version-sort": "V",
            "stable": "s",
            "output": "o",
            "check": "c",
        },
    ),
    "uniq": Tool(_uniq, "cdui", "fsw", {"count": "c", "repeated": "d", "unique": "u", "ignore-case": "i"}),
    "comm": Tool(_comm, "123"),
    "join": Tool(_join, "", "t12j"),
}
