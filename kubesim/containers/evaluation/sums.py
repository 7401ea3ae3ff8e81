"""Arithmetic over a compiled loop's variables: a function of a text, for what C and Python work out alike."""

from __future__ import annotations

import ast
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Sum = Callable[[dict[str, str]], int]

_STEP = re.compile(r"\s*(?:\(?([A-Za-z_]\w*)\)?\s*(\+\+|--)|(\+\+|--)\s*([A-Za-z_]\w*))\s*")
_SETTING = re.compile(r"\s*([A-Za-z_]\w*)\s*([-+*/%]?)=(?!=)(.*)", re.DOTALL)
_PLAIN = re.compile(r"(?:[A-Za-z_]\w*|(?:0|[1-9]\d*)(?![\w.])|&&|\|\||[<>=!]=|[-+*/%()<>!\s])*")
_MOST = 1 << 62


class NotCompiled(Exception):  # noqa: N818 - it says where the compiled part ends
    """Here a round does what only the walk knows."""


def int_of(text: str) -> int:
    """A plain decimal number; NotCompiled for any other text."""
    digits = text.removeprefix("-")
    if digits.isdigit() and (digits[0] != "0" or text == "0") and len(digits) < 18:
        return int(text)
    raise NotCompiled


def sum_of(text: str, unknown: Collection[str]) -> Sum | None:
    """The value of an expression, which may set one variable; None for one that is not compiled."""
    step = _STEP.fullmatch(text)
    if step is not None:
        return _stepping(step[1] or step[4], 1 if "+" in (step[2] or step[3]) else -1, is_later=step[1] is not None)
    setting = _SETTING.fullmatch(text)
    if setting is None:
        return _plain(text, unknown)
    name, operator, rest = setting.groups()
    value = _plain(f"({name}){operator}({rest})" if operator else rest, unknown)
    if value is None:
        return None

    def run(variables: dict[str, str]) -> int:
        found = value(variables)
        variables[name] = str(found)
        return found

    return run


def _stepping(name: str, by: int, *, is_later: bool) -> Sum:
    def run(variables: dict[str, str]) -> int:
        before = int_of(variables.get(name) or "0")
        variables[name] = str(before + by)
        return before if is_later else before + by

    return run


def _plain(text: str, unknown: Collection[str]) -> Sum | None:
    if not _PLAIN.fullmatch(text) or re.search(r"\+\+|--|\*\*|//", text):
        return None
    source = text.replace("&&", " and ").replace("||", " or ").strip()
    try:
        body = ast.parse(re.sub(r"!(?!=)", " not ", source), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    value = _node(body, unknown)
    if value is None:
        return None

    def run(variables: dict[str, str]) -> int:
        found = value(variables)
        if not -_MOST < found < _MOST:
            raise NotCompiled
        return found

    return run


def _node(node: ast.expr, unknown: Collection[str]) -> Sum | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        number = int(node.value)
        return lambda _: number
    if isinstance(node, ast.Name):
        name = node.id
        return None if name in unknown else lambda variables: int_of(variables.get(name) or "0")
    if isinstance(node, ast.UnaryOp):
        return _unary(node, unknown)
    if isinstance(node, ast.BoolOp):
        return _logical(node, unknown)
    operands = [node.left, node.right] if isinstance(node, ast.BinOp) else []
    operator: ast.AST | None = node.op if isinstance(node, ast.BinOp) else None
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        operands, operator = [node.left, node.comparators[0]], node.ops[0]
    parts = [_node(one, unknown) for one in operands]
    work = _OPERATIONS.get(type(operator))
    if len(parts) != 2 or work is None:
        return None
    left, right = parts
    if left is None or right is None:
        return None
    return lambda variables: work(left(variables), right(variables))


def _unary(node: ast.UnaryOp, unknown: Collection[str]) -> Sum | None:
    value = _node(node.operand, unknown)
    if value is None:
        return None
    if isinstance(node.op, ast.USub):
        return lambda variables: -value(variables)
    return (lambda variables: int(not value(variables))) if isinstance(node.op, ast.Not) else None


def _logical(node: ast.BoolOp, unknown: Collection[str]) -> Sum | None:
    parts = [_node(one, unknown) for one in node.values]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    choose = all if isinstance(node.op, ast.And) else any
    return lambda variables: int(choose(part(variables) for part in known))


def _quotient(a: int, b: int) -> int:
    if b == 0:
        raise NotCompiled
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


_OPERATIONS: dict[type, Callable[[int, int], int]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: _quotient,
    ast.Mod: lambda a, b: a - b * _quotient(a, b),
    ast.Lt: lambda a, b: int(a < b),
    ast.LtE: lambda a, b: int(a <= b),
    ast.Gt: lambda a, b: int(a > b),
    ast.GtE: lambda a, b: int(a >= b),
    ast.Eq: lambda a, b: int(a == b),
    ast.NotEq: lambda a, b: int(a != b),
}
