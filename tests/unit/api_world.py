"""A cluster whose API server is asked by paths."""

from __future__ import annotations

import json
from typing import Any

from kubesim import Cluster
from kubesim.life.saved_cluster import SavedCluster
from kubesim.rest.api_server import answer
from kubesim.rest.request import Answer, Request
from kubesim.rest.watching import Watch

AT = "2026-01-01T00:00:00Z"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


class World:
    """A bare cluster in memory; ``kubectl`` runs command lines in it."""

    def __init__(self) -> None:
        self.cluster = Cluster(profile="bare", seed=1, at=AT)
        self.simulation = SavedCluster(self.cluster._home, clock=self.cluster._clock)

    def kubectl(self, line: str) -> None:
        done = self.cluster.kubectl(line)
        assert done.code == 0, done.stderr

    def ask(self, method: str, target: str, body: Any = b"", **headers: str) -> Any:
        """What a request is answered: an Answer, a Watch, a LogStream."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request.of_target(method, target, given, content)
        if not request.changes_something:
            return answer(self.simulation.read().cluster, request)
        with self.simulation.writing() as life:
            return answer(life.cluster, request)

    def get(self, target: str, **headers: str) -> Any:
        """The JSON data of what is there."""
        return self.data(self.ask("GET", target, **headers))

    def data(self, found: Any, status: int = 200) -> Any:
        assert isinstance(found, Answer)
        assert found.status == status, found
        return json.loads(found.body)

    def watch(self, target: str, **headers: str) -> Watch:
        found = self.ask("GET", target, **headers)
        assert isinstance(found, Watch), found
        return found
