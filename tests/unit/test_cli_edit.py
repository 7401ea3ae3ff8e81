"""edit and apply edit-last-applied: what the editor is given, and what becomes of what it saves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from kubesim.cli.support.editor import editor_command

if TYPE_CHECKING:
    from pathlib import Path

    from command_lines import Shell

SAVED_COPY = re.compile(r'^A copy of your changes has been stored to "(.*)"\n', re.MULTILINE)
GIVEN_UP = "error: Edit cancelled, no valid changes were saved.\n"


@pytest.fixture(autouse=True)
def web(shell: Shell) -> None:
    shell.ok("create -f web.yml")


@pytest.fixture
def editor(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> object:
    """Sets what the editor does to the file: a shell's words, the file being $1."""

    def set_editor(script: str) -> None:
        monkeypatch.setenv("KUBE_EDITOR", shell.script("editor", script))

    return set_editor


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("kubesim-edit-*"))


def test_what_was_saved_is_sent_as_a_patch(shell: Shell, editor) -> None:
    editor("sed -i s/nginx:1.25/nginx:1.26/ $1")
    patch = (
        '{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"nginx"}],'
        '"containers":[{"image":"nginx:1.26","name":"nginx"}]}}}}'
    )
    assert shell.ok("edit deploy/web --output-patch") == f"Patch: {patch}\ndeployment.apps/web edited\n"
    assert left_over(shell.folder) == []


@pytest.mark.parametrize("script", ["true", "echo '# a remark' >> $1"])
def test_nothing_changed_is_nothing_sent(shell: Shell, editor, script: str) -> None:
    editor(script)
    assert shell("edit deploy web") == (0, "", "Edit cancelled, no changes made.\n")
    assert left_over(shell.folder) == []


@pytest.mark.parametrize(
    "script",
    [
        "sed -i 's/replicas: 2/replicas: -2/' $1",
        "sed -i 's/replicas: 2/replica: 2/' $1",
        "sed -i 's/^spec:.*/spec: x: y/' $1",
        "sed -i d $1",
    ],
)
def test_what_stays_wrong_is_kept_in_a_file(shell: Shell, editor, script: str) -> None:
    editor(script)
    told = shell.refused("edit deploy web")
    assert told.startswith('error: deployments.apps "web" is invalid\nA copy of your changes')
    assert told.endswith(GIVEN_UP)
    found = SAVED_COPY.search(told)
    assert found is not None
    assert left_over(shell.folder) == [found[1].rpartition("/")[2]]


def test_the_file_comes_again_with_the_reasons_on_top(shell: Shell, editor) -> None:
    editor(
        "if grep -q 'was not valid' $1; then cp $1 again; sed -i 's/replicas: -2/replicas: 3/' $1;\n"
        "else sed -i 's/replicas: 2/replicas: -2/' $1; fi"
    )
    assert shell("edit deploy web") == (
        0,
        "deployment.apps/web edited\n",
        'error: deployments.apps "web" is invalid\n',
    )
    again = (shell.folder / "again").read_text()
    assert again.split("\n")[4:7] == [
        '# deployments.apps "web" was not valid:',
        "# * spec.replicas: Invalid value: -2: must be greater than or equal to 0",
        "#",
    ]
    assert left_over(shell.folder) == []


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("sed -i 's/name: web/name: other/' $1", "error: At least one of apiVersion, kind and name was changed\n"),
        (
            "sed -i 's/namespace: default/namespace: x/' $1",
            'error: the namespace from the provided object "x" does not match the namespace "default". You must pass '
            "'--namespace=x' to perform this operation.\n",
        ),
    ],
)
def test_an_object_cannot_be_made_another_one(shell: Shell, editor, script: str, told: str) -> None:
    editor(script)
    assert shell.refused("edit deploy web").endswith(told)


def test_an_object_that_went_meanwhile_leaves_the_edits_in_a_file(shell: Shell, editor) -> None:
    state = shell.folder / "state.json"
    shell.ok("delete deploy web")
    gone = state.read_bytes()
    shell.ok("create -f web.yml")
    (shell.folder / "gone.json").write_bytes(gone)
    editor("sed -i 's/replicas: 2/replicas: 4/' $1; cp gone.json state.json")
    told = shell.refused("edit deploy web")
    assert told.startswith('error: deployments.apps "web" could not be found on the server\n')
    assert "The edits you made on deleted resources have been saved to " in told


def test_several_objects_are_edited_as_a_list(shell: Shell, editor) -> None:
    editor("cp $1 seen")
    shell("edit namespaces")
    assert "\nkind: List\nmetadata: {}\n" in (shell.folder / "seen").read_text()


def test_json_has_no_comments(shell: Shell, editor) -> None:
    editor("cp $1 seen; basename $1 > name")
    shell("edit deploy web -o json")
    assert (shell.folder / "seen").read_text().startswith('{\n    "apiVersion"')
    assert re.fullmatch(r"kubesim-edit-\d+\.json\n", (shell.folder / "name").read_text())


