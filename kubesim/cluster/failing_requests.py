"""Requests that fail by chance, while a fault of the API server holds.

Chance is the seed's: it goes by how often the cluster was opened since, and by how many requests each command made.
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.cluster.faults import API, NOTE, active
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.cluster import Cluster
    from kubesim.cluster.drawers import Head
    from kubesim.kinds import Names

#: What a request fails with, by its reason: the status code and the message. Mirrors NewGenericServerResponse.
REASONS = {
    "InternalError": (500, 'an error on the server ("unknown") has prevented the request from succeeding'),
    "ServiceUnavailable": (503, "the server is currently unable to handle the request"),
    "Timeout": (
        504,
        "the server was unable to return a response in the time allotted, but may still be processing your request",
    ),
}
_METHODS = {"create": "post", "delete": "delete", "patch": "patch", "update": "put"}


def count_opening(cluster: Cluster) -> bool:
    """Note that the cluster was opened once more, where its requests may fail; whether they may."""
    if not active(cluster, API):
        return False
    notes = cluster.notes(NOTE)
    notes["openings"] = notes.get("openings", 0) + 1
    return True


def fail_by_chance(cluster: Cluster, verb: str, names: Names, name: str) -> None:
    """StatusError where a client's request fails; ``verb`` is the API's (``list``), ``name`` may be empty."""
    for number, fault in active(cluster, API):
        count = cluster.caches["requests"] = cluster.caches.get("requests", 0) + 1
        if _chance(cluster.head, f"{number}/{count}") < fault.details["share"]:
            code, message = REASONS[fault.details["reason"]]
            about = f"{_METHODS.get(verb, 'get')} {names.qualified}{f' {name}' if name and verb != 'create' else ''}"
            raise StatusError(fault.details["reason"], f"{message} ({about})", code)


def _chance(head: Head, text: str) -> int:
    """A number from 0 to 99."""
    openings = head["notes"][NOTE].get("openings", 0)
    return int(hex_digest(int(head["seed"]), f"api/{openings}/{text}", 8), 16) % 100
