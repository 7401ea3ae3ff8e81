"""How far an object is, and what serves meanwhile, in a few words."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.api.revisions import known_revision_of
from kubesim.views.why.claims import waits_for_pod
from kubesim.views.why.services import backends, ready_endpoints
from kubesim.views.why.workloads.deployments import Sets
from kubesim.views.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cluster import Cluster

SCALED = ("StatefulSet", "ReplicaSet", "ReplicationController")


# how far it is


def summary_of(cluster: Cluster, obj: Obj) -> str:
    """``3 of 3 pods available, revision 2``: the line for an object that is as it is wanted."""
    find = _SUMMARIES.get(obj["kind"])
    return "it is there" if find is None else find(cluster, obj)


def _of_deployment(_cluster: Cluster, obj: Obj) -> str:
    revision = known_revision_of(obj)
    return _of_scaled(_cluster, obj) + (f", revision {revision}" if revision else "")


def _of_scaled(_cluster: Cluster, obj: Obj) -> str:
    wanted = dig(obj, "spec", "replicas", default=1)
    available = dig(obj, "status", "availableReplicas", default=0)
    return f"{available} of {counted(wanted, 'pod')} available" if wanted else "no pods are wanted (replicas is 0)"


def _of_daemon_set(_cluster: Cluster, obj: Obj) -> str:
    available, wanted = (dig(obj, "status", f, default=0) for f in ("numberAvailable", "desiredNumberScheduled"))
    return f"{available} of {counted(wanted, 'pod')} available"


def _of_service(cluster: Cluster, obj: Obj) -> str:
    if obj["spec"].get("type") == "ExternalName":
        return f"it stands for {obj['spec'].get('externalName')}"
    return f"{counted(ready_endpoints(cluster, obj), 'endpoint')} ready"


def _of_claim(cluster: Cluster, obj: Obj) -> str:
    if waits_for_pod(cluster, obj):
        return "it gets its volume once a pod uses it, as its class wants"
    return f"bound to pv/{obj['spec'].get('volumeName')}"


def _of_pod(_cluster: Cluster, obj: Obj) -> str:
    return "it has done its work" if dig(obj, "status", "phase") == "Succeeded" else "it is ready"


def _of_budget(_cluster: Cluster, obj: Obj) -> str:
    return f"{counted(dig(obj, 'status', 'disruptionsAllowed', default=0), 'pod')} may be evicted now"


_SUMMARIES: dict[str, Callable[[Cluster, Obj], str]] = {
    "Deployment": _of_deployment,
    **dict.fromkeys(SCALED, _of_scaled),
    "DaemonSet": _of_daemon_set,
    "Service": _of_service,
    "PersistentVolumeClaim": _of_claim,
    "Pod": _of_pod,
    "PodDisruptionBudget": _of_budget,
    "Job": lambda _, obj: "it is complete",
    "Ingress": lambda _, obj: "its backends are there, and its class has a controller",
    "Node": lambda _, obj: "it is ready and takes pods",
}


# what serves


def serving_of(cluster: Cluster, obj: Obj) -> str:
    """``3 of 3 pods ready (revision 1)``; empty for what serves nobody."""
    kind = obj["kind"]
    if kind == "Deployment":
        return _deployment_serving(cluster, obj)
    if kind == "Service":
        ready = ready_endpoints(cluster, obj)
        wanted = len(backends(cluster, obj)) if obj["spec"].get("selector") else ready
        return f"{ready} of {counted(wanted, 'endpoint')} ready" if ready else "nothing answers"
    if kind in SCALED:
        ready, wanted = dig(obj, "status", "readyReplicas", default=0), dig(obj, "spec", "replicas", default=1)
    elif kind == "DaemonSet":
        ready, wanted = (dig(obj, "status", f, default=0) for f in ("numberReady", "desiredNumberScheduled"))
    else:
        return ""
    return f"{ready} of {counted(wanted, 'pod')} ready" if ready else "no pod is ready"


def _deployment_serving(cluster: Cluster, obj: Obj) -> str:
    counts = {}
    for rs in Sets(cluster, obj).all:
        ready = dig(rs, "status", "readyReplicas", default=0)
        if ready:
            counts[known_revision_of(rs) or 0] = ready
    if not counts:
        return "no pod is ready"
    wanted = counted(dig(obj, "spec", "replicas", default=1), "pod")
    if len(counts) == 1:
        return f"{sum(counts.values())} of {wanted} ready (revision {next(iter(counts))})"
    parts = ", ".join(f"{count} of revision {number}" for number, count in sorted(counts.items()))
    return f"{sum(counts.values())} of {wanted} ready ({parts})"
