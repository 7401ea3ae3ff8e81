"""Requests that a real API server was sent, one after the other, are answered as it answered them.

``api_requests.jsonl`` has them in their order, each with the status, the type, the warnings and the content of its answer,
in which uids, instants and resource versions are masked.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from api_world import World
from kubesim.rest.api_server import answer
from kubesim.rest.authentication import identity_of
from kubesim.rest.request import Answer, Request

RECORDED = [json.loads(line) for line in (Path(__file__).parent / "api_requests.jsonl").read_text().splitlines()]
MASKS = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    (r'"resourceVersion":"\d+"', '"resourceVersion":"RV"'),
    (r"current: \d+", "current: N"),
)


def masked(text: str) -> str:
    for pattern, mask in MASKS:
        text = re.sub(pattern, mask, text)
    return text


def ask(world: World, recorded: dict[str, Any]) -> Answer:
    body = recorded["body"]
    content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {"user-agent": "cmp/1", **{name.lower(): value for name, value in recorded["headers"].items()}}
    request = Request.of_target(recorded["method"], recorded["path"], headers, content)
    with world.simulation.writing() as life:
        found = answer(life.cluster, request, identity_of(life.cluster, request))
    assert isinstance(found, Answer)
    return found


def test_requests_are_answered_as_recorded() -> None:
    """All of them by one test, since each finds what the ones before have made."""
    world = World()
    for recorded in RECORDED:
        found = ask(world, recorded)
        warning = ", ".join(value for name, value in found.headers if name == "Warning")
        shown = (found.status, found.content_type, warning, masked(found.body.decode()))
        wanted = (recorded["status"], recorded["type"], recorded["warning"], recorded["answer"])
        assert shown == wanted, f"{recorded['method']} {recorded['path']}"
