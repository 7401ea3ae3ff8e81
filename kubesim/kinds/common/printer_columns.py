"""What a definition's JSON paths find in its resources: the cells of tables, and the values of selectable fields.

Mirrors apiextensions-apiserver's pkg/registry/customresource/tableconvertor and strategy.go's selectableFields.
"""

from __future__ import annotations

from kubesim.api.human_duration import human_duration
from kubesim.api.jsonpath.evaluation import Evaluation, printed
from kubesim.api.jsonpath.nodes import JsonPathError, Node
from kubesim.api.jsonpath.parser import parse_nodes
from kubesim.api.meta import Obj, parse_time
from kubesim.golang import fmt
from kubesim.kinds.base import Column
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_MISSING = object()


class PrinterColumn(NamedTuple):
    """A column of ``additionalPrinterColumns``; ``type`` is string, integer, number, boolean or date."""

    header: Column
    type: str
    nodes: tuple[Node, ...]

    def cell(self, obj: Obj, now: int) -> str:
        """What the table shows of an object at ``now`` (ms): nothing where there is no value of the column's type."""
        value = _first(self.nodes, obj)
        if value is _MISSING:
            return ""
        if self.type == "string":
            return "<no value>" if value is None else printed(value)
        return _cell(self.type, value, now)


def printer_columns(definitions: Iterable[Obj]) -> list[PrinterColumn]:
    """The columns up to the first that has no path that can be read."""
    columns: list[PrinterColumn] = []
    for column in definitions:
        try:
            nodes = parse_nodes(f"{{{column['jsonPath']}}}")
        except JsonPathError:
            break
        header = Column(column["name"].upper(), wide=column.get("priority", 0) > 0)
        columns.append(PrinterColumn(header, column["type"], nodes))
    return columns


def selected(obj: Obj, path: str) -> str:
    """The value of a selectable field, as field selectors compare it."""
    value = _first(parse_nodes(f"{{{path}}}"), obj)
    return "" if value is _MISSING or value is None else fmt.text(value)


def _first(nodes: tuple[Node, ...], obj: Obj) -> Any:
    try:
        found = Evaluation(allow_missing_keys=True).find(nodes, obj)
    except JsonPathError:
        return _MISSING
    return found[0][0] if found and found[0] else _MISSING


def _cell(kind: str, value: Any, now: int) -> str:
    """Mirrors cellForJSONValue, and how kubectl prints the number that comes of it."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "integer" and is_number:
        return str(int(value))
    if kind == "number" and is_number:
        return fmt.text(int(value) if value == int(value) and abs(value) < 1e21 else value)
    if kind == "boolean" and isinstance(value, bool):
        return "true" if value else "false"
    if kind == "date" and isinstance(value, str):
        return _age(value, now)
    return ""


def _age(instant: str, now: int) -> str:
    if instant in ("", "null"):
        return "<unknown>"
    try:
        return human_duration(now - parse_time(instant))
    except ValueError:
        return "<invalid>"
