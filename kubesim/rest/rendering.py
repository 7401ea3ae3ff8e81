"""An answer's content: objects as they are, as tables, or their metadata alone.

Mirrors apiserver's pkg/endpoints/handlers/response.go.
"""

from __future__ import annotations

from kubesim.errors import StatusError
from kubesim.kinds.base import Kind
from kubesim.rest.encoding import body_of, complete, list_of, ordered
from kubesim.rest.negotiation import NOT_ACCEPTED, PARTIAL, PARTIAL_LIST, TABLE
from kubesim.rest.request import Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.rest.call import Call
    from kubesim.rest.listing import Listed
    from kubesim.rest.negotiation import Form

_MOST_KNOWN = 20_000  # objects


def one(call: Call, form: Form, obj: Obj, status: int = 200) -> Answer:
    """An object in the form that was agreed on."""
    return Answer(status, content_type(form), body_of(converted(call, form, obj), form), compresses=True)


def converted(call: Call, form: Form, obj: Obj, *, headers: bool = True) -> Obj:
    """The object as it is asked for; a table without ``headers`` is one of a watch that has shown them."""
    wanted = form.media_type.converted
    if wanted == TABLE:
        from kubesim.cluster.requests import REVIEWS
        from kubesim.rest.tables import include_of, table_of

        if call.names.key in REVIEWS:  # nobody shows these as tables
            raise StatusError("NotAcceptable", NOT_ACCEPTED, 406)
        meta = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        kind, version, include = kind_of(call, obj), form.media_type.meta_version, include_of(call.request)
        return table_of(kind, [obj], meta, version, include, call.client.now, headers=headers)
    if wanted == PARTIAL:
        from kubesim.rest.tables import partial_metadata

        return partial_metadata(obj, form.media_type.meta_version)
    if wanted == PARTIAL_LIST:
        raise no_list(call)
    return shown(call, obj)


def no_list(call: Call) -> StatusError:
    """The refusal to give one object as a list."""
    group = call.names.group.partition(".")[0] or "core"
    why = f"you requested {PARTIAL_LIST}, but the requested object is not a list (*{group}.{call.names.kind})"
    return StatusError("NotAcceptable", why, 406)


def shown(call: Call, obj: Obj) -> Obj:
    """An object as a client sees it, which is worked out once for as long as the cluster is open and has it so."""
    uid = obj["metadata"].get("uid")
    known: dict[object, tuple[Obj, Obj]] = call.client.cluster.caches.setdefault("rest", {})
    source, found = known.get(uid, (None, obj))
    if source is obj:  # objects are never changed in place
        return found
    if len(known) >= _MOST_KNOWN:
        known.clear()
    found = ordered(complete(obj))
    known[uid] = obj, found
    return found


def many(call: Call, form: Form, listed: Listed) -> Answer:
    """A list in the form that was agreed on."""
    wanted, version = form.media_type.converted, form.media_type.meta_version
    if wanted == TABLE:
        from kubesim.rest.tables import include_of, table_of

        kind = call.client.kinds.load(call.names.key).served_as(call.names.api_version)
        include = include_of(call.request)
        obj = table_of(kind, listed.items, listed.meta, version, include, call.client.now)
    elif wanted == PARTIAL_LIST:
        from kubesim.rest.tables import partial_metadata

        items = [partial_metadata(item, version) for item in listed.items]
        obj = {"kind": PARTIAL_LIST, "apiVersion": version, "metadata": listed.meta, "items": items or None}
    elif wanted:
        group = call.names.group.partition(".")[0] or "core"
        why = f"you requested {wanted}, but the requested object is a list (*{group}.{call.names.kind}List)"
        raise StatusError("NotAcceptable", why, 406)
    else:
        obj = list_of(call.names, [shown(call, item) for item in listed.items], listed.meta)
    return Answer(200, content_type(form), body_of(obj, form), compresses=True)


def kind_of(call: Call, obj: Obj) -> Kind:
    """The behaviour of an object's kind: a Scale is not of the kind that it is a part of."""
    kinds = call.client.kinds
    return (
        kinds.load("Scale")
        if obj.get("kind") == "Scale"
        else kinds.load(call.names.key).served_as(call.names.api_version)
    )


def content_type(form: Form) -> str:
    return form.media_type.name


def status(form: Form, obj: Obj, code: int = 200) -> Answer:
    """A Status as an answer."""
    return Answer(code, content_type(form), body_of(obj, form), compresses=True)
