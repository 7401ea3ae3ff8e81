"""Where objects lie: drawers of objects that are used together, opened only when asked for.

A drawer holds the objects of one kind, in one namespace, that a command touches together: the pods of one
ReplicaSet, the Deployments of a namespace.  What a command does not open it neither parses nor writes.
"""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Protocol

    from kubesim.api.meta import Obj

    class Source(Protocol):
        """Drawers that were saved. ``wake`` gives a drawer's earliest wake-up without opening it."""

        def drawers(self) -> Iterable[DrawerName]: ...

        def load(self, name: DrawerName) -> Drawer: ...

        def wake(self, name: DrawerName) -> int | None: ...


class DrawerName(NamedTuple):
    """Kind ("Pod"), namespace ("" for cluster-wide kinds) and group (see ``Kind.group_of``)."""

    kind: str
    namespace: str
    group: str


class Drawer:
    """Objects by name; what controllers privately remember beside each; the earliest wake-up among them (ms)."""

    __slots__ = ("memory", "objects", "wake")

    def __init__(
        self, objects: dict[str, Obj] | None = None, memory: dict[str, Obj] | None = None, wake: int | None = None
    ) -> None:
        self.objects = objects if objects is not None else {}
        self.memory = memory if memory is not None else {}
        self.wake = wake


class NoSource:
    """The source of a cluster that was never saved."""

    def drawers(self) -> Iterable[DrawerName]:
        return ()

    def load(self, name: DrawerName) -> Drawer:
        raise KeyError(name)

    def wake(self, name: DrawerName) -> int | None:
        raise KeyError(name)


# What the head of the state holds besides drawers: counters, seed, clock, notes, settings.
Head = dict[str, "Any"]
