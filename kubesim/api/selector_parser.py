"""Label selectors as ``-l`` takes them: ``app=web,tier in (front, back),!canary``.

Mirrors the Lexer and the Parser of apimachinery's pkg/labels/selector.go.
"""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.selectors import Requirement, Selector, SelectorError, in_order, new_requirement
from kubesim.startup.named_tuple import NamedTuple

BINARY_OPERATORS = "in, notin, =, ==, !=, gt, lt"


class _Token(NamedTuple):
    kind: str
    text: str


_WORD = "word"
_END = "end"
_WRONG = "wrong"
_SPECIAL = "=!(),><"
_SYMBOLS = frozenset((")", ",", "!", "==", "=", ">", "<", "!=", "("))
_KEYWORDS = frozenset(("in", "notin"))


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(text):
        if text[at] in " \t\r\n":
            at += 1
            continue
        scan = _scan_symbol if text[at] in _SPECIAL else _scan_word
        token, at = scan(text, at)
        tokens.append(token)
    return [*tokens, _Token(_END, "")]


def _scan_symbol(text: str, at: int) -> tuple[_Token, int]:
    """The longest symbol at ``at``: ``!=`` rather than ``!``."""
    size = 2 if text[at : at + 2] in _SYMBOLS else 1
    symbol = text[at : at + size]
    return _Token(symbol if symbol in _SYMBOLS else _WRONG, symbol), at + size


def _scan_word(text: str, at: int) -> tuple[_Token, int]:
    end = at
    while end < len(text) and text[end] not in _SPECIAL and text[end] not in " \t\r\n":
        end += 1
    word = text[at:end]
    return _Token(word if word in _KEYWORDS else _WORD, word), end


class _Parser:
    """A recursive descent over the tokens. ``in`` and ``notin`` are words but where an operator is due."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0

    def peek(self) -> _Token:
        token = self.tokens[self.at]
        return _Token(_WORD, token.text) if token.kind in _KEYWORDS else token

    def take(self) -> _Token:
        token = self.peek()
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        while self.peek().kind != _END:
            if self.peek().kind not in (_WORD, "!"):
                raise SelectorError(f"found '{self.peek().text}', expected: !, identifier, or 'end of string'")
            found.append(self.requirement())
            separator = self.take()
            if separator.kind == _END:
                break
            if separator.kind != ",":
                raise SelectorError(f"found '{separator.text}', expected: ',' or 'end of string'")
            if self.peek().kind not in (_WORD, "!"):
                raise SelectorError(f"found '{self.peek().text}', expected: identifier after ','")
        return found

    def requirement(self) -> Requirement:
        try:
            return self._requirement()
        except SelectorError as error:
            raise SelectorError(f"unable to parse requirement: {error.message}") from None

    def _requirement(self) -> Requirement:
        negated = self.peek().kind == "!"
        if negated:
            self.take()
        key = self.take()
        if key.kind != _WORD:
            raise SelectorError(f"found '{key.text}', expected: identifier")
        if messages := names.is_qualified_name(key.text):
            from kubesim.api.fields import invalid

            raise SelectorError(f"<nil>: {invalid('', key.text, '; '.join(messages)).message()}")
        if negated:
            return new_requirement(key.text, "!", ())
        if self.peek().kind in (_END, ","):
            return new_requirement(key.text, "exists", ())
        operator = self.operator()
        values = self.values() if operator in _KEYWORDS else (self.exact_value(),)
        return new_requirement(key.text, operator, tuple(sorted(set(values))))

    def operator(self) -> str:
        token = self.tokens[self.at]
        self.take()
        if token.kind in ("=", "==", "!=", "in", "notin"):
            return token.kind
        if token.kind in ("<", ">"):
            return "lt" if token.kind == "<" else "gt"
        raise SelectorError(f"found '{token.text}', expected: {BINARY_OPERATORS}")

    def exact_value(self) -> str:
        if self.peek().kind in (_END, ","):
            return ""
        token = self.take()
        if token.kind != _WORD:
            raise SelectorError(f"found '{token.text}', expected: identifier")
        return token.text

    def values(self) -> tuple[str, ...]:
        opening = self.take()
        if opening.kind != "(":
            raise SelectorError(f"found '{opening.text}' expected: '('")
        first = self.peek()
        if first.kind == ")":
            self.take()
            return ("",)
        if first.kind not in (_WORD, ","):
            raise SelectorError(f"found '{first.text}', expected: ',', ')' or identifier")
        found = self.listed_values()
        if self.take().kind != ")":
            raise SelectorError(f"found '{first.text}', expected: ')'")
        return found

    def listed_values(self) -> tuple[str, ...]:
        """Words between commas; a comma with no word beside it stands for the empty value."""
        found: list[str] = []
        while True:
            token = self.take()
            following = self.peek().kind
            if token.kind == _WORD:
                found.append(token.text)
                if following == ")":
                    return tuple(found)
                if following != ",":
                    raise SelectorError(f"found '{self.peek().text}', expected: ',' or ')'")
            elif token.kind == ",":
                if not found or following in (")", ","):
                    found.append("")
                if following == ")":
                    return tuple(found)
            else:
                raise SelectorError(f"found '{token.text}', expected: ',', or identifier")


def parse_selector(text: str) -> Selector:
    """A selector as ``-l`` takes it; SelectorError in upstream's words. Mirrors labels.Parse."""
    return in_order(_Parser(text).requirements())
