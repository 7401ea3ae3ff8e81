"""The kinds that a cluster serves, by group and kind. Mirrors discovery, and clients' RESTMapper over it."""

from __future__ import annotations

from kubesim.api.meta import kind_of
from kubesim.kinds import MODULES, SCALE, Names, served_versions
from kubesim.kinds.generated.discovery import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.schema import Type
    from kubesim.cluster.drawers import Head
    from kubesim.kinds.base import Kind


class Kinds:
    """Kubernetes' own kinds, and those that were registered in one cluster; these are kept in the state's ``head``.

    A kind's own file is imported only when that kind is asked for.
    """

    def __init__(self, head: Head) -> None:
        self._head = head
        self._behaviours: dict[str, Kind] = {}
        self._listed: list[Names] = []
        self._by_key: dict[str, Names] = {}
        self._by_version: dict[tuple[str, str], Names | None] = {}

    # by group and kind

    def load(self, key: str) -> Kind:
        """The behaviour of a kind, by what stands for it in keys; KeyError for a kind that is not served."""
        try:
            return self._behaviours[key]
        except KeyError:
            behaviour = self._behaviours[key] = _behaviour_of(self.names_of(key))
            return behaviour

    def of(self, obj: Obj) -> Kind:
        """The behaviour of an object's kind."""
        return self.load(kind_of(obj))

    def names_of(self, key: str) -> Names:
        """The names of a kind, of the first group that serves it (Event: two do); KeyError if it is not served."""
        return self.by_key()[key]

    def by_key(self) -> dict[str, Names]:
        """Every kind that objects can be of, each once."""
        if not self._by_key:
            self._by_key = {names.key: names for names in reversed((SCALE, *self.all()))}
        return self._by_key

    def names_for(self, api_version: str, kind: str) -> Names | None:
        """The kind's names if that group and version serve it; clients' mappers take it in small letters too.

        Mirrors client-go's restmapper.NewDiscoveryRESTMapper.
        """
        asked = (api_version, kind)
        if asked not in self._by_version:
            self._by_version[asked] = self._serving(*asked)
        return self._by_version[asked]

    def _serving(self, api_version: str, kind: str) -> Names | None:
        group, _, version = api_version.rpartition("/")
        names = self.preferred(group, kind)
        if names is None or version not in served_versions(group, names.version):
            return None
        return names._replace(version=version)

    def preferred(self, group: str, kind: str) -> Names | None:
        """The names of a group's kind, whatever its version; None if the group does not serve it."""
        return next((names for names in self.all() if names.group == group and _is_kind(names, kind)), None)

    def all(self) -> Sequence[Names]:
        """Every resource, group by group, as discovery lists them."""
        if not self._listed:
            self._listed = [Names(*row) for row in ROWS] + [_names(row) for row in self._head.get("kinds", ())]
        return self._listed

    def register(self, names: Names) -> None:
        """Serve another kind from now on; a cluster that is saved keeps it."""
        self._list([*self._head.get("kinds", ()), list(names)])

    def forget(self, group: str) -> None:
        """Serve the registered kinds of a group no more."""
        self._list([row for row in self._head.get("kinds", ()) if _names(row).group != group])

    def _list(self, registered: list[list[Any]]) -> None:
        self._head["kinds"] = registered
        self._listed, self._by_key, self._by_version = [], {}, {}

    def explained_type(self, api_version: str, kind: str) -> Type | None:
        """The type by which a kind is explained; of a registered one only what every object has is known."""
        from kubesim.api import schema

        if self.names_for(api_version, kind) is None:
            return None
        group, _, version = api_version.rpartition("/")
        lines = ["- TypeMeta meta/v1.TypeMeta i", "metadata ObjectMeta meta/v1.ObjectMeta o"]
        bare = schema.Type(f"{group}/{version}.{kind}", f"{version}.{kind}", "struct", "", lines)
        return schema.type_of(api_version, kind) or bare

    # by a word of a command line

    def resolve(self, word: str) -> Names | None:
        """The resource that a command line means by ``word``: plural, singular, short, ``deployments.apps``,
        ``deployments.v1.apps`` or the kind itself, in any case; the beginning of a group will do where none is called
        so.  A version has a meaning only with a name that is no short one.
        Mirrors kubectl's RESTMapper and its shortcuts.
        """
        name, _, suffix = word.lower().partition(".")
        _, has_version, group = suffix.partition(".")
        found = self.called(name)
        for names in found:
            if suffix in ("", names.group):
                return names
            if has_version and name in names.short_names and group in ("", names.group):
                return names
            for version in served_versions(names.group, names.version):
                if suffix == f"{version}.{names.group}":
                    return names._replace(version=version)
        begins = (names for names in found if names.group.startswith(suffix.removeprefix(f"{names.version}.")))
        return next(begins, None)

    def called(self, word: str) -> list[Names]:
        """The resources of all groups that are called so, by a plural, a singular, a short name or a kind."""
        name = word.lower()
        return [names for names in self.all() if _is_called(names, name)]

    def shadowed(self, word: str) -> list[Names]:
        """The resources of other groups that a short name could mean too. Mirrors expandResourceShortcut."""
        name = word.lower()
        found = [names for names in self.all() if name in names.short_names]
        is_long = any(name in (names.plural, names.singular) for names in self.all())
        return [] if is_long else found[1:]

    def in_category(self, category: str) -> list[Names]:
        """The resources of a category such as ``all``, in the order in which kubectl expands it."""
        return [names for names in self.all() if category in names.categories]


def _names(row: Sequence[Any]) -> Names:
    """The names of a registered kind, as JSON keeps them."""
    cells: list[Any] = [tuple(cell) if isinstance(cell, list) else cell for cell in row]
    return Names(*cells)


def _is_kind(names: Names, kind: str) -> bool:
    return kind in (names.kind, names.kind.lower())


def _is_called(names: Names, name: str) -> bool:
    return name in (names.plural, names.singular, names.kind.lower()) or name in names.short_names


def _behaviour_of(names: Names) -> Kind:
    """The behaviour of a kind, in the kind's own file if it has one."""
    module = MODULES.get(names.key)
    if module is None:
        from kubesim.kinds.common.plain_kind import PlainKind

        return PlainKind(names)
    from kubesim.startup.module_import import import_module

    behaviour: type[Kind] = getattr(import_module(f"kubesim.kinds.{module}"), names.kind)
    return behaviour(names)
