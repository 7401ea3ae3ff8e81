"""The compact form of a drawer: alike objects are rows beside their common shape.

    {"shapes":[{"of":[name, object, record], "columns":[["text","web-854998db69-",""],["time",1795400541],...]}],
     "rows":[[0,"x7k2p",0,...],[0,"9vbnc",0,...],{"name":...,"object":...}]}

A row begins with the number of its shape.  What follows are the values of those of the shape's columns that are not
derived from others; each column's recipe says how a value in the row, or earlier columns, make the leaf that goes into
the shape's holes (see ``_Unpacker``).  An object that has no twin in its drawer is written as itself.  Rows are in the
drawer's order.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import product, repeat

from kubesim.api.identity import CONTAINER_ID_PREFIX, container_id_of, serial_of, uid_of
from kubesim.api.meta import SECOND, Obj, parse_time, rfc3339
from kubesim.cluster.drawers import Drawer
from kubesim.store.shapes import NotTwinsError, fold, unfold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    Column = Sequence[Any]
    Entry = tuple[str, Obj, Obj | None]

# How often, on the average, an object is compared with others before it is written as itself.
_PATIENCE = 40

# A column with this many times fewer values than rows is written as choices among them, up to so many.
_REPEATS = 4
_CHOICES = 100

# Of a container's instances, how many are tried as what an id may be of.
_RUNS = 4

# What stands in the texts of choices for another column's text.
_ABOUT = "\0"


@contextmanager
def _without_collector() -> Iterator[None]:
    """Without the garbage collector: ten thousand objects are made here, none is garbage, and searching costs most."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


# Packing


@_without_collector()
def pack(drawer: Drawer, seed: int) -> dict[str, Any]:
    """The stored form of a drawer. ``seed`` is the state's, of which uids are derived."""
    entries = [(name, obj, drawer.memory.get(name)) for name, obj in drawer.objects.items()]
    rows: list[Any] = [_plain_row(*entry) for entry in entries]
    shapes: list[Any] = []
    for indices, shape, leaves in _families(entries):
        columns = _Packer(seed, _names_in(entries[indices[0]][1]))
        holes = [columns.add(leaf) for leaf in leaves]
        for index, *row in zip(indices, repeat(len(shapes)), *columns.stored, strict=False):
            rows[index] = row
        shapes.append({"of": _renumbered(shape, holes), "columns": columns.recipes})
    stored: dict[str, Any] = {"shapes": shapes, "rows": rows}
    if not shapes:
        stored = {"objects": drawer.objects}
    memory = drawer.memory if not shapes else {k: v for k, v in drawer.memory.items() if k not in drawer.objects}
    if memory:
        stored["memory"] = memory
    return stored


def _plain_row(name: str, obj: Obj, record: Obj | None) -> dict[str, Any]:
    row = {"name": name, "object": obj}
    return row if record is None else {**row, "memory": record}


def _families(entries: Sequence[Entry]) -> Iterator[tuple[list[int], Any, list[Column]]]:
    """Twins among the entries: their indices, their shape, the columns of its leaves."""
    todo = [list(range(len(entries)))]
    patience = _PATIENCE * len(entries)
    while todo:
        indices = todo.pop()
        patience -= len(indices)
        if len(indices) < 2 or patience < 0:
            continue
        leaves: list[Column] = []
        try:
            shape = fold([list(entries[index]) for index in indices], leaves)
        except NotTwinsError as difference:
            parts: dict[Any, list[int]] = {}
            for index, label in zip(indices, difference.labels, strict=True):
                parts.setdefault(label, []).append(index)
            todo += reversed(parts.values())
        else:
            yield indices, shape, leaves


def _renumbered(shape: Any, holes: list[int]) -> Any:
    """The shape with its holes naming the columns that were made of their leaves."""
    if type(shape) is dict:
        if "=" in shape:
            return {"=": holes[shape["="]]}
        return {key: _renumbered(value, holes) for key, value in shape.items()}
    if type(shape) is list:
        return [_renumbered(value, holes) for value in shape]
    return shape


def _names_in(value: Any) -> list[str]:
    """Every text that is called ``name`` in an object: a container's may be among them."""
    if type(value) is list:
        return [name for part in value for name in _names_in(part)]
    if type(value) is not dict:
        return []
    name = value.get("name")
    return [*([name] if type(name) is str else []), *_names_in(list(value.values()))]


