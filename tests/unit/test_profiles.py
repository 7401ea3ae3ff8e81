"""What sort of cluster a new one is, of what size, and what runs in it already."""

from __future__ import annotations

import pytest
from kubesim.api.meta import Obj, annotations_of, dig, parse_time
from kubesim.api.pod_template_hash import pod_template_hash
from kubesim.cli.support.session import Session
from kubesim.sim.profiles import BARE, KIND, KUBEADM, Size
from tests.unit.command_lines import Shell
from tests.unit.workload_world import START, Workloads, workload

NODES = ("controlplane", "node01", "node02")


def names(world: Workloads, kind: str, namespace: str) -> list[str]:
    return [obj["metadata"]["name"] for obj in world.cluster.list(kind, namespace)]


def stems(pods: list[Obj]) -> list[str]:
    return sorted(pod["metadata"].get("generateName", pod["metadata"]["name"]) for pod in pods)


@pytest.mark.parametrize("profile", [KIND, KUBEADM])
def test_the_system_runs_from_the_start(profile: str) -> None:
    world = Workloads.of_profile(profile)
    pods = world.cluster.list("Pod", "kube-system")
    statics = [
        f"{name}-controlplane" for name in ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
    ]
    coredns = next(
        pod["metadata"]["generateName"] for pod in pods if pod["metadata"].get("generateName", "")[:3] == "cor"
    )
    each = [name for name in ("kindnet-", "kube-proxy-") for _ in NODES]
    assert stems(pods) == sorted([*statics, coredns, coredns, *each])
    assert {dig(pod, "status", "phase") for pod in pods} == {"Running"}
    assert dig(world.cluster.get("Service", "kube-system", "kube-dns"), "spec", "clusterIP") == "10.96.0.10"
    assert {"coredns", "kube-proxy", "kubeadm-config"} < set(names(world, "ConfigMap", "kube-system"))


@pytest.mark.parametrize(("profile", "size"), [(KIND, Size()), (KUBEADM, Size()), (KIND, Size(1)), (KIND, Size(40))])
def test_a_look_at_everything_in_a_new_cluster_changes_nothing(profile: str, size: Size) -> None:
    world = Workloads.of_profile(profile, size)
    before = world.objects()
    world.engine.look_at_everything()
    world.run(3600)
    after = world.objects()
    assert [key for key in after if key[0] == "Event"] == []
    assert {key for key in after if key[0] != "Lease" and after[key] != before[key]} == set()


def test_what_a_new_cluster_runs_has_the_hashes_that_its_templates_have() -> None:
    world = Workloads.of_profile(KIND)
    for obj in world.cluster.list("Deployment"):
        owned = world.cluster.owned(obj, "ReplicaSet")
        assert [one["metadata"]["name"] for one in owned] == [
            f"{obj['metadata']['name']}-{pod_template_hash(obj['spec']['template'], None)}"
        ]


def test_two_new_clusters_of_one_seed_are_alike() -> None:
    assert Workloads.of_profile(KIND).objects() == Workloads.of_profile(KIND).objects()


def test_kind_has_a_default_storage_class_and_kubeadm_and_bare_have_none() -> None:
    classes = {profile: Workloads.of_profile(profile).cluster.list("StorageClass") for profile in (KIND, KUBEADM, BARE)}
    assert (classes[KUBEADM], classes[BARE]) == ([], [])
    (standard,) = classes[KIND]
    assert annotations_of(standard) == {"storageclass.kubernetes.io/is-default-class": "true"}
    assert (standard["metadata"]["name"], standard["provisioner"]) == ("standard", "rancher.io/local-path")
    assert (standard["reclaimPolicy"], standard["volumeBindingMode"]) == ("Delete", "WaitForFirstConsumer")


