"""Finds the program of a command and runs it: functions, built-ins, tools, shells, wrappers, clients, others."""

from __future__ import annotations

import re

from kubesim.containers import plausible
from kubesim.containers.evaluation import agnhost, stress
from kubesim.containers.evaluation.builtins import BUILTINS
from kubesim.containers.evaluation.complaints import complain, say_not_found
from kubesim.containers.evaluation.endings import OutOfTime, RunsOn
from kubesim.containers.evaluation.finding import SHELLS, alias, find, is_there, unalias
from kubesim.containers.evaluation.found import FILE, FOLDER
from kubesim.containers.evaluation.interpreters import INTERPRETERS, code_of, run_code
from kubesim.containers.evaluation.known_answers import is_refusal
from kubesim.containers.evaluation.known_words import say_known
from kubesim.containers.evaluation.network import is_of_network, listens, target_of
from kubesim.containers.evaluation.own_words import is_about_itself
from kubesim.containers.evaluation.replayed_client import answered, known_answer, leave_unknown
from kubesim.containers.evaluation.shells import NOT_FOUND, call, evaluate, execute, run_shell, run_text, source
from kubesim.containers.evaluation.tools import ENDLESS, is_tool, run_tool
from kubesim.containers.evaluation.tools.call import run_on
from kubesim.containers.evaluation.unknown import run_unknown
from kubesim.containers.evaluation.waiting import wait_for
from kubesim.containers.evaluation.wrappers import WRAPPERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.containers.evaluation.targets import Target

NOT_EXECUTABLE = 126


_CONTROLS: dict[str, Callable[[Machine, list[Value], bool], Status]] = {
    "exec": execute,
    "eval": evaluate,
    ".": source,
    "source": source,
    **dict.fromkeys(("command", "type", "builtin", "which"), find),
    "alias": alias,
    "unalias": unalias,
}


def run(machine: Machine, argv: list[Value], *, is_last: bool, is_function: bool = True) -> Status:
    """Run a command of a script; ``is_function``: it may be one of the script's own functions."""
    name = argv[0]
    if name is None:
        return run_unknown(machine, argv, is_last=is_last)
    if is_function and name in machine.functions:
        return call(machine, argv, is_last=is_last)
    if name in _CONTROLS:
        return _CONTROLS[name](machine, argv, is_last)
    if name in BUILTINS and not (name == "let" and machine.shell == "dash"):
        return BUILTINS[name](machine, argv)
    if not is_there(machine, name):
        say_not_found(machine, name)
        return NOT_FOUND
    if _is_forbidden(machine, name):
        return NOT_EXECUTABLE
    return run_program(machine, argv, is_last=is_last)


