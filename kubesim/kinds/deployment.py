"""A Deployment: pods that are replaced step by step when their template changes."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class Deployment(Kind):
    """Mirrors pkg/registry/apps/deployment."""

    has_generation = True
    has_status = True
