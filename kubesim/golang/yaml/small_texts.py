"""The events of small and simple YAML texts, as most manifests are, by PyYAML's parser in Python.

Its parser in C takes longer to import than such a text takes to parse.  Of what is accepted here both make the same.
"""

from __future__ import annotations

from kubesim.startup.module_import import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    import yaml

LARGEST = 3000  # characters; from there on the parser in C is quicker, its import included

_PLAIN = frozenset("\n \"#$'()+,-./0123456789:;<=ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{}~")
_AMBIGUOUS = (":,", ":[", ":]", ":{", ":}")


def events_of(text: str) -> list[yaml.Event] | None:
    """The events of a text; None of one that is not small and simple, or that is wrong."""
    if len(text) > LARGEST or not _PLAIN.issuperset(text) or any(pair in text for pair in _AMBIGUOUS):
        return None
    try:
        parser = import_module("kubesim.golang.yaml.pyyaml.parser")
    except ImportError:
        return None
    return _parsed(text, parser)


def _parsed(text: str, parser: ModuleType) -> list[yaml.Event] | None:
    parsing = type("Parsing", (_Text, parser.Scanner, parser.Parser), {})(text)
    parser.Scanner.__init__(parsing)
    parser.Parser.__init__(parsing)
    events = []
    try:
        while parsing.check_event():
            events.append(parsing.get_event())
    except parser.MarkedYAMLError:
        return None
    return events


class _Text:
    """A text as PyYAML's scanner reads it. Mirrors yaml.reader.Reader, but for the marks, which only errors need."""

    encoding = None

    def __init__(self, text: str) -> None:
        self._buffer = f"{text}\0\0\0\0"
        self.index = self.line = self.column = 0

    def peek(self, index: int = 0) -> str:
        return self._buffer[self.index + index]

    def prefix(self, length: int = 1) -> str:
        return self._buffer[self.index : self.index + length]

    def forward(self, length: int = 1) -> None:
        passed = self._buffer[self.index : self.index + length]
        self.index += length
        breaks = passed.count("\n")
        self.line += breaks
        self.column = length - 1 - passed.rindex("\n") if breaks else self.column + length

    def get_mark(self) -> None:
        return None
