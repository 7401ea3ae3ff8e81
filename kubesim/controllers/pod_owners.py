"""Which changes enqueue an object that has pods: its own, and those of its pods.

Mirrors the event handlers that the controllers of pods have in common (addPod, updatePod, deletePod).
"""

from __future__ import annotations

from kubesim.api.meta import Key, controller_of, is_terminating, key_of, labels_of
from kubesim.api.selectors import from_label_selector, from_labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.api.meta import Obj
    from kubesim.api.selectors import Selector
    from kubesim.cluster import Change, Cluster


def itself(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    """An object that is new or changed, but for a status that its controller wrote.

    That keeps the very spec; a client's status comes with a copy of it.
    """
    old, new = change.old, change.new
    if new is None:
        return ()
    if old is not None and old["spec"] is new["spec"] and is_terminating(old) == is_terminating(new):
        return ()
    return (change.key,)


def owners_of(kind: str) -> Callable[[Cluster, Change], Iterable[Key]]:
    """The objects of a kind that a change of something they control, such as a pod, matters to.

    Of an orphan they are those that may adopt it.
    """

    def owners_of_pod(cluster: Cluster, change: Change) -> Iterable[Key]:
        return owners(cluster, change, kind, *controllers(change))

    return owners_of_pod


def controllers(change: Change) -> tuple[Obj | None, Obj | None]:
    """The references to the controllers of an object before and after a change of it."""
    old, new = change.old, change.new
    return None if old is None else controller_of(old), None if new is None else controller_of(new)


def owners(cluster: Cluster, change: Change, kind: str, before: Obj | None, after: Obj | None) -> Iterable[Key]:
    """The objects of a kind that a change of something matters to which ``before`` and ``after`` controlled."""
    names = {reference["name"] for reference in (before, after) if reference and reference["kind"] == kind}
    old, new = change.old, change.new
    if names or new is None or after is not None:
        return [Key(kind, change.key.namespace, name) for name in names]
    if old is not None and labels_of(old) == labels_of(new):
        return ()
    return _selecting(cluster, kind, new)


def _selecting(cluster: Cluster, kind: str, orphan: Obj) -> Iterable[Key]:
    """The objects of a kind that select an orphan."""
    for candidate in cluster.list(kind, orphan["metadata"]["namespace"]):
        if selector_of(candidate).matches(labels_of(orphan)):
            yield key_of(candidate)


def selector_of(owner: Obj) -> Selector:
    """Which pods are an owner's; a ReplicationController has their labels themselves."""
    selector = owner["spec"].get("selector")
    return from_labels(selector) if owner["kind"] == "ReplicationController" else from_label_selector(selector)
