"""sed: what its scripts do with each line. Mirrors POSIX's sed with GNU's common additions."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.found import FileError
from kubesim.containers.evaluation.tools.call import MOST_WORK, Call, Misused, Tool, Unknown, lines_of
from kubesim.containers.evaluation.tools.regular import substituted
from kubesim.containers.evaluation.tools.stream_script import Address, Command, Parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.containers.evaluation.endings import Status


class _Ended(Exception):  # noqa: N818
    """The script is done: with a status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Editor:
    """Runs a script over lines."""

    def __init__(self, call: Call, commands: list[Command]) -> None:
        self._call = call
        self._commands = commands
        self._labels = {command.text: index for index, command in enumerate(commands) if command.name == ":"}
        self._is_quiet = "n" in call.flags
        self._active: dict[int, int] = {}  # ranges that are open: the line at which each ends, 0 if unknown
        self._last_pattern: re.Pattern[str] | None = None
        self._hold = ""
        self._steps = 0
        self.output: list[str] = []

    def run(self, lines: Iterator[str]) -> None:
        """Edit the lines; _Ended: the script quits."""
        self._lines = lines
        self._ahead = next(lines, None)
        self._number = 0
        while self._ahead is not None:
            self._space, self._newline = self._take()
            self._appended: list[str] = []
            try:
                self._walk()
            except _Ended:
                self._finish()
                raise
            self._finish()

    def _take(self) -> tuple[str, str]:
        line = self._ahead or ""
        self._ahead = next(self._lines, None)
        self._number += 1
        return line.removesuffix("\n"), "\n" if line.endswith("\n") else ""

    def _finish(self) -> None:
        if not self._is_quiet and not self._is_deleted:
            self._print(self._space)
        self._flush()

    def _flush(self) -> None:
        for text in self._appended:
            self._emit(text)
        self._appended = []

    def _print(self, text: str) -> None:
        self._emit(text + ("\n" if self._newline or self._ahead is not None else ""))

    def _emit(self, text: str) -> None:
        if self.output and self.output[-1] and not self.output[-1].endswith("\n"):
            self.output.append("\n")
        self.output.append(text)

    def _walk(self) -> None:
        self._is_deleted = False
        self._is_changed = False
        at = 0
        while at < len(self._commands):
            self._steps += 1
            if self._steps > MOST_WORK:
                raise Unknown("so long a run of sed")
            command = self._commands[at]
            if self._selects(at, command) == command.is_negated:
                at = command.partner + 1 if command.name == "{" else at + 1
                continue
            jump = self._do(at, command)
            if jump is None:
                return
            at = jump

    def _selects(self, at: int, command: Command) -> bool:
        if not command.addresses:
            return True
        first = command.addresses[0]
        if len(command.addresses) == 1:
            return self._is_at(first)
        second = command.addresses[1]
        if at not in self._active:
            if not self._is_at(first):
                return False
            end = second.number if second.kind == "n" else self._number + second.number if second.kind == "+" else 0
            if not (end and end <= self._number):
                self._active[at] = end
            return True
        end = self._active[at]
        is_last = self._number >= end if end else self._is_at(second)
        if is_last:
            del self._active[at]
        return not (end and self._number > end)

    def _is_at(self, address: Address) -> bool:
        if address.kind == "n":
            return self._number == address.number
        if address.kind == "~":
            rest = self._number - address.number
            return rest >= 0 and rest % (address.step or MOST_WORK) == 0
        if address.kind == "$":
            return self._ahead is None
        pattern = self._last_pattern = address.pattern or self._last_pattern
        return pattern is not None and pattern.search(self._space) is not None

    def _do(self, at: int, command: Command) -> int | None:
        """Do a command; where to go on, None: with the next line."""
        name = command.name
        if name == "s":
            self._substitute(command)
        elif name == "y":
            half = len(command.text) // 2
            self._space = self._space.translate(str.maketrans(command.text[:half], command.text[half:]))
        elif name in "btT":
            return self._branch(at, command)
        elif name in "dD":
            return self._delete(name)
        elif name in "qQ":
            self._is_deleted = name == "Q"
            raise _Ended(int(command.text or 0))
        elif name in "nN":
            return self._next(at, name)
        elif name in "aicr":
            return self._insert(at, command)
        else:
            self._plain(name)
        return at + 1

    def _plain(self, name: str) -> None:
        if name == "p":
            self._print(self._space)
        elif name == "P":
            self._emit(self._space.partition("\n")[0] + "\n")
        elif name == "=":
            self._emit(f"{self._number}\n")
        elif name == "g":
            self._space = self._hold
        elif name == "G":
            self._space += "\n" + self._hold
        elif name == "h":
            self._hold = self._space
        elif name == "H":
            self._hold += "\n" + self._space
        elif name == "x":
            self._space, self._hold = self._hold, self._space
        elif name in "lw":
            raise Unknown(f"sed's command {name}")

    def _branch(self, at: int, command: Command) -> int | None:
        if command.name != "b":
            was_changed, self._is_changed = self._is_changed, False
            if was_changed != (command.name == "t"):
                return at + 1
        if not command.text:
            return len(self._commands)
        if command.text not in self._labels:
            raise Misused(f"-e expression #1, char {at}: can't find label for jump to `{command.text}'")
        return self._labels[command.text]

    def _delete(self, name: str) -> int | None:
        if name == "D" and "\n" in self._space:
            self._space = self._space.partition("\n")[2]
            self._flush()
            return 0
        self._is_deleted = True
        return None

    def _next(self, at: int, name: str) -> int | None:
        if self._ahead is None:
            self._is_deleted = name == "n" and self._is_quiet
            raise _Ended(0)
        if name == "n":
            if not self._is_quiet:
                self._print(self._space)
            self._flush()
            self._space, self._newline = self._take()
        else:
            self._flush()
            line, self._newline = self._take()
            self._space += "\n" + line
        return at + 1

    def _insert(self, at: int, command: Command) -> int | None:
        if command.name == "a":
            self._appended.append(command.text)
        elif command.name == "i":
            self._emit(command.text)
        elif command.name == "r":
            found = self._call.machine.files.find(self._call.path(command.text), self._call.at)
            if found.exists is None or (found.exists and found.content is None):
                raise Unknown(f"what is in {command.text}")
            self._appended.append(found.content or "")
        else:
            if len(command.addresses) < 2 or at not in self._active or command.is_negated:
                self._emit(command.text)
            self._is_deleted = True
            return None
        return at + 1

    def _substitute(self, command: Command) -> None:
        pattern = self._last_pattern = command.pattern or self._last_pattern
        if pattern is None:
            raise Misused("-e expression #1, char 0: no previous regular expression")
        digits = re.sub(r"\D", "", command.flags)
        wanted, count = int(digits or 1), 0

        def replace(found: re.Match[str]) -> str:
            nonlocal count
            count += 1
            if count < wanted or (count > wanted and "g" not in command.flags):
                return found[0]
            return _replaced(command.text, found)

        self._space = substituted(pattern, replace, self._space)
        self._steps += len(self._space) >> 4  # a long line takes longer
        if len(self._space) > MOST_WORK:
            raise Unknown("so long a line of sed")
        if count >= wanted:
            self._is_changed = True
            if "p" in command.flags:
                self._print(self._space)

    @property
    def number(self) -> int:
        return self._number