def test_line_endings_of_windows(shell: Shell, editor) -> None:
    editor("cp $1 seen")
    assert shell("edit deploy web --windows-line-endings")[2] == "Edit cancelled, no changes made.\n"
    seen = (shell.folder / "seen").read_bytes()
    assert seen.count(b"\r\n") == seen.count(b"\n") > 20


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ({}, (["vi"], False)),
        ({"EDITOR": "nano"}, (["nano"], False)),
        ({"KUBE_EDITOR": "code --wait", "EDITOR": "nano"}, (["code", "--wait"], False)),
        ({"EDITOR": "sed -i 's/a/b/'"}, (["/bin/bash", "-c", "sed -i 's/a/b/'"], True)),
        ({"EDITOR": "sed -i 's/a/b/'", "SHELL": "/bin/sh"}, (["/bin/sh", "-c", "sed -i 's/a/b/'"], True)),
    ],
)
def test_the_editor_is_the_users(environment: dict[str, str], command: tuple[list[str], bool]) -> None:
    assert editor_command(environment) == command


@pytest.mark.parametrize(
    ("editor_name", "told"),
    [
        ("there-is-none", 'error: unable to launch the editor "there-is-none"\n'),
        ("false", 'error: there was a problem with the editor "false"\n'),
    ],
)
def test_an_editor_that_fails(shell: Shell, monkeypatch: pytest.MonkeyPatch, editor_name: str, told: str) -> None:
    monkeypatch.setenv("KUBE_EDITOR", editor_name)
    assert shell.refused("edit deploy web") == told


def test_the_configuration_is_saved_if_asked_for(shell: Shell, editor) -> None:
    editor("sed -i s/nginx:1.25/nginx:1.26/ $1")
    shell.ok("edit deploy web --save-config")
    assert "image: nginx:1.26\n" in shell.ok("apply view-last-applied deploy web")


def test_what_was_last_applied_is_edited(shell: Shell, editor) -> None:
    told = (
        "error: no last-applied-configuration annotation found on resources, to create the annotation, use command "
        "`kubesim apply set-last-applied --create-annotation`\n"
    )
    assert shell.refused("apply edit-last-applied deploy web") == told
    shell.ok("apply set-last-applied -f web.yml --create-annotation")
    editor("sed -i s/nginx:1.25/nginx:1.26/ $1")
    assert shell.ok("apply edit-last-applied deploy web") == "deployment.apps/web edited\n"
    assert "image: nginx:1.26\n" in shell.ok("apply view-last-applied deploy web")
    assert "nginx:1.25" in shell.ok("get deploy web -o jsonpath={.spec.template.spec.containers[0].image}")


def test_set_last_applied_says_what_it_lacks_and_what_needs_no_change(shell: Shell) -> None:
    told = (
        "error: no last-applied-configuration annotation found on resource: web, to create the annotation, run the "
        "command with --create-annotation\n"
    )
    assert shell.refused("apply set-last-applied -f web.yml") == told
    assert shell.ok("apply set-last-applied -f web.yml --create-annotation") == "deployment.apps/web configured\n"
    assert shell.ok("apply set-last-applied -f web.yml") == "set-last-applied web: no changes required.\n"


TWO = """
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: b}
"""


def test_objects_are_edited_one_by_one_before_they_are_created(shell: Shell, editor) -> None:
    editor("sed -i 's/name: /name: my-/' $1")
    path = shell.write("two.yml", TWO)
    assert shell.ok(f"create --edit --save-config -f {path}") == "configmap/my-a created\nconfigmap/my-b created\n"
    assert '"name":"my-a"' in shell.ok("get cm my-a -o yaml")
    assert left_over(shell.folder) == []


def test_what_is_not_changed_before_it_is_not_created(shell: Shell, editor) -> None:
    editor("sed -i 's/name: a/name: c/' $1")
    path = shell.write("two.yml", TWO)
    assert shell(f"create --edit -f {path}") == (0, "configmap/c created\n", "Edit cancelled, no changes made.\n")
    assert shell.refused("get cm b") == 'Error from server (NotFound): configmaps "b" not found\n'


def test_what_is_refused_before_it_is_created_is_kept_in_a_file(shell: Shell, editor) -> None:
    editor("sed -i 's/name: .*/name: web/; s/kind: .*/kind: Service/' $1")
    path = shell.write("one.yml", TWO.partition("---")[0])
    told = shell.refused(f"create --edit -f {path}")
    assert "spec.ports: Required value" in told
    assert SAVED_COPY.match(told)


def test_a_raw_request_is_not_edited(shell: Shell) -> None:
    raw = "create --raw /api/v1/namespaces -f web.yml"
    assert shell.refused(f"{raw} --edit") == "error: --raw and --edit are mutually exclusive\n"
