"""Words: quotes, expansions and substitutions."""

from __future__ import annotations

import re

from kubesim.containers.shell.syntax import (
    Arithmetic,
    Array,
    CommandSubstitution,
    Element,
    Opaque,
    Parameter,
    Part,
    ShellSyntaxError,
    Text,
    Word,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.shell.syntax import Script

METACHARACTERS = frozenset(" \t\n;&|<>()")

_NAME = re.compile(r"[A-Za-z_]\w*|[0-9]|[@*#?$!-]")
_BRACED_NAME = re.compile(r"[A-Za-z_]\w*|[0-9]+|[@*#?$!-]")
_KEY = re.compile(r"\[(?=[^\]]+\]\+?=)")
_OPERATOR = re.compile(r":[-=?+]|%%|##|//|\^\^|,,|[-=?+%#/^,:@]")
_BLANK = re.compile(r"(?:\s|\\\n|#[^\n]*)*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v", "E": "\x1b"}
_ANSI = re.compile(r"\\(?:(?P<code>[0-7]{1,3})|x(?P<hex>[0-9a-fA-F]{1,2})|(?P<char>.))", re.DOTALL)


class WordReader:
    """Reads words from ``text`` at ``at``. ``parse_nested`` reads the script of a substitution up to what closes it.

    ``dialect`` is the shell's; ``line`` the number of the text's first line.
    """

    def __init__(
        self, text: str, parse_nested: Callable[[WordReader, str], Script], dialect: str = "bash", line: int = 1
    ) -> None:
        self.text = text
        self.at = 0
        self.dialect = dialect
        self._parse_nested = parse_nested
        self._line = line

    def line(self) -> int:
        """The number of the line that is read."""
        return self._line + self.text.count("\n", 0, self.at)

    def line_text(self) -> str:
        """The line that is read."""
        start = self.text.rfind("\n", 0, self.at) + 1
        return self.text[start:].partition("\n")[0]

    def wrong(self, problem: str, mark: str = "") -> ShellSyntaxError:
        """What is wrong with the text here; ``mark`` is what should close it."""
        error = ShellSyntaxError(problem, line=self.line())
        error.word = mark
        return error

    def read(self, stops: frozenset[str] = METACHARACTERS) -> Word:
        """The word that begins here, up to an unquoted end."""
        parts: list[Part] = []
        while self.at < len(self.text) and (self.text[self.at] not in stops or self.is_at_process()):
            parts += self._next_parts()
        return Word(_joined(parts))

    def is_at_process(self) -> bool:
        """Whether ``<(script)`` begins here."""
        return self.dialect not in ("ash", "dash") and self.text.startswith(("<(", ">("), self.at)

    def read_all(self) -> Word:
        """The rest of the text as if it stood in double quotes: a here-document, an arithmetic expression."""
        return Word(_joined(self._double_quoted("")))

    def _next_parts(self) -> list[Part]:
        char = self.text[self.at]
        if char == "\\":
            return self._escaped()
        if char == "'":
            return [Text(self._up_to("'"), True)]
        if char == '"':
            self.at += 1
            return self._double_quoted('"') or [Text("", True)]
        if char in "$`":
            return [self._dollar(quoted=False) if char == "$" else self._backquoted(quoted=False)]
        if self.is_at_process():
            self.at += 1
            return [Opaque(self.bracketed())]
        if char == "(" and self.dialect not in ("ash", "dash"):  # in a word that goes on behind "="
            return [self._array()]
        self.at += 1
        return [Text(char)]

    def _array(self) -> Part:
        self.at += 1
        elements: list[Element] = []
        while True:
            blank = _BLANK.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if self.at >= len(self.text):
                raise self.wrong("unterminated array", ")")
            if self.text[self.at] == ")":
                self.at += 1
                return Array(tuple(elements))
            key = self.index() if _KEY.match(self.text, self.at) else None
            self.at += len("=") if key is not None else 0
            if key is None and self.text[self.at] in METACHARACTERS and not self.is_at_process():
                raise self.wrong("unexpected word", self.text[self.at])
            elements.append(Element(self.read(), key))

    def index(self) -> Word:
        """What stands between the square brackets that begin here; the reader goes on behind them."""
        start, depth = self.at, 0
        while self.at < len(self.text):
            char = self.text[self.at]
            depth += (char == "[") - (char == "]")
            self.at += 1
            if depth == 0:
                return self.quoted_word(self.text[start + 1 : self.at - 1].replace('"', "").replace("'", ""))
        raise self.wrong("bad substitution")

    def read_expression(self) -> Word:
        """The regular expression that begins here, up to a blank outside of its brackets."""
        parts: list[Part] = []
        depth = 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "()":
                depth += 1 if char == "(" else -1
                self.at += 1
                parts.append(Text(char))
            elif depth <= 0 and char in " \t\n;":
                break
            else:
                parts += self._next_parts()
        return Word(_joined(parts))

    def _escaped(self) -> list[Part]:
        following = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        return [] if following == "\n" else [Text(following or "\\", True)]

    def _up_to(self, quote: str) -> str:
        end = self.text.find(quote, self.at + 1)
        if end < 0:
            raise self.wrong("unterminated quoted string", quote)
        found = self.text[self.at + 1 : end]
        self.at = end + 1
        return found

    def _double_quoted(self, close: str) -> list[Part]:
        """The parts between double quotes, or up to the end if ``close`` is empty."""
        parts: list[Part] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == close:
                self.at += 1
                return parts
            if char == "\\":
                parts += self._escaped_in_quotes()
            elif char == "$":
                parts.append(self._dollar(quoted=True))
            elif char == "`":
                parts.append(self._backquoted(quoted=True))
            else:
                self.at += 1
                parts.append(Text(char, True))
        if close:
            raise self.wrong("unterminated quoted string", close)
        return parts

    def _escaped_in_quotes(self, also: str = "") -> list[Part]:
        following = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if following == "\n":
            return []
        return [Text(following if following in ('"', "\\", "$", "`", also) else "\\" + following, True)]

    # what a dollar begins

    def _dollar(self, *, quoted: bool) -> Part:
        rest = self.text[self.at + 1 : self.at + 3]
        if rest.startswith("{"):
            self.at += 2
            return self._braced(quoted)
        if rest == "((":
            return self._arithmetic(quoted)
        if rest.startswith("("):
            self.at += 2
            script = self._parse_nested(self, ")")
            return CommandSubstitution(script, quoted)
        if rest.startswith("'") and not quoted and self.dialect != "dash":
            return self._ansi_quoted()
        if rest.startswith('"') and not quoted and self.dialect not in ("ash", "dash"):
            self.at += 1
            return Text("")
        name = _NAME.match(self.text, self.at + 1)
        if name is None:
            self.at += 1
            return Text("$", quoted)
        self.at = name.end()
        return Parameter(name[0], is_quoted=quoted)

    def _braced(self, quoted: bool) -> Part:
        first = self.text[self.at : self.at + 1]
        is_length = first == "#" and self.text[self.at + 1 : self.at + 2] not in ("}", "")
        is_indirect = first == "!" and self.text[self.at + 1 : self.at + 2] not in ("}", "")
        self.at += is_length or is_indirect
        name = _BRACED_NAME.match(self.text, self.at)
        if name is None:
            raise self.wrong("bad substitution" if self.at < len(self.text) else "missing '}'")
        self.at = name.end()
        index = self.index() if self.text.startswith("[", self.at) and self.dialect not in ("ash", "dash") else None
        operator = _OPERATOR.match(self.text, self.at)
        argument = None
        if operator is not None:
            self.at = operator.end()
            argument = self._argument(quoted, is_text=operator[0].lstrip(":") in ("-", "=", "?", "+"))
        if self.text[self.at : self.at + 1] != "}":
            raise self.wrong("bad substitution" if self.at < len(self.text) else "missing '}'")
        self.at += 1
        if is_indirect:
            return Opaque(name[0], quoted) if argument is not None else Parameter(name[0], "!", None, quoted, index)
        return Parameter(name[0], "#" if is_length else operator[0] if operator else "", argument, quoted, index)

    def _argument(self, quoted: bool, *, is_text: bool) -> Word:
        """The argument behind the operator in braces; it may contain blanks and brackets. ``is_text``: no pattern."""
        parts: list[Part] = []
        while self.at < len(self.text) and self.text[self.at] != "}":
            if quoted and is_text and self.text[self.at] == "\\":
                parts += self._escaped_in_quotes("}")
            elif self.text[self.at] == "(" or (quoted and is_text and self.text[self.at] == "'"):
                parts.append(Text(self.text[self.at], quoted))
                self.at += 1
            else:
                parts += self._next_parts()
        return Word(_joined(parts))

    def _arithmetic(self, quoted: bool) -> Part:
        self.at += 1
        inner = self.bracketed()[1:-1]
        return Arithmetic(self.quoted_word(inner), quoted)

    def quoted_word(self, text: str) -> Word:
        """Another text as if it stood in double quotes."""
        return WordReader(text, self._parse_nested, self.dialect, self.line()).read_all()

    def bracketed(self) -> str:
        """The text between this bracket and its closing one; the reader goes on behind it."""
        start, depth = self.at, 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "'\"":
                self._up_to(char)
                continue
            depth += (char == "(") - (char == ")")
            self.at += 1
            if depth == 0:
                return self.text[start + 1 : self.at - 1]
        raise self.wrong("missing '))'")

    def _backquoted(self, *, quoted: bool) -> Part:
        inner = re.sub(r"\\([`$\\])", r"\1", self._up_to_backquote())
        return CommandSubstitution(
            self._parse_nested(WordReader(inner, self._parse_nested, self.dialect, self.line()), ""), quoted
        )

    def _up_to_backquote(self) -> str:
        end = self.at + 1
        while end < len(self.text) and self.text[end] != "`":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise self.wrong("EOF in backquote substitution")
        found = self.text[self.at + 1 : end]
        self.at = end + 1
        return found

    def _ansi_quoted(self) -> Part:
        found = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL).match(self.text, self.at)
        if found is None:
            raise self.wrong("unterminated quoted string")
        self.at = found.end()
        return Text(_ANSI.sub(_unescaped, found[1]), True)


def _unescaped(found: re.Match[str]) -> str:
    if found["code"]:
        return chr(int(found["code"], 8) & 255)
    if found["hex"]:
        return chr(int(found["hex"], 16))
    return _ESCAPES.get(found["char"], found["char"])


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """Neighbouring characters of one sort as one text."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, Text) and isinstance(last, Text) and part.is_quoted == last.is_quoted:
            joined[-1] = Text(last.text + part.text, part.is_quoted)
        else:
            joined.append(part)
    return tuple(joined)
