"""What ConfigMaps and Secrets were like that pods use, and pods' own labels, before they changed.

The kubelet writes a volume anew when it syncs its pod (pkg/kubelet's syncPod with configmap's and secret's SetUpAt):
about once a minute, with some jitter (resyncInterval and workerResyncIntervalJitterFactor of pod_workers.go).
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.meta import SECOND, Key, Obj, copy_of, dig, key_of
from kubesim.controllers.kubelet.configuration import all_references
from kubesim.kinds.pod_spec.parts import sources_of
from kubesim.sim.object_data import storable, texts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Change, Cluster
    from kubesim.controllers.kubelet.records import PodRecord

KINDS = ("ConfigMap", "Secret")

RESYNC, JITTER = 60 * SECOND, 30 * SECOND

MOST_VERSIONS = 8  # of one object that are kept beside a pod


def note_change(cluster: Cluster, change: Change) -> None:
    """Note beside the pods that use an object what it was like before."""
    kind, namespace, name = change.key
    if kind not in KINDS or texts_of(change.old) == texts_of(change.new):
        return
    if change.old is None and not _was_missed(cluster, change.key):
        return
    users = [pod for pod in cluster.list("Pod", namespace) if (kind, name) in _used_by(pod)]
    for pod in users:
        _note(cluster, pod, change)
    if users and change.new is None:
        _miss(cluster, change.key)


def note_missing(cluster: Cluster, pod: Obj) -> None:
    """Note what a pod may do without that begins now, and what is not there: it will see that come."""
    namespace = pod["metadata"]["namespace"]
    for reference in all_references(pod):
        if reference.is_optional and cluster.find(reference.kind, namespace, reference.name) is None:
            _miss(cluster, Key(reference.kind, namespace, reference.name))


def _miss(cluster: Cluster, key: Key) -> None:
    gone: list[list[str]] = cluster.notes("kubelet").setdefault("gone", [])
    if [*key] not in gone:
        gone.append([*key])


def _was_missed(cluster: Cluster, key: Key) -> bool:
    """Whether pods run without an object that was made now; it is missed no more."""
    gone: list[list[str]] = cluster.noted("kubelet").get("gone", [])
    if [*key] not in gone:
        return False
    left = [other for other in gone if other != [*key]]
    notes = cluster.notes("kubelet")
    if left:
        notes["gone"] = left
    else:
        del notes["gone"]
    return True


def _used_by(pod: Obj) -> Iterator[tuple[str, str]]:
    """The objects that a pod's volumes and its containers' variables come from."""
    yield from ((reference.kind, reference.name) for reference in all_references(pod))


def _note(cluster: Cluster, pod: Obj, change: Change) -> None:
    record = _record_with_lives(cluster, pod)
    if record is None:
        return
    kept = record.setdefault("data", {}).setdefault(f"{change.key.kind}/{change.key.name}", [])
    kept.append([cluster.now, _next_sync(pod, record["seen"], cluster.now), storable(texts_of(change.old))])
    first = _first_life(record)
    after = [*(texts for _, _, texts in kept[1:]), texts_of(change.new)]
    # What came before an object was gone is what volumes keep that cannot be written without it.
    kept[:] = [one for one, then in zip(kept, after, strict=True) if one[1] > first or then is None][-MOST_VERSIONS:]
    cluster.remember(key_of(pod), {**record})


def _record_with_lives(cluster: Cluster, pod: Obj) -> PodRecord | None:
    """A copy of what is remembered of a pod; None if none of its containers has begun."""
    known = cluster.recall(key_of(pod))
    if known is None or all("on" not in kept for kept in known.get("containers", {}).values()):
        return None
    record: PodRecord = copy_of(known)
    return record


def _first_life(record: PodRecord) -> int:
    return min(kept["on"] for kept in record["containers"].values() if "on" in kept)


def _next_sync(pod: Obj, seen: int, now: int) -> int:
    """When (ms) the kubelet syncs a pod next that it has ``seen`` first then."""
    period = RESYNC + int(hex_digest(0, pod["metadata"]["uid"], 8), 16) % JITTER
    return seen + ((now - seen) // period + 1) * period


# a pod's own labels and annotations

_FIELDS = ("labels", "annotations")


def note_labels(cluster: Cluster, old: Obj, new: Obj) -> None:
    """Note beside a pod what its labels and annotations were that its files and variables show.

    The kubelet syncs a pod at once that has others.
    """
    before, after = ({field: pod["metadata"].get(field) or {} for field in _FIELDS} for pod in (old, new))
    if before == after or not _shows_metadata(new["spec"]):
        return
    record = _record_with_lives(cluster, new)
    if record is None:
        return
    first = _first_life(record)
    kept = [*record.get("metadata", ()), [cluster.now, before]]
    record["metadata"] = [one for one in kept if one[0] >= first][-MOST_VERSIONS:]
    cluster.remember(key_of(new), {**record})


def _shows_metadata(spec: Obj) -> bool:
    """Whether a pod's files or variables have labels or annotations."""
    paths = [dig(item, "fieldRef", "fieldPath", default="") for item in _items_of(spec)]
    for container in (*(spec.get("initContainers") or ()), *spec["containers"]):
        paths += [dig(each, "valueFrom", "fieldRef", "fieldPath", default="") for each in container.get("env") or ()]
    return any(path.startswith(("metadata.labels", "metadata.annotations")) for path in paths)


def _items_of(spec: Obj) -> Iterator[Obj]:
    """The files of the downward API in a pod's volumes."""
    for volume in spec.get("volumes") or ():
        for source in sources_of(volume):
            yield from dig(source, "downwardAPI", "items", default=())
