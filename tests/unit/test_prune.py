"""apply --prune and diff --prune: what is looked at, and what is said before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

FRESH = "{apiVersion: v1, kind: ConfigMap, metadata: {name: fresh}}"
WARNED = (
    "prune.go:71] Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the "
    "--namespace flag in a future release. To preserve the current behaviour, list the resources you want to target "
    "explicitly in the --prune-allowlist flag.\n"
    "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n"
)


@pytest.fixture(autouse=True)
def fresh(shell: Shell) -> None:
    shell.write("fr.yml", FRESH)


WRONG = {
    "v1/ConfigMap": "invalid GroupVersionKind format: v1/ConfigMap, please follow <group/version/kind>",
    "core/v1": "invalid GroupVersionKind format: core/v1, please follow <group/version/kind>",
    "a/b/c/d": "invalid GroupVersionKind format: a/b/c/d, please follow <group/version/kind>",
    "core/v1/Nope": 'no matches for kind "Nope" in version "v1"',
    "core/v1/Pods": 'no matches for kind "Pods" in version "v1"',
    "/v1/Nope": 'no matches for kind "Nope" in version "v1"',
    "apps/v2/Deployment": 'no matches for kind "Deployment" in version "apps/v2"',
}


@pytest.mark.parametrize(("allowed", "said"), WRONG.items())
def test_the_allowlist_is_read_before_anything_is_done(shell: Shell, allowed: str, said: str) -> None:
    for line in ("apply --prune --all -f fr.yml", "apply --prune -l a=b -f fr.yml --dry-run=client"):
        assert shell.refused(f"{line} --prune-allowlist={allowed}") == f"error: {said}\n"
    assert shell(f"diff --prune -f fr.yml --prune-allowlist={allowed}") == (2, "", f"error: {said}\n")
    assert shell("get cm fresh")[0] == 1


def test_without_prune_nobody_reads_the_allowlist(shell: Shell) -> None:
    assert shell.ok("apply -f fr.yml --prune-allowlist=nonsense") == "configmap/fresh created\n"


@pytest.mark.parametrize("flags", ["", "-n default"])
def test_without_an_allowlist_there_is_a_warning(shell: Shell, flags: str) -> None:
    shell.ok("apply -f fr.yml")
    status, out, err = shell(f"apply --prune --all -f fr.yml {flags}")
    assert (status, out) == (0, "configmap/fresh unchanged\n")
    assert err.startswith("W")
    assert err.endswith(WARNED)


@pytest.mark.parametrize("allowed", ["core/v1/ConfigMap", "/v1/ConfigMap", "core/v1/configmap"])
def test_with_an_allowlist_there_is_none(shell: Shell, allowed: str) -> None:
    shell.write("old.yml", FRESH.replace("fresh", "old"))
    shell.ok("apply -f old.yml")
    out = shell.ok(f"apply --prune --all -f fr.yml --prune-allowlist={allowed}")
    assert out == "configmap/fresh created\nconfigmap/old pruned\n"


def test_what_diff_would_prune_is_shown_with_the_owners_of_its_fields(shell: Shell) -> None:
    shell.write("old.yml", FRESH.replace("fresh", "old"))
    shell.ok("apply -f old.yml")
    shell.ok("apply -f fr.yml")
    status, out, err = shell("diff --prune -f fr.yml")
    assert status == 1
    assert err.endswith(WARNED)
    assert "-  name: old\n" in out
    assert "-    manager: kubectl-client-side-apply\n" in out
