"""Finds what a command's name stands for: ``command -v``, ``type``, ``which``, ``alias``."""

from __future__ import annotations

from kubesim.containers import plausible
from kubesim.containers.evaluation.builtins import BUILTINS
from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.containers.evaluation.variables import quoted
from kubesim.sim.images.installed_programs import program_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

SHELLS = frozenset(("sh", "bash", "ash", "dash", "ksh", "zsh", "busybox", "rbash"))
_FOLDERS = ("/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/")

_KEYWORDS = frozenset(
    ("if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "while", "until", "for", "{", "}", "!", "in")
)
_OWN = frozenset((".", "eval", "exec", "source", "command", "type", "alias", "unalias", "builtin"))


def is_there(machine: Machine, name: str) -> bool:
    """Whether the container has a program."""
    folder, _, bare = name.rpartition("/")
    if folder:
        found = machine.files.find(machine.path(name), machine.clock)
        if found.exists is not None:
            return found.exists
        if f"{folder}/" not in _FOLDERS:
            return True
    setting = machine.shared.setting
    if setting.tools is None or machine.has_installed:
        return not plausible.is_no_program(bare)
    if bare in setting.tools or any(machine.files.find(f + bare, machine.clock).exists for f in _FOLDERS):
        return True
    return setting.has_others and _may_be_there(machine, bare)


def _may_be_there(machine: Machine, name: str) -> bool:
    """Whether an image of which not all programs are known has another; NotSimulated where it is really run."""
    if plausible.is_no_program(name):
        return False
    if machine.shared.outside is not None:
        raise NotSimulated(f"kubesim does not know whether {machine.shared.setting.image} has {name}")
    return True


def path_of(machine: Machine, name: str) -> str | None:
    """Where a program lies; None if that is not known."""
    if "/" in name:
        return name
    for folder in _FOLDERS:
        found = machine.files.find(folder + name, machine.clock)
        if found.exists:
            return folder + name
    tools = machine.shared.setting.tools
    if tools is None or name not in tools:
        return None
    if machine.shared.setting.image:
        return program_path(machine.shared.setting.image, name)
    return ("/bin/" if "busybox" in tools else "/usr/bin/") + name


def find(machine: Machine, argv: list[Value], is_last: bool) -> Status:
    """``command``, ``type``, ``which``, ``builtin``: run a command, or (with ``-v``) say what it is."""
    words = [word for word in argv[1:] if word is None or not word.startswith("-")]
    if argv[0] in ("command", "builtin") and not any(word in ("-v", "-V") for word in argv[1:2]):
        if not words:
            return 0
        return machine.shared.evaluator.run_command(machine, words, is_last=is_last, is_function=False)
    status: Status = 0 if words else 127
    for word in words:
        if word is None:
            machine.write(None)
            return None
        if argv[0] == "which":
            status = _which(machine, word) or status
        elif argv[0] == "command" and argv[1] == "-v":
            status = _name(machine, word)
            if machine.shell != "bash":
                return status
        else:
            status = _describe(machine, word) or status
    return status


def _which(machine: Machine, word: str) -> Status:
    if not is_there(machine, word):
        return 1
    path = path_of(machine, word)
    machine.shared.session.unknown = f"where {word} is"
    machine.write(None if path is None else f"{path}\n")
    return 0


def _is_own(word: str) -> bool:
    return word in BUILTINS or word in _OWN


def _name(machine: Machine, word: str) -> Status:
    """``command -v``."""
    if word in machine.aliases and machine.shell != "bash":
        machine.write(f"alias {word}={quoted(machine.aliases[word])}\n")
    elif word in _KEYWORDS or word in machine.functions or _is_own(word):
        machine.write(f"{word}\n")
    elif is_there(machine, word):
        _which(machine, word)
    else:
        return 127 if machine.shell != "bash" else 1
    return 0


def _describe(machine: Machine, word: str) -> Status:
    """``type``."""
    if word in _KEYWORDS:
        description = "a shell keyword"
    elif word in machine.aliases and machine.shell != "bash":
        description = f"an alias for {machine.aliases[word]}"
    elif word in machine.functions:
        description = "a shell function" if machine.shell == "dash" else "a function"
    elif word in _SPECIAL and machine.shell != "bash":
        description = "a special shell builtin"
    elif _is_own(word):
        description = "a shell builtin"
    elif is_there(machine, word):
        path = path_of(machine, word)
        machine.write(None if path is None else f"{word} is {path}\n")
        return 0
    else:
        if machine.shell == "bash":
            complain(machine, f"{word}: not found", "type")
            return 1
        machine.write(f"{word}: not found\n")
        return 127
    machine.write(f"{word} is {description}\n")
    return 0


_SPECIAL = frozenset(
    (".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times",
     "trap", "unset")
)  # fmt: skip


def alias(machine: Machine, argv: list[Value], is_last: bool) -> Status:  # noqa: ARG001
    status: Status = 0
    start = "alias " if machine.shell == "bash" else ""
    for word in argv[1:] or sorted(machine.aliases):
        name, equals, text = (word or "").partition("=")
        if equals:
            machine.aliases[name] = text
        elif name in machine.aliases:
            machine.write(f"{start}{name}={quoted(machine.aliases[name])}\n")
        else:
            complain(machine, f"{name}: not found", "alias")
            status = 1
    return status


def unalias(machine: Machine, argv: list[Value], is_last: bool) -> Status:  # noqa: ARG001
    status: Status = 0
    for word in argv[1:]:
        if word == "-a":
            machine.aliases.clear()
        elif machine.aliases.pop(word or "", None) is None:
            complain(machine, f"{word}: not found", "unalias")
            status = 1
    return status
