"""What kubectl itself notices of a manifest before it asks the API server, and of a selector that it passes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from command_lines import Shell

CANNOT = "json: cannot unmarshal {found} into Go struct field {field} of type {wanted}"


@pytest.mark.parametrize("line", ["create", "apply", "replace", "delete", "label a=b", "get"])
@pytest.mark.parametrize(
    ("metadata", "found", "field", "wanted"),
    [
        ("{name: a, labels: {version: 2}}", "number", "ObjectMeta.metadata.labels", "string"),
        ("{name: a, annotations: {on: yes}}", "bool", "ObjectMeta.metadata.annotations", "string"),
        ("{name: 7}", "number", "ObjectMeta.metadata.name", "string"),
        ("{name: a, finalizers: x}", "string", "ObjectMeta.metadata.finalizers", "[]string"),
        ("[a]", "array", "metadataOnlyObject.metadata", "v1.ObjectMeta"),
    ],
)
def test_metadata_that_cannot_be_read(
    shell: Shell, line: str, metadata: str, found: str, field: str, wanted: str
) -> None:
    path = shell.write("odd.yml", f"apiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\n")
    told = CANNOT.format(found=found, field=field, wanted=wanted)
    prefix = "" if line == "get" else "error: "
    assert shell.refused(f"{line} -f {path}") == f'{prefix}unable to decode "{path}": {told}\n'


def test_after_an_object_that_cannot_be_read_the_others_are_made(shell: Shell) -> None:
    one, two = (f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n" for name in ("one", "two"))
    path = shell.write("three.yml", "---\n".join((one, "apiVersion: v1\nkind: Secret\nmetadata: {name: 3}\n", two)))
    status, out, err = shell(f"create -f {path}")
    assert (status, out) == (1, "configmap/one created\nconfigmap/two created\n")
    assert err.startswith(f'error: unable to decode "{path}": ')


@pytest.mark.parametrize(
    ("line", "doing"),
    [("delete", "deleting"), ("replace", "replacing"), ("describe", ""), ("annotate a=b", ""), ("patch -p {}", "")],
)
def test_an_object_without_a_name_cannot_be_asked_for(shell: Shell, line: str, doing: str) -> None:
    path = shell.write("nameless.yml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n")
    source = f'error when {doing} "{path}": ' if doing else ""
    assert shell.refused(f"{line} -f {path}") == f"error: {source}resource name may not be empty\n"


def test_apply_tells_what_it_could_not_look_up(shell: Shell) -> None:
    path = shell.write("nameless.yml", "apiVersion: v1\nkind: ConfigMap\n")
    assert shell.refused(f"apply -f {path}").splitlines() == [
        "error: error when retrieving current configuration of:",
        'Resource: "/v1, Resource=configmaps", GroupVersionKind: "/v1, Kind=ConfigMap"',
        'Name: "", Namespace: "default"',
        f'from server for: "{path}": resource name may not be empty',
    ]


@pytest.mark.parametrize(
    ("flags", "label", "field", "why"),
    [
        ("-l 'a b'", "a b", "", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("-l a= --field-selector=b", "a=", "b", "invalid selector: 'b'; can't understand 'b'"),
    ],
)
@pytest.mark.parametrize("verb", ["get", "delete", "describe"])
def test_a_selector_is_judged_by_the_server(
    shell: Shell, verb: str, flags: str, label: str, field: str, why: str
) -> None:
    if verb == "describe" and field:
        return
    asked = f'"apps/v1, Resource=deployments" that match label selector "{label}", field selector "{field}"'
    told = f"Error from server (BadRequest): Unable to find {asked}: {why}\n"
    assert shell.refused(f"{verb} deploy {flags}") == told


def test_describe_wants_to_know_what(shell: Shell) -> None:
    supported = 'Use "kubesim api-resources" for a complete list of supported resources.'
    assert shell.refused("describe") == f"error: You must specify the type of resource to describe. {supported}\n"


@pytest.mark.parametrize("line", ["create", "apply", "apply --server-side", "replace"])
def test_an_object_without_a_version_has_no_address(shell: Shell, line: str) -> None:
    path = shell.write("unversioned.yml", "kind: ConfigMap\nmetadata: {name: conf}\n")
    shell.ok("create configmap conf")
    told = shell.refused(f"{line} --validate=false -f {path}")
    assert told.endswith(": the server could not find the requested resource\n")


def test_files_of_the_folder_one_is_in_are_named_without_it(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "odd.yml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 7}\n")
    monkeypatch.chdir(folder)
    assert 'unable to decode "odd.yml": ' in shell.refused("create -f . --dry-run=client")


NO_SUPPORT = "cannot perform warn validation if server-side field validation is unsupported, skipping validation\n"


@pytest.mark.parametrize("line", ["create", "apply", "apply --server-side", "replace"])
def test_of_a_list_warn_leaves_the_items_alone_and_says_so(shell: Shell, line: str) -> None:
    """The server checks fields of what it patches; no server patches a List."""
    shell.ok("create configmap one")
    items = "- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}\n- {kind: ConfigMap, metadata: {name: two}}\n"
    path = shell.write("list.yml", f"apiVersion: v1\nkind: List\nitems:\n{items}")
    assert "error validating data: apiVersion not set; " in shell.refused(f"{line} -f {path}")
    status, out, err = shell(f"{line} --validate=warn -f {path}")
    assert status == 1
    assert out.startswith("" if line == "create" else "configmap/one ")
    assert " schema.go:145] " + NO_SUPPORT in err
    assert "object has no apiVersion field" in err
    assert "error validating" not in err


def test_of_one_object_warn_has_nothing_to_say(shell: Shell) -> None:
    path = shell.write("one.yml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\nspec: {}\n")
    status, out, err = shell(f"create --validate=warn -f {path}")
    assert (status, out, err) == (0, "configmap/one created\n", 'Warning: unknown field "spec"\n')
    nameless = shell.write("no_kind.yml", "apiVersion: v1\nmetadata: {name: one}\n")
    assert "error validating data: kind not set; " in shell.refused(f"create --validate=warn -f {nameless}")
