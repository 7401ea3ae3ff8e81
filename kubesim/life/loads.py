"""Loads that are put on a cluster's workloads, or taken away: kubelets notice at once, all others when they measure."""

from __future__ import annotations

from kubesim.api.meta import key_of
from kubesim.sim import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.sim.loads import Load


def begin(life: LiveCluster, load: Load) -> None:
    """Put a load on its workload, in place of the one that was on it."""
    loads.put(life.cluster, load)
    _notice(life, load)


def end(life: LiveCluster, load: Load) -> None:
    """Take a load away."""
    loads.clear(life.cluster, load)
    _notice(life, load)


def _notice(life: LiveCluster, load: Load) -> None:
    for pod in life.cluster.list("Pod", load.pods["namespace"]) if load.memory else ():
        if load.is_on(pod):
            life.engine.enqueue(key_of(pod))
