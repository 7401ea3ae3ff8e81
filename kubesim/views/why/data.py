"""Answers as JSON data."""

from __future__ import annotations

from kubesim.api.meta import SECOND, rfc3339_micro
from kubesim.views.why.model import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Key
    from kubesim.views.why.model import Answer, Cause, Expectation, Repair

STATES = {State.WANTED: "AsWanted", State.ON_ITS_WAY: "OnItsWay", State.STUCK: "Stuck"}


def as_data(answer: Answer, program: str, home: str) -> dict[str, Any]:
    """An answer as JSON data; ``program`` and ``home`` are as for the page."""
    return {
        "object": _key(answer.key),
        "state": STATES[answer.state],
        "summary": answer.summary,
        "isToCome": answer.is_to_come,
        **({} if answer.since is None else {"since": rfc3339_micro(answer.since)}),
        "causes": [_cause(cause, program, home) for cause in answer.causes],
        **({"serving": answer.serving} if answer.serving else {}),
        "expected": [_expected(one, answer.now) for one in answer.expected],
    }


def _key(key: Key) -> dict[str, str]:
    return {"kind": key.kind, **({"namespace": key.namespace} if key.namespace else {}), "name": key.name}


def _cause(cause: Cause, program: str, home: str) -> dict[str, Any]:
    namespace = "" if cause.namespace == home else cause.namespace
    return {
        "code": cause.code,
        "object": _key(cause.about),
        "message": cause.text,
        "passesByItself": cause.is_stage,
        "pods": [key.name for key in cause.pods],
        "repairs": [_repair(repair, program, namespace) for repair in cause.repairs],
        **({"see": cause.look.text(program, namespace)} if cause.look is not None else {}),
    }


def _repair(repair: Repair, program: str, namespace: str) -> dict[str, Any]:
    command = {"command": repair.text(program, namespace), "isWhole": repair.is_whole}
    return {**command, "note": repair.note} if repair.note else command


def _expected(expected: Expectation, now: int) -> dict[str, Any]:
    seconds = round((expected.instant - now) / SECOND, 3)
    return {"at": rfc3339_micro(expected.instant), "inSeconds": seconds, "what": expected.what}
