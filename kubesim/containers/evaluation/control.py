"""The walk over a script's tree: lists, pipelines, conditions, loops, functions, redirections."""

from __future__ import annotations

import re
from contextlib import suppress

from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.conditions import conditional
from kubesim.containers.evaluation.endings import Exited, Failed, LoopLeft, OutOfTime, ReadOnly, RunsOn, Status
from kubesim.containers.evaluation.expansion import arguments, array, compute, pattern, single
from kubesim.containers.evaluation.files import bounded
from kubesim.containers.evaluation.loops import condition_of, loop
from kubesim.containers.evaluation.machine import LONGEST_JOB, Job, Machine
from kubesim.containers.evaluation.patterns import matches
from kubesim.containers.evaluation.redirections import redirect
from kubesim.containers.evaluation.streaming import Filter, PipeClosed, chain, filters_of
from kubesim.containers.evaluation.streams import Record, Terminal
from kubesim.containers.evaluation.tracing import trace
from kubesim.containers.evaluation.variables import DECLARING, assign_declared, declare_array
from kubesim.containers.shell.parser import parse
from kubesim.containers.shell.syntax import (
    ArithmeticCommand,
    Array,
    Assignment,
    Case,
    Conditional,
    Function,
    Group,
    If,
    Redirected,
    ShellSyntaxError,
    Simple,
    Text,
    Word,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.shell.syntax import AndOr, Command, Compound, Pipeline, Script


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
    machine.shared.processes += 1
    pid = machine.shared.processes
    child.traps, child.job, child.loops = {}, pid, 0
    child.input = Record()
    if machine.shared.outside is not None:
        child.is_ahead = True
        child.limit = machine.clock + LONGEST_JOB if machine.limit is None else machine.limit
        child.streams = {
            number: stream.of_job(pid) if isinstance(stream, Terminal) else stream
            for number, stream in child.streams.items()
        }
    try:
        job = Job(child.clock, _and_or(child, steps, is_last=True))
    except Exited as exited:
        job = Job(child.clock, exited.status)
    except LoopLeft:
        job = Job(child.clock, 0)
    except (RunsOn, OutOfTime):
        job = Job(None, 0)
    machine.jobs.append(Job(None if job.end is None else child.clock, job.status, pid))
    machine.latest_job = pid
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
    filters = filters_of(machine, commands)
    if filters is not None:
        return _streamed(machine, commands[0], chain(machine, filters))
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
        child.traps, child.loops = {}, 0
        try:
            statuses.append(_command(child, command, is_last=is_last))
        except Exited as exited:
            statuses.append(exited.status)
        except LoopLeft:
            statuses.append(0)
        except RunsOn:
            goes_on = True
            statuses.append(0)
        end = max(end, child.clock)
    machine.advance(end - start)
    if goes_on:
        raise RunsOn
    failures = [status for status in statuses if status]
    return failures[-1] if "pipefail" in machine.options and failures else statuses[-1]


def _streamed(machine: Machine, command: Command, filters: list[Filter]) -> Status:
    """A pipeline through which lines go one by one."""
    child = machine.fork()
    child.traps, child.loops = {}, 0
    child.streams[1] = filters[0]
    try:
        _command(child, command, is_last=False)
    except (Exited, LoopLeft):
        pass
    except PipeClosed:
        machine.clock = max(machine.clock, child.clock)
        return filters[-1].status
    machine.clock = max(machine.clock, child.clock)
    with suppress(PipeClosed):
        filters[0].close(machine.clock)
    return filters[-1].status


# commands


def _command(machine: Machine, command: Command, *, is_last: bool) -> Status:
    machine.step()
    try:
        return _walked(machine, command, is_last=is_last)
    except ReadOnly as refused:
        name = refused.name
        complain(machine, f"{name}: readonly variable" if machine.shell == "bash" else f"{name}: is read only")
        raise Failed(1 if machine.shell == "bash" else 2) from None


def _walked(machine: Machine, command: Command, *, is_last: bool) -> Status:
    if "n" in machine.options:
        return 0
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
    if command.line:
        machine.line = machine.first_line + command.line - 1
    machine.substituted = 0
    if command.words and command.words[0].literal in DECLARING:
        command = _declared(machine, command)
    argv = arguments(machine, command.words)
    if machine.aliases and argv and command.words[0].literal in machine.aliases:
        return _aliased(machine, command, argv, is_last=is_last)
    if not argv:
        return _assigned(machine, command)
    values = _values(machine, command.assignments)
    if "x" in machine.options:
        trace(machine, values, argv)
    if argv[0] == "exec" and len(argv) == 1:
        return _refused(machine, argv, redirect(machine, command.redirections))
    return _run(machine, command, argv, values, is_last=is_last)


def _run(machine: Machine, command: Simple, argv: list[Value], values: dict[str, Value], *, is_last: bool) -> Status:
    """A command with its redirections, and variables that are its own."""
    before = {name: machine.variables.get(name, _UNSET) for name in values}
    exported = set(machine.exported)
    streams, read = machine.streams, machine.input
    machine.streams = dict(streams)
    stays = argv[0] in _SPECIAL and machine.shell != "bash"
    try:
        status = redirect(machine, command.redirections)
        if status:
            return _refused(machine, argv, status)
        for name, value in values.items():
            machine.assign(name, value)
            machine.exported.add(name)
        return machine.shared.evaluator.run_command(machine, argv, is_last=is_last)
    finally:
        machine.streams, machine.input = streams, read
        if not stays:
            _restore(machine, before)
            if values:
                machine.exported = exported


_SPECIAL = frozenset(
    (":", ".", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times",
     "trap", "unset")
)  # fmt: skip


def _refused(machine: Machine, argv: list[Value], status: Status) -> Status:
    """A redirection that fails ends the shell if it is one of a special command of its own (XCU 2.8.1)."""
    if status and argv[0] in _SPECIAL and machine.shell != "bash" and machine.shared.outside is not None:
        raise Failed(status)
    return status


def _values(machine: Machine, assignments: Iterable[Assignment]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for assignment in assignments:
        value = single(machine, assignment.value, is_value=True)
        values[assignment.name] = _appended(machine, assignment.name, value) if assignment.appends else value
    return values


def _assigned(machine: Machine, command: Simple) -> Status:
    """Assignments alone: each can use the ones before; the status is that of the latest substitution."""
    values: dict[str, Value] = {}
    for assignment in command.assignments:
        if array(machine, assignment):
            continue
        made = _values(machine, (assignment,))
        for name, value in made.items():
            machine.assign(name, value)
        values |= made
    if values and "x" in machine.options:
        trace(machine, values, [])
    streams = machine.streams
    machine.streams = dict(streams)
    try:
        return redirect(machine, command.redirections) or machine.substituted
    finally:
        machine.streams = streams


def _aliased(machine: Machine, command: Simple, argv: list[Value], *, is_last: bool) -> Status:
    """A command whose first word is an alias for others."""
    name = argv[0] or ""
    text = machine.aliases.pop(name)
    try:
        first = parse(text, machine.shell).lists[0].steps[0][1].commands[0]
        if not isinstance(first, Simple):
            return machine.shared.evaluator.run_text(machine, text, is_last=is_last)
        return _simple(machine, command._replace(words=(*first.words, *command.words[1:])), is_last=is_last)
    except (ShellSyntaxError, IndexError):
        return None
    finally:
        machine.aliases.setdefault(name, text)


_DECLARATION = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


def _declared(machine: Machine, command: Simple) -> Simple:
    """Assign the values given to ``export`` and its like; the command with the names alone."""
    kind = command.words[0].literal or ""
    left = [command.words[0]]
    for word in command.words[1:]:
        first = word.parts[0] if word.parts else None
        if len(word.parts) == 2 and isinstance(word.parts[1], Array) and isinstance(first, Text):
            name = first.text[:-1]
            _declare_list(machine, kind, any("A" in (flag.literal or "") for flag in left[1:]), name, word)
            left.append(Word((Text(name.removesuffix("+"), True),)))
            continue
        found = _DECLARATION.match(first.text) if isinstance(first, Text) and not first.is_quoted else None
        if found is None or (kind == "local" and not machine.hidden):
            left.append(word)
        else:
            value = single(machine, Word((Text(found[2]), *word.parts[1:])), is_value=True)
            if value is not None:
                left.append(Word((Text(f"{found[1]}={value}", True),)))
                continue
            assign_declared(machine, found[1], value, kind)
            if kind in ("export", "readonly"):
                left.append(Word((Text(found[1], True),)))
    machine.substituted = 0
    return command._replace(words=tuple(left))


def _declare_list(machine: Machine, kind: str, is_keyed: bool, name: str, word: Word) -> None:
    """``declare -A name=([key]=value)``, and its like; ``name+=`` adds to an array."""
    bare = name.removesuffix("+")
    declare_array(machine, bare, kind, is_keyed=is_keyed)
    array(machine, Assignment(bare, Word(word.parts[1:]), name != bare))


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
    return loop(machine, command)


def _group(machine: Machine, command: Group, *, is_last: bool) -> Status:
    if not command.is_subshell:
        return run_script(machine, command.body, is_last=is_last)
    child = machine.fork()
    child.traps, child.loops = {name: handler for name, handler in machine.traps.items() if handler == ""}, 0
    try:
        status = run_script(child, command.body, is_last=is_last)
    except Exited as exited:
        status = exited.status
    status = machine.shared.evaluator.end(child, status)
    machine.clock = child.clock
    return status


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
        if word is not None and any(matches(one, word) for one in known):
            return run_script(machine, arm.body, is_last=is_last)
        if (word is None or len(known) < len(patterns)) and "*" not in known and machine.holds(None):
            return run_script(machine, arm.body, is_last=is_last)
    return 0
