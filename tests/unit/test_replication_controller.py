"""ReplicationControllers: a ReplicaSet's controller beneath an older kind."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.cluster import Client, Kinds
from kubesim.errors import StatusError
from kubesim.kinds.replication_controller import ReplicationController
from kubesim.kubectl.describe import describe
from tests.unit.workload_world import Workloads

KINDS = Kinds({})

LABELS = {"app": "web"}


def controller(**spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "c", "image": "nginx:1.25"}]}}
    return {
        "apiVersion": "v1",
        "kind": "ReplicationController",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"replicas": 2, "template": template, **spec},
    }


@pytest.fixture
def world() -> Workloads:
    return Workloads()


def test_the_labels_of_its_template_are_its_selector_and_its_own(world: Workloads) -> None:
    made = world.create(controller())
    assert (made["spec"]["selector"], made["metadata"]["labels"]) == (LABELS, LABELS)


def test_it_keeps_its_pods_and_counts_them(world: Workloads) -> None:
    world.create(controller())
    world.run()
    assert [name[:4] for name in world.names()] == ["web-", "web-"]
    assert world.get("ReplicationController", "web")["status"] == {
        "replicas": 2,
        "fullyLabeledReplicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "observedGeneration": 1,
    }
    world.delete("Pod", world.names()[0])
    world.change("ReplicationController", "web", lambda spec: {**spec, "replicas": 3})
    world.run()
    assert len(world.names()) == 3
    events = world.cluster.events_of(world.get("ReplicationController", "web"))
    assert {event["source"]["component"] for event in events} == {"replication-controller"}


def test_it_adopts_what_matches_and_releases_what_does_no_longer(world: Workloads) -> None:
    world.create({**controller()["spec"]["template"], "apiVersion": "v1", "kind": "Pod"} | {"metadata": LONE})
    world.create(controller(replicas=1))
    assert world.names() == ["lone"]
    lone = world.get("Pod", "lone")
    Client(world.cluster).update({**lone, "metadata": {**lone["metadata"], "labels": {"app": "other"}}})
    world.engine.settle()
    assert "ownerReferences" not in world.get("Pod", "lone")["metadata"]
    assert len(world.names()) == 2


LONE = {"name": "lone", "namespace": "default", "labels": LABELS}


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"replicas": -1}, "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        (
            {"selector": {"app": "other"}},
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
        ),
    ],
)
def test_what_is_refused(world: Workloads, spec: dict[str, Any], told: str) -> None:
    with pytest.raises(StatusError) as refused:
        world.create(controller(**spec))
    assert str(refused.value).endswith(f"is invalid: {told}")


def test_it_needs_a_template_and_with_it_a_selector(world: Workloads) -> None:
    obj = controller()
    del obj["spec"]["template"]
    with pytest.raises(StatusError) as refused:
        world.create(obj)
    assert str(refused.value).endswith("is invalid: [spec.selector: Required value, spec.template: Required value]")


def test_its_columns_and_description(world: Workloads) -> None:
    world.create(controller())
    kind = KINDS.load("ReplicationController")
    assert isinstance(kind, ReplicationController)
    obj = world.get("ReplicationController", "web")
    assert kind.row(obj, world.cluster.now) == ["web", "2", "2", "0", "0s", "c", "nginx:1.25", "app=web"]
    described = describe(obj, world.cluster, world.cluster.now, show_events=False)
    assert described.startswith(
        "Name:         web\nNamespace:    default\nSelector:     app=web\nLabels:       app=web\n"
        "Annotations:  <none>\nReplicas:     2 current / 2 desired\n"
        "Pods Status:  0 Running / 2 Waiting / 0 Succeeded / 0 Failed\nPod Template:\n"
    )
