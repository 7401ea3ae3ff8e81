"""Values of expressions that JSON has not: unsigned numbers, instants, optionals, and Kubernetes' own.

A bool, int, float, str, bytes, None, list and dict stand for themselves.
"""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Uint(int):
    """An unsigned integer of 64 bits."""


class EvaluationError(Exception):
    """An expression has no value: ``no such key: x``."""


class Duration(NamedTuple):
    """A span of time in nanoseconds."""

    nanoseconds: int


class Timestamp(NamedTuple):
    """An instant: nanoseconds since the epoch, and for calendars the offset of its zone in seconds."""

    nanoseconds: int
    zone: int = 0


class Optional(NamedTuple):
    """A value that may be missing."""

    value: Any
    has_value: bool = True


NONE = Optional(None, has_value=False)


class TypeValue(NamedTuple):
    """What ``type(x)`` gives."""

    name: str


class SetList(list):  # type: ignore[type-arg]
    """A list of type set: its order does not count, and ``+`` is a union."""


class MapList(list):  # type: ignore[type-arg]
    """A list of type map: its elements have keys, the fields ``keys``; ``+`` puts elements in the place of others."""

    def __init__(self, elements: list[Any], keys: tuple[str, ...]) -> None:
        super().__init__(elements)
        self.keys = keys


class Broken(NamedTuple):
    """A value that cannot be read, and why: an error as soon as an expression asks for it."""

    why: str


class Struct(dict):  # type: ignore[type-arg]
    """What a literal such as ``Object.spec{...}`` makes: ``type_name`` is Object.spec."""

    def __init__(self, type_name: str) -> None:
        super().__init__()
        self.type_name = type_name
