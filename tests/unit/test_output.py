"""Which printer -o means, and what is said of a format that is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubesim.errors import UserError
from kubesim.kubectl.printers.output import OutputOptions, for_get, for_output

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}
TEMPLATES = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile"

PRINTED_BY_CHANGES = {
    "nothing asked: what was done": (OutputOptions(operation="created"), "pod/web created\n"),
    "an empty -o: what was done": (
        OutputOptions(output="", template="{{.kind}}", operation="created"),
        "pod/web created\n",
    ),
    "name leaves out what was done": (OutputOptions(output="name", operation="created"), "pod/web\n"),
    "formats of objects may be in capitals": (
        OutputOptions(output="YAML"),
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n",
    ),
    "jsonpath": (OutputOptions(output="jsonpath={.metadata.name}"), "web"),
    "jsonpath from --template": (OutputOptions(output="jsonpath", template="{.kind}"), "Pod"),
    "a Go template": (OutputOptions(output="go-template={{.kind}}"), "Pod"),
    "--template alone is a Go template": (OutputOptions(template="{{.kind}}"), "Pod"),
}


@pytest.mark.parametrize("case", PRINTED_BY_CHANGES)
def test_printers_of_commands_that_change_objects(case: str) -> None:
    options, expected = PRINTED_BY_CHANGES[case]
    assert for_output(options).print(POD) == expected


@pytest.mark.parametrize("output", [None, "", "wide"])
def test_get_prints_tables_unless_told_otherwise(output: str | None) -> None:
    assert for_get(OutputOptions(output=output)) is None


def test_get_takes_a_template_even_where_o_is_empty() -> None:
    printer = for_get(OutputOptions(output="", template="{{.kind}}"))
    assert printer is not None
    assert printer.print(POD) == "Pod"


def test_custom_columns() -> None:
    printer = for_get(OutputOptions(output="custom-columns=N:.metadata.name", no_headers=True))
    assert printer is not None
    assert printer.print(POD) == "web\n"


UNMATCHED = "unable to match a printer suitable for the output format"
REFUSED_BY_CHANGES = {
    "nosuch": f'{UNMATCHED} "nosuch", allowed formats are: {TEMPLATES},yaml',
    "wide": f'{UNMATCHED} "wide", allowed formats are: {TEMPLATES},yaml',
    "name=": f'{UNMATCHED} "name=", allowed formats are: {TEMPLATES},yaml',
    "jsonpath": "template format specified but no template given",
    "go-template=": "template format specified but no template given",
    "jsonpath={.metadata": "error parsing jsonpath {.metadata, unclosed action",
    "jsonpath-file=/nosuch": "error reading --template /nosuch, open /nosuch: no such file or directory",
}


@pytest.mark.parametrize("output", REFUSED_BY_CHANGES)
def test_what_commands_that_change_objects_refuse(output: str) -> None:
    with pytest.raises(UserError) as refused:
        for_output(OutputOptions(output=output))
    assert refused.value.message == REFUSED_BY_CHANGES[output]


REFUSED_BY_GET = {
    "nosuch": (f'{UNMATCHED} "nosuch", allowed formats are: custom-columns,custom-columns-file,{TEMPLATES},wide,yaml'),
    "custom-columns": "custom-columns format specified but no custom columns given",
    "custom-columns-file=/nosuch": "error reading template /nosuch, open /nosuch: no such file or directory\n",
}


@pytest.mark.parametrize("output", REFUSED_BY_GET)
def test_what_get_refuses(output: str) -> None:
    with pytest.raises(UserError) as refused:
        for_get(OutputOptions(output=output))
    assert refused.value.message == REFUSED_BY_GET[output]


def test_a_template_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("{.metadata.name}!")
    assert for_output(OutputOptions(output=f"jsonpath-file={tmp_path}/t")).print(POD) == "web!"


def test_a_folder_is_no_template(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=rf"error reading --template {tmp_path}, read {tmp_path}: is a directory"):
        for_output(OutputOptions(output=f"go-template-file={tmp_path}"))
