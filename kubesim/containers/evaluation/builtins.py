"""The shell's own commands (XCU 2.14, and those that every shell has built in)."""

from __future__ import annotations

import re

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation import jobs, printing, reading, variables
from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.conditions import test
from kubesim.containers.evaluation.endings import Exited, Failed, LoopLeft, OutOfTime, Returned, RunsOn, Status
from kubesim.containers.evaluation.found import FILE, FileError
from kubesim.containers.evaluation.machine import Machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.files import Value


def _succeed(_machine: Machine, _argv: list[Value]) -> Status:
    return 0


def _fail(_machine: Machine, _argv: list[Value]) -> Status:
    return 1


def _number(machine: Machine, argv: list[Value]) -> Status:
    """The status that ``exit`` and ``return`` name, else the last command's."""
    given = argv[1] if len(argv) > 1 else ""
    if given is None:
        return None
    if given and not re.fullmatch(r"\d+|-\d+" if machine.shell in ("bash", "sh") else r"\d+", given):
        complaint = f"{given}: numeric argument required" if machine.shell == "bash" else f"Illegal number: {given}"
        complain(machine, complaint, argv[0] or "")
        return 2
    return int(given) & 255 if given else machine.status


def _exit(machine: Machine, argv: list[Value]) -> Status:
    raise Exited(_number(machine, argv))


def _return(machine: Machine, argv: list[Value]) -> Status:
    if machine.shell == "bash" and not machine.hidden and not machine.is_sourced:
        complain(machine, "can only `return' from a function or sourced script", "return")
        return 1
    raise Returned(_number(machine, argv))


def _leave(machine: Machine, argv: list[Value]) -> Status:
    levels = argv[1] if len(argv) > 1 else "1"
    if not machine.loops:
        if machine.shell == "bash":
            complain(machine, "only meaningful in a `for', `while', or `until' loop", argv[0] or "")
        return 0
    raise LoopLeft(int(levels) if levels and levels.isdigit() else 1, continues=argv[0] == "continue")


def _cd(machine: Machine, argv: list[Value]) -> Status:
    words = [word for word in argv[1:] if word not in ("-L", "-P", "--")]
    if len(words) > 1 and machine.shell == "bash":
        complain(machine, "too many arguments", "cd")
        return 1
    folder = words[0] if words else machine.variable("HOME")
    if folder == "-":
        folder = machine.variables.get("OLDPWD") or machine.folder
        machine.write(None if folder is None else folder + "\n")
    if folder is None:
        machine.folder, machine.variables["PWD"] = "", None
        return 0
    refused = _refused(machine, folder) if folder else None
    if refused is not None:
        complaint = {"dash": f"can't cd to {folder}", "bash": f"{folder}: {refused}"}
        complain(machine, complaint.get(machine.shell, f"can't cd to {folder}: {refused}"), "cd")
        return 1 if machine.shell == "bash" else 2
    machine.variables["OLDPWD"] = machine.variable("PWD") if machine.shared.outside is not None else machine.folder
    if machine.shared.outside is not None:
        machine.exported.add("OLDPWD")
    machine.folder = machine.path(folder) if folder else machine.folder
    machine.variables["PWD"] = machine.folder if machine.folder.startswith("/") else None
    return 0


MOST_PATH = 4096  # characters, as the kernel has it


def _refused(machine: Machine, folder: str) -> str | None:
    """Why a folder cannot be entered; None if it can, or that is not known."""
    if len(machine.path(folder)) > MOST_PATH:
        return "File name too long"
    try:
        found = machine.files.look(machine.path(folder), machine.clock)
    except FileError as error:
        return str(error)
    return "Not a directory" if found.exists and found.kind == FILE and found.mode is not None else None


def _is_known(machine: Machine) -> bool:
    return machine.folder.startswith("/") or (machine.shared.outside is not None and not machine.folder)


def _pwd(machine: Machine, _argv: list[Value]) -> Status:
    machine.write((machine.folder or "/") + "\n" if _is_known(machine) else None)
    return 0


