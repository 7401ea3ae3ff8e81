"""What a JSONPath template is made of. Mirrors client-go's util/jsonpath/node.go."""

from __future__ import annotations

from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class JsonPathError(UserError):
    """What client-go's jsonpath complains of, without kubectl's words around it."""


class Text(NamedTuple):
    text: str


class Field(NamedTuple):
    name: str


class Constant(NamedTuple):
    """An integer (a Go int), a float or a boolean."""

    value: Any


class Identifier(NamedTuple):
    """``range`` or ``end``; any other word is an error once it is evaluated."""

    name: str


class Wildcard:
    """``*``: every member."""


class Recursive:
    """``..``: the value itself and everything below it that has members."""


class Slice(NamedTuple):
    """``[start:end:step]``; None where nothing was given. ``single`` for ``[start]``."""

    start: int | None
    end: int | None
    step: int | None
    single: bool = False


class Action(NamedTuple):
    """The steps of one pair of braces, each applied to the results of the one before."""

    steps: tuple[Node, ...]


class Union(NamedTuple):
    """``[0,2]``: the results of each part, one after another."""

    parts: tuple[Action, ...]


class Filter(NamedTuple):
    """``[?(@.name=="x")]``; the operator is ``exists`` where there is no comparison."""

    left: Action
    operator: str
    right: Action


Node = Text | Field | Constant | Identifier | Wildcard | Recursive | Slice | Action | Union | Filter
