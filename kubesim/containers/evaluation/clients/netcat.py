"""nc, as busybox and OpenBSD have it, and telnet."""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.clients.asking import (
    ROUND_TRIP,
    is_busybox,
    is_musl,
    network_of,
    options,
    resolved,
    seconds,
)
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.network.client import CONNECTS
from kubesim.network.http import TIMED_OUT, Failure, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.machine import Machine

MOST_PORTS = 1024  # of a range that is scanned
_SERVICES = {53: "domain", 80: "http", 443: "https", 22: "ssh", 25: "smtp", 3306: "mysql", 5432: "postgresql"}
_SERVICES |= {6379: "redis", 8080: "http-alt", 27017: "mongodb", 21: "ftp", 389: "ldap", 11211: "memcached"}


def run(machine: Machine, words: list[str]) -> Status:
    """Connect to a port, or find out which ports of a range are open."""
    letters = [(name, value) for name, value in options(words, "wpiqseX")]
    flags = {name for name, _ in letters if name}
    operands = [value for name, value in letters if not name]
    if "-e" in flags or "-l" in flags:
        raise NotSimulated("kubesim does not know what comes in on this port")
    timeout = next((seconds(value) for name, value in letters if name == "-w"), None)
    if len(operands) < 2:
        machine.complain("nc: missing port number" if len(operands) == 1 else "nc: missing host and port")
        return 1
    host, ports = operands[0], _ports(operands[1])
    if not ports:
        machine.complain(
            f"nc: bad port '{operands[1]}'" if is_busybox(machine, "nc") else f"nc: port number invalid: {operands[1]}"
        )
        return 1
    address = resolved(machine, host)
    if address is None:
        unknown = "Name does not resolve" if is_musl(machine) else "Name or service not known"
        shown = (
            f"bad address '{host}'"
            if is_busybox(machine, "nc")
            else f'getaddrinfo for host "{host}" port {ports[0]}: {unknown}'
        )
        machine.complain(f"nc: {shown}")
        return 1
    caller = _Caller(machine, host, address, timeout, flags)
    statuses = [caller.call(port) for port in ports]
    return 0 if 0 in statuses else 1


def _ports(text: str) -> list[int]:
    first, mark, last = text.partition("-")
    if not first.isdigit() or (mark and not last.isdigit()):
        return []
    return list(range(int(first), min(int(last or first), int(first) + MOST_PORTS) + 1))


