"""``port-forward``: real connections to this machine's loopback, answered by simulated pods."""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from kubesim.cli.support.http_wire import NotHttp, TooMuch, awaits_leave, encoded, is_kept, take_request
from kubesim.cli.support.local_ports import parse_addresses
from kubesim.network.http import Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from command_lines import Shell

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: app, image: 'nginx:1.25', ports: [{name: http, containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: names, labels: {app: names}}
spec: {containers: [{name: app, image: 'nginx:1.25', ports: [{name: dns, containerPort: 53, protocol: UDP}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec:
  selector: {app: web}
  ports: [{name: page, port: 8000, targetPort: http}, {name: other, port: 9000, targetPort: 90}]
"""
PATIENCE = 20  # seconds for what takes a fraction of one


class Forwarding:
    """A ``port-forward`` that runs in a process of its own."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "kubesim", "port-forward", "--address", "127.0.0.1", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.ports = []
        for _ in [word for word in words if word[:1] == ":"]:
            line = self.process.stdout.readline()
            found = re.fullmatch(r"Forwarding from 127\.0\.0\.1:(\d+) -> (\d+)\n", line)
            assert found is not None, line or self.process.communicate()
            self.ports.append((int(found[1]), int(found[2])))

    def client(self, which: int = 0) -> contextlib.closing[http.client.HTTPConnection]:
        return contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.ports[which][0], timeout=PATIENCE))

    def connection(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.ports[0][0]), timeout=PATIENCE)

    def stop(self) -> tuple[int, str, str]:
        """Interrupt it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        return self.end()

    def end(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.fixture
def world(shell: Shell) -> Shell:
    shell.ok(f"apply -f {shell.write('pods.yaml', PODS)}")
    shell.ok("wait --for=condition=Ready pod --all")
    return shell


@pytest.fixture
def web(world: Shell) -> Iterator[Forwarding]:
    forwarding = Forwarding("pod/web", ":80")
    yield forwarding
    if forwarding.process.poll() is None:
        forwarding.process.kill()
        forwarding.end()


def test_a_real_client_is_answered_by_the_pod_and_is_in_its_log(world: Shell, web: Forwarding) -> None:
    with web.client() as client:
        client.request("GET", "/", headers={"User-Agent": "test"})
        answer = client.getresponse()
        assert (answer.status, answer.getheader("Server")) == (200, "nginx/1.25.5")
        assert "Welcome to nginx!" in answer.read().decode()
    log = world.ok("logs web")
    assert re.search(r'127\.0\.0\.1 - - \[.*\] "GET / HTTP/1\.1" 200 615 "-" "test" "-"\n', log)


def test_one_connection_serves_many_requests(web: Forwarding) -> None:
    expected = (("GET", "/", 200, 615), ("HEAD", "/", 200, 0), ("GET", "/x", 404, 153), ("POST", "/", 405, 157))
    with web.client() as client:
        for method, path, status, length in expected:
            client.request(method, path, body="a=b" if method == "POST" else None)
            answer = client.getresponse()
            assert (answer.status, len(answer.read())) == (status, length)
    assert web.stop() == (0, f"Handling connection for {web.ports[0][0]}\n", "")


def test_what_is_written_in_the_pod_is_served_from_then_on(world: Shell, web: Forwarding) -> None:
    world.ok("exec web -- sh -c 'echo hello > /usr/share/nginx/html/index.html'")
    with web.client() as client:
        client.request("GET", "/")
        assert client.getresponse().read() == b"hello\n"


def test_who_closes_after_an_answer_is_closed(web: Forwarding) -> None:
    with web.connection() as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        text = b"".join(iter(lambda: client.recv(4096), b""))
    assert text.startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_client_that_sends_much_and_reads_late_gets_it_all(web: Forwarding) -> None:
    count = 40
    with web.connection() as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n" * (count - 1) + b"GET /x HTTP/1.0\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        text = b"".join(iter(lambda: client.recv(1000), b""))
    assert (text.count(b"HTTP/1.1 200 OK"), text.count(b"HTTP/1.1 404 Not Found")) == (count - 1, 1)


def test_what_is_not_http_is_said_and_closed(web: Forwarding) -> None:
    for sent in (b"\x16\x03\x01\x02", b"*1\r\n$4\r\nPING\r\n"):
        with web.connection() as client:
            client.sendall(sent)
            assert client.recv(100) == b""
    port = web.ports[0][0]
    told = "Warning: kubesim forwards HTTP alone, and a client of port"
    assert web.stop()[2] == f"{told} {port} sends TLS\n{told} {port} sends something else than HTTP\n"


def test_a_server_that_does_not_speak_http_is_said_and_closed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_PROFILE", "kind")
    shell.ok("run store --image=redis:7")
    shell.ok("wait --for=condition=Ready pod/store")
    forwarding = Forwarding("store", ":6379")
    with forwarding.connection() as client:
        assert client.recv(100) == b""
    listener = "what listens on port 6379 of the pod speaks a protocol of its own"
    assert forwarding.stop()[2] == f"Warning: kubesim forwards HTTP alone, and {listener}\n"


def test_a_port_on_which_nothing_listens_ends_it(world: Shell) -> None:
    forwarding = Forwarding("web", ":80", ":81")
    local = forwarding.ports[1][0]
    with forwarding.client(1) as client:
        client.request("GET", "/")
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            client.getresponse()
    status, out, err = forwarding.end()
    assert (status, out) == (1, f"Handling connection for {local}\n")
    assert re.match(r"E\d{4} \S+ +\d+ portforward\.go:\d+\] \"Unhandled Error\" err=\"", err)
    assert f"an error occurred forwarding {local} -> 81: error forwarding port 81 to pod " in err
    assert "dial tcp4 127.0.0.1:81: connect: connection refused" in err
    assert err.endswith("\nerror: lost connection to pod\n")


def test_it_ends_when_the_pod_is_gone(world: Shell, web: Forwarding) -> None:
    world.ok("delete pod web --now")
    assert web.end() == (1, "", "error: lost connection to pod\n")


def test_ports_have_names_and_a_service_has_others_than_its_pods(world: Shell) -> None:
    for words, remotes in (("pod/web :http", [80]), ("svc/front :8000", [80]), ("service/front :page :9000", [80, 90])):
        forwarding = Forwarding(*words.split())
        assert [remote for _, remote in forwarding.ports] == remotes
        assert forwarding.stop() == (0, "", "")


MISTAKES = {
    "web nosuch": "Pod 'web' does not have a named port 'nosuch'",
    "web 8080:": "Pod 'web' does not have a named port ''",
    "web a:80": "error parsing local port 'a': strconv.ParseUint: parsing \"a\": invalid syntax",
    "web 70000": "error parsing local port '70000': strconv.ParseUint: parsing \"70000\": value out of range",
    "web 80:0": "remote port must be > 0",
    "svc/front 80": "Service front does not have a service port 80",
    "svc/front :nosuch": "Service 'front' does not have a named port 'nosuch'",
    "names 53": "UDP protocol is not supported for 53",
    "web --address here 80": "here is not a valid IP",
    "configmap/kube-root-ca.crt 80": ("cannot attach to *v1.ConfigMap: selector for *v1.ConfigMap not implemented"),
}


def test_mistakes_are_refused_in_kubectls_words(world: Shell) -> None:
    for words, told in MISTAKES.items():
        assert world.refused(f"port-forward {words}") == f"error: {told}\n"
    assert world.refused("port-forward nosuch 80") == 'Error from server (NotFound): pods "nosuch" not found\n'


def test_a_pod_that_does_not_run_is_refused(world: Shell) -> None:
    world.ok('run big --image=nginx --overrides \'{"spec":{"nodeSelector":{"a":"b"}}}\'')
    told = "error: unable to forward port because pod is not running. Current status=Pending\n"
    assert world.refused("port-forward big 80") == told


def test_a_port_that_is_taken_is_refused(world: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        err = world.refused(f"port-forward --address 127.0.0.1 web {port}:80")
    why = f"listen tcp4 127.0.0.1:{port}: bind: address already in use"
    listeners = f"Listeners failed to create with the following errors: [unable to create listener: Error {why}]"
    assert err == (
        f"Unable to listen on port {port}: {listeners}\n"
        f"error: unable to listen on any of the requested ports: [{{{port} 80}}]\n"
    )


def test_localhost_stands_for_two_addresses_of_which_one_is_enough() -> None:
    found = parse_addresses(["localhost", "0.0.0.0", "127.0.0.1"])
    assert [(one.with_port(80), one.is_either) for one in found] == [
        ("0.0.0.0:80", False),
        ("127.0.0.1:80", False),
        ("[::1]:80", True),
    ]


# what goes over the connection


def test_requests_are_read_piece_by_piece() -> None:
    buffer = bytearray()
    sent = b"POST /a?b HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.0\r\n\r\n"
    found = []
    for byte in sent:
        buffer.append(byte)
        request = take_request(buffer)
        if request is not None:
            found.append(request)
    assert found == [
        Request("POST", "/a?b", "here", (("Content-Length", "3"),), "abc"),
        Request("GET", "/", version="1.0"),
    ]


@pytest.mark.parametrize("sent", [b"\x16\x03", b"SSH-2.0-x\r\n", b"get / HTTP/1.1\r\n", b"GET /  HTTP/1.1\r\n\r\n"])
def test_what_begins_as_no_request_does_is_seen_at_once(sent: bytes) -> None:
    with pytest.raises(NotHttp):
        take_request(bytearray(sent))


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nx: " + b"y" * (64 << 10), "431 Request Header Fields Too Large"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", "413 Content Too Large"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "411 Length Required"),
    ],
)
def test_what_is_too_much_is_refused(sent: bytes, status: str) -> None:
    with pytest.raises(TooMuch, match=status):
        take_request(bytearray(sent))


def test_a_client_that_asks_before_it_sends_a_body_is_let() -> None:
    assert awaits_leave(bytearray(b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"))
    assert not awaits_leave(bytearray(b"PUT / HTTP/1.1\r\nExpect: 100-cont"))


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    request, response = Request(), Response(200, (("Server", "x"),), "body")
    assert not is_kept(request, response)
    assert encoded(request, response) == b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\nbody"
    measured = response._replace(headers=(("Content-Length", "4"),))
    assert is_kept(request, measured)
    assert not is_kept(request._replace(headers=(("Connection", "close"),)), measured)
    assert encoded(request._replace(method="HEAD"), measured) == b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
