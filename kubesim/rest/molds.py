"""Texts of objects that differ in a few words: made once, and filled in for each of them.

Ten thousand pods of a Deployment are written alike but for names, addresses and instants.  A *mold* is the text of one
of them with holes where the others have other words.  What a text is otherwise made of (fields' order, owners of
fields) is worked out once for all that fit.

A word is a hole only if the text has the same word there for each of two objects; what an object's text depends on
besides, a mold asks of whatever is to fit: the same fields, the same numbers, no word missing or empty, the same
``DECISIVE`` words, and words that are put in order (instants, keys of lists) in the same order.
"""

from __future__ import annotations

from kubesim.api.managed_fields.derived import DECISIVE
from kubesim.golang.json import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from kubesim.api.meta import Obj

    Path = tuple[str, ...]
    #: Words by the numbers of their places.
    Words = dict[int, str]

MOST = 16  # molds at a time
_BEGIN, _END = "\x01", "\x02"  # around the number of a word that is a hole; before all that a name is made of
_BEGIN_TEXT, _END_TEXT = "\\u0001", "\\u0002"
_LEVELS = (3, 2, 1)
_OWNERS = ("metadata", "managedFields")


class Filled:
    """A text: a form, and the words for its holes."""

    __slots__ = ("_form", "_words")

    def __init__(self, form: str, words: tuple[str, ...]) -> None:
        self._form = form
        self._words = words

    def text(self) -> str:
        return self._form % self._words


class _Part:
    """A part of the first object, to be compared with those of others.

    ``keys`` are those of a dict, empty for a list; ``number`` is that of a word.
    """

    __slots__ = ("children", "keys", "kind", "number", "value")

    def __init__(self, value: Any, children: list[_Part], number: int = -1) -> None:
        self.value = value
        self.kind = type(value)
        self.keys = list(value) if self.kind is dict else []
        self.children = children
        self.number = number


class _Order:
    """Words that are put in order. They are compared with the quotes after them."""

    def __init__(self, numbers: tuple[int, ...], words: list[str]) -> None:
        self.numbers = numbers
        self._kept: list[str] = []  # words that come in the same order
        self._ranks = self._ranked([words[number] for number in numbers])

    def is_kept(self, words: list[str], others: Words) -> bool:
        """Whether they come in the same order if some are others."""
        found = [others.get(number) or words[number] for number in self.numbers]
        if found != self._kept:
            if self._ranked(found) != self._ranks:
                return False
            self._kept = found
        return True

    @staticmethod
    def _ranked(words: list[str]) -> list[int]:
        found = [word + '"' for word in words]
        ranks = {word: rank for rank, word in enumerate(sorted(set(found)))}
        return [ranks[word] for word in found]


