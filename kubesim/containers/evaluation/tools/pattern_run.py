"""A run of an awk program: its variables, the record that was read, and what it prints."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.found import FileError, bytes_of
from kubesim.containers.evaluation.streams import Record
from kubesim.containers.evaluation.tools.call import MOST_WORK, Call, Misused, Unknown
from kubesim.containers.evaluation.tools.pattern_values import UNSET, Read, Scalar, formatted, is_true, number, text
from kubesim.containers.evaluation.tools.regular import compiled
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.containers.evaluation.endings import Status

    Expression = Callable[["Run"], Scalar]

_MOST_FIELDS = 10_000


class Left(Exception):  # noqa: N818 - no error, but a way out of a statement
    """A statement that leaves others."""


class Break(Left):
    """``break``"""


class Continue(Left):
    """``continue``"""


class Next(Left):
    """``next``"""


class Exit(Left):
    """``exit``, with a status or None."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


class Return(Left):
    """``return``, with a value."""

    def __init__(self, value: Scalar) -> None:
        super().__init__(value)
        self.value = value


class Rule(NamedTuple):
    """A pattern, or two for a range, and what is done with the records that fit; None: they are printed."""

    first: Expression | None
    second: Expression | None
    act: Callable[[Run], None] | None


class Place:
    """An expression that can be assigned to."""

    def __init__(self, get: Expression, set_: Callable[[Run, Scalar], None], name: str = "") -> None:
        self.get = get
        self.set = set_
        self.name = name

    def __call__(self, run: Run) -> Scalar:
        return self.get(run)

    def assigned(self, operator: str, value: Expression) -> Expression:
        def assign(run: Run) -> Scalar:
            given = value(run)
            if operator:
                given = calculate(number(self.get(run)), operator, number(given))
            self.set(run, given)
            return given

        return assign

    def stepped(self, by: float) -> Expression:
        def step(run: Run) -> Scalar:
            before = number(self.get(run))
            self.set(run, before + by)
            return before

        return step


def calculate(left: float, operator: str, right: float) -> float:
    if operator in "/%" and right == 0:
        raise Misused("division by zero", 2)
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if operator == "/":
        return left / right
    if operator == "%":
        return left - right * int(left / right)
    if abs(right) > 1000:
        raise Unknown("so large a power")
    return float(left**right)


