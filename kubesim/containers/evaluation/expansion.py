"""Words to arguments: parameters, substitutions, arithmetic, fields and patterns (XCU 2.6)."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase, translate

from kubesim.containers.evaluation.files import bounded
from kubesim.containers.evaluation.machine import Exited, Machine, RunsOn
from kubesim.containers.evaluation.streams import Record
from kubesim.containers.shell.arithmetic import calculate
from kubesim.containers.shell.syntax import Arithmetic, CommandSubstitution, Opaque, Parameter, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.shell.syntax import Part, Script, Word

MOST_ARGUMENTS = 1 << 21  # characters of a command and its arguments; no kernel takes more


def arguments(machine: Machine, words: Iterable[Word]) -> list[Value]:
    """The arguments that words expand to; None for an unknown text. RunsOn: there is no end to them."""
    found: list[Value] = []
    for word in words:
        found += _fields(machine, word)
    if sum(1 + len(argument or "") for argument in found) > MOST_ARGUMENTS:
        raise RunsOn
    return found


def single(machine: Machine, word: Word) -> Value:
    """A word as one text: an assignment's, a redirection's, a case's."""
    texts = [_text(machine, part) for part in word.parts]
    return None if None in texts else bounded("".join(text or "" for text in texts))


def pattern(machine: Machine, word: Word) -> Value:
    """A word as a pattern; quoted characters match themselves."""
    texts = []
    for part in word.parts:
        text = _text(machine, part)
        if text is None:
            return None
        texts.append(re.sub(r"([*?\[])", r"[\1]", text) if getattr(part, "is_quoted", False) else text)
    return "".join(texts)


def _fields(machine: Machine, word: Word) -> list[Value]:
    if len(word.parts) == 1 and isinstance(word.parts[0], Parameter) and word.parts[0].name in ("@", "*"):
        return list(machine.positional)
    fields: list[Value] = []
    pending: Value = ""
    is_open = False
    for part in word.parts:
        text = _text(machine, part)
        if isinstance(part, Text) or getattr(part, "is_quoted", False):
            pending = None if pending is None or text is None else pending + text
            is_open = True
            continue
        if text is None:
            pending, is_open = None, True
            continue
        pieces = re.split(r"[ \t\n]+", text)
        for index, piece in enumerate(pieces):
            if index and is_open:
                fields.append(pending)
                pending, is_open = "", False
            if piece:
                pending = None if pending is None else pending + piece
                is_open = True
    if is_open:
        fields.append(pending)
    return _globbed(machine, word, fields)


def _globbed(machine: Machine, word: Word, fields: list[Value]) -> list[Value]:
    if not any(isinstance(part, Text) and not part.is_quoted and re.search(r"[*?]", part.text) for part in word.parts):
        return fields
    found: list[Value] = []
    for field in fields:
        if field is None or not re.search(r"[*?]", field):
            found.append(field)
            continue
        path = machine.path(field)
        known = machine.files.under(path.rpartition("/")[0] or "/", machine.clock)
        matching = [other for other in known if fnmatchcase(other, path) and other.count("/") == path.count("/")]
        found += matching or [field]
    return found


def _text(machine: Machine, part: Part) -> Value:
    if isinstance(part, Text):
        return part.text
    if isinstance(part, Parameter):
        return _parameter(machine, part)
    if isinstance(part, CommandSubstitution):
        return _substituted(machine, part.script)
    if isinstance(part, Arithmetic):
        value = compute(machine, part.expression)
        return None if value is None else str(value)
    assert isinstance(part, Opaque)
    return None


def compute(machine: Machine, expression: Word) -> int | None:
    """The value of an arithmetic expression."""
    text = single(machine, expression)

    def assign(name: str, value: int | None) -> None:
        machine.variables[name] = None if value is None else str(value)

    return None if text is None else calculate(text, machine.variable, assign)


