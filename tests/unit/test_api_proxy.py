"""Pods and Services are asked through the API server, as ``pods/NAME/proxy`` and ``services/NAME/proxy``."""

from __future__ import annotations

import pytest
from api_world import World
from kubesim.rest.proxied_links import rewritten, with_links_rewritten
from kubesim.rest.request import Answer

DEFAULT = "/api/v1/namespaces/default"
PREFIX = f"{DEFAULT}/services/web/proxy"
HOSTS = ("10.244.1.2:80", "localhost:8001")


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    made.kubectl("run page --image=nginx:1.27 --port=80")
    made.kubectl("run echo --image=traefik/whoami --port=80")
    made.kubectl("expose pod page --name=web --port=8080 --target-port=80")
    made.kubectl("expose pod echo --name=echo --port=80")
    made.kubectl("create service clusterip lonely --tcp=80:80")
    made.kubectl("""run early --image=nginx:1.27 --overrides='{"spec":{"nodeSelector":{"no":"node"}}}'""")
    made.kubectl("wait pod/page pod/echo --for=condition=Ready")
    return made


@pytest.mark.parametrize(
    "place",
    [
        "services/web",
        "services/web:8080",
        "services/http:web:8080",
        "services/:web:",
        "pods/page",
        "pods/page:80",
        "pods/http:page:80",
    ],
)
def test_a_server_in_a_pod_answers(world: World, place: str) -> None:
    found = world.ask("GET", f"{DEFAULT}/{place}/proxy/")
    assert (found.status, found.content_type) == (200, "text/html")
    assert b"<h1>Welcome to nginx!</h1>" in found.body
    assert dict(found.headers)["Server"] == "nginx/1.27.5"


