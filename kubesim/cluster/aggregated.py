"""The kinds that another server answers for, to which the API server passes requests on: those of metrics.

None of their objects is stored.  Who opens a cluster says how they are answered (``Cluster.answer``).
"""

from __future__ import annotations

from kubesim.errors import StatusError, not_found
from kubesim.kinds import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster.cluster import Cluster

POD_METRICS, NODE_METRICS = "PodMetrics.metrics.k8s.io", "NodeMetrics.metrics.k8s.io"
KINDS = frozenset((POD_METRICS, NODE_METRICS))

GROUP = "metrics.k8s.io"
API_SERVICE_NAME = f"v1beta1.{GROUP}"
#: What discovery lists while the API is there.
NAMES = (
    Names("NodeMetrics", GROUP, "v1beta1", "nodes", "", (), False, (), "get list"),
    Names("PodMetrics", GROUP, "v1beta1", "pods", "", (), True, (), "get list"),
)


def is_served(cluster: Cluster) -> bool:
    """Whether discovery lists the API of metrics."""
    return POD_METRICS in cluster.kinds.by_key()


def require_served(cluster: Cluster, kind: str) -> None:
    """StatusError where nobody answers: there is no such API, or its server is not available."""
    if is_served(cluster):
        return
    plural = "nodes" if kind == NODE_METRICS else "pods"
    if cluster.cabinet.find(("APIService", "", API_SERVICE_NAME)) is None:
        gone = f"the server could not find the requested resource (get {plural}.{GROUP})"
        raise StatusError("NotFound", gone, 404)
    busy = f"the server is currently unable to handle the request (get {plural}.{GROUP})"
    raise StatusError("ServiceUnavailable", busy, 503)


def missing(cluster: Cluster, kind: str, namespace: str, name: str) -> StatusError:
    """What metrics-server says of metrics that it has not, or of a pod or node that is not there."""
    source = "Node" if kind == NODE_METRICS else "Pod"
    if cluster.find(source, namespace, name) is None:
        return not_found(f"{source.lower()}s", "", name)
    return not_found(f"{source.lower()}metrics", GROUP, f"{namespace}/{name}" if namespace else name)


def answered(cluster: Cluster, kind: str, namespace: str | None, name: str | None = None) -> list[Obj]:
    """The objects of such a kind, or the one of that name if it is there; in all namespaces for None."""
    return [] if cluster.answer is None else cluster.answer(cluster, kind, namespace, name)
