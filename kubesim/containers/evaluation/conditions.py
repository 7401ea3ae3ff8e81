"""``test``, ``[`` and ``[[`` compare files, texts and numbers; with an unknown one the result is unknown."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.elements import Elements
from kubesim.containers.evaluation.expansion import expression, pattern, single
from kubesim.containers.evaluation.file_tree import READ, SEARCH, WRITE
from kubesim.containers.evaluation.found import FILE, FOLDER, LINK
from kubesim.containers.evaluation.patterns import matches
from kubesim.containers.evaluation.streams import Terminal, Typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Found, Value
    from kubesim.containers.evaluation.machine import Machine
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
            _complain(machine, "missing `]'" if machine.shell == "bash" else "missing ]")
            return 2
        words = words[:-1]
    try:
        return _status(_Expression(machine, [(word, word) for word in words], and_or=("-a", "-o")).value())
    except _Refused as refused:
        _complain(machine, str(refused))
        return 2


def conditional(machine: Machine, words: Sequence[Word]) -> Status:
    """``[[``: the right side of a comparison is a pattern."""
    plain = [single(machine, word) for word in words]
    patterns = list(plain) if machine.shell == "ash" else [pattern(machine, word) for word in words]
    for at in range(1, len(words)):
        if words[at - 1].literal == "=~":
            patterns[at] = expression(machine, words[at])
    both = list(zip(plain, patterns, strict=True))
    try:
        return _status(_Expression(machine, both, and_or=("&&", "||")).value())
    except _Refused as refused:
        _complain(machine, str(refused))
        return 2


class _Refused(Exception):  # noqa: N818 - a script's mistake, in words
    """What ``test`` is given is no expression."""


def _complain(machine: Machine, text: str) -> None:
    complain(machine, text if machine.shell in ("ash", "sh") else f"[: {text}")


def _status(truth: Truth) -> Status:
    return None if truth is None else int(not truth)


class _Expression:
    """Words, each also as a pattern, with operators among them."""

    def __init__(self, machine: Machine, words: list[tuple[Value, Value]], and_or: tuple[str, str]) -> None:
        self._machine = machine
        self._shell = machine.shell
        self._words = words
        self._at = 0
        self._and, self._or = and_or
        self._has_patterns = and_or[0] == "&&"

    def value(self) -> Truth:
        if not self._words:
            return False
        truth = self._any()
        if self._at >= len(self._words):
            return truth
        left = self._words[self._at][0]
        if self._shell == "bash" and len(self._words) in (2, 3):
            kind = "unary" if len(self._words) == 2 else "binary"
            raise _Refused(f"{self._words[len(self._words) - 2][0]}: {kind} operator expected")
        complaints = {"bash": "too many arguments", "dash": f"{self._words[0][0]}: unexpected operator"}
        raise _Refused(complaints.get(self._shell, f"{left}: unknown operand"))

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
        if operator in _NUMBERS or (operator in _TEXTS and not (operator == "==" and self._shell == "dash")):
            self._at += 3
            if self._at > len(self._words):
                raise _Refused(self._lacking(operator or ""))
            return self._compared(first, operator, *self._words[self._at - 1])
        is_binary_next = self._ahead(1) in (self._and, self._or) and len(self._words) - self._at > 2
        if (
            first is not None
            and re.fullmatch(r"-[a-hknoprstuwxzGLNOS]", first)
            and self._at + 1 < len(self._words)
            and not is_binary_next
        ):
            self._at += 2
            return self._unary(first[1], operator)
        self._at += 1
        return None if first is None else first != ""

    def _compared(self, left: Value, operator: str, right: Value, right_pattern: Value) -> Truth:
        if left is None or right is None or operator in ("-nt", "-ot", "-ef"):
            return None
        if operator == "=~":
            return self._found(left, right_pattern)
        if operator in _NUMBERS:
            numbers = [text.strip() for text in (left, right)]
            if all(re.fullmatch(r"[-+]?\d+", number) for number in numbers):
                return bool(_NUMBERS[operator](*map(int, numbers)))
            bad = left if not re.fullmatch(r"[-+]?\d+", numbers[0]) else right
            usual = {"bash": f"{bad}: integer expression expected", "dash": f"Illegal number: {bad}"}
            raise _Refused(usual.get(self._shell, f"{bad}: bad number"))
        if operator in ("<", ">"):
            return left < right if operator == "<" else left > right
        if self._has_patterns:
            equal = None if right_pattern is None else matches(right_pattern, left)
        else:
            equal = left == right
        return None if equal is None else equal == (operator != "!=")

    def _found(self, text: str, expression: Value) -> Truth:
        """Whether an extended regular expression matches somewhere; bash keeps what its groups matched."""
        from kubesim.containers.evaluation.tools.call import Misused
        from kubesim.containers.evaluation.tools.regular import compiled

        if expression is None or not self._has_patterns:
            return None
        try:
            found = compiled(expression, is_extended=True).search(text)
        except Misused:
            raise _Refused("invalid regular expression") from None
        groups = () if found is None else (found[0], *found.groups(""))
        if self._shell != "ash":
            self._machine.assign_array("BASH_REMATCH", Elements(dict(enumerate(groups))))
        return found is not None

    def _is_terminal(self, word: Value) -> Truth:
        outside, read = self._machine.shared.outside, self._machine.input
        stream = read if word == "0" else self._machine.streams.get(int(word)) if word and word.isdigit() else None
        return outside is not None and outside.is_terminal and isinstance(stream, (Typed, Terminal))

    def _lacking(self, operator: str) -> str:
        """What is said of an operator with nothing behind it."""
        first = self._words[0][0]
        usual = {"bash": f"{first}: unary operator expected"}
        return usual.get(self._shell, f"{operator}: argument expected")

    def _unary(self, operator: str, word: Value) -> Truth:
        if operator in "nz":
            return None if word is None else (word != "") == (operator == "n")
        if operator not in _FILE_TESTS or word is None:
            return self._is_terminal(word) if operator == "t" else None
        path, files = self._machine.path(word), self._machine.files
        found = files.find(path, self._machine.clock, follows=operator not in "hL")
        if operator == "w" and found.exists and files.is_sealed(path, self._machine.clock):
            return False
        return _file_test(self._machine, operator, found) if found.exists else found.exists


_KINDS = {"f": FILE, "d": FOLDER, "h": LINK, "L": LINK}
_RIGHTS = {"r": READ, "w": WRITE, "x": SEARCH}


def _file_test(machine: Machine, operator: str, found: Found) -> Truth:
    """What a test says of something that exists; None if too little is known of it."""
    if operator in "ae":
        return True
    if operator in _KINDS:
        return found.kind == _KINDS[operator] if found.mode is not None else operator not in "hL"
    if operator == "s":
        return None if found.length is None else found.length > 0
    if operator == "x" and found.kind == FILE:
        return True if found.mode is None else bool(found.mode & 0o111)
    if operator in _RIGHTS:
        return machine.files.may(found, _RIGHTS[operator])
    return None if found.mode is None or operator in "GNO" else False
