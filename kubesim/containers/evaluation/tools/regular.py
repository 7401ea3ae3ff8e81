"""POSIX regular expressions, basic and extended, as Python's."""

from __future__ import annotations

import re
from itertools import pairwise

from kubesim.containers.evaluation.tools.call import Misused, Unknown
from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_CLASSES = {
    "alpha": "A-Za-z",
    "digit": "0-9",
    "alnum": "A-Za-z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r" \t\n\r\f\v",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
    "print": r"\x20-\x7e",
    "graph": r"\x21-\x7e",
    "cntrl": r"\x00-\x1f\x7f",
    "xdigit": "0-9A-Fa-f",
}
_ESCAPES = {"n": r"\n", "t": r"\t", "w": r"\w", "W": r"\W", "s": r"\s", "S": r"\S", "b": r"\b", "B": r"\B"}
_ESCAPES |= {"<": r"\b(?=\w)", ">": r"\b(?<=\w)", "`": r"\A", "'": r"\Z", "f": r"\f", "v": r"\v", "r": r"\r"}


@lru_cache(maxsize=256)
def compiled(expression: str, *, is_extended: bool = False, ignores_case: bool = False) -> re.Pattern[str]:
    """A POSIX expression compiled; Misused: it is none."""
    translated = _longest_first(_Translation(expression, is_extended).text())
    flags = re.IGNORECASE if ignores_case else 0
    try:
        pattern = re.compile(translated, flags | re.ASCII)
    except (re.error, OverflowError, RecursionError):
        raise Unknown(f"the expression {expression}") from None
    if _may_take_for_ever(translated):
        raise Unknown(f"what {expression} matches: a repetition of a repetition")
    return pattern


_LITERAL = r"(?:\\[^\w]|[^()\[\]\\|*+?{}.^$])+"
_LITERALS = re.compile(rf"(?<=\()({_LITERAL}(?:\|{_LITERAL})+)(?=\))|^({_LITERAL}(?:\|{_LITERAL})+)$")


def _longest_first(translated: str) -> str:
    """An expression whose choices between words have the longest first: POSIX takes the longest, Python the first."""
    return _LITERALS.sub(lambda found: "|".join(sorted(found[0].split("|"), key=len, reverse=True)), translated)


_GROUP = re.compile(r"\((?:\?:)?((?:\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^()\[\\])*)\)(?:[*+]|\{\d*,\d*\})", re.DOTALL)
_ITEM = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[])([*+?]|\{\d*,?\d*\})?", re.DOTALL)
_TRIED = [chr(code) for code in range(32, 127)]


def _may_take_for_ever(translated: str) -> bool:
    """Whether a group is repeated that a text can be divided into in very many ways, which Python tries all: a
    repetition is all that must be there, as in ``(a+)+``, or two of its choices begin alike, as in ``(a|aa)+``."""
    for found in _GROUP.finditer(translated):
        branches = found[1].split("|")
        if any(_is_all_repeated(branch) for branch in branches) or _begin_alike(branches):
            return True
    return False


def _is_all_repeated(branch: str) -> bool:
    counts = [found[2] or "" for found in _ITEM.finditer(branch)]
    unbounded = [count for count in counts if count[:1] in ("*", "+") or count.endswith(",}")]
    must = [count for count in counts if count[:1] not in ("*", "?", "+")]
    return bool(unbounded) and not must


def _begin_alike(branches: list[str]) -> bool:
    """Whether two of several choices, or one that may be empty and another, can begin with the same character."""
    if all(re.fullmatch(_LITERAL, branch) for branch in branches):
        ordered = sorted(branches)
        return any(other.startswith(one) for one, other in pairwise(ordered))
    starts: list[set[str]] = []
    for branch in branches if len(branches) > 1 else ():
        first = _ITEM.match(branch)
        if first is None:
            return True
        try:
            starts.append({one for one in _TRIED if re.fullmatch(first[1], one)})
        except re.error:
            return False
    return any(one & other for at, one in enumerate(starts) for other in starts[:at])


