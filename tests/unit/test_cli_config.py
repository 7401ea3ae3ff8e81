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


USER = """config view -o jsonpath='{.users[?(@.name=="ann")].user}'"""


@pytest.mark.parametrize(
    ("changes", "user"),
    [
        (["--exec-command=login"], '{"exec":{"args":null,"command":"login","env":null,"provideClusterInfo":false}}'),
        (
            ["--exec-command=login --exec-arg=a,b --exec-env=B=1", "--exec-command=other --exec-env=B-"],
            '{"exec":{"args":null,"command":"other","env":[],"provideClusterInfo":false}}',
        ),
        (
            [
                "--exec-command=login --exec-api-version=v1 --exec-interactive-mode=Never --exec-provide-cluster-info "
                "--exec-env=B=1",
                "--exec-env=A=2 --exec-env=B=3",
            ],
            '{"exec":{"apiVersion":"v1","args":null,"command":"login","env":[{"name":"B","value":"3"},'
            '{"name":"A","value":"2"}],"interactiveMode":"Never","provideClusterInfo":true}}',
        ),
        (["--exec-arg=a"], "{}"),
        (["--auth-provider=oidc"], '{"auth-provider":{"config":{},"name":"oidc"}}'),
        (
            ["--auth-provider=oidc --auth-provider-arg=a=b,c=d", "--auth-provider-arg=a-"],
            '{"auth-provider":{"config":{"c":"d"},"name":"oidc"}}',
        ),
        (
            ["--auth-provider=oidc --auth-provider-arg=a=b", "--auth-provider=gcp"],
            '{"auth-provider":{"config":{},"name":"gcp"}}',
        ),
    ],
)
def test_a_user_may_log_in_through_a_program_or_a_provider(shell: Shell, changes: list[str], user: str) -> None:
    for change in changes:
        shell.ok(f"config set-credentials ann {change}")
    assert shell.ok(USER) == user


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("set-credentials a --embed-certs", "you must specify a --client-certificate or --client-key to embed"),
        (
            "set-credentials a --embed-certs --client-key=none",
            "could not stat client-key file none: stat none: no such file or directory",
        ),
        ("set-cluster a --embed-certs", "you must specify a --certificate-authority to embed"),
        (
            "set-credentials a --exec-interactive-mode=Sometimes",
            "invalid interactive mode type, can be only IfAvailable, Never, Always",
        ),
        ("set-credentials a --exec-env=x", "invalid exec-env format: x"),
        ("set users.kubernetes-admin.exec x", "unrecognized type: <nil>"),
    ],
)
def test_what_the_configuration_cannot_take_is_refused(shell: Shell, line: str, error: str) -> None:
    status, _, err = shell(f"config {line}")
    assert (status, err) == (1, f"error: {error}\n")


def test_another_address_forgets_the_name_in_the_certificate(shell: Shell) -> None:
    shell.ok("config set-cluster far --server=https://far --tls-server-name=near --insecure-skip-tls-verify")
    shell.ok("config set-cluster far --server=https://farther")
    cluster = json.loads(shell.ok("""config view -o jsonpath='{.clusters[?(@.name=="far")].cluster}'"""))
    assert cluster == {"insecure-skip-tls-verify": True, "server": "https://farther"}


def test_a_dump_tells_the_owners_of_fields_if_asked(shell: Shell) -> None:
    assert '"managedFields"' in shell.ok("cluster-info dump --show-managed-fields")
    assert '"managedFields"' not in shell.ok("cluster-info dump")
