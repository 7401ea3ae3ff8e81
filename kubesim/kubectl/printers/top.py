"""The tables of ``top``. Mirrors kubectl pkg/metricsutil: metrics_printer.go, metrics_sorter.go."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Obj, dig
from kubesim.kubectl.printers.tables import table_writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNKNOWN = "<unknown>"
_MEASURED = ("cpu", "memory")
_SWAP = "swap"
_POD_COLUMNS = ("NAME", "CPU(cores)", "MEMORY(bytes)")
_NODE_COLUMNS = ("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)")


class TopPrinter:
    """Prints metrics, sorted by cpu or memory, greatest first, or by name if ``sort_by`` is empty."""

    def __init__(self, sort_by: str, *, headers: bool, show_swap: bool) -> None:
        self._sort_by = sort_by
        self._headers = headers
        self._measured = (*_MEASURED, _SWAP) if show_swap else _MEASURED

    # nodes

    def nodes(self, metrics: Sequence[Obj], available: Mapping[str, Obj]) -> str:
        """A row for each node, and one for those that have no metrics; ``available`` is what each node has."""
        columns = (*_NODE_COLUMNS, "SWAP(bytes)", "SWAP(%)") if _SWAP in self._measured else _NODE_COLUMNS
        rows = [[*columns, ""]] if self._headers else []
        for one in sorted(metrics, key=lambda one: (*self._rank(one["usage"]), one["metadata"]["name"])):
            name = one["metadata"]["name"]
            cells = [cell for what in self._measured for cell in _node_cells(what, one["usage"], available[name])]
            rows.append([name, *cells, ""])
        measured = {one["metadata"]["name"] for one in metrics}
        missing = [name for name in sorted(available) if name not in measured]
        rows += [[name, *([UNKNOWN] * (2 * len(self._measured))), ""] for name in missing]
        return _text(rows)

    # pods

    def pods(self, metrics: Sequence[Obj], *, containers: bool, namespaces: bool, adds_up: bool) -> str:
        """A row for each pod, or for each of its containers; nothing where there are no pods."""
        if not metrics:
            return ""
        head = [*(["NAMESPACE"] if namespaces else []), *(["POD"] if containers else []), *_POD_COLUMNS]
        head += ["SWAP(bytes)"] if _SWAP in self._measured else []
        rows = [[*head, ""]] if self._headers else []
        for pod in sorted(metrics, key=lambda one: self._pod_rank(one, namespaces=namespaces)):
            rows += self._rows_of(pod, containers=containers, namespaces=namespaces)
        if adds_up:
            # Without headers kubectl knows of no more columns than its own.
            width = len(head) if self._headers else len(_POD_COLUMNS) + len(self._measured) - len(_MEASURED)
            rows += self._sums(metrics, width)
        return _text(rows)

    def _pod_rank(self, pod: Obj, *, namespaces: bool) -> tuple[object, ...]:
        meta = pod["metadata"]
        own = (meta["namespace"] if namespaces else "", meta["name"])
        return (*self._rank(_total([pod], self._measured)), *own)

    def _rows_of(self, pod: Obj, *, containers: bool, namespaces: bool) -> list[list[str]]:
        meta = pod["metadata"]
        begin = [meta["namespace"]] if namespaces else []
        if not containers:
            return [[*begin, meta["name"], *self._cells(_total([pod], self._measured)), ""]]
        found = sorted(pod["containers"], key=lambda one: (*self._rank(one["usage"]), one["name"]))
        return [[*begin, meta["name"], one["name"], *self._cells(one["usage"]), ""] for one in found]

    def _sums(self, pods: Sequence[Obj], width: int) -> list[list[str]]:
        """Mirrors printPodResourcesSum, which has two rules however many columns there are."""
        line = ["________", "________"]
        rule = [*([""] * (width - 2)), *line, ""]
        return [rule, [*([""] * (width - 3)), "", *self._cells(_total(pods, self._measured)), ""]]

    def _cells(self, usage: Obj) -> list[str]:
        return [_amount(what, usage.get(what, "0")) for what in self._measured]

    def _rank(self, usage: Obj) -> tuple[int, ...]:
        if not self._sort_by:
            return ()
        text = usage.get(self._sort_by, "0")
        return (-(quantity.milli_value(text) if self._sort_by == "cpu" else quantity.value(text)),)


def _node_cells(what: str, usage: Obj, available: Obj) -> list[str]:
    if what == _SWAP and _SWAP not in available:
        return [UNKNOWN, UNKNOWN]
    used = usage.get(what, "0")
    if what not in available:
        return [_amount(what, used)]
    whole = quantity.milli_value(available[what])
    return [_amount(what, used), f"{int(quantity.milli_value(used) / whole * 100) if whole else 0}%"]


def _amount(what: str, text: str) -> str:
    """Mirrors printSingleResourceUsage."""
    return f"{quantity.milli_value(text)}m" if what == "cpu" else f"{quantity.value(text) // (1 << 20)}Mi"


def _total(pods: Sequence[Obj], measured: Sequence[str]) -> Obj:
    """What all containers of the pods use together."""
    total = dict.fromkeys(measured, "0")
    for pod in pods:
        for container in pod["containers"]:
            for what in measured:
                total[what] = quantity.add(total[what], dig(container, "usage", what, default="0"))
    return total


def _text(rows: list[list[str]]) -> str:
    return "".join(f"{line}\n" for line in table_writer().layout(rows))
