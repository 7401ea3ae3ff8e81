"""The HorizontalPodAutoscaler controller. Mirrors pkg/controller/podautoscaler where nobody serves metrics."""

from __future__ import annotations

from kubesim.controllers.horizontal_pod_autoscaler.controller import HorizontalPodAutoscalerController

__all__ = ["HorizontalPodAutoscalerController"]
