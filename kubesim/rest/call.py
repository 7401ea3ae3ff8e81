"""A request for a resource, on its way through the server."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from kubesim.cluster import Change, Client
    from kubesim.kinds import Names
    from kubesim.rest.request import Request
    from kubesim.rest.request_info import RequestInfo

    class Past(Protocol):
        """What has changed lately."""

        def since(self, version: int) -> list[tuple[Change, int]] | None:
            """The changes after a version, each with its own; None where they are not kept any more."""
            ...

        def keep(self, version: int) -> None:
            """Keep what changes after a version, for a list in pieces that begins with it."""
            ...


class Call(NamedTuple):
    """What is asked (``request``, ``info``), of which resource (``names`` in the version of the path), by whom.

    ``past`` is what the cluster was before, None where nobody knows.
    """

    client: Client
    request: Request
    info: RequestInfo
    names: Names
    past: Past | None = None

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
