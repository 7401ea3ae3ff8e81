"""On which ports agnhost listens, and what it says to a text that is no request: over UDP, and to what is no HTTP.

Mirrors test/images/agnhost's netexec, serve-hostname and porter.
"""

from __future__ import annotations

from kubesim.network.sites import agnhost_porter
from kubesim.network.sites.agnhost import certificate, command_of, logged
from kubesim.network.sites.greetings import option
from kubesim.network.sites.site import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.network.sites.site import Site

#: The options that choose the ports of servers, and those that they have without.
_TCP = {
    "netexec": ("http-port", 8080),
    "serve-hostname": ("port", 9376),
    "test-webserver": ("port", 80),
    "webhook": ("port", 443),
    "crd-conversion-webhook": ("port", 443),
}
#: What a server that is made with Go's net/http says to what is no request.
_BAD_REQUEST = "\r\n".join(
    ("HTTP/1.1 400 Bad Request", "Content-Type: text/plain; charset=utf-8", "Connection: close", "", "400 Bad Request")
)


def ports(site: Site) -> tuple[int, ...] | None:
    """The ports that take connections; None for commands of which they are not known."""
    command = command_of(site)
    if command in ("", "pause"):
        return ()
    if command == "porter":
        return agnhost_porter.ports(site, "PORT", "TCP_PORT", "TLS_PORT")
    if command == "serve-hostname" and _is_set(site, "udp") and not _is_set(site, "tcp"):
        return ()
    return None if command not in _TCP else (_port(site, *_TCP[command]),)


def udp_ports(site: Site) -> tuple[int, ...]:
    """The ports that take datagrams."""
    command = command_of(site)
    if command == "porter":
        return agnhost_porter.ports(site, "UDP_PORT")
    if command == "serve-hostname" and _is_set(site, "udp"):
        return (_port(site, *_TCP[command]),)
    return (_port(site, "udp-port", 8081),) if command == "netexec" else ()


def said(site: Site, text: str, protocol: str) -> Said:
    """What comes back."""
    command = command_of(site)
    if command == "serve-hostname" and (_is_set(site, "tcp") or _is_set(site, "udp")):
        return Said(site.host_name, logged(site.now, f"{protocol} request from {_client(site)}"))
    if protocol == "TCP":
        return Said(_BAD_REQUEST if certificate(site) is None else None)
    if command == "porter":
        return Said(agnhost_porter.value(site, "UDP_PORT"))
    return _to_datagram(site, text) if command == "netexec" else Said(None)


def _to_datagram(site: Site, text: str) -> Said:
    words = text.strip().lower()
    if words == "hostname":
        return Said(site.host_name, logged(site.now, "Sending udp hostName response"))
    if words.startswith("echo "):
        echoed = words.partition(" ")[2]
        return Said(echoed, logged(site.now, f"Echoing {echoed} to UDP client {_client(site)}"))
    if words == "clientip":
        return Said(_client(site), logged(site.now, f"Sending clientip back to UDP client {_client(site)}"))
    if words == "serverport":
        port = str(_port(site, "udp-port", 8081))
        return Said(port, logged(site.now, f"Sending server port to UDP client {port}"))
    unknown = logged(site.now, f"Unknown UDP command received from {_client(site)}: {words}")
    return Said("", unknown if words else None)


def _client(site: Site) -> str:
    return f"{site.client}:{site.client_port}"


def _port(site: Site, name: str, usual: int) -> int:
    given = option(site, name) or ""
    return int(given) if given.lstrip("-").isdigit() else usual


def _is_set(site: Site, name: str) -> bool:
    """Whether a flag is on: ``--udp``, ``--udp=true``."""
    return any(word.lstrip("-") in (name, f"{name}=true") for word in site.argv if word.startswith("-"))
