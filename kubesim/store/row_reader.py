"""Reads a drawer in its compact form: alike objects are rows beside their common shape.

    {"shapes":[{"of":[name, object, record], "columns":[["text","web-854998db69-",""],["time",1795400541],...]}],
     "rows":[[0,"x7k2p",0,...],[0,"9vbnc",0,...],{"name":...,"object":...}]}

A row begins with the number of its shape.  What follows are the values of those of the shape's columns that are not
derived from others; each column's recipe says how a value in the row, or earlier columns, make the leaf that goes into
the shape's holes (see ``_Unpacker``).  An object that has no twin in its drawer is written as itself.  Rows are in the
drawer's order.
"""

from __future__ import annotations

import gc

from kubesim.api.identity import container_id_of, uid_of
from kubesim.api.meta import SECOND, parse_time, rfc3339
from kubesim.cluster.drawers import Drawer
from kubesim.startup.context_manager import contextmanager
from kubesim.store.shapes import unfold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    Column = Sequence[Any]

# The placeholder, in the texts of choices, for another column's text.
ABOUT = "\0"


@contextmanager
def without_collector() -> Iterator[None]:
    """Without the garbage collector: it would search the ten thousand new objects again and again for garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def unpack(stored: dict[str, Any]) -> Drawer:
    """The drawer of its stored form; ValueError, TypeError or LookupError where that makes no sense."""
    with without_collector():
        return _unpacked(stored)


def _unpacked(stored: dict[str, Any]) -> Drawer:
    rows = stored["rows"]
    by_shape: list[list[Any]] = [[] for _ in stored["shapes"]]
    for row in rows:
        if type(row) is list:
            by_shape[row[0]].append(row)
    entries = [iter(_entries(shape, mine)) for shape, mine in zip(stored["shapes"], by_shape, strict=True)]
    drawer = Drawer({}, dict(stored.get("memory", {})))
    for row in rows:
        name, obj, record = (
            next(entries[row[0]]) if type(row) is list else (row["name"], row["object"], row.get("memory"))
        )
        drawer.objects[name] = obj
        if record is not None:
            drawer.memory[name] = record
    return drawer


def _entries(shape: dict[str, Any], rows: list[Any]) -> Column:
    if not rows:
        return []
    columns = _Unpacker(zip(*rows, strict=True)).columns(shape["columns"])
    return unfold(shape["of"], columns, len(rows))


class _Unpacker:
    """Makes the columns of one shape; a method a recipe, of the recipe's name."""

    def __init__(self, stored: Iterator[Column]) -> None:
        next(stored)  # the number of the shape
        self._stored = stored
        self._columns: list[Column] = []

    def columns(self, recipes: list[list[Any]]) -> list[Column]:
        for name, *arguments in recipes:
            try:
                self._columns.append(RECIPES[name](self, *arguments))
            except StopIteration:
                raise ValueError("a row holds less than its shape has columns for") from None
        if next(self._stored, None) is not None:
            raise ValueError("a row holds more than its shape has columns for")
        return self._columns

    def row(self) -> Column:
        """The value in the row."""
        return next(self._stored)

    def text(self, start: str, end: str) -> Column:
        """The text in the row, between two others."""
        return [f"{start}{text}{end}" for text in next(self._stored)]

    def choice(self, texts: list[str]) -> Column:
        """The text with the number in the row."""
        return [texts[number] for number in next(self._stored)]

    def time(self, base: int) -> Column:
        """The instant so many seconds after ``base`` (seconds since the epoch)."""
        return _instants([base + seconds for seconds in next(self._stored)])

    def after(self, number: int, delay: int | None = None) -> Column:
        """The instant ``delay`` seconds, or so many as the row says, after an earlier column's instant."""
        seconds_of = {text: parse_time(text) // SECOND for text in set(self._columns[number])}
        earlier = [seconds_of[text] for text in self._columns[number]]
        if delay is not None:
            return _instants([before + delay for before in earlier])
        return _instants([before + after for before, after in zip(earlier, next(self._stored), strict=True)])

    def uid(self, seed: int, base: int) -> Column:
        """The uid of a serial, counted from ``base``."""
        return [uid_of(seed, base + serial) for serial in next(self._stored)]

    def container(self, number: int, name: str, run: int) -> Column:
        """The id of an instance of a container; the pod's uid is in an earlier column."""
        return [container_id_of(uid, name, run) for uid in self._columns[number]]

    def number(self, base: int) -> Column:
        """The digits of a number, counted from ``base``."""
        return [str(base + number) for number in next(self._stored)]

    def integer(self, base: int) -> Column:
        """A number, counted from ``base``."""
        return [base + number for number in next(self._stored)]

    def around(self, number: int, start: str, end: str) -> Column:
        """An earlier column's text, between two others."""
        return [f"{start}{text}{end}" for text in self._columns[number]]

    def before(self, number: int, mark: str) -> Column:
        """An earlier column's text up to the last ``mark``."""
        return [text.rpartition(mark)[0] for text in self._columns[number]]

    def about(self, number: int, texts: list[str]) -> Column:
        """As ``choice``, with an earlier column's text put in."""
        return filled_in(self.choice(texts), self._columns[number])


def filled_in(texts: Column, others: Column) -> list[str]:
    """The texts with those of another column put in."""
    return [text.replace(ABOUT, other) for text, other in zip(texts, others, strict=True)]


def _instants(seconds: list[int]) -> Column:
    text_of = {second: rfc3339(second * SECOND) for second in set(seconds)}
    return [text_of[second] for second in seconds]


RECIPES: dict[str, Callable[..., Column]] = {
    recipe.__name__: recipe
    for recipe in (
        _Unpacker.row,
        _Unpacker.text,
        _Unpacker.choice,
        _Unpacker.time,
        _Unpacker.after,
        _Unpacker.uid,
        _Unpacker.container,
        _Unpacker.number,
        _Unpacker.integer,
        _Unpacker.around,
        _Unpacker.before,
        _Unpacker.about,
    )
}
