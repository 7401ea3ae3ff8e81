"""Finds the program of a command and runs it: functions, built-ins, tools, shells, wrappers, clients, others."""

from __future__ import annotations

import re

from kubesim.containers import plausible
from kubesim.containers.evaluation import stress
from kubesim.containers.evaluation.builtins import BUILTINS, milliseconds
from kubesim.containers.evaluation.control import run_redirected, run_script
from kubesim.containers.evaluation.interpreters import INTERPRETERS, code_of, run_code
from kubesim.containers.evaluation.machine import Exited, Machine, OutOfTime, Returned, RunsOn, Status
from kubesim.containers.evaluation.network import is_of_network, listens, target_of
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.containers.evaluation.own_words import is_about_itself
from kubesim.containers.evaluation.tools import ENDLESS, is_tool, run_tool
from kubesim.containers.evaluation.tools.call import run_on
from kubesim.containers.evaluation.tools.surroundings import print_variables
from kubesim.containers.evaluation.waiting import wait_for
from kubesim.containers.shell.parser import parse
from kubesim.containers.shell.syntax import ShellSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.files import Value

SHELLS = frozenset(("sh", "bash", "ash", "dash", "ksh", "zsh", "busybox", "rbash"))
NOT_FOUND = 127

_FOLDERS = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/")


