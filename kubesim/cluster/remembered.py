"""What the API server says of what it serves no more, and kubectl still asks for (see ``Definitions.remembered``)."""

from __future__ import annotations

from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds import Names

#: What is asked of the API server by an HTTP method of another name.
_METHODS = {"create": "post", "update": "put", "delete": "delete", "patch": "patch"}


def not_served(names: Names, verb: str, name: str = "") -> StatusError:
    """The answer for a version that is served no more; ``name`` is empty where no one object is asked for.

    Mirrors NewGenericServerResponse.
    """
    about = " ".join(filter(None, (_METHODS.get(verb, "get"), names.qualified, name)))
    why = f"the server could not find the requested resource ({about})"
    if verb == "list":
        why = f'Unable to list "{names.api_version}, Resource={names.plural}": {why}'
    return StatusError("NotFound", why, 404)
