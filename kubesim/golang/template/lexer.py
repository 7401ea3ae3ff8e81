"""The tokens of a Go template. Mirrors text/template/parse's lexer."""

from __future__ import annotations

from kubesim.golang.quoting import quote, unicode_name
from kubesim.startup.named_tuple import NamedTuple

LEFT, RIGHT = "{{", "}}"
_SPACE = " \t\r\n"
_DIGITS = "0123456789"
_HEX_DIGITS = "0123456789abcdefABCDEF_"
KEYWORDS = frozenset(
    ("block", "break", "continue", "define", "else", "end", "if", "range", "nil", "template", "with", ".")
)


class Token(NamedTuple):
    """``kind`` is a word ("text", "field", "identifier", ...), a keyword itself, or a punctuation mark itself.

    ``position`` counts characters of the whole template, ``line`` its lines from 1.
    """

    kind: str
    position: int
    value: str
    line: int

    def __str__(self) -> str:
        """As parse errors name a token."""
        if self.kind == "EOF":
            return "EOF"
        if self.kind == "error":
            return self.value
        if self.kind in KEYWORDS:
            return f"<{self.value}>"
        if len(self.value.encode(errors="surrogateescape")) > 10:
            return f"{quote(self.value[:10])}..."
        return quote(self.value)


class _LexError(Exception):
    """Where and why the text cannot be cut into tokens."""


