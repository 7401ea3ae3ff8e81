"""What a client asks of the network that is around it."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from kubesim.network.dns import Reply as DnsReply
    from kubesim.network.dns import Resolution
    from kubesim.network.http import Failure, Request, Response
    from kubesim.network.sites.redis import Reply
else:
    Protocol = object


class Connection(NamedTuple):
    """A connection that was made: from which port, to what. ``is_secure``: who is there speaks TLS.

    ``certificate`` is the PEM text that it shows, empty for that of the cluster's own authority.  ``banner`` is what a
    server says by itself; ``speaks_http``: it answers requests, or may; ``is_known``: it is known which server it is.
    """

    port: int
    is_secure: bool = False
    certificate: str = ""
    banner: str = ""
    speaks_http: bool = True
    is_known: bool = True


class OutsideOfCluster(Exception):  # noqa: N818 - no error of anybody's: it says where the simulation ends
    """Something outside of the cluster was asked for. The text names it."""


class Network(Protocol):
    """The network as one container or node has it, at the cluster's present.

    What is outside of the cluster is not simulated: OutsideOfCluster.
    """

    @property
    def address(self) -> str:
        """Its own address."""

    @property
    def resolution(self) -> Resolution:
        """Its resolv.conf and hosts file."""

    def query(self, server: str, name: str, kind: str) -> DnsReply | Failure:
        """Ask a name server for records."""

    def connect(self, address: str, port: int, protocol: str = "TCP", name: str = "") -> Connection | Failure:
        """Connect to a port of an address; ``name`` is the host for which a certificate is wanted."""

    def send(self, address: str, port: int, request: Request) -> Response | Failure:
        """Connect, and send a request."""

    def say(self, address: str, port: int, text: str, protocol: str = "TCP") -> str | Failure | None:
        """Connect, and send a text that is no request: what comes back, None if that is not known."""

    def converse(
        self, address: str, port: int, commands: list[list[str]], password: str | None
    ) -> list[Reply | None] | Failure:
        """Connect, and give commands to a database; None for a reply that is not known."""

    def pings(self, address: str) -> Failure | None:
        """Whether an address answers pings: None if it does."""
