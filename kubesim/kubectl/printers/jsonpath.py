"""JSONPath templates as kubectl knows them: ``{range .items[*]}{.metadata.name}{"\\n"}{end}``.

Mirrors cli-runtime's JSONPath printer (error texts) and kubectl's RelaxedJSONPathExpression over client-go's
util/jsonpath.
"""

from __future__ import annotations

from kubesim.api.jsonpath.evaluation import Evaluation, printed
from kubesim.api.jsonpath.nodes import JsonPathError, Node
from kubesim.api.jsonpath.parser import parse_nodes
from kubesim.errors import UserError
from kubesim.golang import fmt, json
from kubesim.golang.quoting import quote
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
        return Evaluation(self.allow_missing_keys).find(self.nodes, obj)

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
        return "".join(" ".join(map(printed, found)) for found in results)


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
