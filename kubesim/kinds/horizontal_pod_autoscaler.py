"""A HorizontalPodAutoscaler: the scale that follows the load."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class HorizontalPodAutoscaler(Kind):
    """Mirrors pkg/registry/autoscaling/horizontalpodautoscaler."""

    has_status = True
