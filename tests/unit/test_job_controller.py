"""Jobs: how many pods they make, when they are over, and how their pods are counted."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import Obj, annotations_of, condition_of, is_terminating, labels_of, parse_time, with_metadata
from kubesim.api.well_known import JOB_COMPLETION_INDEX_ANNOTATION, JOB_INDEX_FAILURE_COUNT_ANNOTATION
from kubesim.cluster import Client
from kubesim.controllers.job import indexes
from kubesim.controllers.job.pod_backoff import BackOff, next_back_off
from kubesim.controllers.job.policies import judge, match_success_policy
from workload_world import START, Workloads

SECOND = 1000
TRACKING = "batch.kubernetes.io/job-tracking"


def job(name: str = "work", command: str = "sleep 1", policy: str = "Never", **spec: Any) -> Obj:
    container = {"name": "main", "image": "busybox:1.36", "command": ["sh", "-c", command]}
    template = {"spec": {"restartPolicy": policy, "containers": [container]}}
    meta = {"name": name, "namespace": "default"}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": {"template": template, **spec}}


def running(obj: Obj | None = None, seconds: float = 60) -> Workloads:
    world = Workloads()
    world.create(obj or job())
    world.run(seconds)
    return world


def suspend(world: Workloads, is_suspended: bool) -> None:
    world.change("Job", "work", lambda spec: {**spec, "suspend": is_suspended})


def conditions(world: Workloads) -> list[tuple[str, str]]:
    found = world.get("Job", "work")["status"].get("conditions", [])
    return [(c["type"], c["reason"]) for c in found if c["status"] == "True"]


def counts(world: Workloads) -> list[int | None]:
    return world.status("Job", "work", "active", "succeeded", "failed")


def created(world: Workloads) -> list[float]:
    """When each pod was made, in seconds since the beginning."""
    made = [c.new for c in world.history if c.key.kind == "Pod" and c.old is None]
    return [(parse_time(pod["metadata"]["creationTimestamp"]) - START) / SECOND for pod in made]


def most_at_once(world: Workloads) -> int:
    alive: set[str] = set()
    most = 0
    for key, _, new, _ in world.history:
        if key.kind == "Pod":
            is_active = new is not None and not is_terminating(new) and new["status"]["phase"] in ("Pending", "Running")
            (alive.add if is_active else alive.discard)(key.name)
            most = max(most, len(alive))
    return most


# the end


def test_one_pod_that_succeeds_is_enough():
    world = running()
    status = dict(world.get("Job", "work")["status"])
    ended = status.pop("completionTime")
    told = {"message": "Reached expected number of succeeded pods", "reason": "CompletionsReached", "status": "True"}
    times = {"lastProbeTime": ended, "lastTransitionTime": ended}
    assert status == {
        "conditions": [{**told, **times, "type": kind} for kind in ("SuccessCriteriaMet", "Complete")],
        "ready": 0,
        "startTime": "2026-11-23T02:13:20Z",
        "succeeded": 1,
        "terminating": 0,
        "uncountedTerminatedPods": {},
    }


def test_what_is_told_of_a_job():
    world = running()
    [name] = world.names()
    assert world.told("Job", "work") == [
        ("SuccessfulCreate", f"Created pod: {name}"),
        ("Completed", "Job completed"),
    ]


@pytest.mark.parametrize(
    ("completions", "parallelism", "most"),
    [
        pytest.param(3, 1, 1, id="one after the other"),
        pytest.param(5, 2, 2, id="two at a time"),
        pytest.param(2, 5, 2, id="no more than are needed"),
    ],
)
def test_completions_and_parallelism(completions, parallelism, most):
    world = running(job(completions=completions, parallelism=parallelism))
    assert counts(world) == [None, completions, None]
    assert len(world.names()) == completions
    assert most_at_once(world) == most


def test_without_completions_the_first_success_ends_what_is_made_and_the_others_finish():
    world = running(job(parallelism=3))
    assert counts(world) == [None, 3, None]
    assert ("Complete", "CompletionsReached") in conditions(world)


def test_no_parallelism_no_pods():
    assert running(job(parallelism=0, completions=1)).names() == []


def test_a_second_is_waited_for_more_news_before_the_next_pod():
    world = running(job(completions=2))
    first, second = created(world)
    pod = world.pods()[0]
    ended = pod["status"]["containerStatuses"][0]["state"]["terminated"]["finishedAt"]
    assert first == 0
    assert 0 <= second - (parse_time(ended) - START) / SECOND <= 2


# failure


def test_failures_are_followed_by_longer_and_longer_pauses():
    world = running(job(command="exit 3", backoffLimit=3), seconds=300)
    assert conditions(world) == [
        ("FailureTarget", "BackoffLimitExceeded"),
        ("Failed", "BackoffLimitExceeded"),
    ]
    assert counts(world) == [None, None, 4]
    made = created(world)
    pauses = [later - earlier for earlier, later in zip(made, made[1:], strict=False)]
    assert [round(pause / 10) for pause in pauses] == [1, 2, 4]
    assert world.told("Job", "work")[-1] == ("BackoffLimitExceeded", "Job has reached the specified backoff limit")


def test_no_failure_is_allowed_where_the_limit_is_zero():
    world = running(job(command="exit 1", backoffLimit=0))
    assert len(world.names()) == 1
    assert ("Failed", "BackoffLimitExceeded") in conditions(world)


def test_containers_that_restart_in_place_count_too():
    world = running(job(command="exit 1", policy="OnFailure", backoffLimit=2), seconds=300)
    assert ("Failed", "BackoffLimitExceeded") in conditions(world)
    assert world.names() == []


def test_a_job_is_over_when_its_time_is():
    world = running(job(command="sleep 1000", activeDeadlineSeconds=10), seconds=9.9)
    assert conditions(world) == []
    world.run(3)
    assert conditions(world)[-1] == ("Failed", "DeadlineExceeded")
    assert world.names() == []
    assert world.told("Job", "work")[-1] == ("DeadlineExceeded", "Job was active longer than specified deadline")


def test_what_was_running_counts_as_failed():
    world = running(job(command="sleep 1000", activeDeadlineSeconds=10, parallelism=2, completions=2))
    assert counts(world) == [None, None, 2]


@pytest.mark.parametrize(
    ("before", "succeeded", "failed", "expected"),
    [
        pytest.param(BackOff(1, 5), [], [], BackOff(1, 5), id="no news"),
        pytest.param(BackOff(1, 5), [], [7, 9], BackOff(3, 9_000), id="failures add up"),
        pytest.param(BackOff(3, 5), [8], [], BackOff(), id="a success forgives"),
        pytest.param(BackOff(3, 5), [8], [7, 9], BackOff(1, 9_000), id="failures after the success count"),
    ],
)
def test_the_back_off_after_pods_that_ended(before, succeeded, failed, expected):
    assert next_back_off(before, [ended_at(s) for s in succeeded], [ended_at(s) for s in failed]) == expected


def ended_at(second: int) -> Obj:
    ended = {"terminated": {"finishedAt": f"1970-01-01T00:00:{second:02d}Z"}}
    return {"metadata": {}, "status": {"containerStatuses": [{"state": ended}]}}


@pytest.mark.parametrize(("failures", "seconds"), [(1, 10), (2, 20), (6, 320), (7, 600), (50, 600)], ids=str)
def test_the_pause_doubles_up_to_ten_minutes(failures, seconds):
    assert BackOff(failures, 100 * SECOND).end() == (100 + seconds) * SECOND


def test_without_a_failure_there_is_no_pause_at_any_time():
    assert BackOff(0, 100 * SECOND).end() <= parse_time("0001-01-01T00:00:00Z")


# pods


def test_pods_tell_their_job_and_are_tracked_until_they_are_counted():
    world = running(job(command="sleep 100"), seconds=5)
    [pod] = world.pods()
    uid = world.get("Job", "work")["metadata"]["uid"]
    assert labels_of(pod) == {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": "work",
        "controller-uid": uid,
        "job-name": "work",
    }
    assert pod["metadata"]["finalizers"] == [TRACKING]
    world.run(200)
    assert "finalizers" not in world.pods()[0]["metadata"]


def test_a_pod_that_is_deleted_before_it_ran_counts_as_failed_and_is_replaced():
    world = running(job(command="sleep 1000"), seconds=0.5)
    [first] = world.names()
    world.delete("Pod", first)
    world.run(30)
    assert first not in world.names()
    assert counts(world) == [1, None, 1]


def test_deleting_a_job_takes_its_pods_along():
    world = running(job(command="sleep 1000"), seconds=5)
    world.delete("Job", "work")
    world.run(5)
    assert world.pods(leaving=True) == []


@pytest.mark.parametrize("how", ["Foreground", "Background"])
def test_so_it_does_when_they_have_ended(how):
    world = running(job(completions=2))
    world.delete("Job", "work", propagation=how)
    world.run(5)
    assert world.pods(leaving=True) == []
    assert world.find("Job", "work") is None


def test_pods_may_be_left_behind_and_nobody_holds_them():
    world = running(job(command="sleep 1000"), seconds=5)
    world.delete("Job", "work", propagation="Orphan")
    world.run(5)
    [pod] = world.pods()
    assert not {"finalizers", "ownerReferences"} & set(pod["metadata"])


def test_a_pod_that_no_longer_matches_is_let_go():
    world = running(job(command="sleep 1000"), seconds=5)
    [pod] = world.pods()
    Client(world.cluster).update(with_metadata(pod, labels={"mine": "now"}))
    world.run(5)
    released = world.get("Pod", pod["metadata"]["name"])
    assert not {"finalizers", "ownerReferences"} & set(released["metadata"])
    assert len(world.names()) == 2


def test_a_job_goes_once_it_has_been_over_for_so_long():
    world = running(job(ttlSecondsAfterFinished=20), seconds=15)
    assert world.find("Job", "work") is not None
    world.run(20)
    assert world.find("Job", "work") is None
    assert world.pods(leaving=True) == []


def test_a_job_that_is_not_kept_at_all_is_seen_finished_before_it_goes():
    world = running(job(ttlSecondsAfterFinished=0), seconds=15)
    assert world.find("Job", "work") is None
    changes = [change for change in world.history if change.key.kind == "Job"]
    ended = next(change for change in changes if change.new is not None and condition_of(change.new, "Complete"))
    going = next(change for change in changes if change.new is None or is_terminating(change.new))
    assert going.instant - ended.instant >= 100


# suspension


def test_a_suspended_job_waits():
    world = running(job(suspend=True))
    assert world.names() == []
    assert conditions(world) == [("Suspended", "JobSuspended")]
    assert "startTime" not in world.get("Job", "work")["status"]
    assert world.told("Job", "work") == [("Suspended", "Job suspended")]
    suspend(world, False)
    assert len(world.names()) == 1
    assert condition_of(world.get("Job", "work"), "Suspended")["status"] == "False"
    assert world.status("Job", "work", "startTime") == ["2026-11-23T02:14:20Z"]
    world.run(30)
    assert ("Complete", "CompletionsReached") in conditions(world)


def test_suspending_deletes_what_runs_and_no_failure_is_counted():
    world = running(job(command="sleep 1000", parallelism=2, completions=4), seconds=5)
    suspend(world, True)
    world.run(10)
    assert world.pods(leaving=True) == []
    assert counts(world) == [None, None, None]
    reasons = [reason for reason, _ in world.told("Job", "work")]
    assert reasons[2:] == ["SuccessfulDelete", "SuccessfulDelete", "Suspended"]


# indexes


def indexed(completions: int = 3, parallelism: int = 3, **spec: Any) -> Obj:
    return job(completionMode="Indexed", completions=completions, parallelism=parallelism, **spec)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", []), ("0", [(0, 0)]), ("0,1,4-7", [(0, 1), (4, 7)]), ("2-20", [(2, 9)]), ("5,12", [(5, 5)])],
)
def test_intervals_are_read_up_to_the_number_of_completions(text, expected):
    assert indexes.parse(text, 10) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"), [([], ""), ([3], "3"), ([1, 0], "0,1"), ([4, 5, 6, 0], "0,4-6"), ([0, 2, 3], "0,2,3")]
)
def test_intervals_are_written_short(numbers, expected):
    assert indexes.text_of(indexes.of_numbers(numbers)) == expected


@pytest.mark.parametrize(
    ("taken", "count", "expected"),
    [
        pytest.param([], 2, [0, 1], id="from the bottom"),
        pytest.param([(0, 1), (3, 3)], 2, [2, 4], id="gaps first"),
        pytest.param([(0, 4)], 2, [], id="none left"),
    ],
)
def test_the_lowest_indexes_that_are_missing(taken, count, expected):
    assert indexes.first_missing(taken, count, 5) == expected


def test_each_index_has_its_pod():
    world = running(indexed(command="sleep 100"), seconds=5)
    pods = sorted(world.pods(), key=lambda pod: pod["spec"]["hostname"])
    assert [pod["spec"]["hostname"] for pod in pods] == ["work-0", "work-1", "work-2"]
    assert [pod["metadata"]["generateName"] for pod in pods] == ["work-0-", "work-1-", "work-2-"]
    assert [annotations_of(pod)[JOB_COMPLETION_INDEX_ANNOTATION] for pod in pods] == ["0", "1", "2"]
    assert [labels_of(pod)[JOB_COMPLETION_INDEX_ANNOTATION] for pod in pods] == ["0", "1", "2"]
    path = "metadata.labels['batch.kubernetes.io/job-completion-index']"
    told = {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}
    assert pods[0]["spec"]["containers"][0]["env"] == [{"name": "JOB_COMPLETION_INDEX", "valueFrom": told}]


def test_an_indexed_job_is_over_once_every_index_succeeded():
    world = running(indexed(5, 2))
    assert world.status("Job", "work", "succeeded", "completedIndexes") == [5, "0-4"]
    assert ("Complete", "CompletionsReached") in conditions(world)


def test_an_index_that_failed_is_tried_again():
    world = running(indexed(2, 2, command="exit 1", backoffLimit=3), seconds=100)
    tried = [annotations_of(pod)[JOB_COMPLETION_INDEX_ANNOTATION] for pod in world.pods()]
    assert sorted(tried) == ["0", "0", "1", "1"]
    assert counts(world) == [None, None, 4]


def test_each_index_may_have_failures_of_its_own():
    world = running(indexed(2, 2, command="exit 1", backoffLimitPerIndex=1), seconds=100)
    assert world.status("Job", "work", "failedIndexes", "failed") == ["0,1", 4]
    assert conditions(world)[-1] == ("Failed", "FailedIndexes")
    failures = [annotations_of(pod)[JOB_INDEX_FAILURE_COUNT_ANNOTATION] for pod in world.pods()]
    assert sorted(failures) == ["0", "0", "1", "1"]


def test_a_job_may_fail_once_too_many_indexes_have():
    world = running(indexed(4, 4, command="exit 1", backoffLimitPerIndex=0, maxFailedIndexes=1), seconds=100)
    assert conditions(world)[-1] == ("Failed", "MaxFailedIndexesExceeded")


def test_success_may_be_met_before_all_indexes_are_done():
    rules = {"rules": [{"succeededIndexes": "0", "succeededCount": 1}]}
    world = running(indexed(3, 1, successPolicy=rules))
    assert conditions(world) == [("SuccessCriteriaMet", "SuccessPolicy"), ("Complete", "SuccessPolicy")]
    assert world.status("Job", "work", "completedIndexes") == ["0"]
    assert condition_of(world.get("Job", "work"), "Complete")["message"] == "Matched rules at index 0"


@pytest.mark.parametrize(
    ("rule", "is_met"),
    [
        pytest.param({"succeededCount": 3}, True, id="so many of any"),
        pytest.param({"succeededCount": 4}, False, id="not so many"),
        pytest.param({"succeededIndexes": "0-2"}, True, id="all of these"),
        pytest.param({"succeededIndexes": "0-3"}, False, id="not all of these"),
        pytest.param({"succeededIndexes": "0-3", "succeededCount": 3}, True, id="so many of these"),
    ],
)
def test_the_rules_of_success(rule, is_met):
    spec = {"completions": 9, "successPolicy": {"rules": [rule]}}
    assert match_success_policy({"spec": spec}, [(0, 2)]) == ("Matched rules at index 0" if is_met else None)


# the pod failure policy


def failed_pod(code: int = 42) -> Obj:
    status = {"name": "main", "state": {"terminated": {"exitCode": code}}}
    disrupted = {"type": "DisruptionTarget", "status": "True"}
    return {
        "metadata": {"name": "p", "namespace": "default"},
        "status": {"phase": "Failed", "containerStatuses": [status], "conditions": [disrupted]},
    }


POD = "pod default/p"


def on_code(action: str, operator: str = "In", **more: Any) -> Obj:
    return {"action": action, "onExitCodes": {"operator": operator, "values": [42], **more}}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(on_code("Ignore"), (None, False, "Ignore"), id="ignored"),
        pytest.param(on_code("Count"), (None, True, "Count"), id="counted"),
        pytest.param(on_code("FailIndex"), (None, True, "FailIndex"), id="fails its index"),
        pytest.param(on_code("Ignore", "NotIn"), (None, True, None), id="another code"),
        pytest.param(on_code("Ignore", containerName="other"), (None, True, None), id="another container"),
        pytest.param(
            on_code("FailJob"),
            (
                "Container main for pod default/p failed with exit code 42 matching FailJob rule at index 0",
                True,
                "FailJob",
            ),
            id="fails the Job by its code",
        ),
        pytest.param(
            {"action": "FailJob", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
            ("Pod default/p has condition DisruptionTarget matching FailJob rule at index 0", True, "FailJob"),
            id="fails the Job by a condition",
        ),
    ],
)
def test_what_the_policy_says_of_a_failed_pod(rule, expected):
    assert tuple(judge({"spec": {"podFailurePolicy": {"rules": [rule]}}}, failed_pod())) == expected


def test_one_exit_code_fails_the_whole_job():
    policy = {"rules": [on_code("FailJob")]}
    world = running(job(command="exit 42", podFailurePolicy=policy))
    assert conditions(world) == [("FailureTarget", "PodFailurePolicy"), ("Failed", "PodFailurePolicy")]
    assert len(world.names()) == 1


# laws


def test_looking_again_changes_nothing():
    world = running(job(completions=3, command="sleep 2"), seconds=4.2)
    before = (world.objects(), world.cluster.head["serial"])
    world.engine.look_at_everything()
    world.engine.settle()
    assert (world.objects(), world.cluster.head["serial"]) == before


@pytest.mark.parametrize("drop_wakes", [False, True])
@pytest.mark.parametrize(
    "obj",
    [
        job(completions=4, parallelism=2),
        job(command="exit 1", backoffLimit=2),
        job(command="sleep 100", activeDeadlineSeconds=9, ttlSecondsAfterFinished=5),
        indexed(3, 2, command="exit 1", backoffLimitPerIndex=1),
    ],
    ids=["succeeds", "fails", "ends in time", "indexed"],
)
def test_a_run_cut_by_saving_equals_the_uncut_run(obj, drop_wakes):
    uncut, cut = Workloads(), Workloads()
    uncut.create(obj)
    cut.create(obj)
    for _ in range(25):
        uncut.run(1.3)
        cut.run(1.3)
        cut = cut.reopened(drop_wakes=drop_wakes)
    assert cut.objects() == uncut.objects()
