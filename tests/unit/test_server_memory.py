"""What a server keeps in memory does not grow with what has come and gone."""

from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING, Any

from kubesim.api.meta import MINUTE
from kubesim.controllers import pod_control
from kubesim.life.saved_cluster import SavedCluster
from kubesim.rest import texts
from kubesim.rest.request import Answer, Request
from kubesim.server import history
from kubesim.server.served_cluster import ServedCluster, ServerFace
from kubesim.sim.clock import Clock
from kubesim.store import StateFile

if TYPE_CHECKING:
    import pytest
    from command_lines import Shell

DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
ROUNDS = 20  # until as much comes as goes: events are kept for an hour


class MovedClock(Clock):
    """Real time, which passes when the test lets it."""

    now = 1_780_000_000_000

    def speed(self) -> int:
        return 1

    def wall(self) -> int:
        return self.now


def test_memory_does_not_grow_with_what_has_come_and_gone(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.ok("sim reset --profile bare --seed 1")
    for module, limit in ((history, "KEPT"), (texts, "_LEAST"), (pod_control, "_PROTOTYPES")):
        monkeypatch.setattr(module, limit, 10)
    clock, face = MovedClock(), ServerFace()
    served = ServedCluster(SavedCluster(StateFile(str(shell.folder / "state.json")), face, clock), face)

    def ask(method: str, path: str, body: Any = None) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        sort = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = Request.of_target(method, path, {"content-type": sort}, content)
        found = served.write([request])[0] if method != "GET" else served.read(request)
        assert isinstance(found, Answer)
        assert found.status < 300, found.body

    def live(number: int) -> None:
        """A Deployment comes, is scaled up and down, and goes; others list what there is."""
        labels = {"app": f"web-{number}"}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
        spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
        ask("POST", DEPLOYMENTS, {"metadata": {"name": f"web-{number}"}, "spec": spec})
        for replicas in (3, 1):
            clock.now += 2 * MINUTE
            served.tick()
            ask("GET", "/api/v1/pods")
            ask("GET", "/api/v1/events")
            ask("PATCH", f"{DEPLOYMENTS}/web-{number}", {"spec": {"replicas": replicas}})
        ask("DELETE", f"{DEPLOYMENTS}/web-{number}")
        clock.now += 2 * MINUTE
        served.tick()

    kept = []
    for number in range(3 * ROUNDS + 1):
        live(number)
        if number % ROUNDS == 0:
            gc.collect()
            kept.append(len(gc.get_objects()))
    _, first, *_, last = kept
    assert last < first * 1.02
