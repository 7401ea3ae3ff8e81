"""Notices programs that ask the same again and again until something has become of it, where others watch."""

from __future__ import annotations

from collections import OrderedDict

from kubesim.rest.request_info import request_info
from kubesim.rest.subresources import has_status
from kubesim.server.limits import LEAST_POLL, MOST_POLLS
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.rest.request import Request
    from kubesim.rest.request_info import RequestInfo

# User agents of JavaScript's clients, which make a connection for each request: they are known by their names.
_UNCONNECTED = ("kubernetes-client-javascript/", "node-fetch/")
# What the cluster changes by itself though it has no status.
_CHANGING = frozenset(("endpoints", "endpointslices", "events"))


class _Asked(NamedTuple):
    place: int  # in the history, when it was asked
    at: float  # when it was asked first at that place (s)


class Polls:
    """What was asked lately, by connection: a client library keeps one, and a new command begins one."""

    def __init__(self) -> None:
        self._asked: OrderedDict[Any, _Asked] = OrderedDict()

    def poll(self, connection: Any, request: Request, place: int, now: float) -> RequestInfo | None:
        """What is waited for if the same was asked on this connection some time ago, and nothing has happened since.

        ``place`` is how far the cluster's history has come, ``now`` an instant (s).
        """
        info = request_info(request)
        if info.verb not in ("get", "list") or not _becomes_something(info):
            return None
        agent = request.header("user-agent")
        question = (agent if agent.startswith(_UNCONNECTED) else connection, request.path, request.raw_query)
        before = self._asked.pop(question, None)
        if before is None or before.place != place:
            before = _Asked(place, now)
        self._asked[question] = before
        if len(self._asked) > MOST_POLLS:
            self._asked.popitem(last=False)
        return info if now - before.at >= LEAST_POLL else None


def _becomes_something(info: RequestInfo) -> bool:
    """Whether controllers write what is asked for: who reads a Secret twice, as Helm does, waits for nothing."""
    return info.resource in _CHANGING or (bool(info.resource) and has_status(info.api_version, info.resource))
