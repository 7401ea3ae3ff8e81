"""The namespace controller: what every namespace has, and how one ends.

A new namespace gets the certificate authority's config map and the default service account, and gets them again if
they go.  Of a deleted one everything is deleted after a while, and it follows once all of that is gone.

Mirrors pkg/controller/namespace, pkg/controller/certificates/rootcacertpublisher and
pkg/controller/serviceaccount/serviceaccounts_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, dig, is_terminating, key_of, parse_time, rfc3339, with_metadata
from kubesim.api.well_known import DESCRIPTION_ANNOTATION
from kubesim.cluster.namespace_defaults import ROOT_CA, ROOT_CA_DESCRIPTION, default_service_account, root_ca_config_map

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.cluster import Change, Cluster

#: Upstream lets other API servers hear of the deletion first.
DELETION_GRACE_PERIOD = 5 * SECOND
FINALIZER_ESTIMATE = 15  # seconds
FINALIZER = "kubernetes"


class NamespaceController:
    """Furnishes namespaces and clears them."""

    name = "namespace"
    kind = "Namespace"
    rank = 70

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            "Namespace": lambda _, change: () if change.new is None else (change.key,),
            "ConfigMap": lambda _, change: _home_of(change, ROOT_CA),
            "ServiceAccount": lambda _, change: _home_of(change, "default"),
        }

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Furnish a namespace, or go on with its end; returns when to sync again (ms), or None."""
        namespace = cluster.find(*key)
        if namespace is None:
            return None
        if is_terminating(namespace):
            return _terminate(cluster, namespace)
        _furnish(cluster, key.name)
        return None


def _home_of(change: Change, name: str) -> Iterable[Key]:
    """The namespace of an object of that name, unless the object is new."""
    return () if change.old is None or change.key.name != name else (Key("Namespace", "", change.key.namespace),)


# furnishing


def _furnish(cluster: Cluster, namespace: str) -> None:
    wanted = root_ca_config_map(namespace)
    found = cluster.find("ConfigMap", namespace, ROOT_CA)
    if found is None:
        cluster.create(wanted)
    elif found.get("data") != wanted["data"] or not dig(found, "metadata", "annotations", DESCRIPTION_ANNOTATION):
        annotations = {
            **dig(found, "metadata", "annotations", default={}),
            DESCRIPTION_ANNOTATION: ROOT_CA_DESCRIPTION,
        }
        restored = with_metadata(found, annotations=annotations)
        cluster.update({**restored, "data": wanted["data"]})
    if cluster.find("ServiceAccount", namespace, "default") is None:
        cluster.create(default_service_account(namespace))


# ending


def _terminate(cluster: Cluster, namespace: Obj) -> int | None:
    """Clear the namespace once it is due, which is recorded as ``{"due": ms}``; returns when to sync again."""
    key = Key("Namespace", "", namespace["metadata"]["name"])
    record = cluster.recall(key)
    due = int(record["due"]) if record else cluster.now + DELETION_GRACE_PERIOD
    if due <= cluster.now:
        estimate = _clear(cluster, namespace)
        if estimate is None:
            return None
        due = cluster.now + estimate * SECOND
    if record is None or record["due"] != due:
        cluster.remember(key, {"due": due})
    return due


def _clear(cluster: Cluster, namespace: Obj) -> int | None:
    """Delete all there is; in how many seconds to see whether it is gone, or None if it is and so is the namespace.

    The pods go first, and all else once they are gone, so that what guards them outlives them.
    Mirrors deleteAllContent with OrderedNamespaceDeletion.
    """
    name = namespace["metadata"]["name"]
    estimate = _estimate(cluster, namespace)
    _delete(cluster, cluster.list("Pod", name))
    if not cluster.list("Pod", name):
        _delete(cluster, _content(cluster, name))
    left = _content(cluster, name)
    before = namespace.get("status") or {}
    conditions = _conditions(cluster, before.get("conditions") or (), left)
    status = {**before, "conditions": conditions, "phase": "Terminating"}
    namespace = cluster.update_status(namespace, status)
    if not left:
        _finalize(cluster, namespace)
        return None
    if status != before:
        return DELETION_GRACE_PERIOD // SECOND
    return estimate // 2 + 1


