"""The description of a kind that kubectl has none for: every field, by its name. Mirrors genericDescriber."""

from __future__ import annotations

import re

from kubesim.golang.fmt import text
from kubesim.kubectl.describe.common import describe_events, describe_metadata, describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Reader

SKIPPED = (
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
)
ACRONYMS = ("API", "URL", "UID", "GUID")


def describe_generic(obj: Obj, reader: Reader, now: int, *, show_events: bool = True) -> str:
    """Every field of ``obj``, and the events about it at ``now`` (ms)."""
    w = Description()
    describe_name(w, obj)
    describe_metadata(w, obj)
    _describe_content(w, obj, "", 0)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _describe_content(w: Description, content: Obj, parent: str, level: int) -> None:
    """Mirrors printUnstructuredContent."""
    for field in sorted(content):
        path, value = f"{parent}.{field}", content[field]
        if path in SKIPPED:
            continue
        title = f"{smart_label(field)}:"
        if not isinstance(value, (dict, list)):
            w.line(title, text(value), level=level)
            continue
        w.line(title, level=level)
        for child in value if isinstance(value, list) else [value]:
            _describe_child(w, child, path, level + 1)


def _describe_child(w: Description, child: Any, path: str, level: int) -> None:
    if isinstance(child, dict):
        _describe_content(w, child, path, level)
    else:
        w.line(text(child), level=level)


def smart_label(field: str) -> str:
    """``apiVersion`` as ``API Version``; a name with other characters than letters and dashes stays as it is."""
    if not all(char.isalpha() or char == "-" for char in field):
        return field
    parts = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[^A-Za-z]+", field)
    return " ".join(_titled(part) for part in _merged(parts))


def _merged(parts: list[str]) -> list[str]:
    """Capitals and the capitalized word after them are one word."""
    merged: list[str] = []
    for part in parts:
        before = merged[-1] if merged else ""
        if len(before) >= 2 and before.isupper() and part[0].isupper():
            merged[-1] = before + part
        else:
            merged.append(part)
    return merged


def _titled(part: str) -> str:
    if part.upper() in ACRONYMS:
        return part.upper()
    return part.capitalize() if part == part.lower() else part
