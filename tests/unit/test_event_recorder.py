"""The recorder: new, counted, combined and held-back events."""

from __future__ import annotations

from typing import Any

from kubesim.cluster import Cluster
from kubesim.controllers import event_recorder

START = 1_795_400_000_000
SECOND = 1000
MINUTE = 60 * SECOND


def make_cluster() -> tuple[Cluster, dict[str, Any]]:
    cluster = Cluster({"seed": 1, "serial": 0, "resourceVersion": 0}, now=START)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "default"}, "spec": {}}
    return cluster, cluster.create(pod)


def tell(cluster: Cluster, obj: dict[str, Any], message: str, reason: str = "Noise", **more: Any) -> None:
    event_recorder.record(cluster, obj, "Normal", reason, message, "kubelet", host="node01", **more)


def told(cluster: Cluster, obj: dict[str, Any]) -> list[tuple[str, int]]:
    found = sorted(cluster.events_of(obj), key=lambda event: event["metadata"]["name"])
    return [(event["message"], event["count"]) for event in found]


def test_an_event_has_the_shape_that_the_kubelet_gives_it() -> None:
    cluster, pod = make_cluster()
    tell(cluster, pod, "Container started", "Started", field_path="spec.containers{main}")
    (event,) = cluster.events_of(pod)
    name = event["metadata"].pop("name")
    assert name.startswith("web.")
    assert len(name) == len("web.") + 16
    assert int(name[4:], 16) // 1_000_000 == START
    assert event["metadata"]["namespace"] == "default"
    assert {field: value for field, value in event.items() if field != "metadata"} == {
        "apiVersion": "v1",
        "kind": "Event",
        "count": 1,
        "eventTime": None,
        "firstTimestamp": "2026-11-23T02:13:20Z",
        "involvedObject": {
            "apiVersion": "v1",
            "fieldPath": "spec.containers{main}",
            "kind": "Pod",
            "name": "web",
            "namespace": "default",
            "resourceVersion": "1",
            "uid": pod["metadata"]["uid"],
        },
        "lastTimestamp": "2026-11-23T02:13:20Z",
        "message": "Container started",
        "reason": "Started",
        "reportingComponent": "kubelet",
        "reportingInstance": "node01",
        "source": {"component": "kubelet", "host": "node01"},
        "type": "Normal",
    }


def test_what_happens_again_is_counted_and_keeps_its_first_time() -> None:
    cluster, pod = make_cluster()
    tell(cluster, pod, "again")
    cluster.now += 3 * SECOND
    tell(cluster, pod, "again")
    (event,) = cluster.events_of(pod)
    assert event["count"] == 2
    assert (event["firstTimestamp"], event["lastTimestamp"]) == ("2026-11-23T02:13:20Z", "2026-11-23T02:13:23Z")


def test_the_same_words_about_another_container_are_another_event() -> None:
    cluster, pod = make_cluster()
    tell(cluster, pod, "Container created", field_path="spec.containers{a}")
    tell(cluster, pod, "Container created", field_path="spec.containers{b}")
    assert told(cluster, pod) == [("Container created", 1), ("Container created", 1)]


def test_the_tenth_message_within_ten_minutes_is_combined_and_so_are_those_after_it() -> None:
    cluster, pod = make_cluster()
    for number in range(12):
        tell(cluster, pod, f"message {number}")
        cluster.now += SECOND
    single = [(f"message {number}", 1) for number in range(9)]
    assert told(cluster, pod) == [*single, ("(combined from similar events): message 11", 3)]
    combined = max(cluster.events_of(pod), key=lambda event: event["metadata"]["name"])
    assert (combined["reportingComponent"], combined["source"]["component"]) == ("", "kubelet")


def test_after_ten_quiet_minutes_messages_are_told_one_by_one_again() -> None:
    cluster, pod = make_cluster()
    for number in range(10):
        tell(cluster, pod, f"message {number}")
    cluster.now += 11 * MINUTE
    tell(cluster, pod, "fresh")
    assert told(cluster, pod)[-1] == ("fresh", 1)


def test_another_reason_is_not_combined_with_it() -> None:
    cluster, pod = make_cluster()
    for number in range(9):
        tell(cluster, pod, f"message {number}")
    tell(cluster, pod, "other", "Other")
    assert told(cluster, pod)[-1] == ("other", 1)


def test_a_source_may_tell_25_times_at_once_and_then_once_in_five_minutes() -> None:
    cluster, pod = make_cluster()
    for _ in range(40):
        tell(cluster, pod, "again")
    assert told(cluster, pod) == [("again", 25)]
    cluster.now += 5 * MINUTE
    tell(cluster, pod, "again")
    assert told(cluster, pod) == [("again", 41)]
    tell(cluster, pod, "again")
    assert told(cluster, pod) == [("again", 41)]


