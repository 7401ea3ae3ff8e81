"""What get prints: in what order, with whose fields, and what a watch shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

POD = """
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec: {{containers: [{containers}]}}
"""


def pods(shell: Shell, **images: list[str]) -> None:
    """Pods of these names with a container for each image."""
    texts = [
        POD.format(name=name, containers=", ".join(f"{{name: c{at}, image: {image}}}" for at, image in enumerate(each)))
        for name, each in images.items()
    ]
    shell.ok(f"create -f {shell.write('pods.yml', '---'.join(texts))}")


# --- --sort-by


@pytest.mark.parametrize("line", ["cm one -o name", "cm one -o yaml", "cm one", "cm/one -o jsonpath={.metadata.name}"])
@pytest.mark.parametrize("field", [".spec.nosuch", "{.a", ".x["])
def test_one_object_is_not_sorted(shell: Shell, line: str, field: str) -> None:
    shell.ok("create cm one")
    assert shell.ok(f"get {line} --sort-by={field}") == shell.ok(f"get {line}")


def test_a_list_of_one_is_sorted_but_a_table_of_one_is_not(shell: Shell) -> None:
    shell.ok("create ns n")
    shell.ok("create cm one -n n")
    shell.ok("delete cm kube-root-ca.crt -n n --wait=false")
    line = "get cm -n n --field-selector=metadata.name=one"
    nowhere = 'error: couldn\'t find any field with path "{.x}" in the list of objects\n'
    assert shell.refused(f"{line} -o name --sort-by=.x") == nowhere
    assert shell.ok(f"{line} --sort-by=.x --no-headers").startswith("one ")


@pytest.mark.parametrize("field", [".spec.nosuch", "{.spec", ".spec.containers[7].image", ".x["])
def test_a_table_that_cannot_be_sorted_is_not_shown(shell: Shell, field: str) -> None:
    pods(shell, f=["a"], g=["b"])
    assert shell(f"get pods --sort-by={field}") == (0, "", "No resources found in default namespace.\n")


def test_several_answers_are_sorted_as_tables(shell: Shell) -> None:
    pods(shell, f=["a"], g=["b"])
    for line in ("pods f g", "pods,cm"):
        refusal = shell.refused(f"get {line} --sort-by=.metadata.name")
        assert refusal == 'error: couldn\'t find any field with path "{.metadata.name}" in the list of objects\n'
    assert shell.ok("get pods g f --sort-by=.metadata.name -o name") == "pod/f\npod/g\n"


def test_what_cannot_be_read_while_sorting_ends_with_255(shell: Shell) -> None:
    pods(shell, f=["w", "z"], g=["x"])
    status, out, err = shell("get pods -o name --sort-by=.spec.containers[1].image")
    assert (status, out) == (255, "")
    assert "sorter.go:310] Failed to get i values for &unstructured.Unstructured{Object:map[string]" in err
    assert shell.refused("get pods g f -o name --sort-by=.spec.containers[1].image") == (
        "error: array index out of bounds: index 1, length 1\n"
    )


def test_what_is_not_there_is_told_beside_what_cannot_be_sorted_or_printed(shell: Shell) -> None:
    pods(shell, f=["z"])
    missing = 'Error from server (NotFound): pods "nosuch" not found\n'
    line = "get pods f nosuch -o custom-columns=N:.metadata.name,I:.spec.containers[1].image"
    assert shell(line) == (1, "N     I\n", f"{missing}array index out of bounds: index 1, length 1\n")
    line = "get pods f nosuch -o name --sort-by=.x"
    assert shell(line) == (
        1, "", f'{missing}couldn\'t find any field with path "{{.x}}" in the list of objects\n'
    )  # fmt: skip


# --- managedFields

OWNED = {
    "jsonpath of the metadata": "jsonpath={.metadata}",
    "jsonpath of everything": "jsonpath={}",
    "a wildcard": "jsonpath={.metadata.*}",
    "a range": "jsonpath={range .metadata.managedFields[*]}{.manager}{end}",
    "jsonpath as JSON": "jsonpath-as-json={.metadata}",
    "a Go template's keys": "go-template={{range $k, $v := .metadata}}{{$k}} {{end}}",
    "a Go template's map": "go-template={{.metadata}}",
    "a Go template's whole object": "go-template={{.}}",
    "a Go template's variable": "go-template={{with $m := .metadata}}{{index $m `managedFields`}}{{end}}",
    "printf": "go-template={{printf `%v` .}}",
    "a column": "custom-columns=M:.metadata",
    "json with all of them": "json --show-managed-fields",
    "yaml with all of them": "yaml --show-managed-fields",
    "kyaml with all of them": "kyaml --show-managed-fields",
}


@pytest.mark.parametrize("output", OWNED.values(), ids=OWNED)
def test_templates_and_columns_see_the_owners_of_fields(shell: Shell, output: str) -> None:
    shell.ok("create -f web.yml")
    form, shows, _ = output.partition(" --show-managed-fields")
    status, out, err = shell("get", "deploy", "web", "-o", form, *([shows.strip()] if shows else []))
    assert (status, err) == (0, "")
    assert "managedFields" in out or "kubectl-create" in out


@pytest.mark.parametrize("output", ["json", "yaml", "kyaml"])
def test_whole_objects_are_without_them(shell: Shell, output: str) -> None:
    shell.ok("create -f web.yml")
    assert "managedFields" not in shell.ok(f"get deploy web -o {output}")
    assert "managedFields" not in shell.ok(f"get deploy -o {output}")


def test_recursion_finds_both_managers(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    assert shell.ok("get deploy web -o jsonpath={..manager}") == "kube-controller-manager kubectl-create"


def test_objects_that_no_cluster_made_have_no_owners(shell: Shell) -> None:
    assert "managedFields" not in shell.ok("create cm x --dry-run=client -o jsonpath={.metadata}")


def test_sorting_sees_the_owners_of_fields(shell: Shell) -> None:
    shell.ok("create cm b --from-literal=k=v --field-manager=x")
    shell.ok("create cm a --from-literal=k=v --field-manager=y")
    assert shell.ok("get cm a b -o name --sort-by=.metadata.managedFields[0].manager") == "configmap/b\nconfigmap/a\n"


def test_what_a_template_does_not_read_is_not_worked_out(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.ok("create -f web.yml")
    monkeypatch.delattr("kubesim.api.managed_fields.derived.with_derived")
    for output in (
        "jsonpath={.items[*].metadata.name}",
        "go-template={{range.items}}{{.metadata.name}}{{end}}",
        "custom-columns=:.metadata.name",
    ):
        assert shell.ok(f"get deploy -o {output}").strip() == "web"


# --- --watch


def test_what_is_there_is_one_table_and_later_rows_are_as_wide(shell: Shell) -> None:
    shell.ok("create cm short --from-literal=a=b")
    shell.ok("create cm a-rather-long-name")
    assert shell.ok("get cm -w --field-selector=metadata.name!=kube-root-ca.crt") == (
        "NAME                 DATA   AGE\na-rather-long-name   0      0s\nshort                1      0s\n"
    )


def test_an_object_that_a_selector_does_not_pick_any_more_is_deleted_to_the_watch(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    pending = shell.ok("get pods -w --output-watch-events --field-selector=status.phase=Pending -o name")
    assert [line.partition("-")[0] for line in pending.splitlines()[:2]] == ["pod/web", "pod/web"]
    shell.ok("scale deploy web --replicas=3")
    rows = shell.ok("get pods -w --output-watch-events --no-headers --field-selector=status.phase=Pending")
    assert [row.split()[0] for row in rows.splitlines()][:: len(rows.splitlines()) - 1] == ["ADDED", "DELETED"]


def test_a_field_selector_may_be_watched_by_name(shell: Shell) -> None:
    shell.ok("create cm w")
    assert shell.ok("get cm -w --field-selector=metadata.name=w -o name") == "configmap/w\n"
    assert shell.ok("get cm w -w --output-watch-events -o name") == "configmap/w\n"


def test_events_of_a_watch_in_every_form(shell: Shell) -> None:
    shell.ok("create cm w --from-literal=a=1")
    watch = "get cm w -w --output-watch-events -o"
    lines = shell.ok(f"{watch} json").splitlines()
    assert len(lines) == 1
    assert lines[0].startswith('{"type":"ADDED","object":{"apiVersion":"v1",')
    assert "managedFields" in json.loads(lines[0])["object"]["metadata"]
    assert shell.ok(f"{watch} yaml").startswith("object:\n  apiVersion: v1\n")
    assert shell.ok(f"{watch} custom-columns=T:.type,N:.object.metadata.name") == "T       N\nADDED   w\n"
    assert shell.ok(f"{watch} go-template={{{{.type}}}}") == "ADDED"
    assert shell.ok(f"{watch} jsonpath={{.object.metadata.managedFields[0].manager}}") == "kubectl-create"


def test_an_object_that_cannot_be_printed_ends_a_watch(shell: Shell) -> None:
    shell.ok("create cm w --from-literal=a=1")
    no_list = "map[string]interface {} is not array or slice"
    assert shell("get cm w -w -o custom-columns=N:.metadata.name,X:.data[0]") == (
        1,
        "",
        f"error: unable to output the provided object: {no_list}\n",
    )
    assert shell("get cm w -o custom-columns=N:.metadata.name,X:.data[0]") == (1, "N     X\n", f"error: {no_list}\n")


def test_sorting_a_watch_is_warned_of(shell: Shell) -> None:
    shell.ok("create cm w")
    warned = "warning: --watch requested, --sort-by will be ignored for watch events received\n"
    assert shell("get cm w -w -o name --sort-by=.x") == (0, "configmap/w\n", warned)
    warned = "warning: --watch-only requested, --sort-by will be ignored\n"
    assert shell("get cm w --watch-only -o name --sort-by=.x") == (0, "", warned)
    status, out, err = shell("get cm -w --sort-by=.x")
    assert (status, out) == (1, "")
    assert err.endswith(
        'error: unable to output the provided object: couldn\'t find any field with path "{.x}" in the list of objects\n'
    )


def test_a_watch_of_all_namespaces_has_that_column_for_every_type(shell: Shell) -> None:
    head = shell.ok("get nodes -A -w").splitlines()[0]
    assert head.split()[:2] == ["NAMESPACE", "NAME"]
    assert shell.ok("get nodes -A").startswith("NAME ")


def test_what_is_not_there_may_be_ignored(shell: Shell) -> None:
    assert shell.ok("get cm nosuch -w --ignore-not-found") == ""
