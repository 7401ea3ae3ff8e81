"""The cabinet: every object of the cluster in its drawer, with an index of parents.

Mechanics only: no defaulting, no rules.  ``Cluster`` is the API over it.
"""

from __future__ import annotations

from kubesim import kinds
from kubesim.api.meta import Key, Obj, key_of
from kubesim.cluster.drawers import Drawer, DrawerName, NoSource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster.drawers import Source


class Cabinet:
    """Drawers, opened from ``source`` on first use. ``touched`` are the drawers to be written back.

    ``moved`` are objects that went to another drawer: the wake-up that was saved for the old one does not follow them.
    """

    def __init__(self, source: Source | None = None) -> None:
        self._source: Source = source or NoSource()
        self._open: dict[DrawerName, Drawer] = {}
        self._closed: dict[tuple[str, str], dict[str, DrawerName]] = {}
        self._groups: dict[tuple[str, str], dict[str, Drawer]] = {}
        self._owned: dict[tuple[str, str], dict[Key, Obj]] = {}
        self._where: dict[Key, str] = {}
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
            self._index(key_of(obj), obj, name.group)
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
        """Let go of the drawers that have nothing in them and were never saved."""
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
        group = self._where.get(key)
        return None if group is None else DrawerName(key.kind, key.namespace, group)

    # objects

    def find(self, key: Key) -> Obj | None:
        group = self._where.get(key)
        if group is None:
            group = self._search(key)
            if group is None:
                return None
        return self._groups[(key.kind, key.namespace)][group].objects[key.name]

    def _search(self, key: Key) -> str | None:
        """Look for an object in drawers that are closed still: a group holds names that begin with it, or any if ""."""
        closed = self._closed.get((key.kind, key.namespace))
        if not closed:
            return None
        likely = [name for group, name in closed.items() if not group or key.name.startswith(f"{group}-")]
        for name in sorted(likely, key=lambda name: len(name.group), reverse=True):
            self.open(name)
            if key in self._where:
                break
        return self._where.get(key)

    def objects(self, kind: str, namespace: str | None = None) -> list[Obj]:
        """Every object of a kind, sorted by namespace and name."""
        self.open_all(kind, namespace)
        found: list[Obj] = []
        places = sorted(p for p in self._groups if p[0] == kind) if namespace is None else [(kind, namespace)]
        for place in places:
            here = [obj for drawer in self._groups.get(place, {}).values() for obj in drawer.objects.values()]
            here.sort(key=lambda obj: obj["metadata"]["name"])
            found += here
        return found

    def in_group(self, kind: str, namespace: str, group: str) -> list[Obj]:
        """The objects of one drawer, if there is such a drawer."""
        name = DrawerName(kind, namespace, group)
        return list(self.open(name).objects.values()) if self.is_saved(name) else []

    def open_group(self, kind: str, namespace: str, group: str) -> None:
        """Open one drawer, if there is such a drawer."""
        if group in self._closed.get((kind, namespace), ()):
            self.open(DrawerName(kind, namespace, group))

    def owned(self, uid: str, kind: str) -> list[Obj]:
        """The opened objects of a kind whose parent (see ``Kind.parent_of``) has that uid."""
        return list(self._owned.get((uid, kind), {}).values())

    def put(self, obj: Obj) -> None:
        """Store an object in the place of the one with its key, if any."""
        key = key_of(obj)
        group = kinds.load(key.kind).group_of(obj)
        before = self._where.get(key)
        memory = None
        if before is not None and before != group:
            memory = self.recall(key)
            self.take(key)
            self.moved.append(key)
        elif before is not None:
            self._forget_parent(key, unless=kinds.load(key.kind).parent_of(obj))
        name = DrawerName(key.kind, key.namespace, group)
        drawer = self.open(name)
        drawer.objects[key.name] = obj
        if memory is not None:
            drawer.memory[key.name] = memory
        self._index(key, obj, group)
        self.touched.add(name)

    def take(self, key: Key) -> None:
        """Remove an object that is there, and what was remembered beside it."""
        self._forget_parent(key)
        name = DrawerName(key.kind, key.namespace, self._where.pop(key))
        drawer = self._open[name]
        del drawer.objects[key.name]
        drawer.memory.pop(key.name, None)
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

    def _index(self, key: Key, obj: Obj, group: str) -> None:
        self._where[key] = group
        parent = kinds.load(key.kind).parent_of(obj)
        if parent is not None:
            self._owned.setdefault((parent, key.kind), {})[key] = obj

    def _forget_parent(self, key: Key, *, unless: str | None = None) -> None:
        """Take an object from its parent's, unless that stays its parent: the order among siblings is kept."""
        drawer = self._open[DrawerName(key.kind, key.namespace, self._where[key])]
        parent = kinds.load(key.kind).parent_of(drawer.objects[key.name])
        if parent is not None and parent != unless:
            self._owned[parent, key.kind].pop(key, None)
