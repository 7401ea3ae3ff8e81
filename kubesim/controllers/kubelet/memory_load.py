"""Containers that a load on their pods drives over their limit of memory: the kernel kills them."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Key, Obj, condition_of, dig, key_of
from kubesim.containers.main_program import KILLED, Life
from kubesim.containers.usage.pods import memory_wanted
from kubesim.sim import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Change, Cluster
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.records import ContainerRecord
    from kubesim.sim.loads import Load

#: ms from when a container gets its share of a load until its memory is full.
FILLING = 400


def under_load(work: PodWork, container: Obj, kept: ContainerRecord, life: Life) -> Life:
    """The life of a running container, which ends before its time where its share of the loads is too much for it.

    Memory that is being filled is not given back: a plan stays.
    """
    if life.is_out_of_memory:
        return life
    if kept.get("reason") == "OOMKilled" and "ends" in kept:
        return Life(kept["ends"][0], KILLED, is_out_of_memory=True)
    limit = dig(container, "resources", "limits", "memory")
    put = [load for load in _with_memory(work.cluster) if load.is_on(work.pod)]
    if limit is None or not put or memory_wanted(work.cluster, work.pod, container, put) < quantity.value(limit):
        return life
    age = work.now - kept["on"] + FILLING
    return life if life.length is not None and life.length <= age else Life(age, KILLED, is_out_of_memory=True)


def pods_sharing(cluster: Cluster, change: Change) -> list[Key]:
    """The pods that share a load of memory with one that was deleted, or became ready or ceased to be."""
    if _is_ready(change.old) == _is_ready(change.new):
        return []
    pod = change.new or change.old
    assert pod is not None
    put = [load for load in _with_memory(cluster) if load.is_on(pod)]
    others = cluster.list("Pod", change.key.namespace) if put else []
    return [key_of(other) for other in others if any(load.is_on(other) for load in put)]


def _with_memory(cluster: Cluster) -> list[Load]:
    return [load for load in loads.active(cluster) if load.memory]


def _is_ready(pod: Obj | None) -> bool:
    if pod is None or "deletionTimestamp" in pod["metadata"]:
        return False
    ready = condition_of(pod, "Ready")
    return ready is not None and ready["status"] == "True"
