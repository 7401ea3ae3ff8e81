"""The tables of ``get``: a row an object, columns three blanks apart.

Mirrors cli-runtime pkg/printers/tableprinter.go and tabwriter.go, and the loop over kinds in kubectl
pkg/cmd/get/get.go.
"""

from __future__ import annotations

from kubesim.api.meta import kind_of, labels_of
from kubesim.golang.tabwriter import CONTROLS, TabWriter, escape_terminal
from kubesim.kinds.base import PLAIN_COLUMNS
from kubesim.kinds.common.cells import format_labels
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Kinds
    from kubesim.kinds.base import Column, Kind

MIN_WIDTH = 6
PADDING = 3
# What a cell is cut at: a newline in a message would break the table.
BREAKS = "\f\n\r"
CONTROL_CHARACTERS = frozenset((*"\f\n\t", *map(chr, CONTROLS)))


def table_writer() -> TabWriter:
    """Lays out tables as kubectl does. Mirrors printers.GetNewTabWriter."""
    return TabWriter(MIN_WIDTH, PADDING, remembers_widths=True)


class TableOptions(NamedTuple):
    """What the command line asked of a table; ``label_columns`` are the labels of -L.

    ``with_namespace`` is for kinds that have namespaces, with ``with_empty_namespace`` for all. Without
    ``server_print`` a client makes the table, which knows names and ages alone.
    """

    wide: bool = False
    no_headers: bool = False
    with_namespace: bool = False
    with_empty_namespace: bool = False
    with_kind: bool = False
    show_labels: bool = False
    label_columns: tuple[str, ...] = ()
    server_print: bool = True


class TablePrinter:
    """Prints objects as tables, a table for each run of objects of one kind.

    Called again, as a watch does, it prints headers only where the kind changes and keeps columns as wide as they
    were.
    """

    def __init__(self, kinds: Kinds, options: TableOptions) -> None:
        self.options = options
        self._kinds = kinds
        self._kind: Kind | None = None
        self._writer = table_writer()
        self._has_printed = False

    def print(self, objs: Iterable[Obj], now: int, event: str = "") -> str:
        """The objects' lines at ``now`` (ms), a blank line between kinds; ``event`` is the watch event's type."""
        blocks = []
        for key, run in _runs_of_a_kind(objs):
            kind = self._kinds.load(key).served_as(run[0]["apiVersion"])
            if kind is not self._kind:
                blocks.append(self._begin())
            blocks.append(self._block(kind, run, now, event, with_headers=kind is not self._kind))
            self._kind = kind
        return "".join(blocks)

    def _begin(self) -> str:
        """Start a new kind's table; what divides it from the one before."""
        self._writer = table_writer()
        return "\n" if self._has_printed and not self.options.no_headers else ""

    def _block(self, kind: Kind, objs: Sequence[Obj], now: int, event: str, *, with_headers: bool) -> str:
        shown = [at for at, column in enumerate(self._columns(kind)) if self.options.wide or not column.wide]
        rows = [self._row(kind, obj, shown, now, event) for obj in objs]
        if with_headers and not self.options.no_headers:
            rows.insert(0, self._headers(kind, shown, event))
        self._has_printed = True
        return "".join(f"{line}\n" for line in self._writer.layout(rows))

    def _headers(self, kind: Kind, shown: Sequence[int], event: str) -> list[str]:
        return [
            *(["EVENT"] if event else []),
            *(["NAMESPACE"] if self._shows_namespace(kind) else []),
            *(self._columns(kind)[at].name for at in shown),
            *(label.rpartition("/")[2].upper() for label in self.options.label_columns),
            *(["LABELS"] if self.options.show_labels else []),
        ]

    def _row(self, kind: Kind, obj: Obj, shown: Sequence[int], now: int, event: str) -> list[str]:
        options = self.options
        cells = kind.row(obj, now) if options.server_print else kind.plain_row(obj, now)
        if options.with_kind:
            cells = _with_kind(kind, self._columns(kind), cells)
        row = [cells[at] for at in shown]
        if self._shows_namespace(kind):
            row.insert(0, obj["metadata"].get("namespace", ""))
        if event:
            row.insert(0, event.ljust(8))
        if options.label_columns:
            labels = labels_of(obj)
            row += [labels.get(label, "") for label in options.label_columns]
        if options.show_labels:
            row.append(format_labels(labels_of(obj)))
        if CONTROL_CHARACTERS.isdisjoint("".join(row)):
            return row
        return "\t".join(map(_one_line, row)).split("\t")

    def _columns(self, kind: Kind) -> Sequence[Column]:
        return kind.columns if self.options.server_print else PLAIN_COLUMNS

    def _shows_namespace(self, kind: Kind) -> bool:
        options = self.options
        return options.with_namespace and (kind.names.namespaced or options.with_empty_namespace)


def _runs_of_a_kind(objs: Iterable[Obj]) -> list[tuple[str, list[Obj]]]:
    runs: list[tuple[str, list[Obj]]] = []
    for obj in objs:
        key = kind_of(obj)
        if not runs or runs[-1][0] != key:
            runs.append((key, []))
        runs[-1][1].append(obj)
    return runs


def _with_kind(kind: Kind, columns: Sequence[Column], cells: list[str]) -> list[str]:
    """The cells with ``deployment.apps/`` before the name."""
    at = next((at for at, column in enumerate(columns) if column.name == "NAME"), None)
    if at is None:
        return cells
    names = kind.names
    prefix = f"{names.kind}.{names.group}" if names.group else names.kind
    return [*cells[:at], f"{prefix.lower()}/{cells[at]}", *cells[at + 1 :]]


def _one_line(cell: str) -> str:
    """The first line of a cell, with dots where there is more."""
    for at, char in enumerate(cell):
        if char in BREAKS:
            return f"{escape_terminal(cell[:at])}..."
    return escape_terminal(cell)
