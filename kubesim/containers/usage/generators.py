"""Requests that programs send on and on: loops of wget, curl and their like, as load generators are."""

from __future__ import annotations

import re

from kubesim.api.meta import Obj, dig
from kubesim.containers.commands import command_of
from kubesim.containers.evaluation.targets import aim_of
from kubesim.containers.main_program import requests_of
from kubesim.containers.place import Place
from kubesim.containers.plausible import SERVES
from kubesim.containers.reaching import endpoints_of, services_of
from kubesim.sim.object_data import record_of
from kubesim.sim.runtime import behaviour_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

SHORTEST_ROUND = 10  # ms: a request takes its time, too

_CLIENTS = re.compile(r"\b(?:wget|curl)\b")


class Stream(NamedTuple):
    """So many ``requests`` a second that the pods with these uids share, since an instant (ms)."""

    pods: frozenset[str]
    requests: float
    since: int


def streams(cluster: Cluster) -> Iterator[Stream]:
    """What the programs of all running pods send to Services."""
    for pod in cluster.list("Pod"):
        if dig(pod, "status", "phase") == "Running":
            for container in pod["spec"]["containers"]:
                yield from _sent_by(cluster, pod, container)


def _sent_by(cluster: Cluster, pod: Obj, container: Obj) -> Iterator[Stream]:
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    kept = record_of(cluster, pod).get("containers", {}).get(container["name"], {})
    if kept.get("state") != "running" or not any(_CLIENTS.search(str(word)) for word in words):
        return
    place = Place(cluster, pod, container, behaviour_of(cluster, pod, container), SERVES)
    if place.behaviour.is_forced or not command_of(place):
        return
    reached = {aim_of(text): instant for text, instant in kept.get("reached", {}).items()}
    period, targets = requests_of(place, reached)
    for target in targets:
        for service in services_of(cluster, pod["metadata"]["namespace"], target.host):
            ready = frozenset(uid for uid in (_uid(each) for each in endpoints_of(cluster, service)) if uid)
            if ready:
                yield Stream(ready, 1000 / max(period, SHORTEST_ROUND), kept["on"])


def _uid(endpoint: Obj) -> str:
    """The pod behind a ready endpoint, empty for another."""
    is_ready = dig(endpoint, "conditions", "ready", default=True)
    return str(dig(endpoint, "targetRef", "uid", default="")) if is_ready else ""
