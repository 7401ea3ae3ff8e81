"""Clients in containers: what they print, what they end with, and how long they wait."""

from __future__ import annotations

import pytest
from tests.unit.network_world import Small, run_in

MANIFESTS = """
apiVersion: v1
kind: Pod
metadata: {name: moved, labels: {app: moved}}
spec:
  containers: [{name: main, image: "nginx:1.25", volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]}]
  volumes: [{name: conf, configMap: {name: conf}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data:
  default.conf: 'server { location = /old { return 301 /new; } location = /new { return 200 "new\\n"; } }'
---
apiVersion: v1
kind: Service
metadata: {name: moved}
spec: {selector: {app: moved}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: outer}
spec: {type: ExternalName, externalName: kubernetes.io}
"""
HELLO = "Hello, world!\nVersion: 1.0.0\nHostname: hello\n"


@pytest.fixture(scope="module")
def small() -> Small:
    made = Small()
    made.run(
        "run web --image=nginx:1.25.3 --port=80 --expose",
        "run hello --image=gcr.io/google-samples/hello-app:1.0",
        "expose pod hello --port=80 --target-port=8080",
        "create service clusterip empty --tcp=80:80",
        "run cache --image=redis:7 --port=6379 --expose",
    )
    made.apply(MANIFESTS)
    return made.settle()


def filled(small: Small, text: str) -> str:
    for name in ("web", "hello", "empty", "moved"):
        text = text.replace(f"<{name}>", small.address_of(name))
    return text


# wget

METER = "-                    100% |********************************|    45  0:00:00 ETA\n"


@pytest.mark.parametrize(
    ("line", "status", "out", "err"),
    [
        ("wget -qO- http://hello", 0, HELLO, ""),
        (
            "wget -O- hello",
            0,
            HELLO,
            f"Connecting to hello (<hello>:80)\nwriting to stdout\n{METER}written to stdout\n",
        ),
        (
            "wget -T 5 http://hello/a.txt && cat a.txt",
            0,
            HELLO,
            f"Connecting to hello (<hello>:80)\nsaving to 'a.txt'\n{METER.replace('-    ', 'a.txt')}'a.txt' saved\n",
        ),
        ("wget -q --spider web", 0, "", ""),
        ("wget --spider web", 0, "", "Connecting to web (<web>:80)\nremote file exists\n"),
        ("wget -q web && wget -q web", 1, "", "wget: can't open 'index.html': File exists\n"),
        ("wget -qO- nope", 1, "", "wget: bad address 'nope'\n"),
        ("wget -qO- nope:81/x", 1, "", "wget: bad address 'nope:81'\n"),
        ("wget -qO- empty", 1, "", "wget: can't connect to remote host (<empty>): Connection refused\n"),
        ("wget -qO- web/x", 1, "", "wget: server returned error: HTTP/1.1 404 Not Found\n"),
        ("wget -qO- moved/old", 0, "new\n", ""),
        (
            "wget -qO- https://kubernetes.default.svc/version/x",
            1,
            "",
            "wget: note: TLS certificate validation not implemented\n"
            "wget: server returned error: HTTP/1.1 403 Forbidden\n",
        ),
    ],
)
def test_busybox_wget(small: Small, line: str, status: int, out: str, err: str) -> None:
    ran = run_in(small, line)
    assert (ran.out, ran.err, ran.status) == (out, filled(small, err), status)


def test_wget_shows_the_headers(small: Small) -> None:
    ran = run_in(small, "wget -S -q -O /dev/null web")
    assert ran.err.startswith("  HTTP/1.1 200 OK\n  Server: nginx/1.25.3\n  Date: ")


