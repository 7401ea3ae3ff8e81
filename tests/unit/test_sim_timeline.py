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


# requests


@pytest.fixture
def served(rolled: Shell) -> Shell:
    """The same with a Service ``web``, and a rollout since."""
    rolled.ok("expose deployment web --port 80")
    rolled.ok("sim advance 30s")
    rolled.ok("set image deployment/web nginx=nginx:1.25")
    rolled.ok("sim advance 30s")
    return rolled


def test_a_service_that_selects_the_pods_is_sent_requests(served: Shell) -> None:
    timeline = shown(served, "deployment/web")
    traffic = timeline["traffic"]
    live = json.loads(served.ok("sim traffic web --last -o json"))
    assert (traffic["name"], traffic["port"], traffic["model"]) == ("web", 80, live["model"])
    assert traffic["outcomes"]["refused"] == live["outcomes"]["refused"] > 0
    assert traffic["requests"] == 50 * (timeline["end"] - timeline["begin"])
    assert traffic["stretches"][0]["begin"] == timeline["begin"]
    answered = {row["revision"] for row in traffic["stretches"] if row["outcome"] == "answered"}
    assert answered == {3, 4}


def test_the_terminal_says_who_answered_and_when_requests_were_refused(served: Shell) -> None:
    lines = served.ok("sim timeline deployment/web").splitlines()
    assert any(" requests to service/web: " in line for line in lines[2:4])
    (heading,) = (at for at, line in enumerate(lines) if line.strip() == "50 requests a second")
    answered, refused = lines[heading + 1 : heading + 3]
    assert answered.split()[0] == "answered"
    assert set(answered.split()[1]) == {"█", "▒"}
    assert refused.split()[0] == "refused"
    assert set("".join(refused.split()[1:])) == {"!"}


def test_a_row_of_csv_has_the_requests_of_its_step(served: Shell) -> None:
    rows = list(csv.DictReader(io.StringIO(served.ok("sim timeline deployment/web -o csv"))))
    counts = shown(served, "deployment/web")["traffic"]["outcomes"]
    assert {name: sum(int(row[name]) for row in rows) for name in ("answered", "refused")} == counts
    for row in rows:
        length = float(row["end"]) - float(row["begin"])
        assert abs(int(row["answered"]) + int(row["refused"]) - 50 * length) <= 1


def test_a_trace_counts_requests_by_what_they_came_to(served: Shell) -> None:
    events = json.loads(served.ok("sim timeline deployment/web -o trace"))["traceEvents"]
    counters = [event for event in events if event["name"] == "50 requests a second"]
    assert {frozenset(event["args"]) for event in counters} == {frozenset(("answered", "refused"))}
    assert counters[-1]["args"] == {"answered": 0, "refused": 0}
    assert any(event["args"]["refused"] for event in counters)


def test_a_picture_has_a_row_for_each_outcome(served: Shell) -> None:
    picture = served.ok("sim timeline deployment/web -o svg -")
    assert picture.count(">answered<") == picture.count(">refused<") == 1
    assert "answered (" in picture
    assert "answered" not in served.ok("sim timeline deployment/web --traffic none -o svg -")


def test_the_service_is_the_workloads_own_unless_another_is_named(served: Shell) -> None:
    served.ok("expose deployment web --name another --port 80")
    served.ok("sim advance 1m")
    served.ok("rollout restart deployment web")
    served.ok("sim advance 1m")
    assert shown(served, "deployment/web")["traffic"]["name"] == "web"
    assert shown(served, "deployment/web --traffic svc/another")["traffic"]["name"] == "another"
    assert shown(served, "deployment/web --traffic another --rate 7")["traffic"]["model"]["rate"] == 7
    assert "traffic" not in shown(served, "deployment/web --traffic none")


def test_requests_are_answered_by_others_as_well(served: Shell) -> None:
    labels = "{app: web, track: canary}"
    canary = (
        DEPLOYMENT.replace("name: web}", "name: canary}")
        .replace("{app: web}", labels)
        .replace("replicas: 2", "replicas: 4")
    )
    (served.folder / "canary.yml").write_text(canary)
    served.ok("create -f canary.yml")
    served.ok("sim advance 30s")
    assert "▓ answered by another workload" in served.ok("sim timeline deployment/web --since 10s")
    assert ">answered by another workload<" in served.ok("sim timeline deployment/web --since 10s -o svg")
    by = [row["workload"] for row in shown(served, "deployment/web --since 10s")["traffic"]["stretches"]]
    assert set(by) == {"deployment/web", "deployment/canary"}


def test_a_service_without_a_selector_is_sent_none(served: Shell) -> None:
    patch = '[{"op":"remove","path":"/spec/selector"}]'
    served.ok(f"patch service web --type json -p '{patch}'")
    served.ok("sim advance 5s")
    assert "traffic" not in shown(served, "deployment/web --since 1s")


def test_a_service_that_is_gone_is_sent_no_more_requests(served: Shell) -> None:
    served.ok("delete service web")
    served.ok("sim advance 20s")
    timeline = shown(served, "deployment/web --since 30s")
    assert max(row["end"] for row in timeline["traffic"]["stretches"]) == pytest.approx(timeline["end"] - 20)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("--traffic pod/web", "error: pod/web is no Service; requests are sent to one\n"),
        ("--rate -1", "error: invalid --rate: it must be between 1 and 1000000\n"),
        (
            "--traffic elsewhere",
            "error: service/elsewhere does not select the pods of deployment/web, "
            "or its requests do not go through kube-proxy to pods\n",
        ),
        ("--since 7h --rate 5", "error: requests are counted over six hours at most; --since 10m shows less\n"),
    ],
)
def test_requests_that_cannot_be_sent_are_refused(served: Shell, line: str, error: str) -> None:
    served.ok("sim advance 8h")
    assert served.refused(f"sim timeline deployment/web {line}") == error


def test_a_long_time_is_shown_without_requests(served: Shell) -> None:
    served.ok("sim advance 8h")
    assert "traffic" not in shown(served, "deployment/web --since 7h")


def test_a_change_at_the_instant_before_leaves_room_for_what_was_before(rolled: Shell) -> None:
    rolled.ok(f"patch deployment web {RECREATE}")
    rolled.ok("set image deployment/web nginx=nginx:1.25")
    rolled.ok("rollout status deployment/web")
    timeline = shown(rolled, "deployment/web")
    assert timeline["begin"] == -1
    assert timeline["steps"][0]["readyNew"] == 2


def test_what_was_before_a_change_is_not_held_against_it(shell: Shell) -> None:
    shell.ok("create deployment web --image=nginx:1.20 --replicas=4")
    shell.ok("expose deployment web --port=80")
    shell.ok("rollout status deployment/web")
    shell.ok("set image deployment/web nginx=nginx:1.21")
    shell.ok("rollout status deployment/web")
    shown = shell.ok("sim timeline deployment/web --last")
    assert "never below 3 of 4" in " ".join(shown.split())
