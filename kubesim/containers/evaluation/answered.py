"""A client in a forecast, whose answer was found out: it prints and writes what it got."""

from __future__ import annotations

from kubesim.api.meta import SECOND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine


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
