"""What is in use on each node, kept up to date change by change.

The note is a cache, ``{"nodes": {name: {"pods": n, "cpu": milli, "memory": bytes, ..., "ports": {port: n}}},
"owners": {uid: {node: pods}}, "guards": {"namespace/name": node}, "priorities": {priority: pods}}``; where it
is missing it is made anew from all pods.
Mirrors pkg/scheduler/backend/cache and framework.NodeInfo.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, controller_of, copy_of, dig
from kubesim.controllers.node_room import host_ports, requests_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.cluster import Change, Cluster


def node_usage(cluster: Cluster) -> Obj:
    """The note, made from all pods where there is none. Only to be called between changes, never within a watch."""
    notes = cluster.notes("scheduler")
    if not _is_made(notes):
        notes.update(nodes={}, owners={}, guards={}, priorities={})
        for pod in cluster.list("Pod"):
            if takes_room(pod):
                _add(notes, pod, pod["spec"]["nodeName"], 1)
    return notes


def follow(cluster: Cluster, change: Change) -> None:
    """Take a pod's change into the note, if there is one."""
    notes = cluster.noted("scheduler")
    if not _is_made(notes):
        return
    before, after = takes_room(change.old), takes_room(change.new)
    if before == after and (not before or _same_requests(change)):
        return
    if before and change.old is not None:
        _add(notes, change.old, change.old["spec"]["nodeName"], -1)
    if after and change.new is not None:
        _add(notes, change.new, change.new["spec"]["nodeName"], 1)


def is_unaffected(change: Change) -> bool:
    """Whether a pod has not ended, and takes up the room that it did."""
    old, new = change.old, change.new
    if old is None or new is None or old["spec"] is not new["spec"]:
        return False
    return not has_ended(old) and not has_ended(new)


def imagined(used: Obj, node: str, *, gone: Iterable[Obj] = (), come: Iterable[Obj] = ()) -> Obj:
    """The note as it were if some pods had left a node, and others were on it."""
    here = copy_of(used["nodes"].get(node, {"pods": 0}))
    notes = {"nodes": {**used["nodes"], node: here}, "owners": {}, "guards": dict(used["guards"]), "priorities": {}}
    for pod in gone:
        _add(notes, pod, node, -1)
    for pod in come:
        _add(notes, pod, node, 1)
    return {**notes, "owners": used["owners"], "priorities": used["priorities"]}


def _is_made(notes: Obj) -> bool:
    return "nodes" in notes and "priorities" in notes


def _same_requests(change: Change) -> bool:
    return change.old is not None and change.new is not None and change.old["spec"] is change.new["spec"]


def takes_room(pod: Obj | None) -> bool:
    """Whether a pod takes up room: it is on a node and has not ended."""
    return pod is not None and bool(pod["spec"].get("nodeName")) and not has_ended(pod)


def has_ended(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def _add(notes: Obj, pod: Obj, node: str, sign: int) -> None:
    spec = pod["spec"]
    _count(notes["priorities"], str(priority_of(pod)), sign)
    used = notes["nodes"].setdefault(node, {"pods": 0})
    used["pods"] += sign
    for name, amount in requests_of(spec).items():
        used[name] = used.get(name, 0) + sign * amount
    for port in host_ports(spec):
        _count(used.setdefault("ports", {}), port, sign)
    owner = controller_of(pod)
    if owner is not None:
        per_node = notes["owners"].setdefault(owner["uid"], {})
        _count(per_node, node, sign)
        if not per_node:
            del notes["owners"][owner["uid"]]
    if dig(spec, "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"):
        name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        notes["guards"].pop(name, None)
        if sign > 0:
            notes["guards"][name] = node


def _count(counts: dict[str, int], name: str, change: int) -> None:
    counts[name] = counts.get(name, 0) + change
    if not counts[name]:
        del counts[name]


def priority_of(pod: Obj) -> int:
    return int(pod["spec"].get("priority", 0))
