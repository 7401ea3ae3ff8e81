"""The parts of a parsed Go template. ``str`` of one is its source as execution errors quote it.

Mirrors text/template/parse's nodes.  ``position`` counts characters from the start of the template's text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True)
class Node:
    position: int


@dataclass(frozen=True)
class Text(Node):
    text: str


@dataclass(frozen=True)
class Identifier(Node):
    """The name of a function."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class FieldPath(Node):
    """``.spec.replicas``"""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


@dataclass(frozen=True)
class Variable(Node):
    """``$x`` or ``$x.field``; the dollar sign is part of the first name."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True)
class Dot(Node):
    def __str__(self) -> str:
        return "."


@dataclass(frozen=True)
class Nil(Node):
    def __str__(self) -> str:
        return "nil"


@dataclass(frozen=True)
class Constant(Node):
    """A boolean, number or string; ``source`` is how it was written."""

    value: Any
    source: str

    def __str__(self) -> str:
        return self.source


@dataclass(frozen=True)
class Chain(Node):
    """Fields of what is not a field itself: ``(index .items 0).metadata``."""

    node: Node
    names: tuple[str, ...]

    def __str__(self) -> str:
        inner = f"({self.node})" if isinstance(self.node, Pipeline) else str(self.node)
        return inner + "".join(f".{name}" for name in self.names)


@dataclass(frozen=True)
class Command(Node):
    """An operand, or a function and its arguments."""

    arguments: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(f"({node})" if isinstance(node, Pipeline) else str(node) for node in self.arguments)


@dataclass(frozen=True)
class Pipeline(Node):
    """Commands, each fed to the next; ``variables`` are declared (or assigned) its result."""

    variables: tuple[Variable, ...]
    assigns: bool
    commands: tuple[Command, ...]

    def __str__(self) -> str:
        declared = ", ".join(map(str, self.variables))
        sign = " = " if self.assigns else " := "
        return f"{declared}{sign if declared else ''}{' | '.join(map(str, self.commands))}"


@dataclass(frozen=True)
class Action(Node):
    pipeline: Pipeline

    def __str__(self) -> str:
        return f"{{{{{self.pipeline}}}}}"


@dataclass(frozen=True)
class Branch(Node):
    """``if``, ``with`` or ``range`` (its ``keyword``)."""

    keyword: str
    pipeline: Pipeline
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...] | None


@dataclass(frozen=True)
class Jump(Node):
    """``break`` or ``continue``."""

    keyword: str


@dataclass(frozen=True)
class Invocation(Node):
    """``{{template "name" pipeline}}``"""

    name: str
    pipeline: Pipeline | None

    def __str__(self) -> str:
        from kubesim.golang.quoting import quote

        argument = f" {self.pipeline}" if self.pipeline else ""
        return f"{{{{template {quote(self.name)}{argument}}}}}"


@dataclass(frozen=True)
class End(Node):
    """``{{end}}`` or ``{{else}}``, which close what was open; not part of a finished tree."""

    keyword: str = field(default="end")

    def __str__(self) -> str:
        return f"{{{{{self.keyword}}}}}"
