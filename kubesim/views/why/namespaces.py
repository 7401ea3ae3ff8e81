"""A namespace that is being deleted and stays: what is left in it, and what holds that."""

from __future__ import annotations

from kubesim.api.meta import Obj, is_terminating, key_of
from kubesim.views.why.ending import since_of, unfinalized
from kubesim.views.why.model import Cause
from kubesim.views.words import counted, listed, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster
    from kubesim.views.why.inquiry import Inquiry

#: Finalizers that a controller of the cluster takes off when the time has come.
OWN = ("foregroundDeletion", "orphan", "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection")


def namespace_causes(inquiry: Inquiry, namespace: Obj) -> list[Cause]:
    """Why a namespace is being deleted and is still there; nothing for one that stays."""
    if not is_terminating(namespace):
        return []
    since = since_of(namespace)
    left = list(_content(inquiry.cluster, namespace["metadata"]["name"]))
    held = [obj for obj in left if is_terminating(obj) and _foreign(obj)]
    if held:
        first = held[0]
        names = listed([titled(obj) for obj in held[:3]])
        text = f"it is being deleted, and {names} {'is' if len(held) == 1 else 'are'} held by {listed(_foreign(first))}"
        repair = unfinalized(first)
        for obj in held[1:]:
            repair = repair.then(unfinalized(obj))
        return [Cause("FinalizerHolds", key_of(first), text, (repair,), since=since)]
    finalizers = namespace["metadata"].get("finalizers") or []
    if not left and finalizers:
        text = f"it is being deleted, and held by its own finalizer {listed(finalizers)}"
        return [Cause("FinalizerHolds", key_of(namespace), text, (unfinalized(namespace),), since=since)]
    text = (
        f"it is being deleted, and {counted(len(left), 'object')} in it {'is' if len(left) == 1 else 'are'} still to go"
    )
    return [Cause("NamespaceEnds", key_of(namespace), text, is_stage=True, since=since)]


def _content(cluster: Cluster, namespace: str) -> Iterator[Obj]:
    for kind in sorted(cluster.cabinet.kinds()):
        if cluster.kinds.names_of(kind).namespaced:
            yield from cluster.list(kind, namespace)


def _foreign(obj: Obj) -> list[str]:
    """The finalizers that no controller of the cluster takes off."""
    return [name for name in obj["metadata"].get("finalizers") or () if name not in OWN]
