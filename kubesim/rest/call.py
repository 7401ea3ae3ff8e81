"""A request for a resource, on its way through the server."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Client
    from kubesim.kinds import Names
    from kubesim.rest.request import Request
    from kubesim.rest.request_info import RequestInfo


class Call(NamedTuple):
    """What is asked (``request``, ``info``), of which resource (``names`` in the version of the path), by whom."""

    client: Client
    request: Request
    info: RequestInfo
    names: Names

    @property
    def namespace(self) -> str:
        return self.info.namespace

    @property
    def name(self) -> str:
        return self.info.name

    @property
    def subresource(self) -> str:
        return self.info.subresource

    @property
    def validation(self) -> str:
        """How strictly bodies are read: Strict, Warn or Ignore."""
        return self.request.parameter("fieldValidation") or "Warn"
