"""StatefulSets: order, revisions, partitions and claims."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import Obj, dig, is_terminating, labels_of, with_metadata
from kubesim.cluster import Client
from kubesim.controllers.controller_history import hash_of
from kubesim.controllers.stateful_set.identity import parent_and_ordinal
from kubesim.kubectl.rollout_history import history
from kubesim.kubectl.rollout_status import status
from kubesim.kubectl.rollout_undo import rollback, rollback_target
from workload_world import Workloads, labels_with, template, workload

COUNTS = ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas")
DISK = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


def stateful_set(name: str = "db", replicas: int = 3, **spec: Any) -> Obj:
    given = spec.pop("template", None) or template(name, "redis:6.2")
    return workload("StatefulSet", name, given, replicas=replicas, serviceName=name, **spec)


def with_disk(**spec: Any) -> Obj:
    return stateful_set(replicas=2, volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": DISK}], **spec)


def volume(name: str) -> Obj:
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": f"/{name}"}}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}


def running(obj: Obj | None = None, seconds: float = 60, volumes: int = 2) -> Workloads:
    world = Workloads()
    world.create(*(volume(f"disk-{number}") for number in range(volumes)), obj or stateful_set())
    world.run(seconds)
    world.history.clear()
    return world


def scale(world: Workloads, replicas: int) -> None:
    world.change("StatefulSet", "db", lambda spec: {**spec, "replicas": replicas})


def partition(world: Workloads, number: int) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": number}}
    world.change("StatefulSet", "db", lambda spec: {**spec, "updateStrategy": strategy})


def moves(world: Workloads) -> list[str]:
    """``+db-0`` and ``-db-0`` in their order."""
    found = []
    for key, old, new, _ in world.history:
        if key.kind != "Pod" or new is None:
            continue
        if old is None:
            found.append(f"+{key.name}")
        elif is_terminating(new) and not is_terminating(old):
            found.append(f"-{key.name}")
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [("db-0", ("db", 0)), ("my-db-12", ("my-db", 12)), ("db", ("", -1)), ("db-x", ("", -1)), ("-3", ("", -1))],
)
def test_a_name_tells_parent_and_ordinal(name, expected):
    assert parent_and_ordinal({"metadata": {"name": name}}) == expected


def test_the_hash_of_a_revision_is_upstreams_for_its_json():
    assert hash_of({"a": 1}, 0) == "".join("bcdfghjklmnpqrstvwxz2456789"[ord(c) % 27] for c in str(fnv1(b'{"a":1}0')))
    assert hash_of({"a": 1}, 0) != hash_of({"a": 1}, 1)


def fnv1(data: bytes) -> int:
    total = 0x811C9DC5
    for byte in data:
        total = total * 0x01000193 % 2**32 ^ byte
    return total


def test_pods_start_one_after_the_other():
    world = Workloads()
    world.create(stateful_set())
    assert world.names() == ["db-0"]
    world.run(60)
    assert world.names() == ["db-0", "db-1", "db-2"]
    ready = [c for c in world.history if c.key.kind == "Pod" and c.old is None]
    assert [c.key.name for c in ready] == ["db-0", "db-1", "db-2"]
    assert world.told("StatefulSet", "db") == [
        ("SuccessfulCreate", f"Create Pod db-{ordinal} in StatefulSet db successful") for ordinal in range(3)
    ]


def test_what_rollout_status_says_while_it_starts():
    world = Workloads()
    world.create(stateful_set())
    world.history.clear()
    world.run(60)
    said = [status(c.new).message for c in world.history if c.key.kind == "StatefulSet"]
    waiting = [f"Waiting for {left} pods to be ready..." for left in (2, 2, 1, 1)]
    assert said == [*waiting, "partitioned roll out complete: 3 new pods have been updated..."]


def test_all_pods_start_at_once_where_that_is_asked_for():
    world = Workloads()
    world.create(stateful_set(podManagementPolicy="Parallel"))
    assert world.names() == ["db-0", "db-1", "db-2"]


def test_a_pod_knows_its_name_its_index_and_its_service():
    pod = running().get("Pod", "db-1")
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("db-1", "db")
    labels = labels_of(pod)
    assert labels["statefulset.kubernetes.io/pod-name"] == "db-1"
    assert labels["apps.kubernetes.io/pod-index"] == "1"
    assert "generateName" not in pod["metadata"]


def test_the_status_of_one_that_is_all_there():
    world = running()
    [revision] = world.names("ControllerRevision")
    assert world.get("StatefulSet", "db")["status"] == {
        "availableReplicas": 3,
        "collisionCount": 0,
        "currentReplicas": 3,
        "currentRevision": revision,
        "observedGeneration": 1,
        "readyReplicas": 3,
        "replicas": 3,
        "updateRevision": revision,
        "updatedReplicas": 3,
    }
    assert labels_with(world.pods(), "controller-revision-hash") == [revision] * 3


def test_ordinals_may_start_higher():
    assert running(stateful_set(ordinals={"start": 5})).names() == ["db-5", "db-6", "db-7"]


def test_a_pod_that_never_turns_ready_holds_up_the_next():
    assert running(stateful_set(template=template("db", "redis:notready"))).names() == ["db-0"]


def test_a_pod_that_is_deleted_comes_again_under_its_name():
    world = running()
    uid = world.get("Pod", "db-1")["metadata"]["uid"]
    world.delete("Pod", "db-1")
    assert world.names() == ["db-0", "db-2"]
    world.run()
    assert world.names() == ["db-0", "db-1", "db-2"]
    assert world.get("Pod", "db-1")["metadata"]["uid"] != uid


def test_scaling_down_takes_the_highest_first():
    world = running()
    scale(world, 1)
    world.run()
    assert moves(world) == ["-db-2", "-db-1"]
    assert ("SuccessfulDelete", "Delete Pod db-2 in StatefulSet db successful") in world.told("StatefulSet", "db")


def test_scaling_up_goes_on_where_it_stopped():
    world = running()
    scale(world, 5)
    world.run()
    assert moves(world) == ["+db-3", "+db-4"]


def test_an_update_goes_from_the_top_down():
    world = running()
    world.set_image("StatefulSet", "db", "redis:7.0")
    assert moves(world) == ["-db-2"]
    world.run(60)
    assert moves(world) == ["-db-2", "+db-2", "-db-1", "+db-1", "-db-0", "+db-0"]
    current, update = world.status("StatefulSet", "db", "currentRevision", "updateRevision")
    assert current == update
    assert world.status("StatefulSet", "db", *COUNTS) == [3, 3, 3, 3]


def test_an_update_that_fails_stops_at_the_top():
    world = running()
    world.set_image("StatefulSet", "db", "redis:broken")
    world.run(120)
    assert world.images() == ["redis:6.2", "redis:6.2", "redis:broken"]
    assert world.status("StatefulSet", "db", *COUNTS) == [3, 2, 2, 1]


def test_a_broken_update_that_is_taken_back_needs_a_hand():
    """As upstream: a pod that is not ready is waited for, whatever the template says by then."""
    world = running()
    world.set_image("StatefulSet", "db", "redis:broken")
    world.run(60)
    world.set_image("StatefulSet", "db", "redis:6.2")
    world.run(60)
    assert world.images() == ["redis:6.2", "redis:6.2", "redis:broken"]
    world.delete("Pod", "db-2")
    world.run()
    assert world.images() == ["redis:6.2"] * 3


def test_below_the_partition_nothing_is_updated():
    world = running()
    partition(world, 2)
    world.set_image("StatefulSet", "db", "redis:7.0")
    world.run(60)
    assert world.images() == ["redis:6.2", "redis:6.2", "redis:7.0"]
    world.delete("Pod", "db-0")
    world.run()
    assert world.images() == ["redis:6.2", "redis:6.2", "redis:7.0"]
    partition(world, 0)
    world.run(60)
    assert world.images() == ["redis:7.0"] * 3


def test_on_delete_waits_for_somebody_to_delete_the_pods():
    world = running(stateful_set(updateStrategy={"type": "OnDelete"}))
    world.set_image("StatefulSet", "db", "redis:7.0")
    world.run()
    assert world.images() == ["redis:6.2"] * 3
    world.delete("Pod", "db-0")
    world.run()
    assert world.images() == ["redis:7.0", "redis:6.2", "redis:6.2"]


def test_min_ready_seconds_space_the_pods():
    world = Workloads()
    world.create(stateful_set(minReadySeconds=10))
    world.run(8)
    assert (world.names(), world.status("StatefulSet", "db", "availableReplicas")) == (["db-0"], [0])
    world.run(6)
    assert (world.names(), world.status("StatefulSet", "db", "availableReplicas")) == (["db-0", "db-1"], [1])


def test_an_undo_gives_the_old_revision_the_highest_number():
    world = running()
    world.set_image("StatefulSet", "db", "redis:7.0")
    world.run(60)
    obj = world.get("StatefulSet", "db")
    Client(world.cluster).update(rollback(obj, rollback_target(obj, world.cluster, 1), 1).obj)
    world.engine.settle()
    world.run(60)
    assert world.images() == ["redis:6.2"] * 3
    assert [revision.number for revision in history(world.get("StatefulSet", "db"), world.cluster)] == [2, 3]


def test_the_history_keeps_no_more_than_its_limit():
    world = running(stateful_set(replicas=1, revisionHistoryLimit=1))
    for tag in ("7.0", "7.2", "7.4"):
        world.set_image("StatefulSet", "db", f"redis:{tag}")
        world.run()
    assert [r.number for r in history(world.get("StatefulSet", "db"), world.cluster)] == [3, 4]


def test_a_pod_that_lost_its_label_gets_it_back():
    world = running()
    pod = world.get("Pod", "db-0")
    labels = {k: v for k, v in labels_of(pod).items() if k != "statefulset.kubernetes.io/pod-name"}
    Client(world.cluster).update(with_metadata(pod, labels=labels))
    world.engine.settle()
    assert labels_of(world.get("Pod", "db-0"))["statefulset.kubernetes.io/pod-name"] == "db-0"
    assert world.told("StatefulSet", "db")[-1] == ("SuccessfulUpdate", "Update Pod db-0 in StatefulSet db successful")


# claims


def owners_of(world: Workloads, claim: str) -> list[str]:
    references = dig(world.get("PersistentVolumeClaim", claim), "metadata", "ownerReferences", default=[])
    return [reference["kind"] for reference in references]


def test_a_pod_whose_claim_nobody_binds_waits_and_those_behind_it_too():
    world = running(with_disk(), volumes=0)
    assert world.names("PersistentVolumeClaim") == ["data-db-0"]
    assert world.status("Pod", "db-0", "phase") == ["Pending"]
    assert world.find("Pod", "db-1") is None


def test_each_pod_has_its_claim():
    world = running(with_disk())
    assert world.names("PersistentVolumeClaim") == ["data-db-0", "data-db-1"]
    volumes = {volume["name"]: volume for volume in world.get("Pod", "db-1")["spec"]["volumes"]}
    assert volumes["data"]["persistentVolumeClaim"] == {"claimName": "data-db-1"}
    assert world.status("PersistentVolumeClaim", "data-db-1", "phase") == ["Bound"]
    assert labels_of(world.get("PersistentVolumeClaim", "data-db-1")) == {"app": "db"}
    assert world.told("StatefulSet", "db")[:2] == [
        ("SuccessfulCreate", "Create Claim data-db-0 Pod db-0 in StatefulSet db success"),
        ("SuccessfulCreate", "Create Pod db-0 in StatefulSet db successful"),
    ]


def test_claims_stay_when_pods_go():
    world = running(with_disk())
    scale(world, 0)
    world.run()
    assert world.names("PersistentVolumeClaim") == ["data-db-0", "data-db-1"]
    world.delete("StatefulSet", "db")
    world.run()
    assert world.names("PersistentVolumeClaim") == ["data-db-0", "data-db-1"]


def test_claims_go_with_the_set_where_that_is_asked_for():
    policy = {"whenDeleted": "Delete", "whenScaled": "Retain"}
    world = running(with_disk(persistentVolumeClaimRetentionPolicy=policy))
    assert owners_of(world, "data-db-0") == ["StatefulSet"]
    scale(world, 1)
    world.run()
    assert world.names("PersistentVolumeClaim") == ["data-db-0", "data-db-1"]
    world.delete("StatefulSet", "db")
    world.run()
    assert world.names("PersistentVolumeClaim") == []


def test_claims_go_with_their_pod_where_that_is_asked_for():
    policy = {"whenDeleted": "Retain", "whenScaled": "Delete"}
    world = running(with_disk(persistentVolumeClaimRetentionPolicy=policy))
    assert owners_of(world, "data-db-1") == []
    scale(world, 1)
    world.run()
    assert world.names("PersistentVolumeClaim") == ["data-db-0"]


@pytest.mark.parametrize("drop_wakes", [False, True])
def test_a_run_cut_by_saving_equals_the_uncut_run(drop_wakes):
    def begun() -> Workloads:
        world = running(stateful_set(minReadySeconds=2), seconds=7)
        world.set_image("StatefulSet", "db", "redis:7.0")
        return world

    uncut, cut = begun(), begun()
    for _ in range(40):
        uncut.run(0.7)
        cut.run(0.7)
        cut = cut.reopened(drop_wakes=drop_wakes)
    assert cut.objects() == uncut.objects()
