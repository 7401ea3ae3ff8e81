"""The server under load: requests a second, how soon watches see a write, lists of many pods.

The server has one core to itself and the clients another, as far as other work on the machine lets them.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.benchmarks.clients import TABLE, Connection, Rate, Served, config_map, name_in, rate
from tests.benchmarks.measuring import Bench, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
OBJECTS = 200
WATCHERS = 200
EVENTS = 100
PAUSE = 0.05  # seconds between the writes that are watched


def measure(folder: Path, runs: int, pods: int) -> str:
    """The tables: rates and delays, the best of some runs, and what lists of so many pods take."""
    bench = Bench(folder)
    bench.kubesim("sim reset --profile=bare")
    with serving(bench) as served:
        asyncio.run(_fill(served))
        acts = {
            "gets over one connection": lambda: _gets(served, 1, 1000),
            "gets over 16": lambda: _gets(served, 16, 4000),
            "small writes over one connection": lambda: _writes(served, 1, 200),
            "small writes over 64": lambda: _writes(served, 64, 2000),
        }
        rows = [[name, *_best([asyncio.run(act()) for _ in range(max(1, runs // 3))])] for name, act in acts.items()]
        delays = asyncio.run(_delays(served))
    rates = table(["", "a second", "a second of the server's processor"], rows)
    return f"{rates}\n{delays}\n{_lists(bench, pods)}"


def _best(rates: Sequence[Rate]) -> tuple[str, str]:
    return f"{max(rate.wall for rate in rates):,.0f}", f"{max(rate.cpu for rate in rates):,.0f}"


@contextmanager
def serving(bench: Bench) -> Iterator[Served]:
    """A server on a bench's state."""
    process = subprocess.Popen(
        [bench.program, "sim", "serve"], env=bench.environment, stdout=subprocess.PIPE, text=True
    )
    if hasattr(os, "sched_setaffinity"):
        *_, last = cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(process.pid, {last})
        os.sched_setaffinity(0, set(cores[:-1]) or {last})
    assert process.stdout is not None
    try:
        yield Served(process.stdout.readline().split()[-1], process.pid)
    finally:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, cores)
        process.terminate()
        process.communicate(timeout=60)


async def _fill(served: Served) -> None:
    await rate(served, 16, OBJECTS, lambda connection, number: _create(served, connection, f"there-{number}"))


async def _create(served: Served, connection: Connection, name: str) -> None:
    answer = await connection.ask("POST", served.path(CONFIG_MAPS), config_map(name))
    assert answer.status == 201, answer.body


async def _gets(served: Served, connections: int, count: int) -> Rate:
    async def ask(connection: Connection, number: int) -> None:
        answer = await connection.ask("GET", served.path(f"{CONFIG_MAPS}/there-{number % OBJECTS}"))
        assert answer.status == 200, answer.body

    return await rate(served, connections, count, ask)


async def _writes(served: Served, connections: int, count: int) -> Rate:
    async def ask(connection: Connection, number: int) -> None:
        path = served.path(f"{CONFIG_MAPS}/there-{number % OBJECTS}")
        patch = json.dumps({"data": {"a": str(time.perf_counter_ns())}}).encode()
        answer = await connection.ask("PATCH", path, patch, content_type="application/merge-patch+json")
        assert answer.status == 200, answer.body

    return await rate(served, connections, count, ask)


async def _delays(served: Served) -> str:
    """How long after its acknowledgement each of many watches has had a write."""
    seen: list[tuple[str, float]] = []
    watchers = []
    for _ in range(WATCHERS):
        watchers.append(await served.connect(lambda line: seen.append((name_of(line), time.perf_counter()))))
        watchers[-1].send("GET", served.path(f"{CONFIG_MAPS}?watch=true&labelSelector=watched"))
    writer, acknowledged = await served.connect(), {}
    await asyncio.sleep(1)
    cpu = served.processor()
    for number in range(EVENTS):
        name = f"seen-{number}"
        answer = await writer.ask("POST", served.path(CONFIG_MAPS), config_map(name, watched="1"))
        assert answer.status == 201
        acknowledged[name] = time.perf_counter()
        await asyncio.sleep(PAUSE)
    await asyncio.sleep(1)
    cpu = served.processor() - cpu
    found = sorted(at - acknowledged[name] for name, at in seen if name)
    for each in watchers:
        each.transport.close()
    assert len(found) == WATCHERS * EVENTS, len(found)
    cells = [f"{1000 * value:.0f}" for value in (statistics.median(found), found[int(0.99 * len(found))], found[-1])]
    head = ["ms after a write's acknowledgement until watches have it", "median", "99 of 100", "last"]
    return table(head, [[f"{WATCHERS} watches ({1000 * cpu / EVENTS:.0f} ms of a processor a write)", *cells]])


def name_of(line: bytes) -> str:
    """The name in a line of a watch, empty for what is none, such as a head."""
    return str(name_in(line)) if line.startswith(b'{"type"') else ""


def _lists(bench: Bench, pods: int) -> str:
    bench.kubesim("sim reset --profile=bare")
    bench.kubesim(f"create -f {bench.manifest(pods, 'many')}")
    bench.kubesim("rollout status deployment/many")
    rows = []
    for name, target, accept in (
        ("a list in JSON", PODS, "application/json"),
        ("a list in pieces of 500", f"{PODS}?limit=500", "application/json"),
        ("a table", PODS, TABLE),
        ("a table in pieces of 500", f"{PODS}?limit=500", TABLE),
    ):
        with serving(bench) as served:
            times = asyncio.run(_listed(served, target, accept, pods))
        rows.append([name, *(f"{taken:.2f}" for taken in times)])
    return table([f"{pods:,} pods, s", "first after the start", "of a processor", "later", "of a processor"], rows)


async def _listed(served: Served, target: str, accept: str, pods: int) -> tuple[float, ...]:
    """What the first list takes, and the quickest of some later ones: by the clock, and of the server's processor."""
    connection, taken = await served.connect(), []
    for _ in range(5):
        cpu, begin, rest, found = served.processor(), time.perf_counter(), "", 0
        while True:
            answer = await connection.ask("GET", served.path(target + rest), accept=accept)
            assert answer.status == 200, answer.body[:500]
            found += answer.body.count(b'"namespace":"default","uid"')
            _, goes_on, token = answer.body[:2000].partition(b'"continue":"')
            if not goes_on:
                break
            rest = "&continue=" + token.partition(b'"')[0].decode()
        taken.append((time.perf_counter() - begin, served.processor() - cpu))
        assert found == pods, found
    return *taken[0], *map(min, zip(*taken[1:], strict=True))
