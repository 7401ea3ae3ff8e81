"""Clients that ask a server of ours as fast as it answers, each over a connection that stays open."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

JSON = "application/json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


class Answer(NamedTuple):
    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """One connection, which asks one thing at a time; what a watch sends goes line by line to ``on_line``."""

    def __init__(self, on_line: Callable[[bytes], None] | None = None) -> None:
        self._on_line = on_line
        self._parts: list[bytes] = []
        self._missing = 0  # bytes of the answer's content
        self._status = 0
        self._waiting: asyncio.Future[Answer] | None = None
        self._line = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self._on_line is not None:
            *lines, self._line = (self._line + data).split(b"\n")
            for line in lines:
                self._on_line(line)
            return
        if not self._status:
            head, _, data = data.partition(_END)
            self._status = int(head[9:12])
            self._missing = int(head.lower().partition(_LENGTH)[2].partition(b"\r")[0])
        self._parts.append(data)
        self._missing -= len(data)
        if self._missing <= 0 and self._waiting is not None:
            self._waiting.set_result(Answer(self._status, b"".join(self._parts)))
            self._parts, self._status = [], 0

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error or ConnectionError("the server has closed the connection"))

    def send(self, method: str, target: str, body: bytes = b"", accept: str = JSON, content_type: str = JSON) -> None:
        headers = f"Accept: {accept}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}"
        self.transport.write(f"{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n".encode() + body)

    async def ask(
        self, method: str, target: str, body: bytes = b"", accept: str = JSON, content_type: str = JSON
    ) -> Answer:
        self._waiting = asyncio.get_running_loop().create_future()
        self.send(method, target, body, accept, content_type)
        return await self._waiting


class Served(NamedTuple):
    """A server of ours: where it is, and the id of its process."""

    url: str
    process: int

    def path(self, rest: str) -> str:
        return urlsplit(self.url).path + rest

    async def connect(self, on_line: Callable[[bytes], None] | None = None) -> Connection:
        place = urlsplit(self.url)
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(lambda: Connection(on_line), place.hostname, place.port)
        return made

    def processor(self) -> float:
        """The seconds of a processor that it has had."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def memory(self) -> float:
        """What it has in memory, in MiB."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * 4096 / 2**20


class Rate(NamedTuple):
    """So many a second, and so many for a second of the server's processor."""

    wall: float
    cpu: float


async def rate(served: Served, connections: int, count: int, ask: Callable[[Connection, int], Awaitable[None]]) -> Rate:
    """How fast ``count`` questions are answered, over so many connections."""
    opened = [await served.connect() for _ in range(connections)]
    numbers = iter(range(count))

    async def work(connection: Connection) -> None:
        for number in numbers:
            await ask(connection, number)

    cpu, begin = served.processor(), time.perf_counter()
    await asyncio.gather(*map(work, opened))
    taken = time.perf_counter() - begin
    found = Rate(count / taken, count / max(served.processor() - cpu, 0.01))
    for each in opened:
        each.transport.close()
    return found


def config_map(name: str, **labels: str) -> bytes:
    return json.dumps({"metadata": {"name": name, "labels": labels}, "data": {"a": "b"}}).encode()


def name_in(event: bytes) -> Any:
    return json.loads(event)["object"]["metadata"].get("name")
