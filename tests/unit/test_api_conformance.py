"""What Kubernetes' own conformance tests ask of an API server, by its paths."""

from __future__ import annotations

import json

import pytest
from api_world import TABLE, World
from kubesim.rest.api_server import answer
from kubesim.rest.request import Request

NAMESPACES = "/api/v1/namespaces"


@pytest.fixture
def world() -> World:
    return World()


def test_a_namespace_gets_and_loses_finalizers_by_a_part_of_its_own(world: World) -> None:
    namespace = world.data(world.ask("POST", NAMESPACES, {"metadata": {"name": "held"}}), 201)
    assert namespace["spec"] == {"finalizers": ["kubernetes"]}
    for finalizers in (["kubernetes", "example.com/mine"], ["kubernetes"]):
        changed = {**namespace, "spec": {"finalizers": finalizers}}
        changed["metadata"].pop("resourceVersion", None)
        assert world.data(world.ask("PUT", f"{NAMESPACES}/held", changed))["spec"] == namespace["spec"]
        namespace = world.data(world.ask("PUT", f"{NAMESPACES}/held/finalize", changed))
        assert namespace["spec"]["finalizers"] == finalizers
    unqualified = {"metadata": {"name": "held"}, "spec": {"finalizers": ["mine"]}}
    why = world.data(world.ask("PUT", f"{NAMESPACES}/held/finalize", unqualified), 422)["message"]
    assert "spec.finalizers[0]: Invalid value" in why
    assert "name is neither a standard finalizer name nor is it fully qualified" in why


def test_a_namespace_that_ends_is_gone_once_nothing_holds_it(world: World) -> None:
    world.ask("POST", NAMESPACES, {"metadata": {"name": "held"}})
    world.ask("DELETE", f"{NAMESPACES}/held")
    assert world.get(f"{NAMESPACES}/held")["status"]["phase"] == "Terminating"
    world.ask("PUT", f"{NAMESPACES}/held/finalize", {"metadata": {"name": "held"}, "spec": {}})
    assert world.ask("GET", f"{NAMESPACES}/held").status == 404


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/catch-all", {"conditions": [{"type": "Seen"}]}),
        ("/apis/networking.k8s.io/v1/servicecidrs/kubernetes", {"conditions": []}),
        ("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/p", {"observedGeneration": 1}),
    ],
)
def test_the_status_of_every_kind_that_has_one_is_written(world: World, target: str, status: object) -> None:
    if "policies" in target:
        expression = {"expression": "true"}
        rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
        spec = {"validations": [expression], "matchConstraints": {"resourceRules": [rule]}}
        world.ask("POST", target.rpartition("/")[0], {"metadata": {"name": "p"}, "spec": spec})
    merged = "application/merge-patch+json"
    assert world.ask("PATCH", f"{target}/status", {"status": status}, content_type=merged).status == 200


def field(number: int, content: bytes | str | int) -> bytes:
    """A field of a message in protobuf; texts and messages are shorter than 128 bytes, or have a length of two."""
    if isinstance(content, int):
        return (
            bytes((number << 3, content)) if number < 16 else bytes((number << 3 & 0x7F | 0x80, number >> 4, content))
        )
    raw = content.encode() if isinstance(content, str) else content
    size = bytes((len(raw),)) if len(raw) < 128 else bytes((len(raw) & 0x7F | 0x80, len(raw) >> 7))
    tag = number << 3 | 2
    return (bytes((tag,)) if tag < 128 else bytes((tag & 0x7F | 0x80, tag >> 7))) + size + raw


