"""An answer's content: objects as they are, as tables, or their metadata alone.

Mirrors apiserver's pkg/endpoints/handlers/response.go.
"""

from __future__ import annotations

from kubesim.errors import StatusError
from kubesim.golang.json import dumps
from kubesim.kinds.base import Kind
from kubesim.rest.encoding import body_of, body_of_text, list_text
from kubesim.rest.listing import Listed
from kubesim.rest.negotiation import NOT_ACCEPTED, PARTIAL, PARTIAL_LIST, TABLE
from kubesim.rest.request import Answer
from kubesim.rest.texts import metadata_texts, whole_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.rest.call import Call
    from kubesim.rest.negotiation import Form


def one(call: Call, form: Form, obj: Obj, status: int = 200) -> Answer:
    """An object in the form that was agreed on."""
    return Answer(status, content_type(form), body_of_text(text_of(call, form, obj), form), compresses=True)


def text_of(call: Call, form: Form, obj: Obj, *, headers: bool = True) -> str:
    """The object as it is asked for; a table without ``headers`` is one of a watch that has shown them."""
    wanted = form.media_type.converted
    if wanted == TABLE:
        from kubesim.cluster.requests import REVIEWS
        from kubesim.rest.tables import table_text

        if call.names.key in REVIEWS:  # nobody shows these as tables
            raise StatusError("NotAcceptable", NOT_ACCEPTED, 406)
        meta = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        return table_text(call, form, kind_of(call, obj), Listed([obj], meta), headers=headers)
    if wanted == PARTIAL:
        return metadata_texts(call.client.cluster, form.media_type.meta_version).of(obj)
    if wanted == PARTIAL_LIST:
        raise no_list(call)
    return whole_texts(call.client.cluster).of(obj)


def no_list(call: Call) -> StatusError:
    """The refusal to give one object as a list."""
    group = call.names.group.partition(".")[0] or "core"
    why = f"you requested {PARTIAL_LIST}, but the requested object is not a list (*{group}.{call.names.kind})"
    return StatusError("NotAcceptable", why, 406)


def many(call: Call, form: Form, listed: Listed) -> Answer:
    """A list in the form that was agreed on."""
    wanted, version = form.media_type.converted, form.media_type.meta_version
    if wanted == TABLE:
        from kubesim.rest.tables import table_text

        text = table_text(call, form, kind_of_path(call), listed)
    elif wanted == PARTIAL_LIST:
        head = dumps({"kind": PARTIAL_LIST, "apiVersion": version, "metadata": listed.meta}, sort_keys=False)
        texts = metadata_texts(call.client.cluster, version)
        items = f"[{','.join(map(texts.of, listed.items))}]" if listed.items else "null"
        text = f'{head[:-1]},"items":{items}}}'
    elif wanted:
        group = call.names.group.partition(".")[0] or "core"
        type_ = "unstructured.UnstructuredList" if call.names.is_custom else f"{group}.{call.names.kind}List"
        why = f"you requested {wanted}, but the requested object is a list (*{type_})"
        raise StatusError("NotAcceptable", why, 406)
    else:
        text = list_text(call.names, map(whole_texts(call.client.cluster).of, listed.items), listed.meta)
    return Answer(200, content_type(form), body_of_text(text, form), compresses=True)


def kind_of(call: Call, obj: Obj) -> Kind:
    """The behaviour of an object's kind: a Scale is not of the kind that it is a part of."""
    return call.client.kinds.load("Scale") if obj.get("kind") == "Scale" else kind_of_path(call)


def kind_of_path(call: Call) -> Kind:
    """The behaviour of the kind that a path names, in its version."""
    return call.client.kinds.load(call.names.key).served_as(call.names.api_version)


def content_type(form: Form) -> str:
    return form.media_type.name


def status(form: Form, obj: Obj, code: int = 200) -> Answer:
    """A Status as an answer."""
    return Answer(code, content_type(form), body_of(obj, form), compresses=True)
