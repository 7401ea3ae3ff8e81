"""The shell's own commands (XCU 2.14, and those that every shell has built in)."""

from __future__ import annotations

import re

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.conditions import test
from kubesim.containers.evaluation.machine import Exited, LoopLeft, Machine, OutOfTime, Returned, RunsOn, Status
from kubesim.containers.shell.arithmetic import calculate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.files import Value

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}


def unescaped(text: str) -> str:
    """The text with ``\\n`` and other escapes replaced by their characters."""
    octal = re.sub(r"\\0([0-7]{1,3})", lambda found: chr(int(found[1], 8)), text)
    return re.sub(r"\\([ntr\\abfve])", lambda found: ESCAPES[found[1]], octal)


def _succeed(_machine: Machine, _argv: list[Value]) -> Status:
    return 0


def _fail(_machine: Machine, _argv: list[Value]) -> Status:
    return 1


def _number(machine: Machine, argv: list[Value]) -> Status:
    """The status that ``exit`` and ``return`` name, else the last command's."""
    given = argv[1] if len(argv) > 1 else ""
    if given is None:
        return None
    return int(given) & 255 if given.lstrip("-").isdigit() else machine.status


def _exit(machine: Machine, argv: list[Value]) -> Status:
    raise Exited(_number(machine, argv))


def _return(machine: Machine, argv: list[Value]) -> Status:
    raise Returned(_number(machine, argv))


def _leave(_machine: Machine, argv: list[Value]) -> Status:
    levels = argv[1] if len(argv) > 1 else "1"
    raise LoopLeft(int(levels) if levels and levels.isdigit() else 1, continues=argv[0] == "continue")


def _set(machine: Machine, argv: list[Value]) -> Status:
    words = argv[1:]
    while words and words[0] is not None and re.fullmatch(r"[-+][A-Za-z]+", words[0]):
        flags = words.pop(0) or ""
        names = set(flags[1:])
        if "o" in names and words:
            names = (names - {"o"}) | {(words.pop(0) or "").replace("errexit", "e")}
        machine.options = machine.options | names if flags[0] == "-" else machine.options - names
    if words:
        machine.positional = words[1:] if words[0] == "--" else words
    return 0


def _shift(machine: Machine, argv: list[Value]) -> Status:
    by = argv[1] if len(argv) > 1 else "1"
    machine.positional = machine.positional[int(by) if by and by.isdigit() else 1 :]
    return 0


DECLARING = frozenset(("export", "local", "readonly", "declare", "typeset"))


def _declare(machine: Machine, argv: list[Value]) -> Status:
    """``export`` and its like for names without a value; those with one were assigned before."""
    for word in argv[1:]:
        if word is not None and word.isidentifier() and argv[0] == "local":
            machine.variables[word] = ""
    return 0


def _unset(machine: Machine, argv: list[Value]) -> Status:
    for name in argv[1:]:
        if name is not None:
            machine.variables[name] = ""
            machine.functions.pop(name, None)
    return 0


def _echo(machine: Machine, argv: list[Value]) -> Status:
    words, newline, escapes = argv[1:], "\n", False
    while words and words[0] is not None and re.fullmatch(r"-[neE]+", words[0]):
        flags = words.pop(0) or ""
        newline = "" if "n" in flags else newline
        escapes = escapes or "e" in flags
    if None in words:
        machine.write(None)
        return 0
    text = " ".join(word or "" for word in words)
    machine.write((unescaped(text) if escapes else text) + newline)
    return 0


def _printf(machine: Machine, argv: list[Value]) -> Status:
    words = argv[1:]
    if words and words[0] == "--":
        words = words[1:]
    if not words or None in words:
        machine.write(None)
        return 0
    machine.write(_formatted(unescaped(words[0] or ""), [word or "" for word in words[1:]]))
    return 0


_DIRECTIVE = re.compile(r"%(%|[-0 +]*\d*(?:\.\d+)?[sdibxXofqc])")
_WIDE = re.compile(r"[1-9]\d{4}")


def _formatted(template: str, words: list[str]) -> Value:
    """The format filled in, repeated while there are words left."""
    count = sum(found[1] != "%" for found in _DIRECTIVE.finditer(template))
    pieces: list[str] = []
    while True:
        taken, words = words[:count], words[count:]
        filled = _filled(template, taken)
        if filled is None:
            return None
        pieces.append(filled)
        if not words or not count:
            return "".join(pieces)


