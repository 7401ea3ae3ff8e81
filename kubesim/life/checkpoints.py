"""Living for long while somebody waits: what was lived is saved now and then."""

from __future__ import annotations

from time import monotonic

from kubesim.sim.long_run import live_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.life.life import Life

BETWEEN_SAVES = 2.0  # seconds, or more where saving takes long:
SHARE = 10  # of the time at most one part goes into saving


def live(life: Life, instant: int) -> None:
    """Let a cluster live until ``instant`` (ms).

    What was lived is saved at checkpoints: a process that is interrupted or killed leaves a life that is shorter.
    """
    display = life.display(life.cluster.now, instant)
    due = monotonic() + BETWEEN_SAVES
    try:
        for progress in live_until(life.cluster, life.engine, instant):
            now = monotonic()
            if progress.is_whole and now >= due:
                life.keep(life)
                taken = monotonic() - now
                due = now + max(BETWEEN_SAVES, SHARE * taken)
            display.show(progress.now, now)
    finally:
        display.clear()
