"""Faults that befall a cluster while it lives, or are cleared: what has to notice is brought to sync at once."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, dig, key_of
from kubesim.cluster import faults
from kubesim.cluster.faults import NODE_DOWN, NODE_FULL, NODE_PRESSURE, READINESS, SLOW_START, Fault
from kubesim.errors import UserError
from kubesim.sim.faults import pods_of, silent_since

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.life.live_cluster import LiveCluster


def begin(life: LiveCluster, fault: Fault) -> int:
    """Let a fault befall the cluster; its number."""
    number = faults.add(life.cluster, fault)
    _notice(life, fault)
    return number


def clear(life: LiveCluster, number: int) -> Fault:
    """End a fault; gives it. UserError for a number that is no fault's."""
    fault = dict(faults.active(life.cluster)).get(number)
    if fault is None:
        raise UserError(f'there is no fault {number}; "sim fault list" shows those that there are')
    faults.remove(life.cluster, number)
    _notice(life, fault)
    return fault


def kill(life: LiveCluster, pod: Obj, container: str = "", *, is_out_of_memory: bool = False) -> list[str]:
    """Kill the processes of a pod's containers, or of one; gives the names of those that ran. UserError if none did."""
    from kubesim.controllers.kubelet.disturbance import kill as kill_containers

    if silent_since(life.cluster, dig(pod, "spec", "nodeName", default="")) is not None:
        raise UserError(f"pod {pod['metadata']['name']} is on a node that is down: nothing of it runs")
    killed = kill_containers(life.cluster, pod, container, is_out_of_memory=is_out_of_memory)
    life.cluster.head_changed = True  # no object has changed yet, and still something was done
    life.engine.enqueue(key_of(pod))
    return killed


def room_of(life: LiveCluster, node: str) -> int:
    """How many pods are on a node and have not ended."""
    return sum(dig(pod, "status", "phase") not in ("Succeeded", "Failed") for pod in _pods_on(life, node))


def _pods_on(life: LiveCluster, node: str) -> list[Obj]:
    return [pod for pod in life.cluster.list("Pod") if pod["spec"].get("nodeName") == node]


def _notice(life: LiveCluster, fault: Fault) -> None:
    life.cluster.head_changed = True
    if fault.kind in (NODE_DOWN, NODE_FULL, NODE_PRESSURE):
        life.engine.enqueue(Key("Node", "", fault.target))
    if fault.kind == NODE_DOWN:
        for pod in _pods_on(life, fault.target):  # of which nothing waits any more
            life.engine.enqueue(key_of(pod))
    if fault.kind in (READINESS, SLOW_START):
        from kubesim.controllers.kubelet.disturbance import replan_probes

        for pod in pods_of(life.cluster, fault):
            replan_probes(life.cluster, pod)
            life.engine.enqueue(key_of(pod))
