"""The object in the body of a request: JSON, YAML or protobuf. Mirrors the decoders of endpoints/handlers."""

from __future__ import annotations

from kubesim import errors
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
    """The media type of a body; what does not say is JSON."""
    return request.header("content-type").partition(";")[0].strip().lower() or JSON


def json_text(request: Request) -> str:
    """The body if it is JSON, else nothing."""
    return request.body.decode(errors="replace") if content_type_of(request) == JSON else ""


def unsupported(accepted: str = _ACCEPTED) -> StatusError:
    why = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return StatusError("UnsupportedMediaType", why, 415)


def object_in(request: Request, api_version: str, kind: str) -> Obj:
    """The object in a body, by default of that version and kind; StatusError.

    An object of another version, or of another kind, is refused.
    """
    obj = _read(request, api_version, kind)
    given = {"apiVersion": obj.get("apiVersion") or api_version, "kind": obj.get("kind") or kind}
    _require_type(given, api_version, kind)
    return {**obj, **given}


def _require_type(given: Obj, api_version: str, kind: str) -> None:
    given_version, given_kind = str(given["apiVersion"]), str(given["kind"])
    is_known = (given_version, given_kind) == (api_version, kind) or type_of(given_version, given_kind) is not None
    if given_kind != kind or not is_known:
        version = given_version.rpartition("/")[2]
        what = f'{given_kind} in version "{version}" cannot be handled as a {kind}'
        group = api_version.rpartition("/")[0].partition(".")[0] or "core"
        mismatch = f"converting ({version}.{given_kind}) to ({group}.{kind}): unknown conversion"
        raise errors.bad_request(f"{what}: {mismatch if is_known else not_registered(given_version, given_kind)}")
    if given["apiVersion"] != api_version:
        raise errors.bad_request(
            f"the API version in the data ({given['apiVersion']}) does not match the expected API version "
            f"({api_version})"
        )


def _read(request: Request, api_version: str, kind: str) -> Obj:
    read = read_data(request, api_version, kind)
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
    if not request.body:
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
