"""What a timeline shows is what was lived: it agrees with the Deployment's status, the pods' conditions and events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from kubesim.api.meta import Key, condition_of, dig, is_terminating, parse_time
from kubesim.controllers.pod_control import is_active, is_ready
from kubesim.sim.profiles import BARE, KIND
from kubesim.views.timeline.model import PodState
from kubesim.views.timeline.recorder import Recorder
from kubesim.views.timeline.verdict import verdict_of

from tests.property.lives import NAME, Act, Uncut
from tests.property.test_lives import LIVES

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Change
    from kubesim.views.timeline.model import Timeline

#: The fields of a Deployment's status, by the numbers of a step.
FIELDS = {
    "ready": "readyReplicas",
    "pods": "replicas",
    "updated": "updatedReplicas",
    "available": "availableReplicas",
    "terminating": "terminatingReplicas",
}
quick = settings(max_examples=40)


class Recorded:
    """A life of which a timeline was recorded, and every change beside it."""

    def __init__(self, kind: str, acts: list[Act], profile: str) -> None:
        self.world = Uncut.new(profile=profile)
        self.web = Key(kind, "default", NAME)
        recorder = Recorder(self.web, self._objects(), self.world.cluster.now)
        self.changes: list[Change] = []
        self.world.cluster.observers += [recorder.see, self.changes.append]
        self.world.live(acts)
        self.timeline: Timeline = recorder.timeline(self.world.cluster.now)

    def _objects(self) -> list[Obj]:
        cluster = self.world.cluster
        return [obj for kind in sorted(cluster.cabinet.kinds()) for obj in cluster.list(kind)]

    def web_at(self, instant: int) -> Obj | None:
        """The workload once all that happened at an instant had happened."""
        found = [change.new for change in self.changes if change.key == self.web and change.instant <= instant]
        return found[-1] if found else None


def recorded(*kinds: str) -> st.SearchStrategy[Recorded]:
    """Lives of workloads of these kinds."""
    profiles = st.sampled_from((BARE, KIND))
    return st.one_of(*(st.builds(Recorded, st.just(kind), LIVES[kind], profiles) for kind in kinds))


of_deployments = recorded("Deployment")
of_all_kinds = recorded("Deployment", "StatefulSet", "DaemonSet")


@quick
@given(of_deployments)
def test_its_numbers_are_those_of_the_status(life: Recorded) -> None:
    for step in life.timeline.steps:
        web = life.web_at(step.instant)
        if web is not None:
            status = {number: dig(web, "status", field, default=0) for number, field in FIELDS.items()}
            assert {number: getattr(step, number) for number in FIELDS} == status
            assert step.desired == web["spec"]["replicas"]


@quick
@given(of_deployments)
def test_it_is_below_the_floor_while_the_deployment_is_not_available(life: Recorded) -> None:
    below = 0
    for step, until in life.timeline.periods():
        web = life.web_at(step.instant)
        available = web and condition_of(web, "Available")
        if available:
            assert (step.available >= step.floor) == (available["status"] == "True")
            below += (until - step.instant) * (step.ready < step.floor)
    verdict = verdict_of(life.timeline)
    assert verdict.without_ready <= verdict.below_floor <= below


@quick
@given(of_all_kinds)
def test_its_lanes_add_up_to_its_steps(life: Recorded) -> None:
    spans = [span for lane in life.timeline.lanes for span in lane.spans]
    for step, until in life.timeline.periods():
        if until > step.instant:
            held = [span for span in spans if span.begin <= step.instant < span.end]
            ready = [span.is_new for span in held if span.state is PodState.READY]
            assert (ready.count(False), ready.count(True)) == (step.ready_old, step.ready_new)
            assert sum(span.state is PodState.TERMINATING for span in held) == step.terminating


@quick
@given(of_all_kinds)
def test_its_last_step_counts_the_pods_that_there_are(life: Recorded) -> None:
    web = life.web_at(life.timeline.end)
    pods = [pod for pod in life.world.cluster.list("Pod", "default") if pod["metadata"].get("ownerReferences")]
    if web is not None:
        last = life.timeline.steps[-1]
        assert last.ready == sum(is_active(pod) and is_ready(pod) for pod in pods)
        assert last.pods == sum(map(is_active, pods))
        assert last.terminating == sum(map(is_terminating, pods))


def is_released(change: Change) -> bool:
    """Whether an object lost its owner and stayed."""
    old, new = change.old or {"metadata": {}}, change.new
    return new is not None and "ownerReferences" in old["metadata"] and not new["metadata"].get("ownerReferences")


@quick
@given(of_all_kinds)
def test_its_lanes_begin_and_end_as_events_say(life: Recorded) -> None:
    lanes = {lane.pod: lane for lane in life.timeline.lanes}
    orphans = any(map(is_released, life.changes))  # their lanes begin when they are adopted again
    for change in life.changes:
        event = change.new
        if change.key.kind != "Event" or event is None or change.old is not None:
            continue
        instant, reason = change.instant, event["reason"]
        assert parse_time(event["firstTimestamp"] or event["eventTime"]) // 1000 == instant // 1000
        if reason in ("SuccessfulCreate", "SuccessfulDelete"):
            lane = lanes.get(event["message"].split()[-1])
            if lane is not None:
                begins = {span.begin: span.state for span in lane.spans}
                ends = lane.spans[-1].end
                if reason == "SuccessfulCreate":
                    assert lane.spans[0].begin == instant or (lane.spans[0].begin > instant and orphans)
                else:
                    assert begins.get(instant) is PodState.TERMINATING or ends == instant
