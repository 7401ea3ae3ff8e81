"""Changes of the documentation's examples, as tests/data has them: a file before it and after it, and what is expected."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import kubesim.examples

DATA = Path(__file__).parent.parent / "data"
ROOT = os.path.dirname(kubesim.examples.__file__)


@dataclass
class Expected:
    """An error: the object as ``deployment/web``, the code of the cause, and words of the message."""

    object: str
    code: str
    words: str


@dataclass
class ManifestChange:
    """A change of one file of examples: its old text, its new one, and the lines of the new one that are new."""

    examples: list[str]
    old: str
    new: str
    changed: set[int]
    expected: list[Expected] = field(default_factory=list)
    bounds: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.examples[-1]} {' '.join(one.code for one in self.expected)}".strip()


def changes(name: str) -> list[ManifestChange]:
    """The changes of a file in tests/data."""
    blocks = (DATA / name).read_text().split("\n\n")
    lines = ([line for line in block.splitlines() if not line.startswith("#")] for block in blocks)
    return [_change(block) for block in lines if block]


def _change(block: list[str]) -> ManifestChange:
    examples = block[0].split()
    old = "\n---\n".join(Path(ROOT, f"{name}.yaml").read_text().rstrip("\n") for name in examples)
    edit = _Edit(old.split("\n"))
    expected, bounds = [], []
    for line in block[1:]:
        mark, text = line[0], line[2:]
        if mark == "!":
            expected.append(Expected(*text.split(" ", 2)))
        elif mark == "$":
            bounds = text.split()
        else:
            edit.take(mark, text)
    new = "\n".join(edit.lines) + "\n"
    assert edit.changed
    return ManifestChange(examples, old + "\n", new, edit.changed, expected, bounds)


class _Edit:
    """Changes lines from the top of a text on."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.changed: set[int] = set()
        self._at = 0
        self._blanks = ""

    def take(self, mark: str, text: str) -> None:
        if mark == ">":
            self.lines += ["---", text]
            self.changed |= {len(self.lines) - 1, len(self.lines)}
        elif mark == "+":
            self.lines.insert(self._at, self._blanks + text)
            self._at += 1
            self.changed.add(self._at)
        else:
            found = self._find(text)
            self._blanks = found[: len(found) - len(found.lstrip())]
            if mark == "-":
                self._at -= 1
                del self.lines[self._at]
                self.changed.add(self._at + 1)

    def _find(self, text: str) -> str:
        """Go on to behind the next line with that text."""
        for at in range(self._at, len(self.lines)):
            if self.lines[at].strip() == text.strip():
                self._at = at + 1
                return self.lines[at]
        raise ValueError(f"no line {text!r} from line {self._at + 1} on")
