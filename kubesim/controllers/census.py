"""What controllers ask of pods by the thousand: how many are ready, and which to delete first.

Pods that are alike in all that counts are of one *sort*, and of a template's pods there are only a few sorts: each
question is answered sort by sort, whatever the number of pods.  A ``Census`` has an owner's pods by sort and is kept
up to date change by change.
"""

from __future__ import annotations

from itertools import islice

from kubesim.api.meta import Obj, annotations_of, labels_of, parse_time
from kubesim.api.well_known import POD_DELETION_COST
from kubesim.controllers.pod_control import TERMINAL_PHASES, ready_time
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import Any, TypeAlias

    Sorts: TypeAlias = Mapping["Sort", Collection[Obj]]


_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


class Sort(NamedTuple):
    """What counts of a pod. ``ready_since`` (ms) is None of one that is not ready; ``created`` is in ms."""

    phase: str
    is_terminating: bool
    node: str
    ready_since: int | None
    cost: int
    restarts: int
    created: int
    labels: tuple[tuple[str, str], ...]

    @property
    def is_active(self) -> bool:
        """Mirrors IsPodActive."""
        return not self.is_terminating and self.phase not in TERMINAL_PHASES

    def is_available(self, min_ready: int, now: int) -> bool:
        """Whether the pod has been ready for ``min_ready`` seconds. Mirrors podutil.IsPodAvailable."""
        return self.ready_since is not None and (not min_ready or self.ready_since + min_ready * 1000 <= now)


def sort_of(pod: Obj) -> Sort:
    meta, status = pod["metadata"], pod["status"]
    return Sort(
        status.get("phase", ""),
        "deletionTimestamp" in meta,
        pod["spec"].get("nodeName", ""),
        ready_time(pod),
        _deletion_cost(pod),
        _restarts(status.get("containerStatuses", ())),
        parse_time(meta["creationTimestamp"]),
        tuple(labels_of(pod).items()),
    )


def _restarts(statuses: Iterable[Obj]) -> int:
    """How often the container was restarted that was restarted most."""
    most = 0
    for status in statuses:
        most = max(most, status["restartCount"])
    return most


def _deletion_cost(pod: Obj) -> int:
    """Mirrors GetDeletionCostFromPodAnnotations; what is not a number counts as 0."""
    text = annotations_of(pod).get(POD_DELETION_COST)
    if text is None:
        return 0
    try:
        return int(text)
    except ValueError:
        return 0


class Census:
    """Pods by sort; each has its place by its name."""

    def __init__(self, pods: Iterable[Obj] = ()) -> None:
        self._sorts: dict[Sort, dict[str, Obj]] = {}
        self._sort_of: dict[str, Sort] = {}
        self._changed: dict[str, Obj | None] = {}
        for pod in pods:
            self.put(pod)

    def put(self, pod: Obj) -> None:
        """Take in a pod, in the place of the one of its name, if any."""
        name = pod["metadata"]["name"]
        self._changed.pop(name, None)
        self._changed[name] = pod

    def take(self, name: str) -> None:
        """Forget a pod, if it is there."""
        self._changed[name] = None

    @property
    def sorts(self) -> dict[Sort, dict[str, Obj]]:
        """The pods by sort; what a pod was between two questions does not count."""
        changed, self._changed = self._changed, {}
        for name, pod in changed.items():
            self._drop(name)
            if pod is not None:
                sort = self._sort_of[name] = sort_of(pod)
                self._sorts.setdefault(sort, {})[name] = pod
        return self._sorts

    def _drop(self, name: str) -> None:
        sort = self._sort_of.pop(name, None)
        if sort is None:
            return
        alike = self._sorts[sort]
        del alike[name]
        if not alike:
            del self._sorts[sort]

    def active(self) -> Sorts:
        """The pods that are active."""
        return {sort: alike.values() for sort, alike in self.sorts.items() if sort.is_active}


def by_deletion_order(pods: Iterable[Obj], now: int) -> list[Obj]:
    """The pods, those to delete first in front. Mirrors ActivePods.Less."""
    sorts = Census(pods).sorts
    return first_to_delete({sort: alike.values() for sort, alike in sorts.items()}, {}, now)


def first_to_delete(sorts: Sorts, on_node: Mapping[str, int], now: int, count: int | None = None) -> list[Obj]:
    """The first ``count`` pods to delete, or all, in order. ``on_node`` gives the number of related pods on a node.

    Mirrors ActivePodsWithRanks.Less.
    """
    ranks: dict[tuple[Any, ...], list[Collection[Obj]]] = {}
    for sort, pods in sorts.items():
        ranks.setdefault(_rank(sort, on_node, now), []).append(pods)
    return list(islice(_in_order(ranks), count))


def _in_order(ranks: dict[tuple[Any, ...], list[Collection[Obj]]]) -> Iterator[Obj]:
    for rank in sorted(ranks):
        alike = [pod for pods in ranks[rank] for pod in pods]
        yield from sorted(alike, key=lambda pod: str(pod["metadata"]["uid"]))


def _rank(sort: Sort, on_node: Mapping[str, int], now: int) -> tuple[Any, ...]:
    """Unassigned, early phase, not ready, cheap, crowded, ready for a short time, restarted, young: all go first."""
    return (
        bool(sort.node),
        _PHASES.get(sort.phase, 0),
        sort.ready_since is not None,
        sort.cost,
        -on_node.get(sort.node, 0),
        0 if sort.ready_since is None else _logarithm(now - sort.ready_since),
        -sort.restarts,
        _logarithm(now - sort.created),
    )


def _logarithm(age: int) -> int:
    """The power of two that an age, in nanoseconds, falls into: pods of about the same age count as equally old."""
    return (age * 1_000_000).bit_length() if age > 0 else -1


def per_node(censuses: Iterable[Census]) -> dict[str, int]:
    """How many active pods a node has. Mirrors getPodsRankedByRelatedPodsOnSameNode."""
    counts: dict[str, int] = {}
    for census in censuses:
        for sort, pods in census.active().items():
            counts[sort.node] = counts.get(sort.node, 0) + len(pods)
    return counts
