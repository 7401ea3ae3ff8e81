"""The names that CustomResourceDefinitions have, in rows of the state's head: what a command needs of each definition.

There may be hundreds of them, so rows are searched as they are, and names made of those that are found.
"""

from __future__ import annotations

from kubesim.api.meta import HOUR
from kubesim.kinds import Names
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster.drawers import Head

    #: Names as JSON keeps them, in the order of their fields.
    Row = list[Any]

#: Where the head keeps the rows, by the names of the definitions.
DEFINED = "definitions"
#: Where it keeps the rows that clients remember, each with the instant (ms) since when.
REMEMBERED = "remembered"

#: What can be done with a resource; rows have these only of one whose definition is being deleted.
VERBS = "delete deletecollection get list patch create update watch"

#: kubectl keeps discovery on disk for so long, and asks again only where a kind is not there.
TIME_TO_LIVE = 6 * HOUR

_KIND, _GROUP, _PLURAL, _SINGULAR, _SHORT_NAMES, _CATEGORIES, _VERSIONS = 0, 1, 3, 4, 5, 7, 10


class Taken(NamedTuple):
    """The names that definitions of a group have."""

    resources: frozenset[str]
    kinds: frozenset[str]


class Definitions:
    """The rows of a head; a definition with no version that is served has its names all the same."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._rows: dict[str, Row] = head.get(DEFINED, {})
        self._served: list[Row] | None = None

    def define(self, name: str, names: Names, now: int) -> bool:
        """Keep the names that the definition called ``name`` has from ``now`` (ms) on; whether they are other names."""
        old = self.called_by(name)
        if old == names:
            return False
        self._note_change(name, old, names, now)
        self._keep({**self._rows, name: _row_of(names)})
        return True

    def undefine(self, name: str, now: int) -> None:
        """Keep no names for the definition called ``name`` any more."""
        self._note_change(name, self.called_by(name), None, now)
        self._keep({other: row for other, row in self._rows.items() if other != name})

    def _keep(self, rows: dict[str, Row]) -> None:
        self._head[DEFINED] = self._rows = rows
        self._served = None

    # what is served

    def served(self) -> list[Names]:
        """The resources that are served, in discovery's order."""
        return [_names(row) for row in self._rows_served()]

    def _rows_served(self) -> list[Row]:
        if self._served is None:
            served = [row for row in self._rows.values() if row[_VERSIONS]]
            self._served = sorted(served, key=lambda row: (row[_GROUP], row[_PLURAL]))
        return self._served

    def called(self, name: str) -> list[Names]:
        """The resources that are served and called so, by a plural, a singular, a short name or a kind."""
        return [_names(row) for row in self._rows_served() if _is_called(row, name)]

    def of_kind(self, group: str, kind: str) -> Names | None:
        """The resource of a group's kind, which clients' mappers take in small letters, too."""
        for row in self._rows_served():
            if row[_GROUP] == group and kind in (row[_KIND], row[_KIND].lower()):
                return _names(row)
        return None

    def in_category(self, category: str) -> list[Names]:
        return [_names(row) for row in self._rows_served() if category in row[_CATEGORIES]]

    # what is defined

    def called_by(self, name: str) -> Names | None:
        """The names that the definition called ``name`` has; None as long as it has none."""
        row = self._rows.get(name)
        return None if row is None else _names(row)

    def of_key(self, key: str) -> Names | None:
        """The kind that stands so in keys, be it served or not."""
        kind, _, group = key.partition(".")
        for row in self._rows.values():
            if row[_KIND] == kind and row[_GROUP] == group:
                return _names(row)
        return None

    def all(self) -> list[Names]:
        """Every kind that a definition has, be it served or not."""
        return [_names(row) for row in self._rows.values() if row[_KIND]]

    def of_group(self, group: str) -> list[str]:
        """The names of a group's definitions."""
        return [name for name, row in self._rows.items() if row[_GROUP] == group]

    def taken(self, group: str, but: str) -> Taken:
        """The names that a group's definitions have, all ``but`` one's."""
        others = [_names(row) for name, row in self._rows.items() if row[_GROUP] == group and name != but]
        resources = (word for names in others for word in (names.plural, names.singular, *names.short_names))
        kinds = (word for names in others for word in (names.kind, names.list_kind))
        return Taken(frozenset(filter(None, resources)), frozenset(filter(None, kinds)))

    # what clients remember

    def _note_change(self, name: str, old: Names | None, new: Names | None, now: int) -> None:
        """Note what of a definition is served no more, or that something new is, which clients ask discovery for.

        Mirrors client-go's cached discovery and deferred RESTMapper.
        """
        before, after = set(old.versions if old else ()), set(new.versions if new else ())
        if after - before:
            self._head.pop(REMEMBERED, None)
        elif before - after and old is not None:
            self._head[REMEMBERED] = {**self._head.get(REMEMBERED, {}), name: [now, _row_of(old)]}

    def remembered(self, now: int) -> list[Names]:
        """What is served no more, but was at some time in the six hours before ``now`` (ms).

        It is taken that kubectl knew all that was served until something new was.
        """
        rows = self._head.get(REMEMBERED, {}).values()
        return [_names(row) for since, row in rows if now - since < TIME_TO_LIVE]

    def as_it_is(self, names: Names, version: str) -> Names:
        """A remembered kind in a version, with the versions that it is served in now."""
        present = self.called_by(names.qualified)
        return names._replace(version=version, versions=present.versions if present else ())


def _is_called(row: Row, name: str) -> bool:
    return name in (row[_PLURAL], row[_SINGULAR], row[_KIND].lower()) or name in row[_SHORT_NAMES]


def _row_of(names: Names) -> Row:
    return list(names._replace(verbs="" if names.verbs == VERBS else names.verbs))


def _names(row: Row) -> Names:
    names = Names(*row)
    return names._replace(
        short_names=tuple(names.short_names),
        categories=tuple(names.categories),
        verbs=names.verbs or VERBS,
        versions=tuple(names.versions),
        deprecations=tuple((version, words) for version, words in names.deprecations),
    )
