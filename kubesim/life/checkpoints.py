"""Living for long while somebody waits: what was lived is saved now and then."""

from __future__ import annotations

from time import monotonic

from kubesim.sim.long_run import live_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from kubesim.cluster import Cluster
    from kubesim.sim.engine import Engine

    class Display(Protocol):
        """Shows how far a long life has come."""

        def show(self, now: int, clock: float) -> None:
            """Show that ``now`` (ms) is reached, at an instant of the monotonic clock (s)."""

        def clear(self) -> None:
            """Take back what was shown."""


BETWEEN_SAVES = 2.0  # seconds, or more where saving takes long:
SHARE = 10  # of the time at most one part goes into saving


def live(cluster: Cluster, engine: Engine, instant: int, display: Display, keep: Callable[[], None]) -> None:
    """Let a cluster live until ``instant`` (ms).

    ``keep`` saves it at checkpoints: a process that is interrupted or killed leaves a life that is shorter.
    """
    due = monotonic() + BETWEEN_SAVES
    try:
        for progress in live_until(cluster, engine, instant):
            now = monotonic()
            if progress.is_whole and now >= due:
                keep()
                taken = monotonic() - now
                due = now + max(BETWEEN_SAVES, SHARE * taken)
            display.show(progress.now, now)
    finally:
        display.clear()
