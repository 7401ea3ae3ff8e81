"""delete: what its flags mean, and what cannot be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell


@pytest.mark.parametrize("selector", ["-l app=web", "--field-selector=metadata.name=web"])
def test_all_of_a_type_and_some_of_it_are_not_asked_for_together(shell: Shell, selector: str) -> None:
    told = "error: setting 'all' parameter but found a non empty selector. \n"
    assert shell.refused(f"delete deploy --all {selector}") == told


@pytest.mark.parametrize(
    ("asked", "instead", "left"), [("false", "orphan", 1), ("F", "orphan", 1), ("true", "background", 0)]
)
def test_cascade_may_still_be_a_boolean(shell: Shell, asked: str, instead: str, left: int) -> None:
    shell.ok("create -f web.yml")
    status, _, err = shell(f"delete deploy web --cascade={asked}")
    assert (status, err) == (
        0, f"warning: --cascade={asked} is deprecated (boolean value) and can be replaced with --cascade={instead}.\n"
    )  # fmt: skip
    assert len(shell.ok("get rs -o name").splitlines()) == left


@pytest.mark.parametrize("line", ["delete deploy web", "replace --force -f web.yml", "apply --prune --all -f web.yml"])
def test_cascade_is_one_of_three_words(shell: Shell, line: str) -> None:
    told = 'error: invalid cascade value (down). Must be "background", "foreground", or "orphan"\n'
    assert shell.refused(f"{line} --cascade=down") == told


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
