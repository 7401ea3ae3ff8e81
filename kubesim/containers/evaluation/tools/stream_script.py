"""A parser of sed's scripts."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.tools.call import Misused, Unknown
from kubesim.containers.evaluation.tools.regular import compiled
from kubesim.startup.named_tuple import NamedTuple


class Address(NamedTuple):
    """A line by its number, ``$``, an expression, ``first~step`` or ``+count``."""

    kind: str
    number: int = 0
    step: int = 0
    pattern: re.Pattern[str] | None = None


class Command(NamedTuple):
    """A command: its addresses, and what it needs. ``partner``: where the block ends that a ``{`` begins."""

    name: str
    addresses: tuple[Address, ...] = ()
    is_negated: bool = False
    text: str = ""
    pattern: re.Pattern[str] | None = None
    flags: str = ""
    partner: int = 0


class Parser:
    def __init__(self, source: str, is_extended: bool, is_busybox: bool) -> None:
        self._is_busybox = is_busybox
        self._source = source
        self._at = 0
        self._is_extended = is_extended
        self._open: list[int] = []
        self.commands: list[Command] = []

    def parse(self) -> list[Command]:
        while self._at < len(self._source):
            if self._source[self._at] in " \t\n;":
                self._at += 1
            elif self._source[self._at] == "#":
                self._until("\n")
            else:
                self._command()
        if self._open:
            raise Misused("-e expression #1, char 0: unmatched `{'")
        return self.commands

    def _until(self, end: str) -> str:
        begin = self._at
        found = re.compile(f"[{end}]").search(self._source, begin)
        self._at = len(self._source) if found is None else found.start()
        return self._source[begin : self._at]

    def _command(self) -> None:
        addresses = self._addresses()
        is_negated = False
        while self._peek() in ("!", " "):
            is_negated = is_negated or self._peek() == "!"
            self._at += 1
        name = self._peek()
        self._at += 1
        if not name:
            raise self._wrong("missing command", "missing command")
        made = Command(name, addresses, is_negated)
        if name in "aic":
            made = made._replace(text=self._text())
        elif name in "s":
            made = self._substitution(made)
        elif name == "y":
            made = made._replace(text=self._pair())
        elif name in ":btT":
            made = made._replace(text=self._until("\n;}" if name != ":" else "\n;").strip())
        elif name in "rw":
            made = made._replace(text=self._until("\n").strip())
        elif name in "qQ":
            made = made._replace(text=self._until("\n;}").strip())
            if made.text and not made.text.isdigit():
                raise self._wrong("extra characters after command")
        elif name not in "{}dDgGhHnNpPx=l":
            raise self._wrong(f"unknown command: `{name}'", f"unsupported command {name}")
        self._nest(made)

    def _nest(self, made: Command) -> None:
        if made.name == "{":
            self._open.append(len(self.commands))
        if made.name == "}":
            if not self._open:
                raise self._wrong("unexpected `}'")
            begin = self._open.pop()
            self.commands[begin] = self.commands[begin]._replace(partner=len(self.commands))
        self.commands.append(made)

    def _wrong(self, why: str, busybox: str = "") -> Exception:
        if self._is_busybox:
            return Misused(busybox) if busybox else Unknown(f"sed's words for {why}")
        return Misused(f"-e expression #1, char {self._at}: {why}")

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _addresses(self) -> tuple[Address, ...]:
        first = self._address()
        if first is None:
            return ()
        while self._peek() == " ":
            self._at += 1
        if self._peek() != ",":
            return (first,)
        self._at += 1
        while self._peek() == " ":
            self._at += 1
        second = self._address()
        if second is None:
            raise self._wrong("unexpected `,'")
        return first, second

    def _address(self) -> Address | None:
        found = re.compile(r"(\d+)(?:~(\d+))?|\+(\d+)|\$").match(self._source, self._at)
        if found is not None:
            self._at = found.end()
            if found[0] == "$":
                return Address("$")
            if found[3]:
                return Address("+", int(found[3]))
            if found[2] and self._is_busybox:
                raise Unknown("sed's first~step")
            return Address("~" if found[2] else "n", int(found[1]), int(found[2] or 0))
        if self._peek() not in ("/", "\\"):
            return None
        self._at += self._peek() == "\\"
        mark = self._peek()
        self._at += 1
        expression = self._delimited(mark)
        ignores = self._peek() == "I"
        if ignores and self._is_busybox:
            raise Unknown("sed's /x/I")
        self._at += ignores
        return Address("/", pattern=self._compiled(expression, ignores))

    def _compiled(self, expression: str, ignores: bool) -> re.Pattern[str] | None:
        return compiled(expression, is_extended=self._is_extended, ignores_case=ignores) if expression else None

    def _delimited(self, mark: str) -> str:
        """The text up to a mark; the mark itself may be quoted in it."""
        pieces = []
        in_bracket = False
        while self._at < len(self._source):
            letter = self._source[self._at]
            if letter == "\\" and self._at + 1 < len(self._source) and not in_bracket:
                follows = self._source[self._at + 1]
                pieces.append(follows if follows == mark and mark not in "|()+?.*[]^$" else letter + follows)
                self._at += 2
                continue
            if letter == mark and not in_bracket:
                self._at += 1
                return "".join(pieces)
            if letter == "[" and not in_bracket:
                in_bracket = self._source.find("]", self._at + 2) > 0 and mark == "/" and self._has_bracket()
            elif letter == "]":
                in_bracket = False
            pieces.append(letter)
            self._at += 1
        raise self._wrong("unterminated `s' command", f"unmatched '{mark}'")

    def _has_bracket(self) -> bool:
        """Whether the bracket here has a slash in it that does not end the expression."""
        found = re.compile(r"\[\^?\]?(?:\[:\w+:\]|[^\]/])*/(?:\[:\w+:\]|[^\]/])*\]").match(self._source, self._at)
        return found is not None and "/" in self._source[found.end() :]

    def _substitution(self, made: Command) -> Command:
        mark = self._peek()
        self._at += 1
        expression = self._delimited(mark)
        replacement = self._delimited(mark)
        found = re.compile(r"[gIipe0-9mM]*").match(self._source, self._at)
        flags = found[0] if found is not None else ""
        self._at += len(flags)
        while self._peek() == " ":
            self._at += 1
        if self._peek() == "w" or set(flags) & set("emM"):
            raise Unknown("sed's flags w, e and m of s")
        if self._peek() not in ("", "\n", ";", "}", "#"):
            raise self._wrong("unknown option to `s'")
        pattern = self._compiled(expression, bool(set(flags) & {"I", "i"}))
        if pattern is not None and _referred(replacement) > pattern.groups:
            raise self._wrong(f"invalid reference \\{_referred(replacement)} on `s' command's RHS")
        return made._replace(pattern=pattern, text=replacement, flags=flags)

    def _pair(self) -> str:
        mark = self._peek()
        self._at += 1
        both = [_unquoted(self._delimited(mark)) for _ in range(2)]
        if len(both[0]) != len(both[1]):
            raise self._wrong("strings for `y' command are different lengths")
        return "".join(both)

    def _text(self) -> str:
        """The text of ``a``, ``i`` and ``c``: behind a backslash and a newline, or on the same line."""
        found = re.compile(r"[ \t]*(?:\\\n|\\(?=[ \t]))?[ \t]*").match(self._source, self._at)
        if found is not None:
            self._at = found.end() if not found[0].endswith("\\") else self._at
        pieces = []
        while self._at < len(self._source) and self._peek() != "\n":
            if self._peek() == "\\":
                self._at += 1
            pieces.append(self._peek())
            self._at += 1
        if not pieces:
            raise self._wrong("expected \\ after `a', `c' or `i'")
        return "".join(pieces) + "\n"


def _referred(replacement: str) -> int:
    return max((int(number) for number in re.findall(r"(?<!\\)\\([1-9])", replacement)), default=0)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text)
