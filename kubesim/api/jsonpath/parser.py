"""JSONPath templates as client-go reads them. Mirrors util/jsonpath/parser.go."""

from __future__ import annotations

from kubesim.api.jsonpath.nodes import (
    Action,
    Constant,
    Field,
    Filter,
    Identifier,
    JsonPathError,
    Node,
    Recursive,
    Slice,
    Text,
    Union,
    Wildcard,
)
from kubesim.golang import fmt
from kubesim.golang.quoting import unicode_name, unquote

_TERMINATORS = frozenset(" \t\r\n.,[]$@{}")
_COMPARISON = "!<>="


def parse_nodes(template: str) -> tuple[Node, ...]:
    """The parts of a template: Text outside braces, an Action for each pair of them; JsonPathError."""
    return tuple(_Parser(template).template())


def _parse_action(text: str) -> Action:
    """Mirrors parseAction: ``text`` as the inside of braces, of which the first pair counts."""
    action = parse_nodes(f"{{{text}}}")[0]
    assert isinstance(action, Action)
    return action


class _Parser:
    """Mirrors client-go's jsonpath.Parser."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0

    def template(self) -> list[Node]:
        nodes: list[Node] = []
        while self._position < len(self._text):
            brace = self._text.find("{", self._position)
            end = len(self._text) if brace < 0 else brace
            if end > self._position:
                nodes.append(Text(self._text[self._position : end]))
            self._position = end
            if brace >= 0:
                self._position += 1
                nodes.append(self._action())
        return nodes

    def _action(self) -> Action:
        steps: list[Node] = []
        while not self._take("}"):
            if self._take("[?("):
                steps.append(self._filter())
            elif self._take(".."):
                self._recursive(steps)
            else:
                self._step(steps)
        return Action(tuple(steps))

    def _step(self, steps: list[Node]) -> None:
        char = self._next()
        if char in ("", "\r", "\n"):
            raise JsonPathError("unclosed action")
        if char in " @$":
            return
        if char == "[":
            steps.extend(self._brackets())
        elif char in "\"'":
            steps.append(Text(self._quoted(char)))
        elif char == ".":
            steps.append(self._field())
        elif char in "+-" or char.isdecimal():
            steps.append(self._number(char))
        elif char == "_" or char.isalpha():
            steps.append(self._identifier())
        else:
            raise JsonPathError(f"unrecognized character in action: {unicode_name(char)}")

    def _recursive(self, steps: list[Node]) -> None:
        if steps and isinstance(steps[-1], Recursive):
            raise JsonPathError("invalid multiple recursive descent")
        steps.append(Recursive())
        following = self._peek()
        if following == "_" or following.isalnum():
            steps.append(self._field())

    def _identifier(self) -> Node:
        start = self._position - 1
        while self._peek() and self._peek() not in _TERMINATORS:
            self._position += 1
        word = self._text[start : self._position]
        return Constant(word == "true") if word in ("true", "false") else Identifier(word)

    def _number(self, first: str) -> Constant:
        start = self._position - 1
        while self._peek() == "." or self._peek().isdecimal():
            self._position += 1
        digits = self._text[start : self._position]
        unsigned = digits[1:] if first in "+-" else digits
        if unsigned.isdecimal() and -(2**63) <= int(digits) < 2**63:
            return Constant(fmt.Int(digits))
        if unsigned.count(".") > 1 or not unsigned.strip("."):
            raise JsonPathError(f"cannot parse number {digits}")
        return Constant(float(digits))

    def _field(self) -> Node:
        start = self._position
        while self._peek() and self._peek() not in _TERMINATORS:
            self._position += 2 if self._peek() == "\\" else 1
        name = self._text[start : self._position]
        self._position = min(self._position, len(self._text))
        return Wildcard() if name == "*" else Field(name.replace("\\", ""))

    def _quoted(self, quote: str) -> str:
        start = self._position - 1
        while True:
            char = self._next()
            if char in ("", "\n"):
                raise JsonPathError("unterminated quoted string")
            if char == quote and self._text[self._position - 2] != "\\":
                break
        text = self._text[start : self._position]
        unquoted = unquote(text[1:-1], quote) if "\\" in text else text[1:-1]
        if unquoted is None:
            raise JsonPathError(f"unquote string {text} error invalid syntax")
        return unquoted

    def _brackets(self) -> list[Node]:
        start = self._position
        while (char := self._next()) != "]":
            if char in ("", "\n"):
                raise JsonPathError("unterminated array")
        return _selection(self._text[start : self._position - 1])

    def _filter(self) -> Filter:
        start = self._position
        quote, closed = "", False
        while True:
            char = self._next()
            if char in ("", "\n"):
                raise JsonPathError("unterminated filter")
            if char in "\"'":
                if not quote:
                    quote = char
                elif char == quote and self._text[self._position - 2] != "\\":
                    closed = True
            elif char == ")" and bool(quote) == closed:
                break
        text = self._text[start : self._position - 1]
        if self._next() != "]":
            raise JsonPathError("unclosed array expect ]")
        return _comparison(text)

    def _take(self, prefix: str) -> bool:
        found = self._text.startswith(prefix, self._position)
        if found:
            self._position += len(prefix)
        return found

    def _peek(self) -> str:
        return self._text[self._position : self._position + 1]

    def _next(self) -> str:
        char = self._peek()
        self._position += len(char)
        return char


def _selection(text: str) -> list[Node]:
    """What stands in brackets: ``*``, ``'key'``, an index, a slice, or several of them with commas."""
    text = ":" if text == "*" else text
    parts = text.split(",")
    if len(parts) > 1:
        return [Union(tuple(_parse_action(f"[{part.strip(' ')}]") for part in parts))]
    if len(text) > 1 and text[0] == text[-1] == "'" and "'" not in text[1:-1]:
        return list(_parse_action(f".{text[1:-1]}").steps)
    return [_slice(text)]


def _slice(text: str) -> Slice:
    parts = text.split(":")
    if len(parts) > 3 or not all(_is_index(part) for part in parts):
        raise JsonPathError(f"invalid array index {text}")
    for part in parts:
        if part == "-" or (part and not -(2**63) <= int(part) < 2**63):
            raise JsonPathError(f"array index {part} is not a number")
    start, end, step, *_ = [*(int(part) if part else None for part in parts), None, None]
    if len(parts) == 1:
        return Slice(start, (start or 0) + 1, None, single=True)
    return Slice(start, end, step)


def _is_index(part: str) -> bool:
    digits = part.removeprefix("-")
    return not digits or (digits.isascii() and digits.isdigit())


def _comparison(text: str) -> Filter:
    """``@.a > 1`` split at its first run of comparison signs; without one, whether ``@.a`` finds anything."""
    start = next((index for index, char in enumerate(text) if char in _COMPARISON), len(text))
    end = start
    while end < len(text) and text[end] in _COMPARISON:
        end += 1
    if 0 < start < end == len(text) and end - start > 1:
        end -= 1  # something has to be left to compare with
    if start == 0 or start == len(text) or end == len(text):
        return Filter(_parse_action(text), "exists", Action(()))
    return Filter(_parse_action(text[:start]), text[start:end], _parse_action(text[end:]))
