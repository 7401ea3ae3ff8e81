"""Loops, and how far they are followed."""

from __future__ import annotations

from kubesim.containers.evaluation.endings import LoopLeft, RunsOn, Status
from kubesim.containers.evaluation.expansion import arguments, compute
from kubesim.containers.shell.syntax import For, Loop, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.containers.evaluation.machine import Machine
    from kubesim.containers.shell.syntax import CountingFor, Script

MOST_ROUNDS = 2000  # of one loop
MOST_ENDLESS_ROUNDS = 50  # of an endless loop: its later rounds do what its first ones did
KEPT_ROUNDS = 2000  # of a loop that repeats itself: the rounds that are printed of a long life


def condition_of(machine: Machine, script: Script) -> Status:
    """Walk a condition; its failure does not fail the script."""
    was_checked, machine.is_checked = machine.is_checked, True
    try:
        return machine.shared.evaluator.run_script(machine, script)
    finally:
        machine.is_checked = was_checked


def loop(machine: Machine, command: Loop | For | CountingFor) -> Status:
    """A loop ends by its condition, by ``break``, or never."""
    rounds = _Rounds(machine, MOST_ENDLESS_ROUNDS if _is_endless(machine, command) else MOST_ROUNDS)
    machine.status = 0
    status: Status = 0
    machine.loops += 1
    try:
        for _ in _turns(machine, command):
            rounds.begin()
            try:
                status = machine.shared.evaluator.run_script(machine, command.body)
            except LoopLeft as left:
                if left.levels > 1 and machine.loops > 1:
                    raise LoopLeft(left.levels - 1, continues=left.continues) from None
                if not left.continues:
                    return 0
                status = 0
            rounds.end()
    finally:
        machine.loops -= 1
    return status


def _turns(machine: Machine, command: Loop | For | CountingFor) -> Iterable[None]:
    if isinstance(command, Loop):
        while machine.holds(condition_of(machine, command.condition), command.is_until) != command.is_until:
            yield
    elif isinstance(command, For):
        values = machine.positional if command.words is None else arguments(machine, command.words)
        for value in list(values):
            machine.assign(command.name, value)
            yield
    else:
        compute(machine, command.first)
        while not command.condition.parts or compute(machine, command.condition):
            yield
            compute(machine, command.step)


def _is_endless(machine: Machine, command: Loop | For | CountingFor) -> bool:
    """Whether a loop's condition always holds, and nothing in it leaves it."""
    if not isinstance(command, Loop) or "e" in machine.options:
        return False
    condition = list(_texts(command.condition))
    return condition in (["true"], [":"]) and not _LEAVING.intersection(_texts(command.body))


_LEAVING = frozenset(("break", "exit", "return", "exec", "kill"))


def _texts(node: object) -> Iterator[str]:
    """All literal texts in a tree."""
    if isinstance(node, Text):
        yield node.text
    elif isinstance(node, tuple):
        for part in node:
            yield from _texts(part)


class _Rounds:
    """Watches the rounds of a loop; after one that changes nothing, all later ones do the same."""

    def __init__(self, machine: Machine, most: int) -> None:
        self._machine = machine
        self._most = most
        self._count = 0
        self._before: object = None
        self._start = 0

    def begin(self) -> None:
        self._count += 1
        if self._machine.shared.outside is None and self._machine.limit is None and self._count > self._most:
            raise RunsOn

    def end(self) -> None:
        """Go on to the next round, or to the next one that may differ."""
        machine = self._machine
        if machine.shared.outside is not None:
            return
        state = (
            dict(machine.variables),
            machine.files.version(),
            machine.shared.choices.until_turned,
            len(machine.jobs),
        )
        if state == self._before:
            self._skip(machine.clock - self._start)
        self._before, self._start = state, machine.clock

    def _skip(self, period: int) -> None:
        """Skip the rounds up to the instant at which a target can be reached, or output is to be shown."""
        machine = self._machine
        instants = [instant for instant in machine.shared.reached.values() if instant is not None]
        instants += machine.shared.answers.instants
        if any(self._start <= instant <= machine.clock for instant in instants):
            return
        ahead = min((instant for instant in instants if instant > machine.clock), default=None)
        if machine.limit is not None:
            shown = machine.limit - KEPT_ROUNDS * period
            ahead = shown if ahead is None else min(ahead, shown)
        elif ahead is None:
            raise RunsOn
        if period == 0:
            machine.advance(max(ahead - machine.clock, 1))
        else:
            machine.advance(max(0, ahead - machine.clock) // period * period)
