"""What holds of any run of pods: it may be cut anywhere, and looked at any time."""

from __future__ import annotations

import random

import pytest
from kubesim.api.meta import Key, Obj
from tests.unit.node_cluster import Nodes, bare_pod, container, pod_spec, replica_set

HTTP = {"httpGet": {"path": "/nosuch", "port": 80}, "periodSeconds": 2, "failureThreshold": 2}


HOOK = {"postStart": {"exec": {"command": ["sh", "-c", "sleep 2; exit 1"]}}}
FILE = "touch /tmp/a; sleep 15; rm /tmp/a; sleep 600"
CAT = {"exec": {"command": ["cat", "/tmp/a"]}, "periodSeconds": 3}
WAIT = "until nslookup db; do sleep 3; done; until nc -z db 80; do sleep 2; done"
TRY = "for i in 1 2 3 4; do nc -z db 80 && exit 0; sleep 4; done; exit 1"


def db() -> Obj:
    spec = {"clusterIP": "10.96.0.9", "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db", "namespace": "default"}, "spec": spec}


def db_endpoints() -> Obj:
    meta = {"name": "db-x", "namespace": "default", "labels": {"kubernetes.io/service-name": "db"}}
    ends = [{"addresses": ["10.0.0.1"], "conditions": {"ready": True}}]
    kind = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice"}
    return {**kind, "metadata": meta, "addressType": "IPv4", "endpoints": ends, "ports": []}


def lively_world() -> Nodes:
    """Pods of every fate: running, failing to pull, crashing, failing probes, ending, too big."""
    world = Nodes()
    world.create(
        replica_set("web", 3),
        replica_set("gone", 1, pod_spec(container("nginx:does-not-exist"))),
        replica_set("crash", 1, pod_spec(container("redis:crash"))),
        replica_set("unlive", 1, pod_spec(container(livenessProbe=HTTP))),
        replica_set("unready", 1, pod_spec(container(readinessProbe=HTTP))),
        replica_set("big", 1, pod_spec(container(resources={"requests": {"cpu": "64"}}))),
        replica_set("slow", 2, pod_spec(initContainers=[container("busybox:1", "setup", command=["sleep", "3"])])),
        replica_set("starts", 1, pod_spec(container("busybox:1", command=["sleeep"]))),
        replica_set("hooked", 1, pod_spec(container(lifecycle=HOOK))),
        replica_set("file", 1, pod_spec(container("busybox:1", command=["sh", "-c", FILE], livenessProbe=CAT))),
        replica_set("waits", 2, pod_spec(initContainers=[container("busybox:1", "first", command=["sh", "-c", WAIT])])),
        replica_set("tries", 1, pod_spec(container("busybox:1", command=["sh", "-c", TRY]))),
        bare_pod("job", pod_spec(container("busybox:1", command=["sleep", "4"]), restartPolicy="Never")),
    )
    return world


def live(world: Nodes, cuts: list[int], looks: list[int]) -> Nodes:
    """Ninety seconds in the life of that cluster; at some of them it is saved and loaded, or all is looked at."""
    for second in range(1, 90):
        world.run(1)
        if second == 5:
            world.set_replicas("web", 5)
        if second == 12:
            world.create(db())
        if second in (17, 40):
            world.create(db_endpoints())
        if second == 19:
            world.cluster.remove(Key("EndpointSlice", "default", "db-x"))
            world.engine.settle()
        if second == 20:
            world.set_replicas("web", 1)
        if second == 30:
            world.delete_pod(world.pod("crash"))
        if second in cuts:
            world = world.reopened()
        if second in looks:
            world.engine.look_at_everything()
            world.engine.settle()
    return world


@pytest.mark.parametrize("seed", range(3))
def test_a_run_cut_anywhere_by_save_and_load_is_the_uncut_run(seed: int) -> None:
    cuts = random.Random(seed).sample(range(1, 90), 12)
    whole = live(lively_world(), [], []).snapshot()
    assert live(lively_world(), cuts, []).snapshot() == whole


@pytest.mark.parametrize("seed", range(3))
def test_a_look_at_everything_at_any_time_changes_nothing(seed: int) -> None:
    looks = random.Random(seed).sample(range(1, 90), 12)
    whole = live(lively_world(), [], []).snapshot()
    assert live(lively_world(), [], looks).snapshot() == whole
