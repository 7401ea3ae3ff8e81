"""JSONPath templates as kubectl knows them: ``{range .items[*]}{.metadata.name}{"\\n"}{end}``.

Mirrors client-go util/jsonpath (parser and evaluation), cli-runtime's JSONPath printer (error texts) and
kubectl's RelaxedJSONPathExpression.  Where Go walks a map in random order, its keys are taken in order.
"""

from __future__ import annotations

from kubesim.errors import UserError
from kubesim.golang import fmt, json
from kubesim.golang.quoting import quote, unicode_name, unquote
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class JsonPathError(UserError):
    """What client-go's jsonpath complains of, without kubectl's words around it."""


class Text(NamedTuple):
    text: str


class Field(NamedTuple):
    name: str


class Constant(NamedTuple):
    """An integer (a Go int), a float or a boolean."""

    value: Any


class Identifier(NamedTuple):
    """``range`` or ``end``; any other word is an error once it is evaluated."""

    name: str


class Wildcard:
    """``*``: every member."""


class Recursive:
    """``..``: the value itself and everything below it that has members."""


class Slice(NamedTuple):
    """``[start:end:step]``; None where nothing was given. ``single`` for ``[start]``."""

    start: int | None
    end: int | None
    step: int | None
    single: bool = False


class Action(NamedTuple):
    """The steps of one pair of braces, each applied to the results of the one before."""

    steps: tuple[Node, ...]


class Union(NamedTuple):
    """``[0,2]``: the results of each part, one after another."""

    parts: tuple[Action, ...]


class Filter(NamedTuple):
    """``[?(@.name=="x")]``; the operator is ``exists`` where there is no comparison."""

    left: Action
    operator: str
    right: Action


Node = Text | Field | Constant | Identifier | Wildcard | Recursive | Slice | Action | Union | Filter


def parse(template: str, allow_missing_keys: bool = True, as_json: bool = False, *, typed: bool = False) -> JsonPath:
    """The template of ``-o jsonpath=`` (``as_json``: of ``-o jsonpath-as-json=``); UserError as kubectl words it.

    The numbers of ``typed`` objects, which the client made itself, are all float64.
    """
    try:
        nodes = parse_nodes(template)
    except JsonPathError as error:
        raise UserError(f"error parsing jsonpath {template}, {error.message}") from None
    return JsonPath(template, nodes, allow_missing_keys, as_json, typed)


def parse_expression(expression: str) -> JsonPath:
    """The expression of a column or a sort field; JsonPathError in client-go's bare words."""
    return JsonPath(expression, parse_nodes(expression), allow_missing_keys=True)


def relaxed(expression: str) -> str:
    """``metadata.name`` in any of its spellings as ``{.metadata.name}``; UserError for what is no path.

    Mirrors kubectl's RelaxedJSONPathExpression.
    """
    if not expression:
        return expression
    inner = expression
    if expression.startswith("{") and expression.endswith("}"):
        inner = expression[1:-1]
    inner = inner[1:] if inner.startswith(".") and len(inner) > 1 else inner
    if not inner or "{" in inner or "}" in inner:
        raise UserError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return f"{{.{inner}}}"


class JsonPath(NamedTuple):
    """A parsed template."""

    template: str
    nodes: tuple[Node, ...]
    allow_missing_keys: bool = True
    as_json: bool = False
    typed: bool = False

    def find(self, obj: Any) -> list[list[Any]]:
        """The values that each part of the template finds in ``obj``, text included; JsonPathError."""
        return _Evaluation(self.allow_missing_keys).find(self.nodes, obj)

    def render(self, obj: Any) -> str:
        """What ``-o jsonpath=`` prints of ``obj``; UserError in kubectl's words, the object included."""
        if self.typed:
            obj = _through_json(obj)
        try:
            results = self.find(obj)
        except JsonPathError as error:
            raise UserError(_execution_error(self.template, error.message, obj)) from None
        if self.as_json:
            return "".join(json.dumps(found, 4) + "\n" for found in results)
        return "".join(" ".join(map(_printed, found)) for found in results)


