"""Which objects a controller may call its own: those that match its selector are adopted, others released.

Mirrors pkg/controller/controller_ref_manager.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, controller_of, controller_reference, is_terminating, labels_of, with_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.selectors import Selector
    from kubesim.cluster import Cluster


def claim(cluster: Cluster, owner: Obj, selector: Selector, kind: str) -> list[Obj]:
    """The objects of a kind that are ``owner``'s, once orphans are adopted and what no longer matches is released.

    Neither happens while ``owner`` is being deleted.  Mirrors ClaimObject over a list.
    """
    deleting = is_terminating(owner)
    claimed = []
    for obj in cluster.owned(owner, kind):
        if selector.matches(labels_of(obj)):
            claimed.append(obj)
        elif not deleting:
            release(cluster, owner, obj)
    if not deleting:
        orphans = cluster.orphans(kind, owner["metadata"]["namespace"])
        claimed += [adopt(cluster, owner, obj) for obj in adoptable(selector, orphans)]
    return claimed


def adoptable(selector: Selector, orphans: Iterable[Obj]) -> list[Obj]:
    """The orphans that the selector matches and that are not going anyway."""
    return [obj for obj in orphans if not is_terminating(obj) and selector.matches(labels_of(obj))]


def adopt(cluster: Cluster, owner: Obj, obj: Obj) -> Obj:
    """Make ``owner`` the controller of an orphan; the stored object."""
    references = obj["metadata"].get("ownerReferences") or []
    others = [ref for ref in references if ref["uid"] != owner["metadata"]["uid"]]
    adopted = with_metadata(obj, ownerReferences=[*others, controller_reference(owner)])
    return cluster.update(adopted)


def release(cluster: Cluster, owner: Obj, obj: Obj) -> Obj:
    """Release an object that ``owner`` controls; returns the stored object."""
    uid = owner["metadata"]["uid"]
    others = [ref for ref in obj["metadata"]["ownerReferences"] if ref["uid"] != uid]
    return cluster.update(with_metadata(obj, ownerReferences=others or None))


def resolve_controller(cluster: Cluster, obj: Obj, kind: str) -> Obj | None:
    """The controller of that kind that the object refers to, if it is there still. Mirrors resolveControllerRef."""
    reference = controller_of(obj)
    if reference is None or reference["kind"] != kind:
        return None
    owner = cluster.find(kind, obj["metadata"].get("namespace", ""), reference["name"])
    return owner if owner is not None and owner["metadata"]["uid"] == reference["uid"] else None
