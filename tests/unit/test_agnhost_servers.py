"""agnhost's servers: what they say over TCP and UDP, dial, and serve on ports that variables and hosts name."""

from __future__ import annotations

import json

import pytest
from kubesim.network.http import Failure, Response
from network_world import Small

IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.57"
SERVERS = f"""
apiVersion: v1
kind: Pod
metadata: {{name: words}}
spec: {{containers: [{{name: a, image: "{IMAGE}", args: [netexec, "--http-port=80", "--udp-port=90"]}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: names}}
spec: {{containers: [{{name: a, image: "{IMAGE}", args: [serve-hostname, --tcp, --http=false, "--port=81"]}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: porter}}
spec:
  containers:
  - name: a
    image: "{IMAGE}"
    args: [porter]
    env: [{{name: SERVE_PORT_82, value: hello}}, {{name: SERVE_PORT_83, value: '<a href="/x">x</a>'}}]
"""


@pytest.fixture(scope="module")
def world() -> Small:
    made = Small()
    made.apply(SERVERS)
    return made.settle(20)


def said(world: Small, pod: str, port: int, text: str, protocol: str) -> object:
    address = world.cluster.get("Pod", "default", pod)["status"]["podIP"]
    found = world.network().say(address, port, text, protocol)
    return found.why if isinstance(found, Failure) else found


def test_a_datagram_is_answered_by_its_words(world: Small) -> None:
    assert said(world, "words", 90, "hostName\n", "UDP") == "words"
    assert said(world, "words", 90, "echo Hi there", "UDP") == "hi there"
    assert said(world, "words", 90, "serverport", "UDP") == "90"
    assert said(world, "words", 90, "what", "UDP") == ""
    assert said(world, "words", 80, "hostName", "UDP") == "refused"


def test_who_sends_no_request_is_told_so_by_a_server_of_http(world: Small) -> None:
    found = said(world, "words", 80, "hostName\n", "TCP")
    assert isinstance(found, str)
    assert found.startswith("HTTP/1.1 400 Bad Request\r\n")
    assert said(world, "names", 81, "anything", "TCP") == "names"
    assert said(world, "porter", 84, "anything", "TCP") == "refused"


def test_nc_prints_what_comes_back(world: Small) -> None:
    address = world.cluster.get("Pod", "default", "names")["status"]["podIP"]
    done = world.library.kubectl(f"exec words -- sh -c 'echo hostName | nc -v -w 2 {address} 81'")
    assert (done.code, done.stdout) == (0, "names")
    assert "succeeded" in done.stderr


def test_a_server_asks_others_by_udp(world: Small) -> None:
    words, porter = (world.cluster.get("Pod", "default", name)["status"]["podIP"] for name in ("words", "porter"))
    query = f"/dial?host={words}&port=90&protocol=udp&request=hostName&tries=2"
    assert json.loads(world.body(f"http://{words}:80{query}") or "") == {"responses": ["words", "words"]}
    query = f"/dial?host={porter}&port=90&protocol=udp&request=hostName"
    (wrong,) = json.loads(world.body(f"http://{words}:80{query}") or "")["errors"]
    assert "reading from udp connection failed" in wrong


def test_a_porter_serves_its_variables_and_html_is_taken_for_that(world: Small) -> None:
    address = world.cluster.get("Pod", "default", "porter")["status"]["podIP"]
    plain, page = (world.get(f"http://{address}:{port}/") for port in (82, 83))
    assert isinstance(plain, Response)
    assert isinstance(page, Response)
    assert (plain.body, plain.header("Content-Type")) == ("hello", "text/plain; charset=utf-8")
    assert page.header("Content-Type") == "text/html; charset=utf-8"


HOST_PORTS = "".join(
    f"""
---
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  nodeName: node01
  containers:
  - name: a
    image: "{IMAGE}"
    args: [netexec]
    ports: [{{hostPort: 5000, containerPort: {port}, protocol: {protocol}{host}}}]
"""
    for name, port, protocol, host in (
        ("local", 8080, "TCP", ", hostIP: 127.0.0.1"),
        ("own", 8080, "TCP", ", hostIP: 172.30.1.3"),
        ("datagrams", 8081, "UDP", ", hostIP: 172.30.1.3"),
    )
)


def test_a_host_port_is_that_of_its_address_and_protocol() -> None:
    made = Small()
    made.apply(HOST_PORTS)
    made.apply(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: host}\n"
        "spec: {nodeName: node01, hostNetwork: true, containers: [{name: a, image: alpine, command: [sleep, inf]}]}"
    )
    made.settle(20)
    assert made.body("http://127.0.0.1:5000/hostname", "host") == "local"
    assert made.body("http://172.30.1.3:5000/hostname", "host") == "own"
    assert made.network("host").say("172.30.1.3", 5000, "hostname", "UDP") == "datagrams"


LOGS = """
apiVersion: v1
kind: Pod
metadata: {name: logs}
spec:
  restartPolicy: Never
  containers: [{name: a, image: "@", args: [logs-generator, --log-lines-total, "100", --run-duration, 20s]}]
---
apiVersion: v1
kind: Pod
metadata: {name: health}
spec:
  containers:
  - name: a
    image: "@"
    command: [/agnhost, grpc-health-checking]
    livenessProbe: {grpc: {port: 2333}, failureThreshold: 1, periodSeconds: 5}
  - name: well
    image: "@"
    command: [/agnhost, grpc-health-checking]
    livenessProbe: {grpc: {port: 5000}, failureThreshold: 1, periodSeconds: 5}
  - name: web
    image: "@"
    args: [test-webserver]
    readinessProbe: {httpGet: {port: 81}}
""".replace("@", IMAGE)


def test_lines_are_generated_at_equal_distances_and_a_wrong_port_is_not_healthy() -> None:
    made = Small()
    made.apply(LOGS)
    made.settle(15)
    lines = made.library.kubectl("logs logs").stdout.splitlines()
    assert 50 < len(lines) < 80
    assert all(line.split("] ")[1].startswith(f"{index} ") for index, line in enumerate(lines))
    assert all(" logs_generator.go:76] " in line and "/api/v1/namespaces/" in line for line in lines)
    made.settle(20)
    assert len(made.library.kubectl("logs logs").stdout.splitlines()) == 100
    statuses = made.cluster.get("Pod", "default", "health")["status"]["containerStatuses"]
    counts = {one["name"]: one["restartCount"] for one in statuses}
    assert counts["a"] > 0
    assert counts["well"] == 0
    assert not next(one["ready"] for one in statuses if one["name"] == "web")
