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
        ("services/nosuch", 404, "NotFound", 'endpoints "nosuch" not found'),
        ("services/nosuch:80", 404, "NotFound", 'services "nosuch" not found'),
        ("services/ftp:web:80", 400, "BadRequest", 'invalid service request "ftp:web:80"'),
        ("pods/a:b:c:d", 400, "BadRequest", 'invalid pod request "a:b:c:d"'),
        ("pods/nosuch", 404, "NotFound", 'pods "nosuch" not found'),
        ("pods/early", 400, "BadRequest", "address not allowed"),
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


def test_who_may_not_proxy_is_refused(world: World) -> None:
    done = world.cluster.kubectl(f"get --raw {PREFIX}/ --as=jane")
    why = 'services "web" is forbidden: User "jane" cannot get resource "services/proxy" in API group "" '
    assert done.stderr == f'Error from server (Forbidden): {why}in the namespace "default"\n'
