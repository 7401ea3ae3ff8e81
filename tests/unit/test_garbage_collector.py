"""Owners and dependents, and the lives of namespaces."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import Obj, controller_reference
from rollout_world import Rollouts, deployment


@pytest.fixture
def world() -> Rollouts:
    return Rollouts()


def names(world: Rollouts, kind: str) -> list[str]:
    return [obj["metadata"]["name"] for obj in world.cluster.list(kind, "default")]


def config_map(name: str, *owners: Obj, **reference: Any) -> Obj:
    """A config map with references to those owners, none of which is its controller."""
    references = [{**controller_reference(owner), "controller": False, **reference} for owner in owners]
    meta: Obj = {"name": name, "namespace": "default"}
    if references:
        meta["ownerReferences"] = references
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta}


def mine(world: Rollouts) -> list[str]:
    """The config maps less the one of every namespace."""
    return [name for name in names(world, "ConfigMap") if name != "kube-root-ca.crt"]


def test_a_deployment_takes_its_replica_sets_and_pods_along(world):
    world.create(deployment(replicas=2))
    world.run()
    world.cluster.delete("Deployment", "default", "web")
    world.engine.settle()
    assert names(world, "ReplicaSet") == []
    assert all("deletionTimestamp" in pod["metadata"] for pod in world.cluster.list("Pod"))
    world.run()
    assert names(world, "Pod") == []


def test_in_the_foreground_the_owner_goes_last(world):
    world.create(deployment(replicas=2))
    world.run()
    world.cluster.delete("Deployment", "default", "web", propagation="Foreground")
    world.engine.settle()
    assert names(world, "Deployment") == ["web"]
    assert [rs["metadata"]["finalizers"] for rs in world.cluster.list("ReplicaSet")] == [["foregroundDeletion"]]
    world.run()
    gone = [change.key.kind for change in world.history if change.new is None]
    assert gone == ["Pod", "Pod", "ReplicaSet", "Deployment"]


def test_orphans_stay_without_an_owner(world):
    world.create(deployment(replicas=2))
    world.run()
    world.cluster.delete("Deployment", "default", "web", propagation="Orphan")
    world.run()
    assert names(world, "Deployment") == []
    assert ["ownerReferences" in rs["metadata"] for rs in world.cluster.list("ReplicaSet")] == [False]
    assert len(names(world, "Pod")) == 2


def test_a_deleted_replica_set_comes_again(world):
    world.create(deployment(replicas=2))
    world.run()
    before = world.cluster.list("ReplicaSet")[0]["metadata"]
    world.cluster.delete("ReplicaSet", "default", before["name"])
    world.run()
    after = world.cluster.list("ReplicaSet")[0]["metadata"]
    assert after["name"] == before["name"]
    assert after["uid"] != before["uid"]


def test_what_refers_to_nobody_that_is_there_goes(world):
    owner = world.create(config_map("owner"))
    world.create(config_map("stray", owner, uid="of-nobody"))
    world.create(config_map("dependent", owner))
    assert mine(world) == ["dependent", "owner"]


def test_a_dependent_stays_while_one_owner_does(world):
    owners = [world.create(config_map(name)) for name in ("one", "two")]
    world.create(config_map("dependent", *owners))
    world.cluster.delete("ConfigMap", "default", "one")
    world.engine.settle()
    references = world.cluster.get("ConfigMap", "default", "dependent")["metadata"]["ownerReferences"]
    assert [reference["name"] for reference in references] == ["two"]
    world.cluster.delete("ConfigMap", "default", "two")
    world.engine.settle()
    assert mine(world) == []


def test_an_owner_of_a_former_life_is_remembered(world):
    """What has no controller is noted with the state, not in the collector."""
    owner = world.create(config_map("owner"))
    world.create(config_map("dependent", owner))
    assert world.cluster.notes("garbage-collector") == {
        owner["metadata"]["uid"]: [["ConfigMap", "default", "dependent"]]
    }
    world.cluster.delete("ConfigMap", "default", "owner")
    world.engine.settle()
    assert mine(world) == []
    assert world.cluster.notes("garbage-collector") == {}


@pytest.mark.parametrize(("blocks", "left"), [(True, ["held", "owner"]), (False, ["held"])])
def test_a_dependent_holds_its_owner_back_if_it_says_so(world, blocks, left):
    owner = world.create(config_map("owner"))
    held = config_map("held", owner, blockOwnerDeletion=blocks)
    held["metadata"]["finalizers"] = ["example.com/wait"]
    world.create(held)
    world.cluster.delete("ConfigMap", "default", "owner", propagation="Foreground")
    world.engine.settle()
    assert mine(world) == left
    stored = world.cluster.get("ConfigMap", "default", "held")
    meta = {name: value for name, value in stored["metadata"].items() if name != "finalizers"}
    world.cluster.update({**stored, "metadata": meta})
    world.engine.settle()
    assert mine(world) == []


def test_owners_that_wait_for_each_other_do_not_wait_forever(world):
    first = world.create(config_map("first"))
    second = world.create(config_map("second", first))
    reference = {**controller_reference(second), "controller": False}
    first = world.cluster.get("ConfigMap", "default", "first")
    world.cluster.update({**first, "metadata": {**first["metadata"], "ownerReferences": [reference]}})
    world.engine.settle()
    world.cluster.delete("ConfigMap", "default", "first", propagation="Foreground")
    world.engine.settle()
    assert mine(world) == []


# namespaces


def namespace(name: str) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def test_a_namespace_is_furnished(world):
    world.create(namespace("team"))
    assert [obj["metadata"]["name"] for obj in world.cluster.list("ServiceAccount", "team")] == ["default"]
    found = world.cluster.get("ConfigMap", "team", "kube-root-ca.crt")
    assert list(found["data"]) == ["ca.crt"]
    assert found["data"]["ca.crt"].startswith("-----BEGIN CERTIFICATE-----\n")
    assert list(found["metadata"]["annotations"]) == ["kubernetes.io/description"]


def test_furniture_comes_again(world):
    world.create(namespace("team"))
    world.cluster.delete("ServiceAccount", "team", "default")
    found = world.cluster.get("ConfigMap", "team", "kube-root-ca.crt")
    world.cluster.update({**found, "data": {"ca.crt": "mine"}})
    world.engine.settle()
    assert world.cluster.find("ServiceAccount", "team", "default") is not None
    assert world.cluster.get("ConfigMap", "team", "kube-root-ca.crt")["data"] == found["data"]


def delete_namespace(world: Rollouts, name: str) -> None:
    world.cluster.delete("Namespace", "", name)
    world.engine.settle()


def test_an_empty_namespace_goes_after_five_seconds(world):
    world.create(namespace("team"))
    delete_namespace(world, "team")
    world.run(4.9)
    assert world.cluster.find("ServiceAccount", "team", "default") is not None
    world.run(0.2)
    assert world.cluster.find("Namespace", "", "team") is None
    assert world.cluster.list("ServiceAccount", "team") == world.cluster.list("ConfigMap", "team") == []


def test_a_namespace_waits_for_its_pods(world):
    world.create(namespace("team"))
    obj = deployment()
    world.create({**obj, "metadata": {**obj["metadata"], "namespace": "team"}})
    world.run()
    delete_namespace(world, "team")
    world.run(5.1)
    status = world.cluster.get("Namespace", "", "team")["status"]
    assert status["phase"] == "Terminating"
    assert {c["status"] for c in status["conditions"]} == {"False"}
    assert len(world.cluster.list("Pod", "team")) == 3
    world.run(5)
    assert world.cluster.find("Namespace", "", "team") is None
    assert world.cluster.list("Pod", "team") == []


def test_a_namespace_tells_whose_finalizers_hold_it(world):
    world.create(namespace("team"))
    held = config_map("held")
    held["metadata"].update(namespace="team", finalizers=["example.com/wait"])
    world.create(held)
    delete_namespace(world, "team")
    world.run(6)
    conditions = world.cluster.get("Namespace", "", "team")["status"]["conditions"]
    assert {c["type"]: c["message"] for c in conditions if c["status"] == "True"} == {
        "NamespaceContentRemaining": "Some resources are remaining: configmaps. has 1 resource instances",
        "NamespaceFinalizersRemaining": (
            "Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances"
        ),
    }
    stored = world.cluster.get("ConfigMap", "team", "held")
    world.cluster.update({**stored, "metadata": {"name": "held", "namespace": "team"}})
    world.run(20)
    assert world.cluster.find("Namespace", "", "team") is None
