"""HorizontalPodAutoscalers in a cluster without metrics: bounds are kept, and complaints made."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import Obj, condition_of
from kubesim.cluster import Kinds
from kubesim.controllers.horizontal_pod_autoscaler.metrics import failure_of
from workload_world import Workloads, workload

KINDS = Kinds({})

NO_METRICS = (
    "unable to fetch metrics from resource metrics API: the server could not find the requested resource "
    "(get pods.metrics.k8s.io)"
)
NO_CPU = f"failed to get cpu utilization: unable to get metrics for resource cpu: {NO_METRICS}"


def autoscaler(low: int = 2, high: int = 5, name: str = "web", target: str = "Deployment", **spec: Any) -> Obj:
    reference = {"apiVersion": "apps/v1", "kind": target, "name": "web"}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"minReplicas": low, "maxReplicas": high, "scaleTargetRef": reference, **spec},
    }


def running(replicas: int | None = 3, obj: Obj | None = None, seconds: float = 20) -> Workloads:
    world = Workloads()
    if replicas is not None:
        world.create(workload("Deployment", "web", replicas=replicas))
    world.create(obj or autoscaler())
    world.run(seconds)
    return world


def scale(world: Workloads, replicas: int) -> None:
    world.change("Deployment", "web", lambda spec: {**spec, "replicas": replicas})


def size(world: Workloads) -> int:
    return int(world.get("Deployment", "web")["spec"]["replicas"])


def condition(world: Workloads, kind: str) -> tuple[str, str, str]:
    found = condition_of(world.get("HorizontalPodAutoscaler", "web"), kind)
    return found["status"], found["reason"], found["message"]


def told(world: Workloads) -> list[tuple[str, str]]:
    return world.told("HorizontalPodAutoscaler", "web")


def test_nothing_happens_for_fifteen_seconds():
    world = running(7, seconds=14)
    assert size(world) == 7
    assert world.get("HorizontalPodAutoscaler", "web")["status"] == {"currentMetrics": None, "desiredReplicas": 0}


def test_without_metrics_it_says_so():
    world = running()
    status = world.get("HorizontalPodAutoscaler", "web")["status"]
    assert condition(world, "AbleToScale") == (
        "True",
        "SucceededGetScale",
        "the HPA controller was able to get the target's current scale",
    )
    assert condition(world, "ScalingActive") == (
        "False",
        "FailedGetResourceMetric",
        f"the HPA was unable to compute the replica count: {NO_CPU}",
    )
    del status["conditions"]
    assert status == {"currentMetrics": [{"type": ""}], "currentReplicas": 3, "desiredReplicas": 0}
    whole = f"failed to get cpu resource metric value: {NO_CPU}"
    assert told(world) == [
        ("FailedGetResourceMetric", NO_CPU),
        ("FailedComputeMetricsReplicas", f"invalid metrics (1 invalid out of 1), first error is: {whole}"),
    ]


def test_the_table_knows_no_metric():
    world = running()
    row = KINDS.load("HorizontalPodAutoscaler").row(world.get("HorizontalPodAutoscaler", "web"), world.cluster.now)
    assert row[:6] == ["web", "Deployment/web", "cpu: <unknown>/80%", "2", "5", "3"]


@pytest.mark.parametrize(
    ("replicas", "expected", "reason"),
    [
        pytest.param(1, 2, "Current number of replicas below Spec.MinReplicas", id="too few"),
        pytest.param(9, 5, "Current number of replicas above Spec.MaxReplicas", id="too many"),
    ],
)
def test_the_target_is_kept_within_bounds(replicas, expected, reason):
    world = running(replicas)
    assert size(world) == expected
    assert told(world) == [("SuccessfulRescale", f"New size: {expected}; reason: {reason}")]
    assert condition(world, "AbleToScale") == (
        "True",
        "SucceededRescale",
        f"the HPA controller was able to update the target scale to {expected}",
    )
    fields = ("currentReplicas", "desiredReplicas", "lastScaleTime")
    assert world.status("HorizontalPodAutoscaler", "web", *fields) == [replicas, expected, "2026-11-23T02:13:35Z"]
    world.run(15)
    assert world.status("HorizontalPodAutoscaler", "web", "currentReplicas") == [expected]
    assert len(world.pods()) == expected


def test_it_scales_again_at_its_next_turn():
    world = running(3, seconds=3600)
    scale(world, 8)
    world.run(14.9)
    assert size(world) in (5, 8)
    world.run(0.2)
    assert size(world) == 5


def test_other_bounds_count_at_the_next_turn():
    world = running(3, seconds=60)
    world.change("HorizontalPodAutoscaler", "web", lambda spec: {**spec, "minReplicas": 4})
    world.run(15)
    assert size(world) == 4


def test_zero_pods_turn_it_off():
    world = running(0)
    assert size(world) == 0
    assert condition(world, "ScalingActive") == (
        "False",
        "ScalingDisabled",
        "scaling is disabled since the replica count of the target is zero",
    )


@pytest.mark.parametrize(
    ("obj", "why"),
    [
        pytest.param(autoscaler(), 'deployments.apps "web" not found', id="no such object"),
        pytest.param(
            autoscaler(target="Nonsense"), 'no matches for kind "Nonsense" in group "apps"', id="no such kind"
        ),
        pytest.param(
            autoscaler(target="DaemonSet"), "the server could not find the requested resource", id="nothing to scale"
        ),
    ],
)
def test_a_target_that_is_not_there(obj, why):
    world = running(None, obj)
    assert told(world) == [("FailedGetScale", why)]
    assert condition(world, "AbleToScale") == (
        "False",
        "FailedGetScale",
        f"the HPA controller was unable to get the target's current scale: {why}",
    )


def test_a_target_that_comes_later_is_scaled():
    world = running(None, seconds=100)
    world.create(workload("Deployment", "web", replicas=1))
    world.run(16)
    assert size(world) == 2


def test_two_autoscalers_of_one_target_see_each_other():
    world = running(3)
    world.create(autoscaler(name="other"))
    world.run(40)
    why = "pods by selector app=web are controlled by multiple HPAs: [default/other default/web]"
    assert condition(world, "ScalingActive") == ("False", "AmbiguousSelector", why)


def test_complaints_are_counted_without_a_look_at_each():
    """Once they are held back, the first complaint of a look is the one that is let through."""
    world = running(3, seconds=15)
    looks: list[int] = []
    original = world.engine.step
    world.engine.step = lambda wake: (looks.append(wake), original(wake))
    world.run(3600)
    events = world.cluster.events_of(world.get("HorizontalPodAutoscaler", "web"))
    counts = {event["reason"]: event["count"] for event in events}
    assert counts["FailedComputeMetricsReplicas"] == 12
    assert 200 < counts["FailedGetResourceMetric"] <= 241
    assert len(looks) < 60


# what is said of other metrics


def metric(kind: str, member: str, **source: Any) -> Obj:
    return {"type": kind, member: source}


AVERAGE = {"type": "AverageValue", "averageValue": "10"}
CUSTOM = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"


@pytest.mark.parametrize(
    ("given", "reason", "error", "whole"),
    [
        pytest.param(
            metric("Resource", "resource", name="memory", target=AVERAGE),
            "FailedGetResourceMetric",
            f"failed to get memory usage: unable to get metrics for resource memory: {NO_METRICS}",
            "failed to get memory resource metric value: ",
            id="a resource's value",
        ),
        pytest.param(
            metric(
                "ContainerResource", "containerResource", name="cpu", container="app", target={"type": "Utilization"}
            ),
            "FailedGetContainerResourceMetric",
            NO_CPU,
            "failed to get app container metric value: ",
            id="a container's",
        ),
        pytest.param(
            metric("Pods", "pods", metric={"name": "rps"}, target=AVERAGE),
            "FailedGetPodsMetric",
            f"unable to get metric rps: {CUSTOM}",
            "failed to get pods metric value: ",
            id="the pods'",
        ),
        pytest.param(
            metric(
                "Object",
                "object",
                metric={"name": "rps"},
                describedObject={"kind": "Service", "name": "web"},
                target={"type": "Value", "value": "1"},
            ),
            "FailedGetObjectMetric",
            f"unable to get metric rps: {CUSTOM} on Service default/web",
            "failed to get object metric value: ",
            id="an object's",
        ),
        pytest.param(
            metric("External", "external", metric={"name": "jobs"}, target=AVERAGE),
            "FailedGetExternalMetric",
            "unable to get external metric default/jobs/nil: unable to fetch metrics from external metrics API: "
            "the server could not find the requested resource (get jobs.external.metrics.k8s.io)",
            "failed to get jobs external metric value: failed to get jobs external metric: ",
            id="somebody else's",
        ),
    ],
)
def test_why_a_metric_cannot_be_had(given, reason, error, whole):
    why = f"unable to get metrics for resource {given.get('resource', {}).get('name', 'cpu')}: {NO_METRICS}"
    assert tuple(failure_of(given, "default", why)) == (reason, error, whole + error)


# laws


def test_looking_again_changes_nothing():
    world = running(9, seconds=33)
    before = world.objects()
    world.engine.look_at_everything()
    world.engine.settle()
    assert world.objects() == before


@pytest.mark.parametrize("drop_wakes", [False, True])
def test_a_run_cut_by_saving_equals_the_uncut_run(drop_wakes):
    uncut, cut = running(3, seconds=100), running(3, seconds=100)
    for at in range(12):
        if at == 4:
            scale(uncut, 9)
            scale(cut, 9)
        uncut.run(61)
        cut.run(61)
        cut = cut.reopened(drop_wakes=drop_wakes)
    assert cut.objects() == uncut.objects()