class _Caller:
    """Connects to ports of one address."""

    def __init__(self, machine: Machine, host: str, address: str, timeout: int | None, flags: set[str]) -> None:
        self._machine = machine
        self._host = host
        self._address = address
        self._timeout = timeout
        self._flags = flags

    def call(self, port: int) -> int:
        """Connect to a port: 0 if that succeeds."""
        machine = self._machine
        protocol = "UDP" if "-u" in self._flags else "TCP"
        found = network_of(machine).connect(self._address, port, protocol)
        if isinstance(found, Failure) and protocol == "TCP":
            machine.advance((self._timeout or CONNECTS) if found.why == TIMED_OUT else ROUND_TRIP)
            self._complain(port, found)
            return 1
        machine.advance(ROUND_TRIP)
        if "-v" in self._flags:
            self._tell(port, protocol.lower())
        if "-z" not in self._flags:
            self._talk(port, protocol)
        return 0

    def _tell(self, port: int, protocol: str) -> None:
        if is_busybox(self._machine, "nc"):
            self._machine.complain(f"{self._host} ({self._address}:{port}) open")
        else:
            named = _SERVICES.get(port, "*")
            place = f"{self._host} ({self._address}) {port}" if self._host != self._address else f"{self._host} {port}"
            self._machine.complain(f"Connection to {place} port [{protocol}/{named}] succeeded!")

    def _complain(self, port: int, failure: Failure) -> None:
        machine, is_late = self._machine, failure.why == TIMED_OUT
        words = "Connection refused"
        if is_late:
            words = (
                "Operation timed out" if is_musl(machine) or not is_busybox(machine, "nc") else "Connection timed out"
            )
        if not is_busybox(machine, "nc"):
            if "-v" in self._flags:
                place = f"{self._host} ({self._address})" if self._host != self._address else self._host
                late = "Operation now in progress" if self._timeout else "Connection timed out"
                machine.complain(
                    f"nc: connect to {place} port {port} (tcp) {'failed: ' + (late if is_late else words)}"
                )
        elif is_late and self._timeout:
            machine.complain(
                "nc: timed out" if "-v" not in self._flags else f"nc: {self._host} ({self._address}:{port}): {words}"
            )
        else:
            machine.complain(f"nc: {self._host} ({self._address}:{port}): {words}")

    def _talk(self, port: int, protocol: str) -> None:
        """Send what is typed: a request to a server of HTTP is answered, and other texts where that is known."""
        text = self._machine.input.text()
        if text is None:
            raise NotSimulated("kubesim does not know what nc is given")
        request = None if protocol == "UDP" else request_in(text)
        if request is None:
            if text.strip():
                self._say(port, text, protocol)
            return
        found = network_of(self._machine).send(self._address, port, request)
        if isinstance(found, Failure):
            return
        head = "\r\n".join((found.status_line, *(f"{name}: {value}" for name, value in found.headers)))
        self._machine.write(
            None if found.body is None else f"{head}\r\n\r\n{'' if request.method == 'HEAD' else found.body}"
        )

    def _say(self, port: int, text: str, protocol: str) -> None:
        """Say what is no request; over UDP nobody says that there will be no more."""
        found = network_of(self._machine).say(self._address, port, text, protocol)
        if found is None:
            raise NotSimulated("kubesim does not know what is answered to this")
        if isinstance(found, str):
            self._machine.write(found)
        if protocol == "UDP":
            if self._timeout is None:
                raise NotSimulated("kubesim does not know for how long nc waits here")
            self._machine.advance(self._timeout)


def request_in(text: str) -> Request | None:
    """The HTTP request that a text is; None if it is none."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.split("\n")
    words = first.split()
    if len(words) not in (2, 3) or not words[0].isupper() or not words[1].startswith("/"):
        return None
    pairs = [line.partition(":") for line in lines if ":" in line]
    headers = tuple((name.strip(), value.strip()) for name, _, value in pairs)
    host = next((value for name, value in headers if name.lower() == "host"), "")
    version = words[2].partition("/")[2] if len(words) == 3 else "1.0"
    others = tuple(one for one in headers if one[0].lower() != "host")
    return Request(words[0], words[1], host, others, body, version=version)


def run_telnet(machine: Machine, words: list[str]) -> Status:
    """Connect to a port, and say whether somebody is there."""
    operands = [value for name, value in options(words, "el") if not name]
    if not operands:
        raise NotSimulated("kubesim does not simulate telnet's own commands")
    host, port = operands[0], int(operands[1]) if len(operands) > 1 and operands[1].isdigit() else 23
    address, small = resolved(machine, host), is_busybox(machine, "nc")
    if address is None:
        machine.complain(
            f"telnet: bad address '{host}'"
            if small
            else f"telnet: could not resolve {host}/{port}: Name or service not known"
        )
        return 1
    if not small:
        machine.write(f"Trying {address}...\n")
    found = network_of(machine).connect(address, port)
    if isinstance(found, Failure):
        is_late = found.why == TIMED_OUT
        machine.advance(CONNECTS if is_late else ROUND_TRIP)
        why = "Connection timed out" if is_late else "Connection refused"
        machine.complain(
            f"telnet: can't connect to remote host ({address}): {why}"
            if small
            else f"telnet: Unable to connect to remote host: {why}"
        )
        return 1
    machine.advance(SECOND // 100)
    if small:
        machine.write(f"Connected to {host}\n\n")
    else:
        machine.write(f"Connected to {host}.\nEscape character is '^]'.\n")
    if machine.input.text():
        raise NotSimulated("kubesim does not simulate what is said over telnet")
    machine.write("Connection closed by foreign host\r\n" if small else "Connection closed by foreign host.\n")
    return 1
