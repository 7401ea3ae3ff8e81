"""Patterns in arguments stand for the names of files (XCU 2.13.3)."""

from __future__ import annotations

import posixpath

from kubesim.containers.evaluation.found import FOLDER, FileError
from kubesim.containers.evaluation.patterns import is_pattern, matches, unescaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

MOST_NAMES = 4096  # that one pattern stands for


def names(machine: Machine, text: Value, pattern: str) -> list[Value]:
    """The names of the files that match a field, or the field as it is if there are none."""
    if text is None or not ("*" in pattern or "?" in pattern or "[" in pattern) or not is_pattern(pattern):
        return [text]
    start = "/" if pattern.startswith("/") else ""
    found: list[str] | None = [start]
    for part in pattern.strip("/").split("/"):
        if found is not None:
            found = _step(machine, found, part)
    if found is None:
        machine.shared.session.unknown = f"which files match {text}"
        return [text if machine.shared.outside is None else None]
    if pattern.endswith("/"):
        found = [f"{name}/" for name in found if machine.files.find(machine.path(name), machine.clock).kind == FOLDER]
    return [*found] or [text]


def _step(machine: Machine, folders: list[str], part: str) -> list[str] | None:
    """The names below folders that match one part of a pattern; None if they are not known."""
    found: list[str] = []
    for folder in folders:
        if not is_pattern(part):
            name = posixpath.join(folder, unescaped(part))
            if machine.files.find(machine.path(name), machine.clock, follows=False).exists:
                found.append(name)
            continue
        try:
            listing = machine.files.listing(machine.path(folder or "."), machine.clock)
        except FileError:
            continue
        if not listing.is_whole and machine.shared.outside is not None:
            return None
        found += [
            posixpath.join(folder, name)
            for name in listing.names
            if matches(part, name) and (not name.startswith(".") or part.startswith("."))
        ]
    return found[:MOST_NAMES]
