"""Expressions as an API server's environment takes them: words of errors, types, costs and values.

The answers in tests/data/cel-expressions.jsonl were given by Kubernetes 1.36's CEL environment.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kubesim.api.cel.checker import Environment
from kubesim.api.cel.cost import Coster
from kubesim.api.cel.equality import type_name
from kubesim.api.cel.estimates import MOST
from kubesim.api.cel.evaluator import Evaluator
from kubesim.api.cel.functions.conversions import text_of
from kubesim.api.cel.program import CompileError, compiled, instantiated, instantiation_fault
from kubesim.api.cel.types import type_named
from kubesim.api.cel.values import EvaluationError, Optional

ANSWERS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "cel-expressions.jsonl").read_text().splitlines()
]
TYPES = {
    "i": "int",
    "d": "double",
    "s": "string",
    "b": "bool",
    "l": "list(dyn)",
    "ss": "list(string)",
    "is": "list(int)",
    "m": "map(string, dyn)",
    "mi": "map(string, int)",
    "x": "dyn",
}
VALUES = {
    "i": 7,
    "d": 1.5,
    "s": "abc",
    "b": True,
    "l": [1, "a", None],
    "ss": ["x", "b", "a"],
    "is": [3, 1, 2],
    "m": {"a": {"b": 1}, "n": None, "l": [1]},
    "mi": {"a": 1, "b": 2},
    "x": {"k": [1, 2.5, "s", {"z": True}], "i": 5, "s": "str"},
}
ENVIRONMENT = Environment({name: type_named(text) for name, text in TYPES.items()})


def shown(value):
    """A value as the answers have it: its type's name and its text."""
    if isinstance(value, Optional):
        return {"optional": shown(value.value)} if value.has_value else "optional.none"
    if isinstance(value, list):
        return [shown(element) for element in value]
    name = type_name(value)
    masks = {"null_type": "NULL_VALUE", "google.protobuf.Timestamp": "T", "map": "M"}
    if name in masks or hasattr(value, "cel_type"):
        return f"{name} {masks.get(name, 'V')}"
    return f"{name} {text_of(value)}"


def answered(expression):
    """What the answers have of an expression, as this environment gives it."""
    answer = {"expression": expression}
    try:
        node = compiled(expression, ENVIRONMENT)
    except CompileError as error:
        return {**answer, "issues": str(error)}
    cost = Coster().cost(node)
    answer |= {"type": str(node.type), "cost": [str(cost.least), "max" if cost.most == MOST else str(cost.most)]}
    fault = instantiation_fault(node)
    if fault:
        return {**answer, "program": fault}
    try:
        return {**answer, "value": shown(Evaluator(VALUES).evaluate(node))}
    except EvaluationError as error:
        return {**answer, "error": str(error)}


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["expression"])
def test_an_expression_is_answered_as_the_api_server_answers_it(answer):
    assert answered(answer["expression"]) == answer


@pytest.mark.parametrize("answer", [answer for answer in ANSWERS if "value" in answer], ids=lambda a: a["expression"])
def test_a_stored_expression_that_is_only_parsed_has_the_same_value(answer):
    assert shown(Evaluator(VALUES).evaluate(instantiated(answer["expression"]))) == answer["value"]


def test_an_evaluation_ends_where_its_cost_exceeds_the_limit():
    node = compiled("is.map(a, is.map(b, is.map(c, a + b + c))).size() > 0", ENVIRONMENT)
    with pytest.raises(EvaluationError, match="operation cancelled: actual cost limit exceeded"):
        Evaluator({"is": list(range(100))}, limit=10_000).evaluate(node)


def test_an_expression_within_too_many_parentheses_is_refused():
    with pytest.raises(CompileError, match="expression recursion limit exceeded: 250"):
        compiled("(" * 300 + "1" + ")" * 300, ENVIRONMENT)