@pytest.mark.parametrize(
    ("place", "code", "reason", "message"),
    [
        ("services/lonely", 503, "ServiceUnavailable", 'no endpoints available for service "lonely"'),
        ("services/web:metrics", 503, "ServiceUnavailable", 'no endpoints available for service "web:metrics"'),
        ("services/web:81", 503, "ServiceUnavailable", 'no service port 81 found for service "web"'),
        ("services/nosuch", 404, "NotFound", 'services "nosuch" not found'),
        ("services/nosuch:80", 404, "NotFound", 'services "nosuch" not found'),
        ("services/ftp:web:80", 400, "BadRequest", 'invalid service request "ftp:web:80"'),
        ("pods/a:b:c:d", 400, "BadRequest", 'invalid pod request "a:b:c:d"'),
        ("pods/nosuch", 404, "NotFound", 'pods "nosuch" not found'),
        ("pods/early", 400, "BadRequest", "address not allowed"),
        (
            "pods/page:http",
            501,
            "NotImplemented",
            'kubesim does not simulate a port "http" of a pod: a real API server panics there, since it takes numbers alone',
        ),
        (
            "pods/page:99999",
            503,
            "ServiceUnavailable",
            "error trying to reach service: dial tcp: address 99999: invalid port",
        ),
        (
            "services/https:web:",
            503,
            "ServiceUnavailable",
            "error trying to reach service: http: server gave HTTP response to HTTPS client",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(world: World, place: str, code: int, reason: str, message: str) -> None:
    found = world.data(world.ask("GET", f"{DEFAULT}/{place}/proxy/"), code)
    assert (found["reason"], found["message"], found["code"]) == (reason, message, code)


def test_a_port_where_nobody_listens_refuses_the_connection(world: World) -> None:
    address = world.get(f"{DEFAULT}/pods/page")["status"]["podIP"]
    found = world.data(world.ask("GET", f"{DEFAULT}/pods/page:81/proxy/"), 503)
    why = f"dial tcp {address}:81: connect: connection refused"
    assert found["message"] == f"error trying to reach service: {why}"


def test_a_path_without_a_slash_leads_to_the_one_with_it(world: World) -> None:
    found = world.ask("GET", f"{DEFAULT}/services/web/proxy?a=b")
    assert (found.status, found.headers) == (301, (("Location", f"{PREFIX}/?a=b"),))


def test_the_server_gets_the_method_the_path_and_the_headers(world: World) -> None:
    sent = {"host": "localhost:8001", "x_forwarded_for": "10.0.0.1", "authorization": "Bearer x", "te": "trailers"}
    found = world.ask("POST", f"{DEFAULT}/services/echo/proxy/a%20b//../c/?q=%20x&flag", b"{}", **sent)
    assert isinstance(found, Answer)
    lines = found.body.decode().splitlines()
    assert "POST /c/?q=%20x&flag HTTP/1.1" in lines
    assert "Host: localhost:8001" in lines
    assert any(line.startswith("X-Forwarded-For: 10.0.0.1, ") for line in lines)
    assert not [line for line in lines if line.startswith(("Authorization", "Te"))]


def test_what_is_asked_is_logged(world: World) -> None:
    world.ask("GET", f"{DEFAULT}/pods/page/proxy/?logged")
    assert '"GET /?logged HTTP/1.1" 200 615' in world.cluster.kubectl("logs page").stdout


def test_raw_asks_too_and_reads_refusals_as_kubectl_does(world: World) -> None:
    assert "Welcome to nginx!" in world.cluster.kubectl(f"get --raw {PREFIX}/").stdout
    done = world.cluster.kubectl(f"get --raw {PREFIX}/nosuch")
    assert (done.code, done.stderr) == (
        1,
        "Error from server (NotFound): the server could not find the requested resource\n",
    )


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("/a/?b#c", f"{PREFIX}/a/?b#c"),
        ("/", f"{PREFIX}/"),
        ("http://10.244.1.2:80/a", f"{PREFIX}/a"),
        ("http://localhost:8001/a", f"http://localhost:8001{PREFIX}/a"),
        (f"{PREFIX}/a", f"{PREFIX}/a"),
        ("a", "a"),
        ("http://nginx.org/", "http://nginx.org/"),
    ],
)
def test_links_lead_through_the_proxy(link: str, leads_to: str) -> None:
    assert rewritten(link, PREFIX, HOSTS) == leads_to


@pytest.mark.parametrize(
    ("page", "becomes"),
    [
        ("<!DOCTYPE html><A HREF=/x>y</A>", f'<!DOCTYPE html><a href="{PREFIX}/x">y</A>'),
        ("<img src='/a.png' alt=b />", f'<img src="{PREFIX}/a.png" alt="b"/>'),
        ('<script>x = "<a href=/b>"</script>', '<script>x = "<a href=/b>"</script>'),
        ("<!-- <a href=/b> -->", "<!-- <a href=/b> -->"),
        ("<p title='&lt;\"'>1 < 2</p>", '<p title="&lt;&#34;">1 < 2</p>'),
    ],
)
def test_pages_are_written_with_their_links_rewritten(page: str, becomes: str) -> None:
    assert with_links_rewritten(page, PREFIX, HOSTS) == becomes


def test_a_cluster_without_nodes_has_no_way_to_pods() -> None:
    world = World()
    world.kubectl("run page --image=nginx:1.27 --port=80")
    world.kubectl("wait pod/page --for=condition=Ready")
    world.kubectl("delete nodes --all")
    found = world.data(world.ask("GET", f"{DEFAULT}/pods/page/proxy/"), 501)
    assert found["reason"] == "NotImplemented"


def test_who_may_not_proxy_is_refused(world: World) -> None:
    done = world.cluster.kubectl(f"get --raw {PREFIX}/ --as=jane")
    why = 'services "web" is forbidden: User "jane" cannot get resource "services/proxy" in API group "" '
    assert done.stderr == f'Error from server (Forbidden): {why}in the namespace "default"\n'


# nodes


@pytest.mark.parametrize("place", ["node01", "node01:10250", "https:node01:10250"])
def test_a_kubelet_has_the_pods_of_its_node(world: World, place: str) -> None:
    found = world.get(f"/api/v1/nodes/{place}/proxy/pods")
    assert (found["kind"], found["metadata"]) == ("PodList", {})
    assert found["items"] == world.get(f"{DEFAULT}/pods?fieldSelector=spec.nodeName%3Dnode01")["items"] != []


def test_a_kubelet_says_what_its_pods_use() -> None:
    world = World()
    world.kubectl("run page --image=nginx:1.27")
    world.kubectl("sim advance 1m")
    found = world.get("/api/v1/nodes/node01/proxy/stats/summary?only_cpu_and_memory=true")
    (pod,) = found["pods"]
    (container,) = pod["containers"]
    assert (pod["podRef"]["name"], container["name"]) == ("page", "page")
    assert found["node"]["memory"]["workingSetBytes"] > pod["memory"]["workingSetBytes"] > 1 << 20
    assert found["node"]["cpu"]["usageNanoCores"] > container["cpu"]["usageNanoCores"] > 0
    capacity = found["node"]["memory"]["availableBytes"] + found["node"]["memory"]["workingSetBytes"]
    assert capacity == 128 << 30  # that of a node of this sort of cluster
    world.kubectl("sim fault node-down node01")
    assert world.data(world.ask("GET", "/api/v1/nodes/node01/proxy/pods"), 503)["message"].endswith(
        ":10250: i/o timeout"
    )


@pytest.mark.parametrize(
    ("place", "status", "content"),
    [
        ("node01/proxy/healthz", 200, "ok"),
        ("node01/proxy/healthz?verbose", 200, "[+]ping ok\n[+]log ok\n[+]syncloop ok\nhealthz check passed\n"),
        ("node01/proxy/nosuch", 404, "404 page not found\n"),
        ("node01/proxy", 301, ""),
        ("nosuch/proxy/pods", 404, 'nodes \\"nosuch\\" not found'),
        ("node01/proxy/metrics/cadvisor", 501, "kubesim does not simulate /metrics/cadvisor of a kubelet"),
        ("node01:9100/proxy/", 501, "kubesim does not simulate what listens on port 9100 of a node"),
    ],
)
def test_a_kubelet_answers_as_far_as_it_is_known(world: World, place: str, status: int, content: str) -> None:
    found = world.ask("GET", f"/api/v1/nodes/{place}")
    assert found.status == status
    assert content in found.body.decode()
