"""The API server: a request on a client's way into the cluster gets its answer.

Mirrors the handlers that apiserver's pkg/endpoints/installer.go puts behind each path, and director.go.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.cluster import Client, RequestContext
from kubesim.errors import StateError, StatusError, UserError, not_found
from kubesim.kinds import Names
from kubesim.rest import discovery, rendering, server_info, statuses
from kubesim.rest.call import Call
from kubesim.rest.connections import CONNECTIONS, connected
from kubesim.rest.encoding import body_of
from kubesim.rest.negotiation import LISTS, LOGS, OBJECTS, Form, MediaType, form_of, require_get, require_produced
from kubesim.rest.options import manager_of
from kubesim.rest.request import JSON, NO_PAGE, Answer
from kubesim.rest.request_info import RequestInfo, request_info
from kubesim.rest.subresources import subresources_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Cluster
    from kubesim.cluster.identity import Identity
    from kubesim.rest.call import Past
    from kubesim.rest.logs import LogStream
    from kubesim.rest.request import Request
    from kubesim.rest.watching import Watch

_DISCOVERED = ("api", "apis")
#: What is asked for where no kind of that name is served.
_NO_NAMES = Names("", "", "", "", "", (), False, (), "")
#: Paths that a real server has and this one does not, and why.
_NOT_SIMULATED = {
    "debug": "it is about the process of a real API server",
    "openid": "its tokens have no signature that anybody could check",
    ".well-known": "its tokens have no signature that anybody could check",
}
#: Parts of objects that go on for as long as they like.
_LONG_RUNNING = ("proxy", "log", *CONNECTIONS)
#: Verbs that are about one object, by its name.
_OF_ONE = ("get", "update", "patch", "delete")


def answer(
    cluster: Cluster, request: Request, user: Identity | None = None, past: Past | None = None
) -> Answer | Watch | LogStream:
    """The answer to a request of ``user``, None for the administrator; of a watch or a log, what goes on with it.

    ``past`` is for lists of earlier versions. What is not simulated is refused with a Status, in our own words.
    """
    warnings: list[str] = []
    dry_run = "All" in request.parameters("dryRun")
    client = Client(cluster, RequestContext(user, manager_of(request), dry_run, warnings.append))
    try:
        found = _answer(client, request, past)
    except StatusError as error:
        found = refusal(request, error)
    except StateError:
        raise
    except UserError as error:
        found = refusal(request, StatusError("NotImplemented", error.message, 501))
    headers = tuple(("Warning", f"299 - {_quoted(text)}") for text in dict.fromkeys(warnings))
    if headers and isinstance(found, Answer):
        return found._replace(headers=(*found.headers, *headers))
    if not isinstance(found, Answer):
        found.headers = headers
    return found


def refusal(request: Request, error: StatusError) -> Answer:
    """A refusal as it is written, in JSON that is laid out where the client accepts nothing that can be given."""
    try:
        form = form_of(request, converts=False)
    except StatusError:
        form = Form(MediaType(JSON, {}), pretty=True)
    seconds = statuses.retry_after(error)
    retry = (("Retry-After", str(seconds)),) if seconds else ()
    return Answer(error.code, rendering.content_type(form), body_of(statuses.status_of(error), form), retry)


def _quoted(text: str) -> str:
    """A warning's text. Mirrors net.NewWarningHeader."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _answer(client: Client, request: Request, past: Past | None) -> Answer | Watch | LogStream:
    info = request_info(request)
    _require_timeout(request, info)
    if not info.resource:
        return _other(client, request, info)
    names = resource(client, info)
    if client.context.user is not None:
        _authorize(client, info, names)
    if names is None and not any(one.group == info.group and "." not in one.key for one in client.kinds.all()):
        return NO_PAGE
    if names is None or _is_misplaced(info, names):
        if names is not None and names.is_custom:
            return NO_PAGE
        raise statuses.no_such_resource()
    if _has_no_route(info, names):
        raise statuses.method_not_allowed()
    call = Call(client, request, info, names, past)
    if names.is_custom:
        client.warn_of_deprecation(names.api_version, names.kind)
    if info.subresource:
        return _part(call)
    if info.verb == "create" and info.name:
        raise statuses.method_not_allowed()
    if info.verb not in names.verbs.split() or request.method == "HEAD" or (info.verb in _OF_ONE and not info.name):
        raise statuses.method_not_allowed()
    _require_acceptance(call, LISTS if info.verb in ("list", "watch") else OBJECTS)
    return _whole(call)


def _require_acceptance(call: Call, produces: Sequence[str]) -> None:
    """StatusError NotAcceptable as a route says it; custom resources have none."""
    if "." not in call.names.key:
        require_produced(call.request, produces)


def _require_timeout(request: Request, info: RequestInfo) -> None:
    """StatusError BadRequest for a time that is none, of what does not go on. Mirrors WithRequestDeadline."""
    given = request.parameter("timeout")
    if not given or info.verb == "watch" or info.subresource in _LONG_RUNNING:
        return
    from kubesim.golang.durations import parse_nanoseconds

    try:
        parse_nanoseconds(given)
    except ValueError as error:
        raise errors.bad_request(f"invalid timeout specified in the request URL - {error}") from None


def _is_misplaced(info: RequestInfo, names: Names) -> bool:
    """Whether a path has a namespace for what has none, or a name without one."""
    if info.namespace:
        return not names.namespaced
    return names.namespaced and bool(info.name)


