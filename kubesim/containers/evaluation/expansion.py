"""Words to arguments: braces, tildes, parameters, substitutions, arithmetic, fields and patterns (XCU 2.6)."""

from __future__ import annotations

import re

from kubesim.containers.evaluation import arrays, globbing, parameters
from kubesim.containers.evaluation.braces import expanded
from kubesim.containers.evaluation.calculation import element_name, key_of, value_of
from kubesim.containers.evaluation.endings import Exited, RunsOn, TooLong
from kubesim.containers.evaluation.files import bounded
from kubesim.containers.evaluation.machine import Machine
from kubesim.containers.evaluation.patterns import escaped
from kubesim.containers.evaluation.streams import Record
from kubesim.containers.shell.syntax import Arithmetic, Array, CommandSubstitution, Opaque, Parameter, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.containers.evaluation.elements import Key
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.shell.syntax import Assignment, Part, Script, Word

MOST_WORDS = 1 << 15
MOST_ARGUMENTS = 1 << 21  # characters of a command and its arguments; no kernel takes more

_MEANS_MORE = re.compile(r"[*?\[~{]")


def arguments(machine: Machine, words: Iterable[Word]) -> list[Value]:
    """The arguments that words expand to; None for an unknown text. RunsOn, TooLong: there is no end to them."""
    found: list[Value] = []
    for word in words:
        plain = word.literal
        if plain is not None and not _MEANS_MORE.search(plain):
            found.append(plain)
            continue
        for braced in expanded(word) if machine.shell == "bash" else (word,):
            found += _Fields(machine).of(braced)
        if len(found) > MOST_WORDS:
            break
    if len(found) > MOST_WORDS or sum(1 + len(argument or "") for argument in found) > MOST_ARGUMENTS:
        raise RunsOn if machine.shared.outside is None else TooLong("an argument list that is too long")
    return found


def single(machine: Machine, word: Word, *, is_value: bool = False) -> Value:
    """A word as one text: a redirection's, a case's; an assignment's if ``is_value``."""
    parts = _with_home(machine, word.parts, is_value=is_value)
    texts = [_text(machine, part) for part in parts]
    return None if None in texts else bounded("".join(text or "" for text in texts))


def pattern(machine: Machine, word: Word) -> Value:
    """A word as a pattern; quoted characters match themselves."""
    texts = []
    for part in _with_home(machine, word.parts):
        text = _text(machine, part)
        if text is None:
            return None
        texts.append(escaped(text) if part.is_quoted else text)
    return "".join(texts)


def expression(machine: Machine, word: Word) -> Value:
    """A word as an extended regular expression; quoted characters match themselves."""
    texts = []
    for part in word.parts:
        text = _text(machine, part)
        if text is None:
            return None
        texts.append(re.sub(r"([][.*+?^${}()|\\])", r"\\\1", text) if part.is_quoted else text)
    return "".join(texts)


def _with_home(machine: Machine, parts: tuple[Part, ...], *, is_value: bool = False) -> tuple[Part, ...]:
    """The parts of a word with the tilde at its start, or behind a colon of a value, expanded."""
    first = parts[0] if parts else None
    if not isinstance(first, Text) or first.is_quoted or "~" not in first.text:
        return parts
    where = r"(?:^|(?<=:))~(root)?(?=/|:|$)" if is_value else r"^~(root)?(?=/|$)"
    if len(parts) > 1:
        where = where.replace("|$)", ")")
    home = machine.variable("HOME")
    if home is None:
        return parts
    pieces = re.split(where, first.text)
    made = [Text(pieces[0])]
    for user, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        made += [Text("/root" if user else home, True), Text(rest)]
    return (*made, *parts[1:]) if len(pieces) > 1 else parts


