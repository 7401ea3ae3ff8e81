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
    """An object that is new or changed, but for its status, which nobody else writes."""
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

    def owners(cluster: Cluster, change: Change) -> Iterable[Key]:
        keys = []
        for obj in (change.old, change.new):
            reference = None if obj is None else controller_of(obj)
            if reference is not None and reference["kind"] == kind:
                keys.append(Key(kind, change.key.namespace, reference["name"]))
        if keys or change.new is None or controller_of(change.new) is not None:
            return dict.fromkeys(keys)
        if change.old is not None and labels_of(change.old) == labels_of(change.new):
            return ()
        return _selecting(cluster, kind, change.new)

    return owners


def _selecting(cluster: Cluster, kind: str, orphan: Obj) -> Iterable[Key]:
    """The objects of a kind that select an orphan."""
    for candidate in cluster.list(kind, orphan["metadata"]["namespace"]):
        if selector_of(candidate).matches(labels_of(orphan)):
            yield key_of(candidate)


def selector_of(owner: Obj) -> Selector:
    """Which pods are an owner's; a ReplicationController has their labels themselves."""
    selector = owner["spec"].get("selector")
    return from_labels(selector) if owner["kind"] == "ReplicationController" else from_label_selector(selector)
