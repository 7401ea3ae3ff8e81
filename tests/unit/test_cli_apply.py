"""``apply``: notices are printed once, and of several wrong flags upstream's first one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell


def test_deprecated_values_are_noted_once(shell: Shell) -> None:
    status, out, err = shell("apply -f web.yml --dry-run --cascade=false")
    assert (status, out) == (0, "deployment.apps/web created (dry run)\n")
    dry_run, cascade = err.splitlines()
    assert dry_run.endswith("--dry-run is deprecated and can be replaced with --dry-run=client.")
    assert cascade.startswith("warning: --cascade=false is deprecated")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("apply --dry-run=x --cascade=x", "Invalid dry-run value (x). "),
        ("apply --cascade=x --validate=x", "invalid cascade value (x). "),
        ("apply --validate=x", "must specify one of -f and -k"),
        ("apply -f web.yml --validate=x --prune --prune-allowlist=x", 'invalid - validate option "x"; '),
        ("apply -f web.yml --prune --prune-allowlist=x --force", "invalid GroupVersionKind format: x, "),
    ],
)
def test_the_values_of_flags_are_read_in_upstreams_order(shell: Shell, line: str, message: str) -> None:
    assert shell.refused(line).startswith(f"error: {message}")
