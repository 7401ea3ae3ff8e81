"""A StatefulSet: pods with names and volumes of their own, in order."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class StatefulSet(Kind):
    """Mirrors pkg/registry/apps/statefulset."""

    has_generation = True
    has_status = True
