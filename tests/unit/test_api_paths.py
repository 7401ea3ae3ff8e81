"""The API server's paths are answered as a real one answers them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from api_world import AT, TABLE, World
from kubesim.rest import protobuf
from kubesim.rest.request import Answer, Request
from kubesim.rest.request_info import request_info

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"

CERTIFICATE_REQUEST = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQ1h6Q0NBVWNDQVFBd0dqRU1NQW9HQTFVRUF3d0"
    "RZbTlpTVFvd0NBWURWUVFLREFGbk1JSUJJakFOQmdrcQpoa2lHOXcwQkFRRUZBQU9DQVE4QU1JSUJDZ0tDQVFFQXBL"
    "WlZXdkR6eUdua3F6dFlDTkNhYVQrVW9NR1cvc2JKCnZPWEVRRHk3eDRTaHk0Q044Ym1CUzBFVEI2RDVPWGpNS0J4dz"
    "czMTEyRzdGb0lyc3VwUzNDZEJlVGRxY1B3RTQKWUVUQ29heWdNVERaNWoyN3VUejJhSWl1TU1XSWJwRDJtb2k2Z3F4"
    "YTNBVnNCTjh5cGpuNzZzMHV6bWZpS0lCYgpyWnZucktIZmNyeXYxQmxFZHF4bVYyQ3VVQ0p1SkdjdlkvQlpkcjE4eG"
    "xUTzNOWGl0ZTI4cUVodFdjMldlT2hpCm1ZSldlRisveWxnc1FxWDh0bUZ0Ynp4TTBpZGtpK0JXL2tOMWtyQ2g4bEUz"
    "WnNRYWRtN1JROFMvTklHNS9JajEKcC93REpWeEhBOWNacnBNWmszSFhGcUZaWnVpVUkvUU9WM1pjZzlpbFZadjdkb3"
    "VzQUhxRVd3SURBUUFCb0FBdwpEUVlKS29aSWh2Y05BUUVMQlFBRGdnRUJBRzUrSDl0RGY3RTFHNG9CY0lGNW9zSmxD"
    "QWU3WmY5N1NBTUxSZEdKClByMEdRakI0TEdwRGhHS1JJeVZXOWtZR1E5MUFJMFFQUTZCZmdwTVN4L0tZQkZzdG5Mdj"
    "YrbGpudzQ3WVEwdU4KSWlOeVF3QjY0YlFQLy9CMnpJQXRWY1Q5N2xEc3lUMnh2UXdUd0FxZnJUMHp2NmZYaTYyaW1E"
    "QmlJbjdNczJSTApsVjF0c3ZFOVdxRklNNnAweDB0eUVHRXB1MzhqL0dVeWtIUk84Y3diT1RYYnUzaUViRklqOW0xM3"
    "FCN3I0TkxQCmFiYjkrZ3BPaVFwcE9jVmVxVGtqMkJpM1hTeWsvNnMxdUtGWXlleXN6RkdWZXh1eEw5eXVScEF6SS84"
    "MTBQbVAKZzl6UkNselBlc2w2ME9TZGNmRWxOUXQzNjc1YWpSdU1qQkcwWWRKbG1JaFhlaHc9Ci0tLS0tRU5EIENFUl"
    "RJRklDQVRFIFJFUVVFU1QtLS0tLQo="
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def web(world: World) -> World:
    world.kubectl("create deployment web --image=nginx:1.25 --replicas=2")
    world.kubectl("rollout status deployment/web")
    return world


@pytest.mark.parametrize(
    ("method", "target", "asked"),
    [
        ("GET", "/api/v1/pods", ("list", "", "v1", "", "pods", "", "")),
        ("GET", "/api/v1/namespaces", ("list", "", "v1", "", "namespaces", "", "")),
        ("GET", "/api/v1/namespaces/a", ("get", "", "v1", "", "namespaces", "a", "")),
        ("PUT", "/api/v1/namespaces/a/finalize", ("update", "", "v1", "", "namespaces", "a", "finalize")),
        (
            "PATCH",
            "/apis/apps/v1/namespaces/a/deployments/b/scale",
            ("patch", "apps", "v1", "a", "deployments", "b", "scale"),
        ),
        ("DELETE", "/apis/batch/v1/namespaces/a/jobs", ("deletecollection", "batch", "v1", "a", "jobs", "", "")),
        ("GET", "/apis/batch/v1/jobs?watch=1", ("watch", "batch", "v1", "", "jobs", "", "")),
        ("GET", "/apis/batch/v1/jobs?watch=false", ("list", "batch", "v1", "", "jobs", "", "")),
        ("GET", "/api/v1/watch/namespaces/a/pods", ("watch", "", "v1", "a", "pods", "", "")),
        ("GET", "/apis/apps/v1", ("get", "", "", "", "", "", "")),
        ("GET", "/version", ("get", "", "", "", "", "", "")),
    ],
)
def test_a_path_says_what_is_asked(method: str, target: str, asked: tuple[str, ...]) -> None:
    assert request_info(Request.of_target(method, target))[:7] == asked


@pytest.mark.parametrize(
    ("target", "status", "content"),
    [
        ("/healthz", 200, "ok"),
        ("/livez/ping", 200, "ok"),
        ("/nosuch", 404, "404 page not found\n"),
        ("/apis/nosuch/v1/things", 404, "404 page not found\n"),
        ("/api", 200, '{"kind":"APIVersions","versions":["v1"],'),
        (
            "/apis/apps/",
            200,
            '{"kind":"APIGroup","apiVersion":"v1","name":"apps","versions":[{"groupVersion":"apps/v1",',
        ),
        ("/api/v1/", 200, '{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"bindings",'),
        ("/apis/apps/v1", 200, '{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"apps/v1",'),
    ],
)
def test_what_is_no_resource_is_answered(world: World, target: str, status: int, content: str) -> None:
    found = world.ask("GET", target)
    assert found.status == status
    assert found.body.decode().startswith(content)


def test_every_check_of_health_is_listed(world: World) -> None:
    text = world.ask("GET", "/readyz?verbose").body.decode()
    assert text.startswith("[+]ping ok\n[+]log ok\n[+]etcd ok\n")
    assert text.endswith("[+]shutdown ok\nreadyz check passed\n")


def test_discovery_lists_resources_with_their_parts_by_name(world: World) -> None:
    found = {entry["name"]: entry for entry in world.get("/apis/apps/v1")["resources"]}
    assert list(found) == sorted(found)
    assert found["deployments"]["storageVersionHash"] == "8aSe+NMegvE="
    assert found["deployments/scale"] == {
        "name": "deployments/scale",
        "singularName": "",
        "namespaced": True,
        "group": "autoscaling",
        "version": "v1",
        "kind": "Scale",
        "verbs": ["get", "patch", "update"],
    }


@pytest.mark.parametrize("version", ["v2", "v2beta1"])
def test_discovery_is_aggregated_if_that_is_preferred(world: World, version: str) -> None:
    accept = f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList,application/json"
    found = world.ask("GET", "/apis", accept=accept)
    assert found.content_type == f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
    groups = {item["metadata"]["name"]: item for item in json.loads(found.body)["items"]}
    assert [one["version"] for one in groups["autoscaling"]["versions"]] == ["v2", "v1"]
    resources = {one["resource"]: one for one in groups["apps"]["versions"][0]["resources"]}
    scale = {"group": "autoscaling", "version": "v1", "kind": "Scale"}
    assert resources["deployments"]["subresources"][0]["responseKind"] == scale


def test_an_object_has_its_fields_in_their_types_order(web: World) -> None:
    found = web.ask("GET", f"{DEPLOYMENTS}/web")
    assert found.content_type == "application/json"
    assert found.body.startswith(b'{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web","namespace":')
    assert found.body.endswith(b"}\n")
    managers = [entry["manager"] for entry in json.loads(found.body)["metadata"]["managedFields"]]
    assert managers == ["kubectl-create", "kube-controller-manager"]


@pytest.mark.parametrize(("accept", "start"), [("application/yaml", b"apiVersion: v1\n"), ("*/*", b'{"kind"')])
def test_an_object_is_given_as_the_client_wants_it(world: World, accept: str, start: bytes) -> None:
    assert world.ask("GET", "/api/v1/namespaces/default", accept=accept).body.startswith(start)


def test_programs_of_people_get_it_laid_out(world: World) -> None:
    assert world.ask("GET", "/api", user_agent="curl/8.5.0").body.startswith(b'{\n  "kind": "APIVersions",\n')


def test_what_cannot_be_given_is_refused(world: World) -> None:
    found = world.ask("GET", "/apis", accept="application/xml")
    status = world.data(found, 406)
    assert status["message"] == (
        "only the following media types are accepted: application/json, application/yaml, "
        "application/vnd.kubernetes.protobuf"
    )


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        (
            "GET",
            f"{DEPLOYMENTS}/nosuch",
            {
                "message": 'deployments.apps "nosuch" not found',
                "reason": "NotFound",
                "details": {"name": "nosuch", "group": "apps", "kind": "deployments"},
                "code": 404,
            },
        ),
        ("GET", "/api/v1/pods?fieldSelector=x%3Dy", {"message": "field label not supported: x", "reason": "BadRequest", "code": 400}),
        (
            "GET",
            "/api/v1/pods?limit=x",
            {"message": 'strconv.ParseInt: parsing "x": invalid syntax', "reason": "BadRequest", "code": 400},
        ),
        (
            "GET",
            "/api/v1/pods?resourceVersion=9999999",
            {
                "message": "Timeout: Too large resource version: 9999999, current: 18",
                "reason": "Timeout",
                "details": {
                    "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
                    "retryAfterSeconds": 1,
                },
                "code": 504,
            },
        ),
    ],
)  # fmt: skip
def test_a_refusal_is_a_status(world: World, method: str, target: str, status: dict[str, object]) -> None:
    found = world.data(world.ask(method, target), int(str(status["code"])))
    version = world.get("/api/v1/pods")["metadata"]["resourceVersion"]
    if "9999999" in target:
        status = {**status, "message": f"Timeout: Too large resource version: 9999999, current: {version}"}
    head = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    assert list(found.items()) == list({**head, **status}.items())


def test_a_list_comes_in_pieces(world: World) -> None:
    for name in "abc":
        world.ask("POST", CONFIG_MAPS, {"metadata": {"name": name}})
    path = f"{CONFIG_MAPS}?limit=2"
    first = world.get(path)
    assert [item["metadata"]["name"] for item in first["items"]] == ["a", "b"]
    assert first["metadata"]["remainingItemCount"] == 2
    assert "kind" not in first["items"][0]
    rest = world.get(f"{path}&continue={first['metadata']['continue']}")
    assert [item["metadata"]["name"] for item in rest["items"]] == ["c", "kube-root-ca.crt"]
    assert rest["metadata"] == {"resourceVersion": first["metadata"]["resourceVersion"]}


def test_a_table_has_cells_of_their_columns_types(web: World) -> None:
    table = web.get(DEPLOYMENTS, accept=TABLE)
    assert [column["name"] for column in table["columnDefinitions"]][:4] == ["Name", "Ready", "Up-to-date", "Available"]
    assert table["rows"][0]["cells"][:4] == ["web", "2/2", 2, 2]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    none = web.get(f"{DEPLOYMENTS}?includeObject=None", accept=TABLE)
    assert none["rows"][0]["object"] is None
    whole = web.get(f"{DEPLOYMENTS}/web?includeObject=Object", accept=TABLE)
    assert whole["rows"][0]["object"]["kind"] == "Deployment"


def test_events_are_found_by_the_names_that_their_version_has_for_fields(web: World) -> None:
    path = "/apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=regarding.kind%3DDeployment"
    assert {event["regarding"]["name"] for event in web.get(path)["items"]} == {"web"}
    watch = web.watch(f"{path}&watch=true")
    assert {json.loads(line)["object"]["regarding"]["kind"] for line in watch.begin(None)} == {"Deployment"}


def test_a_table_of_flow_schemas_has_them_by_precedence(world: World) -> None:
    rows = world.get("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", accept=TABLE)["rows"]
    found = [(row["cells"][2], row["cells"][0]) for row in rows]
    assert found == sorted(found)
    assert found[0] == (1, "exempt")


def test_metadata_alone_may_be_asked_for(web: World) -> None:
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    found = web.get(PODS, accept=accept)
    assert found["kind"] == "PartialObjectMetadataList"
    assert {tuple(item) for item in found["items"]} == {("kind", "apiVersion", "metadata")}


def test_an_object_without_its_kind_is_created_and_what_is_unknown_is_warned_of(world: World) -> None:
    found = world.ask(
        "POST", CONFIG_MAPS, {"metadata": {"name": "a"}, "data": {"a": "1"}, "more": 1}, user_agent="py/1 (linux)"
    )
    assert found.headers == (("Warning", '299 - "unknown field \\"more\\""'),)
    made = world.data(found, 201)
    assert made["metadata"]["creationTimestamp"] == AT
    assert made["metadata"]["managedFields"][0]["manager"] == "py"
    strict = world.ask("POST", f"{CONFIG_MAPS}?fieldValidation=Strict", {"metadata": {"name": "b"}, "more": 1})
    assert 'strict decoding error: unknown field "more"' in world.data(strict, 400)["message"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)"),
        (
            b"{nothing}",
            "couldn't get version/kind; json parse error: invalid character 'n' looking for beginning of object key string ({nothing})",
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_shown(world: World, body: bytes, why: str) -> None:
    status = world.data(world.ask("POST", CONFIG_MAPS, body), 400)
    assert status["message"] == f"the object provided is unrecognized (must be of type ConfigMap): {why}"


def test_an_object_in_protobuf_is_read(world: World) -> None:
    meta = b'\n\x12\n\x02c1\x12\x00\x1a\x00"\x00*\x002\x008\x00B\x00'
    message = meta + b"\x12\x06\n\x01a\x12\x01b" + b"\x1a\x08\n\x03bin\x12\x01\xff"
    body = b"k8s\0\n\x0f\n\x02v1\x12\tConfigMap\x12" + bytes((len(message),)) + message + b'\x1a\x00"\x00'
    made = world.data(world.ask("POST", CONFIG_MAPS, body, content_type="application/vnd.kubernetes.protobuf"), 201)
    assert (made["metadata"]["name"], made["data"], made["binaryData"]) == ("c1", {"a": "b"}, {"bin": "/w=="})


def test_an_object_whose_only_field_is_items_is_read_as_such() -> None:
    def field(number: int, content: bytes) -> bytes:
        tag = number << 3 | 2
        return bytes((tag,) if tag < 128 else (tag & 127 | 128, tag >> 7)) + bytes((len(content),)) + content

    projection = field(2, field(1, field(1, b"labels")))  # a VolumeProjection's downwardAPI, its items, a path
    spec = field(1, field(1, b"v") + field(2, field(26, field(1, projection))))
    body = b"k8s\0" + field(1, field(1, b"v1") + field(2, b"Pod")) + field(2, field(2, spec))
    (volume,) = protobuf.decode(body, ("v1", "Pod"))["spec"]["volumes"]
    assert volume["projected"]["sources"] == [{"downwardAPI": {"items": [{"path": "labels"}]}}]


@pytest.mark.parametrize(
    ("media_type", "patch", "data"),
    [
        ("application/merge-patch+json", {"data": {"a": None, "b": "2"}}, {"b": "2"}),
        ("application/strategic-merge-patch+json", {"data": {"b": "2"}}, {"a": "1", "b": "2"}),
        ("application/json-patch+json", [{"op": "replace", "path": "/data/a", "value": "3"}], {"a": "3"}),
    ],
)
def test_an_object_is_patched(world: World, media_type: str, patch: object, data: dict[str, str]) -> None:
    world.ask("POST", CONFIG_MAPS, {"metadata": {"name": "a"}, "data": {"a": "1"}})
    found = world.data(world.ask("PATCH", f"{CONFIG_MAPS}/a", patch, content_type=media_type))
    assert found["data"] == data


def test_a_configuration_is_applied_and_conflicts_are_refused(world: World) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "1"}}
    apply = "application/apply-patch+yaml"
    path = f"{CONFIG_MAPS}/a?fieldManager="
    assert world.ask("PATCH", f"{path}one", config, content_type=apply).status == 201
    changed = {**config, "data": {"a": "2"}}
    refused = world.data(world.ask("PATCH", f"{path}two", changed, content_type=apply), 409)
    assert refused["details"]["causes"][0]["reason"] == "FieldManagerConflict"
    assert world.ask("PATCH", f"{path}two&force=true", changed, content_type=apply).status == 200
    nobody = world.data(world.ask("PATCH", path, config, content_type=apply), 422)
    assert nobody["message"].endswith("fieldManager: Required value: is required for apply patch")


def test_an_update_names_its_object_and_what_it_is_made_from(world: World) -> None:
    world.ask("POST", CONFIG_MAPS, {"metadata": {"name": "a"}})
    other = world.data(world.ask("PUT", f"{CONFIG_MAPS}/a", {"metadata": {"name": "b"}}), 400)
    assert other["message"] == "the name of the object (b) does not match the name on the URL (a)"
    stale = {"metadata": {"name": "a", "resourceVersion": "1"}, "data": {"a": "1"}}
    assert world.data(world.ask("PUT", f"{CONFIG_MAPS}/a", stale), 409)["reason"] == "Conflict"
    assert world.data(world.ask("PUT", f"{CONFIG_MAPS}/nosuch", {"metadata": {"name": "nosuch"}}), 404)
    leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases"
    assert world.ask("PUT", f"{leases}/a", {"metadata": {"name": "a"}}).status == 201


def test_a_new_object_has_no_version_yet_and_what_is_no_version_is_overlooked(world: World) -> None:
    def created(version: str) -> Any:
        return world.ask("POST", CONFIG_MAPS, {"metadata": {"name": f"v{version}", "resourceVersion": version}})

    assert world.data(created("7"), 500)["message"] == "resourceVersion should not be set on objects to be created"
    for version in ("v1", "0"):
        assert world.data(created(version), 201)["metadata"]["resourceVersion"] not in ("", version)


def test_a_dry_run_changes_nothing(world: World) -> None:
    assert world.ask("POST", f"{CONFIG_MAPS}?dryRun=All", {"metadata": {"name": "a"}}).status == 201
    assert world.ask("GET", f"{CONFIG_MAPS}/a").status == 404


def test_what_is_deleted_is_a_status_or_the_object_that_ends(web: World) -> None:
    made = web.data(web.ask("POST", CONFIG_MAPS, {"metadata": {"name": "a"}}), 201)
    status = web.data(web.ask("DELETE", f"{CONFIG_MAPS}/a"))
    assert status["details"] == {"name": "a", "kind": "configmaps", "uid": made["metadata"]["uid"]}
    pod = web.get(PODS)["items"][0]["metadata"]
    wrong = {"preconditions": {"uid": "other"}}
    assert web.data(web.ask("DELETE", f"{PODS}/{pod['name']}", wrong), 409)["reason"] == "Conflict"
    ending = web.data(web.ask("DELETE", f"{PODS}/{pod['name']}"))
    assert (ending["kind"], ending["metadata"]["deletionGracePeriodSeconds"]) == ("Pod", 30)


def test_many_are_deleted_at_once(web: World) -> None:
    for name in "ab":
        web.ask("POST", CONFIG_MAPS, {"metadata": {"name": name, "labels": {"x": name}}})
    found = web.data(web.ask("DELETE", f"{CONFIG_MAPS}?labelSelector=x%3Da"))
    assert [item["metadata"]["name"] for item in found["items"]] == ["a"]
    assert web.ask("GET", f"{CONFIG_MAPS}/b").status == 200


def test_parts_of_objects_are_read_and_written(web: World) -> None:
    scale = web.get(f"{DEPLOYMENTS}/web/scale")
    assert (scale["kind"], scale["spec"]) == ("Scale", {"replicas": 2})
    assert "managedFields" not in scale["metadata"]
    more = web.data(web.ask("PUT", f"{DEPLOYMENTS}/web/scale", {**scale, "spec": {"replicas": 3}}))
    assert more["spec"] == {"replicas": 3}
    assert web.ask("GET", f"{DEPLOYMENTS}/web/nosuch").status == 404
    assert web.get(f"{DEPLOYMENTS}/web/status")["spec"]["replicas"] == 3


def test_a_pod_is_bound_evicted_and_its_log_read(web: World) -> None:
    pod = web.get(PODS)["items"][0]["metadata"]["name"]
    log = web.ask("GET", f"{PODS}/{pod}/log?tailLines=1")
    assert log.first.count(b"\n") == 1
    bound = {"metadata": {"name": pod}, "target": {"name": "node01"}}
    assert "already assigned" in web.data(web.ask("POST", f"{PODS}/{pod}/binding", bound), 409)["message"]
    eviction = {"metadata": {"name": pod}}
    assert web.data(web.ask("POST", f"{PODS}/{pod}/eviction", eviction), 201)["code"] == 201
    assert "deletionTimestamp" in web.get(f"{PODS}/{pod}")["metadata"]


def test_questions_are_answered_and_stored_nowhere(world: World) -> None:
    asked = {"spec": {"resourceAttributes": {"verb": "create", "resource": "pods"}}}
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    assert world.data(world.ask("POST", path, asked), 201)["status"]["allowed"] is True
    assert world.ask("GET", path).status == 405
    token = world.data(world.ask("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", {}), 201)
    assert token["spec"]["expirationSeconds"] == 3600


def test_a_watch_tells_what_there_is_and_then_what_changes(world: World) -> None:
    path = f"{CONFIG_MAPS}?watch=true&labelSelector=x"
    initial = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    world.ask("POST", CONFIG_MAPS, {"metadata": {"name": "a", "labels": {"x": "1"}}})
    events = [json.loads(line) for line in world.watch(path + initial).begin([])]
    assert [event["type"] for event in events] == ["ADDED", "BOOKMARK"]
    assert events[1]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    watch = world.watch(path)
    list(watch.begin([]))
    seen = []
    with world.simulation.writing() as life:
        watch.adopt(life.cluster)
        life.cluster.observers.append(
            lambda change: seen.extend(watch.events(change, int(life.cluster.head["resourceVersion"])))
        )
        from kubesim.rest.api_server import answer

        for method, target, body in (
            ("POST", CONFIG_MAPS, {"metadata": {"name": "b", "labels": {"x": "1"}}}),
            ("POST", CONFIG_MAPS, {"metadata": {"name": "c"}}),
            ("PUT", f"{CONFIG_MAPS}/a", {"metadata": {"name": "a"}}),
            ("DELETE", f"{CONFIG_MAPS}/b", {}),
        ):
            request = Request.of_target(method, target, {}, json.dumps(body).encode())
            found = answer(life.cluster, request)
            assert isinstance(found, Answer)
            assert found.status < 300
    changed = [json.loads(line) for line in seen]
    assert [(event["type"], event["object"]["metadata"]["name"]) for event in changed] == [
        ("ADDED", "b"),
        ("DELETED", "a"),
        ("DELETED", "b"),
    ]


def test_a_watch_from_a_version_that_is_forgotten_ends_with_an_error(world: World) -> None:
    (line,) = world.watch(f"{CONFIG_MAPS}?watch=true&resourceVersion=1").begin(None)
    event = json.loads(line)
    assert (event["type"], event["object"]["reason"], event["object"]["code"]) == ("ERROR", "Expired", 410)


def test_a_document_explains_the_kinds_of_a_group(world: World) -> None:
    place = world.get("/openapi/v3")["paths"]["apis/apps/v1"]["serverRelativeURL"]
    document = world.get(place)
    schemas = document["components"]["schemas"]
    spec = schemas["io.k8s.api.core.v1.PodSpec"]["properties"]["containers"]
    assert (spec["x-kubernetes-patch-merge-key"], spec["x-kubernetes-patch-strategy"]) == ("name", "merge")
    patch = document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
    assert patch["x-kubernetes-group-version-kind"] == {"group": "apps", "kind": "Deployment", "version": "v1"}
    assert "fieldValidation" in {parameter["name"] for parameter in patch["parameters"]}
    strategy = schemas["io.k8s.api.apps.v1.DeploymentSpec"]["properties"]["strategy"]
    assert strategy["description"] == "How old pods are replaced by new ones."
    assert "description" not in schemas["io.k8s.api.apps.v1.DeploymentStrategy"], "it would be printed twice"
    references = set(_references(document))
    assert references <= {f"#/components/schemas/{name}" for name in schemas}
    swagger = world.get("/openapi/v2")
    assert set(_references(swagger)) <= {f"#/definitions/{name}" for name in swagger["definitions"]}


EMBEDDED = {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {"spec": {"type": "object"}}}
WIDGETS = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "properties": {"size": {"type": "integer"}, "template": EMBEDDED},
                            }
                        },
                    }
                },
            }
        ],
    },
}


def test_custom_resources_are_served_and_never_patched_strategically(world: World) -> None:
    definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    assert world.ask("POST", definitions, WIDGETS).status == 201
    path = "/apis/example.com/v1/namespaces/default/widgets"
    type_ = {"apiVersion": "example.com/v1", "kind": "Widget"}
    made = world.ask("POST", path, {**type_, "metadata": {"name": "a"}, "spec": {"size": 1, "more": 2}})
    assert made.headers == (("Warning", '299 - "unknown field \\"spec.more\\""'),)
    assert made.body.startswith(b'{"apiVersion":"example.com/v1","kind":"Widget",')
    assert [item["spec"] for item in world.get(path)["items"]] == [{"size": 1}]
    resources = [entry["name"] for entry in world.get("/apis/example.com/v1")["resources"]]
    assert resources == ["widgets", "widgets/status"]
    strategic = {"content_type": "application/strategic-merge-patch+json"}
    refused = world.data(world.ask("PATCH", f"{path}/a", {}, **strategic), 415)
    accepted = "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    assert refused["message"].endswith(f"accepted media types include: {accepted}")
    document = world.get("/openapi/v3/apis/example.com/v1")
    content = document["paths"][f"{path.replace('default', '{namespace}')}/{{name}}"]["patch"]["requestBody"]["content"]
    assert "application/strategic-merge-patch+json" not in content
    widget = document["components"]["schemas"]["com.example.v1.Widget"]["properties"]
    assert "size" in widget["spec"]["properties"]
    template = widget["spec"]["properties"]["template"]
    assert (template["required"], set(template["properties"])) == (
        ["kind", "apiVersion"],
        {"apiVersion", "kind", "metadata", "spec"},
    )
    assert widget["metadata"]["description"].startswith("Standard object's metadata.")
    swagger = world.get("/openapi/v2")
    assert set(_references(swagger)) <= {f"#/definitions/{name}" for name in swagger["definitions"]}


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [reference for part in value.values() for reference in _references(part)]
    return [reference for part in value for reference in _references(part)] if isinstance(value, list) else []


def test_pieces_are_in_the_order_of_keys_and_say_what_they_have_looked_at(world: World) -> None:
    for name in ("dev", "dev-2"):
        world.kubectl(f"create namespace {name}")
        world.kubectl(f"create configmap picked -n {name}")
        world.kubectl(f"label configmap picked -n {name} picked=yes")
    path, found = "/api/v1/configmaps?limit=1&labelSelector=picked", []
    piece = world.get(path)
    while "continue" in piece["metadata"]:
        assert "remainingItemCount" not in piece["metadata"]
        found += piece["items"]
        piece = world.get(f"{path}&continue={piece['metadata']['continue']}")
    assert [item["metadata"]["namespace"] for item in found] == ["dev-2", "dev"]  # etcd's keys: dev-2/, dev/
    assert piece["items"] == []  # others came after the last that was picked


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("eyJ!", "continue key is not valid: illegal base64 data at input byte 3"),
        ("e30", "continue key is not valid: server does not recognize this encoded version "),
        (
            "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJzdGFydCI6ImEifQ",
            "continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
        ),
        ("eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi9hIn0", "continue key is not valid: ../a"),
    ],
)
def test_a_token_that_is_none_is_refused(world: World, token: str, why: str) -> None:
    refused = world.data(world.ask("GET", f"{CONFIG_MAPS}?continue={token}"), 400)
    assert refused["message"] == f"invalid continue token: {why}"


def test_a_decision_is_given_by_its_own_path_and_never_taken_back(world: World) -> None:
    requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
    spec = {"request": CERTIFICATE_REQUEST, "signerName": "example.com/x", "usages": ["client auth"]}
    assert world.ask("POST", requests, {"metadata": {"name": "c"}, "spec": spec}).status == 201

    def decide(part: str, conditions: list[dict[str, str]]) -> Any:
        merge = {"content_type": "application/merge-patch+json"}
        return world.ask("PATCH", f"{requests}/c/{part}", {"status": {"conditions": conditions}}, **merge)

    approved = {"type": "Approved", "status": "True", "reason": "r"}
    added = decide("status", [approved])
    assert json.loads(added.body)["message"].endswith('updates may not add a condition of type "Approved"')
    unsure = json.loads(decide("approval", [{**approved, "status": "False"}]).body)["details"]["causes"]
    assert unsure[0]["message"] == 'Unsupported value: "False": supported values: "True"'
    assert decide("approval", [approved]).status == 200
    for part in ("approval", "status"):
        removed = json.loads(decide(part, []).body)
        assert removed["details"]["causes"][0]["message"].endswith(
            'updates may not remove a condition of type "Approved"'
        )
