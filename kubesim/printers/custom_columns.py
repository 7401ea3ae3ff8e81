"""``-o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image`` and its file form.

Mirrors kubectl pkg/cmd/get/customcolumn.go.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kubesim.api import gofmt
from kubesim.errors import UserError
from kubesim.printers.jsonpath import JsonPath, parse_expression, relaxed

_parsed = lru_cache(maxsize=64)(parse_expression)


@dataclass(frozen=True)
class Column:
    """A heading, and the JSONPath expression of what stands under it."""

    heading: str
    expression: str

    @property
    def path(self) -> JsonPath:
        """The expression parsed; UserError where it cannot be, which is only told once a row is printed."""
        return _parsed(self.expression)


@dataclass(frozen=True)
class CustomColumns:
    """The columns of one table."""

    columns: tuple[Column, ...]

    def header(self) -> list[str]:
        return [column.heading for column in self.columns]

    def row(self, obj: Any) -> list[str]:
        """The cells of ``obj``; UserError for an expression that cannot be parsed or evaluated."""
        paths = [column.path for column in self.columns]
        return [_cell(path.find(obj)) for path in paths]


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
    lines = text.splitlines()
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
    values = [_escaped(gofmt.text(value)) for part in found for value in part]
    if not found or not found[0]:
        values.insert(0, "<none>")
    return ",".join(values)


def _escaped(text: str) -> str:
    """What a terminal would obey, made visible. Mirrors printers.EscapeTerminal."""
    return text.replace("\x1b", "^[").replace("\r", "\\r")
