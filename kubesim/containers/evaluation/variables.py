"""The shell's own commands about variables, options and positional parameters."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.arrays import unset_element
from kubesim.containers.evaluation.calculation import element_name, value_of
from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.elements import Elements
from kubesim.containers.evaluation.endings import Failed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

_NAME = r"[A-Za-z_]\w*"
_OPTIONS = {
    "errexit": "e",
    "noglob": "f",
    "monitor": "m",
    "noexec": "n",
    "xtrace": "x",
    "verbose": "v",
    "noclobber": "C",
    "allexport": "a",
    "notify": "b",
    "nounset": "u",
    "pipefail": "pipefail",
    "ignoreeof": "I",
    "errtrace": "E",
    "vi": "V",
}


def is_safe(text: str) -> bool:
    """Whether a shell shows a text without quotes."""
    return re.fullmatch(r"[\w@+:,./^\]~-]*", text) is not None and text not in _KEYWORDS and text[:1] != "~"


_KEYWORDS = frozenset(
    ("!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "then", "until",
     "while", "[[", "]]")
)  # fmt: skip


def quoted(text: str) -> str:
    """A text in single quotes, as shells list values."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def option_of(name: str) -> str | None:
    """The letter of an option of ``set -o``; None if there is no such option."""
    return _OPTIONS.get(name)


def set_(machine: Machine, argv: list[Value]) -> Status:
    """``set``: options, then positional parameters; without either, the variables."""
    words = argv[1:]
    if not words:
        return _list(machine)
    while words and words[0] is not None and re.fullmatch(r"[-+][A-Za-z]+", words[0]):
        flags = words.pop(0) or ""
        for letter in flags[1:]:
            if letter == "o":
                if not words:
                    return _list_options(machine)
                status = _switch(machine, words.pop(0) or "", is_on=flags[0] == "-", is_name=True)
            else:
                status = _switch(machine, letter, is_on=flags[0] == "-", is_name=False)
            if status:
                return status
    if words:
        machine.positional = words[1:] if words[0] in ("--", "-") else words
        machine.option_index = machine.option_offset = 1
    return 0


def _switch(machine: Machine, name: str, *, is_on: bool, is_name: bool) -> Status:
    known = {} if name == "pipefail" and machine.shell == "dash" else _OPTIONS
    letter = known.get(name) if is_name else name if re.fullmatch(r"[aCbefhmnuvxEIVBHPTtkpi]", name) else None
    if letter is None:
        sign = "-" if is_on else "+"
        if machine.shell == "bash":
            return _refuse_in_bash(machine, name, is_name=is_name)
        complaint = f"illegal option {sign}{'o ' if is_name else ''}{name}"
        complain(machine, complaint if machine.shell != "dash" else f"I{complaint[1:]}", "set")
        if is_name and machine.shell != "dash":
            return 1
        raise Failed(2)
    (machine.options.add if is_on else machine.options.discard)(letter)
    return 0


def _refuse_in_bash(machine: Machine, name: str, *, is_name: bool) -> Status:
    complain(machine, f"{name}: invalid option name" if is_name else f"-{name}: invalid option", "set")
    if not is_name:
        machine.complain("set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]")
    return 1 + (not is_name)


def _list(machine: Machine) -> Status:
    for name in sorted(machine.variables):
        value = machine.variables[name]
        machine.write(None if value is None else f"{name}={quoted(value)}\n")
    return 0


def _list_options(machine: Machine) -> Status:
    for name, letter in _OPTIONS.items():
        machine.write(f"{name:<16}{'on' if letter in machine.options else 'off'}\n")
    return 0


def shift(machine: Machine, argv: list[Value]) -> Status:
    by = argv[1] if len(argv) > 1 else "1"
    if by is None:
        return None
    if not by.isdigit():
        complain(machine, f"Illegal number: {by}", "shift")
        raise Failed(2)
    if int(by) > len(machine.positional):
        if machine.shell == "dash":
            complain(machine, "can't shift that many", "shift")
            raise Failed(2)
        return 1
    machine.positional = machine.positional[int(by) :]
    return 0


