"""The DaemonSet controller. Mirrors pkg/controller/daemon: a question a file."""

from __future__ import annotations

from kubesim.controllers.daemon_set.controller import DaemonSetController

__all__ = ["DaemonSetController"]
