"""Everything in a namespace that is not as it is wanted, each thing said once."""

from __future__ import annotations

from kubesim.api.meta import Obj, controller_of, key_of
from kubesim.views.why.answers import answers
from kubesim.views.why.budgets import blocking, is_drained
from kubesim.views.why.model import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Cluster
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.views.why.model import Answer

ASKED = (
    *("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"),
    *("Pod", "PersistentVolumeClaim", "Service", "HorizontalPodAutoscaler", "Ingress"),
)


def survey(life: LiveCluster, namespace: str | None) -> list[Answer]:
    """What in a namespace (None: in all) is not as it is wanted; what another answer covers is left out."""
    cluster = life.cluster
    keys = [key_of(obj) for kind in ASKED for obj in cluster.list(kind, namespace) if not _is_owned(cluster, obj)]
    keys += [key_of(obj) for obj in _others(cluster, namespace)]
    found = [answer for answer in answers(life, keys) if answer.state is not State.WANTED]
    return [answer for answer in found if not _is_covered(answer, found)]


def _is_owned(cluster: Cluster, obj: Obj) -> bool:
    """Whether an object's controller is one that is asked as well."""
    reference = controller_of(obj)
    if reference is None or reference["kind"] not in ASKED:
        return False
    return cluster.find(reference["kind"], obj["metadata"]["namespace"], reference["name"]) is not None


def _others(cluster: Cluster, namespace: str | None) -> list[Obj]:
    """Namespaces that end, and nodes that are being drained in vain."""
    homes = [one for one in cluster.list("Namespace") if namespace in (None, one["metadata"]["name"])]
    ending = [one for one in homes if "deletionTimestamp" in one["metadata"]]
    return [*ending, *(node for node in cluster.list("Node") if _is_held(cluster, node, namespace))]


def _is_held(cluster: Cluster, node: Obj, namespace: str | None) -> bool:
    if not is_drained(node):
        return False
    return any(namespace in (None, pod["metadata"]["namespace"]) for pod, _ in blocking(cluster, node))


def _is_covered(answer: Answer, found: Sequence[Answer]) -> bool:
    """Whether another answer says the same: that of a workload whose pods are its cause, of a claim's pod."""
    if answer.key.kind not in ("Service", "PersistentVolumeClaim", "Ingress") or not answer.causes:
        return False
    root = answer.causes[0]
    others_found = [one for one in found if one.key.kind not in ("Service", "PersistentVolumeClaim", "Ingress")]
    if answer.key.kind == "PersistentVolumeClaim":
        return any(cause.about == root.about for one in others_found for cause in one.causes)
    return any(set(root.pods) & set(cause.pods) for one in others_found for cause in one.causes)
