"""Arithmetic: ``$((...))`` over variables that may not be known.

C's operators, their order of precedence and its numbers of 64 bits, as POSIX has them (XCU 2.6.4), with bash's ``**``,
``++`` and ``--``.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*(?:\[[^\]]*\])?"
    r"|\*\*|<<=|>>=|<<|>>|\+\+|--|[-+*/%&|^<>=!]=|&&|\|\||\S)"
)
_ASSIGNING = {"=": "", "+=": "+", "-=": "-", "*=": "*", "/=": "/", "%=": "%", "&=": "&", "|=": "|", "^=": "^"}
_LEVELS = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
    ("**",),
)


def _is_name(token: str) -> bool:
    return token.partition("[")[0].isidentifier()


def _quotient(a: int, b: int) -> int:
    """C rounds towards zero."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _power(a: int, b: int) -> int:
    """Of numbers of 64 bits. ValueError: a negative exponent."""
    if b < 0:
        raise ValueError(b)
    return pow(a, b, 1 << 64)


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "||": lambda a, b: int(bool(a or b)),
    "&&": lambda a, b: int(bool(a and b)),
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "%": lambda a, b: a - b * _quotient(a, b),
    "**": _power,
}


class ArithmeticProblem(Exception):  # noqa: N818 - a script's, which its shell has words for
    """A text that is no expression, or one that divides by zero."""

    def __init__(self, *, is_division: bool) -> None:
        super().__init__(is_division)
        self.is_division = is_division

    def in_words_of(self, shell: str, text: str) -> str:
        """What a shell says of it."""
        if shell == "dash":
            reason = "division by zero" if self.is_division else "expecting primary"
            return f'arithmetic expression: {reason}: "{text}"'
        if shell == "bash":
            reason = "division by 0" if self.is_division else "syntax error: operand expected"
            last = (_TOKEN.findall(text) or [""])[-1]
            return f'{text}: {reason} (error token is "{last}")'
        return "divide by zero" if self.is_division else "arithmetic syntax error"


def evaluate(
    text: str, find: Callable[[str], str | None], assign: Callable[[str, int | None], None], depth: int = 0
) -> int | None:
    """The value of an expression, None if a variable is unknown; ArithmeticProblem: it is none.

    ``find`` gives a variable's value, empty where it has none; ``depth`` counts variables whose values are expressions.
    """
    calculation = _Calculation(_TOKEN.findall(text), find, assign, depth)
    if not calculation.tokens:
        return 0
    try:
        value = calculation.expression()
    except (IndexError, ValueError, RecursionError):
        raise ArithmeticProblem(is_division=False) from None
    except ZeroDivisionError:
        raise ArithmeticProblem(is_division=True) from None
    if calculation.at < len(calculation.tokens):
        raise ArithmeticProblem(is_division=False)
    return value


MOST_NESTED = 16  # variables whose values are expressions of variables


class _Calculation:
    def __init__(
        self,
        tokens: list[str],
        find: Callable[[str], str | None],
        assign: Callable[[str, int | None], None],
        depth: int,
    ) -> None:
        self.tokens = tokens
        self.at = 0
        self._find = find
        self._assign = assign
        self._depth = depth

    def _ahead(self, by: int = 0) -> str:
        return self.tokens[self.at + by] if self.at + by < len(self.tokens) else ""

    def expression(self) -> int | None:
        name, operator = self._ahead(), self._ahead(1)
        if operator in _ASSIGNING and _is_name(name):
            self.at += 2
            value = _operate(_ASSIGNING[operator], self._value_of(name), self.expression())
            self._assign(name, value)
            return value
        value = self._level(0)
        if self._ahead() != "?":
            return value
        self.at += 1
        first = self.expression()
        self.at += 1
        second = self.expression()
        return None if value is None else first if value else second

    def _level(self, level: int) -> int | None:
        if level == len(_LEVELS):
            return self._unary()
        value = self._level(level + 1)
        while (operator := self._ahead()) in _LEVELS[level]:
            self.at += 1
            value = _operate(operator, value, self._level(level + 1))
        return value

    def _unary(self) -> int | None:
        token = self.tokens[self.at]
        self.at += 1
        if token in ("++", "--"):
            name = self.tokens[self.at]
            self.at += 1
            return self._step(name, token)[1]
        if token in ("-", "+", "!", "~"):
            value = self._unary()
            return None if value is None else {"-": -value, "+": value, "!": int(not value), "~": ~value}[token]
        if token == "(":
            value = self.expression()
            self.at += 1
            return value
        if _is_name(token):
            if self._ahead() in ("++", "--"):
                self.at += 1
                return self._step(token, self.tokens[self.at - 1])[0]
            return self._value_of(token)
        number = _number(token)
        if number is None:
            raise ValueError(token)
        return number

    def _step(self, name: str, operator: str) -> tuple[int | None, int | None]:
        """A variable's value before and after it is counted up or down."""
        before = self._value_of(name)
        after = _operate(operator[0], before, 1)
        self._assign(name, after)
        return before, after

    def _value_of(self, name: str) -> int | None:
        text = self._find(name)
        if text is None:
            return None
        number = _number(text.strip() or "0")
        if number is not None:
            return number
        if self._depth > MOST_NESTED:
            raise ValueError(name)
        return evaluate(text, self._find, self._assign, self._depth + 1)


def _operate(operator: str, left: int | None, right: int | None) -> int | None:
    """``left operator right``; without an operator it is ``right``."""
    if right is None or (operator and left is None):
        return None
    return _wrapped(_OPERATIONS[operator](left or 0, right)) if operator else right


def _wrapped(number: int) -> int:
    """A number wrapped to 64 bits."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def _number(text: str) -> int | None:
    """A number, None for what is none. ValueError: of more digits than anybody means."""
    if re.fullmatch(r"-?0[xX][0-9a-fA-F]+", text):
        return _wrapped(int(text, 16))
    if re.fullmatch(r"-?0[0-7]+", text):
        return _wrapped(int(text, 8))
    return _wrapped(int(text)) if re.fullmatch(r"-?(?:0|[1-9][0-9]*)", text) else None
