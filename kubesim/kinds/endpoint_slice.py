"""An EndpointSlice: the addresses behind a Service."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class EndpointSlice(Kind):
    """Mirrors pkg/registry/discovery/endpointslice."""

    has_generation = True