def run(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    """Run a command of a script."""
    name = argv[0]
    if name is None:
        return _run_unknown(machine, argv, is_last=is_last)
    if name in machine.functions:
        return _call(machine, argv, is_last=is_last)
    if name in _CONTROLS:
        return _CONTROLS[name](machine, argv, is_last)
    if name in BUILTINS:
        return BUILTINS[name](machine, argv)
    if not is_there(machine, name):
        machine.complain(f"sh: {name}: not found")
        return NOT_FOUND
    return run_program(machine, argv, is_last=is_last)


def is_there(machine: Machine, name: str) -> bool:
    """Whether the container has a program."""
    folder, _, bare = name.rpartition("/")
    if folder:
        found = machine.files.find(machine.path(name), machine.clock)
        if found.exists is not None:
            return found.exists
        if f"{folder}/" not in _FOLDERS:
            return True
    tools = machine.shared.setting.tools
    if tools is None or machine.has_installed:
        return not plausible.is_no_program(bare)
    return bare in tools or any(machine.files.find(f + bare, machine.clock).exists for f in _FOLDERS)


def run_program(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    """Run a program that is there; its name is known."""
    path = argv[0] or ""
    name = path.rpartition("/")[2]
    machine.shared.session.unknown = f"what {name} prints"
    if name in _WRAPPERS:
        return _WRAPPERS[name](machine, argv, is_last)
    if name in SHELLS:
        return _run_shell(machine, argv, is_last=is_last)
    if name in ("true", "false", "echo", "printf", "test", "[", "kill"):
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
    if is_of_network(name):
        return _ask(machine, argv) if machine.shared.outside is None else _ask_really(machine, name, argv)
    if is_about_itself(argv):
        machine.write(None)
        return 0
    if is_tool(name):
        return run_tool(machine, name, argv)
    code = code_of(argv) if INTERPRETERS.fullmatch(name) else None
    if code is not None:
        return run_code(machine, argv, code)
    script = _script_in(machine, path)
    if script is not None:
        return run_text(machine.fork(), script, [path, *argv[1:]], is_last=is_last)
    return _run_unknown(machine, argv, is_last=is_last)


def waited_command(argv: list[Value]) -> list[Value]:
    """The command that a waiting program runs at the end of its wait."""
    return argv[argv.index("--") + 1 :] if "--" in argv else []


def _ask(machine: Machine, argv: list[Value]) -> Status:
    """Run a client; it fails if its target cannot be reached."""
    target = target_of(argv)
    is_asked = machine.shared.setting.purpose == plausible.ASKS
    status = None if target is None or is_asked else machine.reach(target)
    if not status:
        machine.write(None)
        return status
    machine.write("000" if any("http_code" in (word or "") for word in argv) else "")
    machine.write(None, 2)
    return status


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


def _run_unknown(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    """Run a program of which nothing is known. NotSimulated where it is really run."""
    setting = machine.shared.setting
    if machine.shared.outside is not None:
        raise NotSimulated(f"kubesim does not know what {argv[0] or 'this program'} does")
    machine.write(None)
    if machine.files.opaque_since is None:
        machine.files.opaque_since = machine.clock
    if not is_last or setting.purpose == plausible.ASKS:
        return None
    if plausible.runs_on(setting.purpose, argv):
        return run_on(machine)
    machine.advance(plausible.MOMENT)
    return None


# shells and functions


def _call(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    before, machine.positional = machine.positional, argv[1:]
    try:
        return run_redirected(machine, machine.functions[argv[0] or ""], is_last=is_last)
    except Returned as returned:
        return returned.status
    finally:
        machine.positional = before


def _run_shell(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    """Run a shell with the script from its command line or from a file."""
    words = argv[2:] if (argv[0] or "").endswith("busybox") else argv[1:]
    child = machine.fork()
    while words and words[0] is not None and re.fullmatch(r"[-+]\w+|--\w*", words[0]):
        option = words.pop(0) or ""
        if option == "--":
            break
        if option.startswith("--"):
            continue
        if "o" in option and words:
            child.options.add(words.pop(0) or "")
        if "e" in option:
            child.options.add("e")
        if "c" in option:
            return _run_given(machine, child, words, is_last=is_last)
    if not words:
        return _run_input(machine, child, is_last=is_last)
    script = None if words[0] is None else machine.files.find(machine.path(words[0]), machine.clock).content
    if script is None:
        return _run_unknown(machine, words, is_last=is_last)
    status = run_text(child, script, words, is_last=is_last)
    machine.clock = child.clock
    return status


def _run_given(machine: Machine, child: Machine, words: list[Value], *, is_last: bool) -> Status:
    if not words or words[0] is None:
        return _run_unknown(machine, words or [None], is_last=is_last)
    try:
        status = run_text(child, words[0], words[1:] or ["sh"], is_last=is_last)
    finally:
        machine.clock = child.clock
    return status


def _run_input(machine: Machine, child: Machine, *, is_last: bool) -> Status:
    """Run a shell without a script: it reads its input, which is empty unless the pod holds it open."""
    text = machine.input.text()
    if text:
        return run_text(child, text, ["sh"], is_last=is_last)
    return run_on(machine) if machine.shared.setting.reads_input else 0


def run_text(machine: Machine, text: str, words: list[Value], *, is_last: bool) -> Status:
    """Walk a script in a shell of its own, by its text, name and arguments."""
    try:
        script = parse(text)
    except (ShellSyntaxError, RecursionError):
        return _run_unknown(machine, [None], is_last=is_last)
    machine.name, machine.positional = words[0], words[1:]
    try:
        status = run_script(machine, script, is_last=is_last)
    except Exited as exited:
        status = exited.status
    except LookupError:
        status = None
    return _at_exit(machine, status)


def _at_exit(machine: Machine, status: Status) -> Status:
    handler = machine.traps.pop("EXIT", None)
    if not handler:
        return status
    machine.status = status
    try:
        run_script(machine, parse(handler))
    except ShellSyntaxError:
        return status
    except Exited as exited:
        return exited.status
    return status


# commands that run others


def _exec(machine: Machine, argv: list[Value], is_last: bool) -> Status:  # noqa: ARG001
    words = argv[3:] if argv[1:2] == ["-a"] else argv[1:]
    raise Exited(run(machine, words, is_last=True))


def _eval(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    if None in argv:
        return None
    try:
        return run_script(machine, parse(" ".join(word or "" for word in argv[1:])), is_last=is_last)
    except ShellSyntaxError:
        return None


def _source(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    path = argv[1] if len(argv) > 1 else None
    text = None if path is None else machine.files.find(machine.path(path), machine.clock).content
    if text is None:
        return None
    try:
        return run_script(machine, parse(text), is_last=is_last)
    except ShellSyntaxError:
        return None
    except Returned as returned:
        return returned.status


def _command(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    """``command``, ``type``, ``which``, ``builtin``: run a command, or (with ``-v``) check that it exists."""
    words = [word for word in argv[1:] if word is None or not word.startswith("-")]
    if argv[0] in ("command", "builtin") and not any(word in ("-v", "-V") for word in argv):
        return run(machine, words, is_last=is_last) if words else 0
    machine.write(None)
    if not words or words[0] is None:
        return None
    is_known = words[0] in BUILTINS or words[0] in machine.functions or words[0] in SHELLS
    return 0 if is_known or is_there(machine, words[0]) else 1


_CONTROLS: dict[str, Callable[[Machine, list[Value], bool], Status]] = {
    "exec": _exec,
    "eval": _eval,
    ".": _source,
    "source": _source,
    **dict.fromkeys(("command", "type", "builtin", "which"), _command),
}


def _env(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    words = argv[1:]
    child = machine.fork()
    while words and words[0] is not None and (words[0].startswith("-") or re.match(r"[A-Za-z_]\w*=", words[0])):
        name, _, value = (words.pop(0) or "").partition("=")
        child.variables[name] = value
    if not words:
        return print_variables(child)
    status = run(child, words, is_last=is_last)
    machine.clock = child.clock
    return status


def _prefix(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    """tini, nice, nohup and their like run the command behind their options."""
    words = argv[1:]
    while words and (words[0] is None or words[0].startswith("-")):
        option = words.pop(0)
        if option == "--":
            break
        if option in _VALUED and words:
            words.pop(0)
    return run(machine, words, is_last=is_last) if words else 0


def _entrypoint(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    """An image's entrypoint: it runs the command that it is given, and gives flags to the image's own program."""
    first = argv[1] if len(argv) > 1 else None
    if first is None or first.startswith("-"):
        return _run_unknown(machine, argv, is_last=is_last)
    return run(machine, argv[1:], is_last=is_last)


_VALUED = ("-n", "-s", "-u", "-g", "-p", "-k")


def _as_user(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    return run(machine, argv[2:], is_last=is_last) if len(argv) > 2 else None


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
        return run(machine, words[1:], is_last=is_last)
    except (OutOfTime, RunsOn):
        machine.clock = machine.limit
        if outer is not None and outer <= mine:
            raise
        return 124
    finally:
        machine.limit = outer


_WRAPPERS: dict[str, Callable[[Machine, list[Value], bool], Status]] = {
    "env": _env,
    "timeout": _timeout,
    **dict.fromkeys(("tini", "dumb-init", "nice", "ionice", "nohup", "setsid", "stdbuf", "time", "catatonit"), _prefix),
    **dict.fromkeys(("sudo", "chpst"), _prefix),
    **dict.fromkeys(("docker-entrypoint.sh", "entrypoint.sh", "docker-entrypoint"), _entrypoint),
    **dict.fromkeys(("gosu", "su-exec", "setuidgid"), _as_user),
}
