"""``sim snapshot``: states under names."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest
from command_lines import DEPLOYMENT

if TYPE_CHECKING:
    from command_lines import Shell

CREATE = "create deployment web --image=nginx:1.25 --replicas=2"


def test_a_cluster_comes_back_as_it_was_saved(shell: Shell) -> None:
    shell.ok(CREATE)
    shell.ok("rollout status deployment/web")
    before = shell.ok("get all -o json")
    assert shell.ok("sim snapshot save good") == 'snapshot "good" saved\n'
    shell.ok("delete deployment web")
    shell.ok("sim advance 3h")
    assert shell.ok("sim snapshot restore good") == 'snapshot "good" restored\n'
    assert shell.ok("get all -o json") == before
    assert shell.ok("sim undo") == "undone: sim snapshot restore good\n"
    assert shell.ok("get deployments -o name") == ""
    shell.ok("sim redo")
    assert shell.ok("get all -o json") == before
    assert "the whole cluster replaced" in shell.ok("sim log")


def test_a_snapshot_is_of_now_though_nothing_was_saved_since(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_800_000_000_000]
    monkeypatch.setattr("kubesim.sim.clock.wall_now", lambda: now[0])
    monkeypatch.setenv("KUBESIM_SPEED", "1")
    shell.ok(CREATE)
    now[0] += 30_000
    saved = (shell.folder / "state.json").read_bytes()
    shell.ok("sim snapshot save later")
    assert (shell.folder / "state.json").read_bytes() == saved
    now[0] += 3_600_000
    shell.ok("sim snapshot restore later")
    assert shell.ok("get deployment web --no-headers").split() == ["web", "2/2", "2", "2", "30s"]


def test_the_first_command_of_all_may_be_a_snapshot(shell: Shell) -> None:
    shell.ok("sim snapshot save new")
    shell.ok(CREATE)
    (shell.folder / "state.json").unlink()
    shell.ok("sim snapshot restore new")
    assert shell.ok("get deployments -o name") == ""
    assert len(shell.ok("get nodes -o name").splitlines()) == 3


def test_snapshots_are_listed_and_deleted(shell: Shell) -> None:
    assert shell.ok("sim snapshot list") == "No snapshots found.\n"
    shell.ok("sim snapshot save empty")
    shell.ok(CREATE)
    shell.ok("sim snapshot save b")
    header, b, empty = shell.ok("sim snapshot list").splitlines()
    assert header.split("   ")[0] == "NAME"
    assert b.split()[0] == "b"
    assert b.endswith(f"Z   {CREATE}")
    assert empty.split()[0] == "empty"
    assert empty.endswith("Z")
    assert shell.ok("sim snapshot delete b") == 'snapshot "b" deleted\n'
    assert len(shell.ok("sim snapshot list").splitlines()) == 2
    assert shell.refused("sim snapshot delete b") == 'error: there is no snapshot "b"\n'


def test_a_name_is_taken_once_unless_by_force(shell: Shell) -> None:
    shell.ok("sim snapshot save a")
    shell.ok(CREATE)
    assert shell.refused("sim snapshot save a") == 'error: there is a snapshot "a" already; --force replaces it\n'
    shell.ok("sim snapshot save a --force")
    shell.ok("delete deployment web")
    shell.ok("sim snapshot restore a")
    assert shell.ok("get deployments -o name") == "deployment.apps/web\n"


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".a", "-a", "a b", "ä", "a" * 101])
@pytest.mark.parametrize("verb", ["save", "restore", "delete", "diff"])
def test_a_name_is_one_of_a_file(shell: Shell, verb: str, name: str) -> None:
    status, out, err = shell("sim", "snapshot", verb, "--", name)
    assert (status, out) == (1, "")
    assert err.startswith(f'error: invalid name "{name}": a snapshot\'s begins with')


@pytest.mark.parametrize("verb", ["save", "restore", "delete", "diff"])
def test_one_name_is_wanted(shell: Shell, verb: str) -> None:
    assert shell.refused(f"sim snapshot {verb}").startswith("error: exactly one NAME is required\n")
    assert shell.refused(f"sim snapshot {verb} a b").startswith("error: exactly one NAME is required\n")


def test_what_is_not_there_is_said_to_be_not_there(shell: Shell) -> None:
    expected = 'error: there is no snapshot "a"; "sim snapshot list" lists those that there are\n'
    assert shell.refused("sim snapshot restore a") == expected
    assert shell.refused("sim snapshot diff a") == expected


def test_a_damaged_snapshot_is_noticed(shell: Shell) -> None:
    shell.ok("sim snapshot save a")
    path = shell.folder / "state.json.snapshots" / "a.json"
    path.write_bytes(path.read_bytes()[:5000])
    assert shell.ok("sim snapshot list").endswith("damaged\n")
    assert "is damaged" in shell.refused("sim snapshot restore a")


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_nobody_else_may_read_a_snapshot(shell: Shell) -> None:
    shell.ok("sim snapshot save a")
    folder = shell.folder / "state.json.snapshots"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "a.json").stat().st_mode) == 0o600
    assert os.listdir(folder) == ["a.json"]


def test_a_snapshot_that_cannot_be_saved_is_told(shell: Shell) -> None:
    shell.ok("get nodes")
    (shell.folder / "state.json.snapshots").write_text("a file in the folder's place")
    assert shell.refused("sim snapshot save a").startswith('error: cannot save the snapshot "a": ')


def test_a_difference_is_told_field_by_field(shell: Shell) -> None:
    shell.ok("create configmap going --from-literal=a=b")
    shell.ok("create secret generic s --from-literal=a=b -n kube-public")
    shell.ok(CREATE)
    shell.ok("rollout status deployment/web")
    shell.ok("sim snapshot save before")
    assert shell.ok("sim snapshot diff before") == 'nothing has changed since snapshot "before"\n'
    shell.ok("delete configmap going")
    shell.ok("create configmap new")
    shell("patch", "secret", "s", "-n", "kube-public", "-p", '{"stringData":{"a":"c"}}')
    shell.ok("scale deployment web --replicas=3")
    shell.ok("annotate node node01 example.com/n=1")
    lines = shell.ok("sim snapshot diff before").splitlines()
    assert lines[:2] == ["configmap/going deleted", "configmap/new created"]
    assert lines[2] == "deployment.apps/web configured"
    assert "  spec.replicas: 2 -> 3" in lines
    assert "  metadata.annotations[example.com/n]: none -> 1" in lines
    assert lines[lines.index("secret/s in kube-public configured") + 1] == "  data.a: *** -> ***"
    assert any(line.startswith("pod/web-") and line.endswith(" created") for line in lines)
    assert not any("resourceVersion" in line or line.startswith("event/") for line in lines)
    assert any(line.startswith("event/") for line in shell.ok("sim snapshot diff before --all").splitlines())


def test_a_difference_of_many_fields_is_cut_short(shell: Shell) -> None:
    shell.ok("create configmap c " + " ".join(f"--from-literal=k{n}={'x' * 100}" for n in range(15)))
    shell.ok("sim snapshot save before")
    shell("patch", "configmap", "c", "-p", '{"data":{' + ",".join(f'"k{n}":"y"' for n in range(11)) + "}}")
    lines = shell.ok("sim snapshot diff before").splitlines()
    assert len(lines) == 12
    assert lines[-1] == "  1 more field"
    assert len(lines[1]) < 100


def test_a_snapshot_is_a_state_like_any_other(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.ok(f"apply -f {shell.write('web.yml', DEPLOYMENT)}")
    shell.ok("sim snapshot save a")
    monkeypatch.setenv("KUBESIM_STATE", str(shell.folder / "state.json.snapshots" / "a.json"))
    assert shell.ok("get deployments -o name") == "deployment.apps/web\n"
