"""Where JSON text goes wrong, in the words of Go's encoding/json scanner.

Only the way to an error message comes here; sound text is read by the standard library.
"""

from __future__ import annotations

from kubesim.startup.json_text import end_of_value
from kubesim.startup.named_tuple import NamedTuple

MAX_DEPTH = 200
"""How deep maps and lists may nest: far more than any API object, far less than Python's stack (Go: 10,000)."""

_SPACE = " \t\r\n"
_DIGITS = "0123456789"
_HEX = "0123456789abcdefABCDEF"
_LITERALS = {"t": "true", "f": "false", "n": "null"}


class Problem(NamedTuple):
    """An illegal character at ``place``, and Go's sentence about it."""

    place: int
    message: str


class _ProblemError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _EndError(Exception):
    """The text ends inside a value."""


def first_problem(text: str, start: int = 0) -> Problem | None:
    """What is wrong with the JSON value that starts at ``start``; None where the text merely ends too early.

    Mirrors encoding/json's scanner states.
    """
    scanner = _Scanner(text, start)
    try:
        scanner.value()
    except _ProblemError as found:
        return found.problem
    except _EndError:
        return None
    return None


def syntax_error(text: str) -> str:
    """What is wrong with a text that is to be one JSON value; empty where nothing is. Mirrors json.Unmarshal."""
    start = len(text) - len(text.lstrip(_SPACE))
    problem = first_problem(text, start)
    if problem is not None:
        return problem.message
    try:
        end = end_of_value(text, start)
    except ValueError:
        return "unexpected end of JSON input"
    rest = text[end:].lstrip(_SPACE)
    return f"invalid character {_quoted(rest[0])} after top-level value" if rest else ""


class _Scanner:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.index = start

    def value(self) -> None:
        """One value, and what follows inside the maps and lists it opens, until it is complete."""
        closers: list[str] = []
        self._begin_value(closers, "looking for beginning of value")
        while closers:
            char = self._next_visible()
            if char == closers[-1]:
                closers.pop()
            elif char == ",":
                self._next_member(closers)
            else:
                self._refuse(char, "after object key:value pair" if closers[-1] == "}" else "after array element")

    def _begin_value(self, closers: list[str], context: str) -> None:
        char = self._next_visible()
        if char == "{":
            self._open_map(closers)
        elif char == "[":
            self._open_list(closers)
        elif char == '"':
            self._string()
        elif char in _LITERALS:
            self._literal(_LITERALS[char])
        elif char == "-" or char in _DIGITS:
            self._number(char)
        else:
            self._refuse(char, context)

    def _open_map(self, closers: list[str]) -> None:
        if self._peek_visible() == "}":
            self.index += 1
            return
        self._deepen(closers, "}")
        self._key_and_value(closers)

    def _open_list(self, closers: list[str]) -> None:
        if self._peek_visible() == "]":
            self.index += 1
            return
        self._deepen(closers, "]")
        self._begin_value(closers, "looking for beginning of value")

    def _deepen(self, closers: list[str], closer: str) -> None:
        if len(closers) >= MAX_DEPTH:
            raise _ProblemError(Problem(self.index - 1, "exceeded max depth"))
        closers.append(closer)

    def _next_member(self, closers: list[str]) -> None:
        if closers[-1] == "}":
            self._key_and_value(closers)
        else:
            self._begin_value(closers, "looking for beginning of value")

    def _key_and_value(self, closers: list[str]) -> None:
        char = self._next_visible()
        if char != '"':
            self._refuse(char, "looking for beginning of object key string")
        self._string()
        char = self._next_visible()
        if char != ":":
            self._refuse(char, "after object key")
        self._begin_value(closers, "looking for beginning of value")

    def _string(self) -> None:
        while (char := self._next()) != '"':
            if char < " ":
                self._refuse(char, "in string literal")
            if char == "\\":
                self._escape()

    def _escape(self) -> None:
        char = self._next()
        if char == "u":
            for _ in range(4):
                char = self._next()
                if char not in _HEX:
                    self._refuse(char, "in \\u hexadecimal character escape")
        elif char not in 'bfnrt\\/"':
            self._refuse(char, "in string escape code")

    def _literal(self, word: str) -> None:
        for expected in word[1:]:
            char = self._next()
            if char != expected:
                self._refuse(char, f"in literal {word} (expecting {_quoted(expected)})")

    def _number(self, char: str) -> None:
        if char == "-":
            char = self._digit("in numeric literal")
        if char != "0":
            self._digits()
        if self._peek() == ".":
            self.index += 1
            self._digit("after decimal point in numeric literal")
            self._digits()
        if self._peek() in ("e", "E"):
            self.index += 1
            if self._peek() in ("+", "-"):
                self.index += 1
            self._digit("in exponent of numeric literal")
            self._digits()

    def _digit(self, context: str) -> str:
        char = self._next()
        if char not in _DIGITS:
            self._refuse(char, context)
        return char

    def _digits(self) -> None:
        while self._peek() and self._peek() in _DIGITS:
            self.index += 1

    def _peek(self) -> str:
        return self.text[self.index : self.index + 1]

    def _peek_visible(self) -> str:
        while self._peek() and self._peek() in _SPACE:
            self.index += 1
        return self._peek()

    def _next(self) -> str:
        char = self._peek()
        if not char:
            raise _EndError
        self.index += 1
        return char

    def _next_visible(self) -> str:
        self._peek_visible()
        return self._next()

    def _refuse(self, char: str, context: str) -> None:
        raise _ProblemError(Problem(self.index - 1, f"invalid character {_quoted(char)} {context}"))


def _quoted(char: str) -> str:
    """A character as the scanner quotes it: mirrors quoteChar."""
    if char == '"':
        return "'\"'"
    from kubesim.golang.quoting import quote_rune

    return quote_rune(char)
