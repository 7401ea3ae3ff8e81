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
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

# The serial of a uid that no object gets which is made in its time.
_SERIAL = 2**31 + 4000
_NAME = "kubernetes"


def with_local(stored: Sequence[Obj], seed: int, epoch: int) -> list[Obj]:
    """The stored ServiceCIDRs and the cluster's own, by name; ``epoch`` (ms) is its beginning."""
    objs = {_NAME: _local(seed, epoch), **{obj["metadata"]["name"]: obj for obj in stored}}
    return [objs[name] for name in sorted(objs)]


def _local(seed: int, epoch: int) -> Obj:
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
