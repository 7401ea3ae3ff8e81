"""Requests to a Service over random lives: none is lost, and what is answered was answered by a pod that ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kubesim.network.model import ANSWERED, NO_ENDPOINT, Rules
from kubesim.views.traffic.recorder import Recorder

from tests.property.lives import Act, Uncut, deployment, service
from tests.property.test_faults import lives, probed

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Change
    from kubesim.views.traffic.model import Traffic

quick = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])

rules = st.builds(
    Rules,
    rate=st.sampled_from((1, 20, 50)),
    length=st.sampled_from((1, 100, 2500)),
    propagation=st.sampled_from((0, 200, 5000)),
    drains=st.booleans(),
    connections=st.sampled_from((0, 0, 1, 7)),
    retries=st.sampled_from((0, 0, 2)),
)


class Requested(Uncut):
    """A life in which a Service is sent requests, from when it is there."""

    rules = Rules()
    recorder: Recorder | None = None
    seen = 0

    def act(self, act: Act) -> None:
        """Do one thing, and let the recorder see each instant after it."""
        start = self.cluster.now
        super().act(Act(act.verb, act.value, 0, act.kind))
        if self.recorder is None and self.cluster.find("Service", "default", "web") is not None:
            found = self.cluster.get("Service", "default", "web")
            self.seen = len(self.history)
            self.recorder = Recorder(self.cluster, found, found["spec"]["ports"][0], self.rules)
        self.record()
        until = start + act.pause
        while (wake := self.engine.next_wake()) is not None and wake <= until:
            self.engine.step(wake)
            self.record()
        self.engine.run_until(until)

    def record(self) -> None:
        if self.recorder is not None:
            self.recorder.see(self.cluster, self.history[self.seen :])
            self.seen = len(self.history)

    def traffic(self) -> Traffic:
        assert self.recorder is not None
        return self.recorder.traffic(self.cluster)


def requested(life: list[Act], rules: Rules) -> Requested:
    world = Requested.new()
    world.rules = rules
    world.live(life)
    return world


def lifetimes(history: list[Change]) -> dict[str, tuple[int, int]]:
    """From when to when there was a pod of each name."""
    found: dict[str, tuple[int, int]] = {}
    for change in history:
        if change.key.kind != "Pod":
            continue
        begin, _ = found.get(change.key.name, (change.instant, 0))
        found[change.key.name] = (begin, change.instant if change.new is None else 1 << 60)
    return found


@quick
@given(lives(), rules)
def test_every_request_is_counted_once(life: list[Act], rules: Rules) -> None:
    world = requested(life, rules)
    traffic = world.traffic()
    thousandths = (traffic.end - traffic.begin) * rules.rate
    assert thousandths // 1000 <= traffic.total <= -(-thousandths // 1000)
    assert all(one.begin <= other.begin < other.end for one, other in zip(traffic.requests, traffic.requests[1:]))


@quick
@given(lives(), rules)
def test_what_is_answered_went_to_a_pod_that_was_there(life: list[Act], rules: Rules) -> None:
    world = requested(life, rules)
    there = lifetimes(world.history)
    for requests in world.traffic().requests:
        if requests.pod:
            begin, end = there[requests.pod]
            assert requests.begin >= begin
            assert requests.fate.outcome != ANSWERED or requests.begin < end
        else:
            assert requests.fate.cause == NO_ENDPOINT


@quick
@given(lives(), rules)
def test_the_same_life_has_the_same_traffic(life: list[Act], rules: Rules) -> None:
    assert requested(life, rules).traffic() == requested(life, rules).traffic()


@quick
@given(
    st.integers(2, 5),
    st.sampled_from(({}, {"maxSurge": 1, "maxUnavailable": 0}, {"maxSurge": "100%"}, {"maxSurge": 0})),
    st.sampled_from((0, 200, 900)),
    st.booleans(),
)
def test_a_hook_that_sleeps_for_longer_than_kube_proxy_takes_spares_a_rollout_every_failure(
    replicas: int, bounds: Obj, propagation: int, drains: bool
) -> None:
    strategy = {"rollingUpdate": {"maxUnavailable": 1, **bounds}}
    hook = {"preStop": {"sleep": {"seconds": 2}}}
    made = deployment(replicas, strategy=strategy)
    made = probed(made, readinessProbe={"tcpSocket": {"port": 80}, "periodSeconds": 1}, lifecycle=hook)
    world = Requested.new()
    world.rules = Rules(propagation=propagation, drains=drains)
    world.act(Act("create", made, 60_000))
    begin = world.cluster.now + 5000  # when kube-proxy knows of the new Service
    world.live([Act("create", service(), 5000), Act("image", "nginx:1.21", 60_000)])
    late = [requests for requests in world.traffic().requests if requests.begin >= begin]
    assert {requests.fate.outcome for requests in late} == {ANSWERED}