def test_a_node_takes_110_pods_unless_another_number_is_asked_for() -> None:
    def given(profile: str, size: Size) -> set[str]:
        nodes = Workloads.of_profile(profile, size).cluster.list("Node")
        return {dig(node, "status", "allocatable", "pods") for node in nodes}

    assert given(KIND, Size()) == {"110"}
    assert given(KUBEADM, Size(2, 250)) == {"250"}
    assert given(BARE, Size()) == {"100k"}


def test_a_single_node_has_no_taint_and_of_several_the_first_has() -> None:
    for profile in (KIND, BARE):
        (single,) = Workloads.of_profile(profile, Size(1)).cluster.list("Node")
        assert "taints" not in single["spec"]
        tainted = [
            node["metadata"]["name"]
            for node in Workloads.of_profile(profile).cluster.list("Node")
            if "taints" in node["spec"]
        ]
        assert tainted == ["controlplane"]


def test_nodes_of_a_large_cluster_have_names_in_order_and_addresses_of_their_own() -> None:
    nodes = Workloads.of_profile(BARE, Size(1200)).cluster.list("Node")
    assert [node["metadata"]["name"] for node in nodes[:3]] == ["controlplane", "node0001", "node0002"]
    assert nodes[-1]["metadata"]["name"] == "node1199"
    assert len({node["spec"]["podCIDR"] for node in nodes}) == 1200
    assert len({node["status"]["addresses"][0]["address"] for node in nodes}) == 1200


def test_pods_beyond_the_nodes_room_stay_pending() -> None:
    world = Workloads.of_profile(KIND)
    world.create(workload("Deployment", "web", replicas=300))
    world.run()
    waiting = [pod for pod in world.pods() if not pod["spec"].get("nodeName")]
    assert len(waiting) == 300 - 2 * (110 - 2)
    assert world.told("Pod", waiting[0]["metadata"]["name"])[0] == (
        "FailedScheduling",
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Too many pods. no new claims to deallocate, "
        "preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, "
        "2 No preemption victims found for incoming pod.",
    )


def test_the_components_of_the_control_plane_are_healthy(shell: Shell) -> None:
    shell.ok("sim reset --profile kind")
    status, out, err = shell("get componentstatuses")
    assert (status, err) == (0, "Warning: v1 ComponentStatus is deprecated in v1.19+\n")
    rows = [line.split() for line in out.splitlines()]
    assert rows == [
        ["NAME", "STATUS", "MESSAGE", "ERROR"],
        *([name, "Healthy", "ok"] for name in ("controller-manager", "etcd-0", "scheduler")),
    ]


def test_a_pod_of_the_system_that_is_made_anew_has_its_image_and_an_address_of_its_own() -> None:
    world = Workloads.of_profile(KIND, Size(1))
    before = {dig(one, "status", "podIP") for one in world.cluster.list("Pod")}
    for old in world.cluster.list("Pod", "kube-system"):
        if old["metadata"]["name"].startswith("coredns-"):
            world.cluster.delete("Pod", "kube-system", old["metadata"]["name"])
    world.create(workload("Deployment", "web", replicas=20))
    world.run(60)
    assert not any(event["reason"] == "Pulling" for event in world.cluster.list("Event", "kube-system"))
    assert not before & {dig(one, "status", "podIP") for one in world.pods()}


# static pods


def test_the_mirror_of_a_static_pod_comes_back_and_runs_as_before() -> None:
    for grace in (None, 0):
        world = Workloads.of_profile(KIND)
        before = world.cluster.get("Pod", "kube-system", "etcd-controlplane")
        world.cluster.delete("Pod", "kube-system", "etcd-controlplane", grace=grace)
        world.engine.settle()
        after = world.cluster.get("Pod", "kube-system", "etcd-controlplane")
        assert after["metadata"]["uid"] != before["metadata"]["uid"]
        assert parse_time(after["metadata"]["creationTimestamp"]) == START
        assert after["spec"] == before["spec"]
        assert dig(after, "status", "startTime") == dig(before, "status", "startTime")
        world.engine.look_at_everything()
        world.run()
        assert world.cluster.get("Pod", "kube-system", "etcd-controlplane") == after


