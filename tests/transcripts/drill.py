"""Drills: shell sessions with what a real Kubernetes answered, and how an answer is compared with them.

A drill file holds files, then a session: ``$ `` starts a bash command line; its standard output follows, then its
standard error behind ``2> ``, then its exit status in brackets unless it is 0.  ``%no-eol`` says that standard output
did not end in a newline, a backslash escapes a line that would read as one of these.  ``@settle`` lets the cluster come
to rest, ``@wait 5`` lets five seconds pass.  Further recordings of a drill lie in ``again``: where real runs race, any
recorded answer is right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


@dataclass
class Step:
    """A command or directive, and the lines that were recorded under it."""

    command: str
    recorded: list[str] = field(default_factory=list)

    @property
    def is_directive(self) -> bool:
        return self.command.startswith("@")

    @property
    def shell(self) -> str:
        """The bash command line that plays this step."""
        if not self.is_directive:
            return self.command
        word, _, seconds = self.command[1:].partition(" ")
        return f"kubectl sim advance {seconds}" if word == "wait" else "kubectl sim settle"


@dataclass
class Drill:
    """A recorded session and the files that it works on."""

    path: Path
    files: dict[str, str]
    steps: list[Step]

    @cached_property
    def recordings(self) -> list[Drill]:
        """This recording, and the others of the same session."""
        others = [read(path) for path in sorted(self.path.parent.glob(f"again*/{self.path.name}"))]
        return [self, *(other for other in others if other.commands == self.commands)]

    @property
    def commands(self) -> list[str]:
        return [step.command for step in self.steps]

    def accepted(self, number: int) -> list[list[str]]:
        """The normalised answers to step ``number`` in every recording of this drill."""
        return [normalise(recording.steps[number].recorded) for recording in self.recordings]


def read(path: Path) -> Drill:
    """Parse a drill file."""
    files: dict[str, str] = {}
    steps: list[Step] = []
    section = ""
    for line in path.read_text().splitlines(keepends=True):
        marker = re.fullmatch(r"-- (\S+) --\n?", line)
        if marker:
            section = marker.group(1)
            if section != "drill":
                files[section] = ""
        elif section == "drill":
            _read_step_line(steps, line.rstrip("\n"))
        elif section:
            files[section] += line
    return Drill(path, files, steps)


def _read_step_line(steps: list[Step], line: str) -> None:
    if line.startswith("$ "):
        steps.append(Step(line[2:]))
    elif re.fullmatch(r"@(settle|wait \d+)", line):
        steps.append(Step(line))
    elif steps:
        steps[-1].recorded.append(line)


SPECIAL = re.compile(r"\$ |2> |\\|@settle$|@wait \d|%no-eol$|\[\d+\]$|-- \S+ --$")


def transcript(stdout: str, stderr: str, status: int) -> list[str]:
    """An answer as the lines that stand under a command in a drill."""
    lines = ["\\" + line if SPECIAL.match(line) else line for line in stdout.splitlines()]
    if stdout and not stdout.endswith("\n"):
        lines.append("%no-eol")
    lines += [f"2> {line}" for line in stderr.splitlines()]
    return [*lines, f"[{status}]"] if status else lines


# What no two runs share.

AGE = r"(?=\d)(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?"
MASKS = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<uid>"),
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", "<time>"),
        (r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "<time>"),
        (r'(resourceVersion"?: )"\d+"', r'\1"<rv>"'),
        (r"\bcontainerd://[0-9a-f]{64}\b", "<container-id>"),
        (r"\b[\w./:-]+@sha256:[0-9a-f]{64}\b", "<image-id>"),
        (r"\b(?:10|172|192)\.\d+\.\d+\.\d+\b", "<ip>"),
        (r"\b(?:controlplane|node01|node02)\b", "<node>"),
        (r"(?<=:)3[0-2]\d{3}(?=/(?:TCP|UDP))", "<node-port>"),
        (r'(nodePort"?: ?)3[0-2]\d{3}\b', r"\1<node-port>"),
        (rf"-[{SUFFIX_LETTERS}]{{5}}(?![\w.-])", "-xxxxx"),
        (rf"\(x\d+ over {AGE}\)", "(xN over <age>)"),
        (rf"\({AGE} ago\)", "(<age> ago)"),
        (r"\bin \d+(?:\.\d+)?m?s \(\d+(?:\.\d+)?m?s including waiting\)", "in <age> (<age> including waiting)"),
        (r"\bkubesim\b", "kubectl"),
    )
)
AGE_COLUMNS = {"AGE", "Age", "LAST SEEN", "DURATION", "LAST SCHEDULE"}
FREE_WIDTH = {"IP", "NODE", "CLUSTER-IP", "INTERNAL-IP", *AGE_COLUMNS}
Columns = list[tuple[int, str]]


def normalise(lines: list[str]) -> list[str]:
    """The lines without what differs from run to run: names' endings, uids, times, ages, addresses, event counts."""
    text = "\n".join(_mask_ages(lines))
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return _thin_waiting(_sort_twins(_shrink_tables(text.split("\n"))))


