"""The web page at the server's root, for people: the cluster as it is now, and its clock for whoever may move it.

The page is one file (``web/index.html``); it asks for ``page/state`` twice a second, and for pictures where something
has changed.
"""

from __future__ import annotations

import os

from kubesim.errors import StatusError, UserError
from kubesim.rest.request import JSON, NO_SNIFFING, PLAIN, Answer
from kubesim.sim.clock import parse_duration, parse_speed
from kubesim.startup.json_text import loads
from kubesim.views.page import document_of, timeline_picture

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.rest.request import Request
    from kubesim.server.served_cluster import ServedCluster

ROOT, STATE, TIMELINE, CLOCK = "/", "/page/state", "/page/timeline.svg", "/page/clock"
#: The page loads nothing from elsewhere, and hands the secret in its address to nobody.
_GUARDS = (
    ("Content-Security-Policy", "default-src 'self' data: 'unsafe-inline'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    *NO_SNIFFING,
)


class Page:
    """Answers the page's own requests; ``has_control`` is whether it may move the clock.

    ``program`` is how command lines begin that its pictures point out.
    """

    def __init__(self, served: ServedCluster, program: str, *, has_control: bool) -> None:
        self._served = served
        self._program = program
        self._has_control = has_control

    def handles(self, request: Request) -> bool:
        """Whether a request is the page's, and none to the API: a browser asks for the root as a page of HTML."""
        if request.path in (STATE, TIMELINE, CLOCK):
            return True
        return request.path == ROOT and request.method == "GET" and "text/html" in request.header("accept")

    def answer(self, request: Request) -> Answer:
        """What the page is answered; what is refused is a line of text."""
        try:
            return self._answered(request)
        except StatusError as error:
            return _refusal(error.code, error.message)
        except UserError as error:
            return _refusal(400, str(error))

    def _answered(self, request: Request) -> Answer:
        if request.path == CLOCK:
            return self._moved(request)
        if request.method != "GET":
            return _refusal(405, "the page only reads here")
        namespace = request.parameter("namespace") or "default"
        if request.path == STATE:
            return _json(self._state(namespace))
        if request.path == TIMELINE:
            name = request.parameter("name")
            picture = timeline_picture(self._served.simulation, namespace, name, self._program)
            return Answer(200, "image/svg+xml", picture.encode(), _GUARDS)
        return Answer(200, "text/html; charset=utf-8", _html(), _GUARDS)

    def _state(self, namespace: str) -> dict[str, Any]:
        with self._served.present() as life:
            speed = self._served.simulation.speed(life.cluster.head)
            return {**document_of(life.cluster, namespace, speed), "control": self._has_control}

    def _moved(self, request: Request) -> Answer:
        """Let the cluster live for a while, or set its speed."""
        if not self._has_control:
            return _refusal(403, "the clock is moved from here only where the server was started with --control")
        if request.method != "POST" or not request.header("content-type").startswith(JSON):
            return _refusal(405, "the clock is moved by a POST of JSON")
        asked = _asked(request.body)
        if "advance" in asked:
            duration = parse_duration(str(asked["advance"]))
            self._served.change(["sim", "advance", str(asked["advance"])], lambda life: life.advance_by(duration))
        elif "speed" in asked:
            speed = parse_speed(str(asked["speed"]))
            self._served.change(["sim", "speed", str(speed)], lambda life: life.set_speed(speed))
        return _json({})


def _asked(body: bytes) -> dict[str, Any]:
    """UserError for what is no object."""
    try:
        asked = loads(body)
    except ValueError as error:
        raise UserError(f"no JSON: {error}") from error
    if not isinstance(asked, dict):
        raise UserError("no object of JSON")
    return asked


def _html() -> bytes:
    with open(os.path.join(os.path.dirname(__file__), "web", "index.html"), "rb") as file:
        return file.read()


def _json(document: dict[str, Any]) -> Answer:
    from kubesim.golang.json import dumps

    return Answer(200, JSON, dumps(document).encode(), _GUARDS)


def _refusal(code: int, why: str) -> Answer:
    return Answer(code, PLAIN, f"{why}\n".encode(), _GUARDS)
