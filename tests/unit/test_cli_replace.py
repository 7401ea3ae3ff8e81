"""``replace``: flags that are wrong change nothing, and a notice is printed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from command_lines import DEPLOYMENT

if TYPE_CHECKING:
    from command_lines import Shell


def test_a_format_that_is_none_is_refused_before_the_old_object_is_deleted(shell: Shell) -> None:
    (shell.folder / "web.yml").write_text(DEPLOYMENT)
    shell.ok("create -f web.yml")
    assert "unable to match a printer" in shell.refused("replace --force -f web.yml -o bogus")
    assert shell.ok("get deployment -o name") == "deployment.apps/web\n"


def test_a_dry_run_without_a_value_is_noted_once(shell: Shell) -> None:
    (shell.folder / "web.yml").write_text(DEPLOYMENT)
    shell.ok("create -f web.yml")
    status, out, err = shell("replace -f web.yml --dry-run")
    assert (status, out) == (0, "deployment.apps/web replaced (dry run)\n")
    assert err.count("--dry-run is deprecated") == 1


def test_a_cascade_that_is_none_is_refused_without_force(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    wrong = 'error: invalid cascade value (foo). Must be "background", "foreground", or "orphan"\n'
    assert shell.refused("replace --cascade=foo -f web.yml") == wrong
    assert shell.refused("replace --cascade=foo") == wrong
