"""The cabinet: every object of the cluster in its drawer, with an index of parents.

Mechanics only: no defaulting, no rules.  ``Cluster`` is the API over it.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, key_of, storage_order
from kubesim.cluster.drawers import Drawer, DrawerName, NoSource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster.drawers import Source
    from kubesim.cluster.kinds import Kinds


class Cabinet:
    """Drawers, opened from ``source`` on first use. ``touched`` are the drawers to be written back.

    ``moved`` are objects that went to another drawer: the wake-up that was saved for the old one does not follow them.
    """

    def __init__(self, kinds: Kinds, source: Source | None = None) -> None:
        self._kinds = kinds
        self._source: Source = source or NoSource()
        self._open: dict[DrawerName, Drawer] = {}
        self._closed: dict[tuple[str, str], dict[str, DrawerName]] = {}
        self._groups: dict[tuple[str, str], dict[str, Drawer]] = {}
        self._where: dict[tuple[str, str, str], DrawerName] = {}
        self._parents: dict[Key, str] = {}
        self._owned: dict[tuple[str, str], dict[Key, Obj]] = {}
        self._sorted: dict[tuple[str, str | None], list[Obj]] = {}
        self.touched: set[DrawerName] = set()
        self.moved: list[Key] = []
        self._saved = set(self._source.drawers())
        for name in self._saved:
            self._closed.setdefault((name.kind, name.namespace), {})[name.group] = name

    # drawers

    def open(self, name: DrawerName) -> Drawer:
        """The drawer of that name, opened or made."""
        drawer = self._open.get(name)
        if drawer is not None:
            return drawer
        place = (name.kind, name.namespace)
        closed = self._closed.get(place, {}).pop(name.group, None)
        drawer = self._source.load(name) if closed else Drawer()
        self._open[name] = drawer
        self._groups.setdefault(place, {})[name.group] = drawer
        for obj in drawer.objects.values():
            # What refers to nothing has no parent, and its kind's file need not be imported to learn that.
            refers = "ownerReferences" in obj["metadata"] or "involvedObject" in obj
            self._index(key_of(obj), obj, name, self._kinds.load(name.kind).parent_of(obj) if refers else None)
        self._forget_order(name)
        return drawer

    def open_all(self, kind: str, namespace: str | None = None) -> None:
        """Open every drawer of a kind, in one namespace or in all."""
        places = [p for p in self._closed if p[0] == kind] if namespace is None else [(kind, namespace)]
        for place in places:
            for name in list(self._closed.get(place, {}).values()):
                self.open(name)

    def is_saved(self, name: DrawerName) -> bool:
        """Whether the drawer is there, opened or not."""
        return name in self._open or name.group in self._closed.get((name.kind, name.namespace), {})

    def saved_wakes(self) -> Iterator[tuple[DrawerName, int]]:
        """The saved drawers in which something waits, opened meanwhile or not, each with its earliest wake-up."""
        for name in self._source.drawers():
            wake = self._source.wake(name)
            if wake is not None:
                yield name, wake

    def kinds(self) -> list[str]:
        """The kinds that have a drawer."""
        return list({place[0]: None for place in (*self._closed, *self._groups)})

    def opened(self) -> dict[DrawerName, Drawer]:
        return self._open

    def discard_empty(self) -> None:
        """Drop the drawers that have nothing in them and were never saved."""
        for name in [name for name, drawer in self._open.items() if not drawer.objects and name not in self._saved]:
            del self._open[name]
            del self._groups[name.kind, name.namespace][name.group]
            self.touched.discard(name)

    def is_written(self) -> None:
        """What was touched has been saved."""
        self._saved.difference_update(self.touched)
        self._saved.update(name for name in self.touched if self._open[name].objects)
        self.touched.clear()

    def drawer_of(self, key: Key) -> DrawerName | None:
        """The drawer in which an object lies that was found before."""
        return self._where.get(key)

    # objects

    def find(self, key: tuple[str, str, str]) -> Obj | None:
        """The object of a kind, a namespace and a name."""
        name = self._where.get(key)
        if name is None:
            name = self._search(*key)
            if name is None:
                return None
        return self._open[name].objects[key[2]]

    def find_open(self, key: tuple[str, str, str]) -> Obj | None:
        """The object of a key if its drawer is open. Nothing is opened for it, so any thread may ask."""
        drawer = self._open.get(self._where.get(key))  # type: ignore[arg-type]
        return None if drawer is None else drawer.objects.get(key[2])

    def _search(self, kind: str, namespace: str, name: str) -> DrawerName | None:
        """Search an object in closed drawers.

        A group holds the object of its name, those with names that begin with it and a dash, or any if it is "".
        """
        closed = self._closed.get((kind, namespace))
        group = f"{name}-"
        while closed and group:
            group = group.rpartition("-")[0]
            if group in closed:
                self.open(closed[group])
                found = self._where.get((kind, namespace, name))
                if found is not None:
                    return found
        return None

    def objects(self, kind: str, namespace: str | None = None) -> list[Obj]:
        """Every object of a kind, sorted as etcd has them."""
        found = self._sorted.get((kind, namespace))
        if found is None:
            self.open_all(kind, namespace)
            found = self._sorted[kind, namespace] = self._in_order(kind, namespace)
        return list(found)

    def _in_order(self, kind: str, namespace: str | None) -> list[Obj]:
        found: list[Obj] = []
        namespaces = [place[1] for place in self._groups if place[0] == kind] if namespace is None else [namespace]
        for place in ((kind, one) for one in sorted(namespaces, key=lambda one: storage_order((one, "")))):
            here = [obj for drawer in self._groups.get(place, {}).values() for obj in drawer.objects.values()]
            here.sort(key=lambda obj: obj["metadata"]["name"])
            found += here
        return found

    def _forget_order(self, name: DrawerName) -> None:
        """The objects of a drawer have changed: those of its kind are put in order again when they are asked for."""
        if self._sorted:
            self._sorted.pop((name.kind, name.namespace), None)
            self._sorted.pop((name.kind, None), None)

    def in_group(self, kind: str, namespace: str, group: str) -> list[Obj]:
        """The objects of one drawer, if there is such a drawer."""
        name = DrawerName(kind, namespace, group)
        return list(self.open(name).objects.values()) if self.is_saved(name) else []

    def open_group(self, kind: str, namespace: str, group: str) -> None:
        """Open one drawer, if there is such a drawer."""
        if group in self._closed.get((kind, namespace), ()):
            self.open(DrawerName(kind, namespace, group))

    def owned(self, uid: str, kind: str) -> list[Obj]:
        """The opened objects of a kind with the parent (see ``Kind.parent_of``) of that uid."""
        return list(self._owned.get((uid, kind), {}).values())

    def put(self, obj: Obj) -> Key:
        """Store an object in the place of the one with its key, if any; the key."""
        key = key_of(obj)
        kind = self._kinds.load(key.kind)
        group, parent = kind.group_of(obj), kind.parent_of(obj)
        name = self._where.get(key)
        memory = None
        if name is not None and name.group != group:
            memory = self.recall(key)
            self.take(key)
            self.moved.append(key)
            name = None
        elif name is not None and self._parents.get(key) != parent:
            self._forget_parent(key)
        if name is None:
            name = DrawerName(key.kind, key.namespace, group)
        drawer = self.open(name)
        drawer.objects[key.name] = obj
        if memory is not None:
            drawer.memory[key.name] = memory
        self._index(key, obj, name, parent)
        self._forget_order(name)
        self.touched.add(name)
        return key

    def take(self, key: Key) -> None:
        """Remove an object that is there, and its private record."""
        self._forget_parent(key)
        name = self._where.pop(key)
        drawer = self._open[name]
        del drawer.objects[key.name]
        drawer.memory.pop(key.name, None)
        self._forget_order(name)
        self.touched.add(name)

    # private records

    def recall(self, key: Key) -> Obj | None:
        name = self.drawer_of(key)
        return None if name is None else self._open[name].memory.get(key.name)

    def remember(self, key: Key, record: Obj | None) -> None:
        """Replace the record beside an object; of an object that is not there nothing is remembered."""
        name = self.drawer_of(key)
        if name is None:
            return
        memory = self._open[name].memory
        if record is None:
            memory.pop(key.name, None)
        else:
            memory[key.name] = record
        self.touched.add(name)

    # indices

    def _index(self, key: Key, obj: Obj, name: DrawerName, parent: str | None) -> None:
        self._where[key] = name
        if parent is not None:
            self._parents[key] = parent
            self._owned.setdefault((parent, key.kind), {})[key] = obj

    def _forget_parent(self, key: Key) -> None:
        """Take an object from its parent's. One that stays there keeps its place among its siblings."""
        parent = self._parents.pop(key, None)
        if parent is not None:
            owned = self._owned[parent, key.kind]
            owned.pop(key, None)
            if not owned:
                del self._owned[parent, key.kind]
