"""managedFields of what is printed: worked out when they are read, since most templates never do.

A real object always has them; only ``-o json`` and ``-o yaml`` leave them out. What the cluster's own parts own is
worked out from the object (``kubesim.api.managed_fields.derived``), which takes a millisecond for a pod.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, KeysView, ValuesView
    from typing import Any

    from kubesim.api.meta import Obj

MANAGED_FIELDS = "managedFields"


class OwnedMetadata(dict[str, "Any"]):
    """The metadata of an object that came from the cluster, managedFields included."""

    __slots__ = ("_owned",)

    def __init__(self, obj: Obj) -> None:
        super().__init__(obj["metadata"])
        self._owned: Obj | None = obj

    def _complete(self) -> None:
        if self._owned is not None:
            from kubesim.api.managed_fields.derived import with_derived

            self.pop(MANAGED_FIELDS, None)  # a client may have taken away the owners: then there is no such field
            self.update(with_derived(self._owned)["metadata"])
            self._owned = None

    def __getitem__(self, key: str) -> Any:
        if key == MANAGED_FIELDS:
            self._complete()
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        if key == MANAGED_FIELDS:
            self._complete()
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        if key == MANAGED_FIELDS:
            self._complete()
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        self._complete()
        return super().__iter__()

    def __len__(self) -> int:
        self._complete()
        return super().__len__()

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        self._complete()
        return super().keys()

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        self._complete()
        return super().values()

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        self._complete()
        return super().items()


def with_owners(obj: Obj) -> Obj:
    """An object with the owners of its fields; one that no cluster has made has none."""
    meta = obj.get("metadata")
    return {**obj, "metadata": OwnedMetadata(obj)} if isinstance(meta, dict) and meta.get("uid") else obj
