"""The addresses behind services, in the newer kind and the older.

Mirrors pkg/controller/endpointslice and pkg/controller/endpoint.
"""

from __future__ import annotations

from kubesim.controllers.endpoint_slice.controller import EndpointSliceController

__all__ = ["EndpointSliceController"]
