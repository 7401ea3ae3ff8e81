"""CronJobs: when they are due, what they start, and what they keep."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kubesim.api.meta import DAY, HOUR, MINUTE, Obj, annotations_of, labels_of, parse_time, rfc3339
from kubesim.controllers.cron_job.schedule import Plan, due, next_look, plan_of
from kubesim.golang.cron import parse_schedule
from workload_world import START, Workloads

WEEK = 7 * DAY


def cron_job(schedule: str = "*/5 * * * *", command: str = "sleep 2", **spec: Any) -> Obj:
    container = {"name": "main", "image": "busybox:1.36", "command": ["sh", "-c", command]}
    pod = {"restartPolicy": "Never", "containers": [container]}
    job = {"metadata": {"labels": {"app": "tick"}}, "spec": {"backoffLimit": 0, "template": {"spec": pod}}}
    meta = {"name": "tick", "namespace": "default"}
    spec = {"schedule": schedule, "jobTemplate": job, **spec}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta, "spec": spec}


def running(obj: Obj, minutes: float = 0) -> Workloads:
    world = Workloads()
    world.create(obj)
    world.run(minutes * 60)
    return world


def change(world: Workloads, **spec: Any) -> None:
    world.change("CronJob", "tick", lambda before: {**before, **spec})


def active(world: Workloads) -> list[str]:
    return [reference["name"] for reference in world.get("CronJob", "tick")["status"].get("active", [])]


def reasons(world: Workloads) -> list[str]:
    return [reason for reason, _ in world.told("CronJob", "tick")]


def starts(world: Workloads) -> list[str]:
    """When Jobs were made, by the clock."""
    return [c.new["metadata"]["creationTimestamp"][11:19] for c in world.history if c.key.kind == "Job" and not c.old]


# schedules


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        pytest.param("* * * * *", "2026-11-23T02:13:20Z", "2026-11-23T02:14:00Z", id="every minute"),
        pytest.param("* * * * *", "2026-11-23T02:14:00Z", "2026-11-23T02:15:00Z", id="later than the instant itself"),
        pytest.param("*/15 * * * *", "2026-11-23T02:46:00Z", "2026-11-23T03:00:00Z", id="every quarter of an hour"),
        pytest.param("0 3 * * *", "2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z", id="every night"),
        pytest.param("30 6-16/4 * * 1-5", "2026-11-20T14:30:00Z", "2026-11-23T06:30:00Z", id="working hours"),
        pytest.param("0 0 13 * 5", "2026-11-23T00:00:00Z", "2026-11-27T00:00:00Z", id="the 13th or a Friday"),
        pytest.param("0 0 31 * *", "2026-11-23T00:00:00Z", "2026-12-31T00:00:00Z", id="months with 31 days"),
        pytest.param("0 0 29 2 *", "2026-11-23T00:00:00Z", "2028-02-29T00:00:00Z", id="leap days"),
        pytest.param("@hourly", "2026-11-23T02:13:20Z", "2026-11-23T03:00:00Z", id="hourly"),
        pytest.param("@weekly", "2026-11-23T02:13:20Z", "2026-11-29T00:00:00Z", id="weekly: on Sundays"),
        pytest.param("@every 90m", "2026-11-23T02:13:20Z", "2026-11-23T03:43:20Z", id="every 90 minutes"),
        pytest.param("59 23 31 2 *", "2026-11-23T02:13:20Z", None, id="never"),
    ],
)
def test_the_next_time(schedule, after, expected):
    found = plan_of({"schedule": schedule}).next_after(parse_time(after))
    assert (None if found is None else rfc3339(found)) == expected


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        pytest.param("0 3 * * *", "2026-11-23T00:00:00Z", "2026-11-23T08:00:00Z", id="winter"),
        pytest.param("0 3 * * *", "2026-07-01T00:00:00Z", "2026-07-01T07:00:00Z", id="summer"),
        pytest.param("30 2 * * *", "2026-03-08T05:00:00Z", "2026-03-09T06:30:00Z", id="a time that the clocks skip"),
        pytest.param("30 1 * * *", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z", id="a time that comes twice"),
    ],
)
def test_the_next_time_in_new_york(schedule, after, expected):
    plan = plan_of({"schedule": schedule, "timeZone": "America/New_York"})
    assert rfc3339(plan.next_after(parse_time(after))) == expected


def test_an_instant_is_told_in_its_zone():
    assert plan_of({"schedule": "* * * * *"}).text_of(START) == "2026-11-23T02:13:20Z"
    told = Plan(parse_schedule("* * * * *"), ZoneInfo("America/New_York")).text_of(START)
    assert told == "2026-11-22T21:13:20-05:00"


def given(last: int | None = None, **spec: Any) -> Obj:
    status = {} if last is None else {"lastScheduleTime": rfc3339(last)}
    return {"metadata": {"creationTimestamp": rfc3339(START)}, "spec": spec, "status": status}


HOURLY = plan_of({"schedule": "0 * * * *"})
THREE = parse_time("2026-11-23T03:00:00Z")


@pytest.mark.parametrize(
    ("obj", "now", "expected"),
    [
        pytest.param(given(), THREE - 1, (None, 0), id="not yet"),
        pytest.param(given(), THREE, (THREE, 0), id="on time"),
        pytest.param(given(last=THREE), THREE + MINUTE, (None, 0), id="done already"),
        pytest.param(given(), THREE + 5 * HOUR + MINUTE, (THREE + 5 * HOUR, 6), id="the latest of a few"),
        pytest.param(given(), THREE + WEEK, (THREE + WEEK, 169), id="the latest of many"),
        pytest.param(given(startingDeadlineSeconds=60), THREE + 5 * MINUTE, (None, 0), id="too late to start"),
    ],
)
def test_what_is_due(obj, now, expected):
    found = due(obj, HOURLY, now, heed_deadline=True)
    assert (found.latest, found.missed) == expected
    assert found.is_many == (found.missed > 100)


def test_when_to_look_next():
    assert next_look(given(), HOURLY, START) == THREE
    assert next_look(given(last=THREE), HOURLY, THREE + MINUTE) == THREE + HOUR
    assert next_look(given(), HOURLY, THREE + MINUTE) == THREE + HOUR


# Jobs


def test_a_job_at_each_time():
    world = running(cron_job(), 16)
    assert starts(world) == ["02:15:00", "02:20:00", "02:25:00"]
    assert world.status("CronJob", "tick", "lastScheduleTime") == ["2026-11-23T02:25:00Z"]


def test_the_job_tells_where_it_comes_from():
    world = running(cron_job(), 2)
    [job] = world.cluster.list("Job")
    assert job["metadata"]["name"] == f"tick-{parse_time('2026-11-23T02:15:00Z') // MINUTE}"
    assert annotations_of(job)["batch.kubernetes.io/cronjob-scheduled-timestamp"] == "2026-11-23T02:15:00Z"
    assert labels_of(job) == {"app": "tick"}
    assert job["metadata"]["ownerReferences"][0]["kind"] == "CronJob"
    assert job["spec"]["completions"] == 1


def test_a_new_one_does_nothing_until_its_time():
    world = running(cron_job("0 3 * * *"))
    assert world.names("Job") == []
    assert world.get("CronJob", "tick")["status"] == {}


def test_what_is_told_of_a_run():
    world = running(cron_job(), 1.7)
    [name] = active(world)
    reference = world.get("CronJob", "tick")["status"]["active"][0]
    assert {field: reference[field] for field in ("apiVersion", "kind", "namespace")} == {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "namespace": "default",
    }
    world.run(30)
    assert active(world) == []
    assert world.told("CronJob", "tick") == [
        ("SuccessfulCreate", f"Created job {name}"),
        ("SawCompletedJob", f"Saw completed job: {name}, condition: Complete"),
    ]
    completed = world.status("Job", name, "completionTime")
    assert world.status("CronJob", "tick", "lastSuccessfulTime") == completed


@pytest.mark.parametrize(
    ("command", "limits", "kept"),
    [
        pytest.param("true", {}, 3, id="three that succeeded"),
        pytest.param("false", {}, 1, id="one that failed"),
        pytest.param("true", {"successfulJobsHistoryLimit": 1}, 1, id="as many as are asked for"),
        pytest.param("true", {"successfulJobsHistoryLimit": 0}, 0, id="or none"),
    ],
)
def test_only_the_latest_jobs_are_kept(command, limits, kept):
    world = running(cron_job("* * * * *", command, **limits), 8.5)
    assert starts(world)[-1] == "02:21:00"
    newest = [f"tick-{(START // MINUTE) + number}" for number in range(9 - kept, 9)]
    assert world.names("Job") == newest
    assert len(world.pods(leaving=True)) == kept


@pytest.mark.parametrize(
    ("policy", "made", "left"),
    [
        pytest.param("Allow", 3, 3, id="beside the others"),
        pytest.param("Forbid", 1, 1, id="not while another runs"),
        pytest.param("Replace", 3, 1, id="instead of the one before"),
    ],
)
def test_a_job_that_is_due_while_another_runs(policy, made, left):
    world = running(cron_job("* * * * *", "sleep 1000", concurrencyPolicy=policy), 3)
    assert (len(starts(world)), len(active(world)), len(world.names("Job"))) == (made, left, left)


def test_one_that_is_forbidden_starts_once_the_other_is_over():
    world = running(cron_job("* * * * *", "sleep 80", concurrencyPolicy="Forbid"), 3.5)
    assert "JobAlreadyActive" in reasons(world)
    assert starts(world)[0] == "02:14:00"
    assert "02:15:2" < starts(world)[1] < "02:15:5"


def test_a_suspended_one_waits_and_catches_up_with_the_latest_time():
    world = running(cron_job(suspend=True), 30)
    assert world.names("Job") == []
    change(world, suspend=False)
    assert world.names("Job") == [f"tick-{parse_time('2026-11-23T02:40:00Z') // MINUTE}"]


def test_what_is_too_late_is_not_started():
    world = running(cron_job("0 * * * *", suspend=True, startingDeadlineSeconds=60), 60)
    change(world, suspend=False)
    assert world.names("Job") == []
    world.run(3600)
    assert starts(world) == ["04:00:00"]


def test_another_schedule_counts_from_its_next_time_on():
    world = running(cron_job("0 3 * * *"), 20)
    change(world, schedule="*/10 * * * *")
    assert world.names("Job") == []
    world.run(600)
    assert starts(world) == ["02:40:00"]


def test_a_job_that_somebody_deleted_is_missed():
    world = running(cron_job(command="sleep 1000"), 2)
    [name] = active(world)
    world.delete("Job", name)
    assert active(world) == []
    assert world.told("CronJob", "tick")[-1] == ("MissingJob", f"Active job went missing: {name}")


def test_a_job_that_somebody_made_of_it_is_not_expected():
    world = running(cron_job("0 3 * * *"))
    cron = world.get("CronJob", "tick")
    meta = {"name": "manual", "namespace": "default", "ownerReferences": [owner(cron)]}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": cron["spec"]["jobTemplate"]["spec"]}
    world.create(job)
    message = "Saw a job that the controller did not create or forgot: manual"
    assert world.told("CronJob", "tick") == [("UnexpectedJob", message)]


def owner(obj: Obj) -> Obj:
    names = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": obj["metadata"]["name"]}
    return {**names, "uid": obj["metadata"]["uid"], "controller": True}


def test_all_goes_with_it():
    world = running(cron_job(command="sleep 1000"), 2)
    world.delete("CronJob", "tick")
    world.run(5)
    assert world.names("Job") == []
    assert world.pods(leaving=True) == []


def test_a_long_time_in_one_go_is_as_many_short_ones():
    world = running(cron_job("* * * * *", "true"), 3 * 60)
    others = running(cron_job("* * * * *", "true"))
    for _ in range(12):
        others.run(15 * 60)
    assert world.objects() == others.objects()
    assert world.names("Job") == [f"tick-{START // MINUTE + 180 - ago}" for ago in (2, 1, 0)]
    assert "TooManyMissedTimes" not in reasons(world)


def test_looking_again_changes_nothing():
    world = running(cron_job("* * * * *", "sleep 1000", concurrencyPolicy="Forbid"), 2.5)
    before = world.objects()
    world.engine.look_at_everything()
    world.engine.settle()
    assert world.objects() == before


@pytest.mark.parametrize("drop_wakes", [False, True])
def test_a_run_cut_by_saving_equals_the_uncut_run(drop_wakes):
    uncut, cut = Workloads(), Workloads()
    for world in (uncut, cut):
        world.create(cron_job("* * * * *", "sleep 70", concurrencyPolicy="Forbid"))
    for _ in range(20):
        uncut.run(17)
        cut.run(17)
        cut = cut.reopened(drop_wakes=drop_wakes)
    assert cut.objects() == uncut.objects()


def test_a_schedule_that_is_never_due_is_told_once() -> None:
    world = running(cron_job("59 23 31 2 *"), minutes=30)
    why = "time difference between two schedules is less than 1 second"
    assert world.told("CronJob", "tick") == [("InvalidSchedule", f"invalid schedule: 59 23 31 2 * : {why}")]
    change(world, schedule="0 3 * * *")
    world.run(60 * 60 * 24)
    assert starts(world) == ["03:00:00"]
