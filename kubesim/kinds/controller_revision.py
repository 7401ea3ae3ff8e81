"""A ControllerRevision: what a DaemonSet or StatefulSet once was."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class ControllerRevision(Kind):
    """Mirrors pkg/registry/apps/controllerrevision."""