def _umask(machine: Machine, argv: list[Value]) -> Status:
    words = [word or "" for word in argv[1:]]
    mask = machine.mask
    if not words:
        machine.write(f"{mask:04o}\n")
    elif words == ["-S"]:
        machine.write(",".join(f"{who}={_letters(~mask >> shift & 7)}" for who, shift in _WHO.items()) + "\n")
    elif re.fullmatch(r"[0-7]{1,4}", words[0]):
        machine.mask = int(words[0], 8)
    else:
        found = [re.fullmatch(r"([ugoa]*)([-+=])([rwx]*)", clause) for clause in words[0].split(",")]
        if None in found:
            complain(machine, f"Illegal mode: {words[0]}", "umask")
            raise Failed(2)
        for clause in found:
            if clause is not None:
                machine.mask = _masked(machine.mask, *clause.groups())
    return 0


_WHO = {"u": 6, "g": 3, "o": 0}
_BITS = {"r": 4, "w": 2, "x": 1}


def _letters(bits: int) -> str:
    return "".join(letter for letter, bit in _BITS.items() if bits & bit)


def _masked(mask: int, who: str, operator: str, letters: str) -> int:
    bits = sum(_BITS[letter] for letter in set(letters))
    for one, shift in _WHO.items():
        if one in who or not who or "a" in who:
            here = mask >> shift & 7
            here = {"=": 7 & ~bits, "+": here & ~bits, "-": here | bits}[operator]
            mask = mask & ~(7 << shift) | here << shift
    return mask


def _times(machine: Machine, _argv: list[Value]) -> Status:
    """The time that the shell and its commands have computed: none to speak of."""
    machine.write("0m0.00s 0m0.00s\n0m0.00s 0m0.00s\n")
    return 0


_OPEN_FILES = 1_048_576  # the most that a program may open, as containerd has it


def _ulimit(machine: Machine, argv: list[Value]) -> Status:
    """``ulimit``: how many files may be opened; of files' sizes there is no limit, and the others are not known."""
    if len(argv) <= 2:
        known = {"-n": f"{_OPEN_FILES}\n", "-f": "unlimited\n"}
        machine.write(known.get(argv[1] or "") if len(argv) == 2 else known["-f"])
    return 0


def sleep(machine: Machine, argv: list[Value]) -> Status:
    """``sleep``: the sum of its arguments; for ever if it says so."""
    total = 0
    for word in argv[1:]:
        if word is None:
            continue
        if word.startswith("inf"):
            if machine.limit is not None:
                machine.clock = machine.limit
                raise OutOfTime
            raise RunsOn
        length = milliseconds(word)
        if length is None:
            machine.complain(f"sleep: invalid number '{word}'")
            return 1
        total += length
    if len(argv) == 1:
        machine.complain("sleep: missing operand")
        return 1
    machine.advance(total)
    return 0


_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def milliseconds(text: str) -> int | None:
    """A duration as ``sleep`` and ``timeout`` take it, in ms; None if it is none."""
    found = re.fullmatch(r"(\d+\.?\d*|\.\d+)([smhd]?)", text)
    return round(float(found[1]) * SECOND) * _UNITS[found[2]] if found else None


BUILTINS: dict[str, Callable[[Machine, list[Value]], Status]] = {
    "ulimit": _ulimit,
    **dict.fromkeys((":", "true", "shopt", "hash", "bg", "fg", "disown"), _succeed),
    "false": _fail,
    "exit": _exit,
    "return": _return,
    "break": _leave,
    "continue": _leave,
    "umask": _umask,
    "times": _times,
    "set": variables.set_,
    "shift": variables.shift,
    **dict.fromkeys(variables.DECLARING, variables.declare),
    "unset": variables.unset,
    "let": variables.let,
    "echo": printing.echo,
    "printf": printing.printf,
    "read": reading.read,
    **dict.fromkeys(("mapfile", "readarray"), reading.read_lines),
    "getopts": reading.getopts,
    "trap": jobs.trap,
    "wait": jobs.wait,
    "kill": jobs.kill,
    "jobs": jobs.list_jobs,
    "cd": _cd,
    "pwd": _pwd,
    "test": test,
    "[": test,
}
