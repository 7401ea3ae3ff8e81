"""Names: what a server answers to a query, and how a program comes from a name to queries."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

A, AAAA, CNAME, PTR, SRV, NS, SOA, TXT, MX, ANY = "A", "AAAA", "CNAME", "PTR", "SRV", "NS", "SOA", "TXT", "MX", "ANY"
KINDS = (A, AAAA, CNAME, PTR, SRV, NS, SOA, TXT, MX, ANY)

# What becomes of a query.
NOERROR, NXDOMAIN, SERVFAIL = "NOERROR", "NXDOMAIN", "SERVFAIL"
TTL = 30  # seconds, as the cluster's server is configured


class Record(NamedTuple):
    """A record: its name and value have no dot at the end."""

    name: str
    kind: str
    value: str
    ttl: int = TTL


class Reply(NamedTuple):
    """A server's reply. ``leads_outside``: what is asked for is, or refers to, a name outside of the cluster.

    ``beside`` are records that come with the answer.
    """

    status: str
    records: tuple[Record, ...] = ()
    leads_outside: bool = False
    beside: tuple[Record, ...] = ()


class Resolution(NamedTuple):
    """A container's resolv.conf and its hosts file, each host's address by its name."""

    servers: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    hosts: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The resolv.conf, as containerd writes it."""
        lines = [f"search {' '.join(self.search)}"] if self.search else []
        lines += [f"nameserver {server}" for server in self.servers]
        lines += [f"options {' '.join(self.options)}"] if self.options else []
        return "".join(f"{line}\n" for line in lines)

    @property
    def ndots(self) -> int:
        """From how many dots on a name is tried as it is first."""
        given = [option[6:] for option in self.options if option.startswith("ndots:")]
        return int(given[-1]) if given and given[-1].isdigit() else 1

    def names(self, name: str) -> Iterator[str]:
        """The whole names that are asked for in turn, until one is found."""
        if name.endswith("."):
            yield name.rstrip(".")
            return
        is_first = name.count(".") >= self.ndots
        if is_first:
            yield name
        for domain in self.search:
            if domain.strip("."):
                yield f"{name}.{domain.rstrip('.')}"
        if not is_first:
            yield name


def reverse_name(address: str) -> str:
    """The name under which an IPv4 address is looked up."""
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa"


def is_address(text: str) -> bool:
    """Whether a text is an IPv4 address."""
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdigit() and part == str(int(part)) and int(part) < 256 for part in parts)
