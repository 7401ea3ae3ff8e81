"""Timelines of small lives that are counted by hand."""

from __future__ import annotations

import pytest
from kubesim.api.meta import Key, with_metadata
from kubesim.errors import UserError
from kubesim.views.timeline.model import MarkKind, Outcome, PodState
from kubesim.views.timeline.recorder import Recorder
from rollout_world import START, rolling_update
from timeline_tape import WEB, Tape, command, lived, recreated, rolled, two_pods
from workload_world import template, workload


def numbers(timeline):
    """Instant from zero, ready of old and new, not ready, terminating; and what is asked for."""
    return [
        (step.instant - timeline.zero, step.ready_old, step.ready_new, step.not_ready, step.terminating)
        for step in timeline.steps
    ]


def bounds(timeline):
    return {(step.desired, step.floor, step.ceiling) for step in timeline.steps}


def lanes(timeline):
    return {
        lane.pod: [(span.state.name, span.begin - timeline.zero, span.end - timeline.zero) for span in lane.spans]
        for lane in timeline.lanes
    }


def test_pods_that_are_deleted_are_not_ready_though_their_condition_says_so():
    timeline = recreated()
    assert numbers(timeline) == [
        (-1000, 0, 2, 0, 0),
        (0, 0, 0, 0, 2),
        (500, 0, 0, 2, 0),
        (3000, 0, 1, 1, 0),
        (3500, 0, 2, 0, 0),
    ]
    assert bounds(timeline) == {(2, 2, 2)}


def test_pods_of_the_template_before_are_old_from_the_command_on():
    timeline = rolled()
    assert numbers(timeline) == [
        (-1000, 0, 2, 0, 0),
        (0, 2, 0, 1, 0),
        (2000, 1, 1, 1, 1),
        (2500, 1, 1, 1, 0),
        (3000, 0, 2, 0, 1),
        (3500, 0, 2, 0, 0),
    ]
    assert bounds(timeline) == {(2, 2, 3)}


def test_a_lane_has_the_states_of_its_pod_one_after_the_other():
    assert lanes(recreated()) == {
        "web-a-1": [("READY", -1000, 0), ("TERMINATING", 0, 500)],
        "web-a-2": [("READY", -1000, 0), ("TERMINATING", 0, 500)],
        "web-b-1": [("PULLING", 500, 3000), ("READY", 3000, 8000)],
        "web-b-2": [("PULLING", 500, 3500), ("READY", 3500, 8000)],
    }


def test_a_lane_says_which_revision_made_its_pod():
    assert {(lane.pod, lane.owner, lane.revision) for lane in recreated().lanes} == {
        ("web-a-1", "web-a", 1),
        ("web-a-2", "web-a", 1),
        ("web-b-1", "web-b", 2),
        ("web-b-2", "web-b", 2),
    }


def test_a_ready_pod_grows_old_when_the_template_changes():
    spans = next(lane.spans for lane in rolled().lanes if lane.pod == "web-a-1")
    assert [(span.state, span.is_new, span.end - START) for span in spans] == [
        (PodState.READY, True, 0),
        (PodState.READY, False, 2000),
        (PodState.TERMINATING, False, 2500),
    ]


def test_what_is_over_within_an_instant_is_not_seen():
    tape = two_pods().at(500)
    tape.pod("web-a-3")
    tape.take("Pod", "web-a-3")
    tape.pod("web-a-1", reason="CrashLoopBackOff")
    tape.pod("web-a-1")
    timeline = tape.timeline(1000, begin=0)
    assert numbers(timeline) == [(0, 0, 2, 0, 0)]
    assert lanes(timeline) == {"web-a-1": [("READY", 0, 1000)], "web-a-2": [("READY", 0, 1000)]}


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("ContainerCreating", PodState.STARTING),
        ("PodInitializing", PodState.STARTING),
        ("ImagePullBackOff", PodState.FAILED),
        ("ErrImagePull", PodState.FAILED),
        ("CrashLoopBackOff", PodState.FAILED),
        ("CreateContainerConfigError", PodState.FAILED),
    ],
)
def test_what_a_container_waits_for_is_the_state_of_its_pod(reason, state):
    tape = two_pods().at(500)
    tape.pod("web-a-1", reason=reason)
    spans = next(lane.spans for lane in tape.timeline(1000, begin=0).lanes if lane.pod == "web-a-1")
    assert [(span.state, span.reason) for span in spans] == [(PodState.READY, "Running"), (state, reason)]


