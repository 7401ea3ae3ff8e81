"""A server that is killed, or stopped, while clients write and watch: what it acknowledged is there, and goes on.

The short form runs with the other tests; ``KUBESIM_STRESS=1`` (``make stress``) runs the long one.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from kubesim.cluster.drawers import DrawerName
from kubesim.store import StateFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

pytest.importorskip("uvicorn", reason="the extra serve is not installed")
pytest.importorskip("wsproto", reason="the extra serve is not installed")

STRESS = bool(os.environ.get("KUBESIM_STRESS"))
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
DRAWER = DrawerName("ConfigMap", "default", "")
PODS = "/api/v1/namespaces/default/pods"
NAMES = [f"w{number}" for number in range(6)]  # of writers
KNOWN = {"state.json", "state.json.journal", "state.json.lock", "state.json.server", "state.json.tmp"}


class Served:
    """A server on a state, a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.state = StateFile(str(folder / "state.json"))
        environment = {"KUBESIM_STATE": self.state.path, "KUBESIM_SPEED": "max", "KUBESIM_PROFILE": "bare"}
        command = [sys.executable, "-m", "kubesim", "sim", "serve"]
        self.process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        self.place = urlsplit(line.split()[-1])

    def connect(self) -> HTTPConnection:
        return HTTPConnection(self.place.netloc, timeout=60)

    def ask(self, connection: HTTPConnection, method: str, path: str, body: Any = None) -> int:
        """The status of an answer that came whole; OSError or HTTPException where the server is gone."""
        sort = "application/merge-patch+json" if method == "PATCH" else "application/json"
        connection.request(method, self.place.path + path, json.dumps(body) if body else None, {"Content-Type": sort})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def watch(self, path: str) -> Iterator[Any]:
        """The events of a watch, until the server is gone."""
        with closing(self.connect()) as connection:
            connection.request("GET", self.place.path + path)
            with suppress(OSError, HTTPException, ValueError), connection.getresponse() as answer:
                while line := answer.readline():
                    yield json.loads(line)

    def end(self, blow: signal.Signals) -> tuple[int, str]:
        """Its exit status after a signal, and what it complained of."""
        self.process.send_signal(blow)
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


class Writer(Thread):
    """Writes one thing after another: in two steps each object takes the place of the one before."""

    def __init__(self, served: Served, name: str, steps: int) -> None:
        super().__init__()
        self._served = served
        self._name = name
        self.steps = steps  # that were acknowledged
        self.refusals: list[int] = []

    def run(self) -> None:
        with suppress(OSError, HTTPException), closing(self._served.connect()) as connection:
            while not self.refusals:
                number, is_second = divmod(self.steps, 2)
                if is_second:
                    status = self._served.ask(connection, "DELETE", f"{CONFIG_MAPS}/{self._name}-{number}")
                else:
                    status = self._served.ask(connection, "POST", CONFIG_MAPS, named(f"{self._name}-{number + 1}"))
                if status in (200, 201):
                    self.steps += 1
                else:
                    self.refusals.append(status)


def steps_to(name: str, objects: Iterable[str]) -> int:
    """How many steps have led to these objects."""
    numbers = sorted(int(one.removeprefix(f"{name}-")) for one in objects if one.startswith(f"{name}-"))
    assert numbers in ([numbers[0]], [numbers[0], numbers[0] + 1])
    return 2 * numbers[0] + len(numbers) - 1


def named(name: str) -> Any:
    return {"metadata": {"name": name}, "data": {"name": name}}


def config_maps(state: StateFile) -> dict[str, Any]:
    """The ConfigMaps in a saved state, all of which is whole."""
    snapshot = state.read()
    assert snapshot is not None
    for name in snapshot.drawers():
        snapshot.load(name)
    return snapshot.load(DRAWER).objects


def version_in(state: StateFile) -> int:
    snapshot = state.read()
    assert snapshot is not None
    return int(snapshot.head["resourceVersion"])


def first_objects(served: Served) -> None:
    with closing(served.connect()) as connection:
        for name in NAMES:
            assert served.ask(connection, "POST", CONFIG_MAPS, named(f"{name}-0")) == 201


def versions(served: Served, seen: list[int]) -> None:
    """Note the versions of what a watch sees."""
    events = served.watch(f"{CONFIG_MAPS}?watch=true")
    seen.extend(int(event["object"]["metadata"]["resourceVersion"]) for event in events)


def test_a_server_that_is_killed_has_lost_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    rounds, instants = 500 if STRESS else 4, random.Random(1)
    for number in range(rounds):
        served, seen = Served(tmp_path), []
        if not number:
            first_objects(served)
        before = config_maps(served.state)
        writers = [Writer(served, name, steps_to(name, before)) for name in NAMES]
        threads = [Thread(target=versions, args=(served, seen)), *writers]
        for thread in threads:
            thread.start()
        time.sleep(instants.random() * 0.5)
        _, errors = served.end(signal.SIGKILL)
        for thread in threads:
            thread.join(60)
        assert errors == ""
        after = config_maps(served.state)
        for name, writer in zip(NAMES, writers):
            assert not writer.refusals
            assert steps_to(name, after) - writer.steps in (0, 1), "at most one step more than was acknowledged"
        assert max(seen, default=0) <= version_in(served.state), "what was seen has happened"
        assert set(os.listdir(tmp_path)) <= KNOWN
    assert Served(tmp_path).end(signal.SIGTERM) == (0, "")


@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_stopped_ends_what_goes_on_and_answers_what_it_has_begun(
    tmp_path: Path, blow: signal.Signals
) -> None:
    served = Served(tmp_path)
    first_objects(served)
    pod = {"metadata": {"name": "app"}, "spec": {"containers": [{"name": "app", "image": "nginx"}]}}
    with closing(served.connect()) as connection:
        assert served.ask(connection, "POST", PODS, pod) == 201
    runs, ended = Event(), []

    def watch() -> None:
        for event in served.watch(f"{PODS}?watch=true"):
            if event["object"]["status"]["phase"] == "Running":
                runs.set()
        ended.append("watch")

    def follow() -> None:
        with closing(served.connect()) as connection:
            assert served.ask(connection, "GET", f"{PODS}/app/log?follow=true") == 200
        ended.append("log")

    writers = [Writer(served, name, 0) for name in NAMES]
    threads = [Thread(target=watch), Thread(target=follow), *writers]
    threads[0].start()
    assert runs.wait(60)
    for thread in threads[1:]:
        thread.start()
    time.sleep(0.3)
    assert served.end(blow) == (0, "")
    for thread in threads:
        thread.join(60)
    assert sorted(ended) == ["log", "watch"]
    after = config_maps(served.state)
    assert not any(writer.refusals for writer in writers)
    assert [steps_to(name, after) for name in NAMES] == [writer.steps for writer in writers]
