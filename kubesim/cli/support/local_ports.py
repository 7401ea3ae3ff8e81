"""Ports of this machine that are forwarded: which, on which addresses, and how listening on one may fail.

Mirrors parsePorts, parseAddresses and listenOnPort of client-go tools/portforward.
"""

from __future__ import annotations

import socket

from kubesim.errors import UserError, reason_of
from kubesim.golang.numbers import parse_uint
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BACKLOG = 64  # connections that wait to be taken


class ForwardedPort(NamedTuple):
    """A local port, 0 for any that is free, and the pod's."""

    local: int
    remote: int

    @property
    def text(self) -> str:
        """As Go prints it."""
        return f"{{{self.local} {self.remote}}}"


class Address(NamedTuple):
    """An address to listen on; ``is_either``: it is one of localhost's, of which one is enough."""

    text: str
    family: socket.AddressFamily
    is_either: bool

    def with_port(self, port: int) -> str:
        """Mirrors net.JoinHostPort."""
        return f"[{self.text}]:{port}" if ":" in self.text else f"{self.text}:{port}"


def parse_ports(texts: Sequence[str]) -> list[ForwardedPort]:
    """``8080:80``, ``80``, ``:80``; UserError."""
    found = []
    for text in texts:
        parts = text.split(":")
        if len(parts) > 2:
            raise UserError(f"invalid port format '{text}'")
        local = _number(parts[0] or "0", "local") if len(parts) == 2 else _number(parts[0], "local")
        remote = _number(parts[-1], "remote")
        if remote == 0:
            raise UserError("remote port must be > 0")
        found.append(ForwardedPort(local, remote))
    return found


def _number(text: str, side: str) -> int:
    try:
        return parse_uint(text, 16)
    except ValueError as error:
        raise UserError(f"error parsing {side} port '{text}': {error}") from None


def parse_addresses(texts: Sequence[str]) -> list[Address]:
    """The addresses in order, ``localhost`` standing for two; UserError."""
    if not texts:
        raise UserError("you must specify at least 1 address")
    found: dict[str, Address] = {}
    for text in texts:
        if text == "localhost":
            found.setdefault("127.0.0.1", Address("127.0.0.1", socket.AF_INET, is_either=True))
            found.setdefault("::1", Address("::1", socket.AF_INET6, is_either=True))
        else:
            found[text] = Address(text, _family(text), is_either=False)
    return [found[text] for text in sorted(found)]


def _family(text: str) -> socket.AddressFamily:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
        except (OSError, ValueError):
            continue
        return family
    raise UserError(f"{text} is not a valid IP")


class Listening(NamedTuple):
    """What came of a port: it with its number, the sockets, and why there are none on an address that needs one."""

    port: ForwardedPort
    sockets: list[socket.socket]
    problem: str = ""


def listen(port: ForwardedPort, addresses: Sequence[Address], say: Callable[[str], int]) -> Listening:
    """Listen on a port of each address, and say so."""
    sockets: list[socket.socket] = []
    problems: list[str] = []
    either = [address for address in addresses if address.is_either]
    failed: list[Address] = []
    for address in addresses:
        try:
            sockets.append(_listener(address, port.local))
        except _CannotListenError as error:
            problems.append(f"unable to create listener: Error {error}")
            failed.append(address)
            continue
        port = port._replace(local=sockets[-1].getsockname()[1])
        say(f"Forwarding from {address.with_port(port.local)} -> {port.remote}\n")
    if (either and all(one in failed for one in either)) or any(not one.is_either for one in failed):
        told = f"Listeners failed to create with the following errors: [{' '.join(problems)}]"
        return Listening(port, sockets, told)
    return Listening(port, sockets)


class _CannotListenError(Exception):
    """The text is Go's OpError's."""


def _listener(address: Address, port: int) -> socket.socket:
    protocol = "tcp4" if address.family == socket.AF_INET else "tcp6"
    step, made = "socket", None
    try:
        made = socket.socket(address.family, socket.SOCK_STREAM)
        step = "bind"
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if protocol == "tcp6":
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address.text, port))
        made.listen(BACKLOG)
        made.setblocking(False)
    except OSError as error:
        if made is not None:
            made.close()
        place = address.with_port(port)
        raise _CannotListenError(f"listen {protocol} {place}: {step}: {reason_of(error)}") from None
    return made
