"""Client-side apply: the patch that kubectl sends, and the annotation that it keeps."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.patch import strategic_merge
from kubesim.api.patch.three_way import last_applied_annotation, three_way_patch
from kubesim.api.schema import type_of

DEPLOYMENT = type_of("apps/v1", "Deployment")


def pod_spec(**fields: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": fields}}}


LIVE_CONTAINER = {
    "name": "nginx",
    "image": "nginx:1.20",
    "imagePullPolicy": "IfNotPresent",
    "ports": [{"containerPort": 80, "protocol": "TCP"}],
}
APPLIED_CONTAINER = {"name": "nginx", "image": "nginx:1.20", "ports": [{"containerPort": 80}]}

CASES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (
        "what the server filled in is left alone",
        pod_spec(containers=[APPLIED_CONTAINER]),
        pod_spec(containers=[APPLIED_CONTAINER]),
        pod_spec(containers=[LIVE_CONTAINER], dnsPolicy="ClusterFirst"),
        {},
    ),
    (
        "a changed field is sent with its list's order",
        pod_spec(containers=[APPLIED_CONTAINER]),
        pod_spec(containers=[{**APPLIED_CONTAINER, "image": "nginx:1.21"}]),
        pod_spec(containers=[LIVE_CONTAINER]),
        pod_spec(
            **{
                "$setElementOrder/containers": [{"name": "nginx"}],
                "containers": [{"name": "nginx", "image": "nginx:1.21"}],
            }
        ),
    ),
    (
        "a field that left the file is deleted",
        {"spec": {"replicas": 2, "minReadySeconds": 1}},
        {"spec": {"replicas": 2}},
        {"spec": {"replicas": 2, "minReadySeconds": 1, "revisionHistoryLimit": 10}},
        {"spec": {"minReadySeconds": None}},
    ),
    (
        "a field that others changed is set back",
        {"spec": {"replicas": 2}},
        {"spec": {"replicas": 2}},
        {"spec": {"replicas": 4}},
        {"spec": {"replicas": 2}},
    ),
    (
        "a field that others added stays",
        {"metadata": {"labels": {"a": "1"}}},
        {"metadata": {"labels": {"a": "1"}}},
        {"metadata": {"labels": {"a": "1", "b": "2"}}},
        {},
    ),
    (
        "a volume of another type names what it keeps",
        pod_spec(volumes=[{"name": "data"}]),
        pod_spec(volumes=[{"name": "data", "hostPath": {"path": "/data"}}]),
        pod_spec(volumes=[{"name": "data", "emptyDir": {}}]),
        pod_spec(
            **{
                "$setElementOrder/volumes": [{"name": "data"}],
                "volumes": [{"name": "data", "hostPath": {"path": "/data"}, "$retainKeys": ["hostPath", "name"]}],
            }
        ),
    ),
    (
        "an element that left the file is deleted by its key",
        pod_spec(containers=[{"name": "nginx"}, {"name": "side"}]),
        pod_spec(containers=[{"name": "nginx"}]),
        pod_spec(containers=[{"name": "nginx"}, {"name": "side"}]),
        pod_spec(
            **{
                "$setElementOrder/containers": [{"name": "nginx"}],
                "containers": [{"name": "side", "$patch": "delete"}],
            }
        ),
    ),
    (
        "an element that others added stays",
        pod_spec(containers=[{"name": "nginx"}]),
        pod_spec(containers=[{"name": "nginx", "image": "x"}]),
        pod_spec(containers=[{"name": "injected"}, {"name": "nginx"}]),
        pod_spec(
            **{
                "$setElementOrder/containers": [{"name": "nginx"}],
                "containers": [{"name": "nginx", "image": "x"}],
            }
        ),
    ),
    (
        "a strategy names the keys that stay",
        {"spec": {"strategy": {"type": "RollingUpdate"}}},
        {"spec": {"strategy": {"type": "Recreate"}}},
        {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}}}},
        {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}},
    ),
    (
        "an unknown field is sent as it is",
        {},
        {"spec": {"replica": 3, "replicas": 3}},
        {"spec": {"replicas": 2}},
        {"spec": {"replica": 3, "replicas": 3}},
    ),
    (
        "a null in the file deletes",
        {},
        {"spec": {"minReadySeconds": None}},
        {"spec": {"minReadySeconds": 3}},
        {"spec": {"minReadySeconds": None}},
    ),
    (
        "of two ports of the same number the one that changed is told",
        {},
        pod_spec(containers=[{"name": "c", "ports": [{"containerPort": 53, "name": "x"}, {"containerPort": 53}]}]),
        pod_spec(containers=[{"name": "c", "ports": [{"containerPort": 53}, {"containerPort": 53}]}]),
        pod_spec(
            **{
                "$setElementOrder/containers": [{"name": "c"}],
                "containers": [
                    {
                        "name": "c",
                        "$setElementOrder/ports": [{"containerPort": 53}, {"containerPort": 53}],
                        "ports": [{"containerPort": 53, "name": "x"}],
                    }
                ],
            }
        ),
    ),
]


@pytest.mark.parametrize(
    ("applied", "modified", "live", "patch"), [row[1:] for row in CASES], ids=[r[0] for r in CASES]
)
def test_the_patch_that_apply_sends(
    applied: dict[str, Any], modified: dict[str, Any], live: dict[str, Any], patch: dict[str, Any]
) -> None:
    assert three_way_patch(applied, modified, live, DEPLOYMENT) == patch


def test_after_the_patch_nothing_is_left_to_apply() -> None:
    applied = pod_spec(containers=[{"name": "a", "tty": True}, {"name": "b"}])
    modified = pod_spec(containers=[{"name": "c"}, {"name": "a", "image": "x"}])
    live = pod_spec(containers=[{"name": "a", "tty": True}, {"name": "b"}], dnsPolicy="Default")
    patched = strategic_merge(live, three_way_patch(applied, modified, live, DEPLOYMENT), DEPLOYMENT)
    assert patched == pod_spec(containers=[{"name": "c"}, {"name": "a", "image": "x"}], dnsPolicy="Default")
    assert three_way_patch(modified, modified, patched, DEPLOYMENT) == {}


def test_beside_an_element_of_others_the_order_is_sent_every_time() -> None:
    applied = pod_spec(containers=[{"name": "a"}])
    live = pod_spec(containers=[{"name": "injected"}, {"name": "a"}])
    patch = three_way_patch(applied, applied, live, DEPLOYMENT)
    assert patch == pod_spec(**{"$setElementOrder/containers": [{"name": "a"}]})
    assert strategic_merge(live, patch, DEPLOYMENT) == live


@pytest.mark.parametrize(
    ("applied", "modified", "live", "patch"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, {"a": 1, "b": 2, "c": 3}, {"b": None}),
        ({}, {"list": [1, 2]}, {"list": [1]}, {"list": [1, 2]}),
        ({"m": {"x": 1}}, {"m": {"y": 2}}, {"m": {"x": 1, "z": 3}}, {"m": {"x": None, "y": 2}}),
        ({"a": 1}, {"a": 1}, {"a": 1, "status": {}}, {}),
    ],
)
def test_a_kind_without_a_type_gets_a_merge_patch(applied: Any, modified: Any, live: Any, patch: Any) -> None:
    assert three_way_patch(applied, modified, live, None) == patch


def test_the_annotation_is_the_object_on_one_line_without_the_annotation_itself() -> None:
    obj = {
        "kind": "ConfigMap",
        "apiVersion": "v1",
        "metadata": {"name": "c", "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "old"}},
        "data": {"k": "<a & b>"},
    }
    assert last_applied_annotation(obj) == (
        '{"apiVersion":"v1","data":{"k":"\\u003ca \\u0026 b\\u003e"},"kind":"ConfigMap",'
        '"metadata":{"annotations":{},"name":"c"}}\n'
    )


def test_the_annotation_keeps_other_annotations() -> None:
    obj = {"metadata": {"name": "c", "annotations": {"a": "b"}}}
    assert last_applied_annotation(obj) == '{"metadata":{"annotations":{"a":"b"},"name":"c"}}\n'
