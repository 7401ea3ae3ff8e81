"""Connections that are upgraded to SPDY, as they are on the wire: clients of old, and Kubernetes' own tests."""

from __future__ import annotations

import json
import re
import socket
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from kubesim import Cluster
from kubesim.server import spdy

if TYPE_CHECKING:
    from collections.abc import Iterator

PODS = "/api/v1/namespaces/default/pods"
EXEC = f"{PODS}/web/exec?container=web&command=sh&command=-c&command=cat;echo+bad+>%262;exit+3"
ALL = "&stdin=true&stdout=true&stderr=true"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    cluster = Cluster(profile="bare", seed=1)
    cluster.kubectl("run web --image=nginx")
    cluster.kubectl("wait pod/web --for=condition=Ready")
    with cluster.serve() as server:
        yield server.url


class Client:
    """Asks to upgrade a connection, and then sends frames and reads some."""

    def __init__(self, url: str, target: str, versions: str) -> None:
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname or "", place.port or 0), 10)
        head = f"POST {place.path}{target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
        self._socket.sendall(f"{head}X-Stream-Protocol-Version: {versions}\r\nContent-Length: 0\r\n\r\n".encode())
        dictionary = (Path(spdy.__file__).parent / "spdy_dictionary.bin").read_bytes()
        self._deflate = zlib.compressobj(zdict=dictionary)
        self._received = b""
        while b"\r\n\r\n" not in self._received:
            self._received += self._socket.recv(4096)
        self.head, _, self._received = self._received.partition(b"\r\n\r\n")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def leave(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def open(self, stream: int, **headers: str) -> None:
        texts = [text for pair in headers.items() for text in pair]
        plain = struct.pack(">I", len(headers)) + b"".join(struct.pack(">I", len(t)) + t.encode() for t in texts)
        block = self._deflate.compress(plain) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        content = struct.pack(">IIH", stream, 0, 0) + block
        self._socket.sendall(struct.pack(">HHI", 0x8003, 1, len(content)) + content)

    def send(self, stream: int, content: bytes, *, ends: bool = False) -> None:
        self._socket.sendall(spdy.Session.data(stream, content, ends=ends))

    def streams(self, count: int) -> dict[int, bytes]:
        """What came on each stream, once so many of them have ended."""
        found: dict[int, bytes] = {}
        ended: set[int] = set()
        while len(ended) < count:
            while len(self._received) < 8 or len(self._received) < 8 + self._size:
                self._received += self._socket.recv(4096)
            stream, flags = struct.unpack(">II", self._received[:8])
            content, self._received = self._received[8 : 8 + self._size], self._received[8 + self._size :]
            if stream < 1 << 31:
                found[stream] = found.get(stream, b"") + content
                ended |= {stream} if flags >> 24 else set()
        return found

    @property
    def _size(self) -> int:
        return int.from_bytes(self._received[5:8], "big")

    def rest(self) -> bytes:
        """What there is until the server closes the connection."""
        while piece := self._socket.recv(4096):
            self._received += piece
        return self._received


def test_a_command_has_a_stream_for_each_of_its_own(url: str) -> None:
    with Client(url, EXEC + ALL, "v5.channel.k8s.io, v4.channel.k8s.io") as client:
        assert client.head.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
        assert b"X-Stream-Protocol-Version: v4.channel.k8s.io" in client.head
        for stream, kind in ((1, "error"), (3, "stdin"), (5, "stdout"), (7, "stderr")):
            client.open(stream, streamtype=kind)
        client.send(3, b"one\n")
        client.send(3, b"two\n", ends=True)
        found = client.streams(4)
        assert (found[5], found[7]) == (b"one\ntwo\n", b"bad\n")
        assert json.loads(found[1])["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]
        client.leave()
        assert client.rest() == b""


def test_ports_are_forwarded_one_request_after_the_other(url: str) -> None:
    with Client(url, f"{PODS}/web/portforward", "portforward.k8s.io") as client:
        for stream, kind in ((1, "error"), (3, "data")):
            client.open(stream, streamtype=kind, port="80", requestID="0")
        client.send(3, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        client.send(3, b"GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        found = client.streams(2)
    assert re.findall(rb"HTTP/1.1 (\d+)", found[3]) == [b"200", b"404"]
    assert found[1] == b""


@pytest.mark.parametrize(
    ("target", "versions", "status", "why"),
    [
        (EXEC, "v2.channel.k8s.io, channel.k8s.io", 403, "client supports [v2.channel.k8s.io channel.k8s.io]"),
        (f"{PODS}/none/portforward", "portforward.k8s.io", 404, 'pods "none" not found'),
        (f"{PODS}/web/log", "v4.channel.k8s.io", 405, "the server does not allow this method"),
    ],
)
def test_what_cannot_be_upgraded_is_refused_in_http(
    url: str, target: str, versions: str, status: int, why: str
) -> None:
    with Client(url, target, versions) as client:
        assert client.head.startswith(f"HTTP/1.1 {status} ".encode())
        assert why in client.rest().decode().replace("\\", "")


def test_a_client_that_leaves_before_its_streams_are_open_runs_nothing(url: str) -> None:
    with Client(url, EXEC + ALL, "v4.channel.k8s.io") as client:
        client.open(1, streamtype="error")
        client.leave()
        assert b"exit" not in client.rest()


def test_who_does_not_know_the_secret_is_refused(url: str) -> None:
    with Client(f"{url}x", EXEC, "v4.channel.k8s.io") as client:
        assert client.head.startswith(b"HTTP/1.1 404 Not Found\r\n")


def test_much_input_is_read_as_fast_as_the_command_takes_it(url: str) -> None:
    target = f"{PODS}/web/exec?container=web&command=wc&command=-c&stdin=true&stdout=true"
    with Client(url, target, "v4.channel.k8s.io") as client:
        for stream, kind in ((1, "error"), (3, "stdin"), (5, "stdout")):
            client.open(stream, streamtype=kind)
        for _ in range(100):
            client.send(3, b"x" * 65535 + b"\n")
        client.send(3, b"", ends=True)
        assert client.streams(3)[5] == b"6553600\n"


def test_what_asks_for_no_spdy_is_http_whatever_pieces_it_comes_in(url: str) -> None:
    place: Any = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), 10) as connection:
        for piece in (f"GET {place.path}/heal", "thz HTTP/1.1\r\nHost: x\r", "\nConnection: close\r\n\r\n"):
            connection.sendall(piece.encode())
        received = b""
        while more := connection.recv(4096):
            received += more
    assert received.startswith(b"HTTP/1.1 200 OK")
    assert received.endswith(b"ok")
