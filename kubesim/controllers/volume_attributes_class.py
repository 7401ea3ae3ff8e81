"""A deleted VolumeAttributesClass goes once no claim and no volume has it.

Mirrors pkg/controller/volume/vacprotection.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, dig, is_terminating, with_metadata
from kubesim.api.well_known import VAC_PROTECTION_FINALIZER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kubesim.cluster import Change, Cluster


class VolumeAttributesClassProtection:
    """Takes the finalizer from classes that nobody uses."""

    name = "vac-protection"
    kind = "VolumeAttributesClass"
    rank = 7

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            self.kind: lambda _, change: (change.key,),
            "PersistentVolume": _named,
            "PersistentVolumeClaim": _named,
        }

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        found = cluster.find(*key)
        if found is None or not is_terminating(found) or _is_used(cluster, key.name):
            return None
        finalizers = found["metadata"].get("finalizers") or ()
        kept = [finalizer for finalizer in finalizers if finalizer != VAC_PROTECTION_FINALIZER]
        if len(kept) < len(finalizers):
            cluster.update(with_metadata(found, finalizers=kept or None))
        return None


def _named(_: Cluster, change: Change) -> Iterator[Key]:
    for obj in (change.new, change.old):
        for name in _classes_of(obj) if obj else ():
            yield Key("VolumeAttributesClass", "", name)


def _is_used(cluster: Cluster, name: str) -> bool:
    kinds = ("PersistentVolumeClaim", "PersistentVolume")
    return any(name in _classes_of(obj) for kind in kinds for obj in cluster.list(kind))


def _classes_of(obj: Obj) -> set[str]:
    """The class that is asked for, and the one that a claim has now."""
    found = (dig(obj, "spec", "volumeAttributesClassName"), dig(obj, "status", "currentVolumeAttributesClassName"))
    return set(filter(None, found))
