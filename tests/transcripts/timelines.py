"""Timelines of the rollouts in a drill agree with the events and the status that the drill leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import parse_time
from kubesim.life.replay import recorded
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import StandingClock
from kubesim.store import StateFile
from kubesim.views.timeline.model import PodState
from kubesim.views.timeline.past import Past

if TYPE_CHECKING:
    from pathlib import Path

    from kubesim.api.meta import Obj
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
    events = cluster.list("Event")
    checked = 0
    for namespace in {event["metadata"]["namespace"] for event in events}:
        past = Past(recorded(saved), namespace, "kubesim")
        for workload in (key for kind in FIELDS for key in past.changed(kind)):
            timeline = past.timeline(workload, past.since(0))
            checked += _check_lanes(
                timeline, [event for event in events if event["metadata"]["namespace"] == namespace]
            )
            _check_status(timeline, cluster.find(*workload))
    return checked


def _check_lanes(timeline: Timeline, events: list[Obj]) -> int:
    """Each event about a pod of the timeline has its place in the pod's lane; how many were checked."""
    lanes = {lane.pod: lane for lane in timeline.lanes}
    checked = 0
    for event in events:
        about = event["involvedObject"]
        made = event["reason"] in ("SuccessfulCreate", "SuccessfulDelete")
        lane = lanes.get(event["message"].split()[-1] if made else about["name"])
        if lane is not None and event.get("count", 1) == 1:
            second = parse_time(event["lastTimestamp"] or event["eventTime"]) // 1000
            assert second in _seconds(lane, event["reason"]), (event["reason"], lane)
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
