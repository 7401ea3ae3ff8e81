"""Go templates as ``-o go-template`` runs them: ``{{range .items}}{{.metadata.name}}{{end}}``.

Mirrors cli-runtime's GoTemplatePrinter over Go's text/template, error messages included.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.api.declared_order import in_declared_order
from kubesim.errors import UserError
from kubesim.golang import fmt, json
from kubesim.golang.quoting import quote
from kubesim.golang.template.execution import Execution, ExecutionError
from kubesim.golang.template.functions import BUILTINS, Function, FunctionError, is_integer
from kubesim.golang.template.parser import Body, ParseError, parse_tree
from kubesim.golang.template.values import Byte
from kubesim.kubectl.printers.owners import OwnedMetadata
from kubesim.kubectl.printers.partial import PartlyPrintedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True)
class Template:
    """A parsed template, by the text it was written in."""

    text: str
    bodies: dict[str, Body]
    allow_missing_keys: bool = True
    typed: bool = False

    def render(self, obj: Any) -> str:
        """What the template prints of ``obj``; PartlyPrintedError in kubectl's words."""
        obj = _through_json(obj)
        execution = Execution(self.text, self.bodies, FUNCTIONS, self.allow_missing_keys)
        try:
            execution.run(obj)
        except ExecutionError as error:
            printed = "".join(execution.out) + self._explanation(str(error), obj)
            raise PartlyPrintedError(f"error executing template {quote(self.text)}: {error}", printed) from None
        return "".join(execution.out)

    def _explanation(self, problem: str, obj: Any) -> str:
        raw = json.dumps(in_declared_order(obj), sort_keys=False) if self.typed else json.dumps(obj)
        return (
            f"Error executing template: {problem}. Printing more information for debugging the template:\n"
            f"\ttemplate was:\n\t\t{self.text}\n"
            f"\traw data was:\n\t\t{raw}\n"
            f"\tobject given to template engine was:\n\t\t{fmt.text(obj)}\n\n"
        )


def parse(text: str, allow_missing_keys: bool = True, *, typed: bool = False) -> Template:
    """The template of ``-o go-template=``; UserError as kubectl words it.

    ``typed`` objects, which the client made itself, have their fields in the order of Go's types.
    """
    try:
        bodies = parse_tree(text, FUNCTIONS)
    except ParseError as error:
        raise UserError(f"error parsing template {text}, {error}") from None
    return Template(text, bodies, allow_missing_keys, typed)


def _through_json(value: Any) -> Any:
    """``value`` as it is once it was written as JSON and read again: a float64 that shows no fraction is an int64.

    Metadata has no fractions, so it is left alone; its managedFields are not derived for this.
    """
    if isinstance(value, OwnedMetadata):
        return value
    if isinstance(value, dict):
        return {key: _through_json(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_through_json(item) for item in value]
    if isinstance(value, float) and value.is_integer() and -(2**63) <= value < 2**63:
        return int(value)
    return value


# The functions that only kubectl's templates have.


def _exists(item: Any, *indexes: Any) -> bool:
    """Whether indexing would find something that is not null; True where nothing is indexed, as in cli-runtime."""
    for index in indexes:
        if isinstance(item, dict):
            if not isinstance(index, str):
                return False
            item = item.get(index)
        elif isinstance(item, list):
            if not is_integer(index) or not 0 <= index < len(item):
                return False
            item = item[index]
        elif isinstance(item, str):
            if not is_integer(index) or not 0 <= index < len(item.encode(errors="surrogateescape")):
                return False
            item = Byte(item.encode(errors="surrogateescape")[index])
        else:
            return False
    return item is not None or not indexes


def _base64decode(text: str) -> str:
    from kubesim.golang.base64 import decode

    try:
        return decode(text).decode("utf-8", "replace")
    except ValueError as error:
        raise FunctionError(f"base64 decode failed: {error}") from None


FUNCTIONS: dict[str, Function] = {
    **BUILTINS,
    "exists": Function(_exists, ("interface",), "interface"),
    "base64decode": Function(_base64decode, ("string",)),
}
