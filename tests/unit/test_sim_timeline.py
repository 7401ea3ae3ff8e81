"""``kubesim sim timeline``: which stretch of which workload it shows, and where the picture goes."""

from __future__ import annotations

import csv
import io
import json
import sys
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import pytest
from command_lines import DEPLOYMENT

if TYPE_CHECKING:
    from command_lines import Shell

RECREATE = '-p \'{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}\''


@pytest.fixture
def rolled(shell: Shell) -> Shell:
    """A shell in which ``web``, of two pods, was created and rolled out to two more revisions, 30 s apart."""
    shell.ok("create -f web.yml")
    for image in ("nginx:1.26", "nginx:1.27"):
        shell.ok("sim advance 30s")
        shell.ok(f"set image deployment/web nginx={image}")
        shell.ok("rollout status deployment/web")
    shell.ok("sim advance 30s")
    return shell


def shown(shell: Shell, line: str) -> Any:
    return json.loads(shell.ok(f"sim timeline {line} -o json"))


def commands(timeline: Any) -> list[str]:
    return [mark["text"] for mark in timeline["marks"]]


def test_the_last_rollout_is_shown_from_its_command_until_it_was_done(rolled: Shell) -> None:
    timeline = shown(rolled, "deployment/web")
    assert commands(timeline) == ["kubesim set image deployment/web nginx=nginx:1.27"]
    assert (timeline["marks"][0]["at"], timeline["begin"]) == (0, -1)
    done = timeline["steps"][-1]["at"]
    assert timeline["end"] - 1 <= done <= timeline["end"]
    assert timeline["verdict"]["sentence"].startswith("never below 2 of 2, never more than 3 pods")
    assert {pod["revision"] for pod in timeline["pods"]} == {2, 3}


def test_last_is_the_default(rolled: Shell) -> None:
    assert rolled.ok("sim timeline deployment/web --last") == rolled.ok("sim timeline deployment/web")


def test_a_revision_is_the_rollout_that_made_it(rolled: Shell) -> None:
    assert commands(shown(rolled, "deployment/web --revision 2")) == [
        "kubesim set image deployment/web nginx=nginx:1.26"
    ]
    created = shown(rolled, "deployment/web --revision 1")
    assert commands(created) == ["kubesim create -f web.yml"]
    assert created["verdict"]["sentence"].startswith("ready ")


def test_a_revision_that_was_renumbered_by_an_undo_has_its_new_number(rolled: Shell) -> None:
    rolled.ok("rollout undo deployment/web --to-revision=1")
    rolled.ok("rollout status deployment/web")
    assert commands(shown(rolled, "deployment/web --revision 4")) == [
        "kubesim rollout undo deployment/web --to-revision=1"
    ]


def test_since_goes_back_from_now(rolled: Shell) -> None:
    timeline = shown(rolled, "deployment/web --since 50s")
    assert timeline["end"] - timeline["begin"] == 50
    assert commands(timeline) == ["kubesim set image deployment/web nginx=nginx:1.27"]
    whole = shown(rolled, "deployment/web --since 10h")
    assert commands(whole) == [
        "kubesim create -f web.yml",
        "kubesim set image deployment/web nginx=nginx:1.26",
        "kubesim set image deployment/web nginx=nginx:1.27",
    ]
    assert whole["verdict"]["sentence"].startswith("ready ")


def test_a_rollout_that_is_not_done_is_shown_up_to_now(rolled: Shell) -> None:
    rolled.ok("set image deployment/web nginx=nginx:1.161")
    rolled.ok("sim advance 20s")
    timeline = shown(rolled, "deployment/web")
    assert (timeline["end"], timeline["verdict"]["outcome"]) == (20, "still in progress")


def test_a_rollout_that_gave_way_to_another_ends_there(rolled: Shell) -> None:
    rolled.ok("set image deployment/web nginx=nginx:1.161")
    rolled.ok("sim advance 20s")
    rolled.ok("set image deployment/web nginx=nginx:1.25")
    rolled.ok("sim settle")
    timeline = shown(rolled, "deployment/web --revision 4")
    assert 20 <= timeline["end"] < 23


