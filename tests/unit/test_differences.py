"""In which fields two pod templates differ, and how that is written."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api import schema
from kubesim.views.differences import differences

TEMPLATE = schema.type_named("core/v1.PodTemplateSpec")


def spec(**fields: Any) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": "main", "image": "nginx:1.25", **fields}]}}


def texts(old: Any, new: Any) -> list[str]:
    return [one.text for one in differences(old, new, TEMPLATE)]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (spec(), spec(image="nginx:1.26"), "spec.containers[main].image: nginx:1.25 -> nginx:1.26"),
        (
            spec(),
            spec(env=[{"name": "A", "value": "1"}]),
            "spec.containers[main].env[A].value: none -> 1",
        ),
        (
            spec(env=[{"name": "A", "value": "1"}, {"name": "B"}]),
            spec(env=[{"name": "B"}]),
            "spec.containers[main].env[A].value: 1 -> none",
        ),
        (spec(env=[{"name": "B"}]), spec(), "spec.containers[main].env[B]: {} -> none"),
        (
            spec(resources={}),
            spec(resources={"limits": {"cpu": "1"}}),
            "spec.containers[main].resources.limits.cpu: none -> 1",
        ),
        (
            spec(ports=[{"containerPort": 80}]),
            spec(ports=[{"containerPort": 8080}]),
            "spec.containers[main].ports[80]: {} -> none",
        ),
        (spec(command=["a"]), spec(command=["a", "b"]), 'spec.containers[main].command: ["a"] -> ["a","b"]'),
        (spec(stdin=True), spec(), "spec.containers[main].stdin: true -> none"),
        (
            {"metadata": {"labels": {"app.kubernetes.io/name": "a"}}},
            {"metadata": {"labels": {"app.kubernetes.io/name": "b"}}},
            "metadata.labels[app.kubernetes.io/name]: a -> b",
        ),
        (spec(workingDir=""), spec(workingDir="a b"), 'spec.containers[main].workingDir: "" -> a b'),
    ],
)
def test_a_difference_names_the_path_and_both_values(old: Any, new: Any, text: str) -> None:
    assert texts(old, new)[0] == text


def test_a_container_that_comes_is_shown_without_what_every_container_has() -> None:
    old = spec()
    usual = {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", "resources": {}}
    new = {"spec": {"containers": [*old["spec"]["containers"], {"name": "side", "image": "busybox", **usual}]}}
    assert texts(old, new) == ["spec.containers[side].image: none -> busybox"]


def test_containers_in_another_order_are_a_difference() -> None:
    one, two = {"name": "a", "image": "x"}, {"name": "b", "image": "y"}
    found = texts({"spec": {"containers": [one, two]}}, {"spec": {"containers": [two, one]}})
    assert found == ['spec.containers in the order of: ["a","b"] -> ["b","a"]']


def test_values_that_are_alike_are_no_difference() -> None:
    assert texts(spec(env=[]), spec(env=[])) == []


def test_data_leaves_out_what_is_not_there() -> None:
    [one] = differences(spec(), spec(tty=True), TEMPLATE)
    assert one.data == {"path": "spec.containers[main].tty", "new": True}
