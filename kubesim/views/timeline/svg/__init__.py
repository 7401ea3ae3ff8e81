"""Timelines as an SVG picture, for slides and pages, light and dark."""

from __future__ import annotations

from kubesim.views.timeline.svg.page import render

__all__ = ["render"]
