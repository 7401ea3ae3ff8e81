"""The faults that a cluster lives with, as the notes in the head of its state have them.

A fault holds from the instant at which it began until the one at which it ends by itself, or is cleared.  Whoever lives
with it asks at an instant; one that is over is kept until the next fault is added, and changes nothing.
"""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.cluster.cluster import Cluster
    from kubesim.cluster.drawers import Head

NOTE = "faults"

# The kinds of faults.
NODE_DOWN = "node-down"
NODE_FULL = "node-full"
NODE_PRESSURE = "node-pressure"
IMAGE = "image"
READINESS = "readiness"
SLOW_START = "slow-start"
API = "api"


class Fault(NamedTuple):
    """A fault, from ``since`` until ``until`` (ms), or until it is cleared if that is None.

    ``target`` is what it befalls, as it was named.  ``details`` depend on the kind: ``name`` and ``selector`` of pods
    in a ``namespace``, or the ``pattern`` of images; ``length`` (ms) of a start; ``pods`` that a node has room for;
    the ``resource`` of which a node is short (ephemeral-storage, memory);
    the ``share`` of requests (percent) that fail, and their ``reason``.
    """

    kind: str
    target: str
    since: int
    until: int | None = None
    details: dict[str, Any] = {}  # noqa: RUF012 (nobody changes it)

    def is_active(self, instant: int) -> bool:
        """Whether it holds at an instant (ms)."""
        return self.since <= instant and (self.until is None or instant < self.until)

    def is_past(self, instant: int) -> bool:
        """Whether nothing depends on it any more: starts that it has made slow are over as well."""
        return self.until is not None and self.until + int(self.details.get("length", 0)) <= instant


def known(head: Head, kind: str = "") -> Iterator[tuple[int, Fault]]:
    """The faults that are kept, by their numbers, over or not; those of one kind, if one is given."""
    kept = head.get("notes", {}).get(NOTE)
    for number, fields in kept["known"].items() if kept else ():
        if not kind or fields["kind"] == kind:
            yield int(number), Fault(**fields)


def active(cluster: Cluster, kind: str = "") -> list[tuple[int, Fault]]:
    """The faults that hold now, by their numbers."""
    return [(number, fault) for number, fault in known(cluster.head, kind) if fault.is_active(cluster.now)]


def add(cluster: Cluster, fault: Fault) -> int:
    """Keep another fault; its number. Those that nothing depends on any more are forgotten."""
    notes = cluster.notes(NOTE)
    number: int = notes.get("last", 0) + 1
    kept = {str(n): one._asdict() for n, one in known(cluster.head) if not one.is_past(cluster.now)}
    notes.update(last=number, known={**kept, str(number): fault._asdict()})
    return number


def remove(cluster: Cluster, number: int) -> None:
    """Forget a fault, as if it had never been; the last one's number is not given again."""
    notes = cluster.notes(NOTE)
    notes["known"] = {name: fields for name, fields in notes["known"].items() if name != str(number)}
