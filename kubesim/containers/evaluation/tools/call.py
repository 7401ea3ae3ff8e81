"""A call of a tool: its options and operands, what it reads, and how it complains."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.endings import OutOfTime, RunsOn, Status
from kubesim.containers.evaluation.found import FileError
from kubesim.containers.evaluation.machine import Machine
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_OUTPUT = 1 << 20  # characters that one tool prints
MOST_WORK = 200_000  # lines, files or steps of one tool


class Unknown(Exception):  # noqa: N818 - no error, but the end of what is known
    """Something is needed that is not known, or not simulated; the text says what, if not just what the tool prints."""


class Misused(Exception):  # noqa: N818 - the user's mistake, said in the tool's own words
    """A tool is used in a way that it refuses: its complaint, and its status. ``is_usage``: it tells how it is used."""

    def __init__(self, complaint: str, status: int = 1, *, is_usage: bool = False) -> None:
        super().__init__(complaint)
        self.status = status
        self.is_usage = is_usage


class Tool(NamedTuple):
    """How a tool is called.

    ``flags`` are its short options, ``valued`` those with a value; ``long`` maps others to them.

    ``is_plain``: it takes no options at all, and all words as they are.  ``skips``: words that are not known are left
    out, instead of making all that it does unknown.  ``leads``: its options end at the first operand.
    """

    run: Callable[[Call], Status]
    flags: str = ""
    valued: str = ""
    long: dict[str, str] = {}  # noqa: RUF012 - nobody changes it
    is_plain: bool = False
    skips: bool = False
    leads: bool = False


class Call:
    """A tool's call on a machine."""

    def __init__(self, machine: Machine, name: str, words: list[str]) -> None:
        self.machine = machine
        self.name = name
        self.flags: set[str] = set()
        self.values: dict[str, list[str]] = {}
        #: The options in their order, with their values.
        self.given: list[tuple[str, str]] = []
        self.operands = words
        #: All words behind its name.
        self.words = tuple(words)
        self._printed = 0

    # options

    def parse(self, tool: Tool) -> None:
        """Read the options as getopt does; Unknown: one that is not simulated."""
        words, self.operands = self.operands, []
        while words:
            word = words.pop(0)
            if word == "--":
                self.operands += words
                break
            if word.startswith("--") and len(word) > 2:
                self._take_long(tool, word, words)
            elif len(word) > 1 and word.startswith("-"):
                self._take_short(tool, word, words)
            else:
                self.operands.append(word)
                if tool.leads:
                    self.operands += words
                    break

    def _take_long(self, tool: Tool, word: str, words: list[str]) -> None:
        name, has_value, value = word[2:].partition("=")
        short = tool.long.get(name)
        if short is None:
            matching = {other for full, other in tool.long.items() if full.startswith(name)}
            short = matching.pop() if len(matching) == 1 else None
        if short is None:
            raise Unknown(f"{self.name} {word.partition('=')[0]}")
        if short[0] in tool.valued and len(short) == 1:
            self._set(short, value if has_value else words.pop(0) if words else self._misses(short))
        else:
            self._set(short[0], short[1:] or value)

    def _take_short(self, tool: Tool, word: str, words: list[str]) -> None:
        for index, letter in enumerate(word[1:], 1):
            if letter in tool.valued:
                rest = word[index + 1 :]
                self._set(letter, rest or (words.pop(0) if words else self._misses(letter)))
                return
            if letter not in tool.flags:
                raise Unknown(f"{self.name} -{letter}")
            self._set(letter, "")

    def _misses(self, letter: str) -> str:
        raise Misused(f"option requires an argument -- '{letter}'")

    def _set(self, letter: str, value: str) -> None:
        self.flags.add(letter)
        self.values.setdefault(letter, []).append(value)
        self.given.append((letter, value))

    def value(self, letter: str, default: str = "") -> str:
        """An option's last value."""
        return self.values.get(letter, [default])[-1]

    def number(self, letter: str, default: int) -> int:
        """An option's last value as a number; Unknown if it is none."""
        text = self.value(letter, str(default))
        if not re.fullmatch(r"[-+]?\d{1,9}", text):
            raise Misused(f"invalid number '{text}'")
        return int(text)

    # who and when

    @property
    def is_busybox(self) -> bool:
        """Whether the image's tools are busybox's; those of images of which nothing is known are taken for these."""
        tools = self.machine.shared.setting.tools
        return tools is None or ("dpkg" not in tools and "rpm" not in tools)

    @property
    def at(self) -> int:
        return self.machine.clock

    def path(self, word: str) -> str:
        return self.machine.path(word)

    # reading

    def lines(self, word: str = "-") -> Iterator[str]:
        """The lines of a file, or of the input as they come, each with its newline if it has one.

        FileError; Unknown: the text is not known.
        """
        if word != "-":
            yield from lines_of(self.text(word))
            return
        machine = self.machine
        if machine.shared.setting.reads_input and not machine.input.entries:
            run_on(machine)
        for count in range(MOST_WORK):
            instant, line = machine.input.line()
            if line == "":
                return
            machine.clock = max(machine.clock, instant)
            if line is None:
                raise Unknown
            yield line
            if count == MOST_WORK - 1:
                raise Unknown(f"so long an input of {self.name}")

    def text(self, word: str = "-") -> str:
        """A file's text, or the input's; FileError, Unknown."""
        if word in ("-", "/dev/stdin"):
            return "".join(self.lines())
        if self.path(word) == "/proc/self/status":
            return self._own_status()
        text = self.machine.files.read(self.path(word), self.at)
        if word == "/dev/null":
            return ""
        if text is None:
            raise Unknown(f"what is in {word}")
        return text

    def _own_status(self) -> str:
        """What the kernel says of the tool itself: what it says of the first process, but for name and numbers."""
        text = self.machine.files.find("/proc/1/status", self.at).content
        if text is None:
            raise Unknown("what is in /proc/self/status")
        takes_place = self.machine.replaces and self.machine.shells
        shells = [number for number, _ in self.machine.shells][: -1 if takes_place else None]
        number = self.machine.shells[-1][0] if takes_place else self.machine.shared.processes + 1
        own = {"Name": self.name[:15], "State": "R (running)", "PPid": shells[-1] if shells else 0}
        own |= dict.fromkeys(("Tgid", "Pid", "NStgid", "NSpid", "NSpgid"), number)
        return re.sub(r"(?m)^(\w+):\t(.*)$", lambda found: f"{found[1]}:\t{own.get(found[1], found[2])}", text)

    # printing

    def write(self, text: str) -> None:
        """Print; Unknown: it is more than a tool may print."""
        self._printed += len(text)
        if self._printed > MOST_OUTPUT:
            raise Unknown(f"so much output of {self.name}")
        self.machine.write(text)

    def complain(self, text: str) -> None:
        self.machine.complain(f"{self.name}: {text}")

    def refuse(self, word: str, error: FileError, busybox: str = "{}", coreutils: str = "{}") -> int:
        """Complain that a file cannot be used, in the words of the image's tools; the status 1."""
        about = (busybox if self.is_busybox else coreutils).format(word)
        self.complain(f"{about}: {error}")
        return 1


def lines_of(text: str) -> list[str]:
    """The lines of a text, each with its newline if it has one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def run_on(machine: Machine) -> Status:
    """Run for ever: to the limit if there is one (OutOfTime), else RunsOn."""
    if machine.limit is not None:
        machine.clock = machine.limit
        raise OutOfTime
    raise RunsOn
