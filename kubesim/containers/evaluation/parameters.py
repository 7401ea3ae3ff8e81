"""Parameters: what ``$name``, ``$1``, ``$?`` and ``${name%pattern}`` stand for (XCU 2.5, 2.6.2)."""

from __future__ import annotations

import re

from kubesim.containers.evaluation import arrays, patterns
from kubesim.containers.evaluation.calculation import value_of
from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.endings import Failed
from kubesim.containers.evaluation.machine import Machine
from kubesim.containers.shell.syntax import Word
from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.shell.syntax import Parameter

_NOTHING = Word(())
_DEFAULTING = ("-", "=", "?", "+")


def default_of(machine: Machine, part: Parameter, single: Callable[[Machine, Word], Value]) -> Word | None:
    """The word that stands for a parameter: a default that is taken, an alternative; None for its own value.

    ``single`` expands a word to one text.  Exited: there is no value, and there must be one.
    """
    kind = part.operator.lstrip(":")
    if kind not in _DEFAULTING or part.argument is None:
        return None
    if part.key is not None:
        values = _all(machine, part, "") or []
        value, is_set = _spaced(machine, values), bool(values)
    else:
        value, is_set = _value(machine, part.name)
    counts = is_set and (value != "" or not part.operator.startswith(":"))
    if kind == "+":
        return part.argument if counts else _NOTHING
    if counts:
        return None
    if kind == "?":
        _demand(machine, part, single, is_set=is_set)
        return None
    if kind == "=":
        assigned = single(machine, part.argument)
        if part.name.endswith("]"):
            arrays.assign_element(machine, part.name, assigned)
        else:
            machine.assign(part.name, assigned)
        return None
    return part.argument


def _demand(machine: Machine, part: Parameter, single: Callable[[Machine, Word], Value], *, is_set: bool) -> None:
    assert part.argument is not None
    if not machine.is_unset(part.name) and not is_set and not part.name.isdigit():
        return
    given = single(machine, part.argument)
    usual = "parameter not set"
    if part.operator.startswith(":"):
        usual = "parameter null or not set" if machine.shell == "bash" else "parameter not set or null"
    complain(machine, f"{part.name}: {given or usual}")
    raise Failed(127 if machine.shell == "bash" else 2)


def several(machine: Machine, part: Parameter, argument: Value = "") -> list[Value] | None:
    """The values of a parameter that stands for several fields; None for any other one."""
    star = part.name if part.key is None else getattr(part.key.parts[0], "text", "")
    if star not in arrays.WHOLE or (star == "*" and part.is_quoted):
        return None
    return _all(machine, part, argument)


def _all(machine: Machine, part: Parameter, argument: Value) -> list[Value] | None:
    """All values of ``$@`` or of an array, each changed by the operator; their keys, or a part of them."""
    if part.operator == "#" and part.argument is None:
        return None
    if part.key is None:
        values = list(machine.positional)
        if part.operator == ":":
            return _part_of(machine, [machine.name, *values], argument)
    else:
        found = arrays.elements_of(machine, part.name)
        if found is None:
            machine.shared.session.unknown = f"the value of {part.name}"
            return [None]
        if part.operator == "!":
            return [str(key) for key in found.ordered_keys()]
        values = found.in_order()
    if part.operator == ":":
        return _part_of(machine, values, argument)
    if not part.operator or part.operator.lstrip(":") in _DEFAULTING or part.argument is None:
        return values
    return [
        None if value is None or argument is None else _changed(machine, value, part.operator, argument)
        for value in values
    ]


def _part_of(machine: Machine, values: list[Value], argument: Value) -> list[Value]:
    """``${name[@]:start:length}``."""
    start, colon, length = patterns.unescaped(argument or "").partition(":")
    first, count = value_of(machine, start), value_of(machine, length) if colon else len(values)
    if argument is None or first is None or count is None:
        return [None]
    first = max(0, first + len(values)) if first < 0 else first
    return values[first : first + max(0, count)]


def text_of(machine: Machine, part: Parameter, argument: Value) -> Value:
    """A parameter as one text; ``argument`` is the pattern behind its operator."""
    if part.key is not None:
        return _whole(machine, part, argument)
    value, is_set = _value(machine, part.name)
    operator = part.operator
    if operator == "!":
        return None if value is None else _value(machine, value)[0]
    if part.name in arrays.WHOLE and operator == ":":
        return _spaced(machine, _all(machine, part, argument) or [])
    if not is_set and "u" in machine.options and machine.is_unset(part.name):
        _miss(machine, part.name)
    if operator == "#" and part.argument is None:
        if part.name in ("@", "*"):
            joined = _joined(machine)
            return str(len(machine.positional)) if machine.shell == "bash" or joined is None else str(len(joined))
        return None if value is None else str(len(value))
    if not operator or part.argument is None or operator.lstrip(":") in _DEFAULTING:
        return value
    return None if value is None or argument is None else _changed(machine, value, operator, argument)