def _filled(template: str, words: list[str]) -> Value:
    left = list(words)
    if any(_WIDE.search(found[1]) for found in _DIRECTIVE.finditer(template)):
        return None

    def fill(found: re.Match[str]) -> str:
        directive = found[1]
        if directive == "%":
            return "%"
        word = left.pop(0) if left else ""
        kind = directive[-1]
        if kind in "dixXof":
            number = float(word or 0) if kind == "f" else int(word or 0)
            return str(f"%{directive}" % number)
        return str(f"%{directive[:-1]}s" % (unescaped(word) if kind == "b" else word))

    try:
        return _DIRECTIVE.sub(fill, template)
    except ValueError:
        return None


def _read(machine: Machine, argv: list[Value]) -> Status:
    """A line of the input; at its end it fails."""
    names = [word for word in argv[1:] if word is not None and word.isidentifier()] or ["REPLY"]
    is_held_open = machine.shared.setting.reads_input and not machine.input.entries
    instant, line = machine.input.line()
    machine.clock = max(machine.clock, instant)
    if line is None or (not line and is_held_open):
        machine.variables.update(dict.fromkeys(names, None))
        return None
    separators = machine.variables.get("IFS", " \t\n")
    text = line.removesuffix("\n")
    fields = text.split(None, len(names) - 1) if separators in (" \t\n", None) else re.split(f"[{separators}]", text)
    last = len(names) - 1
    for index, name in enumerate(names):
        value = fields[index] if index < len(fields) else ""
        joined = (separators or " ")[:1].join(fields[index:]) if index == last and separators else value
        machine.variables[name] = joined if last and index == last and len(fields) > len(names) else value
    return int(not line)


def _trap(machine: Machine, argv: list[Value]) -> Status:
    words = [word for word in argv[1:] if word != "--"]
    for signal in words[1:]:
        name = (signal or "").removeprefix("SIG")
        name = {"15": "TERM", "0": "EXIT", "2": "INT"}.get(name, name)
        machine.traps[name] = "" if words[0] in ("-", None) else words[0]
        if name == "TERM":
            machine.shared.handler = machine.traps[name]
    return 0


def _wait(machine: Machine, argv: list[Value]) -> Status:
    """Wait for all jobs in the background; of one named job the latest is meant."""
    jobs = machine.jobs[-1:] if len(argv) > 1 and argv[1] != "-n" else machine.jobs
    if not jobs:
        return 0
    if argv[1:2] == ["-n"]:
        jobs = [min(jobs, key=lambda job: float("inf") if job.end is None else job.end)]
    if any(job.end is None for job in jobs):
        if machine.limit is not None:
            machine.clock = machine.limit
            raise OutOfTime
        raise RunsOn
    machine.advance(max(0, max(job.end or 0 for job in jobs) - machine.clock))
    machine.jobs = [job for job in machine.jobs if job.end is None or job.end > machine.clock]
    return jobs[-1].status if len(argv) > 1 else 0


def _kill(machine: Machine, argv: list[Value]) -> Status:
    """``wait`` ignores a killed job; ``kill -0`` asks whether a process exists."""
    if "-0" in argv:
        return None
    machine.jobs = []
    return 0


def _cd(machine: Machine, argv: list[Value]) -> Status:
    folder = argv[1] if len(argv) > 1 else machine.variables.get("HOME")
    machine.folder = machine.path(folder) if folder is not None else ""
    machine.variables["PWD"] = machine.folder if machine.folder.startswith("/") else None
    return 0


def _pwd(machine: Machine, _argv: list[Value]) -> Status:
    machine.write(machine.folder + "\n" if machine.folder.startswith("/") else None)
    return 0


def _let(machine: Machine, argv: list[Value]) -> Status:
    value: int | None = 0
    for word in argv[1:]:
        value = None if word is None else calculate(word, machine.variable, _assigner(machine))
    return None if value is None else int(value == 0)


def _assigner(machine: Machine) -> Callable[[str, int | None], None]:
    return lambda name, value: machine.variables.__setitem__(name, None if value is None else str(value))


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
    **dict.fromkeys(
        (":", "true", "umask", "ulimit", "alias", "unalias", "shopt", "times", "hash", "getopts"), _succeed
    ),
    "false": _fail,
    "exit": _exit,
    "return": _return,
    "break": _leave,
    "continue": _leave,
    "set": _set,
    "shift": _shift,
    **dict.fromkeys(DECLARING, _declare),
    "unset": _unset,
    "echo": _echo,
    "printf": _printf,
    "read": _read,
    "trap": _trap,
    "wait": _wait,
    "kill": _kill,
    "cd": _cd,
    "pwd": _pwd,
    "let": _let,
    "test": test,
    "[": test,
}