def test_an_image_is_pulled_until_an_event_says_that_it_was():
    tape = two_pods().at(100)
    tape.pod("web-a-3", reason="ContainerCreating")
    tape.at(200).event("Pulling", "web-a-3")
    tape.at(700).event("Pulled", "web-a-3")
    tape.at(900).pod("web-a-3")
    assert lanes(tape.timeline(1000, begin=0))["web-a-3"] == [
        ("STARTING", 100, 200),
        ("PULLING", 200, 700),
        ("STARTING", 700, 900),
        ("READY", 900, 1000),
    ]


def test_pods_are_available_when_they_were_ready_for_long_enough():
    tape = two_pods(minReadySeconds=3).at(0)
    tape.pod("web-a-1")
    tape.at(3000).replica_set("web-a", "nginx:1.20", 1)
    timeline = tape.timeline(4000, begin=-1000)
    assert [(step.instant - START, step.ready, step.available) for step in timeline.steps] == [
        (-1000, 2, 2),
        (0, 2, 1),
        (3000, 2, 2),
    ]


def test_floor_and_ceiling_follow_the_strategy_and_the_size():
    tape = two_pods(strategy=rolling_update("50%", "25%")).at(0)
    web = tape.objects[WEB]
    tape.put({**web, "spec": {**web["spec"], "replicas": 4}})
    tape.at(1000).put({**web, "spec": {**web["spec"], "replicas": 4, "strategy": {"type": "Recreate"}}})
    steps = tape.timeline(2000).steps
    assert [(step.desired, step.floor, step.ceiling) for step in steps] == [(2, 2, 3), (4, 3, 6), (4, 4, 4)]


def test_pods_of_others_are_not_counted():
    tape = two_pods().at(500)
    tape.pod("other-x-1")
    tape.put({**with_metadata(tape.objects[Key("Pod", "default", "web-a-1")], namespace="elsewhere")})
    timeline = tape.timeline(1000, begin=0)
    assert numbers(timeline) == [(0, 0, 2, 0, 0)]
    assert list(lanes(timeline)) == ["web-a-1", "web-a-2"]


@pytest.mark.parametrize("deleted", [False, True])
def test_a_pod_that_has_ended_counts_as_nothing(deleted):
    tape = two_pods().at(500)
    pod = tape.objects[Key("Pod", "default", "web-a-1")]
    meta = {**pod["metadata"], "deletionTimestamp": "2026-11-23T02:13:20Z"} if deleted else pod["metadata"]
    tape.put({**pod, "metadata": meta, "status": {"phase": "Failed", "reason": "Evicted"}})
    timeline = tape.timeline(1000, begin=0)
    assert numbers(timeline) == [(0, 0, 2, 0, 0), (500, 0, 1, 0, 0)]
    assert lanes(timeline)["web-a-1"][1][0] == ("TERMINATING" if deleted else "FAILED")


def test_a_pod_that_is_released_is_not_counted_any_more():
    tape = two_pods().at(500)
    tape.put(with_metadata(tape.objects[Key("Pod", "default", "web-a-1")], ownerReferences=None))
    timeline = tape.timeline(1000, begin=0)
    assert numbers(timeline) == [(0, 0, 2, 0, 0), (500, 0, 1, 0, 0)]
    assert lanes(timeline)["web-a-1"] == [("READY", 0, 500)]


def test_a_replica_set_that_is_adopted_brings_its_pods():
    tape = two_pods().at(500)
    rs = tape.objects[Key("ReplicaSet", "default", "web-a")]
    tape.put(with_metadata(rs, ownerReferences=None))
    tape.at(800).put(rs)
    timeline = tape.timeline(1000, begin=0)
    assert numbers(timeline) == [(0, 0, 2, 0, 0), (500, 0, 0, 0, 0), (800, 0, 2, 0, 0)]
    assert lanes(timeline)["web-a-1"] == [("READY", 0, 500), ("READY", 800, 1000)]


def test_a_workload_that_is_deleted_wants_nothing():
    tape = two_pods().at(500)
    tape.take("Deployment", "web")
    timeline = tape.timeline(1000, begin=0)
    assert bounds(timeline) == {(2, 2, 3), (0, 0, 0)}
    assert timeline.outcome is Outcome.DELETED


def test_a_workload_that_is_made_anew_has_not_the_pods_of_the_one_before():
    tape = two_pods().at(500)
    web = tape.objects[WEB]
    tape.take("Deployment", "web")
    tape.put(with_metadata(web, uid="another"))
    assert numbers(tape.timeline(1000, begin=0)) == [(0, 0, 2, 0, 0), (500, 0, 0, 0, 0)]


