"""A ServiceAccount: who a pod is to the API server."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class ServiceAccount(Kind):
    """Mirrors pkg/registry/core/serviceaccount."""
