"""The kubelets of all nodes: they start, probe, restart and end the containers of pods, and report their status."""

from __future__ import annotations

from kubesim.controllers.kubelet.controller import Kubelet

__all__ = ["Kubelet"]