class Mold:
    """The text of ``first``, as ``write`` gives it, and of whatever else fits."""

    def __init__(self, first: Obj, write: Callable[[Obj], str]) -> None:
        self._write = write
        self._words: list[str] = []
        self._rigid: set[int] = set()  # words on which more depends than how they are written
        self._lists: dict[int, Path] = {}  # the list and the field of a word in an item of one
        self._orders: dict[int, _Order] = {}  # that a word has a place in
        self._root = self._part(first, (), ())
        instants = tuple(number for number, word in enumerate(self._words) if _is_instant(word))
        self._orders.update(dict.fromkeys(instants, _Order(instants, self._words)))
        self._holes: set[int] = set()
        self._slots: list[tuple[int, int]] = []  # the holes as they come, with how often each is quoted
        self._form = write(first).replace("%", "%%")

    def _part(self, value: Any, path: Path, in_list: Path) -> _Part:
        if isinstance(value, dict):
            deeper = [(item, (*path, key), (*in_list, key) if in_list else ()) for key, item in value.items()]
            return _Part(value, [self._part(*each) for each in deeper])
        if isinstance(value, list):
            return _Part(value, [self._part(item, path, (*path, "*")) for item in value])
        if not isinstance(value, str):
            return _Part(value, [])
        number = len(self._words)
        self._words.append(value)
        if not value or path in DECISIVE or (path[:2] == _OWNERS and path[-1] != "time"):
            self._rigid.add(number)
        if in_list:
            self._lists[number] = in_list
        return _Part(value, [], number)

    def fill(self, obj: Obj) -> Filled | None:
        """The text of an object, None if it does not fit."""
        others: Words = {}
        if not _fits(self._root, obj, others) or not self._rigid.isdisjoint(others):
            return None
        if "" in others.values() or not self._is_ordered(others):
            return None
        if not self._holes.issuperset(others) and not self._open(others):
            return None
        return self._filled(others)

    def _filled(self, others: Words) -> Filled | None:
        known = self._words
        words = [others.get(number) or known[number] for number, _ in self._slots]
        if not _is_plain("".join(words)):
            if any(level > 1 and not _is_plain(word) for word, (_, level) in zip(words, self._slots, strict=True)):
                return None
            words = [dumps(word)[1:-1] for word in words]
        return Filled(self._form, tuple(words))

    def _is_ordered(self, others: Words) -> bool:
        """Whether words that are put in order come in the order of the first object's."""
        orders = {self._orders[number] for number in others if number in self._orders}
        return all(order.is_kept(self._words, others) for order in orders)

    # holes

    def _open(self, others: Words) -> bool:
        """Make holes of the words that are others in an object that fits; whether that can be.

        If not, the words that it fails for are rigid from now on.
        """
        if self._opens(others):
            return True
        for number in others.keys() - self._holes:
            order = self._orders.get(number)
            if not self._opens(
                {each: word for each, word in others.items() if each == number or (order and each in order.numbers)}
            ):
                self._rigid.add(number)
        return False

    def _opens(self, others: Words) -> bool:
        """Whether these words can be holes: the form with holes gives what is written of the object with them."""
        holes = self._holes.union(others)
        for number in others:
            holes.update(self._orders[number].numbers if number in self._orders else ())
        kept = self._form, self._slots, self._orders
        try:
            self._form, self._slots = self._with_holes(holes)
            self._orders = {**self._orders, **dict(self._orders_of_keys())}
            filled = self._filled(others) if self._is_ordered(others) else None
        except (ArithmeticError, LookupError, TypeError, ValueError):  # the text is no text of words with marks
            filled = None
        if filled is None or filled.text() != self._write(_marked(self._root, others)):
            self._form, self._slots, self._orders = kept
            return False
        self._holes = holes
        return True

    def _with_holes(self, holes: set[int]) -> tuple[str, list[tuple[int, int]]]:
        """The form with these holes; ValueError where a word is not in the text as it is in the object."""
        marks = {}
        for number in holes:
            word = self._words[number]
            beside = self._orders[number].numbers if number in self._orders else (number,)
            marks[number] = f"{word}{_BEGIN}{min(each for each in beside if self._words[each] == word)}{_END}"
        first, *pieces = self._write(_marked(self._root, marks)).split(_BEGIN_TEXT)
        form, slots = [], []
        for piece in pieces:
            digits, end, rest = piece.partition(_END_TEXT)
            number = int(digits.rstrip("\\"))
            if not end:
                raise ValueError("a mark has no end")
            level = self._level(number, first)
            before = len(_quoted(self._words[number], level)) + _backslashes(level)
            form += [first[:-before].replace("%", "%%"), "%s"]
            slots.append((number, level))
            first = rest
        return "".join((*form, first.replace("%", "%%"))), slots

    def _level(self, number: int, text: str) -> int:
        """How often the word is quoted with which a text ends; ValueError if it does not."""
        for level in _LEVELS:
            if text.endswith(_quoted(self._words[number], level) + "\\" * _backslashes(level)):
                return level
        raise ValueError("a word is written otherwise")

    def _orders_of_keys(self) -> Iterator[tuple[int, _Order]]:
        """The words that name the items of a list are put in order: they are quoted within what names a field."""
        for path in {self._lists[number] for number, level in self._slots if level > 1 and number in self._lists}:
            order = _Order(tuple(other for other, its in self._lists.items() if its == path), self._words)
            yield from ((other, order) for other in order.numbers)


class Molds:
    """The molds of what ``write`` writes, those that were used last first."""

    def __init__(self, write: Callable[[Obj], str]) -> None:
        self._write = write
        self._known: list[Mold] = []

    def fill(self, obj: Obj) -> Filled:
        """The text of an object."""
        for place, mold in enumerate(self._known):
            filled = mold.fill(obj)
            if filled is not None:
                if place:
                    self._known.insert(0, self._known.pop(place))
                return filled
        mold = Mold(obj, self._write)
        self._known = [mold, *self._known[: MOST - 1]]
        filled = mold.fill(obj)
        assert filled is not None
        return filled


def _fits(part: _Part, value: Any, others: Words) -> bool:
    """Whether a dict or list differs from a part in words alone, which are added to ``others``."""
    if part.kind is dict:
        if list(value) != part.keys:
            return False
        items = value.values()
    else:
        if len(value) != len(part.children):
            return False
        items = value
    for child, item in zip(part.children, items, strict=True):
        if item is child.value:
            continue
        kind = child.kind
        if type(item) is not kind:
            return False
        if kind is str:
            if item != child.value:
                others[child.number] = item
        elif kind is dict or kind is list:
            if not _fits(child, item, others):
                return False
        elif item != child.value:
            return False
    return True


def _marked(part: _Part, marks: Words) -> Any:
    """A part with other words in it."""
    if part.number >= 0:
        return marks.get(part.number, part.value)
    if not part.children:
        return part.value
    marked = [_marked(child, marks) for child in part.children]
    return dict(zip(part.keys, marked, strict=True)) if part.keys else marked


def _is_instant(word: str) -> bool:
    return len(word) in (20, 27) and word[10] == "T" and word[4] == "-" and word[-1] == "Z"


def _is_plain(word: str) -> bool:
    """Whether JSON has the word as it is, however often it is quoted."""
    return (
        word.isascii()
        and word.isprintable()
        and '"' not in word
        and "\\" not in word
        and "<" not in word
        and ">" not in word
        and "&" not in word
    )


def _quoted(word: str, level: int) -> str:
    for _ in range(level):
        word = dumps(word)[1:-1]
    return word


def _backslashes(level: int) -> int:
    """How many are before the one of a mark that is quoted so often."""
    return (1 << (level - 1)) - 1
