"""A ReplicaSet: so many pods of one template."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class ReplicaSet(Kind):
    """Mirrors pkg/registry/apps/replicaset."""

    has_generation = True
    has_status = True