def test_what_is_held_back_of_one_source_leaves_another_its_own_share() -> None:
    cluster, pod = make_cluster()
    for _ in range(30):
        tell(cluster, pod, "again")
    event_recorder.record(cluster, pod, "Normal", "Other", "hello", "job-controller")
    assert told(cluster, pod)[-1] == ("hello", 1)


def test_next_room_is_now_until_the_burst_is_spent_and_then_five_minutes_on() -> None:
    cluster, pod = make_cluster()
    for _ in range(24):
        tell(cluster, pod, "again")
    assert event_recorder.next_room(cluster, pod, "kubelet", "node01") == START
    tell(cluster, pod, "again")
    assert event_recorder.next_room(cluster, pod, "kubelet", "node01") == START + 5 * MINUTE


def test_occurrences_that_nobody_saw_are_counted_with_the_one_that_is_told() -> None:
    cluster, pod = make_cluster()
    tell(cluster, pod, "again")
    tell(cluster, pod, "again", times=7)
    assert told(cluster, pod) == [("again", 8)]


def test_a_source_that_tells_of_thousands_of_objects_at_once_drops_what_its_queue_cannot_hold() -> None:
    cluster, _ = make_cluster()
    pods = [
        cluster.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"p{n}", "namespace": "default"}, "spec": {}}
        )
        for n in range(1500)
    ]
    for pod in pods:
        tell(cluster, pod, "hello")
    assert len(cluster.list("Event")) == 1101
    cluster.now += 60 * SECOND
    tell(cluster, pods[-1], "hello")
    assert told(cluster, pods[-1]) == [("hello", 1)]


def test_nothing_is_told_in_a_namespace_that_goes() -> None:
    cluster, pod = make_cluster()
    home = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default", "deletionTimestamp": "now"}}
    cluster.create(home)
    tell(cluster, pod, "hello")
    assert told(cluster, pod) == []


def schedule_fails(cluster: Cluster, pod: dict[str, Any], message: str) -> None:
    event_recorder.record_series(
        cluster, pod, "Warning", "FailedScheduling", message, action="Scheduling", component="default-scheduler"
    )


def test_the_scheduler_tells_through_the_newer_api() -> None:
    cluster, pod = make_cluster()
    schedule_fails(cluster, pod, "no room")
    (event,) = cluster.events_of(pod)
    assert event["eventTime"] == "2026-11-23T02:13:20.000000Z"
    assert (event["firstTimestamp"], event["lastTimestamp"], event["source"]) == (None, None, {})
    assert (event["reportingComponent"], event["action"]) == ("default-scheduler", "Scheduling")
    assert "count" not in event
    assert "series" not in event


def test_what_happens_again_to_the_same_version_is_a_series_with_its_first_message() -> None:
    cluster, pod = make_cluster()
    schedule_fails(cluster, pod, "no room")
    cluster.now += MINUTE
    schedule_fails(cluster, pod, "still no room")
    (event,) = cluster.events_of(pod)
    assert event["message"] == "no room"
    assert event["series"] == {"count": 2, "lastObservedTime": "2026-11-23T02:14:20.000000Z"}


HOUR = 60 * MINUTE


def test_an_event_expires_an_hour_after_it_was_last_told() -> None:
    cluster, pod = make_cluster()
    tell(cluster, pod, "once")
    tell(cluster, pod, "twice")
    cluster.now += HOUR - SECOND
    tell(cluster, pod, "twice")
    assert told(cluster, pod) == [("once", 1), ("twice", 2)]
    cluster.now += SECOND
    assert told(cluster, pod) == [("twice", 2)]
    assert [event["message"] for event in cluster.list("Event")] == ["twice"]
    cluster.now += HOUR
    assert cluster.list("Event") == []


def test_an_event_that_expired_counts_from_one_again() -> None:
    cluster, pod = make_cluster()
    tell(cluster, pod, "now and then")
    cluster.now += 2 * HOUR
    tell(cluster, pod, "now and then")
    assert told(cluster, pod) == [("now and then", 1)]


def test_sweeping_at_any_instant_changes_nothing_that_is_told() -> None:
    lives = []
    for is_swept in (False, True):
        cluster, pod = make_cluster()
        for minute in range(150):
            cluster.now = START + minute * MINUTE
            tell(cluster, pod, "first" if minute < 30 else "later" if minute % 7 else "seldom")
            if is_swept:
                cluster.sweep()
        lives.append(cluster.list("Event"))
    assert lives[0] == lives[1]
    assert "first" not in [event["message"] for event in lives[0]]
