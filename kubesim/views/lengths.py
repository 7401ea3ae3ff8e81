"""Lengths of time in the fewest characters that are exact enough."""

from __future__ import annotations

from kubesim.api.meta import MINUTE, SECOND


def length_text(ms: int) -> str:
    """``4 ms``, ``4.5 s``, ``1m30s``, ``2h5m``; a minute and more in whole seconds, an hour and more in minutes."""
    if abs(ms) < 100:
        return f"{ms} ms" if ms else "0 s"
    if abs(ms) < MINUTE - 50:
        return f"{ms / SECOND:.1f} s".replace(".0 ", " ")
    sign, seconds = "-" if ms < 0 else "", (abs(ms) + SECOND // 2) // SECOND
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{sign}{minutes}m{seconds}s".replace("m0s", "m")
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}h{minutes}m".replace("h0m", "h")
