"""Writes a drawer in its compact form, which ``kubesim.store.row_reader`` describes: finds twins and their columns."""

from __future__ import annotations

from itertools import product, repeat

from kubesim.api.identity import CONTAINER_ID_PREFIX, container_id_of, serial_of
from kubesim.api.meta import SECOND, Obj, parse_time, rfc3339
from kubesim.cluster.drawers import Drawer
from kubesim.store.row_reader import ABOUT, filled_in, without_collector
from kubesim.store.shapes import NotTwinsError, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    Column = Sequence[Any]
    Entry = tuple[str, Obj, Obj | None]

# How often, on average, an object is compared with others before it is written whole.
_PATIENCE = 40

# A column is written as choices if it has so many times fewer values than rows, and at most _CHOICES values.
_REPEATS = 4
_CHOICES = 100

# How many instances of a container are tried as the one that an id belongs to.
_RUNS = 4


def pack(drawer: Drawer, seed: int) -> dict[str, Any]:
    """The stored form of a drawer. ``seed`` is the state's, of which uids are derived."""
    with without_collector():
        return _packed(drawer, seed)


def _packed(drawer: Drawer, seed: int) -> dict[str, Any]:
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
    """Groups of twins among the entries: their indices, their shape, and the columns of its leaves."""
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
    """Every ``name`` in an object; the containers' names are among them."""
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
        """Add a column of leaves; its number, which equal columns share."""
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
        """A column's recipe, and the values that go into the rows."""
        if types == {str}:
            return (
                self._times(values)
                or self._uids(values)
                or self._container_ids(values)
                or self._numbers(values)
                or self._derived(values)
                or self._choices(values)
                or self._containing(values)
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
        """The ids of one instance of a container, which the kubelet derives from the first column of uids."""
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
        """Whole numbers as texts, such as resource versions."""
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
        """Texts that follow from an earlier column: with text around each, or the beginning of each."""
        for number in self._texts:
            others = self._values[number]
            if found := _around(values, others):
                return ["around", number, *found], None
            if mark := _beginning(values, others):
                self._texts.append(len(self.recipes))
                return ["before", number, mark], None
        return None

    def _containing(self, values: Column) -> tuple[list[Any], Column] | None:
        """Choices among texts that contain an earlier column's."""
        for number in self._texts:
            about = [value.replace(other, ABOUT) for value, other in zip(values, self._values[number], strict=True)]
            choices = _numbered(about)
            if choices and filled_in(about, self._values[number]) == list(values):
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
    """The different values, numbered in the order of appearance; None if they hardly repeat."""
    different = dict.fromkeys(values)
    if len(different) > min(_CHOICES, len(values) // _REPEATS):
        return None
    return {value: number for number, value in enumerate(different)}


def _around(values: Column, others: Column) -> tuple[str, str] | None:
    """The text before and after ``others`` in ``values``, if it is the same in all."""
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


def _common_start(first: str, last: str) -> str:
    """The common start of the first and the last text in alphabetical order, and so of all between."""
    for index, letter in enumerate(first):
        if last[index : index + 1] != letter:
            return first[:index]
    return first
