"""delete: what is not let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_lines import Shell


def test_the_namespaces_of_the_cluster_stay(shell: Shell) -> None:
    shell.ok("create namespace mine")
    status, out, err = shell("delete namespace --all")
    assert (status, out) == (1, 'namespace "kube-node-lease" deleted\nnamespace "mine" deleted\n')
    assert err == "".join(
        f'Error from server (Forbidden): namespaces "{name}" is forbidden: this namespace may not be deleted\n'
        for name in ("default", "kube-public", "kube-system")
    )
    assert "mine              Terminating   0s\n" in shell.ok("get namespaces")
    shell.ok("sim advance 10s")
    assert shell.ok("get namespaces -o name") == "namespace/default\nnamespace/kube-public\nnamespace/kube-system\n"
