"""Text at several levels of indentation, in columns. Mirrors describe's PrefixWriter over a tabwriter."""

from __future__ import annotations

from kubesim.golang.tabwriter import TabWriter, escape_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

INDENT = "  "
PADDING = 2


class Description:
    """A description in the making."""

    def __init__(self) -> None:
        self._finished: list[str] = []
        self._pending: list[str] = []

    def write(self, text: str) -> None:
        """Text as it is; tabs divide cells."""
        self._pending.append(escape_terminal(text))

    def line(self, *cells: object, level: int = 0) -> None:
        """One line; all its cells but the last line up with their neighbours'."""
        self.write(f"{INDENT * level}{chr(9).join(map(str, cells))}\n")

    def entries(self, title: str, entries: Sequence[str], indent: str = "") -> None:
        """A title and what it lists, a line each, one below the other."""
        for at, entry in enumerate(entries or ("<none>",)):
            self.line(f"{indent}{title}:" if at == 0 else indent, entry)

    def indented_entries(self, title: str, entries: Sequence[str], level: int, none: str = "<none>") -> None:
        """The same further in, where kubectl indents every piece of a line anew."""
        indent = INDENT * level
        self.line(f"{indent}{title}:", f"{indent}{entries[0]}" if entries else none)
        for entry in entries[1:]:
            self.line(indent * 2, f"{indent}{entry}")

    def flush(self) -> None:
        """Columns begin anew after this."""
        text = "".join(self._pending)
        self._pending.clear()
        if text:
            rows = [line.split("\t") for line in text.removesuffix("\n").split("\n")]
            self._finished += TabWriter(0, PADDING).layout(rows)

    def text(self) -> str:
        """All of it, in columns."""
        self.flush()
        return "".join(f"{line}\n" for line in self._finished)

    def raw(self) -> str:
        """What was written since the last flush, its tabs left as they are."""
        return "".join(self._pending)
