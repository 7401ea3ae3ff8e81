"""The kinds that another server answers for, to which the API server passes requests on: those of metrics.

None of their objects is stored.  Who opens a cluster says how they are answered (``Cluster.answer``).
"""

from __future__ import annotations

from kubesim.cluster.derived import AGGREGATED, POD_METRICS
from kubesim.errors import not_found
from kubesim.kinds import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.kinds import Kinds
    from kubesim.errors import StatusError

GROUP = "metrics.k8s.io"
API_SERVICE_NAME = f"v1beta1.{GROUP}"
#: What discovery lists while the API is there.
NAMES = (
    Names("NodeMetrics", GROUP, "v1beta1", "nodes", "", (), False, (), "get list"),
    Names("PodMetrics", GROUP, "v1beta1", "pods", "", (), True, (), "get list"),
)


def is_served(kinds: Kinds) -> bool:
    """Whether discovery lists the API of metrics."""
    return POD_METRICS in kinds.by_key()


def missing(kind: str, namespace: str, name: str, *, has_source: bool) -> StatusError:
    """What metrics-server says of metrics that it has not, or of a pod or node that is not there."""
    source = AGGREGATED[kind].lower()
    if not has_source:
        return not_found(f"{source}s", "", name)
    return not_found(f"{source}metrics", GROUP, f"{namespace}/{name}" if namespace else name)
