"""Requests that clients send to the Services while a change is made, as far as they are to be counted."""

from __future__ import annotations

from kubesim.api.meta import SECOND, key_of
from kubesim.network.model import Rules
from kubesim.views.traffic.recorder import KINDS, Recorder
from kubesim.views.traffic.services import usual_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Change, Cluster
    from kubesim.views.traffic.model import Traffic

RULES = Rules()
AFTERWARDS = 1 * SECOND  # that requests are sent once all is over and kube-proxy knows it


class Clients:
    """Clients of these Services from the cluster's present on: each sends to the first port, by the usual rules.

    Services whose requests go elsewhere than through kube-proxy to pods have no clients.
    """

    def __init__(self, cluster: Cluster, services: Iterable[Obj]) -> None:
        self._cluster = cluster
        self._changes: list[Change] = []
        self._recorders = {
            key_of(service): Recorder(cluster, service, port, RULES)
            for service in services
            if (port := usual_port(service)) is not None
        }
        if self._recorders:
            cluster.observers.append(self._observe)

    def _observe(self, change: Change) -> None:
        if change.key.kind in KINDS:
            self._changes.append(change)

    def see(self) -> None:
        """Note what happened at the instant at which the cluster is; to be called after each."""
        changes, self._changes = self._changes, []
        for recorder in self._recorders.values():
            recorder.see(self._cluster, changes)

    @property
    def wait(self) -> int:
        """For how long (ms) they go on once nothing is under way any more."""
        return RULES.propagation + AFTERWARDS if self._recorders else 0

    @property
    def see_pods_end(self) -> bool:
        """Whether pods behind their Services are being deleted still."""
        return any(recorder.has_terminating for recorder in self._recorders.values())

    def traffic(self) -> Mapping[Key, Traffic]:
        """What their requests came to, by Services."""
        return {key: recorder.traffic(self._cluster) for key, recorder in self._recorders.items()}
