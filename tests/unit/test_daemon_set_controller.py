"""DaemonSets: where their pods run, and how they roll."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import Obj, dig, labels_of, with_metadata
from kubesim.cluster import Client
from kubesim.controllers.daemon_set.placement import Fit, fit, target_node, tied_to, with_daemon_tolerations
from kubesim.kubectl.rollout_history import history
from kubesim.kubectl.rollout_status import status
from kubesim.kubectl.rollout_undo import rollback, rollback_target
from workload_world import Workloads, nodes_of, template, workload

CONTROL_PLANE = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
NUMBERS = ("desiredNumberScheduled", "currentNumberScheduled", "updatedNumberScheduled", "numberAvailable")


def daemon_set(name: str = "logs", **spec: Any) -> Obj:
    given = template(name, tolerations=[{**CONTROL_PLANE, "operator": "Exists"}])
    return workload("DaemonSet", name, given, **spec)


def rolling(**bounds: int | str) -> Obj:
    return {"type": "RollingUpdate", "rollingUpdate": bounds}


def running(obj: Obj | None = None) -> Workloads:
    world = Workloads()
    world.create(obj or daemon_set())
    world.run()
    return world


def node(**spec: Any) -> Obj:
    return {"metadata": {"name": "node01", "labels": {"disk": "ssd"}}, "spec": spec}


def taint(effect: str) -> Obj:
    return {"taints": [{"key": "dedicated", "effect": effect}]}


@pytest.mark.parametrize(
    ("spec", "given", "expected"),
    [
        pytest.param({}, node(), Fit(True, True), id="a plain node suits a plain pod"),
        pytest.param({"nodeSelector": {"disk": "hdd"}}, node(), Fit(False, False), id="a label that it lacks"),
        pytest.param({"nodeName": "node02"}, node(), Fit(False, False), id="another node is named"),
        pytest.param({}, node(**taint("NoSchedule")), Fit(False, True), id="NoSchedule lets a pod stay"),
        pytest.param({}, node(**taint("NoExecute")), Fit(False, False), id="NoExecute does not"),
        pytest.param({}, node(**taint("PreferNoSchedule")), Fit(True, True), id="PreferNoSchedule keeps nobody away"),
        pytest.param({"tolerations": [{"operator": "Exists"}]}, node(**taint("NoExecute")), Fit(True, True), id="all"),
    ],
)
def test_which_node_suits(spec, given, expected):
    assert fit(spec, given) == expected


def test_a_daemon_tolerates_its_nodes_troubles_and_keeps_what_its_template_says():
    mine = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    tolerations = with_daemon_tolerations({"tolerations": [CONTROL_PLANE, mine], "hostNetwork": True})["tolerations"]
    keys = [toleration["key"].rpartition("/")[2] for toleration in tolerations]
    assert keys == [
        "control-plane",
        "not-ready",
        "unreachable",
        "disk-pressure",
        "memory-pressure",
        "pid-pressure",
        "unschedulable",
        "network-unavailable",
    ]
    assert "tolerationSeconds" not in tolerations[1]


def test_a_pod_tied_to_a_node_keeps_its_other_affinities():
    preferred = {"preferredDuringSchedulingIgnoredDuringExecution": []}
    spec = tied_to({"affinity": {"podAffinity": {}, "nodeAffinity": preferred}}, "node02")
    assert spec["affinity"]["podAffinity"] == {}
    assert "preferredDuringSchedulingIgnoredDuringExecution" in spec["affinity"]["nodeAffinity"]
    assert target_node({"spec": spec}) == "node02"
    assert target_node({"spec": {}}) is None


def test_a_pod_on_every_node_that_lets_it():
    assert nodes_of(running().pods()) == ["controlplane", "node01", "node02"]
    assert nodes_of(running(workload("DaemonSet", "logs")).pods()) == ["node01", "node02"]


def test_its_pods_name_their_revision_and_tolerate_for_ever():
    world = running()
    pod = world.pods()[0]
    [revision] = world.cluster.list("ControllerRevision")
    hashed = labels_of(revision)["controller-revision-hash"]
    assert revision["metadata"]["name"] == f"logs-{hashed}"
    assert revision["metadata"]["annotations"] == {"deprecated.daemonset.template.generation": "1"}
    assert labels_of(pod)["controller-revision-hash"] == hashed
    assert labels_of(pod)["pod-template-generation"] == "1"
    assert not any("tolerationSeconds" in toleration for toleration in pod["spec"]["tolerations"])


def test_its_status_leaves_out_what_is_zero():
    world = Workloads()
    world.create(workload("DaemonSet", "none", template("none", nodeSelector={"no": "where"})))
    assert world.get("DaemonSet", "none")["status"] == {
        "currentNumberScheduled": 0,
        "desiredNumberScheduled": 0,
        "numberMisscheduled": 0,
        "numberReady": 0,
        "observedGeneration": 1,
    }


def test_a_new_label_brings_a_pod_and_its_loss_takes_it():
    world = running(workload("DaemonSet", "logs", template("logs", nodeSelector={"disk": "ssd"})))
    assert world.pods() == []
    found = world.cluster.get("Node", "", "node01")
    for labels, expected in (({"disk": "ssd"}, ["node01"]), ({}, [])):
        Client(world.cluster).update(
            with_metadata(world.cluster.get("Node", "", "node01"), labels={**labels_of(found), **labels})
        )
        world.engine.settle()
        world.run()
        assert nodes_of(world.pods()) == expected


def test_a_pod_that_is_deleted_comes_again():
    world = running()
    before = world.names()
    world.delete("Pod", before[0])
    world.run()
    assert len(world.names()) == 3
    assert before[0] not in world.names()


def test_an_update_rolls_one_node_after_the_other():
    world = running()
    world.history.clear()
    world.set_image("DaemonSet", "logs", "nginx:1.26")
    world.run(60)
    assert world.images() == ["nginx:1.26"] * 3
    went_through = world.statuses("DaemonSet", "logs", *NUMBERS)
    assert went_through == [
        [3, 3, 3, 3],
        [3, 3, None, 3],
        [3, 3, 1, 2],
        [3, 3, 1, 3],
        [3, 3, 2, 2],
        [3, 3, 2, 3],
        [3, 3, 3, 2],
        [3, 3, 3, 3],
    ]


def test_what_rollout_status_says_at_each_step():
    world = running()
    world.history.clear()
    world.set_image("DaemonSet", "logs", "nginx:1.26")
    world.run(60)
    said = [status(c.new).message for c in world.history if c.key.kind == "DaemonSet"]
    waiting = 'Waiting for daemon set "logs" rollout to finish:'
    assert said == [
        "Waiting for daemon set spec update to be observed...",
        f"{waiting} 0 out of 3 new pods have been updated...",
        f"{waiting} 1 out of 3 new pods have been updated...",
        f"{waiting} 1 out of 3 new pods have been updated...",
        f"{waiting} 2 out of 3 new pods have been updated...",
        f"{waiting} 2 out of 3 new pods have been updated...",
        f"{waiting} 2 of 3 updated pods are available...",
        'daemon set "logs" successfully rolled out',
    ]


@pytest.mark.parametrize(
    ("strategy", "least", "most"),
    [
        pytest.param(rolling(maxUnavailable=1), 2, 3, id="one at a time"),
        pytest.param(rolling(maxUnavailable=2), 1, 3, id="two at a time"),
        pytest.param(rolling(maxUnavailable="50%"), 1, 3, id="half, rounded up"),
        pytest.param(rolling(maxUnavailable=0, maxSurge=1), 3, 4, id="a surge of one"),
        pytest.param(rolling(maxUnavailable=0, maxSurge="100%"), 3, 6, id="a surge of all"),
    ],
)
def test_a_rollout_stays_within_its_bounds(strategy, least, most):
    world = running(daemon_set(updateStrategy=strategy))
    world.set_image("DaemonSet", "logs", "nginx:1.26")
    available, pods = [], []
    for _ in range(300):
        world.run(0.1)
        available.append(world.status("DaemonSet", "logs", "numberAvailable")[0])
        pods.append(len(world.pods()))
    assert world.images() == ["nginx:1.26"] * 3
    assert (min(available), max(pods)) == (least, most)


def test_an_image_that_cannot_be_pulled_stops_the_rollout_at_the_first_node():
    world = running()
    world.set_image("DaemonSet", "logs", "nginx:does-not-exist")
    world.run(120)
    assert sorted(world.images()) == ["nginx:1.25", "nginx:1.25", "nginx:does-not-exist"]
    assert world.status("DaemonSet", "logs", "numberUnavailable", "numberReady") == [1, 2]


def test_on_delete_waits_for_somebody_to_delete_the_pods():
    world = running(daemon_set(updateStrategy={"type": "OnDelete"}))
    world.set_image("DaemonSet", "logs", "nginx:1.26")
    world.run()
    assert world.images() == ["nginx:1.25"] * 3
    world.delete("Pod", world.names()[0])
    world.run()
    assert sorted(world.images()) == ["nginx:1.25", "nginx:1.25", "nginx:1.26"]


def test_min_ready_seconds_put_off_availability():
    world = Workloads()
    world.create(daemon_set(minReadySeconds=10))
    world.run(5)
    assert world.status("DaemonSet", "logs", "numberReady", "numberAvailable") == [3, None]
    world.run(15)
    assert world.status("DaemonSet", "logs", "numberReady", "numberAvailable") == [3, 3]


def test_an_undo_gives_the_old_revision_the_highest_number():
    world = running()
    world.set_image("DaemonSet", "logs", "nginx:1.26")
    world.run(60)
    obj = world.get("DaemonSet", "logs")
    restored = rollback(obj, rollback_target(obj, world.cluster, 0), 0).obj
    Client(world.cluster).update(restored)
    world.engine.settle()
    world.run(60)
    assert world.images() == ["nginx:1.25"] * 3
    assert [revision.number for revision in history(world.get("DaemonSet", "logs"), world.cluster)] == [2, 3]


def test_the_history_keeps_no_more_than_its_limit():
    world = running(daemon_set(revisionHistoryLimit=1))
    for tag in ("1.26", "1.27", "1.28"):
        world.set_image("DaemonSet", "logs", f"nginx:{tag}")
        world.run(60)
    assert [r.number for r in history(world.get("DaemonSet", "logs"), world.cluster)] == [3, 4]


def test_a_name_that_is_taken_is_a_collision():
    world = Workloads()
    world.create(daemon_set())
    [revision] = world.cluster.list("ControllerRevision")
    world.delete("DaemonSet", "logs")
    world.run()
    stranger = {k: v for k, v in revision["metadata"].items() if k in ("name", "namespace")}
    world.create({**revision, "metadata": stranger, "data": {"mine": True}})
    world.create(daemon_set())
    world.run()
    assert world.status("DaemonSet", "logs", "collisionCount", "numberReady") == [1, 3]


def test_orphans_are_adopted():
    world = running()
    before = world.names()
    world.delete("DaemonSet", "logs", propagation="Orphan")
    world.run(1)
    assert dig(world.pods()[0], "metadata", "ownerReferences") is None
    world.create(daemon_set())
    world.run()
    assert world.names() == before
    assert world.status("DaemonSet", "logs", "numberReady") == [3]


def test_what_is_refused_is_tried_again():
    world = Workloads()
    world.create(workload("DaemonSet", "logs", template("logs", serviceAccountName="robot")))
    assert world.names() == []
    why = 'error looking up service account default/robot: serviceaccount "robot" not found'
    refusal = ("FailedCreate", f'Error creating: pods "logs-" is forbidden: {why}')
    assert world.told("DaemonSet", "logs") == [refusal]
    world.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot", "namespace": "default"}})
    world.run(10)
    assert len(world.names()) == 2


@pytest.mark.parametrize("drop_wakes", [False, True])
def test_a_run_cut_by_saving_equals_the_uncut_run(drop_wakes):
    def begun() -> Workloads:
        world = running(daemon_set(minReadySeconds=2))
        world.set_image("DaemonSet", "logs", "nginx:1.26")
        return world

    uncut, cut = begun(), begun()
    for _ in range(40):
        uncut.run(0.7)
        cut.run(0.7)
        cut = cut.reopened(drop_wakes=drop_wakes)
    assert cut.objects() == uncut.objects()
