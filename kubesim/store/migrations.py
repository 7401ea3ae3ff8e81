"""Schema versions of the state file, and how an older one becomes the present one.

A migration is a pure function on the whole document (see ``format``), from one version to the next.  It happens in
memory; the file itself changes when the next command saves.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

Document = dict[str, "Any"]

SCHEMA = 1

#: By the version it starts from, what makes the next version's document of it.
MIGRATIONS: Mapping[int, Callable[[Document], Document]] = {}


def migrate(
    document: Document,
    schema: int,
    *,
    target: int = SCHEMA,
    migrations: Mapping[int, Callable[[Document], Document]] = MIGRATIONS,
) -> Document:
    """The document of version ``schema`` as one of version ``target``; KeyError where a step is missing."""
    for version in range(schema, target):
        document = migrations[version](document)
    return document
