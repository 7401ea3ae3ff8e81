"""Clients of databases, as far as they only ask whether one is there."""

from __future__ import annotations

from kubesim.containers.evaluation.clients.asking import ROUND_TRIP, network_of, resolved
from kubesim.containers.evaluation.network import target_of
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.network.client import CONNECTS
from kubesim.network.http import TIMED_OUT, Failure
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.machine import Machine

_PORTS = {"pg_isready": 5432, "mysqladmin": 3306}


class _Place(NamedTuple):
    host: str
    port: int
    why: str | None  # nobody takes a connection there; None: somebody does


def run(machine: Machine, name: str, words: list[str]) -> Status:
    """Ask whether a database answers; NotSimulated for all else."""
    place = _place(machine, name, words)
    if name == "pg_isready":
        answers = place.why is None
        machine.write(f"{place.host}:{place.port} - {'accepting connections' if answers else 'no response'}\n")
        return 0 if answers else 2
    return _my_sql(machine, place, words)


def _my_sql(machine: Machine, place: _Place, words: list[str]) -> Status:
    if "ping" not in words:
        raise NotSimulated("kubesim does not know what is in this database")
    if place.why is None:
        machine.write("mysqld is alive\n")
        return 0
    machine.complain(f"mysqladmin: connect to server at '{place.host}' failed")
    return 1


def _place(machine: Machine, name: str, words: list[str]) -> _Place:
    """Where the database is, and whether somebody answers there; its own container where none is named."""
    target = target_of([name, *words])
    host, port = ("127.0.0.1", _PORTS[name]) if target is None else (target.host, target.port or _PORTS[name])
    address = resolved(machine, host)
    if address is None:
        return _Place(host, port, "")
    made = network_of(machine).connect(address, port)
    if not isinstance(made, Failure):
        machine.advance(ROUND_TRIP)
        return _Place(host, port, None)
    is_late = made.why == TIMED_OUT
    machine.advance(CONNECTS if is_late else ROUND_TRIP)
    return _Place(host, port, "Connection timed out" if is_late else "Connection refused")
