"""Pipelines whose first command goes on for long: ``tail -f x | grep y``.

Where what follows treats each line for itself, it is given each line as it comes, so that it prints at once, and goes
on for as long as the first command does.  Any other pipeline is walked command by command.
"""

from __future__ import annotations

import re

from kubesim.containers.evaluation.endings import Exited, Status, Stopped
from kubesim.containers.evaluation.expansion import arguments
from kubesim.containers.evaluation.streams import Record, Stream
from kubesim.containers.shell.syntax import CountingFor, Loop, Redirected, Simple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.containers.shell.syntax import Command

_LASTING = frozenset(("tail", "ping", "watch", "top"))
_HEAD = re.compile(r"head(?: -n ?(\d+)| -(\d+))?")
# Filters that treat each line for itself, with what they are given.
_LINE_BY_LINE = re.compile(
    r"cat|[ef]?grep(?: -[Eivwox]+| --line-buffered)* [^-\s]\S*|tr \S+ \S+|tr -d \S+|cut -[dfbc]\S*(?: -?[dfbc]?\S+)*"
    r"|sed(?: -[uEr]+)* s(?P<mark>.)(?:(?!(?P=mark)).)*(?P=mark)(?:(?!(?P=mark)).)*(?P=mark)[gi]*"
)


class PipeClosed(Stopped):
    """Nobody reads any more what a command prints."""


def filters_of(machine: Machine, commands: Sequence[Command]) -> list[list[str]] | None:
    """The commands behind the first one as arguments, if lines are to be streamed through them; else None."""
    if machine.shared.outside is None or not _is_lasting(commands[0]):
        return None
    found: list[list[str]] = []
    for command in commands[1:]:
        if not isinstance(command, Simple) or command.redirections or command.assignments:
            return None
        argv = [word for word in arguments(machine, command.words) if word is not None]
        text = " ".join(argv)
        if not (_HEAD.fullmatch(text) or _LINE_BY_LINE.fullmatch(text)) or argv[0] in machine.functions:
            return None
        found.append(argv)
    return found


def _is_lasting(command: Command) -> bool:
    """Whether a command may go on for long."""
    if isinstance(command, Redirected):
        return _holds_loop(command)
    return isinstance(command, Simple) and bool(command.words) and command.words[0].literal in _LASTING


def _holds_loop(node: object) -> bool:
    if isinstance(node, (Loop, CountingFor)):
        return True
    return isinstance(node, tuple) and any(_holds_loop(part) for part in node)


class Filter(Stream):
    """Runs a command on each line as it comes, and gives on what that prints."""

    def __init__(self, machine: Machine, argv: list[str], target: Stream) -> None:
        self._machine = machine
        self._argv = argv
        self._target = target
        self._rest = ""
        found = _HEAD.fullmatch(" ".join(argv))
        self._lines_left = None if found is None else int(found[1] or found[2] or 10)
        self.status: Status = 0 if found is not None else 1

    def write(self, instant: int, text: Value) -> None:
        """Take a text. PipeClosed: no more is wanted; NotSimulated: it is unknown."""
        if text is None:
            raise self._machine.shared.session.not_simulated()
        whole, newline, self._rest = (self._rest + text).rpartition("\n")
        if newline:
            self._pass(instant, whole + newline)

    def close(self, instant: int) -> None:
        """Nothing more comes."""
        if self._rest:
            self._pass(instant, self._rest)
        if isinstance(self._target, Filter):
            self._target.close(instant)

    def _pass(self, instant: int, text: str) -> None:
        if self._lines_left is not None:
            lines = text.splitlines(keepends=True)
            self._target.write(instant, "".join(lines[: self._lines_left]))
            self._lines_left -= len(lines)
            if self._lines_left <= 0:
                raise PipeClosed
            return
        child = self._machine.fork()
        child.is_ahead = True
        child.clock, child.input, child.streams[1] = instant, Record(), self._target
        child.input.write(instant, text)
        child.step()
        try:
            status = child.shared.evaluator.run_command(child, list(self._argv), is_last=False)
        except Exited as exited:
            status = exited.status
        self.status = 0 if 0 in (status, self.status) else status


def chain(machine: Machine, filters: list[list[str]]) -> list[Filter]:
    """The filters, each connected with the next one, the last one with where the pipeline prints."""
    target = machine.streams.get(1, Stream())
    made: list[Filter] = []
    for argv in reversed(filters):
        target = Filter(machine, argv, target)
        made.insert(0, target)
    return made