def test_the_wget_of_a_debian_image_is_gnus(small: Small) -> None:
    ran = run_in(small, "apt-get install -y wget >/dev/null; wget hello", "debian:12")
    at = "2026-01-01 00:00:00"
    expected = (
        f"--{at}--  http://hello/\nResolving hello (hello)... <hello>\n"
        "Connecting to hello (hello)|<hello>|:80... connected.\nHTTP request sent, awaiting response... 200 OK\n"
        f"Length: 45 [text/plain]\nSaving to: 'index.html'\n\n     0K {' ' * 50}100%  0.0M=0s\n\n"
        f"{at} (0.0 MB/s) - 'index.html' saved [45/45]\n\n"
    )
    assert ran.err == filled(small, expected)


# curl

MORE = """More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.
"""


@pytest.mark.parametrize(
    ("line", "status", "out", "err"),
    [
        ("curl hello", 0, HELLO, ""),
        ("curl -s -o /dev/null -w '%{http_code} %{size_download} %{remote_port}\\n' web/x", 0, "404 153 80\n", ""),
        ("curl -s -o page hello; cat page", 0, HELLO, ""),
        ("curl -sf web/x", 22, "", ""),
        ("curl -sSf web/x", 22, "", "curl: (22) The requested URL returned error: 404\n"),
        ("curl nope", 6, "", "curl: (6) Could not resolve host: nope\n"),
        ("curl -s nope", 6, "", ""),
        ("curl empty", 7, "", "curl: (7) Failed to connect to empty port 80 after 2 ms: Couldn't connect to server\n"),
        ("curl https://web:80", 35, "", "curl: (35) error:0A00010B:SSL routines::wrong version number\n"),
        (
            "curl https://kubernetes.default.svc",
            60,
            "",
            f"curl: (60) SSL certificate problem: unable to get local issuer certificate\n{MORE}",
        ),
        ("curl -k https://kubernetes.default.svc/healthz", 0, "ok", ""),
        ("curl -s http://10.96.0.1:443", 0, "Client sent an HTTP request to an HTTPS server.\n", ""),
        ("curl -sL moved/old", 0, "new\n", ""),
        ("curl -s --resolve shop:80:<hello> http://shop", 0, HELLO, ""),
        ("curl -s -w '%{http_code}\\n' empty", 7, "000\n", ""),
        (
            "curl --nonsense web",
            2,
            "",
            "curl: option --nonsense: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
        ),
    ],
)
def test_curl_on_a_terminal(small: Small, line: str, status: int, out: str, err: str) -> None:
    ran = run_in(small, filled(small, line), "nginx:1.25", is_terminal=True)
    assert (ran.out, ran.err, ran.status) == (out, filled(small, err), status)


def test_curl_shows_its_progress_where_the_output_is_no_terminal(small: Small) -> None:
    ran = run_in(small, "curl hello", "nginx:1.25")
    assert ran.out == HELLO
    assert ran.err.endswith("\r100    45  100    45    0     0  22500      0 --:--:-- --:--:-- --:--:-- 22500\n")
    assert run_in(small, "curl -s hello", "nginx:1.25").err == ""
    assert "% Total" in run_in(small, "curl hello | cat", "nginx:1.25", is_terminal=True).err


def test_curl_tells_what_it_does(small: Small) -> None:
    ran = run_in(small, "curl -v hello", "nginx:1.25", is_terminal=True)
    expected = (
        "*   Trying <hello>:80...\n* Connected to hello (<hello>) port 80 (#0)\n> GET / HTTP/1.1\n> Host: hello\n"
        "> User-Agent: curl/7.88.1\n> Accept: */*\n> \n< HTTP/1.1 200 OK\n"
        "< Date: Thu, 01 Jan 2026 00:00:30 GMT\n< Content-Length: 45\n< Content-Type: text/plain; charset=utf-8\n< \n"
        "* Connection #0 to host hello left intact\n"
    )
    assert ran.err == filled(small, expected)


def test_curl_prints_headers(small: Small) -> None:
    ran = run_in(small, "curl -sI web", "nginx:1.25")
    assert ran.out.startswith("HTTP/1.1 200 OK\r\nServer: nginx/1.25.3\r\n")
    assert ran.out.endswith("Accept-Ranges: bytes\r\n\r\n")