class _Fields:
    """The fields of one word; each is kept as a pattern too, in which only unquoted characters are special."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._found: list[tuple[Value, str]] = []
        self._text: Value = ""
        self._pattern = ""
        self._is_open = False

    def of(self, word: Word) -> list[Value]:
        for part in _with_home(self._machine, word.parts):
            self._add(part)
        self._close()
        if "f" in self._machine.options:
            return [text for text, _ in self._found]
        return [name for text, glob in self._found for name in globbing.names(self._machine, text, glob)]

    def _add(self, part: Part) -> None:
        if isinstance(part, Parameter):
            self._add_parameter(part)
        elif isinstance(part, Text):
            self._put(part.text, is_quoted=part.is_quoted)
        else:
            text = _text(self._machine, part)
            self._put(text, is_quoted=True) if part.is_quoted else self._split(text)

    def _add_parameter(self, part: Parameter) -> None:
        part = _indexed(self._machine, part)
        default = parameters.default_of(self._machine, part, single)
        if default is not None:
            for inner in _with_home(self._machine, default.parts):
                if part.is_quoted:
                    self._put(_text(self._machine, inner), is_quoted=True)
                elif isinstance(inner, Text) and not inner.is_quoted:
                    self._split(inner.text)
                else:
                    self._add(inner)
            return
        values = parameters.several(self._machine, part, _argument(self._machine, part))
        if values is None:
            text = _text(self._machine, part)
            self._put(text, is_quoted=True) if part.is_quoted else self._split(text)
            return
        for index, value in enumerate(values):
            if index:
                self._close()
            self._put(value, is_quoted=True) if part.is_quoted else self._split(value)

    def _put(self, text: Value, *, is_quoted: bool) -> None:
        self._text = None if text is None or self._text is None else self._text + text
        self._pattern += escaped(text or "") if is_quoted else (text or "")
        self._is_open = True

    def _split(self, text: Value) -> None:
        """Add a text that is divided where characters of IFS stand."""
        if text is None:
            self._put(None, is_quoted=True)
            return
        separator = parameters.separator_of(self._machine)
        at = 0
        for found in separator.finditer(text) if separator else ():
            if found.start() > at:
                self._put(text[at : found.start()], is_quoted=False)
            if self._is_open or found[0].strip(" \t\n"):
                self._close(is_forced=True)
            at = found.end()
        if at < len(text):
            self._put(text[at:], is_quoted=False)

    def _close(self, *, is_forced: bool = False) -> None:
        if self._is_open or is_forced:
            self._found.append((self._text, self._pattern))
        self._text, self._pattern, self._is_open = "", "", False


def _text(machine: Machine, part: Part) -> Value:
    if isinstance(part, Text):
        return part.text
    if isinstance(part, Parameter):
        part = _indexed(machine, part)
        default = parameters.default_of(machine, part, single)
        if default is not None:
            return single(machine, default)
        return parameters.text_of(machine, part, _argument(machine, part))
    if isinstance(part, CommandSubstitution):
        return _substituted(machine, part.script)
    if isinstance(part, Arithmetic):
        value = compute(machine, part.expression)
        return None if value is None else str(value)
    if isinstance(part, Array):
        return "(" + " ".join(single(machine, element.value) or "" for element in part.elements) + ")"
    assert isinstance(part, Opaque)
    machine.shared.session.unknown = "what a process substitution comes to"
    return None


def _argument(machine: Machine, part: Parameter) -> Value:
    return "" if part.argument is None else pattern(machine, part.argument)


def _indexed(machine: Machine, part: Parameter) -> Parameter:
    """A parameter whose name has the key of its element; one that stands for all elements stays as it is."""
    if part.key is None or arrays.is_whole(part.key):
        return part
    name = element_name(machine, part.name, single(machine, part.key))
    return part._replace(name=name or f"{part.name}[?]", key=None)


def array(machine: Machine, assignment: Assignment) -> bool:
    """Carry an assignment out that is one of an array or of an element; False for any other."""
    name, value = assignment.name, assignment.value
    if assignment.key is not None:
        key = element_name(machine, name, single(machine, assignment.key))
        if key is not None:
            arrays.assign_element(machine, key, single(machine, value), appends=assignment.appends)
        return True
    part = value.parts[0] if len(value.parts) == 1 else None
    if not isinstance(part, Array):
        return False
    pairs: list[tuple[Key | None, Value]] = []
    for element in part.elements:
        if element.key is not None:
            pairs.append((key_of(machine, name, single(machine, element.key)), single(machine, element.value)))
        else:
            pairs += [(None, text) for text in arguments(machine, (element.value,))]
    arrays.assign_list(machine, name, pairs, appends=assignment.appends)
    return True


def compute(machine: Machine, expression: Word) -> int | None:
    """The value of an arithmetic expression, None if it is unknown; Exited: it is none."""
    text = single(machine, expression)
    return None if text is None else value_of(machine, text)


def _substituted(machine: Machine, script: Script) -> Value:
    """The output of a script, without the newlines at its end."""
    child = machine.fork()
    child.traps = {}
    output = Record()
    child.streams[1] = output
    try:
        child.status = machine.shared.evaluator.run_script(child, script)
    except Exited as exited:
        child.status = exited.status
    except RunsOn:
        machine.clock = child.clock
        raise
    machine.clock = max(machine.clock, child.clock)
    machine.status = machine.substituted = child.status
    text = output.text()
    if text is None and None not in [piece for _, piece in output.entries]:
        machine.shared.session.unknown = "texts as long as this one"
    return None if text is None else text.replace("\0", "").rstrip("\n")
