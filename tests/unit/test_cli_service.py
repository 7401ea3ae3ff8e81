"""Services that are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell


@pytest.mark.parametrize("spec", ['{"clusterIP": "1.2.3.4", "clusterIPs": ["1.2.3.4"]}', '{"clusterIP": "1.2.3.4"}'])
def test_a_cluster_ip_cannot_be_changed_nor_is_another_looked_for(shell: Shell, spec: str) -> None:
    shell.ok("create service clusterip web --tcp=80")
    assert shell.refused(f"""patch svc web --type=merge -p '{{"spec": {spec}}}'""") == (
        'The Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["1.2.3.4"]: may not change once set\n'
    )
