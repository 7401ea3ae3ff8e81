"""ping: busybox's and iputils'. Replies take plausible times, the same whenever one asks."""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.clients.asking import is_busybox, network_of, options, resolved, seconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.machine import Machine

_VALUED = "cwWisItQpm"
_TAIL = 10 * SECOND  # how long it waits for the last reply


def run(machine: Machine, words: list[str]) -> Status:
    """Send as many requests as are asked for, a second apart, or for ever."""
    given = dict(options(words, _VALUED))
    operands = [value for name, value in options(words, _VALUED) if not name]
    small = is_busybox(machine, "ping")
    if not operands:
        machine.complain("ping: usage error: Destination address required")
        return 1
    host = operands[-1]
    address = resolved(machine, host)
    if address is None:
        machine.complain(f"ping: bad address '{host}'" if small else f"ping: {host}: Name or service not known")
        return 1 if small else 2
    return _Pinging(machine, host, address, given).run()


class _Pinging:
    def __init__(self, machine: Machine, host: str, address: str, given: dict[str, str]) -> None:
        self._machine = machine
        self._host = host
        self._address = address
        self._count = int(given["-c"]) if given.get("-c", "").isdigit() else None
        self._interval = seconds(given.get("-i", "1")) or SECOND
        self._tail = seconds(given.get("-W", "")) or _TAIL
        self._deadline = seconds(given.get("-w", ""))
        self._size = int(given["-s"]) if given.get("-s", "").isdigit() else 56
        self._is_quiet = "-q" in given
        self._times: list[int] = []

    def run(self) -> Status:
        """Send, and count what comes back."""
        machine, small = self._machine, is_busybox(self._machine, "ping")
        head = f": {self._size} data bytes" if small else f" {self._size}({self._size + 28}) bytes of data."
        machine.write(f"PING {self._host} ({self._address}){head}\n")
        begun, sent = machine.clock, 0
        while self._count is None or sent < self._count:
            answered = self._send(sent + (not small))
            sent += 1
            is_last = sent == self._count
            wait = (0 if answered else self._tail) if is_last else self._interval
            if self._deadline is not None and machine.clock + wait - begun >= self._deadline:
                machine.advance(max(0, begun + self._deadline - machine.clock))
                break
            machine.advance(wait)
        machine.write(self._statistics(sent, machine.clock - begun, small=small))
        return 0 if self._times else 1

    def _send(self, number: int) -> bool:
        """Send one request; whether it is answered."""
        if network_of(self._machine).pings(self._address) is not None:
            return False
        took = 40 + int(hex_digest(number, f"{self._address}/{self._machine.clock}", 4), 16) % 90  # microseconds
        self._times.append(took)
        if not self._is_quiet:
            small = is_busybox(self._machine, "ping")
            words = f"seq={number} ttl=63" if small else f"icmp_seq={number} ttl=63"
            length = f"{took // 1000}.{took % 1000:03d}"
            self._machine.write(f"{self._size + 8} bytes from {self._address}: {words} time={length} ms\n")
        return True

    def _statistics(self, sent: int, length: int, *, small: bool) -> str:
        got, times = len(self._times), self._times
        lost = (sent - got) * 100 // sent if sent else 0
        word = "packets received" if small else "received"
        text = f"\n--- {self._host} ping statistics ---\n{sent} packets transmitted, {got} {word}, {lost}% packet loss"
        text += "\n" if small else f", time {length}ms\n"
        if times:
            values = [min(times), sum(times) // len(times), max(times)]
            shown = "/".join(f"{value // 1000}.{value % 1000:03d}" for value in values)
            if small:
                return f"{text}round-trip min/avg/max = {shown} ms\n"
            spread = (max(times) - min(times)) // 3
            return f"{text}rtt min/avg/max/mdev = {shown}/{spread // 1000}.{spread % 1000:03d} ms\n"
        return text if small else f"{text}\n"
