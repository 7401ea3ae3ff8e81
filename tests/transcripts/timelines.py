"""Timelines of the rollouts in a drill agree with its events, and with the status that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import parse_time
from kubesim.life.replay import Mark, recorded
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import StandingClock
from kubesim.store import StateFile
from kubesim.views.timeline.model import PodState
from kubesim.views.timeline.past import Past

if TYPE_CHECKING:
    from pathlib import Path

    from kubesim.api.meta import Obj
    from kubesim.life.replay import Replay
    from kubesim.views.timeline.model import Lane, Timeline

#: The fields of a workload's status, by the numbers of a step.
FIELDS = {
    "Deployment": {
        "ready": "readyReplicas",
        "pods": "replicas",
        "updated": "updatedReplicas",
        "available": "availableReplicas",
    },
    "StatefulSet": {"ready": "readyReplicas", "pods": "replicas"},
    "DaemonSet": {"ready": "numberReady", "available": "numberAvailable", "desired": "desiredNumberScheduled"},
}


def checked_events(path: Path) -> int:
    """Check the timelines of all workloads that a state file's journal knows; how many events have their place."""
    saved = SavedCluster(StateFile(str(path)), clock=StandingClock())
    cluster = saved.read().cluster
    events = _events(recorded(saved))
    checked = 0
    for namespace in dict.fromkeys(event["metadata"]["namespace"] for event in events):
        past = Past(recorded(saved), namespace, "kubesim")
        own = [event for event in events if event["metadata"]["namespace"] == namespace]
        for workload in (key for kind in FIELDS for key in past.changed(kind)):
            timeline = past.timeline(workload, past.since(0))
            checked += _check_lanes(timeline, own)
            _check_status(timeline, cluster.find(*workload))
    return checked


def _events(replay: Replay) -> list[Obj]:
    """Each event that there ever was, as it was last: some have gone with their namespace."""
    changes = (happened for happened in replay if not isinstance(happened, Mark) and happened.key.kind == "Event")
    return list({change.key: change.new for change in changes if change.new is not None}.values())


def _check_lanes(timeline: Timeline, events: list[Obj]) -> int:
    """Each event about a pod of the timeline has its place in the pod's lane; how many were checked."""
    checked = 0
    for event in events:
        about = event["involvedObject"]
        made = event["reason"] in ("SuccessfulCreate", "SuccessfulDelete")
        pod = event["message"].split()[-1] if made else about["name"]
        lanes = [lane for lane in timeline.lanes if lane.pod == pod]  # a StatefulSet's pods come again
        if lanes and event.get("count", 1) == 1:
            second = parse_time(event["lastTimestamp"] or event["eventTime"]) // 1000
            assert any(second in _seconds(lane, event["reason"]) for lane in lanes), (event["reason"], lanes)
            checked += 1
    return checked


def _seconds(lane: Lane, reason: str) -> set[int]:
    """The seconds of a lane in which something of that reason may have happened."""
    if reason == "SuccessfulCreate":
        return {lane.spans[0].begin // 1000}
    if reason in ("Killing", "SuccessfulDelete"):
        found = {span.begin // 1000 for span in lane.spans if span.state is PodState.TERMINATING}
        return found or {lane.spans[-1].end // 1000}
    pulls = reason == "Pulling"  # of a second container while the first one's is on, perhaps
    spans = [span for span in lane.spans if span.state is PodState.PULLING or not pulls]
    spans = spans or list(lane.spans)  # of a pod that was deleted in the moment in which it was created
    return {second for span in spans for second in range(span.begin // 1000, span.end // 1000 + 1)}


def _check_status(timeline: Timeline, workload: Obj | None) -> None:
    """The last step is what the status counts."""
    last = timeline.steps[-1]
    if workload is None:
        assert timeline.outcome.value == "deleted"
        return
    fields = FIELDS[workload["kind"]]
    expected = {number: workload["status"].get(field, 0) for number, field in fields.items()}
    assert {number: getattr(last, number) for number in fields} == expected