def _authorize(client: Client, info: RequestInfo, names: Names | None) -> None:
    """StatusError Forbidden for what the user may not ask for, before it is known whether it is there."""
    from kubesim.cluster.authorizer import require

    asked = names or _NO_NAMES._replace(group=info.group, plural=info.resource)
    assert client.context.user is not None
    require(client.cluster, client.context.user, info.verb, asked, info.namespace, info.name, info.subresource)


def _has_no_route(info: RequestInfo, names: Names) -> bool:
    """Whether a write asks for what no path does: of all namespaces."""
    return names.namespaced and not info.namespace and info.verb not in ("get", "list", "watch")


def resource(client: Client, info: RequestInfo) -> Names | None:
    """The names of the resource that a path has, in the path's version; None if it is not served."""
    for names in client.kinds.all():
        if names.group == info.group and names.plural == info.resource:
            return client.kinds.names_for(info.api_version, names.kind)
    return None


def _whole(call: Call) -> Answer | Watch | LogStream:
    """What is asked of objects themselves."""
    verb = call.info.verb
    if verb == "watch":
        from kubesim.rest.watching import Watch

        return Watch(call)
    form = form_of(call.request)
    if verb == "get":
        return _got(call, form)
    if verb == "list":
        from kubesim.rest.listing import listed

        return rendering.many(call, form, listed(call))
    if verb == "create" and call.names.key == "Binding":
        from kubesim.rest.pods import bound

        return bound(call, form)
    if verb.startswith("delete"):
        from kubesim.rest import deleting

        return deleting.deleted_one(call, form) if call.name else deleting.deleted_collection(call, form)
    from kubesim.rest import writing

    writers = {"create": writing.created, "update": writing.updated, "patch": writing.patched}
    return writers[verb](call, form)


def _got(call: Call, form: Form) -> Answer:
    from kubesim.cluster import subresources

    client, names = call.client, call.names
    client.authorize("get", names.key, call.namespace, call.name, call.subresource)
    client.warn_of_deprecation(names.api_version, names.kind)
    part = call.subresource if call.subresource == "scale" else ""
    found = subresources.read(client, names, call.namespace, call.name, part)
    _require_present(call)
    return rendering.one(call, form, found if part else client.kinds.in_version(found, names.api_version))


def _require_present(call: Call) -> None:
    """StatusError for a version that no version is, or that is still to come."""
    from kubesim.rest.list_options import version_number
    from kubesim.rest.listing import too_large

    asked, current = version_number(call.request.parameter("resourceVersion")), int(call.client.head["resourceVersion"])
    if asked > current:
        raise too_large(asked, current)


def _no_such_part(call: Call) -> StatusError:
    """The refusal of a subresource that is not served; crdHandler has its own."""
    if call.names.is_custom:
        return not_found(call.names.plural, call.names.group, call.name)
    return statuses.no_such_resource()


def _not_supported(call: Call) -> StatusError:
    """The refusal of what a subresource is not asked; crdHandler has its own. Mirrors NewMethodNotSupported."""
    plural, group, verb = call.names.plural, call.names.group, call.info.verb
    if not call.names.is_custom:
        return statuses.method_not_allowed()
    why = f'{verb} is not supported on resources of kind "{plural}.{group}"'
    return StatusError("MethodNotAllowed", why, 405, kind=plural, group=group)


def _part(call: Call) -> Answer | Watch | LogStream:
    """What is asked of a part of an object."""
    part = subresources_of(call.client, call.names).get(call.subresource)
    if part is None:
        raise _no_such_part(call)
    if call.subresource in CONNECTIONS:
        return connected(call)
    if call.subresource == "proxy":
        from kubesim.rest.proxying import proxied

        return proxied(call)
    if call.info.verb not in part.verbs.split():
        raise _not_supported(call)
    _require_acceptance(call, LOGS if call.subresource == "log" else OBJECTS)
    if call.subresource == "log":
        from kubesim.rest.logs import LogStream

        log = LogStream(call)
        return Answer(204, "", b"") if log.is_nowhere else log
    form = form_of(call.request)
    if call.info.verb == "get":
        return _got(call, form)
    if call.info.verb == "create":
        from kubesim.rest import pods

        makers = {"binding": pods.bound, "eviction": pods.evicted, "token": pods.token}
        return makers[call.subresource](call, form)
    from kubesim.rest import writing

    return writing.updated(call, form) if call.info.verb == "update" else writing.patched(call, form)


def _other(client: Client, request: Request, info: RequestInfo) -> Answer:
    """What is not about resources."""
    if client.context.user is not None:
        _authorize_url(client, request, info.verb)
    first, *rest = [part for part in request.path.split("/") if part] or [""]
    if first in _DISCOVERED:
        return discovery.answer(client, request)
    if first in server_info.HEALTH:
        return server_info.health(request)
    if first == "openapi" and rest:
        from kubesim.rest import openapi

        return openapi.answer(client, request, rest)
    if first in _NOT_SIMULATED:
        raise statuses.not_simulated(f"/{first}: {_NOT_SIMULATED[first]}")
    if rest:
        return NO_PAGE
    if first == "":
        return server_info.index(client)
    if first == "metrics":
        return server_info.metrics(client)
    if first != "version":
        return NO_PAGE
    require_get(request, (JSON,))
    return server_info.raw_json(server_info.version())


def _authorize_url(client: Client, request: Request, verb: str) -> None:
    """StatusError Forbidden unless the user may have that path."""
    from kubesim.cluster.rbac import Action, allows, rules_for

    user = client.user
    if not allows(rules_for(client, user, ""), Action(verb, url=request.path)):
        why = f'forbidden: User "{user.name}" cannot {verb} path "{request.path}"'
        raise StatusError("Forbidden", why, 403)
