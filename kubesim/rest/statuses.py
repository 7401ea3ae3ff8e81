"""Status objects: how the API server writes what it refuses, and that it did what leaves no object to show.

Mirrors apimachinery's pkg/api/errors and apiserver's responsewriters/errors.go.
"""

from __future__ import annotations

from kubesim.errors import StatusError, bad_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.kinds import Names

#: Refusals that always have details, be they empty.
_DETAILED = ("NotFound", "AlreadyExists", "Forbidden", "Invalid", "Conflict", "MethodNotAllowed")


def status_of(error: StatusError) -> Obj:
    """The Status of a refusal, its fields in their order."""
    details, message = _details(error), error.message
    if error.reason == "Invalid" and message.startswith("patch: "):  # which is about no object
        message = f' "" is invalid: {message}'
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {"continue": error.continue_} if error.continue_ else {},
        "status": "Failure",
        "message": message,
        **({"reason": error.reason} if error.reason else {}),
        **({"details": details} if details or error.reason in _DETAILED or message[:4] in ("406:", "415:") else {}),
        "code": error.code,
    }


def _details(error: StatusError) -> Obj:
    causes = [_cause(reason, message, field) for reason, message, field in error.causes]
    if error.reason == "InternalError" and not causes:
        causes = [{"message": error.message.removeprefix("Internal error occurred: ")}]
    given: dict[str, Any] = {
        "name": error.name,
        "group": error.group,
        "kind": error.kind,
        "causes": causes,
        "retryAfterSeconds": retry_after(error),
    }
    return {field: value for field, value in given.items() if value}


def retry_after(error: StatusError) -> int:
    """After how many seconds the client may try again; 0 if it is not asked to."""
    return error.retry_after


def _cause(reason: str, message: str, field: str) -> Obj:
    return {key: text for key, text in (("reason", reason), ("message", message), ("field", field)) if text}


def deleted(names: Names, name: str, uid: str) -> Obj:
    """The Status for an object that is gone."""
    group = {"group": names.group} if names.group else {}
    return success({"name": name, **group, "kind": names.plural, "uid": uid})


def success(details: Obj | None = None, code: int = 0) -> Obj:
    """The Status of what was done."""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        **({"details": details} if details else {}),
        **({"code": code} if code else {}),
    }


def no_such_resource() -> StatusError:
    """What the server says of an object's part that it does not serve."""
    return StatusError("NotFound", "the server could not find the requested resource", 404)


def other_namespace() -> StatusError:
    """Mirrors EnsureObjectNamespaceMatchesRequestNamespace."""
    return bad_request("the namespace of the provided object does not match the namespace sent on the request")


def method_not_allowed() -> StatusError:
    return StatusError("MethodNotAllowed", "the server does not allow this method on the requested resource", 405)


def not_simulated(what: str) -> StatusError:
    """What a real server would do and this one does not, in our own words."""
    return StatusError("NotImplemented", f"kubesim does not simulate {what}", 501)
