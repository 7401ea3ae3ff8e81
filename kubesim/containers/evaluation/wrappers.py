"""Programs that run another one: ``env``, ``timeout``, ``nice``, entrypoints."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.builtins import milliseconds
from kubesim.containers.evaluation.endings import OutOfTime, RunsOn, Status
from kubesim.containers.evaluation.finding import is_there
from kubesim.containers.evaluation.machine import Machine
from kubesim.containers.evaluation.tools.surroundings import print_variables
from kubesim.containers.evaluation.unknown import run_unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.files import Value

NOT_FOUND = 127


def _run(machine: Machine, words: list[Value], *, is_last: bool) -> Status:
    return machine.shared.evaluator.run_program(machine, words, is_last=is_last)


def _env(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    """Run a command with other variables, or print them: ``-i`` begins with none, ``-u`` leaves one out."""
    words = argv[1:]
    child = machine.fork()
    while words and words[0] is not None and (words[0].startswith("-") or re.match(r"[^=]+=", words[0])):
        word = words.pop(0) or ""
        if word in ("-i", "-", "--ignore-environment"):
            child.removed |= {"PATH", "HOSTNAME", "HOME", *child.variables}
            child.variables, child.exported = {}, set()
        elif word == "-u" and words:
            child.unset(words.pop(0) or "")
        elif not word.startswith("-"):
            name, _, value = word.partition("=")
            child.variables[name] = value
            child.exported.add(name)
            child.removed.discard(name)
    if not words:
        return print_variables(child)
    if not words[0] or is_there(machine, words[0]):
        status = _run(child, words, is_last=is_last)
        machine.clock = child.clock
        return status
    machine.complain(f"env: {_shown(machine, words[0])}: No such file or directory")
    return NOT_FOUND


def _shown(machine: Machine, name: str) -> str:
    return f"can't execute '{name}'" if machine.shell in ("ash", "sh") else f"'{name}'"


def _prefix(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    """tini, nice, nohup and their like run the command behind their options."""
    words = argv[1:]
    while words and (words[0] is None or words[0].startswith("-")):
        option = words.pop(0)
        if option == "--":
            break
        if option in _VALUED and words:
            words.pop(0)
    return _run(machine, words, is_last=is_last) if words else 0


def _entrypoint(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    """An image's entrypoint: it runs the command that it is given, and gives flags to the image's own program."""
    first = argv[1] if len(argv) > 1 else None
    if first is None or first.startswith("-"):
        return run_unknown(machine, argv, is_last=is_last)
    return _run(machine, argv[1:], is_last=is_last)


_VALUED = ("-n", "-s", "-u", "-g", "-p", "-k")


def _as_user(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    return _run(machine, argv[2:], is_last=is_last) if len(argv) > 2 else None


def _timeout(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    """Run a command that is killed after a time; the status is then 124."""
    words = argv[1:]
    while words and words[0] is not None and words[0].startswith("-"):
        option = words.pop(0)
        if option in ("-s", "-k", "-t") and words and option != "-t":
            words.pop(0)
    length = milliseconds(words[0]) if words and words[0] else None
    if length is None or len(words) < 2:
        return None
    start, outer = machine.clock, machine.limit
    mine = start + length
    machine.limit = mine if outer is None else min(mine, outer)
    try:
        return _run(machine, words[1:], is_last=is_last)
    except (OutOfTime, RunsOn):
        machine.clock = machine.limit
        if outer is not None and outer <= mine:
            raise
        return 124
    finally:
        machine.limit = outer


WRAPPERS: dict[str, Callable[[Machine, list[Value], bool], Status]] = {
    "env": _env,
    "timeout": _timeout,
    **dict.fromkeys(("tini", "dumb-init", "nice", "ionice", "nohup", "setsid", "stdbuf", "time", "catatonit"), _prefix),
    **dict.fromkeys(("sudo", "chpst"), _prefix),
    **dict.fromkeys(("docker-entrypoint.sh", "entrypoint.sh", "docker-entrypoint"), _entrypoint),
    **dict.fromkeys(("gosu", "su-exec", "setuidgid"), _as_user),
}
