"""Changes of objects, each in a line, with the fields that differ under it."""

from __future__ import annotations

from itertools import islice

from kubesim.api.field_changes import ABSENT, field_changes
from kubesim.cli.support.resource_builder import said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Key
    from kubesim.cluster import Change, Kinds

VALUE = 60  # characters of a value that are shown,
FIELDS = 10  # and fields of an object


def name_line(kinds: Kinds, key: Key) -> str:
    """``deployment.apps/web``, with its namespace unless that is default."""
    kind, namespace, name = key
    try:
        called = said(kinds.names_of(kind), name)
    except KeyError:  # of a kind that is not served any more
        called = f"{kind.lower()}/{name}"
    return called if namespace in ("", "default") else f"{called} in {namespace}"


def verb_of(change: Change) -> str:
    """``created``, ``deleted`` or ``configured``."""
    return "created" if change.old is None else "deleted" if change.new is None else "configured"


def field_lines(change: Change, *, status: bool = True) -> Iterator[str]:
    """What differs in an object that was there before and is there still; none where that is mere bookkeeping.

    Without ``status`` only what somebody asked for.
    """
    if change.old is None or change.new is None:
        return
    differing = (field for field in field_changes(change.old, change.new) if status or not _is_status(field.path))
    is_secret = change.key.kind == "Secret"
    for field in islice(differing, FIELDS):
        hides = is_secret and field.path.startswith("data")
        old, new = ("***", "***") if hides else (_shown(field.old), _shown(field.new))
        yield f"{field.path}: {old} -> {new}"
    left = sum(1 for _ in differing)
    if left:
        yield f"{left} more field{'' if left == 1 else 's'}"


def cell_line(kinds: Kinds, change: Change) -> str:
    """What differs in an object's row in the table that ``get -o wide`` prints; empty if nothing does."""
    if change.new is None:
        return ""
    kind = kinds.load(change.key.kind)
    new = kind.row(change.new, change.instant)
    old = None if change.old is None else kind.row(change.old, change.instant)
    return ", ".join(
        f"{column.name} {new[at]}" if old is None else f"{column.name} {old[at]} -> {new[at]}"
        for at, column in enumerate(kind.columns)
        if column.name not in ("NAME", "AGE", "SELECTOR") and new[at] not in ("", "<none>" if old is None else "")
        if old is None or old[at] != new[at]
    )


def _is_status(path: str) -> bool:
    return path.startswith("status")


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "none"
    from kubesim.golang import json

    text = json.dumps(value)
    return text if len(text) <= VALUE else f"{text[:VALUE]}..."