@pytest.mark.parametrize(
    ("line", "image", "took", "err"),
    [
        ("wget -qO- -T 3 web:81", "busybox", 3000, "wget: download timed out\n"),
        (
            "wget -qO- web:81",
            "alpine",
            130_000,
            "wget: can't connect to remote host (<web>): Operation timed out\n",
        ),
        ("curl -sS -m 2 web:81", "nginx", 2000, "curl: (28) Connection timed out after 2001 milliseconds\n"),
        (
            "curl -sS --connect-timeout 2 web:81",
            "nginx",
            2000,
            "curl: (28) Failed to connect to web port 81 after 2001 ms: Timeout was reached\n",
        ),
        ("nc -zv -w 4 web 81", "busybox", 4000, "nc: web (<web>:81): Connection timed out\n"),
        (
            "curl -sS --retry 2 --connect-timeout 1 web:81",
            "nginx",
            6000,
            "Warning: Problem: timeout. Will retry in 1 second. 2 retries left.\n"
            "Warning: Problem: timeout. Will retry in 2 seconds. 1 retry left.\n"
            "curl: (28) Failed to connect to web port 81 after 1001 ms: Timeout was reached\n",
        ),
    ],
)
def test_who_gets_no_answer_waits(small: Small, line: str, image: str, took: int, err: str) -> None:
    ran = run_in(small, line, image)
    assert (ran.err, ran.took) == (filled(small, err), took)


# names

SERVER = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"


@pytest.mark.parametrize(
    ("line", "status", "out"),
    [
        (
            "nslookup web.default.svc.cluster.local",
            0,
            f"{SERVER}Name:\tweb.default.svc.cluster.local\nAddress: <web>\n\n\n",
        ),
        (
            "nslookup -type=a web",
            1,
            f"{SERVER}Name:\tweb.default.svc.cluster.local\nAddress: <web>\n\n"
            "** server can't find web.svc.cluster.local: NXDOMAIN\n\n"
            "** server can't find web.cluster.local: NXDOMAIN\n\n",
        ),
        ("nslookup web.default", 1, f"{SERVER}** server can't find web.default: NXDOMAIN\n\n" * 1),
        ("nslookup 10.96.0.1", 0, f"{SERVER}1.0.96.10.in-addr.arpa\tname = kubernetes.default.svc.cluster.local\n\n"),
    ],
)
def test_busybox_nslookup(small: Small, line: str, status: int, out: str) -> None:
    ran = run_in(small, line)
    if line == "nslookup web.default":  # asked twice: for addresses of both versions
        out += "** server can't find web.default: NXDOMAIN\n\n"
    assert (ran.out, ran.status) == (filled(small, out), status)


def test_the_nslookup_of_an_old_busybox(small: Small) -> None:
    start = "Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\n"
    found = run_in(small, "nslookup web", "busybox:1.28")
    assert found.out == filled(small, f"{start}Name:      web\nAddress 1: <web> web.default.svc.cluster.local\n")
    assert run_in(small, "nslookup nope", "busybox:1.28.4").err == "nslookup: can't resolve 'nope'\n"


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ("dig +short web.default.svc.cluster.local", "<web>\n"),
        ("dig +short web", ""),
        ("dig +search +short web", "<web>\n"),
        ("dig -x 10.96.0.1 +short", "kubernetes.default.svc.cluster.local.\n"),
        (
            "dig +noall +answer outer.default.svc.cluster.local CNAME",
            "outer.default.svc.cluster.local. 30\tIN\tCNAME\tkubernetes.io.\n",
        ),
        ("host web", "web.default.svc.cluster.local has address <web>\n"),
        ("host nope", "Host nope not found: 3(NXDOMAIN)\n"),
        ("getent hosts web", "{:<15} web.default.svc.cluster.local\n"),
        (
            "nslookup web",
            "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\tweb.default.svc.cluster.local\nAddress: <web>\n\n",
        ),
        ("nslookup nope", "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n** server can't find nope: NXDOMAIN\n\n"),
    ],
)
def test_tools_that_ask_for_names(small: Small, line: str, out: str) -> None:
    ran = run_in(small, line, "registry.k8s.io/e2e-test-images/agnhost:2.53")
    assert ran.out == filled(small, out).format(small.address_of("web"))


