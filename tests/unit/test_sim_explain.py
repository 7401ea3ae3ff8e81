"""``sim explain``: the arithmetic of a rollout, and its steps before they happen, which then happen so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from faults import container, probe, service, workload
from kubesim.views.explain.arithmetic import arithmetic_of, lines

if TYPE_CHECKING:
    from pathlib import Path

    from command_lines import Shell


def write(shell: Shell, *objects: dict[str, Any]) -> None:
    shell.write("f.json", "\n---\n".join(map(json.dumps, objects)))


def explained(shell: Shell, line: str = "-f f.json") -> dict[str, Any]:
    [found] = json.loads(shell.ok(f"sim explain {line} -o json"))["items"]
    answer: dict[str, Any] = found
    return answer


def rolling(surge: int | str, unavailable: int | str) -> dict[str, Any]:
    return {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}}


# the arithmetic


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "words"),
    [
        (
            10,
            "25%",
            "25%",
            [
                "10 pods wanted, replaced step by step (RollingUpdate):",
                "  maxSurge 25% of 10 is 2.5, rounded up 3: at most 13 pods",
                "  maxUnavailable 25% of 10 is 2.5, rounded down 2: at least 8 available",
            ],
        ),
        (
            4,
            "25%",
            1,
            [
                "4 pods wanted, replaced step by step (RollingUpdate):",
                "  maxSurge 25% of 4 is 1: at most 5 pods",
                "  maxUnavailable 1: at least 3 available",
            ],
        ),
        (
            1,
            "0%",
            "25%",
            [
                "1 pod wanted, replaced step by step (RollingUpdate):",
                "  maxSurge 0% of 1 is 0: at most 1 pod",
                "  maxUnavailable 25% of 1 is 0.25, rounded down 0: at least 0 available",
                "  both come to 0, with which no rollout could move: so one pod may be unavailable",
            ],
        ),
        (
            2,
            0,
            5,
            [
                "2 pods wanted, replaced step by step (RollingUpdate):",
                "  maxSurge 0: at most 2 pods",
                "  maxUnavailable 5: at least 0 available",
                "  no more than the 2 pods that there are can be unavailable",
            ],
        ),
    ],
)
def test_what_percents_come_to_is_told_with_the_rounding(
    replicas: int, surge: int | str, unavailable: int | str, words: list[str]
) -> None:
    found = arithmetic_of(workload(replicas=replicas, **rolling(surge, unavailable)))
    assert lines(found) == words


def test_recreate_has_no_bounds() -> None:
    found = arithmetic_of(workload(replicas=3, strategy={"type": "Recreate"}))
    assert lines(found) == [
        "3 pods wanted, all replaced at once (Recreate): every old one ends before a new one starts"
    ]


# a file


def test_a_new_deployment_is_told_with_its_first_revision(shell: Shell) -> None:
    write(shell, workload(replicas=3))
    found = explained(shell)
    shell.ok("apply -f f.json")
    name = shell.ok("get rs -o jsonpath={.items[0].metadata.name}")
    assert found["summary"] == f"it is new: revision 1; ReplicaSet {name}"


def test_a_file_that_changes_nothing_says_so(shell: Shell) -> None:
    write(shell, workload(replicas=3))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 30s")
    assert shell.ok("sim explain -f f.json").splitlines()[0] == "deployment/web: nothing changes."


def test_another_size_alone_is_no_new_revision(shell: Shell) -> None:
    write(shell, workload(replicas=3))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 30s")
    write(shell, workload(replicas=5))
    found = explained(shell)
    assert (found["summary"], found["revision"]) == ("replicas only: no new revision", None)
    assert found["changes"] == [{"path": "spec.replicas", "old": 3, "new": 5}]
    assert [(step["new"], step["old"]) for step in found["steps"]] == [(5, 0)]


@pytest.mark.parametrize(
    ("surge", "unavailable", "seconds"),
    [("25%", "25%", 0), (1, 0, 0), (0, 2, 0), ("100%", 0, 5), (3, "40%", 3)],
)
def test_the_steps_come_about_as_they_were_foretold(
    shell: Shell, surge: int | str, unavailable: int | str, seconds: int
) -> None:
    main = probe("readiness", httpGet={"port": 80}, initialDelaySeconds=2)
    spec = {"replicas": 6, "minReadySeconds": seconds, **rolling(surge, unavailable)}
    write(shell, workload("Deployment", container("nginx:1.25", **main), **spec))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 60s")
    write(shell, workload("Deployment", container("nginx:1.26", **main), **spec))
    found = explained(shell)
    shell.ok("apply -f f.json")
    begin = 0.0
    for step in [*found["steps"], {"afterSeconds": found["doneAfterSeconds"], "old": 0, "new": 6}]:
        length = round((step["afterSeconds"] - begin) * 1000)
        shell.ok(f"sim advance {length}ms")
        begin = step["afterSeconds"]
        assert sizes(shell)[1] <= step["new"]
    assert sizes(shell) == (0, 6)
    assert "successfully rolled out" in shell.ok("rollout status deployment/web --watch=false")
    assert found["revision"]["replicaSet"] in shell.ok("get rs")


def sizes(shell: Shell) -> tuple[int, int]:
    """How many pods the old ReplicaSets and the new one are to have."""
    found = json.loads(shell.ok("get rs -o json"))["items"]
    new = [rs["spec"]["replicas"] for rs in found if "1.26" in json.dumps(rs["spec"])]
    return sum(rs["spec"]["replicas"] for rs in found) - sum(new), sum(new)


def test_the_first_step_is_what_is_there_at_once(shell: Shell) -> None:
    write(shell, workload(replicas=10))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 30s")
    write(shell, workload("Deployment", container("nginx:1.26"), replicas=10))
    first = explained(shell)["steps"][0]
    shell.ok("apply -f f.json")
    assert (first["afterSeconds"], first["old"], first["new"]) == (0.0, *sizes(shell)) == (0.0, 8, 5)


def test_an_image_is_a_new_revision_with_its_steps(shell: Shell) -> None:
    write(shell, workload(replicas=10))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 30s")
    write(shell, workload("Deployment", container("nginx:1.26"), replicas=10))
    text = shell.ok("sim explain -f f.json").splitlines()
    name = explained(shell)["revision"]["replicaSet"]
    assert text[0] == f"deployment/web: image: revision 2; ReplicaSet {name}."
    assert text[1] == "  spec.template.spec.containers[main].image: nginx:1.25 -> nginx:1.26"
    assert text[7].split() == ["AFTER", "OLD", "NEW", "AVAILABLE", "WHAT", "HAPPENS"]
    assert text[8].split(maxsplit=5)[2:] == ["8", "5", "8", "5 new pods start, 2 old pods end"][:4]
    assert "done" in text[-3]
    assert text[-1].startswith("Never below 8 of 10, never more than 13 pods")


def test_what_was_there_before_is_the_old_replica_set_again(shell: Shell) -> None:
    write(shell, workload(replicas=2))
    shell.ok("apply -f f.json")
    name = shell.ok("get rs -o jsonpath={.items[0].metadata.name}")
    shell.ok("sim advance 30s")
    shell.ok("set image deployment/web main=nginx:1.26")
    shell.ok("sim advance 30s")
    assert explained(shell)["summary"] == f"image: revision 3, which is revision 1 again; ReplicaSet {name}"


def test_what_was_changed_without_the_file_is_brought_back(shell: Shell) -> None:
    write(shell, workload(replicas=2))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 30s")
    shell.ok("set image deployment/web main=nginx:1.26")
    shell.ok("sim advance 30s")
    write(shell, workload(replicas=4))
    found = {one["path"]: one for one in explained(shell)["changes"]}
    image = found["spec.template.spec.containers[main].image"]
    assert (image["old"], image["new"], image["bringsBack"], image["setBy"]) == (
        *("nginx:1.26", "nginx:1.25"),
        True,
        "kubectl-set",
    )
    assert "bringsBack" not in found["spec.replicas"]
    lines_of_text = shell.ok("sim explain -f f.json").splitlines()
    assert lines_of_text[2].endswith("  (the file brings this back; kubectl set changed it 30s ago)")


def test_a_paused_deployment_gets_no_revision_yet(shell: Shell) -> None:
    write(shell, workload(replicas=2))
    shell.ok("apply -f f.json")
    shell.ok("rollout pause deployment/web")
    write(shell, workload("Deployment", container("nginx:1.26"), replicas=2))
    found = explained(shell)
    assert found["summary"] == "image: no revision yet, since the Deployment is paused"
    assert found["steps"] == []


def test_a_change_that_gets_stuck_says_why(shell: Shell) -> None:
    write(shell, workload(replicas=3))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 30s")
    write(shell, workload("Deployment", container("nginx:1.161"), replicas=3))
    text = shell.ok("sim explain -f f.json").splitlines()
    assert text[-1] == "It gets stuck: image nginx:1.161 cannot be pulled: the rule * 1.161 is about it; 3 of 3 pods ready (revision 1)."  # fmt: skip
    assert explained(shell)["trouble"]["causes"][0]["code"] == "ImageNotFound"


def test_what_the_api_server_refuses_is_told_and_exits_1(shell: Shell) -> None:
    write(shell, workload(replicas=3))
    shell.ok("apply -f f.json")
    other = workload(replicas=3)
    other["spec"]["selector"] = {"matchLabels": {"app": "other"}}
    other["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    write(shell, other)
    status, out, err = shell("sim explain -f f.json")
    assert (status, err) == (1, "")
    assert out.splitlines()[0] == "deployment/web: the API server refuses it."
    assert "field is immutable" in out


def test_other_kinds_in_a_file_are_told_by_their_fields(shell: Shell) -> None:
    write(shell, workload(), service({"app": "web"}))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 30s")
    write(shell, workload(), service({"app": "other"}))
    found = json.loads(shell.ok("sim explain -f f.json -o json"))["items"]
    assert [one["summary"] for one in found] == ["nothing changes", "selector changes"]
    assert found[1]["changes"] == [{"path": "spec.selector.app", "old": "web", "new": "other"}]


# a name


def test_by_name_the_next_rollout_is_rehearsed_with_a_restart(shell: Shell) -> None:
    write(shell, workload(replicas=4))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 30s")
    text = shell.ok("sim explain deployment/web").splitlines()
    assert text[:2] == [
        "deployment/web: 4 of 4 pods available, revision 1.",
        "Applied again, its file would change nothing.",
    ]
    assert text[7].startswith("If its pod template changed now (tried in memory with a restart: revision 2; ")
    assert "done" in text[-3]


def test_by_name_it_is_told_what_the_file_would_bring_back(shell: Shell) -> None:
    write(shell, workload(replicas=4))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 30s")
    shell.ok("set image deployment/web main=nginx:1.26")
    shell.ok("scale deployment/web --replicas=2")
    shell.ok("sim advance 30s")
    assert shell.ok("sim explain deployment/web").splitlines()[1:4] == [
        "Applied again, its file would bring back:",
        "  spec.replicas: 2 -> 4  (kubectl changed it 30s ago)",
        "  spec.template.spec.containers[main].image: nginx:1.26 -> nginx:1.25  (kubectl set changed it 30s ago)",
    ]


def test_by_name_what_is_still_to_come_of_a_rollout_is_told(shell: Shell) -> None:
    shell.ok("create deployment web --image=nginx:1.25 --replicas=4")
    shell.ok("sim advance 30s")
    shell.ok("set image deployment/web nginx=nginx:1.26")
    text = shell.ok("sim explain deployment/web").splitlines()
    assert text[1] == "It was not applied from a file."
    assert text[7] == "What is still to come of its rollout:"
    assert text[9].split()[:2] != ["0", "s"]


def test_what_is_explained_has_one_name_or_a_file(shell: Shell) -> None:
    for line in ("sim explain", "sim explain deployment/web -f web.yml"):
        assert shell.refused(line) == "error: name a Deployment, a StatefulSet or a DaemonSet, or a file with -f\n"
    shell.ok("run p --image=nginx")
    assert "not a Pod by name" in shell.refused("sim explain pod/p")
    assert "unknown output format" in shell.refused("sim explain pod/p -o xml")


def test_nothing_is_saved(shell: Shell, tmp_path: Path) -> None:
    shell.ok("create -f web.yml")
    before = (tmp_path / "state.json").read_bytes()
    first = shell.ok("sim explain deployment/web")
    assert shell.ok("sim explain deployment/web") == first
    assert (tmp_path / "state.json").read_bytes() == before


# StatefulSets and DaemonSets


def stateful_set(**spec: Any) -> dict[str, Any]:
    return workload("StatefulSet", container(), replicas=3, serviceName="web", **spec)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (
            {},
            [
                "3 pods wanted, replaced one by one (RollingUpdate):",
                "  from web-2 down to web-0, each once the one before is available",
                "  podManagementPolicy OrderedReady: made from web-0 up, each once the one before is available",
            ],
        ),
        (
            {"podManagementPolicy": "Parallel", "updateStrategy": {"rollingUpdate": {"partition": 2}}},
            [
                "3 pods wanted, replaced one by one (RollingUpdate):",
                "  partition 2: web-0 to web-1 keep the old template",
                "  web-2 alone",
                "  podManagementPolicy Parallel: scaled, pods are made and deleted all at once; replaced, one by one",
            ],
        ),
        (
            {"updateStrategy": {"type": "OnDelete"}},
            ["3 pods wanted, and with OnDelete an old one stays until somebody deletes it"],
        ),
    ],
)
def test_the_order_of_a_stateful_set_is_told(shell: Shell, spec: dict[str, Any], words: list[str]) -> None:
    write(shell, stateful_set(**spec))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 1m")
    lines_after = shell.ok("sim explain statefulset/web").splitlines()[3:]
    assert lines_after[: len(words)] == words


def test_the_steps_of_a_stateful_set_keep_its_partition(shell: Shell) -> None:
    write(shell, stateful_set(updateStrategy={"rollingUpdate": {"partition": 1}}))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 1m")
    text = shell.ok("sim explain statefulset/web")
    shell.ok("rollout restart statefulset/web")
    name = shell.ok("get statefulset/web -o jsonpath={.status.updateRevision}")
    assert f"tried in memory with a restart: revision 2; ControllerRevision {name}" in text
    rows = [line.split(maxsplit=5) for line in text.splitlines() if line.endswith(("starts", "ends", "done"))]
    assert [row[2:4] for row in rows] == [["2", "0"], ["2", "1"], ["1", "1"], ["1", "2"], ["1", "2"]]
    assert rows[0][5] == "1 old pod ends"


def test_by_hand_nothing_is_replaced_and_nothing_is_stuck(shell: Shell) -> None:
    write(shell, stateful_set(updateStrategy={"type": "OnDelete"}))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 1m")
    assert "stuck" not in shell.ok("sim explain statefulset/web")


def test_a_daemon_set_is_told_with_its_nodes(shell: Shell) -> None:
    spec = {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "30%"}}}
    write(shell, workload("DaemonSet", container(), **spec))
    shell.ok("apply -f f.json")
    shell.ok("sim advance 1m")
    write(shell, workload("DaemonSet", container("nginx:1.26"), **spec))
    found = explained(shell)
    desired = int(shell.ok("get daemonset/web -o jsonpath={.status.desiredNumberScheduled}"))
    assert [one["path"] for one in found["changes"]] == ["spec.template.spec.containers[main].image"]
    unavailable = -(-desired * 30 // 100)
    assert found["arithmetic"]["maxUnavailable"] == {"given": "30%", "pods": unavailable}
    assert found["steps"][0]["old"] == desired - unavailable
    assert (found["steps"][-1]["old"], found["steps"][-1]["new"]) == (0, desired)
    assert set(found["revision"]) == {"number", "controllerRevision"}
