"""Files that hold no objects: who finds that out depends on whether whole objects are to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

NO_KIND = "{apiVersion: v1, metadata: {name: a}}"
NO_OBJECT = "[a, b]"
CHECKED = (
    'error: error validating "a.yml": error validating data: {}; if you choose to ignore these errors, '
    "turn validation off with --validate=false\n"
)


@pytest.mark.parametrize("verb", ["create", "apply", "apply --server-side", "replace"])
def test_what_sends_whole_objects_checks_them(shell: Shell, verb: str) -> None:
    shell.write("a.yml", NO_KIND)
    assert shell.refused(f"{verb} -f a.yml") == CHECKED.format("kind not set")
    shell.write("a.yml", NO_OBJECT)
    assert shell.refused(f"{verb} -f a.yml") == CHECKED.format("invalid object to validate")


@pytest.mark.parametrize(
    "verb",
    ["create --validate=false", "delete", "get", "describe", "edit", "label x=y", "patch -p {}", "scale --replicas=1"],
)
def test_what_does_not_only_decodes_them(shell: Shell, verb: str) -> None:
    shell.write("a.yml", NO_KIND)
    missing = """Object 'Kind' is missing in '{"apiVersion":"v1","metadata":{"name":"a"}}'"""
    assert shell.refused(f"{verb} -f a.yml") == f'error: unable to decode "a.yml": {missing}\n'
    shell.write("a.yml", NO_OBJECT)
    wrong = "json: cannot unmarshal array into Go value of type unstructured.detector"
    assert shell.refused(f"{verb} -f a.yml") == f'error: unable to decode "a.yml": {wrong}\n'
