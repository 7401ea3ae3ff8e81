"""The API server's own Service comes back where somebody deleted it.

Upstream syncs every ten seconds, which is when it is created here.  Mirrors
pkg/controlplane/controller/kubernetesservice and its endpoint reconciler.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key
from kubesim.cluster.kubernetes_service import api_addresses, api_service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

PERIOD = 10 * SECOND
HOME, NAME = Key("Namespace", "", "default"), "kubernetes"


class KubernetesServiceController:
    """Keeps ``default/kubernetes``."""

    name = "kubernetes-service"
    kind = "Namespace"
    rank = 71

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"Service": _of_service}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Make the Service and its endpoints if it is not there and the time has come; when that will be (ms)."""
        if key != HOME or cluster.find("Service", HOME.name, NAME) is not None:
            return None
        left = -cluster.now % PERIOD
        if left:
            return cluster.now + left
        for obj in (api_service(), *api_addresses()):
            if cluster.find(obj["kind"], HOME.name, NAME) is None:
                cluster.create(obj)
        return None


def _of_service(_: Cluster, change: Change) -> Iterable[Key]:
    is_ours = (change.key.namespace, change.key.name) == (HOME.name, NAME)
    return (HOME,) if is_ours and change.new is None else ()
