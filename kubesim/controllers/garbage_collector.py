"""The garbage collector: what outlives every one of its owners goes.

- Background: the owner is gone at once, and its dependents follow.
- Foreground: the owner waits, with the finalizer ``foregroundDeletion``, until those dependents are gone that
  have ``blockOwnerDeletion`` in their reference.
- Orphan: with the finalizer ``orphan``, the owner goes once its dependents no longer refer to it.

Mirrors pkg/controller/garbagecollector.  Upstream keeps a graph of every object; here the cluster's index of
controllers is that graph, and what it does not show (owners that are no controllers) is noted by uid.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, is_terminating, key_of, with_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kubesim.cluster import Change, Cluster

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"

#: What the cluster's index finds: the kinds of object of which an object of a kind is the controller.
CONTROLLED = {
    "CronJob": ("Job",),
    "DaemonSet": ("Pod", "ControllerRevision"),
    "Deployment": ("ReplicaSet",),
    "Job": ("Pod",),
    "ReplicaSet": ("Pod",),
    "ReplicationController": ("Pod",),
    "Service": ("EndpointSlice",),
    "StatefulSet": ("Pod", "ControllerRevision"),
}

#: Where objects are that nodes own: too many to note each. A node's kubelet makes them.
OF_NODES = (("Lease", "kube-node-lease"), ("Pod", "kube-system"))


class GarbageCollector:
    """Deletes dependents, and holds owners back for them."""

    name = "garbage-collector"
    kind = "*"
    rank = 5

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"*": objects_to_look_at}

    @staticmethod
    def waits(_cluster: Cluster, _key: Key) -> bool:
        """Nothing is done later."""
        return False

    def sync(self, cluster: Cluster, key: Key) -> None:
        """Sync one object as a dependent and, if it waits for its dependents, as an owner."""
        obj = cluster.find(*key)
        if obj is None:
            return
        _note_references(cluster, obj)
        if waits_with(obj, ORPHAN):
            _orphan_dependents(cluster, obj)
        elif waits_with(obj, FOREGROUND):
            if not any(blocks(dependent, obj) for dependent in dependents_of(cluster, obj)):
                _remove_finalizer(cluster, obj, FOREGROUND)
        elif not is_terminating(obj):
            _attempt_to_delete(cluster, obj)


# what changed


def objects_to_look_at(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The dependents of deleted objects, owners that wait, and objects with an owner that is not in order."""
    old, new = change.old, change.new
    if new is None:
        assert old is not None
        return [*map(key_of, dependents_of(cluster, old)), *_waiting_owners(cluster, old)]
    if is_terminating(new):
        return _of_terminating(cluster, old, new)
    references = references_of(new)
    if old is not None and references == references_of(old):
        return ()
    keys = [] if old is None else list(_waiting_owners(cluster, old))
    if any(_needs_attention(cluster, new, reference) for reference in references):
        keys.append(change.key)
    return keys


def _of_terminating(cluster: Cluster, old: Obj | None, new: Obj) -> Iterable[Key]:
    if waits_with(new, ORPHAN):
        return [key_of(new)]
    if not waits_with(new, FOREGROUND):
        return ()
    begins = old is None or not waits_with(old, FOREGROUND)
    return [*(map(key_of, dependents_of(cluster, new)) if begins else ()), key_of(new)]


def _needs_attention(cluster: Cluster, obj: Obj, reference: Obj) -> bool:
    owner = _find_owner(cluster, obj, reference)
    return owner is None or is_terminating(owner) or not _is_indexed(owner, obj, reference)


def _waiting_owners(cluster: Cluster, obj: Obj) -> Iterator[Key]:
    """The owners of an object that wait for it to go."""
    for reference in references_of(obj):
        owner = _find_owner(cluster, obj, reference)
        if owner is not None and waits_with(owner, FOREGROUND):
            yield key_of(owner)


# owners and dependents


def references_of(obj: Obj) -> list[Obj]:
    return obj["metadata"].get("ownerReferences") or []


def waits_with(obj: Obj, finalizer: str) -> bool:
    """Whether the object was deleted and that finalizer holds it."""
    return is_terminating(obj) and finalizer in (obj["metadata"].get("finalizers") or ())


def blocks(dependent: Obj, owner: Obj) -> bool:
    """Whether the owner, deleted in the foreground, cannot go before the dependent."""
    uid = owner["metadata"]["uid"]
    return any(ref["uid"] == uid and ref.get("blockOwnerDeletion") for ref in references_of(dependent))