def run_program(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    """Run a program that is there; its name is known."""
    try:
        return _run(machine, argv, is_last=is_last)
    except (OutOfTime, RunsOn):
        if machine.shared.outside is None and not machine.is_ahead:
            machine.files.under_way = (*machine.files.under_way, (tuple(argv), is_last))
        raise


def _run(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    path = argv[0] or ""
    name = path.rpartition("/")[2]
    machine.shared.session.unknown = f"what {name} prints"
    if name in WRAPPERS:
        return WRAPPERS[name](machine, argv, is_last)
    if name in SHELLS:
        return run_shell(machine, argv, is_last=is_last)
    if name in ("true", "false", "echo", "printf", "test", "[", "kill", "pwd"):
        return BUILTINS[name](machine, [name, *argv[1:]])
    if name in ENDLESS or listens(argv):
        return run_on(machine)
    waited = wait_for(machine, argv)
    if waited is not None:
        return waited if waited or not waited_command(argv) else run(machine, waited_command(argv), is_last=is_last)
    return _run_described(machine, argv, is_last=is_last)


def _run_described(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    """Run a program by what is known of it, if anything is."""
    path = argv[0] or ""
    name = path.rpartition("/")[2]
    if stress.is_load(argv):
        return stress.run(machine, argv)
    if agnhost.is_known(argv):
        return agnhost.run(machine, argv)
    if is_of_network(name):
        return _ask(machine, argv) if machine.shared.outside is None else _ask_really(machine, name, argv)
    if machine.shared.outside is not None and say_known(machine, argv):
        return 0
    if is_about_itself(argv):
        machine.write(None)
        return 0
    if is_tool(name):
        machine.replaces = is_last
        return run_tool(machine, name, argv)
    code = code_of(argv) if INTERPRETERS.fullmatch(name) else None
    if code is not None:
        return run_code(machine, argv, code)
    script = _script_in(machine, path)
    if script is not None:
        child = _for_script(machine)
        try:
            return run_text(child, script, [path, *argv[1:]], is_last=is_last)
        finally:
            machine.clock = max(machine.clock, child.clock)
    return run_unknown(machine, argv, is_last=is_last)


def waited_command(argv: list[Value]) -> list[Value]:
    """The command that a waiting program runs at the end of its wait."""
    return argv[argv.index("--") + 1 :] if "--" in argv else []


def _ask(machine: Machine, argv: list[Value]) -> Status:
    """Run a client; it fails if its target cannot be reached."""
    target = target_of(argv)
    is_asked = machine.shared.setting.purpose == plausible.ASKS
    believed = None if target is None or is_asked else machine.reach(target)
    known = None if target is None or is_asked else known_answer(machine, argv)
    answer = None if target is None or known is None else _counting(machine, target, believed, known)
    if answer is not None:
        return answered(machine, answer, is_reached=not believed)
    if not believed:
        machine.write(None)
        leave_unknown(machine, argv)
        return believed
    machine.write("000" if any("http_code" in (word or "") for word in argv) else "")
    machine.write(None, 2)
    return believed


def _counting(machine: Machine, target: Target, believed: Status, answer: dict[str, Any]) -> dict[str, Any] | None:
    """What counts of an answer that was found out: all of it, its words alone, or None where what is believed does.

    It counts if it goes well or badly as the connection is believed to do, if a server itself refused, or if it is
    newer than what is known of the target, which may be gone again.  Of a name that is looked up in several places the
    words count always: it is found by one of them.
    """
    reached = machine.shared.reached.get(target)
    is_newer = reached is not None and machine.shared.answers.since > reached
    if is_newer or bool(answer["status"]) == bool(believed) or is_refusal(answer):
        return answer
    return None if target.connects else {**answer, "status": believed}


def _for_script(machine: Machine) -> Machine:
    child = machine.own_shell("sh")
    child.is_in_file = True
    return child


def _ask_really(machine: Machine, name: str, argv: list[Value]) -> Status:
    """Run a client on the network that is there; NotSimulated for one of which it is not known what it prints."""
    from kubesim.containers.evaluation.clients import run_client

    words = [word for word in argv[1:] if word is not None]
    if len(words) + 1 < len(argv):
        raise machine.shared.session.not_simulated()
    return run_client(machine, name, words)


def _script_in(machine: Machine, path: str) -> Value:
    """The text of a shell script in a file, if the file's text is known."""
    content = machine.files.find(machine.path(path), machine.clock).content
    is_script = content is not None and re.match(r"#! ?/(?:usr/)?bin/(?:env )?(?:ba|a|da|k|z)?sh\b", content)
    return content if is_script else None


def _is_forbidden(machine: Machine, name: str) -> bool:
    """Whether a path is no program; that is said."""
    if "/" not in name or machine.shared.outside is None:
        return False
    found = machine.files.find(machine.path(name), machine.clock)
    if not found.exists or found.mode is None or (found.kind == FILE and found.mode & 0o111):
        return False
    is_folder = found.kind == FOLDER and machine.shell == "bash"
    complain(machine, f"{name}: {'Is a directory' if is_folder else 'Permission denied'}")
    return True
