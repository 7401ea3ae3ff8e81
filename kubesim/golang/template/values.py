"""What a Go template computes with: API data, and what reflect knows about them besides.

A plain Python value is a concrete Go value; ``Boxed`` is one that is still inside an interface{}, as the
members of maps and lists are; ``INVALID`` is no value at all (a missing key, a null taken out of its box).
"""

from __future__ import annotations

from kubesim.golang import fmt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Boxed:
    """An interface{} that holds ``value``; None makes it the nil interface."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Invalid:
    """The type of INVALID, reflect's zero Value."""


class Byte(fmt.Int):
    """A uint8, which indexing a string gives."""


INVALID = Invalid()


def unboxed(value: Any) -> Any:
    """The concrete value, or INVALID for nil. Mirrors indirectInterface."""
    if isinstance(value, Boxed):
        return INVALID if value.value is None else value.value
    return value


def plain(value: Any) -> Any:
    """The value as a function that takes interface{} sees it: None for no value."""
    value = unboxed(value)
    return None if value is INVALID else value


def type_name(value: Any) -> str:
    """The static type of a value: an interface{} for what is boxed."""
    if isinstance(value, Boxed):
        return "interface {}"
    return "uint8" if isinstance(value, Byte) else fmt.type_name(value)


def is_true(value: Any) -> bool:
    """Whether a value counts as true: not zero, not empty, not nil."""
    value = unboxed(value)
    return value is not INVALID and bool(value)
