"""A Secret: configuration that is printed less readily."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class Secret(Kind):
    """Mirrors pkg/registry/core/secret."""
