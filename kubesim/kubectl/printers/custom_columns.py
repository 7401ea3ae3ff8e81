"""``-o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image`` and its file form.

Mirrors kubectl pkg/cmd/get/customcolumn.go.
"""

from __future__ import annotations

from kubesim.api.jsonpath.nodes import JsonPathError
from kubesim.errors import UserError
from kubesim.golang import fmt
from kubesim.golang.tabwriter import escape_terminal
from kubesim.kubectl.printers.jsonpath import JsonPath, parse_expression, relaxed
from kubesim.kubectl.printers.objects import is_list
from kubesim.kubectl.printers.partial import PartlyPrintedError
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kubesim.api.meta import Obj

_parsed = lru_cache(maxsize=64)(parse_expression)


class Column(NamedTuple):
    """A heading, and the JSONPath expression of what stands under it."""

    heading: str
    expression: str

    @property
    def path(self) -> JsonPath:
        """The expression parsed; JsonPathError where it cannot be, which shows when a table is printed."""
        return _parsed(self.expression)


class CustomColumns(NamedTuple):
    """The columns of one table."""

    columns: tuple[Column, ...]

    def header(self) -> list[str]:
        return [column.heading for column in self.columns]

    def rows(self, objs: Iterable[Any]) -> Iterator[list[str]]:
        """The cells of each object; JsonPathError for an expression that cannot be parsed or evaluated."""
        paths = [column.path for column in self.columns]
        for obj in objs:
            yield [_cell(path.find(obj)) for path in paths]


def parse_columns(spec: str) -> CustomColumns:
    """``HEADING:expression,...``; UserError in kubectl's words."""
    if not spec:
        raise UserError("custom-columns format specified but no custom columns given")
    return CustomColumns(tuple(map(_parse_column, spec.split(","))))


def _parse_column(part: str) -> Column:
    heading, colon, expression = part.partition(":")
    if not colon:
        raise UserError(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
    return Column(heading, relaxed(expression))


def parse_columns_file(text: str) -> CustomColumns:
    """A line of headings over a line of expressions, as custom-columns-file names it; UserError in kubectl's words."""
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")] if text else []
    for index, what in enumerate(("header", "spec")):
        if len(lines) <= index:
            raise UserError(
                f"invalid template, missing {what} line. Expected format is one line of space separated headers, "
                "one line of space separated column specs."
            )
    headings, expressions = lines[0].split(), lines[1].split()
    if len(headings) != len(expressions):
        raise UserError(
            f"number of headers ({len(headings)}) and field specifications ({len(expressions)}) don't match"
        )
    return CustomColumns(
        tuple(
            Column(heading, relaxed(expression))
            for heading, expression in zip(headings, expressions)  # noqa: B905 - they are equally many
        )
    )


def _cell(found: list[list[Any]]) -> str:
    values = [escape_terminal(fmt.text(value)) for part in found for value in part]
    if not found or not found[0]:
        values.insert(0, "<none>")
    return ",".join(values)


class CustomColumnsPrinter:
    """Prints objects as rows of a table; the headings once, over the first of them."""

    def __init__(self, columns: CustomColumns, *, no_headers: bool = False) -> None:
        from kubesim.kubectl.printers.tables import table_writer

        self._columns = columns
        self._no_headers = no_headers
        self._writer = table_writer()

    @classmethod
    def from_spec(cls, spec: str, *, no_headers: bool = False) -> CustomColumnsPrinter:
        """The printer of ``-o custom-columns=spec``; UserError in kubectl's words."""
        return cls(parse_columns(spec), no_headers=no_headers)

    @classmethod
    def from_template(cls, text: str) -> CustomColumnsPrinter:
        """The printer of a custom-columns-file, which prints headings whatever --no-headers says."""
        return cls(parse_columns_file(text))

    def print(self, obj: Obj) -> str:
        """A row for ``obj``, or for each item of a list; PartlyPrintedError for an expression that is wrong."""
        rows = [] if self._no_headers else [self._columns.header()]
        self._no_headers = True
        try:
            for row in self._columns.rows(obj["items"] if is_list(obj) else [obj]):
                rows.append(row)  # noqa: PERF402 - the rows before a wrong one are printed
        except JsonPathError as error:
            raise PartlyPrintedError(error.message, self._laid_out(rows)) from None
        return self._laid_out(rows)

    def _laid_out(self, rows: list[list[str]]) -> str:
        text = "".join("\t".join(row) + "\n" for row in rows)
        return self._writer.write(text)