class Run:
    def __init__(self, call: Call, functions: dict[str, tuple[list[str], Callable[[Run], None]]]) -> None:
        self.call = call
        self.functions = functions
        self.variables: dict[str, Scalar] = {"NF": 0.0, "NR": 0.0, "FNR": 0.0, "FS": " ", "OFS": " ", "ORS": "\n"}
        self.variables |= {"RS": "\n", "SUBSEP": "\x1c", "OFMT": "%.6g", "CONVFMT": "%.6g", "FILENAME": ""}
        self.arrays: dict[str, dict[str, Scalar]] = {}
        self.frames: list[dict[str, Scalar | dict[str, Scalar]]] = []
        self._record = ""
        self._fields: list[str] | None = None
        self._steps = 0
        self._most = 1e16 if call.is_busybox or call.name == "gawk" else 2.0**31  # mawk's whole numbers
        self._opened: set[str] = set()

    def step(self) -> None:
        self._steps += 1
        if self._steps > MOST_WORK:
            raise Unknown("so long a run of awk")

    # variables

    def variable(self, name: str) -> Scalar:
        if self.frames and name in self.frames[-1]:
            value = self.frames[-1][name]
            return UNSET if isinstance(value, dict) else value
        if name == "NF":
            return float(len(self._split()))
        return self.variables.get(name, UNSET)

    def assign(self, name: str, value: Scalar) -> None:
        if isinstance(value, str) and len(value) > MOST_WORK:
            raise Unknown("so long a text of awk")
        if self.frames and name in self.frames[-1]:
            self.frames[-1][name] = value
        elif name == "NF":
            fields = self._split()
            count = min(int(number(value)), _MOST_FIELDS)
            self._fields = [*fields[:count], *[""] * (count - len(fields))]
            self._join()
        else:
            self.variables[name] = value

    def array(self, name: str) -> dict[str, Scalar]:
        if self.frames and name in self.frames[-1]:
            found = self.frames[-1][name]
            if not isinstance(found, dict):
                found = self.frames[-1][name] = {}
            return found
        if name == "ENVIRON" and name not in self.arrays:
            self.arrays[name] = {
                key: Read(value) for key, value in self.call.machine.variables.items() if value is not None
            }
        return self.arrays.setdefault(name, {})

    def element(self, array: dict[str, Scalar], key: str) -> Scalar:
        return array.setdefault(key, UNSET)

    def ordered(self, array: dict[str, Scalar]) -> list[Scalar]:
        """The keys of an array in busybox's order; that of others is not known, unless a pipe takes what is printed."""
        keys = list(array)
        if self.call.is_busybox:
            keys = _chained(keys)
        elif len(keys) > 1 and not isinstance(self.call.machine.streams.get(1), Record):
            raise Unknown("in which order awk goes through an array")
        return [Read(key) for key in keys]

    def text(self, value: Scalar) -> str:
        return text(value, text(self.variables["CONVFMT"]), self._most)

    # the record

    def take(self, line: str, name: str, *, is_first: bool) -> None:
        """Take a record; its fields are found when they are asked for."""
        self._record, self._fields = line, None
        self.variables["NR"] = number(self.variables["NR"]) + 1
        self.variables["FNR"] = 1.0 if is_first else number(self.variables["FNR"]) + 1
        self.variables["FILENAME"] = name
        self._separator = self.text(self.variables["FS"])

    def _split(self) -> list[str]:
        if self._fields is None:
            self._fields = split(self._record, self._separator) if self._record else []
        return self._fields

    _separator = " "

    def field(self, index: int) -> Scalar:
        if index < 0:
            raise Misused(f"trying to access out of range field {index}", 2)
        if index == 0:
            return Read(self._record)
        fields = self._split()
        return Read(fields[index - 1]) if index <= len(fields) else UNSET

    def set_field(self, index: int, value: str) -> None:
        if index == 0:
            self._record, self._fields = value, None
            return
        if index > _MOST_FIELDS:
            raise Unknown("so many fields of awk")
        fields = self._split()
        fields += [""] * (index - len(fields))
        fields[index - 1] = value
        self._join()

    def _join(self) -> None:
        self._record = self.text(self.variables["OFS"]).join(self._fields or ())

    # printing

    def print(self, values: list[Scalar], is_format: bool, target: str | None, appends: bool) -> None:
        if is_format:
            if not values:
                raise Misused("printf: no format", 2)
            if not self.call.is_busybox and len(values) < 1 + text(values[0]).replace("%%", "").count("%"):
                raise Unknown("what awk's printf says of missing values")
            shown = formatted(text(values[0]), values[1:])
        else:
            form = text(self.variables["OFMT"])
            given = [text(value, form, self._most) for value in values] or [self._record]
            shown = self.text(self.variables["OFS"]).join(given) + self.text(self.variables["ORS"])
        if target is None or target == "/dev/stdout":
            self.call.write(shown)
        elif target == "/dev/stderr":
            self.call.machine.write(shown, 2)
        else:
            path = self.call.path(target)
            is_new = path not in self._opened and not appends
            self._opened.add(path)
            self.call.machine.files.write(path, self.call.at, shown, appends=not is_new)

    # the walk

    def walk(self, begins: list[Callable[[Run], None]], rules: list[Rule], ends: list[Callable[[Run], None]]) -> Status:
        status = 0
        try:
            for begin in begins:
                begin(self)
            if rules or ends:
                status = self._go_through(rules)
        except Exit as left:
            if left.status is not None or not ends:
                status = left.status or 0
        try:
            for end in ends:
                end(self)
        except Exit as left:
            status = left.status if left.status is not None else status
        return status

    def _go_through(self, rules: list[Rule]) -> int:
        active = [False] * len(rules)
        status = 0
        for name in self._inputs():
            try:
                for count, line in enumerate(self._records(name)):
                    self.take(line, "" if name == "-" else name, is_first=count == 0)
                    self._apply(rules, active)
            except FileError as error:
                status = 2
                if self.call.is_busybox:
                    status = self.call.refuse(name, error)
                    raise Exit(status) from None
                self.call.complain(f"cannot open {name} ({error})")
        return status

    def _inputs(self) -> Iterator[str]:
        """The files to read; operands that are assignments are made when their turn comes."""
        has_read = False
        for word in self.call.operands:
            found = re.fullmatch(r"([A-Za-z_]\w*)=(.*)", word, re.DOTALL)
            if found is not None:
                self.variables[found[1]] = Read(found[2])
            elif word:
                has_read = True
                yield word
        if not has_read:
            yield "-"

    def _records(self, name: str) -> Iterator[str]:
        separator = self.text(self.variables["RS"])
        if separator == "\n":
            for line in self.call.lines(name):
                yield line.removesuffix("\n")
            return
        whole = self.call.text(name)
        if separator == "":
            yield from (piece for piece in re.split(r"\n\n+", whole.strip("\n")) if piece)
            return
        pattern = re.escape(separator) if len(separator) == 1 else compiled(separator, is_extended=True).pattern
        pieces = re.split(pattern, whole)
        yield from pieces[:-1] if (pieces[-1] in ("", "\n") and len(separator) > 1) or not pieces[-1] else pieces

    def _apply(self, rules: list[Rule], active: list[bool]) -> None:
        try:
            for index, rule in enumerate(rules):
                self.step()
                if rule.second is not None and rule.first is not None:
                    is_chosen = active[index] or is_true(rule.first(self))
                    active[index] = is_chosen and not is_true(rule.second(self))
                else:
                    is_chosen = rule.first is None or is_true(rule.first(self))
                if is_chosen and rule.act is not None:
                    rule.act(self)
                elif is_chosen:
                    self.print([], False, None, False)
        except Next:
            return


def _chained(keys: list[str]) -> list[str]:
    """Keys in the order of busybox's hash tables, the later ones of a chain first. Mirrors hash_rebuild."""
    sizes = [31, 61, 239, 1021, 4093, 16381, 65521]
    table: list[list[str]] = [[] for _ in range(sizes.pop(0))]
    for count, key in enumerate(keys, 1):
        if count // len(table) > 10 and sizes:
            grown: list[list[str]] = [[] for _ in range(sizes.pop(0))]
            for chain in table:
                for other in chain:
                    grown[_hashed(other, len(grown))].insert(0, other)
            table = grown
        table[_hashed(key, len(table))].insert(0, key)
    return [key for chain in table for key in chain]


def _hashed(key: str, size: int) -> int:
    index = 0
    for byte in bytes_of(key):
        index = (byte + (index << 6) + (index >> 26)) & 0xFFFFFFFF
    return index % size


def split(given: str, separator: str) -> list[str]:
    """The fields of a text."""
    if separator == " ":
        return given.split()
    if not given:
        return []
    if separator == "":
        return list(given)
    if separator == "\t" or (len(separator) == 1 and separator != "\\"):
        return given.split(separator)
    pattern = compiled(separator, is_extended=True)
    pieces, at = [], 0
    for found in pattern.finditer(given):
        if found[0]:
            pieces.append(given[at : found.start()])
            at = found.end()
    return [*pieces, given[at:]]
