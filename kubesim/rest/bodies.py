"""The object in the body of a request: JSON, YAML or protobuf. Mirrors the decoders of endpoints/handlers."""

from __future__ import annotations

from kubesim import errors
from kubesim.api import fields
from kubesim.api.decode import IGNORE, DecodeError, decode, decode_into, unreadable
from kubesim.api.schema import type_of
from kubesim.cluster.requests import not_registered
from kubesim.errors import StatusError, UserError
from kubesim.rest.negotiation import NOT_ACCEPTED, PROTOBUF, YAML
from kubesim.rest.request import JSON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.rest.request import Request

_ACCEPTED = NOT_ACCEPTED.partition(": ")[2]
_SUMMARY = 30  # characters


def content_type_of(request: Request) -> str:
    """The media type of a body, empty if nobody can read it; what does not say is JSON. Mirrors ParseMediaType."""
    given, *parameters = [part.strip() for part in request.header("content-type").split(";")]
    if not all("=" in parameter for parameter in parameters if parameter):
        return ""
    return given.lower() or JSON


def json_text(request: Request) -> str:
    """The body if it is JSON, else nothing."""
    return request.body.decode(errors="replace") if content_type_of(request) == JSON else ""


def unsupported(accepted: str = _ACCEPTED) -> StatusError:
    why = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return StatusError("UnsupportedMediaType", why, 415)


def object_in(request: Request, api_version: str, kind: str, *, is_custom: bool = False) -> Obj:
    """The object in a body, by default of that version and kind; StatusError.

    An object of another version, or of another kind, is refused, as is a custom one that does not say of which it is.
    """
    obj = _read(request, api_version, kind)
    _require_texts(request, obj, kind)
    if is_custom:
        return _custom_object(request, obj, api_version, kind)
    typed = {**obj, "apiVersion": obj.get("apiVersion") or api_version, "kind": obj.get("kind") or kind}
    _require_type(typed, api_version, kind)
    if not isinstance(obj.get("metadata", {}), dict | None):
        decode(typed, api_version, kind)
    return typed


def _custom_object(request: Request, obj: Obj, api_version: str, kind: str) -> Obj:
    """An object of no Go type, which must say of which type it is. Mirrors crdHandler's decoders."""
    given = obj.get("apiVersion") or ""
    if not obj.get("kind"):
        why = f"Object 'Kind' is missing in '{request.body.decode(errors='replace')}'"
        if request.parameter("fieldValidation") == IGNORE:
            raise unreadable(api_version, kind, why)
        raise _unrecognized(request.body, kind, why)
    if given != api_version:
        raise errors.bad_request(_other_version(given, api_version))
    if obj["kind"] != kind:
        meta = obj.get("metadata")
        name = meta.get("name") if isinstance(meta, dict) else ""
        cause = fields.invalid("kind", obj["kind"], f"must be {kind}").cause()
        raise errors.invalid(obj["kind"], api_version.partition("/")[0], str(name or ""), (cause,))
    if not isinstance(obj.get("metadata", {}), dict | None):
        decode(obj, api_version, kind)
    return obj


def _other_version(given: str, expected: str) -> str:
    return f"the API version in the data ({given}) does not match the expected API version ({expected})"


def _require_texts(request: Request, obj: Obj, kind: str) -> None:
    """StatusError BadRequest where what is to be the type of an object is none. Mirrors SimpleMetaFactory."""
    from kubesim.api.custom_types import kind_of

    wrong = [field for field in obj if field in ("apiVersion", "kind") and not isinstance(obj[field], str | None)]
    if wrong:
        mismatch = f"json: cannot unmarshal {kind_of(obj[wrong[0]])} into Go struct field .{wrong[0]} of type string"
        raise _unrecognized(request.body, kind, f"couldn't get version/kind; json parse error: {mismatch}")
    version = obj.get("apiVersion") or ""
    if version.count("/") > 1:
        raise _unrecognized(request.body, kind, f"unexpected GroupVersion string: {version}")


def _require_type(obj: Obj, api_version: str, kind: str) -> None:
    given_version, given_kind = obj["apiVersion"], obj["kind"]
    if (given_version, given_kind) == (api_version, kind):
        return
    version = given_version.rpartition("/")[2]
    if given_kind == kind and type_of(given_version, kind) is not None:
        raise errors.bad_request(_other_version(given_version, api_version))
    group = api_version.rpartition("/")[0].partition(".")[0] or "core"
    why = f"converting ({version}.{given_kind}) to ({group}.{kind}): unknown conversion"
    if type_of(given_version, given_kind) is not None:
        why = _why_unreadable(obj, given_version, given_kind) or why
    elif type_of(given_version, given_kind.removesuffix("List")) is None:
        why = not_registered(given_version, given_kind)
    raise errors.bad_request(f'{given_kind} in version "{version}" cannot be handled as a {kind}: {why}')


def _why_unreadable(obj: Obj, api_version: str, kind: str) -> str:
    """Why an object cannot be read as what it says that it is, empty if it can."""
    try:
        decode_into(obj, api_version, kind, strict=IGNORE)
    except DecodeError as error:
        return str(error)
    return ""


def _read(request: Request, api_version: str, kind: str) -> Obj:
    read = read_data(request, api_version, kind)
    if read is None:  # as Go's decoders have it
        return {}
    if isinstance(read, dict):
        return read
    from kubesim.api.custom_types import kind_of

    go_type = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
    mismatch = f"json: cannot unmarshal {kind_of(read)} into Go value of type {go_type}"
    raise _unrecognized(request.body, kind, f"couldn't get version/kind; json parse error: {mismatch}")


def read_data(request: Request, api_version: str, kind: str) -> Any:
    """The data of a body, whatever it is; StatusError for what cannot be read."""
    content_type = content_type_of(request)
    if content_type == PROTOBUF:
        from kubesim.rest.protobuf import decode

        try:
            return decode(request.body, (api_version, kind))
        except ValueError as error:
            raise _unrecognized(request.body, kind, str(error)) from error
    if content_type not in (JSON, YAML):
        raise unsupported()
    if not request.body and content_type == JSON:
        raise _unrecognized(b"", kind, "couldn't get version/kind; json parse error: unexpected end of JSON input")
    return _parsed(request.body, kind, is_yaml=content_type == YAML)


def _parsed(body: bytes, kind: str, *, is_yaml: bool) -> Any:
    text = body.decode(errors="replace")
    try:
        if is_yaml:
            from kubesim.golang.yaml.reader import load_document

            return load_document(text)
        from kubesim.golang.json import loads

        return loads(text)
    except UserError as error:
        raise _unrecognized(body, kind, error.message.removeprefix("error converting YAML to JSON: ")) from error
    except ValueError as error:
        raise _unrecognized(body, kind, f"couldn't get version/kind; json parse error: {error}") from error


def _unrecognized(body: bytes, kind: str, why: str) -> StatusError:
    """Mirrors transformDecodeError."""
    return errors.bad_request(f"the object provided is unrecognized (must be of type {kind}): {why} ({_summary(body)})")


def _summary(body: bytes) -> str:
    """Mirrors summarizeData."""
    if not body:
        return "<empty>"
    head = body[:_SUMMARY]
    text = head.decode(errors="replace") if body.startswith(b"{") else head.hex()
    return f"{text} ..." if len(body) > _SUMMARY else text
