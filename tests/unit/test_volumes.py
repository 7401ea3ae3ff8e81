"""Claims, the volumes that they get, and the pods that wait for them."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import Key, Obj, annotations_of, dig
from kubesim.cluster import Client
from kubesim.sim.profiles import BARE, KIND
from tests.unit.workload_world import Workloads, template, workload

NO_ROOM = (
    "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 {why}. no new claims to deallocate, preemption: "
)
WAITING = "waiting for first consumer to be created before binding"


def claim(name: str = "data", **spec: Any) -> Obj:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    meta = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "spec": spec}


def volume(name: str, size: str = "1Gi", **spec: Any) -> Obj:
    spec = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": size}, "hostPath": {"path": "/data"}, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}


def storage_class(name: str, provisioner: str, *, waits: bool = False, **fields: Any) -> Obj:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name, **fields.pop("metadata", {})},
        "provisioner": provisioner,
        "volumeBindingMode": "WaitForFirstConsumer" if waits else "Immediate",
        **fields,
    }


def pod(name: str = "user", claim: str = "data", **spec: Any) -> Obj:
    container = {"name": "main", "image": "nginx:1.25", "volumeMounts": [{"name": "d", "mountPath": "/d"}]}
    volumes = [{"name": "d", "persistentVolumeClaim": {"claimName": claim}}]
    meta = {"name": name, "namespace": "default"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": meta,
        "spec": {"containers": [container], "volumes": volumes, **spec},
    }


def on_node(name: str) -> Obj:
    expression = {"key": "kubernetes.io/hostname", "operator": "In", "values": [name]}
    return {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}


def phase(world: Workloads, name: str = "data") -> str:
    return str(dig(world.get("PersistentVolumeClaim", name), "status", "phase"))


def reasons(world: Workloads, name: str = "data") -> list[str]:
    return [reason for reason, _ in world.told("PersistentVolumeClaim", name)]


def volumes(world: Workloads) -> list[Obj]:
    return world.cluster.list("PersistentVolume")


@pytest.fixture
def kind() -> Workloads:
    return Workloads.of_profile(KIND)


# a default cluster provisions


def test_a_claim_waits_for_its_consumer_and_the_consumer_for_its_volume(kind: Workloads) -> None:
    kind.create(claim())
    kind.run(3)
    assert dig(kind.get("PersistentVolumeClaim", "data"), "spec", "storageClassName") == "standard"
    assert (phase(kind), kind.told("PersistentVolumeClaim", "data")) == (
        "Pending",
        [("WaitForFirstConsumer", WAITING)],
    )
    kind.create(pod())
    assert "nodeName" not in kind.get("Pod", "user")["spec"]
    kind.run(1)
    assert (phase(kind), kind.status("Pod", "user", "phase")) == ("Pending", ["Pending"])
    kind.run(9)
    assert (phase(kind), kind.status("Pod", "user", "phase")) == ("Bound", ["Running"])
    assert reasons(kind) == ["WaitForFirstConsumer", "ExternalProvisioning", "Provisioning", "ProvisioningSucceeded"]
    assert next(reason for reason, _ in kind.told("Pod", "user")) == "Scheduled"


def test_a_provisioned_volume_is_a_folder_of_the_consumers_node(kind: Workloads) -> None:
    kind.create(claim(), pod(nodeSelector={"kubernetes.io/hostname": "node02"}))
    kind.run(10)
    bound = kind.get("PersistentVolumeClaim", "data")
    (made,) = volumes(kind)
    name = f"pvc-{bound['metadata']['uid']}"
    assert made["metadata"]["name"] == bound["spec"]["volumeName"] == name
    assert annotations_of(made) == {
        "local.path.provisioner/selected-node": "node02",
        "pv.kubernetes.io/provisioned-by": "rancher.io/local-path",
    }
    assert made["spec"]["hostPath"] == {
        "path": f"/var/local-path-provisioner/{name}_default_data",
        "type": "DirectoryOrCreate",
    }
    assert made["spec"]["nodeAffinity"] == on_node("node02")
    assert (made["spec"]["persistentVolumeReclaimPolicy"], dig(made, "status", "phase")) == ("Delete", "Bound")
    notes = annotations_of(bound)
    assert notes["volume.kubernetes.io/selected-node"] == "node02"
    assert notes["volume.kubernetes.io/storage-provisioner"] == "rancher.io/local-path"
    assert notes["pv.kubernetes.io/bind-completed"] == "yes"


def test_a_second_pod_of_a_claim_goes_where_the_volume_is(kind: Workloads) -> None:
    kind.create(claim(), pod("first"))
    kind.run(10)
    node = kind.get("Pod", "first")["spec"]["nodeName"]
    kind.create(*(pod(f"later-{number}") for number in range(3)))
    assert {one["spec"]["nodeName"] for one in kind.pods()} == {node}


def test_a_volume_goes_with_its_claim_and_a_retained_one_is_released(kind: Workloads) -> None:
    kept = storage_class("kept", "rancher.io/local-path", waits=True, reclaimPolicy="Retain")
    kind.create(kept, claim(), claim("other", storageClassName="kept"), pod(), pod("second", "other"))
    kind.run(10)
    for name in ("user", "second"):
        kind.delete("Pod", name)
    for name in ("data", "other"):
        kind.delete("PersistentVolumeClaim", name)
    kind.run(10)
    assert [(one["spec"]["storageClassName"], dig(one, "status", "phase")) for one in volumes(kind)] == [
        ("kept", "Released")
    ]


def test_a_stateful_set_comes_up_with_its_claims_and_takes_them_along(kind: Workloads) -> None:
    policy = {"whenDeleted": "Delete", "whenScaled": "Delete"}
    mounted = template("db")
    kind.create(
        workload(
            "StatefulSet",
            "db",
            mounted,
            replicas=2,
            serviceName="db",
            persistentVolumeClaimRetentionPolicy=policy,
            volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": claim()["spec"]}],
        )
    )
    kind.run(30)
    assert kind.status("StatefulSet", "db", "readyReplicas") == [2]
    assert [phase(kind, f"data-db-{number}") for number in (0, 1)] == ["Bound", "Bound"]
    finalizers = kind.get("PersistentVolumeClaim", "data-db-0")["metadata"]["finalizers"]
    assert finalizers == ["kubernetes.io/pvc-protection"]
    kind.change("StatefulSet", "db", lambda spec: {**spec, "replicas": 1})
    kind.run(10)
    assert kind.names("PersistentVolumeClaim") == ["data-db-0"]
    kind.delete("StatefulSet", "db")
    kind.run(10)
    assert (kind.names("PersistentVolumeClaim"), volumes(kind)) == ([], [])


def test_what_the_provisioner_cannot_make_it_says_and_tries_again(kind: Workloads) -> None:
    kind.create(claim(accessModes=["ReadWriteMany"]), pod())
    kind.run(20)
    assert phase(kind) == "Pending"
    why = (
        'failed to provision volume with StorageClass "standard": '
        "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes"
    )
    assert ("ProvisioningFailed", why) in kind.told("PersistentVolumeClaim", "data")
    counts = {
        event["reason"]: event["count"] for event in kind.cluster.events_of(kind.get("PersistentVolumeClaim", "data"))
    }
    assert counts["ProvisioningFailed"] == 2


def test_a_pod_whose_volume_is_not_made_in_ten_minutes_says_so(kind: Workloads) -> None:
    kind.create(storage_class("slow", "nobody.example/none", waits=True))
    kind.create(claim(storageClassName="slow"), pod())
    kind.run(599)
    assert kind.told("Pod", "user") == []
    kind.run(2)
    assert kind.told("Pod", "user") == [
        (
            "FailedScheduling",
            'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
        )
    ]


def test_a_pod_whose_volume_is_being_made_keeps_its_node(kind: Workloads) -> None:
    kind.create(claim(), pod(nodeSelector={"kubernetes.io/hostname": "node01"}))
    node = kind.cluster.get("Node", "", "node01")
    Client(kind.cluster).update({**node, "spec": {**node["spec"], "unschedulable": True}})
    kind.run(10)
    assert (phase(kind), kind.status("Pod", "user", "phase")) == ("Bound", ["Running"])


def test_a_provisioner_without_a_pod_makes_nothing_until_it_has_one(kind: Workloads) -> None:
    provisioner = kind.cluster.get("Deployment", "local-path-storage", "local-path-provisioner")
    Client(kind.cluster).update({**provisioner, "spec": {**provisioner["spec"], "replicas": 0}})
    kind.run(10)
    kind.create(claim(), pod())
    kind.run(30)
    assert (phase(kind), reasons(kind)[-1]) == ("Pending", "ExternalProvisioning")
    provisioner = kind.cluster.get("Deployment", "local-path-storage", "local-path-provisioner")
    Client(kind.cluster).update({**provisioner, "spec": {**provisioner["spec"], "replicas": 1}})
    kind.run(30)
    assert phase(kind) == "Bound"


def test_a_cut_life_of_claims_is_the_same_as_a_whole_one() -> None:
    def lived(*, cut: bool, drop_wakes: bool = False) -> dict[tuple[str, str, str], Obj]:
        world = Workloads.of_profile(KIND)
        world.create(claim(), claim("many", accessModes=["ReadWriteMany"]), pod(), pod("stuck", "many"))
        for _ in range(40):
            world.run(0.7)
            world = world.reopened(drop_wakes=drop_wakes) if cut else world
        return world.objects()

    whole = lived(cut=False)
    assert lived(cut=True) == whole
    assert lived(cut=True, drop_wakes=True) == whole


def test_attempts_to_mount_are_counted_alike_however_a_life_is_cut() -> None:
    def lived(seconds: int, times: int) -> dict[tuple[str, str, str], Obj]:
        stuck = pod("stuck")
        stuck["spec"]["volumes"] = [{"name": "d", "secret": {"secretName": "none"}}]
        world = Workloads.of_profile(BARE)
        world.create(stuck)
        for _ in range(times):
            world.run(seconds)
            world = world.reopened(drop_wakes=True)
        return world.objects()

    assert lived(53, 180) == lived(9540, 1)


# classes


def test_a_class_of_an_unknown_provisioner_leaves_the_claim_pending() -> None:
    world = Workloads()
    world.create(storage_class("fast", "ebs.csi.aws.com"), claim(storageClassName="fast"), pod())
    world.run(60)
    assert phase(world) == "Pending"
    assert world.told("PersistentVolumeClaim", "data") == [
        (
            "ExternalProvisioning",
            "Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com' or manually by "
            "the system administrator. If volume creation is delayed, please verify that the provisioner is running "
            "and correctly registered.",
        )
    ]
    assert world.told("Pod", "user") == [
        (
            "FailedScheduling",
            "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
        )
    ]


@pytest.mark.parametrize(
    ("provisioner", "reason", "why"),
    [
        (
            "kubernetes.io/no-provisioner",
            "ProvisioningFailed",
            "no volume plugin matched name: kubernetes.io/no-provisioner",
        ),
        (
            "kubernetes.io/aws-ebs",
            "ExternalProvisioning",
            "Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com'",
        ),
        (None, "ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found'),
    ],
)
def test_why_there_is_no_volume_is_told_in_upstreams_words(provisioner: str | None, reason: str, why: str) -> None:
    world = Workloads()
    if provisioner:
        world.create(storage_class("fast", provisioner))
    world.create(claim(storageClassName="fast"))
    ((told, message),) = world.told("PersistentVolumeClaim", "data")
    assert (told, message[: len(why)]) == (reason, why)


def test_a_bare_cluster_has_no_class_and_makes_no_volume() -> None:
    world = Workloads.of_profile(BARE)
    world.create(claim())
    world.run(60)
    assert world.told("PersistentVolumeClaim", "data") == [
        ("FailedBinding", "no persistent volumes available for this claim and no storage class is set")
    ]


def test_a_default_class_that_comes_later_goes_to_claims_without_one() -> None:
    world = Workloads()
    world.create(claim(), claim("none", storageClassName=""))
    default = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    world.create(storage_class("late", "nobody.example/none", waits=True, metadata=default))
    assert dig(world.get("PersistentVolumeClaim", "data"), "spec", "storageClassName") == "late"
    assert dig(world.get("PersistentVolumeClaim", "none"), "spec", "storageClassName") == ""


def test_only_a_claim_whose_class_allows_it_grows_and_then_waits_for_a_resizer(kind: Workloads) -> None:
    from kubesim.errors import StatusError

    grows = storage_class("grows", "rancher.io/local-path", waits=True, allowVolumeExpansion=True)
    kind.create(grows, claim(), claim("big", storageClassName="grows"), pod(), pod("second", "big"))
    kind.run(10)
    more = {"resources": {"requests": {"storage": "2Gi"}}}
    with pytest.raises(StatusError, match="only dynamically provisioned pvc can be resized"):
        kind.change("PersistentVolumeClaim", "data", lambda spec: {**spec, **more})
    kind.change("PersistentVolumeClaim", "big", lambda spec: {**spec, **more})
    assert kind.told("PersistentVolumeClaim", "big")[-1] == (
        "ExternalExpanding",
        "waiting for an external controller to expand this PVC",
    )
    assert kind.status("PersistentVolumeClaim", "big", "capacity") == [{"storage": "1Gi"}]


# volumes that somebody made


def test_a_claim_that_waits_gets_a_volume_that_its_pods_node_reaches() -> None:
    world = Workloads()
    world.create(
        storage_class("local", "kubernetes.io/no-provisioner", waits=True),
        volume("far", "1Gi", storageClassName="local", nodeAffinity=on_node("node01")),
        volume("near", "2Gi", storageClassName="local", nodeAffinity=on_node("node02")),
        claim(storageClassName="local"),
    )
    assert phase(world) == "Pending"
    world.create(pod(nodeSelector={"kubernetes.io/hostname": "node02"}))
    assert (phase(world), world.get("PersistentVolumeClaim", "data")["spec"]["volumeName"]) == ("Bound", "near")
    assert world.get("Pod", "user")["spec"]["nodeName"] == "node02"


def test_a_pod_without_volumes_to_bind_is_scheduled_once_there_is_one() -> None:
    world = Workloads()
    world.create(storage_class("local", "kubernetes.io/no-provisioner", waits=True))
    world.create(claim(storageClassName="local"), pod())
    why = NO_ROOM.format(why="node(s) didn't find available persistent volumes to bind")
    assert world.told("Pod", "user")[0][1].startswith(why)
    world.create(volume("disk", storageClassName="local"))
    assert (phase(world), world.status("Pod", "user", "phase")) == ("Bound", ["Pending"])
    assert world.get("Pod", "user")["spec"]["nodeName"]


@pytest.mark.parametrize("waits", [False, True])
def test_a_released_volume_that_is_freed_by_hand_goes_to_the_claim_that_waits(waits: bool) -> None:
    world = Workloads()
    world.create(storage_class("local", "kubernetes.io/no-provisioner", waits=waits))
    gone = {"name": "gone", "namespace": "default", "uid": "1"}
    world.create(volume("disk", storageClassName="local", claimRef=gone))
    world.create(claim(storageClassName="local"), pod())
    assert (phase(world), dig(volumes(world)[0], "status", "phase")) == ("Pending", "Released")
    Client(world.cluster).update({**volumes(world)[0], "spec": {**volume("disk", storageClassName="local")["spec"]}})
    world.engine.settle()
    assert (phase(world), dig(volumes(world)[0], "status", "phase")) == ("Bound", "Bound")
    assert world.get("Pod", "user")["spec"]["nodeName"]


def test_two_claims_of_one_pod_get_two_volumes_or_none() -> None:
    world = Workloads()
    world.create(
        storage_class("local", "kubernetes.io/no-provisioner", waits=True),
        volume("one", storageClassName="local", nodeAffinity=on_node("node01")),
        claim("a", storageClassName="local"),
        claim("b", storageClassName="local"),
    )
    both = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in ("a", "b")]
    world.create(pod(volumes=[*both, {"name": "d", "emptyDir": {}}]))
    assert [phase(world, name) for name in ("a", "b")] == ["Pending", "Pending"]
    world.create(volume("two", storageClassName="local", nodeAffinity=on_node("node01")))
    assert [phase(world, name) for name in ("a", "b")] == ["Bound", "Bound"]
    assert world.get("Pod", "user")["spec"]["nodeName"] == "node01"


def test_a_volume_that_a_claim_names_and_that_will_not_do_is_told() -> None:
    world = Workloads()
    world.create(volume("small", "1Mi"), claim(volumeName="small", storageClassName=""))
    assert world.told("PersistentVolumeClaim", "data") == [
        ("VolumeMismatch", 'Cannot bind to requested volume "small": requested PV is too small')
    ]


@pytest.mark.parametrize(
    ("path", "phase", "message"),
    [
        ("/data", "Failed", "host_path deleter only supports /tmp/.+ but received provided /data"),
        ("/tmp/data", None, None),
    ],
)
def test_of_released_volumes_only_temporary_folders_are_deleted(
    path: str, phase: str | None, message: str | None
) -> None:
    world = Workloads()
    world.create(
        volume("disk", hostPath={"path": path}, persistentVolumeReclaimPolicy="Delete"), claim(storageClassName="")
    )
    world.delete("PersistentVolumeClaim", "data")
    left = world.cluster.find("PersistentVolume", "", "disk")
    assert (dig(left, "status", "phase"), dig(left, "status", "message")) == (phase, message)


def test_a_claim_that_lost_its_volume_is_lost_and_its_pods_wait() -> None:
    world = Workloads()
    world.create(volume("disk"), claim(storageClassName=""))
    world.cluster.update({**world.cluster.get("PersistentVolume", "", "disk")})
    world.cluster.delete("PersistentVolume", "", "disk")
    gone = world.cluster.get("PersistentVolume", "", "disk")
    world.cluster.update({**gone, "metadata": {**gone["metadata"], "finalizers": []}})
    world.create(pod())
    assert phase(world) == "Lost"
    assert world.told("PersistentVolumeClaim", "data")[-1][0] == "ClaimLost"
    assert world.told("Pod", "user") == [
        (
            "FailedScheduling",
            "0/3 nodes are available: "
            'persistentvolumeclaim "data" bound to non-existent persistentvolume "disk". not found',
        )
    ]


# claims in use


def test_a_deleted_claim_goes_once_no_pod_with_a_node_names_it() -> None:
    world = Workloads()
    world.create(volume("disk"), claim(storageClassName=""), pod())
    world.run(5)
    world.delete("PersistentVolumeClaim", "data")
    assert world.find("PersistentVolumeClaim", "data") is not None
    world.delete("Pod", "user")
    world.run(5)
    assert world.find("PersistentVolumeClaim", "data") is None


def test_a_deleted_claim_whose_only_pod_has_no_node_goes_at_once() -> None:
    world = Workloads()
    world.create(claim(storageClassName="missing"), pod())
    world.delete("PersistentVolumeClaim", "data")
    assert world.find("PersistentVolumeClaim", "data") is None
    assert (
        world.told("Pod", "user")[-1][1] == '0/3 nodes are available: persistentvolumeclaim "data" not found. not found'
    )


def test_a_pod_that_was_given_its_node_waits_for_its_claim_there() -> None:
    world = Workloads()
    world.create(claim(storageClassName=""), pod(nodeName="node01"))
    world.run(5)
    assert world.status("Pod", "user", "phase") == ["Pending"]
    assert world.told("Pod", "user")[0] == (
        "FailedMount",
        "Unable to attach or mount volumes: unmounted volumes=[d], unattached volumes=[], failed to process "
        "volumes=[d]: error processing PVC default/data: PVC is not bound",
    )
    world.create(volume("disk"))
    world.run(10)
    assert world.status("Pod", "user", "phase") == ["Running"]
    assert world.cluster.recall(Key("Pod", "default", "user")) is not None