_CASES = {"U": str.upper, "L": str.lower}


def _replaced(template: str, found: re.Match[str]) -> str:
    """The replacement of a match: ``&``, ``\\1``, and GNU's changes of case."""
    pieces: list[str] = []
    case, once = "", ""
    for token in re.findall(r"\\.|\\\n|&|[^\\&]", template, re.DOTALL):
        if token in ("\\U", "\\L", "\\E"):
            case = token[1].replace("E", "")
            continue
        if token in ("\\u", "\\l"):
            once = token[1].upper()
            continue
        if token == "&":
            text = found[0]
        elif token[0] == "\\" and len(token) > 1:
            text = (found[int(token[1])] or "") if token[1].isdigit() and token[1] != "0" else _literal(token[1], found)
        else:
            text = token
        text = _CASES[case](text) if case else text
        if once and text:
            text, once = _CASES[once](text[0]) + text[1:], ""
        pieces.append(text)
    return "".join(pieces)


def _literal(letter: str, found: re.Match[str]) -> str:
    return found[0] if letter == "0" else {"n": "\n", "t": "\t", "r": "\r"}.get(letter, letter)


def _sed(call: Call) -> Status:
    scripts = [value for letter, value in call.given if letter == "e"]
    scripts += [call.text(value).removesuffix("\n") for letter, value in call.given if letter == "f"]
    if not scripts:
        if not call.operands:
            raise Misused("it is given no script", is_usage=True)
        scripts = [call.operands.pop(0)]
    commands = Parser("\n".join(scripts), bool(call.flags & {"E", "r"}), call.is_busybox).parse()
    status = 0
    if "i" in call.flags:
        for word in call.operands:
            status = _edit_in_place(call, commands, word) or status
        return status
    editor = _Editor(call, commands)
    lines = _Input(call)
    try:
        editor.run(_flushed(call, editor, lines.all()))
    except _Ended as ended:
        status = ended.status
    _flush(call, editor)
    return status or lines.status


