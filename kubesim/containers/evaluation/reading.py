"""``read`` and ``getopts``: what a script takes from its input and from its arguments."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.arrays import assign_list
from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.parameters import separator_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

_VALUED = "pntuNda"


def read(machine: Machine, argv: list[Value]) -> Status:
    """A line of the input, divided among variables; at the end of the input it fails."""
    options, names = _options([word or "" for word in argv[1:]])
    if options.get("p") and machine.is_interactive:
        machine.write(options["p"], 2)
    raw = "r" in options
    instant, line = machine.input.line()
    machine.clock = max(machine.clock, instant)
    while line is not None and not raw and re.search(r"(?<!\\)(?:\\\\)*\\\n\Z", line):
        _, more = machine.input.line()
        line = None if more is None else line[:-2] + more
    if line is None:
        machine.variables.update(dict.fromkeys(names or ["REPLY"], None))
        return None
    text = line.removesuffix("\n")
    if "n" in options and options["n"].isdigit():
        count = int(options["n"])
        machine.input.give_back(machine.clock, line[count:])
        text = text[:count]
    if "a" in options:
        fields = _divided(machine, text, 1 + len(text), raw=raw) if text else []
        last = max((at for at, field in enumerate(fields) if field), default=-1)
        assign_list(machine, options["a"], [(None, field) for field in fields[: last + 1]])
        return int(not line.endswith("\n"))
    if not names:
        machine.assign("REPLY", text if raw else _taken(text))
        return int(not line.endswith("\n"))
    for name, value in zip(names, _divided(machine, text, len(names), raw=raw), strict=True):
        machine.assign(name, value)
    return int(not line.endswith("\n"))


def read_lines(machine: Machine, argv: list[Value]) -> Status:
    """``mapfile``: the lines of the input become an array's elements, without their ends if ``-t`` says so."""
    options, names = _options([word or "" for word in argv[1:]], valued="dnOsuCc")
    lines: list[Value] = []
    while True:
        instant, line = machine.input.line()
        machine.clock = max(machine.clock, instant)
        if line == "":
            break
        lines.append(line.removesuffix("\n") if line is not None and "t" in options else line)
        if line is None:
            break
    assign_list(machine, names[0] if names else "MAPFILE", [(None, line) for line in lines])
    return 0


def _options(words: list[str], valued: str = _VALUED) -> tuple[dict[str, str], list[str]]:
    options: dict[str, str] = {}
    while words and re.fullmatch(r"-\w+", words[0]):
        letters = words.pop(0)[1:]
        for index, letter in enumerate(letters):
            options[letter] = ""
            if letter in valued:
                options[letter] = letters[index + 1 :] or (words.pop(0) if words else "")
                break
    return options, words


def _taken(text: str) -> str:
    """A text in which each backslash has taken the next character as it is."""
    return re.sub(r"\\(.?)", r"\1", text, flags=re.DOTALL)


def _divided(machine: Machine, text: str, count: int, *, raw: bool) -> list[str]:
    """The fields of a line; the last one is the rest, without the blanks around it."""
    separator = separator_of(machine)
    given = machine.variables.get("IFS", " \t\n")
    blanks = "".join(set(" \t\n") & set(" \t\n" if given is None else given))
    taken: list[str] = []
    if not raw:  # what a backslash takes divides nothing, so it is put aside
        text = re.sub(r"\\(.?)", lambda found: taken.append(found[1]) or "\0", text, flags=re.DOTALL)  # type: ignore[func-returns-value]
    fields: list[str] = []
    rest = text.lstrip(blanks) if blanks else text
    while len(fields) < count - 1:
        found = separator.search(rest) if separator else None
        if found is None:
            break
        fields.append(rest[: found.start()])
        rest = rest[found.end() :]
    rest = rest.rstrip(blanks) if blanks else rest
    if separator and len(fields) == count - 1:
        only = separator.search(rest)
        if only is not None and only.end() == len(rest) and count > 1:
            rest = rest[: only.start()]
    fields = [*fields, rest, *[""] * count][:count]
    left = iter(taken)
    return [re.sub("\0", lambda _: next(left), field) for field in fields] if taken else fields


def getopts(machine: Machine, argv: list[Value]) -> Status:
    """The next option of the positional parameters, or of the words behind the variable's name."""
    words = [word or "" for word in argv[1:]]
    if len(words) < 2:
        usage = "usage: getopts optstring var [arg]"
        complain(machine, usage if machine.shell != "dash" else "Usage: getopts optstring var [arg...]", "getopts")
        return 2
    known, name = words[0], words[1]
    given = words[2:] or [word or "" for word in machine.positional]
    index = machine.variable("OPTIND") or "1"
    at, offset = int(index) if index.isdigit() else 1, 1
    if machine.option_offset > 1 and at == machine.option_index + (machine.shell != "bash"):
        at, offset = machine.option_index, machine.option_offset
    word = given[at - 1] if at <= len(given) else ""
    if not re.match(r"-.", word) or word == "--":
        machine.assign(name, "?")
        _go_to(machine, at + (word == "--"), 1)
        return 1
    letter = word[offset]
    return _option(machine, known, name, letter, (given, at, offset))


def _option(machine: Machine, known: str, name: str, letter: str, place: tuple[list[str], int, int]) -> Status:
    given, at, offset = place
    word, place_in = given[at - 1], known.find(letter)
    after = (at, offset + 1) if offset + 1 < len(word) else (at + 1, 1)
    machine.unset("OPTARG")
    if place_in < 0 or letter == ":":
        _refuse(machine, known, name, letter, f"Illegal option -{letter}", "?")
    elif known[place_in + 1 : place_in + 2] == ":":
        value = word[offset + 1 :] or (given[at] if at < len(given) else None)
        after = (at + (1 if word[offset + 1 :] else 2), 1)
        if value is None:
            after = (at + 1, 1)
            _refuse(machine, known, name, letter, f"No arg for -{letter} option", ":")
        else:
            machine.assign(name, letter)
            machine.assign("OPTARG", value)
    else:
        machine.assign(name, letter)
    _go_to(machine, *after)
    return 0


def _refuse(machine: Machine, known: str, name: str, letter: str, complaint: str, silent: str) -> None:
    """An option that is not known, or has no value: said, unless the list of options begins with a colon."""
    if known.startswith(":"):
        machine.assign(name, silent)
        machine.assign("OPTARG", letter)
        return
    machine.assign(name, "?")
    if machine.shell == "bash":
        own = "illegal option" if "Illegal" in complaint else "option requires an argument"
        machine.write(f"{machine.name}: {own} -- {letter}\n", 2)
    else:
        machine.write(f"{complaint}\n", 2)


def _go_to(machine: Machine, index: int, offset: int) -> None:
    machine.option_index, machine.option_offset = index, offset
    machine.assign("OPTIND", str(index + (offset > 1 and machine.shell != "bash")))
