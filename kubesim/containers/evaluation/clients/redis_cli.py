"""redis-cli: commands on its command line, from its input, or from somebody at a terminal."""

from __future__ import annotations

import shlex

from kubesim.containers.evaluation.clients.asking import ROUND_TRIP, has_terminal, network_of, options, resolved
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.containers.evaluation.streams import Typed
from kubesim.network.client import CONNECTS
from kubesim.network.http import TIMED_OUT, Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.network.sites.redis import Reply

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\a": "\\a", "\b": "\\b"}
_PASSWORD_WARNING = "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe."


def run(machine: Machine, words: list[str]) -> Status:
    """Give commands to a server, and print what it replies."""
    client = _Client(machine)
    rest = client.take_options(words)
    if rest:
        return client.ask(rest)
    return client.converse()


class _Client:
    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._host, self._port = "127.0.0.1", 6379
        self._password: str | None = machine.variable("REDISCLI_AUTH") if "REDISCLI_AUTH" in machine.variables else None
        self._is_raw = not has_terminal(machine)

    def take_options(self, words: list[str]) -> list[str]:
        """The words behind the options; NotSimulated for an option that is not known."""
        warns = False
        left = list(words)
        while left and left[0].startswith("-"):
            pairs = list(options(left[:2], "hpan", ("pass",)))
            name, value = pairs[0]
            left = left[2 if len(pairs) == 1 and len(left) > 1 and value == left[1] else 1 :]
            if name == "-h":
                self._host = value
            elif name == "-p" and value.isdigit():
                self._port = int(value)
            elif name in ("-a", "--pass"):
                self._password, warns = value, True
            elif name in ("--raw", "--no-raw"):
                self._is_raw = name == "--raw"
            elif name == "--no-auth-warning":
                warns = False
            elif not (name == "-n" and value == "0"):
                raise NotSimulated(f"kubesim does not know redis-cli {name}")
        if warns and "--no-auth-warning" not in words:
            self._machine.complain(_PASSWORD_WARNING)
        return left

    def ask(self, words: list[str]) -> Status:
        """Give one command, and print the reply."""
        machine = self._machine
        address = resolved(machine, self._host)
        if address is None:
            return self._unconnected("Name or service not known")
        found = network_of(machine).converse(address, self._port, [words], self._password)
        if isinstance(found, Failure):
            machine.advance(CONNECTS if found.why == TIMED_OUT else ROUND_TRIP)
            return self._unconnected("Connection timed out" if found.why == TIMED_OUT else "Connection refused")
        machine.advance(ROUND_TRIP)
        reply = found[0]
        if reply is None and [word.lower() for word in words] == ["ping"]:
            machine.write("PONG\n")
        elif reply is None:
            raise NotSimulated(f"kubesim does not know what this database answers to {words[0]}")
        else:
            machine.write(_raw(reply) + "\n" if self._is_raw else _shown(reply))
        return 0

    def _unconnected(self, why: str) -> Status:
        self._machine.complain(f"Could not connect to Redis at {self._host}:{self._port}: {why}")
        return 1

    def converse(self) -> Status:
        """Commands line by line; ``exit`` or ``quit`` ends it."""
        machine = self._machine
        prompts = has_terminal(machine) and isinstance(machine.input, Typed)
        while True:
            if prompts:
                machine.write(f"{self._host}:{self._port}> ")
            instant, line = machine.input.line()
            machine.clock = max(machine.clock, instant)
            if line is None:
                raise machine.shared.session.not_simulated()
            if not line:
                return 0
            try:
                words = shlex.split(line)
            except ValueError:
                machine.write("Invalid argument(s)\n")
                continue
            if words[:1] in (["exit"], ["quit"]):
                return 0
            if words:
                self.ask(words)


def _raw(reply: Reply) -> str:
    """A reply as it is where nobody looks."""
    if reply.sort == "error":
        return f"{reply.value}\n"
    if reply.sort == "array":
        return "\n".join(_raw(one) for one in reply.value)
    return "" if reply.value is None else str(reply.value)


def _shown(reply: Reply) -> str:
    """A reply as it is shown at a terminal."""
    if reply.sort == "array":
        width = len(str(len(reply.value)))
        rows = (f"{at:>{width}}) {_shown(one)}" for at, one in enumerate(reply.value, 1))
        return "".join(rows) or "(empty array)\n"
    if reply.sort == "text":
        return "(nil)\n" if reply.value is None else f'"{"".join(_ESCAPES.get(one, one) for one in reply.value)}"\n'
    mark = {"error": "(error) ", "integer": "(integer) "}.get(reply.sort, "")
    return f"{mark}{reply.value}\n"