def tokens_of(text: str) -> list[Token]:
    """The tokens of ``text``; the last one is of kind "EOF" or "error"."""
    return _Lexer(text).run()


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._start = 0
        self._start_line = 1
        self._tokens: list[Token] = []
        self._depth = 0

    def run(self) -> list[Token]:
        try:
            while self._position < len(self._text):
                self._outside()
        except _LexError as error:
            self._tokens.append(Token("error", self._start, str(error), self._start_line))
            return self._tokens
        self._emit("EOF")
        return self._tokens

    def _outside(self) -> None:
        """Text up to the next action or comment, and that one."""
        found = self._text.find(LEFT, self._position)
        if found < 0:
            self._position = len(self._text)
            self._emit("text")
            return
        trim = self._left_trim(found + len(LEFT))
        end = found
        if trim:
            end = self._start + len(self._text[self._start : found].rstrip(_SPACE))
        if end > self._start:
            self._position = end
            self._emit("text")
        self._position = found
        self._ignore()
        self._position += len(LEFT)
        if self._text.startswith("/*", self._position + trim):
            self._position += trim
            self._ignore()
            self._comment()
            return
        self._emit("{{")
        self._position += trim
        self._ignore()
        self._depth = 0
        while self._inside():
            pass

    def _left_trim(self, position: int) -> int:
        """The length of a trim marker at ``position``: a minus and a space, or nothing."""
        mark = self._text[position : position + 2]
        return 2 if len(mark) == 2 and mark[0] == "-" and mark[1] in _SPACE else 0

    def _at_right(self) -> tuple[bool, int]:
        """Whether the action ends here, and the length of the trim marker before its end."""
        mark = self._text[self._position : self._position + 2]
        if len(mark) == 2 and mark[0] in _SPACE and mark[1] == "-" and self._text.startswith(RIGHT, self._position + 2):
            return True, 2
        return self._text.startswith(RIGHT, self._position), 0

    def _comment(self) -> None:
        end = self._text.find("*/", self._position + 2)
        if end < 0:
            raise _LexError("unclosed comment")
        self._position = end + 2
        closed, trim = self._at_right()
        if not closed:
            raise _LexError("comment ends before closing delimiter")
        self._position += trim + len(RIGHT)
        self._skip_spaces_if(trim > 0)

    def _inside(self) -> bool:
        """One token inside an action; False once the action is closed."""
        closed, trim = self._at_right()
        if closed:
            self._close(trim)
            return False
        char = self._next()
        if not char:
            raise _LexError("unclosed action")
        if char in _SPACE:
            self._space()
        elif char in _SINGLE:
            self._emit(char)
        elif char in _MARKED:
            _MARKED[char](self)
        elif char == "." and self._peek() not in tuple(_DIGITS):
            self._field_or_variable("field")
        elif char in ".+-" or char in _DIGITS:
            self._number()
        elif _is_alphanumeric(char):
            self._identifier()
        elif char.isascii() and char.isprintable():
            self._emit("char")
        else:
            raise _LexError(f"unrecognized character in action: {unicode_name(char)}")
        return True

    def _close(self, trim: int) -> None:
        if self._depth:
            raise _LexError("unclosed left paren")
        self._position += trim
        self._ignore()
        self._position += len(RIGHT)
        self._emit("}}")
        self._skip_spaces_if(trim > 0)

    def _skip_spaces_if(self, trim: bool) -> None:
        while trim and self._peek() and self._peek() in _SPACE:
            self._position += 1
        self._ignore()

    def _space(self) -> None:
        """A run of spaces, less the one that belongs to a closing trim marker."""
        self._position -= 1
        while self._peek() and self._peek() in _SPACE and not self._at_right()[1]:
            self._position += 1
        self._emit("space")

    def _declare(self) -> None:
        if self._next() != "=":
            raise _LexError("expected :=")
        self._emit(":=")

    def _open_paren(self) -> None:
        self._emit("(")
        self._depth += 1

    def _close_paren(self) -> None:
        self._depth -= 1
        if self._depth < 0:
            raise _LexError("unexpected right paren")
        self._emit(")")

    def _variable(self) -> None:
        self._field_or_variable("variable")

    def _field_or_variable(self, kind: str) -> None:
        if self._at_terminator():
            self._emit("variable" if kind == "variable" else ".")
            return
        while _is_alphanumeric(self._peek()):
            self._position += 1
        self._expect_terminator()
        self._emit(kind)

    def _identifier(self) -> None:
        while _is_alphanumeric(self._peek()):
            self._position += 1
        self._expect_terminator()
        word = self._text[self._start : self._position]
        if word in KEYWORDS:
            self._emit(word)
        else:
            self._emit("bool" if word in ("true", "false") else "identifier")

    def _expect_terminator(self) -> None:
        if not self._at_terminator():
            raise _LexError(f"bad character {unicode_name(self._peek())}")

    def _at_terminator(self) -> bool:
        char = self._peek()
        return not char or char in _SPACE or char in ".,|:()" or self._text.startswith(RIGHT, self._position)

    def _string(self) -> None:
        self._until('"', "unterminated quoted string")
        self._emit("string")

    def _character(self) -> None:
        self._until("'", "unterminated character constant")
        self._emit("character")

    def _until(self, quote: str, problem: str) -> None:
        while (char := self._next()) != quote:
            if char == "\\":
                char = self._next()
            if char in ("", "\n"):
                raise _LexError(problem)

    def _raw_string(self) -> None:
        end = self._text.find("`", self._position)
        if end < 0:
            raise _LexError("unterminated raw quoted string")
        self._position = end + 1
        self._emit("raw string")

    def _number(self) -> None:
        self._position -= 1
        if not self._scan_number():
            raise _LexError(f"bad number syntax: {quote(self._text[self._start : self._position])}")
        self._emit("number")

    def _scan_number(self) -> bool:
        self._accept("+-")
        digits = _DIGITS + "_"
        if self._accept("0"):
            if self._accept("xX"):
                digits = _HEX_DIGITS
            elif self._accept("oO"):
                digits = "01234567_"
            elif self._accept("bB"):
                digits = "01_"
        self._accept_run(digits)
        if self._accept("."):
            self._accept_run(digits)
        if (digits.startswith("0123456789_") and self._accept("eE")) or (digits == _HEX_DIGITS and self._accept("pP")):
            self._accept("+-")
            self._accept_run(_DIGITS + "_")
        self._accept("i")
        if _is_alphanumeric(self._peek()):
            self._position += 1
            return False
        return True

    def _accept(self, valid: str) -> bool:
        accepted = self._peek() != "" and self._peek() in valid
        self._position += accepted
        return accepted

    def _accept_run(self, valid: str) -> None:
        while self._accept(valid):
            pass

    def _peek(self) -> str:
        return self._text[self._position : self._position + 1]

    def _next(self) -> str:
        char = self._peek()
        self._position += len(char)
        return char

    def _emit(self, kind: str) -> None:
        value = self._text[self._start : self._position]
        self._tokens.append(Token(kind, self._start, value, self._start_line))
        self._ignore()

    def _ignore(self) -> None:
        self._start_line += self._text.count("\n", self._start, self._position)
        self._start = self._position


_SINGLE = "=|"
_MARKED = {
    ":": _Lexer._declare,
    '"': _Lexer._string,
    "`": _Lexer._raw_string,
    "$": _Lexer._variable,
    "'": _Lexer._character,
    "(": _Lexer._open_paren,
    ")": _Lexer._close_paren,
}


def _is_alphanumeric(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdecimal()
