"""Loops, and how far they are followed."""

from __future__ import annotations

from kubesim.containers.evaluation.counting import only_prints
from kubesim.containers.evaluation.endings import LoopLeft, RunsOn, Status
from kubesim.containers.evaluation.expansion import arguments, compute
from kubesim.containers.shell.syntax import For, Loop, Text
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.containers.evaluation.repeating import Repetition
    from kubesim.containers.shell.syntax import CountingFor, Script

MOST_ROUNDS = 2000  # of one loop
MOST_ENDLESS_ROUNDS = 50  # of an endless loop: its later rounds do what its first ones did
_MOST_DIGITS = 16
KEPT_ROUNDS = 2000  # of a loop that repeats itself: the rounds that are printed of a long life
_UNTIL_SKIPPED = 5  # rounds after which those that can be skipped are


def condition_of(machine: Machine, script: Script) -> Status:
    """Walk a condition; its failure does not fail the script."""
    was_checked, machine.is_checked = machine.is_checked, True
    try:
        return machine.shared.evaluator.run_script(machine, script)
    finally:
        machine.is_checked = was_checked


def loop(machine: Machine, command: Loop | For | CountingFor) -> Status:
    """A loop ends by its condition, by ``break``, or never."""
    rounds = _Rounds(machine, MOST_ENDLESS_ROUNDS if _is_endless(machine, command) else MOST_ROUNDS, command)
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


class _State(NamedTuple):
    """What the rounds of a loop go by: where it is the same, they do the same."""

    variables: dict[str, Value]
    version: int
    shape: int
    until_turned: int
    jobs: int


class _Rounds:
    """Watches the rounds of a loop; after one that changes nothing, all later ones do the same.

    So do those of a loop that only counts, prints and adds to files: what it counts goes on by as much each round, and
    a file that it adds to is left with what the rounds add that are not skipped.
    """

    def __init__(self, machine: Machine, most: int, command: Loop | For | CountingFor) -> None:
        self._machine = machine
        self._most = most
        self._command = command
        self._count = 0
        self._before: _State | None = None
        self._steps: dict[str, int] | None = None
        self._start = 0
        self._repetition: Repetition | None = None

    def begin(self) -> None:
        self._count += 1
        if self._machine.shared.outside is None and self._machine.limit is None and self._count > self._most:
            raise RunsOn

    def end(self) -> None:
        """Go on to the next round, or to the next one that may differ."""
        machine = self._machine
        if machine.shared.outside is not None:
            return
        kept = self._kept()
        state = _State(
            dict(machine.variables),
            machine.files.version(),
            machine.files.shape,
            machine.shared.choices.until_turned,
            len(machine.jobs),
        )
        before, period = self._before, machine.clock - self._start
        if before is not None and state == before:
            self._skip(period, kept)
        elif before is not None and machine.limit is not None and state[2:] == before[2:]:
            self._count_on(before.variables, period, kept)
        if kept > KEPT_ROUNDS and self._is_to_go_on(period * kept):
            self._go_on()
        if self._repetition is not None:
            self._repetition.note()
        self._before, self._start = state, machine.clock

    def _is_to_go_on(self, followed: int) -> bool:
        """Whether rounds are to be worked out: not before it is known whether those of a long life can be skipped."""
        limit = self._machine.limit
        return limit is not None and (limit - self._machine.clock <= followed or self._count > _UNTIL_SKIPPED)

    def _go_on(self) -> None:
        limit, now = self._machine.limit, self._machine.clock
        if self._repetition is not None and limit is not None:
            self._repetition.go_on(min([*(one for one in self._instants() if one > now), limit]))

    def _kept(self) -> int:
        """How many rounds are worked out of a long life: more where they are compiled."""
        if self._machine.limit is None or not isinstance(self._command, Loop):
            return KEPT_ROUNDS
        from kubesim.containers.evaluation.repeating import MOST_FOLLOWED, Repetition

        if self._repetition is None:
            self._repetition = Repetition(self._machine, self._command)
            return KEPT_ROUNDS
        return MOST_FOLLOWED if self._repetition.agrees() else KEPT_ROUNDS

    def _instants(self) -> list[int]:
        """When what a loop finds out may change."""
        instants = [instant for instant in self._machine.shared.reached.values() if instant is not None]
        return instants + self._machine.shared.answers.instants

    def _count_on(self, before: Mapping[str, Value], period: int, kept: int) -> None:
        """Skip rounds of a loop that counts, if it goes on as in the last two rounds."""
        steps, last = _steps(before, self._machine.variables), self._steps
        self._steps = steps
        if steps is None or steps != last or period <= 0 or not only_prints(self._command, steps):
            return
        rounds = self._skip(period, kept)
        if not rounds:
            return
        for name, step in steps.items():
            self._machine.assign(name, str(int(self._machine.variable(name) or 0) + rounds * step))
        self._machine.files.shorten(self._machine.clock)
        self._steps = None

    def _skip(self, period: int, kept: int) -> int:
        """Skip the rounds up to the instant at which a target can be reached, or output is to be shown; how many."""
        machine, begun = self._machine, self._machine.clock
        instants = self._instants()
        if any(self._start <= instant <= machine.clock for instant in instants):
            return 0
        ahead = min((instant for instant in instants if instant > machine.clock), default=None)
        if machine.limit is not None:
            shown = machine.limit - kept * period
            ahead = shown if ahead is None else min(ahead, shown)
        elif ahead is None:
            machine.shared.period = period
            raise RunsOn
        if period == 0:
            machine.advance(max(ahead - machine.clock, 1))
        else:
            machine.advance(max(0, ahead - machine.clock) // period * period)
        return (machine.clock - begun) // period if period else 0


def _steps(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, int] | None:
    """By how much each variable that counts went on in a round; None if another changed."""
    if before.keys() != after.keys():
        return None
    found: dict[str, int] = {}
    for name, text in after.items():
        old = before[name]
        if text == old:
            continue
        if not (_is_count(old) and _is_count(text)):
            return None
        found[name] = int(text or 0) - int(old or 0)
    return found


def _is_count(text: Value) -> bool:
    return text is not None and text.isdigit() and (text == "0" or text[0] != "0") and len(text) < _MOST_DIGITS