def test_a_static_pod_goes_with_its_node() -> None:
    world = Workloads.of_profile(KIND)
    world.cluster.delete("Node", "", "controlplane")
    world.run(120)
    assert "etcd-controlplane" not in names(world, "Pod", "kube-system")


# leases


@pytest.mark.parametrize("profile", [KIND, BARE])
def test_a_lease_stands_behind_each_node_and_is_renewed_every_ten_seconds(profile: str) -> None:
    world = Workloads.of_profile(profile)
    assert names(world, "Lease", "kube-node-lease") == list(NODES)

    def renewed() -> int:
        lease = world.cluster.get("Lease", "kube-node-lease", "node01")
        assert dig(lease, "spec", "holderIdentity") == "node01"
        return parse_time(lease["spec"]["renewTime"])

    first = renewed()
    world.run(25)
    assert renewed() - first == 20_000
    assert world.cluster.now - renewed() < 10_000


def test_a_lease_goes_with_its_node() -> None:
    world = Workloads.of_profile(KIND)
    world.cluster.delete("Node", "", "node02")
    world.engine.settle()
    assert names(world, "Lease", "kube-node-lease") == ["controlplane", "node01"]


# the command


def test_reset_makes_a_cluster_of_the_profile_and_size_that_are_asked_for(shell: Shell) -> None:
    shell.ok("sim reset --profile kubeadm --nodes 2 --pods-per-node 7")
    status = dict(line.split(":", 1) for line in shell.ok("sim status").splitlines())
    assert status["Profile"].strip() == "kubeadm"
    assert shell.ok("get nodes -o name") == "node/controlplane\nnode/node01\n"
    assert shell.ok("get node node01 -o jsonpath={.status.capacity.pods}") == "7"


def test_a_command_does_not_open_what_it_does_not_ask_for(shell: Shell) -> None:
    shell.ok("sim reset --profile kind")
    cluster = Session().life().cluster
    assert cluster.list("Deployment", "default") == cluster.list("Pod", "default") == []
    assert {name.namespace for name in cluster.cabinet.opened()} <= {"default"}


def test_the_environment_names_the_profile_at_first_use(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_PROFILE", "kind")
    assert shell.ok("get sc -o name") == "storageclass.storage.k8s.io/standard\n"
    monkeypatch.setenv("KUBESIM_PROFILE", "bare")
    assert shell.ok("get sc -o name") == "storageclass.storage.k8s.io/standard\n"
    monkeypatch.delenv("KUBESIM_PROFILE")
    shell.ok("sim reset")
    assert "Profile:      kind\n" in shell.ok("sim status")


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        ("--profile big", 'unknown profile "big": it is one of kind, kubeadm, bare'),
        ("--nodes 0", "invalid number of nodes 0: must be between 1 and 5000"),
        ("--nodes 5001", "invalid number of nodes 5001: must be between 1 and 5000"),
        ("--pods-per-node -1", "invalid number of pods per node -1: must be at least 1"),
    ],
)
def test_a_cluster_that_there_cannot_be_is_refused(shell: Shell, flags: str, why: str) -> None:
    before = shell.ok("sim status")
    assert shell.refused(f"sim reset {flags}") == f"error: {why}\n"
    assert shell.ok("sim status") == before


def test_a_node_that_is_drained_keeps_its_daemons_and_static_pods(shell: Shell) -> None:
    shell.ok("sim reset --profile kind --seed 1")
    status, _out, err = shell("drain controlplane --ignore-daemonsets")
    assert status == 0
    assert err.startswith("Warning: ignoring DaemonSet-managed Pods: kube-system/kindnet-")
    left = shell.ok("get pods -A --field-selector spec.nodeName=controlplane -o name").split()
    assert [name.removeprefix("pod/").split("-")[0] for name in left] == ["etcd", "kindnet", *["kube"] * 4]
