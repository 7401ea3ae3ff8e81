"""``sim history``: the revisions of a workload, what changed between them, and what an undo makes of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell


@pytest.fixture
def names(shell: Shell) -> dict[int, str]:
    """A Deployment with three revisions; the names of its ReplicaSets by revision."""
    shell.ok("create -f web.yml")
    shell.ok("set image deployment/web nginx=nginx:1.26")
    shell.ok("set env deployment/web A=1")
    found = json.loads(shell.ok("get rs -o json"))["items"]
    annotation = "deployment.kubernetes.io/revision"
    return {int(rs["metadata"]["annotations"][annotation]): rs["metadata"]["name"] for rs in found}


def test_each_revision_has_its_images_and_what_changed(shell: Shell, names: dict[int, str]) -> None:
    shell.ok("sim advance 30s")
    width = max(map(len, names.values()))
    kept = {number: name.ljust(width) for number, name in names.items()}
    assert shell.ok("sim history deployment/web").splitlines() == [
        f"REVISION  PODS  {'KEPT IN'.ljust(width)}  IMAGES",
        f"1         0     {kept[1]}  nginx:1.25",
        f"2         0     {kept[2]}  nginx:1.26",
        "  spec.containers[nginx].image: nginx:1.25 -> nginx:1.26",
        f"3 (now)   2     {kept[3]}  nginx:1.26",
        "  spec.containers[nginx].env[A].value: none -> 1",
        "",
        "kubesim rollout undo deployment/web",
        "  would run the template of revision 2 again. It becomes revision 4, and no 2 is left.",
    ]


def test_an_undo_renumbers_as_it_was_foretold(shell: Shell, names: dict[int, str]) -> None:
    shell.ok("sim advance 30s")
    shell.ok("rollout undo deployment/web --to-revision=1")
    data = json.loads(shell.ok("sim history deployment/web -o json"))
    assert [one["revision"] for one in data["revisions"]] == [2, 3, 4]
    assert [one["isCurrent"] for one in data["revisions"]] == [False, False, True]
    assert data["revisions"][2]["keptIn"] == names[1]
    assert data["revisions"][2]["formerRevisions"] == [1]
    assert data["undo"] == {"backTo": 3, "becomes": 5}
    lines = shell.ok("sim history deployment/web").splitlines()
    assert "  was revision 1 before; an undo gave it the next number" in lines


def test_a_revision_is_compared_with_what_was_before_it_though_that_has_another_number_now(
    shell: Shell, names: dict[int, str]
) -> None:
    shell.ok("sim advance 30s")
    shell.ok("rollout undo deployment/web --to-revision=1")
    second = json.loads(shell.ok("sim history deployment/web -o json"))["revisions"][0]
    assert (second["changedFrom"], second["keptIn"]) == (1, names[2])
    change = {"path": "spec.containers[nginx].image", "old": "nginx:1.25", "new": "nginx:1.26"}
    assert second["changes"] == [change]


def test_what_is_not_kept_is_not_made_up(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    shell.ok("""patch deployment web -p '{"spec":{"revisionHistoryLimit":1}}'""")
    for tag in ("1.26", "1.27", "1.28"):
        shell.ok(f"set image deployment/web nginx=nginx:{tag}")
        shell.ok("sim advance 30s")
    lines = shell.ok("sim history deployment/web").splitlines()
    assert lines[1].startswith("3 ")
    assert lines[2] == "  what revision 2 was is not kept"


def test_a_single_revision_cannot_be_undone(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    last = shell.ok("sim history deployment/web").splitlines()[-1]
    assert last == (
        'kubesim rollout undo deployment/web would do nothing: no rollout history found for deployment "web".'
    )


def test_daemon_sets_keep_their_revisions_without_pods_of_their_own(shell: Shell) -> None:
    template = '{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"nginx:1.25"}]}}'
    spec = f'{{"selector":{{"matchLabels":{{"a":"b"}}}},"template":{template}}}'
    shell.write("ds.yml", f'{{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{{"name":"d"}},"spec":{spec}}}')
    shell.ok("create -f ds.yml")
    shell.ok("set image daemonset/d c=nginx:1.26")
    lines = shell.ok("sim history daemonset/d").splitlines()
    assert lines[0].split() == ["REVISION", "KEPT", "IN", "IMAGES"]
    assert lines[3] == "  spec.containers[c].image: nginx:1.25 -> nginx:1.26"


def test_the_change_cause_has_a_column_if_there_is_one(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    shell.ok("annotate deployment/web kubernetes.io/change-cause=first")
    lines = shell.ok("sim history deployment/web").splitlines()
    assert lines[0].split()[-1] == "CAUSE"
    assert lines[1].split()[-1] == "first"


def test_kinds_without_revisions_are_refused(shell: Shell) -> None:
    shell.ok("run p --image=nginx")
    assert shell.refused("sim history pod/p") == 'error: no history viewer has been implemented for "Pod"\n'
    assert "unknown output format" in shell.refused("sim history deployment/web -o xml")
