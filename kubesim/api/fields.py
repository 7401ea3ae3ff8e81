"""What is wrong with a field of an object, in the API server's words.

Mirrors apimachinery's pkg/util/validation/field. Paths are plain strings, built where they are needed:
``f"{path}.name"``, ``f"{path}[{index}]"``.
"""

from __future__ import annotations

from kubesim.errors import Cause
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

# The reasons as metav1.CauseType names them, and what each is called in a sentence.
NOT_FOUND = "FieldValueNotFound"
REQUIRED = "FieldValueRequired"
DUPLICATE = "FieldValueDuplicate"
INVALID = "FieldValueInvalid"
NOT_SUPPORTED = "FieldValueNotSupported"
FORBIDDEN = "FieldValueForbidden"
TOO_LONG = "FieldValueTooLong"
TOO_MANY = "FieldValueTooMany"
INTERNAL = "InternalError"
#: Another type than the schema asks for; in a sentence it is an invalid value too.
TYPE_INVALID = "FieldValueTypeInvalid"

TITLES = {
    NOT_FOUND: "Not found",
    REQUIRED: "Required value",
    DUPLICATE: "Duplicate value",
    INVALID: "Invalid value",
    NOT_SUPPORTED: "Unsupported value",
    FORBIDDEN: "Forbidden",
    TOO_LONG: "Too long",
    TOO_MANY: "Too many",
    INTERNAL: "Internal error",
    TYPE_INVALID: "Invalid value",
}

# These errors have no value.
_WITHOUT_VALUE = frozenset((REQUIRED, FORBIDDEN, INTERNAL, TOO_LONG))

NEGATIVE = "must be greater than or equal to 0"
NOT_POSITIVE = "must be greater than zero"
IMMUTABLE = "field is immutable"


class _Omitted:
    """Stands for a value that an error does not show. Mirrors OmitValueType."""


OMITTED = _Omitted()


class Struct(dict[str, "Any"]):
    """A Go struct: printed with its fields in the order given, where a plain dict is a map and sorted."""


class Pointer(str):
    """A Go ``*string``: shown as encoding/json writes it, where a string is quoted as Go does."""

    __slots__ = ()


class FieldError(NamedTuple):
    """One thing that is wrong at one path. ``value`` is JSON data, as the API server has it in memory."""

    type: str
    path: str
    value: Any = None
    detail: str = ""

    def message(self) -> str:
        """``Invalid value: -1: must be ...``, without the path. Mirrors field.Error.ErrorBody."""
        text = TITLES[self.type]
        if self.type not in _WITHOUT_VALUE and self.value is not OMITTED:
            text += f": {render(self.value)}"
        return f"{text}: {self.detail}" if self.detail else text

    def cause(self) -> Cause:
        """The cause that a refusal carries."""
        return Cause(self.type, self.message(), self.path)

    def __str__(self) -> str:
        return f"{self.path}: {self.message()}"


def required(path: str, detail: str = "") -> FieldError:
    return FieldError(REQUIRED, path, "", detail)


def invalid(path: str, value: Any, detail: str = "") -> FieldError:
    return FieldError(INVALID, path, value, detail)


def not_supported(path: str, value: Any, supported: Sequence[str] = ()) -> FieldError:
    """The error lists ``supported`` in the order given; most of upstream's callers sort it."""
    from kubesim.golang.quoting import quote

    detail = "supported values: " + ", ".join(map(quote, supported)) if supported else ""
    return FieldError(NOT_SUPPORTED, path, value, detail)


def duplicate(path: str, value: Any) -> FieldError:
    return FieldError(DUPLICATE, path, value)


def forbidden(path: str, detail: str) -> FieldError:
    return FieldError(FORBIDDEN, path, "", detail)


def internal(path: str, detail: str) -> FieldError:
    return FieldError(INTERNAL, path, None, detail)


def not_found(path: str, value: Any) -> FieldError:
    return FieldError(NOT_FOUND, path, value)


def too_long(path: str, limit: int) -> FieldError:
    """``limit`` is in bytes."""
    return FieldError(TOO_LONG, path, None, f"may not be more than {limit} byte{'' if limit == 1 else 's'}")


def too_many(path: str, actual: int, limit: int) -> FieldError:
    return FieldError(TOO_MANY, path, actual, f"must have at most {limit} item{'' if limit == 1 else 's'}")


def invalid_for_each(path: str, value: Any, messages: Iterable[str]) -> list[FieldError]:
    """An Invalid for every message that a test of ``names`` gave."""
    return [invalid(path, value, message) for message in messages]


def not_negative(path: str, value: int | None) -> list[FieldError]:
    """Mirrors ValidateNonnegativeField; a field that is not there is 0."""
    return [invalid(path, value, NEGATIVE)] if value is not None and value < 0 else []


def positive(path: str, value: int) -> list[FieldError]:
    """Mirrors ValidatePositiveField."""
    return [] if value > 0 else [invalid(path, value, NOT_POSITIVE)]


def immutable(path: str, new: Any, old: Any) -> list[FieldError]:
    """Mirrors ValidateImmutableField; empty and missing maps and lists are the same."""
    return [] if (new or None) == (old or None) else [invalid(path, new, IMMUTABLE)]


def one_of(path: str, value: Any, supported: Iterable[str]) -> list[FieldError]:
    """Refuse a value that is not among ``supported``, which the error lists sorted."""
    supported = sorted(supported)
    return [] if value in supported else [not_supported(path, value, supported)]


def render(value: Any) -> str:
    """A value as an error shows it: strings quoted as Go does, structures as Go's encoding/json writes them."""
    if isinstance(value, str) and not isinstance(value, Pointer):
        from kubesim.golang.quoting import quote

        return quote(value)
    if isinstance(value, float):
        from kubesim.golang.numbers import general

        return general(value)
    from kubesim.golang.json import dumps

    return dumps(_ordered(value), sort_keys=False)


def _ordered(value: Any) -> Any:
    """Maps by their keys, structs as they are."""
    if isinstance(value, Struct):
        return {key: _ordered(member) for key, member in value.items()}
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [_ordered(member) for member in value]
    return value