def progressing(reason, **status):
    conditions = [{"type": "Progressing", "status": "False", "reason": reason}]
    return {"observedGeneration": 1, "conditions": conditions, **status}


def test_a_deadline_that_passes_is_a_mark_of_its_own():
    tape = two_pods().at(500)
    tape.put({**tape.objects[WEB], "status": progressing("ProgressDeadlineExceeded")})
    tape.at(700).put({**tape.objects[WEB], "metadata": {**tape.objects[WEB]["metadata"], "labels": {"a": "b"}}})
    timeline = tape.timeline(1000, command(100))
    assert [(mark.instant - START, mark.kind) for mark in timeline.marks] == [
        (100, MarkKind.COMMAND),
        (500, MarkKind.CONDITION),
    ]
    assert (timeline.outcome, timeline.zero) == (Outcome.FAILED, START + 100)


def test_a_rollout_is_done_when_rollout_status_says_so():
    tape = two_pods().at(0)
    done = {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}
    tape.put({**tape.objects[WEB], "status": {**done, "updatedReplicas": 1}})
    tape.at(2000).put({**tape.objects[WEB], "status": done})
    assert tape.timeline(1000).outcome is Outcome.IN_PROGRESS
    timeline = tape.timeline(5000)
    assert (timeline.outcome, timeline.done_since) == (Outcome.DONE, START + 2000)


def test_a_paused_rollout_is_paused():
    tape = two_pods().at(0)
    tape.put({**tape.objects[WEB], "spec": {**tape.objects[WEB]["spec"], "paused": True}})
    assert tape.timeline(1000).outcome is Outcome.PAUSED


def test_a_recorder_can_be_asked_again_and_again():
    tape = recreated_tape()
    recorder = Recorder(WEB, tape.before, START - 1000)
    for change in tape.changes:
        recorder.see(change)
        recorder.timeline(change.instant)
    assert recorder.timeline(START + 1000) == tape.timeline(1000)


def recreated_tape() -> Tape:
    tape = two_pods().at(0)
    tape.end("web-a-1")
    tape.at(500).take("Pod", "web-a-1")
    return tape


def test_what_is_beyond_the_ends_is_left_out():
    tape = recreated_tape()
    timeline = tape.timeline(400, command(-2000), command(0), command(600))
    assert numbers(timeline) == [(-1000, 0, 2, 0, 0), (0, 0, 1, 0, 1)]
    assert timeline.marks == (command(0),)


def test_some_kinds_have_no_timeline():
    with pytest.raises(UserError, match="a timeline shows one of Deployment, ReplicaSet, StatefulSet, DaemonSet, not"):
        Recorder(Key("Job", "default", "web"), [], START)


@pytest.mark.parametrize(
    ("kind", "spec", "limits"),
    [
        ("ReplicaSet", {"replicas": 3}, (3, 3, 3)),
        ("StatefulSet", {"replicas": 3, "serviceName": "web"}, (3, 2, 3)),
        ("StatefulSet", {"replicas": 3, "serviceName": "web", "updateStrategy": {"type": "OnDelete"}}, (3, 3, 3)),
        ("DaemonSet", {}, (2, 1, 2)),
        ("DaemonSet", {"updateStrategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}}, (2, 2, 3)),
        ("DaemonSet", {"updateStrategy": {"type": "OnDelete"}}, (2, 2, 2)),
        ("DaemonSet", {"template": template("web", nodeSelector={"no": "such"})}, (0, 0, 0)),
        ("StatefulSet", {"replicas": 0, "serviceName": "web"}, (0, 0, 0)),
    ],
)
def test_other_workloads_have_their_own_limits(kind, spec, limits):
    timeline = lived(workload(kind, "web", **spec))
    assert bounds(timeline) == {limits}
    assert [step.ready_new for step in timeline.steps] == [limits[0]]
    assert timeline.outcome is Outcome.DONE


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_pods_of_other_workloads_are_old_and_new_by_their_revision(kind):
    spec = {"replicas": 2, "serviceName": "web"} if kind == "StatefulSet" else {}
    timeline = lived(workload(kind, "web", **spec), ("set image", "nginx:1.27"))
    ready = [(step.ready_old, step.ready_new) for step in timeline.steps]
    assert [ready[0], ready[-1]] == [(0, 2), (0, 2)]
    assert {(1, 0), (0, 1), (1, 1)} & set(ready)
    assert {lane.revision for lane in timeline.lanes} == {1, 2}
    assert timeline.outcome is Outcome.DONE
