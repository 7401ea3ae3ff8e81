"""The ServiceCIDR out of which Services get their addresses: there from the beginning, and not stored.

Mirrors kube-apiserver's pkg/controlplane/controller/defaultservicecidr.
"""

from __future__ import annotations

from kubesim.api.identity import uid_of
from kubesim.api.meta import rfc3339
from kubesim.kinds import built_in
from kubesim.kinds.common.service_allocation import SERVICE_RANGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

# The serial of a uid that no object gets which is made in its time.
_SERIAL = 2**31 + 4000
_NAME = "kubernetes"


def names(_kind: str, _profile: str) -> list[tuple[str, str]]:
    """Namespace and name."""
    return [("", _NAME)]


def made(_kind: str, _namespace: str, _name: str, seed: int, epoch: int) -> Obj:
    """The cluster's own; ``epoch`` (ms) is its beginning."""
    begun = rfc3339(epoch)
    return {
        "apiVersion": built_in("ServiceCIDR").api_version,
        "kind": "ServiceCIDR",
        "metadata": {
            "name": _NAME,
            "creationTimestamp": begun,
            "finalizers": ["networking.k8s.io/service-cidr-finalizer"],
            "resourceVersion": "1",
            "uid": uid_of(seed, _SERIAL),
        },
        "spec": {"cidrs": [SERVICE_RANGE]},
        "status": {
            "conditions": [
                {
                    "lastTransitionTime": begun,
                    "message": "Kubernetes Service CIDR is ready",
                    "reason": "",
                    "status": "True",
                    "type": "Ready",
                }
            ]
        },
    }