def _whole(machine: Machine, part: Parameter, argument: Value) -> Value:
    """All elements of an array as one text, or how many there are."""
    values = _all(machine, part, argument)
    if values is not None:
        return _spaced(machine, values)
    found = arrays.elements_of(machine, part.name)
    return None if found is None else str(len(found.values))


def _spaced(machine: Machine, values: list[Value]) -> Value:
    separator = machine.variables.get("IFS", " ")
    return None if None in values or separator is None else separator[:1].join(text or "" for text in values)


def _miss(machine: Machine, name: str) -> None:
    shown = f"${name}" if name.isdigit() and machine.shell == "bash" else name
    complain(machine, f"{shown}: {'unbound variable' if machine.shell == 'bash' else 'parameter not set'}")
    raise Failed(127 if machine.shell == "bash" else 2)


def _value(machine: Machine, name: str) -> tuple[Value, bool]:
    """A parameter's value, and whether it is known to be set."""
    if name.isdigit():
        index = int(name)
        if index == 0:
            return machine.name, True
        return (machine.positional[index - 1], True) if index <= len(machine.positional) else ("", False)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(machine), name not in ("@", "*", "!") or bool(machine.positional)
    if name.endswith("[?]"):
        machine.shared.session.unknown = f"the value of {name}"
        return None, False
    if name.endswith("]"):
        return arrays.element(machine, name)
    value = machine.variable(name)
    return value, name in machine.variables or bool(value)


def _joined(machine: Machine) -> Value:
    separator = machine.variables.get("IFS", " \t\n")
    if None in machine.positional or separator is None:
        return None
    return separator[:1].join(text or "" for text in machine.positional)


_ORDER: dict[str, str] = dict.fromkeys(("ash", "sh"), "ubaCvxcsnmiIfe") | {
    "dash": "efImnsixvCabu",
    "bash": "aefhimnuvxBCHsc",  # with what is on from the beginning
}

_SPECIAL: dict[str, Callable[[Machine], Value]] = {
    "@": lambda machine: None if None in machine.positional else " ".join(text or "" for text in machine.positional),
    "*": _joined,
    "#": lambda machine: str(len(machine.positional)),
    "?": lambda machine: str(_settled_status(machine)),
    "$": lambda machine: str(machine.shell_pid),
    "!": lambda machine: "" if machine.latest_job is None else str(machine.latest_job),
    "-": lambda machine: "".join(
        letter
        for letter in _ORDER[machine.shell]
        if letter in machine.options and not (letter == "c" and machine.shell == "dash")
    ),
}


def _settled_status(machine: Machine) -> int:
    """The last status; an unknown one is assumed as ``if`` assumes it, so that both forms of a check agree."""
    if machine.status is None:
        machine.status = 0 if machine.holds(None) else 1
    return machine.status


def separator_of(machine: Machine) -> re.Pattern[str] | None:
    """What divides fields, by IFS; None if nothing does."""
    given = machine.variables.get("IFS", " \t\n")
    return _separator(" \t\n" if given is None else given) if given != "" else None


@lru_cache(maxsize=64)
def _separator(characters: str) -> re.Pattern[str]:
    blank = "".join(sorted(set(characters) & set(" \t\n")))
    other = "".join(sorted(set(characters) - set(" \t\n")))
    blanks = f"[{blank}]*" if blank else ""
    marks = f"{blanks}[{re.escape(other)}]{blanks}" if other else ""
    return re.compile("|".join(filter(None, (marks, f"[{blank}]+" if blank else ""))))


def _changed(machine: Machine, value: str, operator: str, argument: str) -> Value:
    """A value with the part that a pattern matches removed or replaced; Failed: dash knows fewer operators."""
    if machine.shell == "dash" and operator not in ("%", "%%", "#", "##"):
        complain(machine, "Bad substitution")
        raise Failed(2)
    if operator in ("%", "%%"):
        return patterns.without_end(argument, value, longest=operator == "%%")
    if operator in ("#", "##"):
        return patterns.without_start(argument, value, longest=operator == "##")
    if operator in ("/", "//"):
        old, _, new = re.fullmatch(r"((?:\\.|[^/\\])*)(/?)(.*)", argument, re.DOTALL).groups()  # type: ignore[union-attr]
        return patterns.replaced(old, value, patterns.unescaped(new), everywhere=operator == "//")
    if operator in ("^^", ",,"):
        return value.upper() if operator == "^^" else value.lower()
    if operator in ("^", ","):
        return (value[:1].upper() if operator == "^" else value[:1].lower()) + value[1:]
    return _cut(machine, value, argument) if operator == ":" else None


def _cut(machine: Machine, value: str, argument: str) -> Value:
    """``${name:start:length}``, both of them arithmetic; from the end if negative."""
    start, colon, length = patterns.unescaped(argument).partition(":")
    first = value_of(machine, start)
    count = value_of(machine, length) if colon else len(value)
    if first is None or count is None:
        return None
    begin = max(0, len(value) + first) if first < 0 else first
    end = len(value) + count if count < 0 else begin + count
    return value[begin:end]
