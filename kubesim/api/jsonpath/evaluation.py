"""What a JSONPath template finds in an object. Mirrors client-go's util/jsonpath/jsonpath.go.

Where Go walks a map in random order, its keys are taken in order.
"""

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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Evaluation:
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


_EVALUATORS: dict[type, Callable[[Evaluation, list[Any], Any], list[Any]]] = {
    Action: Evaluation._action,
    Identifier: Evaluation._identifier,
    Field: Evaluation._field,
    Wildcard: Evaluation._wildcard,
    Recursive: Evaluation._recursive,
    Slice: Evaluation._slice,
    Union: Evaluation._union,
    Filter: Evaluation._filter,
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


def printed(value: Any) -> str:
    """A value that was found, as a template prints it. Mirrors evalToText."""
    if isinstance(value, (dict, list)):
        from kubesim.golang.json import dumps

        return dumps(value)
    return "null" if value is None else fmt.text(value)