def test_a_definition_in_protobuf_is_read_with_its_schemas(world: World) -> None:
    text = field(5, "string")
    properties = {
        "any": field(38, 1),
        "listed": field(5, "array") + field(24, field(1, text)),
        "open": field(5, "object") + field(30, field(1, 1)),
        "texts": field(5, "object") + field(30, field(1, 1) + field(2, text + field(8, field(1, '"x"')))),
    }
    entries = b"".join(field(29, field(1, name) + field(2, schema)) for name, schema in properties.items())
    schema = field(1, field(5, "object") + entries)
    version = field(1, "v1") + field(2, 1) + field(3, 1) + field(4, schema) + field(5, field(1, b""))
    names = field(1, "widgets") + field(2, "widget") + field(4, "Widget")
    spec = field(1, "example.com") + field(3, names) + field(4, "Namespaced") + field(7, version)
    message = field(1, field(1, "widgets.example.com")) + field(2, spec)
    type_meta = field(1, "apiextensions.k8s.io/v1") + field(2, "CustomResourceDefinition")
    body = b"k8s\0" + field(1, type_meta) + field(2, message)
    target = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    made = world.data(world.ask("POST", target, body, content_type="application/vnd.kubernetes.protobuf"), 201)
    (served,) = made["spec"]["versions"]
    assert served["subresources"] == {"status": {}}
    assert served["schema"]["openAPIV3Schema"]["properties"] == {
        "any": {"x-kubernetes-preserve-unknown-fields": True},
        "listed": {"type": "array", "items": {"type": "string"}},
        "open": {"type": "object", "additionalProperties": True},
        "texts": {"type": "object", "additionalProperties": {"type": "string", "default": "x"}},
    }


def test_an_eviction_that_a_budget_forbids_says_what_it_lacks_and_asks_for_no_other_try(world: World) -> None:
    world.kubectl("create deployment web --image=nginx:1.25 --replicas=2")
    world.kubectl("create poddisruptionbudget web --selector=app=web --min-available=2")
    world.kubectl("rollout status deployment/web")
    pod = world.get("/api/v1/namespaces/default/pods")["items"][0]["metadata"]["name"]
    eviction = {"metadata": {"name": pod}}
    found = world.ask("POST", f"/api/v1/namespaces/default/pods/{pod}/eviction", eviction)
    lack = "The disruption budget web needs 2 healthy pods and has 2 currently"
    assert world.data(found, 429)["details"] == {"causes": [{"reason": "DisruptionBudget", "message": lack}]}
    assert found.headers == ()


def test_a_budget_names_the_pods_whose_eviction_it_allowed_until_they_end() -> None:
    world = World()
    world.kubectl("create deployment web --image=nginx:1.25 --replicas=3")
    world.kubectl("create poddisruptionbudget web --selector=app=web --min-available=2")
    world.kubectl("rollout status deployment/web")
    pods = [item["metadata"]["name"] for item in world.get("/api/v1/namespaces/default/pods")["items"]]
    budgets: list[dict[str, object]] = []
    with world.simulation.writing() as life:
        life.cluster.observers.append(
            lambda change: budgets.append(change.new["status"]) if change.key.kind == "PodDisruptionBudget" else None
        )
        target = f"/api/v1/namespaces/default/pods/{pods[0]}/eviction"
        body = json.dumps({"metadata": {"name": pods[0]}}).encode()
        assert answer(life.cluster, Request.of_target("POST", target, {}, body)).status == 201
    assert list(budgets[0]["disruptedPods"]) == [pods[0]]
    assert budgets[0]["disruptionsAllowed"] == 0
    assert "disruptedPods" not in budgets[-1]


