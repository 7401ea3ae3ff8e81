"""What every client does first: it takes a URL apart, and finds the address of a host."""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.network.dns import CNAME, NOERROR, NXDOMAIN, A, is_address
from kubesim.network.door import OutsideOfCluster
from kubesim.network.http import Failure
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.network.door import Network

CONNECTS = 130 * SECOND  # how long a kernel tries to connect
UNRESOLVED = "unresolved"  # there is no such name
PORTS = {"http": 80, "https": 443, "ftp": 21}


class Url(NamedTuple):
    """A URL's parts; ``path`` has the query and begins with a slash, ``user`` is ``name:password``.

    ``place`` is the host with the port as they are written.
    """

    scheme: str
    host: str
    port: int
    path: str
    user: str = ""
    place: str = ""

    @property
    def authority(self) -> str:
        """The host, with its port where that is not the scheme's own."""
        return self.host if self.port == PORTS.get(self.scheme) else f"{self.host}:{self.port}"


def split_url(text: str) -> Url:
    """The parts of a URL; one without a scheme is HTTP's. A port that is no number counts as 0."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "http", text
    rest = rest.partition("#")[0]
    cut = min((rest.index(mark) for mark in "/?" if mark in rest), default=len(rest))
    authority, path = rest[:cut], rest[cut:]
    user, _, place = authority.rpartition("@")
    host, _, port = place.partition(":")
    number = int(port) if port.isdigit() else 0 if port else PORTS.get(scheme.lower(), 0)
    return Url(scheme.lower(), host, number, path if path.startswith("/") else f"/{path}", user, place)


def first_address(network: Network, host: str) -> str | Failure:
    """The address that a program uses for a host; a Failure if it finds none. OutsideOfCluster."""
    found = addresses_of(network, host)
    return found if isinstance(found, Failure) else found[0]


def answers(network: Network, host: str, port: int | None) -> Failure | None:
    """Why a port of a host does not take connections, None if it does; without a port, why its name is not found."""
    address = first_address(network, host)
    if isinstance(address, Failure):
        return address
    made = None if port is None else network.connect(address, port)
    return made if isinstance(made, Failure) else None


def addresses_of(network: Network, host: str) -> list[str] | Failure:
    """All addresses of a host, by the hosts file and then by the name servers, as getaddrinfo finds them."""
    if is_address(host):
        return [host]
    if host.lower().rstrip(".") == "localhost":
        return ["127.0.0.1"]
    resolution = network.resolution
    known = [address for name, address in resolution.hosts if name.lower() == host.lower()]
    if known:
        return known[:1]
    why = Failure(UNRESOLVED)
    for name in resolution.names(host):
        found = _asked(network, name)
        if isinstance(found, list):
            return found
        why = found
        if found.why != UNRESOLVED:
            break
    return why


def _asked(network: Network, name: str) -> list[str] | Failure:
    why = Failure(UNRESOLVED)
    for server in network.resolution.servers:
        reply = network.query(server, name, A)
        if isinstance(reply, Failure):
            why = reply
            continue
        addresses = [record.value for record in reply.records if record.kind == A]
        if addresses:
            return addresses
        if reply.leads_outside:
            raise OutsideOfCluster(next((r.value for r in reply.records if r.kind == CNAME), name))
        if reply.status in (NOERROR, NXDOMAIN):
            return Failure(UNRESOLVED)
    return why
