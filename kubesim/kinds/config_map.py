"""A ConfigMap: configuration as keys and texts."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class ConfigMap(Kind):
    """Mirrors pkg/registry/core/configmap."""
