"""The course of a program: its end and exit code, its output, its changes to files, and its connections."""

from __future__ import annotations

from kubesim.containers import plausible
from kubesim.containers.evaluation.builtins import BUILTINS
from kubesim.containers.evaluation.control import run_script
from kubesim.containers.evaluation.endings import Exited, LoopLeft, OutOfMemory, OutOfTime, RunsOn, Status, Stopped
from kubesim.containers.evaluation.files import Files, Value
from kubesim.containers.evaluation.finding import is_there
from kubesim.containers.evaluation.machine import MOST_STEPS, Evaluator, Machine, Shared
from kubesim.containers.evaluation.programs import run, run_program
from kubesim.containers.evaluation.setting import Setting, first_files
from kubesim.containers.evaluation.shells import at_exit, evaluate_text
from kubesim.containers.evaluation.targets import Aim
from kubesim.containers.plausible import Choices
from kubesim.containers.shell.parser import parse
from kubesim.containers.shell.syntax import ShellSyntaxError
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

Argv = tuple[Value, ...]

KILLED = 128 + 9  # the exit code after SIGKILL

EVALUATOR = Evaluator(run_script, run, run_program, evaluate_text, at_exit)

# A shell's own commands that count as a container's command too.
_COMMANDS = frozenset(("exit", "echo", "printf", "test", "[", ":"))


class Course(NamedTuple):
    """What a program comes to.

    ``length`` (ms; None: it runs on) and ``exit_code``; ``missing``: the program that is not there, so that nothing
    starts.  ``tried``: what it tries to reach, each with the instant at which that first succeeded, if it did.
    ``log``: what it prints, each text with its instant, None for text that is not known.  ``on_signal``: its
    exit code after SIGTERM, if it handles that.  ``turned``: which of its ``choices``, the conditions that could not
    be known, was taken the other way.  ``steps`` are the commands that were walked.
    ``is_out_of_memory``: the kernel ends it.  ``asked``: the commands of clients whose answers matter, each with the
    instant at which it is run last, None if it is run on and on.  ``awaits_input``: it runs on because nobody types
    what it reads.  ``period`` (ms): how long a round takes of the loop in which it runs on, if all are alike.
    """

    length: int | None
    exit_code: int
    files: Files
    log: tuple[tuple[int, Value], ...] = ()
    tried: tuple[tuple[Aim, int | None], ...] = ()
    missing: str | None = None
    on_signal: int | None = None
    turned: int | None = None
    choices: int = 0
    steps: int = 0
    is_out_of_memory: bool = False
    asked: tuple[tuple[str, int | None], ...] = ()
    awaits_input: bool = False
    period: int | None = None


@lru_cache(maxsize=512)
def course_of(argv: Argv, setting: Setting) -> Course:
    """The most plausible course of a container's program."""
    machine = _machine(setting, None)
    first = argv[0] if argv else None
    if first is not None and first not in _COMMANDS and not is_there(machine, first):
        return Course(0, 128, machine.files, missing=first)
    best = _walked(argv, setting, None)
    rank = plausible.rank(setting.purpose, best.length, best.exit_code)
    steps = best.steps
    for turned in reversed(range(best.choices)[-plausible.MOST_TRIES :]):
        if not rank or steps > MOST_STEPS:
            break
        other = _walked(argv, setting, turned)
        steps += other.steps
        found = plausible.rank(setting.purpose, other.length, other.exit_code)
        if found < rank:
            best, rank = other, found
    return best


def _machine(setting: Setting, turned: int | None) -> Machine:
    return Machine(Shared(EVALUATOR, setting, Choices(*_turns(turned))))


def _turns(turned: int | None) -> tuple[int, ...]:
    return () if turned is None else (turned,)


def _walked(argv: Argv, setting: Setting, turned: int | None) -> Course:
    machine = _machine(setting, turned)
    length, code = _end_of(machine, argv)
    shared = machine.shared
    return Course(
        length,
        code,
        shared.files,
        tuple(sorted(shared.log.entries, key=lambda entry: entry[0])),
        tuple(shared.tried.items()),
        on_signal=_on_signal(machine),
        turned=turned,
        choices=shared.choices.made,
        is_out_of_memory=shared.is_out_of_memory,
        steps=shared.steps,
        asked=tuple(
            (command, None if length is None and count > 1 else last)
            for command, (last, count) in shared.answers.asked.items()
        ),
        awaits_input=shared.awaits_input,
        period=shared.period if length is None else None,
    )