class _Packer:
    """Makes the columns of one shape: ``recipes`` of all, and of those that need one, the ``stored`` values."""

    def __init__(self, seed: int, names: Sequence[str]) -> None:
        self._seed = seed
        self._names = names
        self._known: dict[Any, int] = {}
        self._texts: list[int] = []
        self._values: list[Column] = []
        self._seconds: tuple[int, list[int]] | None = None
        self._uid_column: int | None = None
        self.recipes: list[list[Any]] = []
        self.stored: list[Column] = []

    def add(self, values: Column) -> int:
        """Take in a column of leaves; its number, which it shares with an equal one."""
        types = set(map(type, values))
        key = (tuple(types), tuple(values)) if len(types) == 1 and float not in types else None
        number = self._known.get(key) if key else None
        if number is None:
            number = len(self.recipes)
            recipe, stored = self._described(values, types)
            self.recipes.append(recipe)
            self._values.append(values)
            if stored is not None:
                self.stored.append(stored)
            if key:
                self._known[key] = number
        return number

    def _described(self, values: Column, types: set[type]) -> tuple[list[Any], Column | None]:
        """A column's recipe and what of it goes into the rows."""
        if types == {str}:
            return (
                self._times(values)
                or self._uids(values)
                or self._container_ids(values)
                or self._numbers(values)
                or self._derived(values)
                or self._choices(values)
                or self._told_about(values)
                or self._affixed(values)
            )
        if types == {int}:
            return self._integers(values)
        return ["row"], values

    def _times(self, values: Column) -> tuple[list[Any], Column | None] | None:
        """Instants: seconds after a base, or after the first column of instants."""
        if len(values[0]) != 20 or values[0][-1] != "Z":
            return None
        seconds_of = {}
        for text in set(values):
            try:
                seconds_of[text] = parse_time(text) // SECOND
            except ValueError:
                return None
            if rfc3339(seconds_of[text] * SECOND) != text:
                return None
        seconds = [seconds_of[text] for text in values]
        if self._seconds is None:
            self._seconds = len(self.recipes), seconds
            base = min(seconds)
            return ["time", base], [second - base for second in seconds]
        number, earlier = self._seconds
        delays = [second - before for second, before in zip(seconds, earlier, strict=True)]
        if len(set(delays)) == 1:
            return ["after", number, delays[0]], None
        return ["after", number], delays

    def _uids(self, values: Column) -> tuple[list[Any], Column] | None:
        if len(values[0]) != 36 or values[0][14] != "4":
            return None
        serials = []
        for text in values:
            serial = serial_of(self._seed, text)
            if serial is None:
                return None
            serials.append(serial)
        if self._uid_column is None:
            self._uid_column = len(self.recipes)
        base = min(serials)
        return ["uid", self._seed, base], [serial - base for serial in serials]

    def _container_ids(self, values: Column) -> tuple[list[Any], None] | None:
        """Ids of one instance each of a container, as the kubelet derives them of the first column of uids."""
        number = self._uid_column
        if number is None or not values[0].startswith(CONTAINER_ID_PREFIX):
            return None
        uids = self._values[number]
        for name, run in product(self._names, range(_RUNS)):
            if container_id_of(uids[0], name, run) == values[0]:
                derived = [container_id_of(uid, name, run) for uid in uids]
                return (["container", number, name, run], None) if derived == list(values) else None
        return None

    def _numbers(self, values: Column) -> tuple[list[Any], Column] | None:
        """Texts that are whole numbers, such as resource versions."""
        if not all(map(str.isdecimal, values)) or max(map(len, values)) > 18:
            return None
        numbers = list(map(int, values))
        if list(map(str, numbers)) != list(values):
            return None
        base = min(numbers)
        return ["number", base], [number - base for number in numbers]

    def _choices(self, values: Column) -> tuple[list[Any], Column] | None:
        numbers = _numbered(values)
        return None if numbers is None else (["choice", list(numbers)], [numbers[value] for value in values])

    def _derived(self, values: Column) -> tuple[list[Any], None] | None:
        """What an earlier column of texts makes: text around each, or the beginning of each."""
        for number in self._texts:
            others = self._values[number]
            if found := _around(values, others):
                return ["around", number, *found], None
            if mark := _beginning(values, others):
                self._texts.append(len(self.recipes))
                return ["before", number, mark], None
        return None

    def _told_about(self, values: Column) -> tuple[list[Any], Column] | None:
        """Choices among texts that contain an earlier column's."""
        for number in self._texts:
            about = [value.replace(other, _ABOUT) for value, other in zip(values, self._values[number], strict=True)]
            choices = _numbered(about)
            if choices and _retold(about, self._values[number]) == list(values):
                return ["about", number, list(choices)], [choices[text] for text in about]
        return None

    def _affixed(self, values: Column) -> tuple[list[Any], Column]:
        """Texts that begin and end alike."""
        self._texts.append(len(self.recipes))
        start = _common_start(min(values), max(values))
        rests = [value[len(start) :] for value in values]
        backward = [rest[::-1] for rest in rests]
        end = _common_start(min(backward), max(backward))[::-1]
        if len(start) + len(end) < 2:
            return ["row"], values
        return ["text", start, end], [rest[: len(rest) - len(end)] for rest in rests]

    def _integers(self, values: Column) -> tuple[list[Any], Column]:
        base = min(values)
        return (["integer", base], [value - base for value in values]) if abs(base) > 999 else (["row"], values)


def _numbered(values: Column) -> dict[str, int] | None:
    """The different values, numbered in the order of their first appearance; None where they hardly repeat."""
    different = dict.fromkeys(values)
    if len(different) > min(_CHOICES, len(values) // _REPEATS):
        return None
    return {value: number for number, value in enumerate(different)}


def _around(values: Column, others: Column) -> tuple[str, str] | None:
    """What stands before and after ``others`` in ``values``, if that is the same in all."""
    if not others[0] or others[0] not in values[0]:
        return None
    start, _, end = values[0].partition(others[0])
    if [f"{start}{other}{end}" for other in others] != list(values):
        return None
    return start, end


def _beginning(values: Column, others: Column) -> str | None:
    """The character up to which, at its last appearance, ``others`` equal ``values``, if there is one for all."""
    first, other = values[0], others[0]
    if len(first) >= len(other) or not other.startswith(first):
        return None
    mark = other[len(first)]
    return mark if [text.rpartition(mark)[0] for text in others] == list(values) else None


def _retold(texts: Column, others: Column) -> list[str]:
    return [text.replace(_ABOUT, other) for text, other in zip(texts, others, strict=True)]


def _common_start(first: str, last: str) -> str:
    """What the first and the last in alphabetical order begin with, and so all between."""
    for index, letter in enumerate(first):
        if last[index : index + 1] != letter:
            return first[:index]
    return first


# Unpacking


@_without_collector()
def unpack(stored: dict[str, Any]) -> Drawer:
    """The drawer of its stored form; ValueError, TypeError or LookupError where that makes no sense."""
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
        return _retold(self.choice(texts), self._columns[number])


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
