"""-o custom-columns: specifications, cells, tables."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.errors import UserError
from kubesim.kubectl.printers.custom_columns import CustomColumnsPrinter, parse_columns, parse_columns_file
from kubesim.kubectl.printers.partial import PartlyPrintedError

OBJ: dict[str, Any] = {
    "kind": "Pod",
    "metadata": {"name": "web", "labels": {"b": "1", "app": "web"}},
    "spec": {"containers": [{"image": "nginx:1.20"}, {"image": "busybox"}], "nil": None, "esc": "\x1b[31m\r", "f": 1e6},
}

CELLS = {
    ".metadata.name": "web",
    "metadata.name": "web",
    "{.metadata.name}": "web",
    "metadata.nosuch": "<none>",
    ".spec.containers[*].image": "nginx:1.20,busybox",
    ".spec.containers[?(@.image=='busybox')].image": "busybox",
    ".metadata.labels": "map[app:web b:1]",
    ".spec.containers": "[map[image:nginx:1.20] map[image:busybox]]",
    ".spec.nil": "<nil>",
    ".spec.esc": "^[[31m\\r",
    ".spec.f": "1e+06",
}


@pytest.mark.parametrize(("expression", "expected"), CELLS.items())
def test_a_cell(expression: str, expected: str) -> None:
    columns = parse_columns(f"HEAD:{expression}")
    assert (columns.header(), list(columns.rows([OBJ]))) == (["HEAD"], [[expected]])


ERRORS = {
    "": "custom-columns format specified but no custom columns given",
    "NAME": "unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>",
    "NAME:.a,IMAGE": "unexpected custom-columns spec: IMAGE, expected <header>:<json-path-expr>",
    "NAME:{a}{b}": "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or "
    "'{.name1.name2}'",
}


@pytest.mark.parametrize(("spec", "expected"), ERRORS.items())
def test_what_is_said_of_a_wrong_specification(spec: str, expected: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_columns(spec)
    assert caught.value.message == expected


def test_a_file_has_a_line_of_headings_and_one_of_expressions() -> None:
    columns = parse_columns_file("NAME   KIND\n{metadata.name}  kind\n")
    assert (columns.header(), list(columns.rows([OBJ]))) == (["NAME", "KIND"], [["web", "Pod"]])


FILE_ERRORS = {
    "": "invalid template, missing header line. Expected format is one line of space separated headers, one line of "
    "space separated column specs.",
    "NAME\n": "invalid template, missing spec line. Expected format is one line of space separated headers, one line "
    "of space separated column specs.",
    "NAME KIND\nkind\n": "number of headers (2) and field specifications (1) don't match",
}


@pytest.mark.parametrize(("text", "expected"), FILE_ERRORS.items())
def test_what_is_said_of_a_wrong_file(text: str, expected: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_columns_file(text)
    assert caught.value.message == expected


def test_a_list_is_a_table() -> None:
    printer = CustomColumnsPrinter.from_spec("NAME:.metadata.name,IMAGES:.spec.containers[*].image")
    other = {"kind": "Pod", "metadata": {"name": "a-longer-name"}}
    assert printer.print({"kind": "List", "items": [OBJ, other]}) == (
        "NAME            IMAGES\nweb             nginx:1.20,busybox\na-longer-name   <none>\n"
    )


def test_headings_stand_over_the_first_object_alone() -> None:
    printer = CustomColumnsPrinter.from_spec("K:.kind")
    assert [printer.print(OBJ), printer.print(OBJ)] == ["K\nPod\n", "Pod\n"]
    assert CustomColumnsPrinter.from_spec("K:.kind", no_headers=True).print(OBJ) == "Pod\n"


def test_a_wrong_expression_is_told_under_the_headings() -> None:
    printer = CustomColumnsPrinter.from_spec("NAME:.metadata[x]")
    with pytest.raises(PartlyPrintedError) as caught:
        printer.print(OBJ)
    assert (caught.value.message, caught.value.output) == ("invalid array index x", "NAME\n")


def test_a_wrong_expression_is_wrong_for_no_objects_too() -> None:
    printer = CustomColumnsPrinter.from_spec("NAME:.metadata[x]")
    with pytest.raises(PartlyPrintedError) as caught:
        printer.print({"kind": "List", "items": []})
    assert caught.value.output == "NAME\n"


ROWS_BEFORE_ERRORS = {
    "an index out of bounds": ("N:.metadata.name,I:.spec.containers[1].image", "N     I\nweb   busybox\n"),
    "in the first column": ("I:.spec.containers[1].image,N:.metadata.name", "I         N\nbusybox   web\n"),
}


@pytest.mark.parametrize(("spec", "printed"), ROWS_BEFORE_ERRORS.values(), ids=ROWS_BEFORE_ERRORS)
def test_rows_before_an_error_are_printed(spec: str, printed: str) -> None:
    lacking = {"kind": "Pod", "metadata": {"name": "x"}, "spec": {"containers": [{"image": "a"}]}}
    with pytest.raises(PartlyPrintedError) as caught:
        CustomColumnsPrinter.from_spec(spec).print({"kind": "List", "items": [OBJ, lacking, OBJ]})
    assert caught.value.message == "array index out of bounds: index 1, length 1"
    assert caught.value.output == printed


CELLS = {
    "a tab begins a cell": ("a\tb", "K     N\na     b     web\n"),
    "and so does a vertical tab": ("a\vb", "K     N\na     b     web\n"),
    "a newline begins a line": ("a\nb", "K     N\na\nb     web\n"),
    "and widths begin anew": ("a-long-one\nb", "K     N\na-long-one\nb     web\n"),
    "a form feed ends a block": ("a\fb", "K     N\na\nb     web\n"),
    "a newline at the end": ("a\n", "K     N\na\n      web\n"),
    "tabs and newlines": ("a\tb\nc\td", "K     N\na     b\nc     d     web\n"),
}


@pytest.mark.parametrize(("value", "printed"), CELLS.values(), ids=CELLS)
def test_cells_with_tabs_and_newlines_are_laid_out_as_they_come(value: str, printed: str) -> None:
    obj = {"kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"k": value}}
    assert CustomColumnsPrinter.from_spec("K:.data.k,N:.metadata.name").print(obj) == printed
