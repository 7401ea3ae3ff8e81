"""What kubectl still believes of resources that are served no more.

kubectl keeps discovery on disk for six hours, and asks again only when it is told of a kind that is not there.  So of a
definition that was deleted, or a version that is not served any more, it still sends requests, and the API server says
that there is no such address.  It is taken that kubectl knew what was served, until something new is, which it will ask
discovery for.  Mirrors client-go's cached discovery and deferred RESTMapper.
"""

from __future__ import annotations

from kubesim.api.meta import HOUR
from kubesim.cluster.kinds import REMEMBERED
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster.drawers import Head
    from kubesim.kinds import Names

TIME_TO_LIVE = 6 * HOUR

#: What is asked of the API server by an HTTP method of another name.
_METHODS = {"create": "post", "update": "put", "list": "get", "delete": "delete", "patch": "patch"}


def note_change(head: Head, name: str, old: Names | None, new: Names | None, now: int) -> None:
    """Note at ``now`` (ms) what of the definition called ``name`` is served no more, or that something new is."""
    before, after = set(old.versions if old else ()), set(new.versions if new else ())
    if after - before:
        head.pop(REMEMBERED, None)
    elif before - after and old is not None:
        head[REMEMBERED] = {**head.get(REMEMBERED, {}), name: [now, list(old)]}


def rows(head: Head, now: int) -> list[Any]:
    """The rows of names that are remembered at ``now`` (ms)."""
    return [row for since, row in head.get(REMEMBERED, {}).values() if now - since < TIME_TO_LIVE]


def not_served(names: Names, verb: str, name: str = "") -> StatusError:
    """The answer for a version that is served no more; ``name`` is empty where no one object is asked for.

    Mirrors NewGenericServerResponse.
    """
    about = " ".join(filter(None, (_METHODS.get(verb, "get"), names.qualified, name)))
    why = f"the server could not find the requested resource ({about})"
    if verb == "list":
        why = f'Unable to list "{names.api_version}, Resource={names.plural}": {why}'
    return StatusError("NotFound", why, 404)
