"""When a cluster has come to rest."""

from __future__ import annotations

from kubesim.api.meta import SECOND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Change, Cluster
    from kubesim.sim.engine import Engine

QUIET = 3 * SECOND  # without a change is rest
PATIENCE = 60 * SECOND
RESTLESS_KINDS = ("Event", "Lease")  # change without anything having happened that a person cares about


class Quiet:
    """Watches for rest: no object but events and leases changed for 3 simulated seconds, or 60 have passed."""

    def __init__(self, cluster: Cluster) -> None:
        self._deadline = cluster.now + PATIENCE
        self.go_on(cluster)

    def go_on(self, cluster: Cluster) -> None:
        """Watch a cluster that was opened anew: what was done to it in between counts as a change."""
        self._cluster = cluster
        self._last = cluster.now
        cluster.observers.append(self._observe)

    def _observe(self, change: Change) -> None:
        if change.key.kind not in RESTLESS_KINDS:
            self._last = self._cluster.now

    @property
    def due(self) -> int:
        """The instant (ms) at which the cluster is at rest if nothing changes before."""
        return min(self._last + QUIET, self._deadline)


def settle(cluster: Cluster, engine: Engine) -> None:
    """Let the cluster live until it is at rest."""
    quiet = Quiet(cluster)
    engine.settle()
    while (wake := engine.next_wake()) is not None and wake <= quiet.due:
        engine.step(wake)
    engine.run_until(quiet.due)
