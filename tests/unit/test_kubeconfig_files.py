"""Files that --kubeconfig and KUBECONFIG name."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.command_lines import Shell

FOREIGN = """
apiVersion: v1
kind: Config
clusters: [{name: real, cluster: {server: "https://real:6443"}}]
contexts: [{name: real, context: {cluster: real, user: me, namespace: prod}}]
current-context: real
"""


@pytest.fixture
def written(shell: Shell) -> str:
    """A kubeconfig that kubesim wrote, whose context has a namespace of its own."""
    shell.ok("config set-context --current --namespace=team")
    path = shell.folder / "config"
    path.write_text(shell.ok("config view --raw"))
    shell.ok("config set-context --current --namespace=default")
    return str(path)


@pytest.mark.parametrize("line", ["get pods", "apply -f web.yml", "create deployment x --image=y --dry-run=client"])
def test_a_flag_that_names_no_file_is_refused(shell: Shell, line: str) -> None:
    assert (
        shell.refused(f"{line} --kubeconfig /nosuch/config")
        == "error: stat /nosuch/config: no such file or directory\n"
    )


def test_without_any_file_of_the_environment_no_server_is_found(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/nosuch/a:/nosuch/b")
    refused = "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n"
    assert shell.refused("get pods") == refused
    assert shell.ok("config view") == (
        'apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers: null\n'
    )
    assert shell.refused("config current-context") == "error: current-context is not set\n"
    assert shell("version --client")[0] == 0


def test_a_file_that_kubesim_wrote_is_used(shell: Shell, written: str) -> None:
    jsonpath = "-o jsonpath={..namespace}"
    shell.ok("create namespace team")
    shell.ok(f"create configmap a --kubeconfig {written}")
    assert "a " in shell.ok("get configmaps -n team")
    assert shell.ok(f"config view --minify {jsonpath} --kubeconfig {written}") == "team"
    assert shell.ok(f"config view --minify {jsonpath}") == "default"


def test_changes_go_to_the_file_that_kubesim_wrote(shell: Shell, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", f"/nosuch/config:{written}")
    shell.ok("config set-context --current --namespace=other")
    assert "namespace: other" in Path(written).read_text()
    monkeypatch.delenv("KUBECONFIG")
    assert "other" not in shell.ok("config view")


def test_the_file_of_another_cluster_is_neither_used_nor_written(shell: Shell) -> None:
    path = shell.folder / "real"
    path.write_text(FOREIGN)
    notice = f"{path} is not used: kubesim did not write it, and keeps its contexts in its own state\n"
    status, out, err = shell(f"config current-context --kubeconfig {path}")
    assert (status, out, err) == (0, "kubernetes-admin@kubernetes\n", notice)
    assert shell(f"get pods --kubeconfig {path}")[2] == notice + "No resources found in default namespace.\n"
    assert "writes no kubeconfig but its own" in shell(f"config use-context real --kubeconfig {path}")[2]
    assert path.read_text() == FOREIGN


@pytest.mark.parametrize("text", ["a: [", "- 1", "clusters: 7", "", "clusters: [{name: x, cluster: 3}]"])
def test_a_file_that_is_no_kubeconfig_is_not_used(shell: Shell, text: str) -> None:
    path = shell.folder / "odd"
    path.write_text(text)
    status, _, err = shell(f"get pods --kubeconfig {path}")
    assert status == 0
    assert err.startswith(f"{path} is not used: ")