def _through_json(value: Any) -> Any:
    """``value`` as encoding/json reads it again into an interface{}: every number is a float64."""
    if isinstance(value, dict):
        return {key: _through_json(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_through_json(item) for item in value]
    return float(value) if type(value) is int else value


def _execution_error(template: str, problem: str, obj: Any) -> str:
    return (
        f"error executing jsonpath {quote(template)}: Error executing template: {problem}. "
        "Printing more information for debugging the template:\n"
        f"\ttemplate was:\n\t\t{template}\n"
        f"\tobject given to jsonpath engine was:\n\t\t{fmt.go_syntax(obj)}\n\n\n"
    )


def _printed(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    return "null" if value is None else fmt.text(value)


# --- evaluation ---------------------------------------------------------------------------------------------


class _Evaluation:
    """One walk over a template. Mirrors JSONPath.FindResults and its eval methods."""

    def __init__(self, allow_missing_keys: bool) -> None:
        self._allow_missing_keys = allow_missing_keys
        self._ranges_begun = 0
        self._in_range = 0
        self._ranges_ended = 0
        self._last_end: Node | None = None

    def find(self, nodes: tuple[Node, ...], obj: Any) -> list[list[Any]]:
        found: list[list[Any]] = []
        index = 0
        while index < len(nodes):
            node = nodes[index]
            results = self._walk([obj], node)
            if self._ranges_ended > 0 and self._ranges_ended <= self._in_range:
                self._ranges_ended -= 1
                self._last_end = node
                break
            if self._ranges_begun > 0:
                index = self._range(nodes, index, results, found)
            else:
                found.append(results)
            index += 1
        return found

    def _range(self, nodes: tuple[Node, ...], index: int, results: list[Any], found: list[list[Any]]) -> int:
        """Repeat what follows the range for each result; where it ends. Nothing is found in a range of nothing."""
        self._ranges_begun -= 1
        self._in_range += 1
        body = nodes[index + 1 :]
        for result in results:
            found.extend(self.find(body, result))
        if not results:
            self.find(body, None)
        self._in_range -= 1
        for later in range(index + 1, len(nodes)):
            if nodes[later] is self._last_end:
                return later
        return index

    def _walk(self, values: list[Any], node: Node) -> list[Any]:
        if isinstance(node, Text):
            return [node.text]
        if isinstance(node, Constant):
            return [node.value] * len(values)
        return _EVALUATORS[type(node)](self, values, node)

    def _action(self, values: list[Any], node: Action) -> list[Any]:
        for step in node.steps:
            values = self._walk(values, step)
        return values

    def _identifier(self, values: list[Any], node: Identifier) -> list[Any]:
        if node.name == "range":
            self._ranges_begun += 1
            return values
        if node.name != "end":
            raise JsonPathError(f"unrecognized identifier {node.name}")
        if self._in_range == 0:
            raise JsonPathError("not in range, nothing to end")
        self._ranges_ended += 1
        return []

    def _field(self, values: list[Any], node: Field) -> list[Any]:
        found = [value[node.name] for value in values if isinstance(value, dict) and node.name in value]
        if values and not found and not self._allow_missing_keys:
            raise JsonPathError(f"{node.name} is not found")
        return found

    def _wildcard(self, values: list[Any], _: Wildcard) -> list[Any]:
        return [member for value in values for member in _members(value)]

    def _recursive(self, values: list[Any], _: Recursive) -> list[Any]:
        found: list[Any] = []
        for value in values:
            members = _members(value)
            if members:
                found.append(value)
                found.extend(self._recursive(members, _))
        return found

    def _slice(self, values: list[Any], node: Slice) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if value is None:
                continue
            if not isinstance(value, list):
                raise JsonPathError(f"{fmt.type_name(value)} is not array or slice")
            part = _sliced(value, node)
            if part is None:
                return found
            found.extend(part)
        return found

    def _union(self, values: list[Any], node: Union) -> list[Any]:
        return [result for part in node.parts for result in self._action(values, part)]

    def _filter(self, values: list[Any], node: Filter) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if not isinstance(value, list):
                raise JsonPathError(f"{fmt.text(value)} is not array or slice and cannot be filtered")
            found.extend(item for item in value if self._passes(item, node))
        return found

    def _passes(self, item: Any, node: Filter) -> bool:
        if node.operator == "exists":
            return self._exists(item, node.left)
        left = self._single(item, node.left)
        right = self._single(item, node.right) if left else []
        return bool(left and right) and _compare(node.operator, left[0], right[0])

    def _exists(self, item: Any, path: Action) -> bool:
        try:
            return bool(self._action([item], path))
        except JsonPathError:
            return False

    def _single(self, item: Any, path: Action) -> list[Any]:
        results = self._action([item], path)
        if len(results) > 1:
            raise JsonPathError("can only compare one element at a time")
        return results


_EVALUATORS: dict[type, Callable[[_Evaluation, list[Any], Any], list[Any]]] = {
    Action: _Evaluation._action,
    Identifier: _Evaluation._identifier,
    Field: _Evaluation._field,
    Wildcard: _Evaluation._wildcard,
    Recursive: _Evaluation._recursive,
    Slice: _Evaluation._slice,
    Union: _Evaluation._union,
    Filter: _Evaluation._filter,
}


def _members(value: Any) -> list[Any]:
    """The values of a map, the items of a list, the bytes (as Go counts them) of a string."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    if isinstance(value, list):
        return value
    return list(value.encode(errors="surrogateescape")) if isinstance(value, str) else []


def _sliced(items: list[Any], node: Slice) -> list[Any] | None:
    """The part of ``items`` that ``node`` asks for; None where it asks for none. Mirrors evalArray."""
    length = len(items)
    start = node.start or 0
    start += length if start < 0 else 0
    end = length if node.end is None else node.end
    if end < 0 or (end == 0 and node.single):
        end += length
    if start == end:
        return None
    if not 0 <= start < length:
        raise JsonPathError(f"array index out of bounds: index {start}, length {length}")
    if not 0 <= end <= length:
        raise JsonPathError(f"array index out of bounds: index {end - 1}, length {length}")
    if start > end:
        raise JsonPathError(f"starting index {start} is greater than ending index {end}")
    if node.step is not None and node.step <= 0:
        raise JsonPathError("step must be > 0")
    return items[start : end : node.step or 1]


def _compare(operator: str, left: Any, right: Any) -> bool:
    """Mirrors the comparisons of Go's templates, of which client-go keeps a copy."""
    kinds = [_KINDS.get(type(value)) for value in (left, right)]
    if operator not in _OPERATORS:
        raise JsonPathError(f"unrecognized filter operator {operator}")
    if None in kinds:
        raise JsonPathError("invalid type for comparison")
    if kinds[0] != kinds[1]:
        raise JsonPathError("incompatible types for comparison")
    if operator in ("==", "!="):
        return bool(left == right) == (operator == "==")
    if kinds[0] == "bool":
        raise JsonPathError("invalid type for comparison")
    if operator in ("<", "<="):
        return bool(left < right) or (operator == "<=" and bool(left == right))
    return bool(left > right) or (operator == ">=" and bool(left == right))


_OPERATORS = ("==", "!=", "<", "<=", ">", ">=")
_KINDS: dict[type, str] = {bool: "bool", int: "int", fmt.Int: "int", float: "float", str: "string"}


# --- parsing ------------------------------------------------------------------------------------------------

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
