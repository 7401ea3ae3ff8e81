"""HorizontalPodAutoscalers that have metrics: what they compute, and how fast they scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from kubesim.api.meta import HOUR, SECOND, Obj, condition_of, key_of, rfc3339
from kubesim.controllers.horizontal_pod_autoscaler.normalization import Bounds, History, normalized
from kubesim.controllers.horizontal_pod_autoscaler.replica_calculator import (
    Computed,
    NotComputable,
    PodMetric,
    Target,
    Tolerances,
    replicas_for,
    requests_of,
)
from kubesim.kinds.common.autoscaler_defaults import default_autoscaler
from metrics_world import measured, put_load, web
from test_hpa_controller import autoscaler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workload_world import Workloads

NOW = 1_795_400_000_000
OLD = NOW - HOUR
LOOSE = Tolerances(0.1, 0.1)
UTILIZATION = Target(50, is_utilization=True)


# the calculator


def pod(
    name: str, phase: str = "Running", ready: str = "True", started: int = OLD, changed: int = OLD, **meta: str
) -> Obj:
    condition = {"type": "Ready", "status": ready, "lastTransitionTime": rfc3339(changed)}
    container = {"name": "app", "resources": {"requests": {"cpu": "100m"}}}
    status = {"phase": phase, "startTime": rfc3339(started), "conditions": [condition]}
    return {"metadata": {"name": name, **meta}, "spec": {"containers": [container]}, "status": status}


def computed(
    pods: Sequence[Obj], usage: dict[str, int], target: Target = UTILIZATION, current: int | None = None, **how: str
) -> Computed:
    metrics = {name: PodMetric(value, NOW - 5 * SECOND, 15 * SECOND) for name, value in usage.items()}
    size = len(pods) if current is None else current
    how = {"resource": "cpu", "container": "", **how}
    return replicas_for(pods, metrics, size, target, LOOSE, now=NOW, **how)


A, B, C = pod("a"), pod("b"), pod("c")
YOUNG = {"started": NOW - 60 * SECOND, "changed": NOW - 10 * SECOND}


@pytest.mark.parametrize(
    ("pods", "usage", "replicas", "utilization"),
    [
        ([A, B], {"a": 100, "b": 100}, 4, 100),
        ([A, B], {"a": 55, "b": 54}, 2, 54),  # within the tolerance
        ([A, B], {"a": 56, "b": 56}, 3, 56),
        ([A, B, C], {"a": 10, "b": 10, "c": 10}, 1, 10),
        ([A, B, C], {"a": 10, "b": 10}, 3, 10),  # c is taken to use all that it requests: 40%
        ([A, B, C], {"a": 100, "b": 100}, 4, 100),  # and nothing: 66%
        ([A, B, C], {"a": 60, "b": 60}, 3, 60),  # which would turn up into down
        ([A, pod("b", ready="False", **YOUNG)], {"a": 200, "b": 200}, 4, 200),  # its start is no load
        ([A, pod("b", **YOUNG)], {"a": 200, "b": 200}, 4, 200),  # no whole window since it is ready
        ([A, pod("b", ready="False", changed=NOW - 60 * SECOND)], {"a": 60, "b": 60}, 3, 60),  # it was ready once
        ([A, pod("b", "Pending")], {"a": 200}, 4, 200),
        ([A, pod("b", "Failed")], {"a": 200, "b": 0}, 4, 200),
        ([A, pod("b", deletionTimestamp=rfc3339(NOW))], {"a": 200, "b": 0}, 4, 200),
    ],
)
def test_the_replicas_that_usage_calls_for(
    pods: list[Obj], usage: dict[str, int], replicas: int, utilization: int
) -> None:
    found = computed(pods, usage)
    assert (found.replicas, found.utilization) == (replicas, utilization)


def test_a_value_of_its_own_is_a_target() -> None:
    assert computed([A, B], {"a": 100, "b": 101}, Target(50, is_utilization=False)) == Computed(4, 100)
    assert computed([A, B, C], {"a": 10, "b": 10}, Target(50, is_utilization=False)) == Computed(2, 10)


def test_memory_of_unready_pods_counts() -> None:
    asked = pod("b", ready="False", **YOUNG)
    for each in (asked, a := pod("a")):
        each["spec"]["containers"][0]["resources"]["requests"] = {"memory": "1"}
    assert computed([a, asked], {"a": 1000, "b": 1000}, resource="memory").utilization == 100


@pytest.mark.parametrize(
    ("pods", "usage", "why"),
    [
        ([], {}, "no pods returned by selector while calculating replica count"),
        ([A], {}, "did not receive metrics for targeted pods (pods might be unready)"),
        ([pod("b", "Pending")], {}, "did not receive metrics for targeted pods (pods might be unready)"),
    ],
)
def test_why_nothing_is_computed(pods: list[Obj], usage: dict[str, int], why: str) -> None:
    with pytest.raises(NotComputable, match=why.replace("(", r"\(").replace(")", r"\)")):
        computed(pods, usage)


def test_requests_are_those_of_pods_containers_and_sidecars() -> None:
    several = pod("a")
    spec = several["spec"]
    proxy = {"name": "proxy", "restartPolicy": "Always", "resources": {"requests": {"cpu": "50m"}}}
    spec["initContainers"] = [{"name": "init"}, proxy]
    assert requests_of([several], "", "cpu") == {"a": 150}
    assert requests_of([several], "proxy", "cpu") == {"a": 50}
    for container, resource, why in (
        ("", "memory", "missing request for memory in container app of Pod a"),
        ("x", "cpu", "container x not found in Pod a"),
    ):
        with pytest.raises(NotComputable, match=why):
            requests_of([several], container, resource)
    spec["resources"] = {"requests": {"cpu": "1"}}
    assert requests_of([several], "", "cpu") == {"a": 1000}


# bounds, rates and windows


def behavior(**given: Any) -> Obj:
    spec: Obj = {"behavior": given}
    default_autoscaler(spec)
    return dict(spec["behavior"])


def policy(kind: str, value: int, seconds: int = 60) -> Obj:
    return {"type": kind, "value": value, "periodSeconds": seconds}


def size(
    wanted: int, current: int, rules: Obj | None = None, low: int = 1, high: int = 20, **past: list[tuple[int, int]]
) -> tuple[int, str, str, bool]:
    """``past`` are numbers, each with how many seconds ago it was had."""
    series = {name: [[NOW - ago * SECOND, number] for ago, number in past.get(name, ())] for name in History._fields}
    found = normalized(wanted, Bounds(current, low, high), History(**series), rules, NOW)
    return found.replicas, found.able[0], found.limit[0], found.is_limited


@pytest.mark.parametrize(
    ("wanted", "current", "past", "expected"),
    [
        (5, 5, [], (5, "ReadyForNewScale", "DesiredWithinRange", False)),
        (9, 3, [], (6, "ReadyForNewScale", "ScaleUpLimit", True)),
        (9, 1, [], (4, "ReadyForNewScale", "ScaleUpLimit", True)),
        (30, 12, [], (20, "ReadyForNewScale", "TooManyReplicas", True)),
        (0, 2, [], (1, "ReadyForNewScale", "TooFewReplicas", True)),
        (2, 8, [(299, 8)], (8, "ScaleDownStabilized", "DesiredWithinRange", False)),
        (2, 8, [(301, 8)], (2, "ReadyForNewScale", "DesiredWithinRange", False)),
        (2, 8, [(301, 8), (100, 5)], (5, "ScaleDownStabilized", "DesiredWithinRange", False)),
    ],
)
def test_without_a_behavior(
    wanted: int, current: int, past: list[tuple[int, int]], expected: tuple[int, str, str, bool]
) -> None:
    assert size(wanted, current, recommendations=past) == expected


SLOW = behavior(
    scaleUp={"stabilizationWindowSeconds": 60, "policies": [policy("Pods", 2), policy("Percent", 50)]},
    scaleDown={"stabilizationWindowSeconds": 0, "policies": [policy("Percent", 10), policy("Pods", 1)]},
)
LEAST = {way: {**rules, "selectPolicy": "Min"} for way, rules in SLOW.items()}
NEVER = {way: {**rules, "selectPolicy": "Disabled"} for way, rules in SLOW.items()}


@pytest.mark.parametrize(
    ("rules", "wanted", "current", "past", "expected"),
    [
        (behavior(), 30, 4, {}, (8, "ReadyForNewScale", "ScaleUpLimit", True)),
        (behavior(), 30, 2, {}, (6, "ReadyForNewScale", "ScaleUpLimit", True)),
        (behavior(), 2, 8, {"recommendations": [(200, 8)]}, (8, "ScaleDownStabilized", "DesiredWithinRange", False)),
        (behavior(), 2, 8, {"recommendations": [(300, 8)]}, (2, "ReadyForNewScale", "DesiredWithinRange", False)),
        (SLOW, 20, 5, {}, (8, "ReadyForNewScale", "ScaleUpLimit", True)),
        (SLOW, 20, 5, {"ups": [(30, 3)]}, (5, "ReadyForNewScale", "ScaleUpLimit", True)),
        (SLOW, 20, 5, {"ups": [(60, 3)]}, (8, "ReadyForNewScale", "ScaleUpLimit", True)),
        (SLOW, 20, 5, {"recommendations": [(30, 6)]}, (6, "ScaleUpStabilized", "DesiredWithinRange", False)),
        (SLOW, 1, 10, {}, (9, "ReadyForNewScale", "ScaleDownLimit", True)),
        (SLOW, 1, 30, {}, (27, "ReadyForNewScale", "ScaleDownLimit", True)),
        (SLOW, 1, 27, {"downs": [(10, 3)]}, (27, "ReadyForNewScale", "ScaleDownLimit", True)),
        (LEAST, 20, 5, {}, (7, "ReadyForNewScale", "ScaleUpLimit", True)),
        (LEAST, 1, 30, {}, (29, "ReadyForNewScale", "ScaleDownLimit", True)),
        (NEVER, 20, 5, {}, (5, "ReadyForNewScale", "ScaleUpLimit", True)),
        (NEVER, 1, 5, {}, (5, "ReadyForNewScale", "ScaleDownLimit", True)),
        (SLOW, 30, 19, {}, (20, "ReadyForNewScale", "TooManyReplicas", True)),
        (SLOW, 0, 1, {}, (1, "ReadyForNewScale", "TooFewReplicas", True)),
    ],
)
def test_with_a_behavior(
    rules: Obj, wanted: int, current: int, past: dict[str, Any], expected: tuple[int, str, str, bool]
) -> None:
    assert size(wanted, current, rules, **past) == expected


def test_history_forgets_what_no_window_reaches() -> None:
    history = History([[NOW - 400 * SECOND, 1], [NOW - 200 * SECOND, 2]], [], [])
    assert history.later(NOW, 3, None).recommendations == [[NOW - 200 * SECOND, 2], [NOW, 3]]
    longer = behavior(scaleUp={"stabilizationWindowSeconds": 600})
    assert len(history.later(NOW, 3, longer).recommendations) == 3
    assert history.scaled(NOW, -2).downs == [[NOW, 2]]
    assert history.scaled(NOW, 2).ups == [[NOW, 2]]


# in a cluster


def cpu(target: int = 50) -> Obj:
    return {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": target}},
    }


def scaling(low: int = 1, high: int = 10, metrics: list[Obj] | None = None, **spec: Any) -> Workloads:
    world = measured(web(low, limits={"cpu": "500m"}, requests={"cpu": "200m", "memory": "64Mi"}))
    world.create(autoscaler(low, high, metrics=metrics or [cpu()], **spec))
    world.run(30)
    return world


def status(world: Workloads) -> Obj:
    return dict(world.get("HorizontalPodAutoscaler", "web")["status"])


def replicas(world: Workloads) -> int:
    return int(world.get("Deployment", "web")["spec"]["replicas"])


def reasons(world: Workloads) -> dict[str, tuple[str, str]]:
    obj = world.get("HorizontalPodAutoscaler", "web")
    found = [condition_of(obj, kind) for kind in ("AbleToScale", "ScalingActive", "ScalingLimited")]
    return {each["type"]: (each["status"], each["reason"]) for each in found if each is not None}


def test_an_idle_workload_stays_as_small_as_it_may() -> None:
    world = scaling()
    assert status(world)["currentMetrics"] == [
        {"resource": {"current": {"averageUtilization": 0, "averageValue": "1m"}, "name": "cpu"}, "type": "Resource"}
    ]
    assert (status(world)["currentReplicas"], status(world)["desiredReplicas"]) == (1, 1)
    assert reasons(world)["AbleToScale"] == ("True", "ScaleDownStabilized")  # it began with one
    world.run(330)
    assert reasons(world) == {
        "AbleToScale": ("True", "ReadyForNewScale"),
        "ScalingActive": ("True", "ValidMetricFound"),
        "ScalingLimited": ("True", "TooFewReplicas"),
    }
    assert world.told("HorizontalPodAutoscaler", "web") == []


def test_it_follows_a_load_up_and_down_again() -> None:
    world = scaling()
    put_load(world, cpu=450, seconds=600)
    world.run(31)
    assert replicas(world) > 1
    world.run(300)
    assert replicas(world) == 5
    assert reasons(world)["ScalingLimited"] == ("False", "DesiredWithinRange")
    told = [
        message for reason, message in world.told("HorizontalPodAutoscaler", "web") if reason == "SuccessfulRescale"
    ]
    assert told[-1] == "New size: 5; reason: cpu resource utilization (percentage of request) above target"
    world.run(400)
    assert replicas(world) == 5
    assert reasons(world)["AbleToScale"] == ("True", "ScaleDownStabilized")
    world.run(200)
    assert replicas(world) == 1
    assert ("SuccessfulRescale", "New size: 1; reason: All metrics below target") in world.told(
        "HorizontalPodAutoscaler", "web"
    )


def test_it_keeps_to_the_rate_of_its_behavior() -> None:
    world = scaling(
        behavior={"scaleUp": {"policies": [policy("Pods", 1, 60)]}, "scaleDown": {"selectPolicy": "Disabled"}}
    )
    put_load(world, cpu=2000, seconds=300)
    seen = []
    for _ in range(5):
        world.run(60)
        seen.append(replicas(world))
    assert seen == [2, 3, 4, 5, 6]
    world.run(1200)
    assert replicas(world) in (6, 7)


def test_a_pod_without_requests_has_no_utilization() -> None:
    world = measured(web())
    world.create(autoscaler(1, 3, metrics=[cpu()]))
    world.run(20)
    failure = "failed to get cpu utilization: missing request for cpu in container app of Pod "
    told = world.told("HorizontalPodAutoscaler", "web")
    assert told[0][0] == "FailedGetResourceMetric"
    assert told[0][1].startswith(failure)
    assert reasons(world)["ScalingActive"] == ("False", "FailedGetResourceMetric")


def test_of_several_metrics_the_greediest_counts_and_a_missing_one_only_upwards() -> None:
    memory = {
        "type": "Resource",
        "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "4Mi"}},
    }
    other = {
        "type": "Pods",
        "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "1"}},
    }
    world = scaling(metrics=[cpu(), memory, other])
    world.run(60)
    assert replicas(world) > 1
    assert status(world)["currentMetrics"][2] == {"type": ""}
    assert reasons(world)["ScalingActive"] == ("True", "ValidMetricFound")
    grown = replicas(world)
    world.change("HorizontalPodAutoscaler", "web", lambda spec: {**spec, "metrics": [cpu(), other]})
    world.run(600)
    assert replicas(world) == grown
    assert reasons(world)["ScalingActive"] == ("False", "FailedGetPodsMetric")


def test_one_container_may_be_what_counts() -> None:
    of = {"name": "cpu", "container": "app", "target": {"type": "Utilization", "averageUtilization": 50}}
    world = scaling(metrics=[{"type": "ContainerResource", "containerResource": of}])
    put_load(world, cpu=200)
    world.run(200)
    assert replicas(world) == 2
    (metric,) = status(world)["currentMetrics"]
    assert metric["containerResource"]["container"] == "app"


def test_it_notices_metrics_that_come_and_go() -> None:
    world = measured(web(2, requests={"cpu": "200m"}))
    world.create(autoscaler(1, 3, metrics=[cpu()]))
    server = world.cluster.get("Deployment", "kube-system", "metrics-server")
    world.cluster.update({**server, "spec": {**server["spec"], "replicas": 0}})
    world.run(900)
    busy = "the server is currently unable to handle the request (get pods.metrics.k8s.io)"
    assert any(message.endswith(busy) for _, message in world.told("HorizontalPodAutoscaler", "web"))
    server = world.cluster.get("Deployment", "kube-system", "metrics-server")
    world.cluster.update({**server, "spec": {**server["spec"], "replicas": 1}})
    world.run(60)
    assert reasons(world)["ScalingActive"] == ("True", "ValidMetricFound")


def test_a_month_of_it_is_passed_over() -> None:
    world = scaling()
    put_load(world, cpu=300)
    world.run(300)
    before = world.steps
    world.advance(world.cluster.now + 30 * 24 * HOUR)
    assert replicas(world) == 3
    assert world.steps - before < 3000


def test_a_life_that_is_cut_is_the_same() -> None:
    worlds = scaling(), scaling()
    for world in worlds:
        put_load(world, cpu=700, seconds=100)
    cut = worlds[1]
    for _ in range(10):
        cut.run(37)
        cut = cut.reopened(drop_wakes=True)
    worlds[0].run(370)
    assert status(cut) == status(worlds[0])
    assert replicas(cut) == replicas(worlds[0])


def content(world: Workloads) -> dict[str, list[tuple[Obj, Obj | None]]]:
    """All objects but events, with what is remembered beside them."""
    cluster = world.cluster
    kinds = sorted(kind for kind in cluster.cabinet.kinds() if kind != "Event")
    return {kind: [(obj, cluster.recall(key_of(obj))) for obj in cluster.list(kind)] for kind in kinds}


def test_what_was_passed_over_is_what_would_have_been_lived() -> None:
    worlds = scaling(), scaling()
    for world in worlds:
        put_load(world, cpu=330, seconds=2 * 3600 + 7)
    end = worlds[0].cluster.now + 12 * HOUR
    worlds[0].advance(end)
    worlds[1].engine.run_until(end)
    assert worlds[0].steps < worlds[1].steps
    assert content(worlds[0]) == content(worlds[1])
