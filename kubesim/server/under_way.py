"""What is on its way to where it is wanted: the clock that jumps goes on for it while somebody watches.

A pod that is slow to become ready would else never be for a program that watches a kind, such as Helm: nothing changes
for longer than it takes for a cluster to be at rest.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, parse_time
from kubesim.controllers.pod_control import is_ready, is_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster

LONGEST = 660 * SECOND  # for as long as a Deployment waits for progress, and a little longer


def is_under_way(cluster: Cluster) -> bool:
    """Whether a pod starts, works toward its end, or ends, and has not been at that for too long."""
    return any(_is_on_its_way(pod, cluster.now) for pod in cluster.cabinet.objects("Pod"))


def _is_on_its_way(pod: Obj, now: int) -> bool:
    meta, spec = pod["metadata"], pod["spec"]
    since = meta.get("deletionTimestamp") or meta["creationTimestamp"]
    if "nodeName" not in spec or is_terminal(pod) or parse_time(since) + LONGEST < now:
        return False
    return "deletionTimestamp" in meta or spec.get("restartPolicy") != "Always" or not is_ready(pod)
