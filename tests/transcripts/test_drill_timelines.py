"""Timelines of the rollouts that were recorded on a real cluster agree with the events that the drills leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kubesim.api.meta import Key, parse_time
from kubesim.life.replay import recorded
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import StandingClock
from kubesim.store import StateFile
from kubesim.views.timeline.model import PodState
from kubesim.views.timeline.past import Past

from tests.transcripts import drill
from tests.transcripts.player import Player
from tests.transcripts.test_drills import PATHS

if TYPE_CHECKING:
    from pathlib import Path

    from kubesim.api.meta import Obj
    from kubesim.views.timeline.model import Lane, Timeline

ROLLOUTS = (
    *(
        "bad-image",
        "course-five-replicas",
        "course-recreate",
        "course-rolling-update",
        "crash-rollout",
        "min-ready-seconds",
    ),
    *("not-ready", "pause-resume", "progress-deadline", "proportional-scaling", "restart", "rollover", "set-image"),
    *("surge-arithmetic", "undo"),
)


@pytest.mark.parametrize("path", [path for path in PATHS if path.stem in ROLLOUTS], ids=lambda path: path.stem)
def test_timelines_agree_with_events(path: Path, tmp_path: Path) -> None:
    list(Player(tmp_path).differences(drill.read(path)))
    saved = SavedCluster(StateFile(str(tmp_path / "home" / "state.json")), clock=StandingClock())
    cluster = saved.read().cluster
    checked = 0
    for namespace in {
        key.namespace for key in map(_key, cluster.list("Event")) if not key.namespace.startswith("kube-")
    }:
        past = Past(recorded(saved), namespace, "kubesim")
        events = cluster.list("Event", namespace)
        for workload in past.changed("Deployment"):
            timeline = past.timeline(workload, past.since(0))
            checked += _check_lanes(timeline, events)
            _check_status(timeline, cluster.find(*workload))
    assert checked


def test_there_is_a_drill_of_each_name() -> None:
    assert {path.stem for path in PATHS} >= set(ROLLOUTS)


def _key(obj: Obj) -> Key:
    return Key(obj["kind"], obj["metadata"]["namespace"], obj["metadata"]["name"])


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


def _check_status(timeline: Timeline, deployment: Obj | None) -> None:
    """The last step is what the status counts."""
    last = timeline.steps[-1]
    if deployment is None:
        assert timeline.outcome.value == "deleted"
        return
    status = deployment["status"]
    counts = (last.ready, last.pods, last.updated, last.available)
    fields = ("readyReplicas", "replicas", "updatedReplicas", "availableReplicas")
    assert counts == tuple(status.get(field, 0) for field in fields)
