"""What a path asks for. Mirrors apiserver's pkg/endpoints/request/requestinfo.go."""

from __future__ import annotations

from kubesim.api.meta import api_version_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.rest.request import Request

_VERBS = {"POST": "create", "GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
#: What follows the name of a namespace without being a resource in it.
_OF_NAMESPACES = ("status", "finalize")


class RequestInfo(NamedTuple):
    """A request for resources, or, with an empty ``resource``, for another path of the server's.

    ``name`` and ``subresource`` are empty where none is asked for; ``rest`` is what follows them in the path.
    """

    verb: str
    group: str = ""
    version: str = ""
    namespace: str = ""
    resource: str = ""
    name: str = ""
    subresource: str = ""
    rest: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        return api_version_of(self.group, self.version)


def request_info(request: Request) -> RequestInfo:
    """What a request asks for."""
    method = request.method
    parts = [part for part in request.path.split("/") if part]
    prefix, *parts = parts or [""]
    group = parts.pop(0) if prefix == "apis" and parts else ""
    if prefix not in ("api", "apis") or len(parts) < 2:
        return RequestInfo(method.lower())
    version, *parts = parts
    verb = _VERBS.get(method, "")
    if parts[0] == "watch":
        verb, parts = "watch" if verb == "get" else "", parts[1:]
    namespace = ""
    if parts[:1] == ["namespaces"] and len(parts) > 1:
        namespace = parts[1]
        if len(parts) > 2 and parts[2] not in _OF_NAMESPACES:
            parts = parts[2:]
    resource, name, subresource, *rest = [*parts, "", "", ""][: max(len(parts), 3)]
    if resource == "namespaces":
        namespace = ""
    verb = _of_many(request, verb) if not name else verb
    return RequestInfo(verb, group, version, namespace, resource, name, subresource, tuple(rest))


def _of_many(request: Request, verb: str) -> str:
    """The verb for all objects of a resource in a place."""
    if verb == "get":
        return "watch" if request.flag("watch") else "list"
    return "deletecollection" if verb == "delete" else verb
