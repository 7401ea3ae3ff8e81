"""What the API server answers to programs in pods: to a ServiceAccount's token, or to nobody in particular."""

from __future__ import annotations

from kubesim.cluster import Client, RequestContext
from kubesim.cluster.identity import Identity, impersonated
from kubesim.cluster.rbac import Action, allows, rules_for
from kubesim.errors import StatusError
from kubesim.golang.base64 import decode_url
from kubesim.network.http import Response
from kubesim.network.sites import api_server
from kubesim.startup.json_text import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.kinds import Names
    from kubesim.network.http import Request

_ACCOUNT = "system:serviceaccount:"
_VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


def answer(cluster: Cluster, request: Request) -> Response:
    """The answer to a request; what would change objects is refused as not simulated."""
    user = _user_of(cluster, request.header("Authorization"))
    found = api_server.answer(request, cluster.now, None if user is None else user.name, _version(cluster))
    if found is not None or user is None:
        return found or api_server.answer(request, cluster.now, None, "v0.0.0") or Response(401)
    parts = request.bare_path.strip("/").split("/")
    if parts[0] not in ("api", "apis") or len(parts) < (3 if parts[0] == "api" else 4):
        return _of_path(cluster, request, user)
    try:
        return _of_resource(cluster, request, user, parts)
    except StatusError as error:
        return api_server.of_error(request, cluster.now, _status(error))


def _user_of(cluster: Cluster, authorization: str) -> Identity | None:
    """Who a token names; None if it is nobody's."""
    if not authorization:
        return impersonated(api_server.ANONYMOUS, ["system:unauthenticated"], "", ())
    scheme, _, token = authorization.partition(" ")
    name = subject_of(token.strip()) if scheme == "Bearer" else ""
    namespace, _, account = name.removeprefix(_ACCOUNT).partition(":")
    if not name.startswith(_ACCOUNT) or cluster.find("ServiceAccount", namespace, account) is None:
        return None
    return impersonated(name, ["system:authenticated"], "", ())


def subject_of(token: str) -> str:
    """The subject that a JSON web token names; empty if it is none."""
    parts = token.split(".")
    try:
        claims = loads(decode_url(parts[1]).decode())
        return str(claims["sub"])
    except (ValueError, KeyError, IndexError, TypeError):
        return ""


def _version(cluster: Cluster) -> str:
    nodes = cluster.list("Node")
    return str(nodes[0]["status"]["nodeInfo"]["kubeletVersion"])


def _of_path(cluster: Cluster, request: Request, user: Identity) -> Response:
    """A path that is no resource's. Mirrors ForbiddenStatusError."""
    verb = _VERBS.get(request.method, request.method.lower())
    if allows(rules_for(cluster, user, ""), Action(verb, url=request.bare_path)) and user.name != api_server.ANONYMOUS:
        missing = StatusError("NotFound", "the server could not find the requested resource", 404)
        return api_server.of_error(request, cluster.now, _status(missing))
    return api_server.forbidden(request, cluster.now, user.name, {}, f'{verb} path "{request.bare_path}"')


def _of_resource(cluster: Cluster, request: Request, user: Identity, parts: list[str]) -> Response:
    group, rest = ("", parts[2:]) if parts[0] == "api" else (parts[1], parts[3:])
    namespace = None
    if rest[0] == "namespaces" and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    names = next((one for one in cluster.kinds.all() if (one.group, one.plural) == (group, rest[0])), None)
    if names is None or len(rest) > 2:
        return _of_path(cluster, request, user)
    name = rest[1] if len(rest) > 1 else ""
    verb = _VERBS.get(request.method, "get")
    client = Client(cluster, RequestContext(user=user))
    client.authorize("list" if verb == "get" and not name else verb, names.key, namespace, name)
    if verb != "get":
        raise StatusError("NotImplemented", "kubesim does not simulate changes by programs in containers", 501)
    found = cluster.get(names.key, namespace or "", name) if name else _listed(cluster, names, namespace)
    return api_server.of_object(request, cluster.now, found)


def _listed(cluster: Cluster, names: Names, namespace: str | None) -> Obj:
    items = [
        {field: value for field, value in obj.items() if field not in ("apiVersion", "kind")}
        for obj in cluster.list(names.key, namespace)
    ]
    meta = {"resourceVersion": str(cluster.head["resourceVersion"])}
    return {"kind": f"{names.kind}List", "apiVersion": names.api_version, "metadata": meta, "items": items}


def _status(error: StatusError) -> Obj:
    """The Status in the order in which the API server writes it."""
    details = {"name": error.name, "group": error.group, "kind": error.kind}
    known = {field: value for field, value in details.items() if value}
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": error.message,
        "reason": error.reason,
        "details": known,
        "code": error.code,
    }
