"""config: clusters, users and contexts that live in the state, in kubectl's words; cluster-info dump."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell


def names(shell: Shell, listing: str) -> list[str]:
    """What a listing tells, but for its heading."""
    return shell.ok(listing).splitlines()[1:]


def test_clusters_and_users_come_and_go(shell: Shell) -> None:
    assert shell.ok("config set-cluster far --server=https://far:6443") == 'Cluster "far" set.\n'
    assert names(shell, "config get-clusters") == ["far", "kubernetes"]
    assert shell.ok("config delete-cluster far").startswith("deleted cluster far from ")
    assert names(shell, "config get-clusters") == ["kubernetes"]
    assert shell.ok("config set-credentials ann --token=secret") == 'User "ann" set.\n'
    assert names(shell, "config get-users") == ["ann", "kubernetes-admin"]
    assert shell.ok("config delete-user ann").startswith("deleted user ann from ")
    assert names(shell, "config get-users") == ["kubernetes-admin"]


def test_a_context_is_made_renamed_used_and_deleted(shell: Shell) -> None:
    shell.ok("create namespace far")
    assert shell.ok("config set-context one --cluster=kubernetes --user=kubernetes-admin --namespace=far") == (
        'Context "one" created.\n'
    )
    assert shell.ok("config rename-context one other") == 'Context "one" renamed to "other".\n'
    shell.ok("config use-context other")
    shell.ok("create -f web.yml")
    assert "web" in shell.ok("get deploy -n far -o name")
    assert "warning: this removed your active context" in shell("config delete-context other")[2]
    assert "other" not in shell.ok("config get-contexts -o name")


def test_a_property_is_set_and_unset(shell: Shell) -> None:
    context = shell.ok("config current-context").strip()
    assert shell.ok(f"config set contexts.{context}.namespace kube-system") == (
        f'Property "contexts.{context}.namespace" set.\n'
    )
    assert "namespace: kube-system" in shell.ok("config view --minify")
    assert shell.ok(f"config unset contexts.{context}.namespace") == f'Property "contexts.{context}.namespace" unset.\n'
    assert "kube-system" not in shell.ok("config view --minify")


@pytest.mark.parametrize("kind", ["cluster", "user", "context"])
def test_what_is_not_there_cannot_be_deleted(shell: Shell, kind: str) -> None:
    assert shell.refused(f"config delete-{kind} none").startswith(f"error: cannot delete {kind} none, not in ")


def test_a_dump_holds_the_nodes_and_what_lies_in_the_namespaces(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    shell.ok("sim settle")
    shell.ok("cluster-info dump --namespaces default --output-directory dump")
    nodes = json.loads((shell.folder / "dump" / "nodes.json").read_text())
    assert [node["metadata"]["name"] for node in nodes["items"]] == ["controlplane", "node01", "node02"]
    deployments = json.loads((shell.folder / "dump" / "default" / "deployments.json").read_text())
    assert [item["metadata"]["name"] for item in deployments["items"]] == ["web"]
