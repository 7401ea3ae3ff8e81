"""What ConfigMaps and Secrets were like that pods use, before they changed.

The kubelet writes a volume anew when it syncs its pod (pkg/kubelet's syncPod with configmap's and secret's SetUpAt):
about once a minute, with some jitter (resyncInterval and workerResyncIntervalJitterFactor of pod_workers.go).
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.meta import SECOND, Obj, copy_of, key_of
from kubesim.controllers.kubelet.configuration import references_in, references_of
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
    if change.old is None and not _is_back(cluster, change):
        return
    users = [pod for pod in cluster.list("Pod", namespace) if (kind, name) in _used_by(pod)]
    for pod in users:
        _note(cluster, pod, change)
    if users and change.new is None:
        cluster.notes("kubelet").setdefault("gone", []).append([*change.key])


def _is_back(cluster: Cluster, change: Change) -> bool:
    """Whether an object that was made was there before, and pods have used it since then."""
    gone: list[list[str]] = cluster.noted("kubelet").get("gone", [])
    if [*change.key] not in gone:
        return False
    left = [key for key in gone if key != [*change.key]]
    notes = cluster.notes("kubelet")
    if left:
        notes["gone"] = left
    else:
        del notes["gone"]
    return True


def _used_by(pod: Obj) -> Iterator[tuple[str, str]]:
    """The objects that a pod's volumes and its containers' variables come from."""
    spec = pod["spec"]
    for volume in spec.get("volumes") or ():
        yield from ((reference.kind, reference.name) for reference in references_in(volume))
    for container in (*(spec.get("initContainers") or ()), *spec["containers"]):
        yield from ((reference.kind, reference.name) for reference in references_of(container))


def _note(cluster: Cluster, pod: Obj, change: Change) -> None:
    known = cluster.recall(key_of(pod))
    begun = [kept["on"] for kept in (known or {}).get("containers", {}).values() if "on" in kept]
    if known is None or not begun:
        return
    record: PodRecord = copy_of(known)
    kept = record.setdefault("data", {}).setdefault(f"{change.key.kind}/{change.key.name}", [])
    until = _next_sync(pod, record["seen"], cluster.now)
    if kept and kept[-1][1] is None:  # it was gone meanwhile
        kept[-1][1] = until
    if change.old is not None:
        kept.append([cluster.now, None if change.new is None else until, storable(texts_of(change.old))])
    first = min(begun)
    kept[:] = [one for one in kept if one[1] is None or one[1] > first][-MOST_VERSIONS:]
    cluster.remember(key_of(pod), {**record})


def _next_sync(pod: Obj, seen: int, now: int) -> int:
    """When (ms) the kubelet syncs a pod next that it has ``seen`` first then."""
    period = RESYNC + int(hex_digest(0, pod["metadata"]["uid"], 8), 16) % JITTER
    return seen + ((now - seen) // period + 1) * period
