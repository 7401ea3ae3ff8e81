"""Timelines as text: block characters, and colour on top where there is any."""

from __future__ import annotations

from kubesim.views.timeline.terminal.page import render

__all__ = ["render"]
