"""``test``, ``[`` and ``[[`` compare files, texts and numbers; with an unknown one the result is unknown."""

from __future__ import annotations

from fnmatch import fnmatchcase

from kubesim.containers.evaluation.expansion import pattern, single

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine, Status
    from kubesim.containers.shell.syntax import Word

Truth = bool | None

_FILE_TESTS = frozenset("abcdefghkprstuwxGLNOS")
_NUMBERS = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
_TEXTS = ("=", "==", "!=", "<", ">", "=~", "-nt", "-ot", "-ef")


def test(machine: Machine, argv: list[Value]) -> Status:
    """``test`` and ``[``."""
    words = argv[1:]
    if argv[0] == "[":
        if not words or words[-1] != "]":
            machine.complain("sh: missing ]")
            return 2
        words = words[:-1]
    return _status(_Expression(machine, [(word, word) for word in words], and_or=("-a", "-o")).value())


def conditional(machine: Machine, words: Sequence[Word]) -> Status:
    """``[[``: the right side of a comparison is a pattern."""
    both = [(single(machine, word), pattern(machine, word)) for word in words]
    return _status(_Expression(machine, both, and_or=("&&", "||")).value())


def _status(truth: Truth) -> Status:
    return None if truth is None else int(not truth)


class _Expression:
    """Words, each also as a pattern, with operators among them."""

    def __init__(self, machine: Machine, words: list[tuple[Value, Value]], and_or: tuple[str, str]) -> None:
        self._machine = machine
        self._words = words
        self._at = 0
        self._and, self._or = and_or
        self._has_patterns = and_or[0] == "&&"

    def value(self) -> Truth:
        if not self._words:
            return False
        truth = self._any()
        return truth if self._at == len(self._words) else None

    def _ahead(self, by: int = 0) -> Value:
        return self._words[self._at + by][0] if self._at + by < len(self._words) else ""

    def _any(self) -> Truth:
        truth = self._all()
        while self._at < len(self._words) and self._ahead() == self._or:
            self._at += 1
            other = self._all()
            truth = True if truth or other else None if None in (truth, other) else False
        return truth

    def _all(self) -> Truth:
        truth = self._not()
        while self._at < len(self._words) and self._ahead() == self._and:
            self._at += 1
            other = self._not()
            truth = False if truth is False or other is False else None if None in (truth, other) else True
        return truth

    def _not(self) -> Truth:
        left = len(self._words) - self._at
        if self._ahead() == "!" and left > 1:
            self._at += 1
            truth = self._not()
            return None if truth is None else not truth
        if self._ahead() == "(" and left > 2:
            self._at += 1
            truth = self._any()
            self._at += 1
            return truth
        return self._primary()

    def _primary(self) -> Truth:
        if self._at >= len(self._words):
            return None
        first, operator = self._ahead(), self._ahead(1)
        if operator in _NUMBERS or operator in _TEXTS:
            self._at += 3
            return self._compared(first, operator, *self._words[self._at - 1]) if self._at <= len(self._words) else None
        if first is not None and len(first) == 2 and first[0] == "-" and self._at + 1 < len(self._words):
            self._at += 2
            return self._unary(first[1], operator)
        self._at += 1
        return None if first is None else first != ""

    def _compared(self, left: Value, operator: str, right: Value, right_pattern: Value) -> Truth:
        if left is None or right is None or operator in ("=~", "-nt", "-ot", "-ef"):
            return None
        if operator in _NUMBERS:
            numbers = [text.strip() for text in (left, right)]
            if all(number.lstrip("-+").isdigit() for number in numbers):
                return bool(_NUMBERS[operator](*map(int, numbers)))
            self._machine.complain(f"sh: {left}: bad number")
            return False
        if operator in ("<", ">"):
            return left < right if operator == "<" else left > right
        if self._has_patterns:
            equal = None if right_pattern is None else fnmatchcase(left, right_pattern)
        else:
            equal = left == right
        return None if equal is None else equal == (operator != "!=")

    def _unary(self, operator: str, word: Value) -> Truth:
        if operator in "nz":
            return None if word is None else (word != "") == (operator == "n")
        if operator not in _FILE_TESTS or word is None:
            return False if operator == "t" else None
        found = self._machine.files.find(self._machine.path(word), self._machine.clock)
        if found.exists and operator == "s":
            return None if found.content is None else found.content != ""
        return None if operator in "gkuGNOpLhS" and found.exists else found.exists
