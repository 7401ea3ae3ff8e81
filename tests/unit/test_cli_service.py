"""Services that are changed: an update is judged before anything is allocated for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_lines import Shell


def test_a_cluster_ip_cannot_be_changed_for_one_that_there_is_not(shell: Shell) -> None:
    shell.ok("create service clusterip web --tcp=80")
    told = shell.refused(
        """patch svc web --type=merge -p '{"spec": {"clusterIP": "1.2.3.4", "clusterIPs": ["1.2.3.4"]}}'"""
    )
    assert told == (
        'The Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["1.2.3.4"]: may not change once set\n'
    )
