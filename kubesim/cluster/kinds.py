"""The kinds that a cluster serves, by group and kind. Mirrors discovery, and clients' RESTMapper over it."""

from __future__ import annotations

from kubesim.api.meta import KUBERNETES_VERSIONS, kind_of
from kubesim.kinds import MODULES, SCALE, Names, unserved
from kubesim.kinds.generated.discovery import ROWS
from kubesim.kinds.versions import in_version, stored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.schema import Type
    from kubesim.cluster.definitions import Definitions
    from kubesim.cluster.drawers import Head
    from kubesim.kinds.base import Kind
    from kubesim.kinds.custom_resource import CustomResource


#: The kind that definitions are of.
DEFINITION = "CustomResourceDefinition"

#: What is left of a definition that is gone.
_GONE: dict[str, Any] = {"spec": {"versions": []}}

#: Where the state's head keeps what was registered.
REGISTERED = "kinds"


class Kinds:
    """Kubernetes' own kinds, and those that one cluster serves besides; these are kept in the state's ``head``.

    A kind's own file is imported only when that kind is asked for, and a definition is read (``find_definition``, by
    name) only when its schema or its columns are.
    """

    def __init__(
        self,
        head: Head,
        find_definition: Callable[[str], Obj | None] = lambda _: None,
        now: Callable[[], int] = lambda: 0,
        convert: Callable[[Obj, Obj, str], Obj | str] = lambda _, obj, version: {**obj, "apiVersion": version},
    ) -> None:
        self._head = head
        self._find_definition = find_definition
        self._now = now
        self._convert = convert
        self._behaviours: dict[str, Kind] = {}
        self._definitions: Definitions | None = None
        if "definitions" in head:
            from kubesim.cluster.definitions import Definitions

            self._definitions = Definitions(head)
        self._listed: list[Names] = []
        self._by_key: dict[str, Names] = {}
        self._by_version: dict[tuple[str, str], Names | None] = {}

    # by group and kind

    def load(self, key: str) -> Kind:
        """The behaviour of a kind, by what stands for it in keys; KeyError for a kind that is not served."""
        try:
            return self._behaviours[key]
        except KeyError:
            behaviour = self._behaviours[key] = self._behaviour_of(self.names_of(key))
            return behaviour

    def of(self, obj: Obj) -> Kind:
        """The behaviour of an object's kind."""
        return self.load(kind_of(obj))

    def _behaviour_of(self, names: Names) -> Kind:
        """The behaviour of a kind, in the kind's own file if it has one."""
        if names.is_custom:
            from kubesim.kinds.custom_resource import CustomResource

            return CustomResource(names, lambda: self._find_definition(names.qualified) or _GONE, self._convert)
        module = MODULES.get(names.key)
        if module is None:
            from kubesim.kinds.common.plain_kind import PlainKind

            return PlainKind(names)
        from kubesim.startup.module_import import import_module

        behaviour: type[Kind] = getattr(import_module(f"kubesim.kinds.{module}"), names.kind)
        return behaviour(names)

    def names_of(self, key: str) -> Names:
        """The names of a kind, of the first group that serves it (Event: two do); KeyError if it is not served."""
        if "." in key and self._definitions is not None:
            found = self._definitions.of_key(key)
            if found is not None:
                return found
            return self._own_by_key().get(key) or _orphaned(key)
        return self._own_by_key()[key]

    def _own_by_key(self) -> dict[str, Names]:
        """The kinds that no definition defines."""
        if not self._by_key:
            self._by_key = {names.key: names for names in reversed((SCALE, *self._own()))}
        return self._by_key

    def by_key(self) -> dict[str, Names]:
        """Every kind that objects can be of, each once; also those that are served in no version any more."""
        custom = () if self._definitions is None else self._definitions.all()
        return {**self._own_by_key(), **{names.key: names for names in custom}}

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
        if names is None or version not in names.served:
            return None
        return names._replace(version=version)

    def preferred(self, group: str, kind: str) -> Names | None:
        """The names of a group's kind, whatever its version; None if the group does not serve it."""
        for names in self._own():
            if names.group == group and kind in (names.kind, names.kind.lower()):
                return names
        return None if self._definitions is None else self._definitions.of_kind(group, kind)

    def all(self) -> Sequence[Names]:
        """Every resource, group by group, as discovery lists them."""
        return self._those(lambda _: True, [] if self._definitions is None else self._definitions.served())

    def _those(self, are_wanted: Callable[[Names], bool], custom: Sequence[Names]) -> list[Names]:
        """Resources in discovery's order: what other servers answer for comes behind custom resources."""
        own = self._own()
        if not custom:
            return list(filter(are_wanted, own))
        return [*filter(are_wanted, own[: len(ROWS)]), *custom, *filter(are_wanted, own[len(ROWS) :])]

    def _own(self) -> Sequence[Names]:
        """Kubernetes' own resources, and behind them those that were registered."""
        if not self._listed:
            registered = map(_names, self._head.get(REGISTERED, ()))
            self._listed = [*(Names(*row) for row in ROWS), *registered]
        return self._listed

    def register(self, names: Names) -> None:
        """Serve another kind from now on; a cluster that is saved keeps it."""
        self._head[REGISTERED] = [*self._head.get(REGISTERED, ()), list(names)]
        self._forget_lists()

    def forget(self, group: str) -> None:
        """Serve the registered kinds of a group no more."""
        self._head[REGISTERED] = [row for row in self._head.get(REGISTERED, ()) if _names(row).group != group]
        self._forget_lists()

    def _forget_lists(self) -> None:
        self._listed, self._by_key, self._by_version, self._behaviours = [], {}, {}, {}

    # definitions

    @property
    def definitions(self) -> Definitions:
        """The names that definitions have."""
        if self._definitions is None:
            from kubesim.cluster.definitions import Definitions

            self._definitions = Definitions(self._head)
        return self._definitions

    def define(self, name: str, names: Names) -> bool:
        """Keep the names that the definition called ``name`` has; whether they differ from those that it had."""
        is_new = self.definitions.define(name, names, self._now())
        if is_new:
            self._forget_lists()
        return is_new

    def undefine(self, name: str) -> None:
        """Serve what the definition called ``name`` defined no more."""
        self.definitions.undefine(name, self._now())
        self._forget_lists()

    @staticmethod
    def explained_type(names: Names) -> Type:
        """The type by which a kind is explained; of a registered one only what every object has is known."""
        from kubesim.api import schema

        known = schema.type_of(names.api_version, names.kind)
        if known is not None:
            return known
        lines = ["- TypeMeta meta/v1.TypeMeta i", "metadata ObjectMeta meta/v1.ObjectMeta o"]
        short = f"{names.version}.{names.kind}"
        return schema.Type(f"{names.group}/{short}", short, "struct", "", lines)

    # versions

    def in_version(self, obj: Obj, api_version: str) -> Obj:
        """A stored object as it is served in that version; the object itself if that is how it is stored."""
        if api_version not in KUBERNETES_VERSIONS:
            names = None if self._definitions is None else self._definitions.of_key(kind_of(obj))
            if names is not None:
                return self.custom_resource_of(names._replace(version=api_version.rpartition("/")[2])).read(obj)
        return in_version(obj, api_version)

    def stored(self, obj: Obj) -> Obj:
        """The object in the version that its kind is stored in; the object itself if it is in it."""
        names = self.custom_names(obj)
        if names is None:
            return stored(obj)
        if names.version == names.storage:
            return obj
        return self.custom_resource_of(names._replace(version=names.storage)).pruned(obj)

    def custom_names(self, obj: Obj) -> Names | None:
        """The names of a custom resource's kind; None for an object of another kind."""
        version = obj.get("apiVersion", "")
        if version in KUBERNETES_VERSIONS or self._definitions is None:
            return None
        names = self.names_for(version, obj["kind"])
        return names if names is not None and names.is_custom else None

    def custom_resource(self, obj: Obj) -> CustomResource | None:
        """The behaviour of a custom resource in the version that ``obj`` is in; None for an object of another kind."""
        names = self.custom_names(obj)
        return None if names is None else self.custom_resource_of(names)

    def custom_resource_of(self, names: Names) -> CustomResource:
        """The behaviour of a custom resource's kind in that version."""
        behaviour: Any = self.load(names.key).served_as(names.api_version)
        return behaviour  # type: ignore[no-any-return]

    # what clients remember

    def known_to_clients(self, api_version: str, kind: str) -> Names | None:
        """As ``names_for``, also of what clients only remember; requests for that are refused."""
        found = self.names_for(api_version, kind)
        if found is not None or self._definitions is None:
            return found
        group, _, version = api_version.rpartition("/")
        for names in self._definitions.remembered(self._now()):
            if names.group == group and kind in (names.kind, names.kind.lower()) and version in names.versions:
                return self._definitions.as_it_is(names, version)
        return None

    # by a word of a command line

    def resolve(self, word: str) -> Names | None:
        """The resource that a command line means by ``word``: plural, singular, short, ``deployments.apps``,
        ``deployments.v1.apps`` or the kind itself, in any case; the beginning of a group will do where none is called
        so.  A version has a meaning only with a name that is no short one.
        Mirrors kubectl's RESTMapper and its shortcuts.
        """
        name = word.lower().partition(".")[0]
        found = _meant(self.called(name), word)
        if found is None and self._definitions is not None:
            remembered = self._definitions.remembered(self._now())
            found = _meant([names for names in remembered if _is_called(names, name)], word)
            return found and self._definitions.as_it_is(found, found.version)
        return found

    def called(self, word: str) -> list[Names]:
        """The resources of all groups that are called so, by a plural, a singular, a short name or a kind."""
        name = word.lower()
        custom = [] if self._definitions is None else self._definitions.called(name)
        return self._those(lambda names: _is_called(names, name), custom)

    def shadowed(self, word: str) -> list[Names]:
        """The resources of other groups that a short name could mean too. Mirrors expandResourceShortcut."""
        name = word.lower()
        called = self.called(name)
        is_long = any(name in (names.plural, names.singular) for names in called)
        return [] if is_long else [names for names in called if name in names.short_names][1:]

    def in_category(self, category: str) -> list[Names]:
        """The resources of a category such as ``all``, in the order in which kubectl expands it."""
        custom = [] if self._definitions is None else self._definitions.in_category(category)
        return self._those(lambda names: category in names.categories, custom)


def _orphaned(key: str) -> Names:
    """The names of objects whose definition went without them: nobody sees them until there is one again.

    So they belong to no namespace either: one that ends leaves them, as it does in etcd.
    """
    kind, _, group = key.partition(".")
    return unserved(f"{group}/", kind)._replace(namespaced=False)


def _names(row: Sequence[Any]) -> Names:
    """The names of a registered kind, as JSON keeps them."""
    cells: list[Any] = [tuple(cell) if isinstance(cell, list) else cell for cell in row]
    return Names(*cells)


def _meant(found: list[Names], word: str) -> Names | None:
    """The resource that a word means among those that are called so."""
    name, _, suffix = word.lower().partition(".")
    _, has_version, group = suffix.partition(".")
    for names in found:
        if suffix in ("", names.group):
            return names
        if has_version and name in names.short_names and group in ("", names.group):
            return names
        for version in names.served:
            if suffix == f"{version}.{names.group}":
                return names._replace(version=version)
    begins = (names for names in found if names.group.startswith(suffix.removeprefix(f"{names.version}.")))
    return next(begins, None)


def _is_called(names: Names, name: str) -> bool:
    return name in (names.plural, names.singular, names.kind.lower()) or name in names.short_names
