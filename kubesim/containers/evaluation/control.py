"""The walk over a script's tree: lists, pipelines, conditions, loops, functions, redirections."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from shlex import join

from kubesim.containers.evaluation.builtins import DECLARING
from kubesim.containers.evaluation.conditions import conditional
from kubesim.containers.evaluation.expansion import arguments, compute, pattern, single
from kubesim.containers.evaluation.files import bounded
from kubesim.containers.evaluation.machine import LONGEST_JOB, Exited, Job, LoopLeft, Machine, OutOfTime, RunsOn, Status
from kubesim.containers.evaluation.redirections import redirect
from kubesim.containers.evaluation.streams import Record
from kubesim.containers.shell.syntax import (
    ArithmeticCommand,
    Case,
    Conditional,
    CountingFor,
    For,
    Function,
    Group,
    If,
    Loop,
    Redirected,
    Simple,
    Text,
    Word,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.shell.syntax import AndOr, Command, Compound, Pipeline, Script

MOST_ROUNDS = 2000  # of one loop
MOST_ENDLESS_ROUNDS = 50  # of an endless loop: its later rounds do what its first ones did
KEPT_ROUNDS = 2000  # of a loop that repeats itself: the rounds that are printed of a long life


def run_script(machine: Machine, script: Script, *, is_last: bool = False) -> Status:
    """Walk a script. ``is_last``: nothing is run behind it."""
    for index, steps in enumerate(script.lists):
        at_end = is_last and index == len(script.lists) - 1
        if steps.is_background:
            _start(machine, steps)
        else:
            machine.status = _and_or(machine, steps, is_last=at_end)
    return machine.status if script.lists else 0


def _start(machine: Machine, steps: AndOr) -> None:
    """Run something in the background: the script goes on at once."""
    child = machine.fork()
    child.input = Record()
    if machine.shared.outside is not None:
        child.is_ahead = True
        child.limit = machine.clock + LONGEST_JOB if machine.limit is None else machine.limit
    try:
        job = Job(child.clock, _and_or(child, steps, is_last=True))
    except Exited as exited:
        job = Job(child.clock, exited.status)
    except (RunsOn, OutOfTime):
        job = Job(None, 0)
    machine.jobs.append(job if job.end is None else Job(child.clock, job.status))
    machine.status = 0


def _and_or(machine: Machine, steps: AndOr, *, is_last: bool) -> Status:
    status: Status = 0
    was_checked = machine.is_checked
    for index, (operator, pipeline) in enumerate(steps.steps):
        if operator and machine.holds(status) != (operator == "&&"):
            continue
        rest = steps.steps[index + 1 :]
        machine.is_checked = was_checked or bool(rest) or pipeline.is_negated
        at_end = is_last and all(following == "||" for following, _ in rest)
        try:
            status = machine.status = _pipeline(machine, pipeline, is_last=at_end)
        finally:
            machine.is_checked = was_checked
        if status and "e" in machine.options and not (was_checked or rest or pipeline.is_negated):
            raise Exited(status)
    return status


def _pipeline(machine: Machine, pipeline: Pipeline, *, is_last: bool) -> Status:
    if len(pipeline.commands) == 1:
        status = _command(machine, pipeline.commands[0], is_last=is_last and not pipeline.is_negated)
    else:
        status = _connected(machine, pipeline.commands, is_last=is_last)
    if not pipeline.is_negated:
        return status
    return None if status is None else int(status == 0)


def _connected(machine: Machine, commands: tuple[Command, ...], *, is_last: bool) -> Status:
    """A pipeline: each command reads the output of the one before; all start together."""
    start = end = machine.clock
    read = machine.input
    statuses: list[Status] = []
    goes_on = False
    for index, command in enumerate(commands):
        child = machine.fork()
        child.clock, child.input = start, read
        if index < len(commands) - 1:
            read = Record()
            child.streams[1] = read
        try:
            statuses.append(_command(child, command, is_last=is_last))
        except Exited as exited:
            statuses.append(exited.status)
        except RunsOn:
            goes_on = True
            statuses.append(0)
        end = max(end, child.clock)
    machine.advance(end - start)
    if goes_on:
        raise RunsOn
    failures = [status for status in statuses if status]
    return failures[-1] if "pipefail" in machine.options and failures else statuses[-1]


# commands


def _command(machine: Machine, command: Command, *, is_last: bool) -> Status:
    machine.step()
    if isinstance(command, Function):
        machine.functions[command.name] = command.body
        return 0
    if isinstance(command, Simple):
        return _simple(machine, command, is_last=is_last)
    return run_redirected(machine, command, is_last=is_last)


def run_redirected(machine: Machine, command: Redirected, *, is_last: bool = False) -> Status:
    """A compound command with its redirections."""
    if not command.redirections:
        return _compound(machine, command.command, is_last=is_last)
    streams, read = machine.streams, machine.input
    machine.streams = dict(streams)
    try:
        status = redirect(machine, command.redirections)
        return status if status else _compound(machine, command.command, is_last=is_last)
    finally:
        machine.streams, machine.input = streams, read


def _simple(machine: Machine, command: Simple, *, is_last: bool) -> Status:
    if command.words and command.words[0].literal in DECLARING:
        command = _declared(machine, command)
    argv = arguments(machine, command.words)
    given = [(a.name, single(machine, a.value), a.appends) for a in command.assignments]
    values = {name: _appended(machine, name, value) if appends else value for name, value, appends in given}
    if not argv:
        machine.variables.update(values)
        substituted = any(not isinstance(part, str) for a in command.assignments for part in a.value.parts)
        return redirect(machine, command.redirections) or (machine.status if substituted and values else 0)
    if argv[0] == "exec" and len(argv) == 1:
        return redirect(machine, command.redirections)
    if "x" in machine.options:
        machine.write(_traced(argv), 2)
    before = {name: machine.variables.get(name, _UNSET) for name in values}
    streams, read = machine.streams, machine.input
    machine.streams = dict(streams)
    machine.variables.update(values)
    try:
        return redirect(machine, command.redirections) or machine.shared.evaluator.run_command(
            machine, argv, is_last=is_last
        )
    finally:
        machine.streams, machine.input = streams, read
        _restore(machine, before)


_DECLARATION = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


def _declared(machine: Machine, command: Simple) -> Simple:
    """Assign the values given to ``export`` and its like; the command without them."""
    left = [command.words[0]]
    for word in command.words[1:]:
        first = word.parts[0] if word.parts else None
        found = _DECLARATION.match(first.text) if isinstance(first, Text) and not first.is_quoted else None
        if found is None:
            left.append(word)
        else:
            machine.variables[found[1]] = single(machine, Word((Text(found[2]), *word.parts[1:])))
    return command._replace(words=tuple(left))


def _traced(argv: list[Value]) -> Value:
    """A command as ``set -x`` prints it."""
    return None if None in argv else f"+ {join(word or '' for word in argv)}\n"


_UNSET = object()


def _appended(machine: Machine, name: str, value: Value) -> Value:
    before = machine.variable(name)
    return None if before is None or value is None else bounded(before + value)


def _restore(machine: Machine, before: dict[str, object]) -> None:
    for name, value in before.items():
        if value is _UNSET:
            machine.variables.pop(name, None)
        else:
            machine.variables[name] = value  # type: ignore[assignment]


# compound commands


def _compound(machine: Machine, command: Compound, *, is_last: bool) -> Status:
    if isinstance(command, Group):
        return _group(machine, command, is_last=is_last)
    if isinstance(command, If):
        return _if(machine, command, is_last=is_last)
    if isinstance(command, Case):
        return _case(machine, command, is_last=is_last)
    if isinstance(command, Conditional):
        return conditional(machine, command.words)
    if isinstance(command, ArithmeticCommand):
        value = compute(machine, command.expression)
        return None if value is None else int(value == 0)
    return _loop(machine, command)


def _group(machine: Machine, command: Group, *, is_last: bool) -> Status:
    if not command.is_subshell:
        return run_script(machine, command.body, is_last=is_last)
    child = machine.fork()
    try:
        status = run_script(child, command.body, is_last=is_last)
    except Exited as exited:
        status = exited.status
    machine.clock = child.clock
    return status


def condition_of(machine: Machine, script: Script) -> Status:
    """Walk a condition; its failure does not fail the script."""
    was_checked, machine.is_checked = machine.is_checked, True
    try:
        return run_script(machine, script)
    finally:
        machine.is_checked = was_checked


def _if(machine: Machine, command: If, *, is_last: bool) -> Status:
    for condition, body in command.branches:
        if machine.holds(condition_of(machine, condition)):
            return run_script(machine, body, is_last=is_last)
    return 0 if command.otherwise is None else run_script(machine, command.otherwise, is_last=is_last)


def _case(machine: Machine, command: Case, *, is_last: bool) -> Status:
    word = single(machine, command.word)
    for arm in command.arms:
        patterns = [pattern(machine, one) for one in arm.patterns]
        known = [one for one in patterns if one is not None]
        if word is not None and any(fnmatchcase(word, one) for one in known):
            return run_script(machine, arm.body, is_last=is_last)
        if (word is None or len(known) < len(patterns)) and "*" not in known and machine.holds(None):
            return run_script(machine, arm.body, is_last=is_last)
    return 0


# loops


def _loop(machine: Machine, command: Loop | For | CountingFor) -> Status:
    """A loop ends by its condition, by ``break``, or never."""
    rounds = _Rounds(machine, MOST_ENDLESS_ROUNDS if _is_endless(machine, command) else MOST_ROUNDS)
    machine.status = 0
    status: Status = 0
    for _ in _turns(machine, command):
        rounds.begin()
        try:
            status = run_script(machine, command.body)
        except LoopLeft as left:
            if left.levels > 1:
                raise LoopLeft(left.levels - 1, continues=left.continues) from None
            if not left.continues:
                return 0
        rounds.end()
    return status


def _turns(machine: Machine, command: Loop | For | CountingFor) -> Iterable[None]:
    if isinstance(command, Loop):
        while machine.holds(condition_of(machine, command.condition), command.is_until) != command.is_until:
            yield
    elif isinstance(command, For):
        values = machine.positional if command.words is None else arguments(machine, command.words)
        for value in list(values):
            machine.variables[command.name] = value
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
