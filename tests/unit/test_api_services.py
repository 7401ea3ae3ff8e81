"""The APIServices that the API server registers itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_lines import Shell


def test_every_group_that_is_served_has_one(shell: Shell) -> None:
    table = shell.ok("get apiservices v1. v2.autoscaling")
    assert table == (
        "NAME             SERVICE   AVAILABLE   AGE\n"
        "v1.              Local     True        0s\n"
        "v2.autoscaling   Local     True        0s\n"
    )
    services = {line.rpartition("/")[2] for line in shell.ok("get apiservices -o name").splitlines()}
    versions = shell.ok("api-versions").split()
    assert services == {f"{version.rpartition('/')[2]}.{version.rpartition('/')[0]}" for version in versions} - {
        "v1.apiregistration.k8s.io"
    }


def test_they_can_be_changed_and_come_back_when_they_are_deleted(shell: Shell) -> None:
    uid = "get apiservice v1.apps -o jsonpath={.metadata.uid}"
    before = shell.ok(uid)
    shell.ok("label apiservice v1.apps x=y")
    assert (shell.ok(uid), shell.ok("get apiservice v1.apps -o jsonpath={.metadata.labels.x}")) == (before, "y")
    shell.ok("delete apiservice v1.apps")
    assert shell.ok(uid) != before
    assert shell.ok("get apiservice v1.apps -o jsonpath={.metadata.labels.x}") == ""