def substituted(
    pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], text: str, *, is_global: bool = True
) -> str:
    """A text with what matches replaced; unlike Python's, an empty match right behind another one is none."""
    end = -1

    def replace(found: re.Match[str]) -> str:
        nonlocal end
        if not found[0] and found.start() == end:
            return ""
        end = found.end()
        return replacement(found)

    return pattern.sub(replace, text, count=0 if is_global else 1)


class _Translation:
    """An expression read from left to right."""

    def __init__(self, expression: str, is_extended: bool) -> None:
        self._source = expression
        self._at = 0
        self._is_extended = is_extended
        self._depth = 0
        self._pieces: list[str] = []

    def text(self) -> str:
        while self._at < len(self._source):
            self._pieces.append(self._next())
        if self._depth:
            raise Misused("Unmatched ( or \\(", 2)
        return "".join(self._pieces)

    def _next(self) -> str:
        letter = self._source[self._at]
        self._at += 1
        if letter == "[":
            return self._bracket()
        if letter == "\\":
            return self._escaped()
        if letter in "(){}|+?":
            return self._operator(letter) if self._is_extended else re.escape(letter)
        if letter == "*":
            return r"\*" if self._is_at_start() else self._repeated("*")
        if letter == "^":
            return r"^" if self._is_extended or self._is_at_start() else r"\^"
        if letter == "$":
            return r"\Z" if self._is_extended or self._is_at_end() else r"\$"
        return letter if letter == "." else re.escape(letter)

    def _is_at_start(self) -> bool:
        return not self._pieces or self._pieces[-1] in ("(", "|", "^")

    def _is_at_end(self) -> bool:
        rest = self._source[self._at :]
        return not rest or rest.startswith((r"\)", r"\|"))

    def _repeated(self, operator: str) -> str:
        return operator if self._pieces and self._pieces[-1] not in ("*", "+", "?") else ""

    def _operator(self, letter: str) -> str:
        if letter in "()":
            self._depth += 1 if letter == "(" else -1
            if self._depth < 0:
                raise Misused("Unmatched ) or \\)", 2)
            return letter
        if letter == "{":
            return self._interval("}")
        if letter in "+?":
            return re.escape(letter) if self._is_at_start() else self._repeated(letter)
        return letter if letter == "|" else re.escape(letter)

    def _interval(self, end: str) -> str:
        found = re.compile(r"(\d*)(,?)(\d*)" + re.escape(end)).match(self._source, self._at)
        if found is None or not (found[1] or found[2]):
            return r"\{"
        self._at = found.end()
        return f"{{{found[1] or 0}{found[2]}{found[3]}}}"

    def _escaped(self) -> str:
        if self._at >= len(self._source):
            raise Misused("Trailing backslash", 2)
        letter = self._source[self._at]
        self._at += 1
        if not self._is_extended and letter in "(){|+?":
            if letter == "{":
                return self._interval("\\}")
            return self._operator(letter)
        if letter.isdigit() and letter != "0":
            return f"(?:\\{letter})"
        return _ESCAPES.get(letter, re.escape(letter))

    def _bracket(self) -> str:
        """A bracket expression, whose classes have names and whose backslash is itself."""
        source, begin = self._source, self._at
        is_negated = source.startswith("^", self._at)
        self._at += is_negated
        pieces = []
        is_first = True
        while self._at < len(source) and (is_first or source[self._at] != "]"):
            is_first = False
            found = re.compile(r"\[:(\w+):\]").match(source, self._at)
            if found is not None:
                if found[1] not in _CLASSES:
                    raise Misused("Invalid character class name", 2)
                pieces.append(_CLASSES[found[1]])
                self._at = found.end()
                continue
            letter = source[self._at]
            self._at += 1
            is_range = letter == "-" and pieces and self._at < len(source) and source[self._at] != "]"
            pieces.append("-" if is_range else re.sub(r"([\\\]\[^\-&~|])", r"\\\1", letter))
        if self._at >= len(source):
            raise Misused("Unmatched [, [^, [:, [., or [=" if begin else "Unmatched [", 2)
        self._at += 1
        return f"[{'^' if is_negated else ''}{''.join(pieces)}]"
