"""The syntax tree of an expression. Mirrors cel-go's common/ast."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kubesim.api.cel.types import Type


class Node:
    """An expression that begins, for errors, at ``offset``, a character of its source.

    The checker notes its ``type``, and of a call the ids of its ``overloads``.
    """

    __slots__ = ("offset", "overloads", "type")

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.type: Type | None = None
        self.overloads: tuple[str, ...] = ()


class Literal(Node):
    __slots__ = ("value",)

    def __init__(self, offset: int, value: Any) -> None:
        super().__init__(offset)
        self.value = value


class Ident(Node):
    """A variable; of a qualified name the checker makes one of these."""

    __slots__ = ("name",)

    def __init__(self, offset: int, name: str) -> None:
        super().__init__(offset)
        self.name = name


class Select(Node):
    """``operand.field``, or whether it is there: ``has(operand.field)``."""

    __slots__ = ("field", "is_test", "operand", "qualified")

    def __init__(self, offset: int, operand: Node, field: str, *, is_test: bool = False) -> None:
        super().__init__(offset)
        self.operand = operand
        self.field = field
        self.is_test = is_test
        self.qualified = ""


class Call(Node):
    """``target.function(args)``, or without a target a global one; operators are functions such as ``_+_``."""

    __slots__ = ("args", "function", "target")

    def __init__(self, offset: int, function: str, args: Sequence[Node], target: Node | None = None) -> None:
        super().__init__(offset)
        self.function = function
        self.args = list(args)
        self.target = target


class ListLiteral(Node):
    """``optional`` has the indices of elements with a question mark."""

    __slots__ = ("elements", "optional")

    def __init__(self, offset: int, elements: Sequence[Node], optional: frozenset[int] = frozenset()) -> None:
        super().__init__(offset)
        self.elements = list(elements)
        self.optional = optional


class Entry:
    """A key and a value of a map, or a field's name (a Literal) and its value."""

    __slots__ = ("is_optional", "key", "offset", "value")

    def __init__(self, offset: int, key: Node, value: Node, *, is_optional: bool) -> None:
        self.offset = offset
        self.key = key
        self.value = value
        self.is_optional = is_optional


class MapLiteral(Node):
    __slots__ = ("entries",)

    def __init__(self, offset: int, entries: Sequence[Entry]) -> None:
        super().__init__(offset)
        self.entries = list(entries)


class StructLiteral(Node):
    """``Object.spec{field: value}``; an entry's key is a Literal with the field's name."""

    __slots__ = ("entries", "name")

    def __init__(self, offset: int, name: str, entries: Sequence[Entry]) -> None:
        super().__init__(offset)
        self.name = name
        self.entries = list(entries)


class Comprehension(Node):
    """What a macro such as ``all`` becomes: a fold of ``step`` over ``range_``.

    ``variables`` are one (element or key) or two (index and element, key and value).
    """

    __slots__ = ("accumulator", "condition", "initial", "range_", "result", "step", "variables")

    def __init__(
        self,
        offset: int,
        range_: Node,
        variables: tuple[str, ...],
        initial: Node,
        condition: Node,
        step: Node,
        result: Node,
        accumulator: str = "__result__",
    ) -> None:
        super().__init__(offset)
        self.range_ = range_
        self.variables = variables
        self.accumulator = accumulator
        self.initial = initial
        self.condition = condition
        self.step = step
        self.result = result

    @property
    def is_bind(self) -> bool:
        """Whether it only gives a name to a value. Mirrors the coster's isBind."""
        return (
            isinstance(self.range_, ListLiteral)
            and not self.range_.elements
            and isinstance(self.condition, Literal)
            and self.condition.value is False
            and self.accumulator != "__result__"
        )


class Problem(Exception):  # noqa: N818
    """Something wrong with an expression, found before it is evaluated: a message at a character of its source."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


def display(source: str, problems: Sequence[Problem]) -> str:
    """Problems as cel-go prints them, with the line and a caret below it. Mirrors common.Errors.ToDisplayString."""
    placed = [(*_line_and_column(source, problem.offset), problem.message) for problem in problems]
    placed.sort(key=lambda place: place[:2])
    shown = [_shown(source, line, column, message) for line, column, message in placed[:100]]
    if len(placed) > 100:
        shown.append(f"{len(placed) - 100} more errors were truncated")
    return "\n".join(shown)


def _line_and_column(source: str, offset: int) -> tuple[int, int]:
    """A place as cel-go counts: lines from 1, columns from 0; a negative offset is nowhere."""
    if offset < 0:
        return -1, -1
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1)


def _shown(source: str, line: int, column: int, message: str) -> str:
    text = f"ERROR: <input>:{line}:{column + 1}: {message}"
    lines = source.split("\n")
    if not source or not 0 < line <= len(lines):
        return text
    snippet = lines[line - 1].replace("\t", " ")
    dots = "".join("．" if ord(c) > 127 else "." for c in snippet[:column])
    mark = "＾" if ord(snippet[column : column + 1] or "a") > 127 else "^"
    return f"{text}\n | {snippet}\n | {dots}{mark}"