class _Input:
    """The lines of all operands; what cannot be read is complained of."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.status = 0

    def all(self) -> Iterator[str]:
        for word in self._call.operands or ["-"]:
            try:
                yield from self._call.lines(word)
            except FileError as error:
                self.status = 1 if self._call.is_busybox else 2
                _refuse(self._call, word, error)


def _refuse(call: Call, word: str, error: FileError) -> None:
    if str(error) == "Is a directory":
        call.complain(f"read error on {word}: {error}" if call.is_busybox else f"couldn't read {word}: {error}")
    else:
        call.refuse(word, error, "{}", "can't read {}")


def _flushed(call: Call, editor: _Editor, lines: Iterator[str]) -> Iterator[str]:
    """The lines; what was edited is printed before the next one is read."""
    for line in lines:
        _flush(call, editor)
        yield line


def _flush(call: Call, editor: _Editor) -> None:
    text = "".join(editor.output)
    if text:
        call.write(text)
        editor.output[:] = [""] if text.endswith("\n") else ["x"]
        editor.output[:] = []


def _edit_in_place(call: Call, commands: list[Command], word: str) -> int:
    try:
        text = call.text(word)
    except FileError as error:
        _refuse(call, word, error)
        return 1 if call.is_busybox else 2
    editor = _Editor(call, commands)
    try:
        editor.run(iter(lines_of(text)))
    except _Ended:
        editor.output += lines_of(text)[editor.number :]
    files, path = call.machine.files, call.path(word)
    suffix = call.value("i")
    try:
        if suffix:
            files.write(path + suffix, call.at, text)
        files.write(path, call.at, "".join(editor.output))
    except FileError as error:
        call.complain(f"couldn't open temporary file {word}: {error}")
        return 4
    return 0


def _run(call: Call) -> Status:
    """``-i`` takes a suffix only if it is behind it at once."""
    words = []
    is_script = False
    for word in call.operands:
        attached = not is_script and word.startswith("-i") and not word.startswith("--")
        words += ["--in-place" + (f"={word[2:]}" if word[2:] else "")] if attached else [word]
        is_script = word in ("-e", "-f")
    call.operands = words
    call.parse(Tool(_run, "nErisuz", "ef", _LONG))
    if call.flags & {"z", "s"}:
        raise Unknown("sed -z and -s")
    return _sed(call)


_LONG = {"quiet": "n", "silent": "n", "expression": "e", "file": "f", "regexp-extended": "E", "in-place": "i"}
TOOLS = {"sed": Tool(_run, is_plain=True)}