def _delete(cluster: Cluster, objs: Iterable[Obj]) -> None:
    for obj in objs:
        if not is_terminating(obj):
            cluster.delete(*key_of(obj))


def _content(cluster: Cluster, namespace: str) -> list[Obj]:
    """Every object in the namespace, kind by kind."""
    found: list[Obj] = []
    for kind in sorted(cluster.cabinet.kinds()):
        if cluster.kinds.names_of(kind).namespaced:
            found += cluster.list(kind, namespace)
    return found


def _estimate(cluster: Cluster, namespace: Obj) -> int:
    """How many seconds the content may take to go: the longest grace period of its pods, or what finalizers take.

    Mirrors estimateGracefulTermination.
    """
    pods = cluster.list("Pod", namespace["metadata"]["name"])
    running = [pod for pod in pods if dig(pod, "status", "phase") not in ("Succeeded", "Failed")]
    grace = max((dig(pod, "spec", "terminationGracePeriodSeconds", default=0) for pod in running), default=0)
    elapsed = cluster.now - parse_time(namespace["metadata"]["deletionTimestamp"])
    return int(grace) if elapsed < grace * SECOND else FINALIZER_ESTIMATE


def _finalize(cluster: Cluster, namespace: Obj) -> None:
    """Remove our finalizer, which ends the namespace unless another finalizer holds it."""
    finalizers = [name for name in dig(namespace, "spec", "finalizers", default=()) if name != FINALIZER]
    spec = {**(namespace.get("spec") or {}), "finalizers": finalizers}
    if not finalizers:
        del spec["finalizers"]
    cluster.update({**with_metadata(namespace), "spec": spec})


# conditions

_FINE = {
    "NamespaceDeletionDiscoveryFailure": ("ResourcesDiscovered", "All resources successfully discovered"),
    "NamespaceDeletionGroupVersionParsingFailure": ("ParsedGroupVersions", "All legacy kube types successfully parsed"),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
}


def _conditions(cluster: Cluster, before: Sequence[Obj], left: Sequence[Obj]) -> list[Obj]:
    """The conditions of a namespace that is ending. Mirrors status_condition_utils.go."""
    since = {condition["type"]: condition for condition in before}
    trouble = _trouble(cluster, left)
    conditions = []
    for kind, fine in _FINE.items():
        status = "True" if kind in trouble else "False"
        reason, message = trouble.get(kind, fine)
        known = since.get(kind)
        kept = known is not None and known["status"] == status
        conditions.append(
            {
                "lastTransitionTime": known["lastTransitionTime"] if known and kept else rfc3339(cluster.now),
                "message": message,
                "reason": reason,
                "status": status,
                "type": kind,
            }
        )
    return conditions


def _trouble(cluster: Cluster, left: Sequence[Obj]) -> dict[str, tuple[str, str]]:
    """What else is left, and which finalizers hold it. While there are pods upstream searches no further."""
    if not left or any(obj["kind"] == "Pod" for obj in left):
        return {}
    resources = [cluster.kinds.of(obj).names for obj in left]
    counts = _counted([f"{names.plural}.{names.group} has" for names in resources])
    trouble = {"NamespaceContentRemaining": ("SomeResourcesRemain", f"Some resources are remaining: {counts}")}
    holding = [f"{name} in" for obj in left for name in obj["metadata"].get("finalizers") or ()]
    if holding:
        message = f"Some content in the namespace has finalizers remaining: {_counted(holding)}"
        trouble["NamespaceFinalizersRemaining"] = ("SomeFinalizersRemain", message)
    return trouble


def _counted(words: Sequence[str]) -> str:
    return ", ".join(f"{word} {words.count(word)} resource instances" for word in sorted(set(words)))