def _substituted(machine: Machine, script: Script) -> Value:
    """The output of a script, without the newlines at its end."""
    child = machine.fork()
    output = Record()
    child.streams[1] = output
    try:
        child.status = machine.shared.evaluator.run_script(child, script)
    except Exited as exited:
        child.status = exited.status
    except RunsOn:
        machine.clock = child.clock
        raise
    machine.advance(child.clock - machine.clock)
    machine.status = child.status
    text = output.text()
    return None if text is None else text.rstrip("\n")


# parameters


def _parameter(machine: Machine, part: Parameter) -> Value:
    value, is_set = _value(machine, part.name)
    operator = part.operator
    if operator == "#":
        if part.argument is None:
            return None if value is None else str(len(value))
    elif operator.lstrip(":") in ("-", "=", "?", "+") and operator:
        return _defaulted(machine, part, value, is_set)
    if not operator or part.argument is None:
        return value
    argument = pattern(machine, part.argument)
    if value is None or argument is None:
        return None
    return _changed(value, operator, argument)


def _value(machine: Machine, name: str) -> tuple[Value, bool]:
    """A parameter's value, and whether it is known to be set."""
    if name.isdigit():
        index = int(name)
        if index == 0:
            return machine.name, True
        return (machine.positional[index - 1], True) if index <= len(machine.positional) else ("", False)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(machine), True
    if "[" in name:
        return None, False
    return machine.variable(name), name in machine.variables


def _joined(machine: Machine) -> Value:
    return None if None in machine.positional else " ".join(text or "" for text in machine.positional)


_SPECIAL: dict[str, Callable[[Machine], Value]] = {
    "@": _joined,
    "*": _joined,
    "#": lambda machine: str(len(machine.positional)),
    "?": lambda machine: str(_settled_status(machine)),
    "$": lambda machine: "1",
    "!": lambda machine: None,
    "-": lambda machine: "",
}


def _settled_status(machine: Machine) -> int:
    """The last status; an unknown one is assumed as ``if`` assumes it, so that both forms of a check agree."""
    if machine.status is None:
        machine.status = 0 if machine.holds(None) else 1
    return machine.status


def _defaulted(machine: Machine, part: Parameter, value: Value, is_set: bool) -> Value:
    """The value of ``${name-default}`` and its like. A default that an author gave is taken for the value."""
    assert part.argument is not None
    counts = is_set and (value != "" or not part.operator.startswith(":"))
    kind = part.operator[-1]
    if kind == "+":
        return single(machine, part.argument) if counts else ""
    if counts:
        return value
    if kind == "?":
        if not machine.is_unset(part.name) and not is_set:
            return None
        machine.complain(f"sh: {part.name}: {single(machine, part.argument) or 'parameter not set'}")
        raise Exited(2)
    default = single(machine, part.argument)
    if kind == "=":
        machine.variables[part.name] = default
    return default


def _changed(value: str, operator: str, argument: str) -> Value:
    """A value with the part that a pattern matches removed or replaced."""
    if operator in ("%", "%%"):
        ends = [at for at in range(len(value) + 1) if fnmatchcase(value[at:], argument)]
        return value[: (max(ends) if operator == "%" else min(ends))] if ends else value
    if operator in ("#", "##"):
        ends = [at for at in range(len(value) + 1) if fnmatchcase(value[:at], argument)]
        return value[(min(ends) if operator == "#" else max(ends)) :] if ends else value
    if operator in ("/", "//"):
        old, _, new = argument.partition("/")
        expression = translate(old)[4:-3] if old else ""
        return re.sub(expression, lambda _: new, value, count=int(operator == "/")) if expression else value
    if operator in ("^^", ",,"):
        return value.upper() if operator == "^^" else value.lower()
    return _cut(value, argument) if operator == ":" else None


def _cut(value: str, argument: str) -> Value:
    start, _, length = argument.partition(":")
    if not start.strip().lstrip("-").isdigit() or (length and not length.strip().isdigit()):
        return None
    begun = value[int(start) :]
    return begun[: int(length)] if length else begun
