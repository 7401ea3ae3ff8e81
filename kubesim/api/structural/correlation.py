"""Which value of the old object a value of the new one corresponds to. Mirrors apiserver's cel/common CorrelatedObject.

What is wrong with a value that corresponds to an equal one is not held against an update.
"""

from __future__ import annotations

from kubesim.api.structural.schemas import LIST_MAP_KEYS, LIST_TYPE, items_of, member

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.structural.schemas import Schema


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: 1 is not true, and not 1.0. Mirrors reflect.DeepEqual."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(item, other[key]) for key, item in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


class Correlated:
    """A value of the new object beside the old one that it corresponds to, and the schema of both."""

    __slots__ = ("_children", "_is_unchanged", "_old_by_key", "new", "old", "schema")

    def __init__(self, new: Any, old: Any, schema: Schema) -> None:
        self.new, self.old, self.schema = new, old, schema
        self._children: dict[str | int, Correlated] = {}
        self._is_unchanged: bool | None = None
        self._old_by_key: dict[Any, Any] | None = None

    def key(self, name: str) -> Correlated | None:
        """A member of the object; None where nothing corresponds to it."""
        if name in self._children:
            return self._children[name]
        if not isinstance(self.new, dict) or not isinstance(self.old, dict):
            return None
        schema = member(self.schema, name)
        if schema is None or name not in self.new or name not in self.old:
            return None
        return self._child(name, self.old[name], schema)

    def index(self, index: int) -> Correlated | None:
        """An item of the list: only lists of the type map have items that correspond to others."""
        if index in self._children:
            return self._children[index]
        schema = items_of(self.schema)
        if schema is None or self.schema.get(LIST_TYPE) != "map":
            return None
        if not isinstance(self.new, list) or not isinstance(self.old, list):
            return None
        old = self._by_key(self.old).get(_composite_key(self.new[index], self.schema))
        return None if old is None else self._child(index, old, schema)

    def _child(self, name: str | int, old: Any, schema: Schema) -> Correlated:
        child = self._children[name] = Correlated(self.new[name], old, schema)
        return child

    def _by_key(self, items: list[Any]) -> dict[Any, Any]:
        if self._old_by_key is None:
            keyed: dict[Any, Any] = {}
            for item in items:
                key = _composite_key(item, self.schema)
                if key is not None:
                    keyed.setdefault(key, item)
            self._old_by_key = keyed
        return self._old_by_key

    def is_unchanged(self) -> bool:
        """Whether the value is equal to the old one, as far as their parts correspond. Mirrors CachedDeepEqual."""
        if self._is_unchanged is None:
            self._is_unchanged = self._compare()
        return self._is_unchanged

    def _compare(self) -> bool:
        if isinstance(self.new, list) and isinstance(self.old, list):
            if self.schema.get(LIST_TYPE) != "map" or items_of(self.schema) is None:
                return same(self.new, self.old)
            children = [self.index(index) for index in range(len(self.new))]
        elif isinstance(self.new, dict) and isinstance(self.old, dict):
            children = [self.key(name) for name in self.new]
        else:
            return same(self.new, self.old)
        if len(self.new) != len(self.old):
            return False
        return all(child is not None and child.is_unchanged() for child in children)


def _composite_key(item: Any, schema: Schema) -> Any:
    """What a list of the type map knows an item by; None for one without all its keys."""
    keys = schema.get(LIST_MAP_KEYS) or ()
    if not keys or not isinstance(item, dict):
        return None
    values = [item.get(key) for key in keys]
    if any(value is None or isinstance(value, (dict, list)) for value in values):
        return None
    return tuple((type(value), value) for value in values)
