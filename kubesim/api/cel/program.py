"""An expression that can be evaluated, or why it cannot. Mirrors cel.Env's Compile and Program."""

from __future__ import annotations

from kubesim.api.cel.parser import parse
from kubesim.api.cel.syntax import Call, Literal, display
from kubesim.startup.function_cache import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.cel.checker import Environment
    from kubesim.api.cel.syntax import Node

_CONVERSIONS = ("bool", "bytes", "double", "duration", "int", "string", "timestamp", "uint")


class CompileError(ValueError):
    """What is wrong with an expression, in cel-go's words, with lines and carets."""


def compiled(source: str, environment: Environment) -> Node:
    """The checked expression, every node with its type; CompileError."""
    from kubesim.api.cel.checker import check
    from kubesim.api.cel.literal_checks import check_literals

    node, problems = parse(source)
    problems = problems or check(node, environment) or check_literals(node)
    if problems:
        raise CompileError(display(source, problems))
    return node


@cache
def instantiated(source: str) -> Node:
    """The syntax tree of an expression that was compiled when it was stored; CompileError all the same."""
    node, problems = parse(source)
    if problems:
        raise CompileError(display(source, problems))
    return node


def instantiation_fault(node: Node) -> str | None:
    """Why no program can be made of a checked expression: a conversion of a constant fails."""
    from kubesim.api.cel.evaluator import Evaluator
    from kubesim.api.cel.literal_checks import children
    from kubesim.api.cel.values import EvaluationError

    if isinstance(node, Call) and node.function in _CONVERSIONS and isinstance(node.args[0], Literal):
        try:
            Evaluator({}).evaluate(node)
        except EvaluationError as error:
            return str(error)
    return next((fault for fault in map(instantiation_fault, children(node)) if fault), None)
