"""What is wrong with literals of a checked expression. Mirrors cel-go's AST validators that Kubernetes asks for."""

from __future__ import annotations

from kubesim.api.cel.equality import type_name
from kubesim.api.cel.syntax import (
    Call,
    Comprehension,
    ListLiteral,
    Literal,
    MapLiteral,
    Node,
    Problem,
    Select,
    StructLiteral,
)
from kubesim.api.cel.types import is_dynamic, unwrapped
from kubesim.api.cel.values import EvaluationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.cel.types import Type


def check_literals(root: Node) -> list[Problem]:
    """Instants, expressions and formats that are none, and lists and maps of several types."""
    problems: list[Problem] = []
    for node, is_formatted in _nodes(root, is_formatted=False):
        if isinstance(node, Call):
            problems += _check_argument(node)
            problems += _check_format(node)
        elif isinstance(node, ListLiteral) and not is_formatted:
            problems += _check_list(node)
        elif isinstance(node, MapLiteral) and not is_formatted:
            problems += _check_map(node)
    return problems


def _nodes(node: Node, *, is_formatted: bool) -> Iterator[tuple[Node, bool]]:
    """Every node, and whether it lies within a call of ``format``, where types may be mixed."""
    yield node, is_formatted
    is_formatted = is_formatted or (isinstance(node, Call) and node.function == "format")
    for child in children(node):
        yield from _nodes(child, is_formatted=is_formatted)


def children(node: Node) -> list[Node]:
    """The nodes of which a node is made."""
    if isinstance(node, Call):
        return [*((node.target,) if node.target else ()), *node.args]
    if isinstance(node, Select):
        return [node.operand]
    if isinstance(node, ListLiteral):
        return node.elements
    if isinstance(node, (MapLiteral, StructLiteral)):
        return [part for entry in node.entries for part in (entry.key, entry.value)]
    if isinstance(node, Comprehension):
        return [node.range_, node.initial, node.condition, node.step, node.result]
    return []


def _check_argument(call: Call) -> list[Problem]:
    """A literal that a function never takes: ``duration('x')``."""
    from kubesim.api.cel import functions

    if (
        call.function not in ("duration", "timestamp", "matches")
        or not call.args
        or not isinstance(call.args[0], Literal)
    ):
        return []
    literal = call.args[0]
    args = ["", literal.value] if call.function == "matches" else [literal.value]
    try:
        functions.call(call.function, args, is_member=call.function == "matches")
    except EvaluationError:
        return [Problem(literal.offset, f"invalid {call.function} argument")]
    return []


def _check_format(call: Call) -> list[Problem]:
    from kubesim.api.cel.functions.formatting import filled, refusal, takes

    if call.function != "format" or not isinstance(call.target, Literal) or not isinstance(call.args[0], ListLiteral):
        return []
    elements = call.args[0].elements
    offset = call.offset

    def show(index: int, clause: str, _precision: int | None) -> str:
        nonlocal offset
        type_ = elements[index].type
        assert type_ is not None
        if not is_dynamic(type_) and not takes(clause, _NAMES.get(type_.kind, type_.name)):
            offset = elements[index].offset
            raise EvaluationError(f"error during formatting: {refusal(clause, _NAMES.get(type_.kind, type_.name))}")
        return ""

    try:
        used = filled(call.target.value, len(elements), show)[1]
    except EvaluationError as error:
        return [Problem(offset, str(error))]
    if len(elements) > used:
        wrong = f"too many arguments supplied to string.format (expected {used}, got {len(elements)})"
        return [Problem(call.offset, wrong)]
    return []


_NAMES = {"duration": "google.protobuf.Duration", "timestamp": "google.protobuf.Timestamp", "null": type_name(None)}


def _check_list(node: ListLiteral) -> list[Problem]:
    first: Type | None = None
    for index, element in enumerate(node.elements):
        type_ = element.type
        assert type_ is not None
        if index in node.optional:
            type_ = unwrapped(type_)[0]
        if first is None:
            first = type_
        elif first != type_:
            return [_mismatch(element, first, type_)]
    return []


def _check_map(node: MapLiteral) -> list[Problem]:
    problems = []
    first: tuple[Type, Type] | None = None
    for entry in node.entries:
        key, value = entry.key.type, entry.value.type
        assert key is not None
        assert value is not None
        if entry.is_optional:
            value = unwrapped(value)[0]
        if first is None:
            first = key, value
            continue
        if key != first[0]:
            problems.append(_mismatch(entry.key, first[0], key))
        if value != first[1]:
            problems.append(_mismatch(entry.value, first[1], value))
    return problems


def _mismatch(node: Node, expected: Type, found: Type) -> Problem:
    return Problem(node.offset, f"expected type '{expected}' but found '{found}'")
