"""What is HTTP's about the API server: methods, the forms of answers, documents that a client has already."""

from __future__ import annotations

import pytest
from api_world import World
from kubesim.golang.yaml.reader import load_document

NAMESPACE = "/api/v1/namespaces/default"
OPENAPI = "/openapi/v3/apis/apps/v1"
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
OBJECTS = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
STREAMS = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
UNAVAILABLE = "406: Not Acceptable\n\nAvailable representations: "
ONLY = "only the following media types are accepted: "


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE"])
def test_a_path_of_the_servers_own_takes_any_method_or_get_alone(world: World, method: str) -> None:
    """Go's mux does not look at methods, as the routes of go-restful do. Recorded from a kube-apiserver."""
    statuses = {
        "/": 200,
        "/apis": 200,
        "/apis/apps": 200,
        "/healthz": 200,
        "/openapi/v3": 200,
        "/nosuch": 404,
        "/api/v2": 404,
        "/debug/pprof": 501,
        "/openid/v1/jwks": 501,
        "/api": 405,
        "/api/v1": 405,
        "/apis/apps/v1": 405,
        "/version": 405,
    }
    assert {path: world.ask(method, path).status for path in statuses} == statuses


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", NAMESPACE, 405),
        ("HEAD", "/api/v1/pods", 405),
        ("OPTIONS", f"{NAMESPACE}/pods/web", 405),
        ("PUT", f"{NAMESPACE}/pods", 405),
        ("PATCH", "/api/v1/pods", 405),
        ("POST", f"{NAMESPACE}/pods/web", 405),
        ("HEAD", "/api/v1/nosuch", 404),
    ],
)
def test_a_resource_has_the_methods_of_its_verbs(world: World, method: str, path: str, status: int) -> None:
    assert world.ask(method, path).status == status


@pytest.mark.parametrize(
    ("path", "accept", "why"),
    [
        (NAMESPACE, "text/html", f"{UNAVAILABLE}{OBJECTS}"),
        (NAMESPACE, "application/*", f"{UNAVAILABLE}{OBJECTS}"),
        (NAMESPACE, "APPLICATION/JSON", f"{UNAVAILABLE}{OBJECTS}"),
        (f"{NAMESPACE}/pods", "text/html", f"{UNAVAILABLE}{OBJECTS}, {STREAMS}"),
        (f"{NAMESPACE}/pods?watch=true", "application/yaml", f"{ONLY}{STREAMS}"),
        (f"{NAMESPACE}/pods/web/log", "image/png", f"{UNAVAILABLE}text/plain, {OBJECTS}"),
        ("/version", "application/yaml", f"{UNAVAILABLE}application/json"),
        ("/apis/apps/v1", "text/html", f"{UNAVAILABLE}{OBJECTS}"),
        ("/apis/apps", "text/html", f"{ONLY}{OBJECTS}"),
        (
            NAMESPACE,
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
            "you requested PartialObjectMetadataList, but the requested object is not a list (*core.Namespace)",
        ),
        (
            NAMESPACE,
            "application/vnd.kubernetes.protobuf",
            "kubesim reads application/vnd.kubernetes.protobuf, and answers in others: application/json, application/yaml",
        ),
    ],
)
def test_who_accepts_nothing_that_can_be_given_reads_what_can(world: World, path: str, accept: str, why: str) -> None:
    found = world.ask("GET", path, accept=accept)
    assert found.status == 406
    assert load_document(found.body.decode())["message"] == why


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("application/json;q=0.5, application/yaml;q=0.9", "application/yaml"),
        ("*/*;q=0.1, application/yaml;q=0.2", "application/yaml"),
        ("text/html, */*;q=0.8", "application/json"),
        ("application/vnd.kubernetes.protobuf, application/json", "application/json"),
        ("application/json;as=Table;v=v2;g=meta.k8s.io, application/yaml", "application/yaml"),
    ],
)
def test_what_is_accepted_best_is_given(world: World, accept: str, given: str) -> None:
    assert world.ask("GET", NAMESPACE, accept=accept).content_type == given


