"""The pods that found no node: when each is tried again, which come first, which nodes some are nominated for.

The notes are ``{"waiting": {"namespace/name": {"due": ms, "version": ..., "wants_room": ...}}, "ranked":
{"namespace/name": priority}, "nominated": {"namespace/name": node}}``; pods of priority 0 are not ranked.
Mirrors pkg/scheduler/backend/queue.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, key_of
from kubesim.controllers.scheduler import usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cluster import Cluster

RANKED, NOMINATED = "ranked", "nominated"


def waiting(cluster: Cluster) -> dict[str, Obj]:
    """The pods that wait, also for volumes that are being made for the chosen ``node``, until ``bind_by``."""
    found: dict[str, Obj] = cluster.notes("scheduler").setdefault("waiting", {})
    return found


def name_of(key: Key) -> str:
    return f"{key.namespace}/{key.name}"


def _key_of(name: str) -> Key:
    return Key("Pod", *name.split("/"))


def version_of(pod: Obj) -> list[object]:
    """What of a pod a change of which calls for another try."""
    meta = pod["metadata"]
    return [meta["uid"], meta.get("generation"), meta.get("labels")]


def add(cluster: Cluster, pod: Obj, due: int, *, wants_room: bool, **more: object) -> None:
    """The pod is tried again at ``due`` (ms), or once something changes that may help it."""
    name, priority = name_of(key_of(pod)), usage.priority_of(pod)
    waiting(cluster)[name] = {"due": due, "version": version_of(pod), "wants_room": wants_room, **more}
    if priority:
        cluster.notes("scheduler").setdefault(RANKED, {})[name] = priority


def forget(cluster: Cluster, key: Key) -> None:
    """The pod has a node, or is gone."""
    name, notes = name_of(key), cluster.noted("scheduler")
    for kind in ("waiting", RANKED, NOMINATED):
        if name in notes.get(kind, {}):
            del notes[kind][name]


def wake(cluster: Cluster, is_helped: Callable[[Obj], bool]) -> list[Key]:
    """Those of the waiting pods, each due at once, that a change may help, by their records."""
    helped = [name for name, again in waiting(cluster).items() if is_helped(again)]
    return _wake(cluster, helped)


def wake_pods(cluster: Cluster, is_helped: Callable[[Obj], bool]) -> list[Key]:
    """Those of the waiting pods, each due at once, that a change may help."""
    pods = [(name, cluster.find(*_key_of(name))) for name in waiting(cluster)]
    return _wake(cluster, [name for name, pod in pods if pod is not None and is_helped(pod)])


def _wake(cluster: Cluster, names: list[str]) -> list[Key]:
    for name in names:
        waiting(cluster)[name]["due"] = cluster.now
    return [_key_of(name) for name in names]


def ahead_of(cluster: Cluster, pod: Obj) -> list[Key]:
    """The pods of higher priority that are due too: they are tried first."""
    ranked: dict[str, int] = cluster.noted("scheduler").get(RANKED, {})
    mine, due = usage.priority_of(pod), waiting(cluster) if ranked else {}
    names = [name for name, priority in ranked.items() if priority > mine and due[name]["due"] <= cluster.now]
    return [_key_of(name) for name in sorted(names, key=lambda name: (-ranked[name], name))]


# nominations


def nominate(cluster: Cluster, key: Key, node: str) -> None:
    """The pod is to have the room that it made on that node; none if it is empty."""
    if node:
        cluster.notes("scheduler").setdefault(NOMINATED, {})[name_of(key)] = node
    else:
        cluster.noted("scheduler").get(NOMINATED, {}).pop(name_of(key), None)


def nominated(cluster: Cluster, pod: Obj) -> list[tuple[Obj, str]]:
    """The other pods that are nominated, each with its node."""
    own = key_of(pod)
    names: dict[str, str] = cluster.noted("scheduler").get(NOMINATED, {})
    found = [(cluster.find(*_key_of(name)), node) for name, node in names.items() if _key_of(name) != own]
    return [(other, node) for other, node in found if other is not None]
