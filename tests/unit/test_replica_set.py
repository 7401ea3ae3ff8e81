"""The ReplicaSet controller, and which pods it lets go first."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import controller_of, rfc3339
from kubesim.controllers import pod_control
from kubesim.controllers.census import Census, by_deletion_order, first_to_delete, per_node
from tests.unit.node_cluster import START, Nodes, bare_pod, container, pod_spec, replica_set

SECOND = 1000


def status(world: Nodes) -> dict[str, Any]:
    found: dict[str, Any] = world.cluster.get("ReplicaSet", "default", "web")["status"]
    return found


def test_it_makes_its_pods_and_tells_of_each() -> None:
    world = Nodes()
    world.create(replica_set(replicas=3))
    owner = world.cluster.get("ReplicaSet", "default", "web")
    names = {p["metadata"]["name"] for p in world.pods()}
    assert len(names) == 3
    assert set(world.told(owner)) == {f"SuccessfulCreate: Created pod: {name}" for name in names}
    reference = controller_of(world.pod())
    assert reference is not None
    assert reference["uid"] == owner["metadata"]["uid"]


def test_its_status_counts_pods_as_they_come_up() -> None:
    world = Nodes()
    world.create(replica_set(replicas=2))
    made = {"replicas": 2, "fullyLabeledReplicas": 2, "terminatingReplicas": 0, "observedGeneration": 1}
    assert status(world) == made
    world.run(5)
    assert status(world) == {**made, "readyReplicas": 2, "availableReplicas": 2}


def test_pods_turn_ready_one_by_one() -> None:
    world = Nodes()
    world.create(replica_set(replicas=3))
    seen = []
    while (wake := world.engine.next_wake()) is not None and wake < START + 5 * SECOND:
        world.engine.step(wake)
        seen.append(status(world).get("readyReplicas", 0))
    assert seen == [1, 2, 3]


def test_pods_are_available_once_they_were_ready_for_the_minimum() -> None:
    world = Nodes()
    world.create(replica_set(minReadySeconds=10))
    world.run(3)
    assert status(world)["readyReplicas"] == 1
    assert "availableReplicas" not in status(world)
    world.run(7)
    assert "availableReplicas" not in status(world)
    world.run(2)
    assert status(world)["availableReplicas"] == 1


def test_scaling_down_deletes_pods_that_go_a_moment_later() -> None:
    world = Nodes()
    world.create(replica_set(replicas=3))
    world.run(5)
    world.set_replicas("web", 1)
    assert (status(world)["replicas"], status(world)["terminatingReplicas"]) == (1, 2)
    world.run(1)
    assert status(world)["terminatingReplicas"] == 0
    assert len(world.pods()) == 1


def test_a_deleted_pod_is_replaced() -> None:
    world = Nodes()
    world.create(replica_set(replicas=1))
    world.run(5)
    before = world.pod()["metadata"]["name"]
    world.delete_pod(world.pod())
    world.run(5)
    assert world.pod()["metadata"]["name"] != before
    assert world.status()["phase"] == "Running"


def test_it_adopts_an_orphan_that_matches() -> None:
    world = Nodes()
    world.create(bare_pod("stray", labels={"app": "web"}))
    world.create(replica_set(replicas=1))
    assert [p["metadata"]["name"] for p in world.pods()] == ["stray"]
    assert controller_of(world.pod()) is not None


def test_it_lets_go_of_a_pod_whose_labels_no_longer_match_and_makes_another() -> None:
    world = Nodes()
    world.create(replica_set(replicas=1))
    pod = world.pod()
    world.cluster.update({**pod, "metadata": {**pod["metadata"], "labels": {"app": "other"}}})
    world.engine.settle()
    assert controller_of(world.pod("other")) is None
    assert len(world.pods("web")) == 1


def test_a_pod_that_is_refused_is_a_failure_that_is_tried_again() -> None:
    world = Nodes()
    world.create(replica_set(replicas=2, spec=pod_spec(serviceAccountName="robot")))
    owner = world.cluster.get("ReplicaSet", "default", "web")
    (condition,) = status(world)["conditions"]
    assert (condition["type"], condition["status"], condition["reason"]) == ("ReplicaFailure", "True", "FailedCreate")
    (told,) = world.told(owner)
    assert told == (
        'FailedCreate: Error creating: pods "web-" is forbidden: error looking up service account default/robot: '
        'serviceaccount "robot" not found'
    )
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot", "namespace": "default"}}
    world.create(account)
    world.run(10)
    assert len(world.pods()) == 2
    assert "conditions" not in status(world)


def test_pods_of_one_template_share_what_does_not_differ() -> None:
    world = Nodes()
    world.create(replica_set(replicas=2))
    one, other = world.pods()
    assert one["spec"]["tolerations"] is other["spec"]["tolerations"]
    assert one["spec"]["volumes"][0]["projected"] is other["spec"]["volumes"][0]["projected"]
    volumes = [p["spec"]["volumes"][0]["name"] for p in (one, other)]
    mounts = [p["spec"]["containers"][0]["volumeMounts"][0]["name"] for p in (one, other)]
    assert volumes == mounts
    assert volumes[0] != volumes[1]
    assert all(name.startswith("kube-api-access-") and len(name) == len("kube-api-access-") + 5 for name in volumes)


def test_thousands_of_pods_are_made_at_once() -> None:
    world = Nodes()
    world.create(replica_set(replicas=1200))
    assert len(world.pods()) == 1200
    world.run(5)
    assert status(world)["readyReplicas"] == 1200


# which pods go first


def pod(name: str, **of: Any) -> dict[str, Any]:
    """A pod that is ready on node01 for 100 s, but for what is said."""
    ready = of.get("ready", 100)
    conditions = []
    if ready is not None:
        stamp = rfc3339(START - ready * SECOND)
        conditions = [{"type": "Ready", "status": "True", "lastTransitionTime": stamp}]
    annotations = {"controller.kubernetes.io/pod-deletion-cost": of["cost"]} if "cost" in of else {}
    return {
        "metadata": {
            "name": name,
            "uid": name,
            "annotations": annotations,
            "creationTimestamp": rfc3339(START - of.get("age", 200) * SECOND),
        },
        "spec": {"nodeName": of.get("node", "node01")},
        "status": {
            "phase": of.get("phase", "Running"),
            "conditions": conditions,
            "containerStatuses": [{"restartCount": of.get("restarts", 0)}],
        },
    }


@pytest.mark.parametrize(
    ("why", "first", "then"),
    [
        ("unassigned before assigned", pod("b", node=""), pod("a", phase="Pending", ready=None)),
        ("pending before running", pod("b", phase="Pending", ready=None), pod("a", ready=None)),
        ("not ready before ready", pod("b", ready=None), pod("a", cost="-5")),
        ("cheap before dear", pod("b", cost="-5"), pod("a", ready=1)),
        ("ready for a short time before long", pod("b", ready=3), pod("a", restarts=9)),
        ("often restarted before seldom", pod("b", restarts=3), pod("a", age=150)),
        ("young before old", pod("b", age=3), pod("a")),
        ("of about the same age by uid", pod("a", ready=100), pod("b", ready=90)),
    ],
)
def test_deletion_order(why: str, first: dict[str, Any], then: dict[str, Any]) -> None:
    assert by_deletion_order([then, first], START) == [first, then], why


def test_pods_on_crowded_nodes_go_first() -> None:
    alone, crowded = pod("a", node="node02"), pod("b")
    related = [Census([alone, crowded]), Census([pod("c")])]
    assert first_to_delete(Census([alone, crowded]).active(), per_node(related), START) == [crowded, alone]


def test_only_so_many_as_are_to_go_are_told() -> None:
    pods = [pod(name, restarts=restarts) for name, restarts in zip("abc", (0, 3, 1))]
    assert first_to_delete(Census(pods).active(), {}, START, 2) == [pods[1], pods[2]]


def test_a_pod_that_changes_changes_its_sort() -> None:
    census = Census([pod("a"), pod("b")])
    census.put(pod("a", ready=None))
    assert [sort.ready_since is not None for sort in census.sorts] == [True, False]
    census.take("b")
    census.take("b")
    assert [list(alike) for alike in census.sorts.values()] == [["a"]]


@pytest.mark.parametrize(("fails_at", "calls"), [(1, 1), (2, 3), (5, 7), (100, 10)])
def test_after_a_refusal_the_batch_is_finished_and_no_further_one_begun(fails_at: int, calls: int) -> None:
    made = []

    def create() -> None:
        made.append(1)
        if len(made) == fails_at:
            raise pod_control.errors.bad_request("no")

    if fails_at > 10:
        assert pod_control.slow_start(10, create) == 10
    else:
        with pytest.raises(pod_control.errors.StatusError):
            pod_control.slow_start(10, create)
    assert len(made) == calls


def test_a_container_keeps_its_own_mounts() -> None:
    world = Nodes()
    mounts = [{"mountPath": "/cache", "name": "cache"}]
    spec = pod_spec(container(volumeMounts=mounts), volumes=[{"emptyDir": {}, "name": "cache"}])
    world.create(replica_set(replicas=1, spec=spec))
    names = [mount["name"] for mount in world.pod()["spec"]["containers"][0]["volumeMounts"]]
    assert names[0] == "cache"
    assert names[1].startswith("kube-api-access-")
