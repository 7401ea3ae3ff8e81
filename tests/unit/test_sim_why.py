"""``sim why``: what is as wanted, on its way, about to get stuck or stuck; what is foreseen comes about."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from faults import SPREAD, claim, container, pod, probe, quota, service, workload
from kubesim.kubectl.printers.style import paint
from kubesim.views.why import forecast

if TYPE_CHECKING:
    from pathlib import Path

    from command_lines import Shell


@pytest.fixture(autouse=True)
def profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_PROFILE", "kind")


def create(shell: Shell, *objects: dict[str, Any], namespace: str = "default") -> None:
    for number, obj in enumerate(objects):
        shell.write(f"{number}.json", json.dumps(obj))
        shell.ok(f"create -f {number}.json -n {namespace}")


def answers(shell: Shell, line: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shell.ok(f"sim why {line} -o json"))["items"]
    return found


# how an object is


def test_what_is_as_wanted_is_one_line(shell: Shell) -> None:
    create(shell, workload(replicas=2), service({"app": "web"}), claim())
    shell.ok("sim advance 30s")
    shell.ok("run fail --image=nginx:typo")
    assert "\n\npod/fail is stuck" in shell.ok("sim why deployment/web pod/fail")
    assert shell.ok("sim why deployment/web service/web pvc/data").splitlines() == [
        "deployment/web is as wanted: 2 of 2 pods available, revision 1.",
        "service/web is as wanted: 2 endpoints ready.",
        "pvc/data is as wanted: it gets its volume once a pod uses it, as its class wants.",
    ]


def test_a_rollout_is_on_its_way_and_done_when_it_was_said_to_be(shell: Shell) -> None:
    create(shell, workload("Deployment", container(**probe("readiness", httpGet={"port": 80}, initialDelaySeconds=7))))
    [answer] = answers(shell, "deployment/web")
    assert answer["state"] == "OnItsWay"
    [expected] = answer["expected"]
    assert expected["what"] == "as wanted"
    shell.ok(f"sim advance {round(expected['inSeconds'] * 1000) - 1}ms")
    assert answers(shell, "deployment/web")[0]["state"] == "OnItsWay"
    shell.ok("sim advance 1ms")
    assert answers(shell, "deployment/web")[0]["state"] == "AsWanted"


@pytest.mark.parametrize(
    ("image", "retry"),
    [("nginx:1.27-alpin", "next pull"), ("busybox:1.36", "next start")],
)
def test_the_next_try_comes_when_it_was_said_to(shell: Shell, image: str, retry: str) -> None:
    create(shell, workload("Deployment", container(image)))
    shell.ok("sim advance 95s")
    [first] = [one for one in answers(shell, "deployment/web")[0]["expected"] if one["what"] == retry]
    shell.ok(f"sim advance {round(first['inSeconds'] * 1000) - 1}ms")
    [again] = [one for one in answers(shell, "deployment/web")[0]["expected"] if one["what"] == retry]
    assert (again["at"], again["inSeconds"]) == (first["at"], 0.001)
    shell.ok("sim advance 1ms")
    [later] = [one for one in answers(shell, "deployment/web")[0]["expected"] if one["what"] == retry]
    assert later["at"] > first["at"]


def test_the_deadline_is_the_instant_at_which_the_rollout_counts_as_failed(shell: Shell) -> None:
    create(shell, workload("Deployment", container("nginx:typo"), progressDeadlineSeconds=60))
    [expected] = [one for one in answers(shell, "deployment/web")[0]["expected"] if one["what"] == "counts as failed"]
    shell.ok(f"sim advance {round(expected['inSeconds'] * 1000) - 1}ms")
    assert "exceeded its progress deadline" not in "".join(shell("rollout status deployment/web --watch=false")[1:])
    shell.ok("sim advance 1ms")
    assert "exceeded its progress deadline" in "".join(shell("rollout status deployment/web --watch=false")[1:])
    [past] = [one for one in answers(shell, "deployment/web")[0]["expected"] if one["what"] == "counts as failed"]
    assert past["inSeconds"] <= 0
    shell.ok("sim advance 5s")
    assert "; counts as failed since " in shell.ok("sim why deployment/web").replace("Counts", "; counts")


def test_what_is_about_to_get_stuck_is_said_before_it_shows(shell: Shell) -> None:
    create(shell, workload("Deployment", container("busybox:1.36", command=["sleep", "30"])))
    shell.ok("sim advance 20s")
    assert "1/1" in shell.ok("get deployment web")
    [answer] = answers(shell, "deployment/web")
    assert (answer["state"], answer["isToCome"], answer["causes"][0]["code"]) == ("Stuck", True, "Completes")
    assert "since" not in answer
    first = shell.ok("sim why deployment/web").splitlines()[0]
    assert first.startswith("deployment/web is about to get stuck: the command of main ends after 30 s")


def test_a_rollout_that_takes_longer_than_is_seen_is_not_called_stuck(shell: Shell) -> None:
    create(shell, workload(replicas=3, minReadySeconds=1800, progressDeadlineSeconds=3600))
    shell.ok("sim advance 60s")
    [answer] = answers(shell, "deployment/web")
    assert (answer["state"], answer["causes"][0]["code"]) == ("OnItsWay", "MinReadySeconds")
    assert [one["what"] for one in answer["expected"]] == ["still on its way"]


def test_of_what_is_too_much_to_be_foreseen_nothing_is_foretold(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    create(shell, workload(replicas=2))
    monkeypatch.setattr(forecast, "MOST_STEPS", 0)
    [answer] = answers(shell, "deployment/web")
    assert (answer["state"], answer["expected"]) == ("OnItsWay", [])
    shell.ok("set image deployment/web main=nginx:1.161")
    [answer] = answers(shell, "deployment/web")
    assert (answer["state"], [one["what"] for one in answer["expected"]]) == ("Stuck", ["counts as failed"])


def test_a_pod_that_ends_is_gone_when_it_was_said_to_be(shell: Shell) -> None:
    create(shell, pod(container("busybox:1.36", command=["sleep", "3600"])))
    shell.ok("sim advance 20s")
    shell.ok("delete pod web --wait=false")
    [answer] = answers(shell, "pod/web")
    assert (answer["state"], answer["causes"][0]["code"]) == ("OnItsWay", "BeingDeleted")
    [expected] = answer["expected"]
    assert expected["what"] == "gone"
    shell.ok(f"sim advance {round(expected['inSeconds'] * 1000) - 1}ms")
    shell.ok("get pod web")
    shell.ok("sim advance 1ms")
    assert shell("get pod web")[0] == 1


def test_a_pod_that_has_done_its_work_is_as_wanted(shell: Shell) -> None:
    create(shell, pod(container("busybox:1.36", command=["true"]), restartPolicy="Never"))
    shell.ok("sim advance 20s")
    assert shell.ok("sim why pod/web") == "pod/web is as wanted: it has done its work.\n"


def test_a_container_that_may_end_beside_one_that_runs_is_nothing_wrong(shell: Shell) -> None:
    done = container("busybox:1.36", "done", command=["true"])
    create(shell, pod(container(), done, restartPolicy="OnFailure"))
    shell.ok("sim advance 20s")
    assert answers(shell, "pod/web")[0]["state"] == "AsWanted"


def test_a_deployment_of_no_pods_is_as_wanted(shell: Shell) -> None:
    create(shell, workload(replicas=0))
    assert shell.ok("sim why deployment/web") == (
        "deployment/web is as wanted: no pods are wanted (replicas is 0), revision 1.\n"
    )


# its words


def test_a_stuck_rollout_is_told_in_three_lines(shell: Shell) -> None:
    create(shell, workload(replicas=3))
    shell.ok("sim advance 30s")
    shell.ok("set image deployment/web main=nginx:1.161")
    shell.ok("sim advance 1m")
    first, second, third = shell.ok("sim why deployment/web").splitlines()
    assert re.fullmatch(r"deployment/web is stuck for 6\ds: nginx has no tag 1\.161\.", first)
    assert re.fullmatch(
        r"  3 of 3 pods ready \(revision 1\)\. Next pull in \d+(\.\d)? s; "
        r"counts as failed in 9m1?s? \(at \d\d:\d\d:\d\d\)\.",
        second,
    )
    assert third == (
        "  Repair: kubesim set image deployment/web main=nginx:1.16.1"
        " or kubesim rollout undo deployment/web (back to revision 1)"
    )


def test_what_revisions_serve_is_told_apart(shell: Shell) -> None:
    create(shell, workload(replicas=3, strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}))
    shell.ok("sim advance 30s")
    shell.ok("set image deployment/web main=nginx:notready")
    shell.ok("sim advance 30s")
    assert "  2 of 3 pods ready (revision 1). " in shell.ok("sim why deployment/web")


def test_two_causes_are_told_and_the_first_is_repaired(shell: Shell) -> None:
    create(shell, workload("Deployment", container("nginx:1.27-alpin"), container("busybox:lates", "side")))
    first = shell.ok("sim why deployment/web").splitlines()[0]
    assert first.endswith("nginx has no tag 1.27-alpin; and 1 more cause: busybox has no tag lates.")


def test_colour_is_added_and_changes_no_word(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    create(shell, workload("Deployment", container("nginx:1.27-alpin")))
    plain = shell.ok("sim why")
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = shell.ok("sim why")
    assert paint("stuck", "red") in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_what_would_steer_a_terminal_is_shown(shell: Shell) -> None:
    create(
        shell, workload("Deployment", container("busybox:1.36", command=["sh", "-c", "printf 'a\\033[2Jb\\n'; exit 1"]))
    )
    shell.ok("sim advance 30s")
    assert "\x1b" not in shell.ok("sim why deployment/web")


# all in a namespace


def test_without_a_name_all_that_is_not_as_wanted_is_told_once(shell: Shell) -> None:
    create(
        shell,
        workload("Deployment", container("nginx:1.27-alpin")),
        workload(name="fine"),
        service({"app": "web"}),
        service({"app": "fien"}, name="fine"),
        claim(storageClassName="nosuch"),
        workload("Deployment", container(volumeMounts=[{"name": "d", "mountPath": "/d"}]), name="db",
                 pod={"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}),
    )  # fmt: skip
    shell.ok("sim advance 30s")
    found = [(one["object"]["kind"], one["object"]["name"]) for one in answers(shell)]
    assert found == [("Deployment", "db"), ("Deployment", "web"), ("Service", "fine")]


def test_where_all_is_well_that_is_said(shell: Shell) -> None:
    create(shell, workload())
    shell.ok("sim advance 30s")
    assert shell.ok("sim why") == "Nothing in namespace default is stuck or on its way: all is as wanted.\n"
    assert shell.ok("sim why -A") == "Nothing in any namespace is stuck or on its way: all is as wanted.\n"


def test_objects_of_other_namespaces_are_named_with_them_and_repaired_there(shell: Shell) -> None:
    shell.ok("create namespace shop")
    create(shell, quota(pods="1"), workload(replicas=2), namespace="shop")
    shell.ok("sim advance 30s")
    assert answers(shell) == []
    lines = shell.ok("sim why -A").splitlines()
    assert lines[0].startswith("shop/deployment/web is stuck")
    assert "Repair: kubesim patch resourcequota/q" in lines[2]
    assert lines[2].count(" -n shop") == lines[2].count("kubesim ")
    assert shell.ok("sim why -n shop").splitlines()[2] == lines[2]


def test_a_drain_that_a_budget_holds_up_is_told(shell: Shell) -> None:
    create(shell, workload(replicas=2))
    shell.ok("create pdb web --selector=app=web --min-available=2")
    shell.ok("sim advance 30s")
    assert answers(shell) == []
    shell.ok("cordon node01")
    [answer] = answers(shell)
    assert (answer["object"]["kind"], answer["causes"][0]["code"]) == ("Node", "DrainBlocked")


def test_the_job_of_a_cron_job_is_told_and_repaired_in_the_cron_job(shell: Shell) -> None:
    shell.ok("""create cronjob tick --image=busybox:1.366 --schedule='* * * * *' -- true""")
    shell.ok("sim advance 90s")
    answer = answers(shell)[0]
    name = answer["object"]["name"]
    [repair] = answer["causes"][0]["repairs"]
    assert (answer["object"]["kind"], answer["causes"][0]["code"]) == ("Job", "ImageNotFound")
    assert repair["command"] == f"kubesim set image cronjob/tick tick=busybox:1.36.6 && kubesim delete job/{name}"


def test_a_namespace_that_ends_is_told(shell: Shell) -> None:
    shell.ok("create namespace n")
    shell.ok("delete namespace n --wait=false")
    [answer] = answers(shell, "-n n")
    assert (answer["object"]["kind"], answer["state"]) == ("Namespace", "OnItsWay")


# the command line


def test_the_exit_code_tells_only_if_it_is_asked(shell: Shell) -> None:
    create(shell, workload("Deployment", container("nginx:1.27-alpin")))
    assert shell("sim why")[0] == 0
    assert shell("sim why --exit-code")[0] == 1
    shell.ok("set image deployment/web main=nginx:1.27")
    assert shell("sim why --exit-code")[0] == 0


def test_it_changes_nothing(shell: Shell, tmp_path: Path) -> None:
    create(shell, workload("Deployment", container("nginx:1.27-alpin"), replicas=3))
    before = (tmp_path / "state.json").read_bytes()
    first = shell.ok("sim why")
    assert shell.ok("sim why") == first
    assert (tmp_path / "state.json").read_bytes() == before


def test_other_kinds_and_names_are_refused(shell: Shell) -> None:
    assert "why is known of Deployment, " in shell.refused("sim why configmap/kube-root-ca.crt")
    assert shell.refused("sim why pod/none") == 'Error from server (NotFound): pods "none" not found\n'
    assert "unknown output format" in shell.refused("sim why -o xml")


# one fault of several pods, and what really ended a container


def test_what_is_wrong_now_is_stuck_as_of_now(shell: Shell) -> None:
    create(shell, workload("Deployment", container("nginx:typo")))
    first = shell.ok("sim why").splitlines()[0]
    assert first == "deployment/web is stuck as of now: nginx has no tag typo."


def test_the_same_fault_on_several_nodes_is_one(shell: Shell) -> None:
    create(shell, workload("Deployment", container("httpd:2.4", imagePullPolicy="Never"), replicas=3))
    shell.ok("sim advance 1m")
    [cause] = answers(shell, "deployment/web")[0]["causes"]
    assert (cause["code"], len(cause["pods"])) == ("ImageNeverPulled", 3)
    assert "is not on its node, and" in cause["message"]


def test_ends_that_differ_by_a_second_are_one_cause(shell: Shell) -> None:
    script = "sleep 1; exit 3"
    create(shell, workload("Deployment", container("busybox:1.36", command=["sh", "-c", script]), replicas=4))
    shell.ok("sim advance 3m")
    [cause] = answers(shell, "deployment/web")[0]["causes"]
    assert (cause["code"], len(cause["pods"])) == ("Crashes", 4)


def test_a_crash_is_no_kill_although_a_probe_killed_before(shell: Shell) -> None:
    shell.ok("sim images 'app:1=ports 8080'")
    alive = probe("liveness", tcpSocket={"port": 9090}, failureThreshold=1, initialDelaySeconds=20)
    create(shell, workload("Deployment", container("app:1", **alive)))
    shell.ok("sim advance 1m")
    assert answers(shell, "deployment/web")[0]["causes"][0]["code"] == "ProbeKills"
    shell.ok("sim images 'app:1=ports 8080, ends-after 4s, exit-code 3'")
    shell.ok("sim advance 3m")
    assert answers(shell, "deployment/web")[0]["causes"][0]["code"] == "Crashes"


def test_undo_goes_back_to_the_revision_that_worked_whatever_differs(shell: Shell) -> None:
    create(shell, workload("Deployment", container(), strategy={"type": "Recreate"}))
    shell.ok("sim advance 30s")
    shell.ok("set env deployment/web A=1")
    shell.ok("sim advance 30s")
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "main", "command": ["sh", "-c", "exit 1"]}]}}}}
    shell.ok(f"patch deployment/web -p '{json.dumps(patch)}'")
    shell.ok("sim advance 2m")
    shell.ok("set env deployment/web B=1")
    shell.ok("sim advance 2m")
    command = answers(shell, "deployment/web")[0]["causes"][0]["repairs"][0]["command"]
    assert command == "kubesim rollout undo deployment/web --to-revision=2"
    shell.ok(command.removeprefix("kubesim "))
    shell.ok("sim advance 1m")
    assert answers(shell, "deployment/web")[0]["state"] == "AsWanted"


def test_a_command_names_the_namespace_that_was_asked_about_with_a_flag(shell: Shell) -> None:
    shell.ok("create namespace shop")
    create(shell, workload("Deployment", container("nginx:1.27-alpin")), namespace="shop")
    shell.ok("sim advance 30s")
    repair = "kubesim set image deployment/web main=nginx:1.27-alpine -n shop"
    assert repair in shell.ok("sim why -n shop")
    assert answers(shell, "deployment/web -n shop")[0]["causes"][0]["repairs"][0]["command"] == repair


def test_quite_another_image_is_taken_back_and_not_put_right(shell: Shell) -> None:
    create(shell, workload("Deployment", container("redis:7")))
    shell.ok("sim advance 30s")
    shell.ok("set image deployment/web main=ngnix:1.25")
    shell.ok("sim advance 1m")
    [cause] = answers(shell, "deployment/web")[0]["causes"]
    assert [one["command"] for one in cause["repairs"]] == [
        "kubesim rollout undo deployment/web",
        "kubesim set image deployment/web main=nginx:1.25",
    ]


def test_where_there_is_no_place_for_all_another_order_does_not_help(shell: Shell) -> None:
    create(shell, workload(replicas=2))
    shell.ok("sim advance 30s")
    spec = {"replicas": 8, "template": {"spec": {"affinity": {"podAntiAffinity": SPREAD}}}}
    shell.ok(f"patch deployment/web -p '{json.dumps({'spec': spec})}'")
    shell.ok("sim advance 1m")
    commands = [one["command"] for one in answers(shell, "deployment/web")[0]["causes"][0]["repairs"]]
    assert commands
    assert not [one for one in commands if "maxSurge" in one]
