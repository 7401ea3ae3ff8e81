"""A Service: one address for many pods."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class Service(Kind):
    """Mirrors pkg/registry/core/service."""

    has_status = True