def dependents_of(cluster: Cluster, owner: Obj) -> list[Obj]:
    """Every object that refers to ``owner``."""
    found = [obj for kind in CONTROLLED.get(owner["kind"], ()) for obj in cluster.owned(owner, kind)]
    uid = owner["metadata"]["uid"]
    if owner["kind"] == "Node":
        made = (obj for kind, namespace in OF_NODES for obj in cluster.list(kind, namespace))
        found += [obj for obj in made if any(ref["uid"] == uid for ref in references_of(obj))]
    for noted in cluster.noted("garbage-collector").get(uid, ()):
        obj = cluster.find(*noted)
        if obj is not None and any(ref["uid"] == uid for ref in references_of(obj)):
            found.append(obj)
    return found


def _find_owner(cluster: Cluster, obj: Obj, reference: Obj) -> Obj | None:
    """The object that is referred to; None if there is none of that name and uid."""
    names = cluster.kinds.names_for(reference["apiVersion"], reference["kind"])
    if names is None:
        return None
    namespace = obj["metadata"].get("namespace", "") if names.namespaced else ""
    owner = cluster.find(names.key, namespace, reference["name"])
    return owner if owner is not None and owner["metadata"]["uid"] == reference["uid"] else None


def _is_indexed(owner: Obj, obj: Obj, reference: Obj) -> bool:
    if owner["kind"] == "Node" and (obj["kind"], obj["metadata"].get("namespace")) in OF_NODES:
        return True
    return bool(reference.get("controller")) and obj["kind"] in CONTROLLED.get(owner["kind"], ())


def _note_references(cluster: Cluster, obj: Obj) -> None:
    """Note the owners that have no index of their dependents; forget those that are gone."""
    for reference in references_of(obj):
        owner = _find_owner(cluster, obj, reference)
        uid = reference["uid"]
        if owner is None:
            cluster.noted("garbage-collector").pop(uid, None)
        elif not _is_indexed(owner, obj, reference):
            notes, entry = cluster.notes("garbage-collector"), list(key_of(obj))
            if entry not in notes.get(uid, ()):
                notes[uid] = [*notes.get(uid, ()), entry]


# what is done


def _attempt_to_delete(cluster: Cluster, obj: Obj) -> None:
    """Delete an object that has owners none of which is there to stay; else strike out those that are not.

    Mirrors attemptToDeleteItem.
    """
    references = references_of(obj)
    if not references:
        return
    owners = [_find_owner(cluster, obj, reference) for reference in references]
    solid = [ref for ref, owner in zip(references, owners, strict=True) if owner and not waits_with(owner, FOREGROUND)]
    if solid:
        if len(solid) < len(references):
            cluster.update(with_metadata(obj, ownerReferences=solid))
        return
    if any(owners) and (dependents := dependents_of(cluster, obj)):
        if any(waits_with(dependent, FOREGROUND) for dependent in dependents):
            obj = _unblock_owners(cluster, obj)
        _delete(cluster, obj, "Foreground")
    else:
        _delete(cluster, obj, _propagation(obj))


def _unblock_owners(cluster: Cluster, obj: Obj) -> Obj:
    """Break a possible circle of owners that wait for each other."""
    references = [{**ref, "blockOwnerDeletion": False} for ref in references_of(obj)]
    return cluster.update(with_metadata(obj, ownerReferences=references))


def _propagation(obj: Obj) -> str:
    """As the finalizers that the object has already ask for it."""
    finalizers = obj["metadata"].get("finalizers") or ()
    if ORPHAN in finalizers:
        return "Orphan"
    return "Foreground" if FOREGROUND in finalizers else "Background"


def _delete(cluster: Cluster, obj: Obj, propagation: str) -> None:
    key = key_of(obj)
    cluster.delete(*key, propagation=propagation)


def _orphan_dependents(cluster: Cluster, owner: Obj) -> None:
    uid = owner["metadata"]["uid"]
    for dependent in dependents_of(cluster, owner):
        others = [ref for ref in references_of(dependent) if ref["uid"] != uid]
        cluster.update(with_metadata(dependent, ownerReferences=others or None))
    _remove_finalizer(cluster, owner, ORPHAN)


def _remove_finalizer(cluster: Cluster, obj: Obj, finalizer: str) -> None:
    finalizers = [name for name in obj["metadata"]["finalizers"] if name != finalizer]
    cluster.update(with_metadata(obj, finalizers=finalizers or None))