def _end_of(machine: Machine, argv: Argv) -> tuple[int | None, int]:
    """When a program ends (ms; None: not within the walk), and its exit code."""
    try:
        status = _run(machine, list(argv))
    except Exited as exited:
        status = exited.status
    except LoopLeft:
        status = 0
    except (RunsOn, OutOfTime, RecursionError):
        if machine.shared.is_cut_short:
            machine.shared.log.write(machine.clock, None)  # what it prints behind that
        return None, 0
    except OutOfMemory as killed:
        machine.shared.is_out_of_memory = True
        return killed.instant, KILLED
    return machine.clock, status or 0


def _run(machine: Machine, argv: list[Value]) -> Status:
    if not argv:
        return 0
    name = argv[0]
    if name in _COMMANDS:
        return BUILTINS[name](machine, argv)
    return run(machine, argv, is_last=True) if name is None else run_program(machine, argv, is_last=True)


def _on_signal(machine: Machine) -> int | None:
    """The exit code of the handler of SIGTERM."""
    handler = machine.shared.handler
    if not handler:
        return None
    child = machine.fork()
    child.limit = None
    try:
        run_script(child, parse(handler))
    except Exited as exited:
        return exited.status or 0
    except (Stopped, ShellSyntaxError):
        return None
    return None


def files_until(argv: Argv, setting: Setting) -> Files:
    """The files of a program with what it changes of them up to the setting's horizon; they keep a record of that."""
    turned = course_of(argv, setting._replace(horizon=None, epoch=None)).turned
    shared = Shared(EVALUATOR, setting, Choices(*_turns(turned)), first_files(setting).copy())
    _end_of(Machine(shared), argv)
    return shared.files


class Answer(NamedTuple):
    """What a command comes to that is run in a container: when it ends (ms; None: never), with what, what it prints.

    ``missing`` is the program that is not there.
    """

    length: int | None
    exit_code: int
    output: str = ""
    missing: str | None = None


class Beside(NamedTuple):
    """What says which files there are for a command that is run in a container: its program, and the hook behind its
    start. A program that is empty is the image's own.
    """

    main: Argv
    setting: Setting
    hook: Argv = ()


def files_beside(setting: Setting, beside: Beside, at: int) -> Files:
    """The files that a command finds at an instant (ms), with what the container's program changes of them later."""
    if beside.main:
        is_forecast = beside.setting.horizon is None
        files = course_of(beside.main, beside.setting).files if is_forecast else files_until(*beside[:2])
        files = files.copy()
    else:
        files = first_files(setting)
        files.opaque_since = 0 if setting.tools is None or setting.has_others else None
    if beside.hook and at > 0:
        _end_of(Machine(Shared(EVALUATOR, setting, Choices(), files)), beside.hook)
    return files


@lru_cache(maxsize=2048)
def answer_of(argv: Argv, setting: Setting, beside: Beside, at: int) -> Answer:
    """The answer of a command that is run in a container at an instant (ms) of its life."""
    files = files_beside(setting, beside, at)
    first = argv[0] if argv else None
    if first is not None and first not in _COMMANDS and not is_there(_machine(setting, None), first):
        return Answer(0, 126, missing=first)
    best, made = _asked(argv, setting, files, at)
    turns: tuple[int, ...] = ()
    while best.exit_code and len(turns) < plausible.MOST_TURNS:
        furthest, most = turns, made
        for turned in range(turns[-1] + 1 if turns else 0, min(made, plausible.MOST_TRIES)):
            other, reached = _asked(argv, setting, files, at, *turns, turned)
            if not other.exit_code:
                return other
            if reached > most:
                furthest, most = (*turns, turned), reached
        if furthest == turns:
            break
        turns, made = furthest, most
    return best


def _asked(argv: Argv, setting: Setting, files: Files, at: int, *turned: int) -> tuple[Answer, int]:
    """One answer, and how many conditions could not be known."""
    shared = Shared(EVALUATOR, setting, Choices(*turned), files.copy())
    machine = Machine(shared)
    machine.clock = at
    end, code = _end_of(machine, argv)
    output = "".join(text or "" for _, text in shared.log.entries)
    return Answer(None if end is None else end - at, code, output), shared.choices.made


def printed(argv: Argv, setting: Setting, turned: int | None) -> tuple[tuple[int, Value], ...]:
    """What a program prints up to the setting's horizon: texts with their instants, None for what is not known."""
    return _walked(argv, setting, turned).log
