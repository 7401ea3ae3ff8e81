"""Changes of objects, each in a line, with the fields that differ under it."""

from __future__ import annotations

from kubesim.api import schema
from kubesim.cli.support.resource_builder import object_name
from kubesim.views.differences import ABSENT, Difference, differences, value_text
from kubesim.views.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Key
    from kubesim.cluster import Change, Kinds

#: Fields that change with every change, or say when another did.
_BOOKKEEPING = frozenset(
    (
        *("resourceVersion", "generation", "observedGeneration"),
        *("lastTransitionTime", "lastUpdateTime", "lastProbeTime", "lastHeartbeatTime"),
    )
)

VALUE = 60  # characters of a value that are shown,
FIELDS = 10  # and fields of an object


def name_line(kinds: Kinds, key: Key) -> str:
    """``deployment.apps/web``, with its namespace unless that is default."""
    kind, namespace, name = key
    try:
        called = object_name(kinds.names_of(kind), name)
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
    type_ = schema.type_of(change.new["apiVersion"], change.new["kind"])
    found = [one for one in differences(change.old, change.new, type_) if _is_worth_a_line(one, status=status)]
    for one in found[:FIELDS]:
        hides = change.key.kind == "Secret" and one.path.startswith("data")
        old, new = ("***", "***") if hides else (_shown(one.old), _shown(one.new))
        yield f"{one.path}: {old} -> {new}"
    left = len(found) - FIELDS
    if left > 0:
        yield counted(left, "more field")


def _is_worth_a_line(difference: Difference, *, status: bool) -> bool:
    path = difference.path
    if path.startswith("metadata.managedFields") or path.rpartition(".")[2] in _BOOKKEEPING:
        return False
    return status or not path.startswith("status")


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


def _shown(value: Any) -> str:
    text = value_text(value)
    return text if value is ABSENT or len(text) <= VALUE else f"{text[:VALUE]}..."
