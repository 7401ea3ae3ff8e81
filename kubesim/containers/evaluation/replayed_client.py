"""A client in a forecast, whose answer was found out: it prints and writes what it got."""

from __future__ import annotations

import re
from itertools import pairwise

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.files import FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine


# The option behind which a client has the name of the file that it makes.
_SAVING = {"wget": r"-[A-Za-z]*O|--output-document", "curl": r"-[A-Za-z]*o|--output"}


def leave_unknown(machine: Machine, argv: list[Value]) -> None:
    """Make the file that a client makes which got something, though nobody knows what."""
    saving = _SAVING.get((argv[0] or "").rpartition("/")[2])
    words = [word or "" for word in argv]
    names = [name for word, name in pairwise(words) if saving and re.fullmatch(saving, word)]
    for name in names:
        if name not in ("", "-"):
            try:
                machine.files.write(machine.path(name), machine.clock, None)
            except FileError:
                return


def known_answer(machine: Machine, argv: list[Value]) -> dict[str, Any] | None:
    """What a client gets, if that was found out."""
    if machine.input.is_filled:
        return None
    from kubesim.golang.json import dumps

    words = [word for word in argv if word is not None]
    found = machine.shared.answers.take(dumps(words), machine.clock)
    return found if found is not None and "status" in found else None


def answered(machine: Machine, answer: dict[str, Any], *, is_reached: bool) -> Status:
    """Print and write what a client gets; a wait in vain takes its time."""
    for descriptor, text in answer["said"]:
        machine.write(text, descriptor)
    for _, path, row in answer["files"]:
        machine.files.write(path, machine.clock, (row or {}).get("content"))
    if is_reached and answer["took"] >= SECOND:
        machine.advance(answer["took"])
    status: Status = answer["status"]
    return status
