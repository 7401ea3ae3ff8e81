"""expr: a calculation, a comparison or a match of its words."""

from __future__ import annotations

from kubesim.containers.evaluation.tools.call import Call, Misused, Tool
from kubesim.containers.evaluation.tools.regular import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status

_LEVELS = (("|",), ("&",), ("<", "<=", "=", "==", "!=", ">=", ">"), ("+", "-"), ("*", "/", "%"), (":",))


class _Reader:
    def __init__(self, words: list[str], is_busybox: bool) -> None:
        self._words = words
        self._is_busybox = is_busybox
        self._last = ""  # the operator that was read last

    def value(self) -> str:
        found = self._level(0)
        if self._words:
            raise Misused("syntax error", 2)
        return found

    def _level(self, level: int) -> str:
        if level == len(_LEVELS):
            return self._single()
        left = self._level(level + 1)
        while self._words and self._words[0] in _LEVELS[level]:
            operator = self._words.pop(0)
            self._last = "" if self._is_busybox else operator
            left = _combined(left, operator, self._level(level + 1))
        return left

    def _single(self) -> str:
        if not self._words:
            raise Misused(f"syntax error: missing argument after ‘{self._last}’" if self._last else "syntax error", 2)
        word = self._words.pop(0)
        if word == "(":
            found = self._level(0)
            if self._words[:1] != [")"]:
                raise Misused("syntax error", 2)
            self._words.pop(0)
            return found
        count = {"length": 1, "index": 2, "match": 2, "substr": 3}.get(word, 0)
        if not count or len(self._words) < count:
            return word
        given = [self._single() for _ in range(count)]
        if word == "length":
            return str(len(given[0]))
        if word == "index":
            places = [given[0].find(letter) for letter in given[1] if letter in given[0]]
            return str(min(places, default=-1) + 1)
        if word == "match":
            return _combined(given[0], ":", given[1])
        start, length = (int(text) if text.lstrip("-").isdigit() else 0 for text in given[1:])
        return given[0][start - 1 : start - 1 + length] if start > 0 and length > 0 else ""


def _is_true(text: str) -> bool:
    return text not in ("", "0")


def _combined(left: str, operator: str, right: str) -> str:
    if operator == "|":
        return left if _is_true(left) else right or "0"
    if operator == "&":
        return left if _is_true(left) and _is_true(right) else "0"
    if operator == ":":
        pattern = compiled(right.removeprefix("^"))
        found = pattern.match(left)
        if pattern.groups:
            return found[1] or "" if found is not None else ""
        return str(len(found[0]) if found is not None else 0)
    numbers = [int(text) for text in (left, right) if text.lstrip("-").isdigit() and text.lstrip("-")]
    if operator in "+-*/%":
        if len(numbers) < 2:
            raise Misused("non-integer argument", 2)
        return str(_calculated(numbers[0], operator, numbers[1]))
    one, other = numbers if len(numbers) == 2 else (left, right)
    order = (one > other) - (one < other)  # type: ignore[operator]
    holds = {
        "<": order < 0,
        "<=": order <= 0,
        "=": not order,
        "==": not order,
        "!=": bool(order),
        ">=": order >= 0,
        ">": order > 0,
    }
    return str(int(holds[operator]))


def _calculated(one: int, operator: str, other: int) -> int:
    if operator in "/%":
        if not other:
            raise Misused("division by zero", 2)
        whole = abs(one) // abs(other) * (1 if (one < 0) == (other < 0) else -1)
        return whole if operator == "/" else one - whole * other
    return one + other if operator == "+" else one - other if operator == "-" else one * other


def _expr(call: Call) -> Status:
    if not call.operands:
        raise Misused("missing operand", 2, is_usage=True)
    value = _Reader(list(call.operands), call.is_busybox).value()
    call.write(value + "\n")
    return int(not _is_true(value))


TOOLS = {"expr": Tool(_expr, is_plain=True)}
