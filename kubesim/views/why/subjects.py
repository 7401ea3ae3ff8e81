"""The kinds of which it is known why their objects are not as they are wanted."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj
from kubesim.views.why.autoscalers import autoscaler_causes
from kubesim.views.why.budgets import budget_causes, node_causes
from kubesim.views.why.claims import claim_causes
from kubesim.views.why.claims import is_fine as is_claim_fine
from kubesim.views.why.ingresses import ingress_causes
from kubesim.views.why.inquiry import Inquiry
from kubesim.views.why.namespaces import namespace_causes
from kubesim.views.why.pods.causes import is_fine as is_pod_fine
from kubesim.views.why.pods.causes import pod_causes
from kubesim.views.why.services import service_causes
from kubesim.views.why.workloads import others
from kubesim.views.why.workloads.deployments import deployment_causes
from kubesim.views.why.workloads.deployments import is_fine as is_deployment_fine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cluster import Cluster
    from kubesim.views.why.inquiry import Find

FINDERS: dict[str, Find] = {
    "Deployment": deployment_causes,
    "StatefulSet": others.stateful_set_causes,
    "DaemonSet": others.daemon_set_causes,
    "ReplicaSet": others.replica_set_causes,
    "ReplicationController": others.replica_set_causes,
    "Job": others.job_causes,
    "Pod": pod_causes,
    "Service": service_causes,
    "PersistentVolumeClaim": claim_causes,
    "PodDisruptionBudget": budget_causes,
    "Node": node_causes,
    "Namespace": namespace_causes,
    "HorizontalPodAutoscaler": autoscaler_causes,
    "Ingress": ingress_causes,
}

#: Whether an object is fine, where that is seen without its causes; asked at each step of a forecast.
QUICK: dict[str, Callable[[Cluster, Obj], bool]] = {
    "Deployment": lambda _, obj: is_deployment_fine(obj) and not obj["spec"].get("paused"),
    "StatefulSet": lambda _, obj: others.is_stateful_set_fine(obj),
    "DaemonSet": lambda _, obj: others.is_daemon_set_fine(obj),
    "ReplicaSet": lambda _, obj: others.is_replica_set_fine(obj),
    "ReplicationController": lambda _, obj: others.is_replica_set_fine(obj),
    "Job": lambda _, obj: others.is_job_fine(obj),
    "Pod": lambda _, obj: is_pod_fine(obj),
    "PersistentVolumeClaim": is_claim_fine,
}


def inquiry_into(cluster: Cluster) -> Inquiry:
    """An inquiry into the cluster as it is now."""
    return Inquiry(cluster, FINDERS)


def is_fine(cluster: Cluster, key: Key, *, is_ending: bool = False) -> bool:
    """Whether an object is as it is wanted; one that was being deleted is when it is gone."""
    obj = cluster.find(*key)
    if obj is None:
        return is_ending
    quick = QUICK.get(key.kind)
    return quick(cluster, obj) if quick is not None else not inquiry_into(cluster).causes_of(obj)