def test_a_pod_that_does_not_end_though_its_eviction_was_allowed_counts_again_after_two_minutes() -> None:
    world = World()
    world.kubectl("create deployment web --image=nginx:1.25 --replicas=3")
    world.kubectl("create poddisruptionbudget web --selector=app=web --min-available=2")
    world.kubectl("rollout status deployment/web")
    target = "/apis/policy/v1/namespaces/default/poddisruptionbudgets/web/status"
    pod = world.get("/api/v1/namespaces/default/pods")["items"][0]["metadata"]["name"]
    at = world.get(target)["status"]["conditions"][0]["lastTransitionTime"]
    patch = {"status": {"disruptedPods": {pod: at, "gone": at}}}
    assert world.ask("PATCH", target, patch, content_type="application/merge-patch+json").status == 200
    counted = world.get(target)["status"]
    assert (counted["disruptedPods"], counted["currentHealthy"]) == ({pod: at}, 2)
    world.kubectl("sim advance 3m")
    counted = world.get(target)["status"]
    assert (counted.get("disruptedPods"), counted["currentHealthy"], counted["disruptionsAllowed"]) == (None, 3, 1)
    events = world.get("/api/v1/namespaces/default/events?fieldSelector=reason%3DNotDeleted")["items"]
    assert [event["message"] for event in events] == [
        "Pod was expected by PDB default/default to be deleted but it wasn't"
    ]


def test_an_answer_to_a_question_is_no_table(world: World) -> None:
    asked = {"spec": {"nonResourceAttributes": {"path": "/", "verb": "get"}}}
    target = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    assert world.ask("POST", target, asked, accept=TABLE).status == 406


def test_a_namespace_that_ends_loses_its_pods_before_all_else(world: World) -> None:
    world.kubectl("create namespace n")
    world.kubectl("create configmap settings -n n")
    world.kubectl("run web --image=nginx -n n")
    world.kubectl("wait --for=condition=Ready pod/web -n n")
    world.kubectl('patch pod web -n n -p \'{"metadata":{"finalizers":["example.com/mine"]}}\'')
    world.kubectl("delete namespace n --wait=false")
    world.kubectl("sim advance 10m")
    assert "deletionTimestamp" in world.get("/api/v1/namespaces/n/pods/web")["metadata"]
    assert "deletionTimestamp" not in world.get("/api/v1/namespaces/n/configmaps/settings")["metadata"]
    world.kubectl('patch pod web -n n -p \'{"metadata":{"finalizers":null}}\'')
    world.kubectl("sim advance 10m")
    assert world.ask("GET", f"{NAMESPACES}/n").status == 404


@pytest.mark.parametrize(
    ("spec", "wrong"),
    [
        (
            '{"unknown": {"a": 1, "a": 2}, "replicas": 2, "replicas": 3}',
            'unknown field "spec.unknown", duplicate field "spec.replicas"',
        ),
        ('{"paused": true, "paused": true, "a": 1}', 'duplicate field "spec.paused", unknown field "spec.a"'),
        ('{"selector": {"matchLabels": {"a": "b", "a": "c"}}}', 'duplicate field "spec.selector.matchLabels.a"'),
        (
            '{"template": {"spec": {"containers": [{"x": 1, "name": "a", "name": "b"}]}}}',
            'unknown field "spec.template.spec.containers[0].x", '
            'duplicate field "spec.template.spec.containers[0].name"',
        ),
    ],
)
def test_what_strict_decoding_finds_has_the_order_of_the_text(world: World, spec: str, wrong: str) -> None:
    body = f'{{"metadata": {{"name": "web"}}, "spec": {spec}}}'.encode()
    target = "/apis/apps/v1/namespaces/default/deployments"
    why = world.data(world.ask("POST", f"{target}?fieldValidation=Strict", body), 400)["message"]
    assert why.endswith(f"strict decoding error: {wrong}")


def test_a_configuration_that_has_a_key_twice_is_refused_by_its_line(world: World) -> None:
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: b\n  list: a\n  a: c\n"
    target = "/api/v1/namespaces/default/configmaps/c?fieldManager=me"
    media_type = "application/apply-patch+yaml"
    refused = world.data(world.ask("PATCH", f"{target}&fieldValidation=Strict", body, content_type=media_type), 400)
    prefix = "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  "
    line = 'line 7: key "a" already set in map'
    assert refused["message"] == prefix + line
    warned = world.ask("PATCH", target, body, content_type=media_type)
    assert (warned.status, [value for name, value in warned.headers if name == "Warning"]) == (
        201,
        ['299 - "line 7: key \\"a\\" already set in map"'],
    )


