"""A DaemonSet: a pod on every node."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class DaemonSet(Kind):
    """Mirrors pkg/registry/apps/daemonset."""

    has_generation = True
    has_status = True
