"""agnhost's ``logs-generator``: so many lines of an API server's log in so long a time.

Mirrors test/images/agnhost/logs-generator; what it leaves to chance follows from the cluster's seed.
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.golang.durations import parse_duration
from kubesim.network.sites.agnhost import logged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.machine import Machine

_METHODS, _NAMESPACES = ("GET", "POST", "PUT"), ("kube-system", "default", "ns")
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_PLACE = "logs_generator.go:76"


def settings(words: list[str]) -> tuple[int, int] | None:
    """How many lines are printed in how long (ms); None for words that it does not run with, or other ones."""
    given: dict[str, str] = {}
    names = {"-t": "log-lines-total", "-d": "run-duration"}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        given[names.get(name, name.lstrip("-"))] = value if equals else next(rest, "")
    try:
        total, duration = int(given.pop("log-lines-total", "0")), parse_duration(given.pop("run-duration", "0s"))
    except ValueError:
        return None
    return (total, duration) if total > 0 and duration > 0 and not given else None


def run(machine: Machine, total: int, duration: int) -> Status:
    """Print the lines at equal distances, and end."""
    epoch, begun = machine.shared.setting.epoch, machine.clock
    for number in range(total):
        machine.step()
        text = None if epoch is None else logged(epoch + machine.clock, _line(machine, number), _PLACE)
        machine.write(None if text is None else f"{text}\n", 2)
        machine.advance(begun + duration * (number + 1) // total - machine.clock)
    return 0


def _line(machine: Machine, number: int) -> str:
    """Mirrors generateLogLine."""
    dice = int(hex_digest(machine.shared.setting.chance, f"{machine.clock}/{number}", 16), 16)
    dice, method = divmod(dice, len(_METHODS))
    dice, namespace = divmod(dice, len(_NAMESPACES))
    dice, status = divmod(dice, 400)
    dice, more = divmod(dice, 2)
    name = "".join(_LETTERS[dice // len(_LETTERS) ** place % len(_LETTERS)] for place in range(3 + more))
    return f"{number} {_METHODS[method]} /api/v1/namespaces/{_NAMESPACES[namespace]}/pods/{name} {200 + status}"