def _header(line: str) -> Columns | None:
    """The columns of a table's header line, each with where it starts; None for any other line."""
    columns = [(m.start(), m.group()) for m in re.finditer(r"\S+(?: \S+)*", line.removeprefix("2> "))]
    names = [name for _, name in columns]
    if len(names) < 2 or AGE_COLUMNS.isdisjoint(names):
        return None
    is_header = all(re.fullmatch(r"[A-Z][A-Z0-9()/ -]*", name) for name in names)
    return columns if is_header or names[:2] == ["Type", "Reason"] else None


def _tables(lines: list[str]) -> list[tuple[int, int, Columns]]:
    """Where each table's header stands, where the table ends, and its columns."""
    found = []
    at = 0
    while at < len(lines):
        columns, start = _header(lines[at]), at
        at += 1
        if columns is None:
            continue
        while at < len(lines) and re.match(r" {0,2}\S+ {2,}", lines[at]) and not _header(lines[at]):
            at += 1
        found.append((start, at, columns))
    return found


def _mask_ages(lines: list[str]) -> list[str]:
    """Mask ages in their columns, and at the end of rows that have no header."""
    row = re.compile(rf"((?:\S+(?: \S+)* {{2,}}){{3,}}){AGE}$")
    masked = [row.sub(r"\1<age>", line) for line in lines]
    for start, end, columns in _tables(lines):
        for at, _ in [column for column in reversed(columns) if column[1] in AGE_COLUMNS]:
            cell = re.compile(rf"(.{{{at}}}){AGE}(?![\w.])")
            masked[start + 1 : end] = [cell.sub(r"\1<age>", line, count=1) for line in masked[start + 1 : end]]
    return masked


def _shrink_tables(lines: list[str]) -> list[str]:
    """Two blanks between columns where widths follow from what is masked."""
    shrunk = list(lines)
    for start, end, columns in _tables(lines):
        restarted = any("<age> ago)" in line for line in shrunk[start:end])
        if restarted or any(name in FREE_WIDTH for _, name in columns[:-1]):
            shrunk[start:end] = [re.sub(r"(?<=\S) {2,}", "  ", line) for line in shrunk[start:end]]
    return shrunk


def _sort_twins(lines: list[str]) -> list[str]:
    """Sort neighbouring rows whose names are alike but for their random letters."""
    name = re.compile(r"((?:\S+ +)?\S+)-xxxxx(?= )")
    ordered = list(lines)
    start = 0
    while start < len(ordered):
        first = name.match(ordered[start])
        end = start + 1
        while first and end < len(ordered) and (m := name.match(ordered[end])) and m.group(1) == first.group(1):
            end += 1
        ordered[start:end] = sorted(ordered[start:end])
        start = end
    return ordered


def _thin_waiting(lines: list[str]) -> list[str]:
    """One line for a run of ``Waiting`` lines that differ only in how far things are: that number races."""
    thinned: list[str] = []
    for line in lines:
        if not line.startswith("Waiting "):
            thinned.append(line)
            continue
        thin = re.sub(r"(?<![\w\"-])\d+(?![\w\"-])", "<n>", line, count=1)
        if thinned[-1:] != [thin]:
            thinned.append(thin)
    return thinned