def test_scaling_is_no_rollout_but_is_pointed_out(rolled: Shell) -> None:
    before = shown(rolled, "deployment/web")
    rolled.ok("scale deployment/web --replicas 3")
    rolled.ok("sim advance 5s")
    assert shown(rolled, "deployment/web")["marks"] == before["marks"]
    assert commands(shown(rolled, "deployment/web --since 6s")) == ["kubesim scale deployment/web --replicas 3"]


def test_commands_about_other_workloads_and_those_that_only_wait_are_not_pointed_out(rolled: Shell) -> None:
    rolled.ok("create deployment other --image nginx")
    rolled.ok("wait --for=condition=Available deployment/other")
    rolled.ok("cordon node01")
    rolled.ok("delete pod -l app=web --wait=false")
    assert commands(shown(rolled, "deployment/web --since 30s")) == [
        "kubesim cordon node01",
        "kubesim delete pod -l app=web --wait=false",
    ]


def test_without_a_name_every_deployment_that_was_rolled_out_is_shown(rolled: Shell) -> None:
    rolled.ok("create deployment other --image nginx")
    rolled.ok("-n kube-system create deployment hidden --image nginx")
    rolled.ok("sim settle")
    assert [timeline["name"] for timeline in shown(rolled, "")] == ["web", "other"]
    assert shown(rolled, "-n kube-system")["name"] == "hidden"


def test_several_names_are_side_by_side_on_one_scale(rolled: Shell) -> None:
    rolled.ok("create deployment other --image nginx --replicas 4")
    rolled.ok("sim settle")
    first, *_ = rolled.ok("sim timeline deployment/web deployment/other").splitlines()
    assert "deployment/web" in first
    assert "deployment/other" in first
    one, other = shown(rolled, "deployment/web deployment/other")
    assert one["begin"] == -1
    assert one["end"] == pytest.approx(other["end"], abs=1.5)


def test_unnamed_ones_are_below_each_other_unless_beside(rolled: Shell) -> None:
    rolled.ok("create deployment other --image nginx")
    rolled.ok("sim settle")
    first, *_ = rolled.ok("sim timeline").splitlines()
    assert "other" not in first
    first, *_ = rolled.ok("sim timeline --beside").splitlines()
    assert "other" in first


def test_what_is_gone_is_still_known(rolled: Shell) -> None:
    rolled.ok("delete deployment web")
    rolled.ok("sim advance 1m")
    timeline = shown(rolled, "deployment/web --since 61s")
    assert (timeline["verdict"]["outcome"], commands(timeline)) == ("deleted", ["kubesim delete deployment web"])


def test_the_past_of_another_cluster_is_not_this_ones(rolled: Shell) -> None:
    rolled.ok("sim reset")
    assert rolled("sim timeline") == (
        0,
        "",
        "No Deployment of namespace default was rolled out since the journal began.\n",
    )


def test_a_daemon_set_has_a_timeline_too(shell: Shell) -> None:
    daemon_set = DEPLOYMENT.replace("Deployment", "DaemonSet").replace("  replicas: 2\n", "")
    (shell.folder / "daemon-set.yml").write_text(daemon_set)
    shell.ok("create -f daemon-set.yml")
    shell.ok("sim settle")
    shell.ok("set image daemonset/web nginx=nginx:1.26")
    shell.ok("sim settle")
    timeline = shown(shell, "daemonset/web")
    assert (timeline["kind"], timeline["verdict"]["outcome"]) == ("DaemonSet", "done")
    assert commands(timeline) == ["kubesim set image daemonset/web nginx=nginx:1.26"]
    assert shown(shell, "daemonset/web --revision 1")["zero"] < timeline["zero"]


