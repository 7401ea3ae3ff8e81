"""Static pods: a kubelet runs them from files of its node, and keeps a mirror of each in the API server.

Mirrors pkg/kubelet/pod/mirror_client.go.
"""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.api.well_known import MIRROR_POD_ANNOTATION_KEY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster


def is_mirror(pod: Obj) -> bool:
    return MIRROR_POD_ANNOTATION_KEY in annotations_of(pod)


def restore(cluster: Cluster, key: Key) -> None:
    """Make the mirror of a static pod anew, if it is one's: the pod itself never ended."""
    if key.namespace != "kube-system":
        return
    from kubesim.kubeadm.system import mirror_pod

    made = mirror_pod(cluster, key.name)
    if made is not None:
        cluster.place(*made)
