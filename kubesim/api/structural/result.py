"""What a value was found to be. Mirrors kube-openapi's validate.Result and errors.Validation."""

from __future__ import annotations

from kubesim.api.fields import INVALID, NOT_SUPPORTED, REQUIRED, TOO_LONG, TOO_MANY, TYPE_INVALID, FieldError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class Failure(NamedTuple):
    """One thing that is wrong. ``name`` is a path from the value that is judged; None: it is about all of it."""

    type: str
    name: str | None
    value: Any
    detail: str
    #: By its words a failure is known: the same is not reported twice.
    message: str

    def field_error(self, base: str) -> FieldError:
        """The error of a value at ``base``, "" for a whole object."""
        name = (self.name or "").removeprefix(".")
        path = f"{base}.{name}" if base and name else base or name
        return FieldError(self.type, path or "<nil>", self.value, self.detail)


class Result:
    """Failures, each once, and how many checks were passed: anyOf reports the branch that passed the most."""

    __slots__ = ("failures", "matches")

    def __init__(self, failures: Iterable[Failure] = (), matches: int = 0) -> None:
        self.failures: dict[str, Failure] = {failure.message: failure for failure in failures}
        self.matches = matches

    def add(self, failure: Failure | None) -> None:
        if failure is not None:
            self.failures.setdefault(failure.message, failure)

    def merge(self, other: Result) -> None:
        for failure in other.failures.values():
            self.add(failure)
        self.matches += other.matches


def invalid(name: str, value: Any, message: str) -> Failure:
    """A wrong value; ``message`` says what is wrong after ``NAME in body``."""
    text = f"{name} in body {message}"
    return Failure(INVALID, name, "" if value is None else value, text, text)


def wrong_type(name: str, wanted: str, found: str) -> Failure:
    """A value of another type, or a string of another format than is wanted."""
    from kubesim.golang.quoting import quote

    text = f"{name} in body must be of type {wanted}: {quote(found)}"
    return Failure(TYPE_INVALID, name, found, text, text)


def required(name: str) -> Failure:
    return Failure(REQUIRED, name, "", "", f"{name} in body is required")


def too_long(name: str, limit: int) -> Failure:
    from kubesim.api.fields import too_long as error_of

    return Failure(TOO_LONG, name, None, error_of("", limit).detail, f"{name} in body should be at most {limit} chars")


def too_many(name: str, size: int, limit: int, things: str) -> Failure:
    """``things`` are items or properties."""
    from kubesim.api.fields import too_many as error_of

    detail = error_of("", size, limit).detail
    return Failure(TOO_MANY, name, size, detail, f"{name} in body should have at most {limit} {things}")


def not_allowed(name: str, key: str) -> Failure:
    """A member where ``additionalProperties: false`` allows none."""
    text = f"{name}.{key} in body is a forbidden property"
    return Failure(INVALID, name, key, text, text)


def not_in_enum(name: str, value: Any, values: list[Any]) -> Failure:
    from kubesim.api.fields import not_supported
    from kubesim.golang.fmt import text
    from kubesim.golang.json import dumps

    detail = not_supported("", value, [item if isinstance(item, str) else dumps(item) for item in values]).detail
    return Failure(NOT_SUPPORTED, name, value, detail, f"{name} in body should be one of {text(values)}")


def about_all(message: str) -> Failure:
    """A failure that names its place in its words alone."""
    return Failure(INVALID, None, "", message, message)