def test_discovery_is_not_sent_to_whom_has_it(world: World) -> None:
    first = world.ask("GET", "/apis", accept=AGGREGATED)
    headers = dict(first.headers)
    assert headers["Cache-Control"] == "public"
    again = world.ask("GET", "/apis", accept=AGGREGATED, if_none_match=headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert world.ask("GET", "/api", accept=AGGREGATED, if_none_match=headers["ETag"]).status == 200


def test_a_document_is_found_by_its_hash_and_is_kept_for_good() -> None:
    world = World()
    place = world.get("/openapi/v3")["paths"]["apis/apps/v1"]["serverRelativeURL"]
    known = dict(world.ask("GET", place).headers)
    assert known["Cache-Control"] == "public, immutable"
    assert known["Expires"] == "Fri, 01 Jan 2027 00:00:00 UTC"
    assert known["ETag"] == f'"{place.partition("hash=")[2]}"'
    moved = world.ask("GET", f"{OPENAPI}?hash=OLD")
    assert (moved.status, dict(moved.headers)["Location"]) == (301, place)
    plain = world.ask("GET", OPENAPI)
    assert "Cache-Control" not in dict(plain.headers)
    assert world.ask("GET", OPENAPI, if_none_match=f'"other", W/{known["ETag"]}').status == 304


def test_swagger_has_a_tag(world: World) -> None:
    tag = dict(world.ask("GET", "/openapi/v2").headers)["ETag"]
    assert world.ask("GET", "/openapi/v2", if_none_match=tag).status == 304


@pytest.mark.parametrize(
    ("method", "target", "status", "why"),
    [
        ("GET", "none/exec?command=ls", 404, 'pods "none" not found'),
        ("GET", "lost/exec?command=ls", 404, 'pods "gone" not found'),
        ("POST", "early/attach", 400, "pod early does not have a host assigned"),
        ("POST", "web/exec?command=ls&container=x", 400, "container x is not valid for pod web"),
        ("GET", "web/exec?command=ls", 400, "Upgrade request required"),
        ("POST", "web/portforward", 400, "Upgrade request required"),
        ("DELETE", "web/exec", 405, "the server does not allow this method on the requested resource"),
    ],
)
def test_a_connection_is_refused_before_it_is_upgraded(
    connections: World, method: str, target: str, status: int, why: str
) -> None:
    found = connections.data(connections.ask(method, f"{NAMESPACE}/pods/{target}"), status)
    assert found["message"] == why


@pytest.fixture(scope="module")
def connections() -> World:
    world = World()
    world.kubectl("run web --image=nginx")
    world.kubectl("wait pod/web --for=condition=Ready")
    world.kubectl("""run lost --image=nginx --overrides='{"spec":{"nodeName":"gone"}}'""")
    world.kubectl("""run early --image=nginx --overrides='{"spec":{"nodeSelector":{"no":"node"}}}'""")
    return world


def test_what_a_resource_does_not_let_be_named_is_watched_by_its_old_path(world: World) -> None:
    assert world.watch("/api/v1/watch/namespaces/default").options.timeout == 0


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (f"{NAMESPACE}?timeout=5", 'time: missing unit in duration "5"'),
        ("/version?timeout=1x", 'time: unknown unit "x" in duration "1x"'),
        ("/nosuch?timeout=x", 'time: invalid duration "x"'),
    ],
)
def test_a_time_that_is_none_is_refused_of_what_does_not_go_on(world: World, target: str, why: str) -> None:
    found = world.data(world.ask("GET", target), 400)
    assert found["message"] == f"invalid timeout specified in the request URL - {why}"
    assert world.watch("/api/v1/pods?watch=1&timeout=x")
    assert world.ask("GET", f"{NAMESPACE}?timeout=32s").status == 200