def test_what_was_there_before_the_journal_began_has_no_known_rollout(rolled: Shell) -> None:
    rmtree(rolled.folder / "state.json.journal")
    assert rolled.refused("sim timeline deployment/web") == (
        "error: the journal does not know of a rollout of deployment/web; --since 10m shows what it knows of\n"
    )
    rolled.ok("scale deployment/web --replicas 3")
    rolled.ok("sim settle")
    assert commands(shown(rolled, "deployment/web --since 1h")) == ["kubesim scale deployment/web --replicas 3"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("deployment/none", 'Error from server (NotFound): deployments.apps "none" not found\n'),
        (
            "service/web",
            "error: a timeline shows one of Deployment, ReplicaSet, StatefulSet, DaemonSet, not a Service\n",
        ),
        ("deployment/web --last --since 1m", "error: only one of --last, --since and --revision can be specified\n"),
        ("deployment/web --revision -1", "error: --since and --revision must be positive\n"),
        (
            "deployment/web --revision 9",
            "error: the journal does not know of the rollout to revision 9 of deployment/web; "
            "--since 10m shows what it knows of\n",
        ),
        (
            "deployment/web -o gif x.gif",
            "error: unable to match a format 'gif', allowed formats are: svg,png,json,csv,trace\n",
        ),
        (
            "deployment/web -o png",
            "error: a PNG goes into a file: give its name after -o png, such as rollout.png\n",
        ),
        ("deployment/web -o svg none/x.svg", "error: none/x.svg: No such file or directory\n"),
    ],
)
def test_what_cannot_be_shown_is_refused(rolled: Shell, line: str, error: str) -> None:
    assert rolled.refused(f"sim timeline {line}") == error


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_fits_the_width(rolled: Shell, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = rolled.ok("sim timeline deployment/web").splitlines()
    assert width - 3 <= max(map(len, lines)) <= width


def test_colour_is_added_where_it_is_wanted(rolled: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = rolled.ok("sim timeline")
    assert "\x1b" not in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    painted = rolled.ok("sim timeline")
    assert "\x1b[32m█" in painted
    monkeypatch.setenv("NO_COLOR", "1")
    assert rolled.ok("sim timeline") == plain


def test_files_are_written_and_summed_up(rolled: Shell) -> None:
    verdict = shown(rolled, "deployment/web")["verdict"]["sentence"]
    for name, words in (("x.svg", "svg"), ("x.csv", "csv"), ("x.json", "json"), ("t.json", "trace")):
        assert rolled.ok(f"sim timeline deployment/web -o {words} {name}") == f"deployment/web: {verdict}\n"
    assert (rolled.folder / "x.svg").read_text() == rolled.ok("sim timeline deployment/web -o svg -")
    assert (rolled.folder / "x.svg").read_text().startswith("<svg ")
    assert json.loads((rolled.folder / "x.json").read_text()) == shown(rolled, "deployment/web")
    rows = list(csv.DictReader(io.StringIO((rolled.folder / "x.csv").read_text())))
    assert {row["workload"] for row in rows} == {"deployment/web"}
    assert json.loads((rolled.folder / "t.json").read_text())["traceEvents"]


def test_a_png_is_twice_as_large_as_the_svg(rolled: Shell) -> None:
    pytest.importorskip("resvg_py")
    rolled.ok("sim timeline deployment/web -o png x.png")
    content = (rolled.folder / "x.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") == 1920


def test_a_png_without_its_extra_names_it(rolled: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert rolled.refused("sim timeline deployment/web -o png x.png") == (
        "error: -o png needs resvg-py: pip install 'kubesim[png]'\n"
    )


def test_a_terminal_that_knows_no_blocks_gets_ascii(rolled: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert rolled.ok("sim timeline deployment/web").isascii()


def test_a_command_line_cannot_steer_the_terminal(rolled: Shell) -> None:
    rolled("annotate", "deployment/web", "note=\x1b[31m")
    assert "\x1b" not in rolled.ok("sim timeline deployment/web --since 5s")


def test_recreate_beside_rolling_update_makes_the_point(rolled: Shell) -> None:
    rolled.ok("create deployment down --image nginx:1.25 --replicas 3")
    rolled.ok(f"patch deployment down {RECREATE}")
    rolled.ok("sim settle")
    rolled.ok("set image deployment/down nginx=nginx:1.26")
    rolled.ok("sim settle")
    down, web = shown(rolled, "deployment/down deployment/web")
    assert down["verdict"]["secondsWithoutReady"] > 1
    assert web["verdict"]["secondsBelowFloor"] == 0
    assert "╳" in rolled.ok("sim timeline deployment/down")