def test_a_resource_that_may_have_any_field_lists_none_in_swagger(world: World) -> None:
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget"}
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    target = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    assert world.ask("POST", target, {"metadata": {"name": "widgets.example.com"}, "spec": spec}).status == 201
    world.kubectl("wait --for=condition=Established crd/widgets.example.com")
    identity = {"x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "Widget", "version": "v1"}]}
    swagger = world.get("/openapi/v2")["definitions"]["com.example.v1.Widget"]
    assert swagger == {"type": "object", **identity}
    third = world.get("/openapi/v3/apis/example.com/v1")["components"]["schemas"]["com.example.v1.Widget"]
    assert sorted(third["properties"]) == ["apiVersion", "kind", "metadata"]


def test_requests_for_certificates_are_picked_by_their_signer(world: World) -> None:
    target = "/apis/certificates.k8s.io/v1/certificatesigningrequests?fieldSelector=spec.signerName%3Dexample.com%2Fa"
    assert world.get(target)["items"] == []


def test_a_revision_keeps_its_template_with_sorted_keys(world: World) -> None:
    containers = [{"name": "c", "image": "busybox", "command": ["sleep", "9"]}]
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": containers}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    target = "/apis/apps/v1/namespaces/default"
    world.ask("POST", f"{target}/daemonsets", {"metadata": {"name": "d"}, "spec": spec})
    world.kubectl("rollout status daemonset/d")
    (revision,) = world.get(f"{target}/controllerrevisions")["items"]
    (container,) = revision["data"]["spec"]["template"]["spec"]["containers"]
    assert list(container) == sorted(container)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("replicationcontroller", "/api/v1/namespaces/default/replicationcontrollers/x"),
        ("deployment", "/apis/apps/v1/namespaces/default/deployments/x"),
        ("daemonset", "/apis/apps/v1/namespaces/default/daemonsets/x"),
        ("statefulset", "/apis/apps/v1/namespaces/default/statefulsets/x"),
    ],
)
def test_a_controller_sets_a_status_right_that_somebody_else_wrote(world: World, kind: str, path: str) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    is_old = kind == "replicationcontroller"
    spec = {"selector": {"a": "b"} if is_old else {"matchLabels": {"a": "b"}}, "template": template}
    world.ask("POST", path.rpartition("/")[0], {"metadata": {"name": "x"}, "spec": spec})
    world.kubectl("sim advance 1m")
    before = world.get(path)["status"]
    wrong = {"status": dict.fromkeys((field for field, value in before.items() if value == 1), 0)}
    assert world.ask("PATCH", f"{path}/status", wrong, content_type="application/merge-patch+json").status == 200
    world.kubectl("sim advance 1m")
    assert world.get(path)["status"] == before


def test_events_are_selected_by_the_names_that_fields_have_in_the_version_that_is_asked_for(world: World) -> None:
    event = {
        "metadata": {"name": "e"},
        "regarding": {"namespace": "default", "name": "x"},
        "note": "n",
        "type": "Normal",
        "eventTime": "2026-01-01T00:00:00.000000Z",
        "action": "Do",
        "reason": "Test",
        "reportingController": "example.com/mine",
        "reportingInstance": "one",
    }
    modern, old = "/apis/events.k8s.io/v1/namespaces/default/events", f"{NAMESPACES}/default/events"
    world.ask("POST", modern, event)
    for chosen in ("reportingController=example.com/mine", "regarding.name=x", "reason=Test"):
        assert len(world.get(f"{modern}?fieldSelector={chosen}")["items"]) == 1, chosen
        assert world.get(f"{modern}?fieldSelector={chosen}y")["items"] == []
    assert len(world.get(f"{old}?fieldSelector=reportingComponent=example.com/mine")["items"]) == 1
