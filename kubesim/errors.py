"""What can go wrong, by where the fault lies.

``UserError`` and ``StatusError`` are answers: the command line prints them as kubectl does and exits 1.
``StateError`` is about the state file.  Anything else that reaches the error boundary is a bug of ours.
"""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any


class UserError(Exception):
    """A mistake that kubectl itself notices; ``message`` is printed after ``error: `` unless ``bare``.

    ``status`` is the exit status.  ``bare`` messages are printed as they stand.
    """

    def __init__(self, message: str, *, bare: bool = False, status: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.bare = bare
        self.status = status


class FatalError(UserError):
    """What ends kubectl on the spot, by its logger; ``place`` is upstream's file and line. Mirrors klog's Fatal."""

    def __init__(self, message: str, place: str, status: int = 255) -> None:
        super().__init__(message, status=status)
        self.place = place


class TimedOutError(UserError):
    """What a command waited for did not happen in time."""


class StateError(UserError):
    """The state file cannot be used; the message names its path and says what to do."""


class Aggregate(Exception):  # noqa: N818
    """Several errors of one command, printed one after the other. Mirrors utilerrors.Aggregate."""

    def __init__(self, errors: Sequence[Exception]) -> None:
        super().__init__(errors)
        self.errors = list(errors)


def reason_of(error: OSError) -> str:
    """The operating system's reason, as Go writes it: ``no such file or directory``."""
    return (error.strerror or str(error)).lower()


def raise_all(errors: Sequence[Exception]) -> None:
    """Raise the errors in order, if there are any: one as it is. Mirrors utilerrors.NewAggregate."""
    if len(errors) > 1:
        raise Aggregate(errors)
    if errors:
        raise errors[0]


def aggregated(messages: Iterable[str]) -> str:
    """Several messages as one: each once, in brackets if they differ; "" for none. Mirrors an Aggregate's Error."""
    distinct = list(dict.fromkeys(messages))
    return f"[{', '.join(distinct)}]" if len(distinct) > 1 else "".join(distinct)


class Cause(NamedTuple):
    """One reason among the causes of a refusal: mirrors metav1.StatusCause."""

    reason: str
    message: str
    field: str = ""


class StatusError(Exception):
    """The API server's refusal: mirrors metav1.Status as apimachinery's pkg/api/errors makes it."""

    def __init__(
        self,
        reason: str,
        message: str,
        code: int,
        kind: str = "",
        group: str = "",
        name: str = "",
        causes: tuple[Cause, ...] = (),
        retry_after: int = 0,  # seconds; 0 says nothing
        continue_: str = "",  # the token with which a list that was refused may go on
    ) -> None:
        super().__init__(message)
        self.continue_ = continue_
        self.retry_after = retry_after
        self.reason = reason
        self.message = message
        self.code = code
        self.kind = kind
        self.group = group
        self.name = name
        self.causes = causes

    def to_object(self) -> dict[str, Any]:
        """The metav1.Status object of this refusal."""
        return {
            "apiVersion": "v1",
            "kind": "Status",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        }


def qualified(name: str, group: str) -> str:
    """``deployments.apps``; names of the core group stand alone. Mirrors schema.GroupResource.String."""
    return f"{name}.{group}" if group else name


def not_found(plural: str, group: str, name: str) -> StatusError:
    message = f'{qualified(plural, group)} "{name}" not found'
    return StatusError("NotFound", message, 404, kind=plural, group=group, name=name)


def already_exists(plural: str, group: str, name: str) -> StatusError:
    message = f'{qualified(plural, group)} "{name}" already exists'
    return StatusError("AlreadyExists", message, 409, kind=plural, group=group, name=name)


def conflict(plural: str, group: str, name: str, why: str) -> StatusError:
    message = f'Operation cannot be fulfilled on {qualified(plural, group)} "{name}": {why}'
    return StatusError("Conflict", message, 409, kind=plural, group=group, name=name)


def bad_request(message: str) -> StatusError:
    return StatusError("BadRequest", message, 400)


def internal_error(why: str) -> StatusError:
    return StatusError("InternalError", f"Internal error occurred: {why}", 500)


def forbidden(plural: str, group: str, name: str, why: str) -> StatusError:
    """``name`` is empty where no one object was asked for."""
    what = f'{qualified(plural, group)} "{name}"' if name else qualified(plural, group)
    message = f"{what} is forbidden: {why}"
    return StatusError("Forbidden", message, 403, kind=plural, group=group, name=name)


def invalid(kind: str, group: str, name: str, causes: tuple[Cause, ...]) -> StatusError:
    """An object that fails validation: every cause at once. Mirrors errors.NewInvalid."""
    summary = aggregated(f"{c.field}: {c.message}" for c in causes)
    message = f'{qualified(kind, group)} "{name}" is invalid: {summary}'
    return StatusError("Invalid", message, 422, kind=kind, group=group, name=name, causes=causes)


def invalid_patch(patch: str, why: str) -> StatusError:
    """A patch with a result that is no object of its kind; ``patch`` is how Go prints it."""
    import json

    cause = Cause("FieldValueInvalid", f"Invalid value: {json.dumps(patch, ensure_ascii=False)}: {why}", "patch")
    return StatusError("Invalid", f"patch: {cause.message}", 422, causes=(cause,))