def test_digs_whole_answer(small: Small) -> None:
    out = run_in(small, "dig web.default.svc.cluster.local", "team/tools:v1").out
    assert "status: NOERROR" in out
    assert ";; QUESTION SECTION:\n;web.default.svc.cluster.local.\tIN\tA\n" in out
    assert filled(small, "\nweb.default.svc.cluster.local. 30\tIN\tA\t<web>\n") in out
    assert ";; SERVER: 10.96.0.10#53(10.96.0.10) (UDP)\n;; WHEN: Thu Jan 01 00:00:00 UTC 2026\n" in out


# ports, pings, databases


@pytest.mark.parametrize(
    ("line", "image", "status", "out", "err"),
    [
        ("nc -zv web 80", "busybox", 0, "", "web (<web>:80) open\n"),
        ("nc -z empty 80", "busybox", 1, "", "nc: empty (<empty>:80): Connection refused\n"),
        ("nc -zv web 80", "team/tools:v1", 0, "", "Connection to web (<web>) 80 port [tcp/http] succeeded!\n"),
        (
            "nc -zv empty 80",
            "team/tools:v1",
            1,
            "",
            "nc: connect to empty (<empty>) port 80 (tcp) failed: Connection refused\n",
        ),
        ("nc -z nope 80", "busybox", 1, "", "nc: bad address 'nope'\n"),
        ("redis-cli -h cache ping", "redis", 0, "PONG\n", ""),
        ("telnet nope 80", "busybox", 1, "", "telnet: bad address 'nope'\n"),
    ],
)
def test_ports(small: Small, line: str, image: str, status: int, out: str, err: str) -> None:
    ran = run_in(small, line, image)
    assert (ran.out, ran.err, ran.status) == (out, filled(small, err), status)


def test_nc_sends_what_it_is_given(small: Small) -> None:
    ran = run_in(small, "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc hello 80")
    assert ran.out.startswith("HTTP/1.1 200 OK\r\n")
    assert ran.out.endswith(f"\r\n\r\n{HELLO}")


def test_pings_are_answered_by_pods_and_not_by_services(small: Small) -> None:
    address = small.cluster.get("Pod", "default", "web")["status"]["podIP"]
    ran = run_in(small, f"ping -c 3 {address}")
    assert (ran.status, ran.took, ran.out.count("ttl=63 time=0.")) == (0, 2000, 3)
    assert "\n3 packets transmitted, 3 packets received, 0% packet loss\n" in ran.out
    lost = run_in(small, "ping -c 1 -W 2 web")
    assert (lost.status, lost.took) == (1, 2000)
    assert lost.out.endswith("1 packets transmitted, 0 packets received, 100% packet loss\n")


@pytest.mark.parametrize("line", ["curl google.com", "wget -qO- outer", "psql -h web"])
def test_what_is_not_known_is_said_to_be(small: Small, line: str) -> None:
    ran = run_in(small, line, "team/tools:v1")
    assert str(ran.ended).startswith("kubesim does not ")


def test_a_loop_waits_until_a_server_is_there() -> None:
    made = Small()
    made.run("create service clusterip late --tcp=80:80")
    made.settle(5)
    ran = run_in(made, "for i in 1 2 3; do wget -q -T 1 -O- late && break; sleep 2; done")
    assert ran.err.count("Connection refused") == 3
    assert ran.took == 3 * 2002
