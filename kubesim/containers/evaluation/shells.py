"""Shells and functions: scripts from command lines, files and input; ``eval``, ``.``, ``exec``."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.complaints import complain, say_unparsable
from kubesim.containers.evaluation.control import run_redirected, run_script
from kubesim.containers.evaluation.endings import Exited, Failed, Killed, Returned, RunsOn, Status, TooLong
from kubesim.containers.evaluation.finding import is_there
from kubesim.containers.evaluation.found import FileError
from kubesim.containers.evaluation.interactive import Interactive
from kubesim.containers.evaluation.machine import MOST_DEPTH, Machine
from kubesim.containers.evaluation.streams import Typed
from kubesim.containers.evaluation.tools.call import run_on
from kubesim.containers.evaluation.unknown import run_unknown
from kubesim.containers.evaluation.variables import option_of
from kubesim.containers.shell.parser import parse
from kubesim.containers.shell.syntax import ShellSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.files import Value

NOT_FOUND = 127


def call(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    before, loops, machine.positional, machine.loops = machine.positional, machine.loops, argv[1:], 0
    machine.hidden.append({})
    _descend(machine)
    try:
        return run_redirected(machine, machine.functions[argv[0] or ""], is_last=is_last)
    except Returned as returned:
        return returned.status
    finally:
        machine.depth -= 1
        machine.positional, machine.loops = before, loops
        for name, (value, was_set, array) in machine.hidden.pop().items():
            machine.arrays.pop(name, None)
            if array is not None:
                machine.arrays[name] = array
            if was_set:
                machine.variables[name] = value
                machine.removed.discard(name)
            else:
                machine.variables.pop(name, None)


def _descend(machine: Machine) -> None:
    """Begin a function or a script within another one; TooLong: too deep."""
    machine.depth += 1
    if machine.depth > MOST_DEPTH:
        machine.depth = 0
        if machine.shared.outside is None:
            raise RunsOn
        raise TooLong(f"functions and scripts that are more than {MOST_DEPTH} deep")


def run_shell(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    """Run a shell with the script from its command line or from a file."""
    is_applet = (argv[0] or "").endswith("busybox")
    if is_applet and argv[1:2] not in ([], ["sh"], ["ash"]):
        return machine.shared.evaluator.run_command(machine, argv[1:], is_last=is_last)
    words = argv[2:] if is_applet else argv[1:]
    name = (argv[1] if is_applet and len(argv) > 1 else argv[0]) or "sh"
    child = machine.own_shell(name.rpartition("/")[2])
    child.name, child.depth = name, machine.depth
    child.shells = (*machine.shells, (child.shell_pid, " ".join(word or "" for word in argv)))
    if child.shell == "bash":
        child.options |= {"h", "B"}
    _descend(child)
    try:
        return _run_with(machine, child, words, is_last=is_last)
    finally:
        machine.clock = max(machine.clock, child.clock)


def _run_with(machine: Machine, child: Machine, words: list[Value], *, is_last: bool) -> Status:
    """Run a shell by the words behind its name."""
    is_given = reads_input = False
    while words and words[0] is not None and re.fullmatch(r"[-+]\w+|--[\w-]*|-", words[0]):
        option = words.pop(0) or ""
        if option in ("--", "-"):
            break
        if option.startswith("--"):
            continue
        if "o" in option and words:
            child.options.add(option_of(words.pop(0) or "") or "")
        child.options |= set(option[1:]) & set("aefnuvxC")
        is_given = is_given or "c" in option
        child.options |= {"c"} & set(option)
        reads_input = reads_input or "s" in option
        child.is_interactive = child.is_interactive or "i" in option
    if is_given:
        return _run_given(machine, child, words, is_last=is_last)
    if reads_input or not words:
        child.positional = words
        return _run_input(machine, child, is_last=is_last)
    return _run_file(machine, child, words, is_last=is_last)


def _run_file(machine: Machine, child: Machine, words: list[Value], *, is_last: bool) -> Status:
    name = words[0]
    try:
        script = None if name is None else machine.files.read(machine.path(name), machine.clock)
    except FileError as error:
        complaints = {
            "dash": f"{child.name}: 0: cannot open {name}: No such file\n",
            "bash": f"{child.name}: {name}: {error}\n",
        }
        machine.write(complaints.get(child.shell, f"{child.name}: can't open '{name}': {error}\n"), 2)
        return {"dash": 2, "bash": NOT_FOUND}.get(child.shell, 2)
    if script is None:
        return run_unknown(machine, words, is_last=is_last)
    child.is_in_file = True
    return run_text(child, script, words, is_last=is_last)


def _run_given(machine: Machine, child: Machine, words: list[Value], *, is_last: bool) -> Status:
    if not words and machine.shared.outside is not None:
        complain(child, "-c requires an argument")
        return 2
    if not words or words[0] is None:
        return run_unknown(machine, words or [None], is_last=is_last)
    return run_text(child, words[0], words[1:] or [child.name], is_last=is_last)


def _run_input(machine: Machine, child: Machine, *, is_last: bool) -> Status:
    """Run a shell without a script: it reads its input, which is empty unless the pod holds it open."""
    if machine.shared.outside is not None:
        child.is_interactive |= machine.shared.outside.is_terminal and isinstance(machine.input, Typed)
        return _read_commands(child)
    text = machine.input.text()
    if text:
        return run_text(child, text, [child.name, *child.positional], is_last=is_last)
    return run_on(machine) if machine.shared.setting.reads_input else 0


def _read_commands(machine: Machine) -> Status:
    """Run what a shell reads from its input, line by line, so that its commands can read the lines behind."""
    try:
        status = Interactive(machine).run()
    except Exited as exited:
        status = exited.status
    return at_exit(machine, status)


def run_text(machine: Machine, text: str, words: list[Value], *, is_last: bool) -> Status:
    """Walk a script in a shell of its own, by its text, name and arguments."""
    machine.name, machine.positional = words[0], words[1:]
    try:
        status = evaluate_text(machine, text, is_last=is_last)
    except Returned as returned:
        status = returned.status
    except Exited as exited:
        status = exited.status
    except _Unparsed:
        return run_unknown(machine, [None], is_last=is_last)
    return at_exit(machine, status)


class _Unparsed(Exception):  # noqa: N818 - a forecast does without
    """A script that cannot be read, in a forecast: it may be this grammar that lacks something."""


def evaluate_text(machine: Machine, text: str, *, is_last: bool = False) -> Status:
    """Walk a text in this shell. Exited: it is no script, which the shell says."""
    try:
        script = parse(text, machine.shell)
    except RecursionError:
        if machine.shared.outside is None:
            raise _Unparsed from None
        raise TooLong("a script that is nested so deep") from None
    except ShellSyntaxError as error:
        if machine.shared.outside is None:
            raise _Unparsed from None
        run_script(machine, error.begun)
        error.line += machine.first_line - 1
        say_unparsable(machine, error)
        raise Failed(2) from None
    return run_script(machine, script, is_last=is_last)


def at_exit(machine: Machine, status: Status) -> Status:
    """Run a shell's handler of EXIT, if it has one; the shell's status."""
    handler = machine.traps.pop("EXIT", None)
    if not handler:
        return status
    machine.status = status
    try:
        evaluate_text(machine, handler)
    except _Unparsed:
        return status
    except Exited as exited:
        return exited.status
    return status


def execute(machine: Machine, argv: list[Value], is_last: bool) -> Status:  # noqa: ARG001
    words = argv[3:] if argv[1:2] == ["-a"] else argv[1:]
    name = words[0] if words else None
    if machine.shared.outside is not None and name is not None:
        if not is_there(machine, name):
            complain(machine, f"{name}: not found", "exec")
            raise Exited(NOT_FOUND)
        raise Killed(machine.shared.evaluator.run_program(machine, words, is_last=True))
    raise Exited(machine.shared.evaluator.run_command(machine, words, is_last=True))


def evaluate(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    if None in argv:
        return None
    first, machine.first_line = machine.first_line, machine.line
    try:
        return evaluate_text(machine, " ".join(word or "" for word in argv[1:]), is_last=is_last)
    except _Unparsed:
        return None
    finally:
        machine.first_line = first


def source(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    path = argv[1] if len(argv) > 1 else None
    if path is None:
        return None
    try:
        text = machine.files.read(machine.path(path), machine.clock)
    except FileError as error:
        complaints = {"dash": f"cannot open {path}: No such file", "bash": f"{path}: {error}"}
        by = "" if machine.shell == "bash" else argv[0] or ""
        complain(machine, complaints.get(machine.shell, f"can't open '{path}': {error}"), by)
        if machine.shell == "bash" or machine.shared.outside is None:
            return 1
        raise Failed(2) from None
    if text is None:
        machine.shared.session.unknown = f"what is in {path}"
        return None
    before = machine.positional
    machine.positional = (argv[2:] if machine.shell != "dash" else []) or before
    was_sourced, machine.is_sourced = machine.is_sourced, True
    _descend(machine)
    try:
        return evaluate_text(machine, text, is_last=is_last)
    except _Unparsed:
        return None
    except Returned as returned:
        return returned.status
    finally:
        machine.depth -= 1
        machine.is_sourced = was_sourced
        machine.positional = before if argv[2:] else machine.positional
