"""A Node: a machine that runs pods."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class Node(Kind):
    """Mirrors pkg/registry/core/node."""

    has_status = True