DECLARING = frozenset(("export", "local", "readonly", "declare", "typeset"))


def declare(machine: Machine, argv: list[Value]) -> Status:
    """``export``, ``readonly``, ``local`` and their like."""
    kind = argv[0] or ""
    if kind == "local" and not machine.hidden:
        complain(machine, "can only be used in a function" if machine.shell == "bash" else "not in a function", kind)
        if machine.shell == "bash":
            return 1
        raise Failed(2)
    words = argv[1:]
    flags = ""
    while words and words[0] is not None and re.fullmatch(r"-\w+", words[0]):
        flags += (words.pop(0) or "")[1:]
    if not words:
        return _list_declared(machine, kind)
    for word in words:
        if word is not None:
            _declare(machine, kind, flags, word)
    return 0


def _declare(machine: Machine, kind: str, flags: str, word: str) -> None:
    name, equals, value = word.partition("=")
    if not re.fullmatch(_NAME, name):
        if machine.shell == "bash":
            complain(machine, f"`{word}': not a valid identifier", kind)
            return
        complain(machine, f"{name}: bad variable name", kind)
        raise Failed(2)
    if kind in ("local", "declare", "typeset") and machine.hidden:
        machine.hide(name)
        if not equals and (machine.shell == "bash" or name not in machine.variables):
            machine.variables.pop(name, None)
            machine.removed.add(name)
    if set(flags) & set("aA"):
        declare_array(machine, name, kind, is_keyed="A" in flags)
    if equals:
        machine.assign(name, value)
    if kind == "export" or "x" in flags:
        (machine.exported.discard if "n" in flags else machine.exported.add)(name)
    if kind == "readonly" or "r" in flags:
        machine.readonly.add(name)


def _list_declared(machine: Machine, kind: str) -> Status:
    names = {"export": machine.exported, "readonly": machine.readonly}.get(kind, set())
    for name in sorted(names):
        value = machine.variables.get(name, "")
        start = f"declare -{'x' if kind == 'export' else 'r'}" if machine.shell == "bash" else kind
        mark = '"' if machine.shell == "bash" else "'"
        machine.write(None if value is None else f"{start} {name}={mark}{value}{mark}\n")
    return 0


def assign_declared(machine: Machine, name: str, value: Value, kind: str) -> None:
    """Give a variable its value where it stands behind ``export`` and its like."""
    if kind == "local" and machine.hidden:
        machine.hide(name)
    machine.assign(name, value)


def declare_array(machine: Machine, name: str, kind: str, *, is_keyed: bool) -> None:
    """Make a variable an array, if it is none: an empty one."""
    if kind in ("local", "declare", "typeset") and machine.hidden:
        machine.hide(name)
    if name not in machine.arrays:
        machine.assign_array(name, Elements({}, is_keyed))


def unset(machine: Machine, argv: list[Value]) -> Status:
    only_functions = "-f" in argv[1:2]
    status = 0
    for name in argv[2 if argv[1:2] in (["-f"], ["-v"]) else 1 :]:
        if name is None:
            continue
        if only_functions:
            machine.functions.pop(name, None)
        elif name in machine.readonly:
            if machine.shell != "bash":
                complain(machine, f"{name}: is read only", "unset")
                raise Failed(2)
            complain(machine, f"{name}: cannot unset: readonly variable", "unset")
            status = 1
        elif re.fullmatch(rf"{_NAME}\[.+\]", name) and machine.shell == "bash":
            found = element_name(machine, *name[:-1].split("[", 1))
            if found is not None:
                unset_element(machine, found)
        elif not re.fullmatch(_NAME, name):
            if machine.shell != "bash":
                complain(machine, f"{name}: bad variable name", "unset")
                raise Failed(2)
        elif name in machine.variables or name in machine.arrays or argv[1] == "-v":
            machine.unset(name)
        else:
            machine.removed.add(name)
            if machine.shell == "bash":
                machine.functions.pop(name, None)
    return status


def let(machine: Machine, argv: list[Value]) -> Status:
    value: int | None = 0
    for word in argv[1:]:
        value = None if word is None else value_of(machine, word)
    return None if value is None else int(value == 0)
