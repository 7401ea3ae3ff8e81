"""Kinds that are served in two versions: each says what the other does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.cluster import Kinds
from kubesim.kinds.versions import in_version, stored

if TYPE_CHECKING:
    from command_lines import Shell

    Obj = dict[str, Any]

KINDS = Kinds({})

V1, V2 = "autoscaling/v1", "autoscaling/v2"
CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}
METRICS: list[Obj] = [
    CPU,
    {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}},
    {
        "type": "ContainerResource",
        "containerResource": {
            "name": "cpu",
            "container": "web",
            "target": {"type": "Utilization", "averageUtilization": 7},
        },
    },
    {
        "type": "Pods",
        "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "1k"}},
    },
    {
        "type": "Object",
        "object": {
            "metric": {"name": "rps", "selector": {"matchLabels": {"a": "b"}}},
            "describedObject": {"apiVersion": "v1", "kind": "Service", "name": "web"},
            "target": {"type": "Value", "value": "100"},
        },
    },
    {
        "type": "Object",
        "object": {
            "metric": {"name": "rps"},
            "describedObject": {"kind": "Service", "name": "web"},
            "target": {"type": "AverageValue", "averageValue": "10"},
        },
    },
    {
        "type": "External",
        "external": {"metric": {"name": "queue"}, "target": {"type": "AverageValue", "averageValue": "30"}},
    },
    {"type": "External", "external": {"metric": {"name": "queue"}, "target": {"type": "Value", "value": "3"}}},
]


def autoscaler(**spec: Any) -> Obj:
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return {
        "apiVersion": V2,
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": {"minReplicas": 1, "maxReplicas": 4, "scaleTargetRef": reference, **spec},
        "status": {"currentReplicas": 0, "desiredReplicas": 0},
    }


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_survives_the_way_to_the_older_version_and_back(metric: Obj) -> None:
    obj = autoscaler(metrics=[metric])
    assert stored(in_version(obj, V1)) == obj


def test_a_behavior_and_what_was_measured_survive_as_annotations() -> None:
    policies = [{"type": "Pods", "value": 1, "periodSeconds": 30}]
    down = {"stabilizationWindowSeconds": 60, "selectPolicy": "Max", "policies": policies}
    obj = autoscaler(metrics=[CPU], behavior={"scaleDown": down})
    current = {"name": "cpu", "current": {"averageUtilization": 20, "averageValue": "20m"}}
    obj["status"] = {
        "currentMetrics": [{"type": "Resource", "resource": current}],
        "conditions": [{"type": "AbleToScale", "status": "True"}],
        **obj["status"],
    }
    old = in_version(obj, V1)
    assert old["status"]["currentCPUUtilizationPercentage"] == 20
    assert old["metadata"]["annotations"]["autoscaling.alpha.kubernetes.io/behavior"] == (
        '{"ScaleUp":null,"ScaleDown":{"StabilizationWindowSeconds":60,"SelectPolicy":"Max",'
        '"Policies":[{"Type":"Pods","Value":1,"PeriodSeconds":30}],"Tolerance":null}}'
    )
    assert stored(old) == obj


def test_annotations_that_are_no_json_are_dropped_on_the_way() -> None:
    obj = in_version(autoscaler(metrics=[CPU]), V1)
    obj["metadata"] = {"name": "web", "annotations": {"autoscaling.alpha.kubernetes.io/metrics": "[", "a": "b"}}
    new = stored(obj)
    assert new["metadata"]["annotations"] == {"a": "b"}
    assert new["spec"]["metrics"] == [CPU]


def test_a_short_name_means_the_preferred_version_whichever_is_named() -> None:
    versions = {word: KINDS.resolve(word) for word in ("hpa.v1.autoscaling", "horizontalpodautoscalers.v1.autoscaling")}
    assert [names and names.version for names in versions.values()] == ["v2", "v1"]
    assert KINDS.resolve("horizontalpodautoscalers.v3.autoscaling") is None


def test_an_event_of_any_name_about_a_pod_is_found_by_it(shell: Shell) -> None:
    about = {"apiVersion": "v1", "kind": "Pod", "name": "web-1", "namespace": "default"}
    event = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "odd"}, "involvedObject": about, "message": "x"}
    shell.ok(f"create -f {shell.write('event.json', json.dumps(event))}")
    assert shell.ok("get events.events.k8s.io odd -o jsonpath='{.note} {.regarding.name}'") == "x web-1"


def test_a_short_name_of_two_groups_comes_with_a_warning(shell: Shell) -> None:
    warned = 'Warning: short name "ev" could also match lower priority resource events.events.k8s.io\n'
    assert warned in shell("get ev")[2]
    assert warned not in shell("get events")[2]
