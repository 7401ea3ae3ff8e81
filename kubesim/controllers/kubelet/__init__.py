"""The kubelets of all nodes: they start, probe, restart and end the containers of pods, and tell how they are."""

from __future__ import annotations

from kubesim.controllers.kubelet.controller import Kubelet

__all__ = ["Kubelet"]
