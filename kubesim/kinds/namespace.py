"""A Namespace: the room that other objects' names are in."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class Namespace(Kind):
    """Mirrors pkg/registry/core/namespace."""

    has_status = True
