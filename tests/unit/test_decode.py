"""Reading objects as the API server does: what is refused, in which words, and what is left of them."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.converter import convert_into
from kubesim.api.decode import IGNORE, STRICT, WARN, DecodeError, decode, decode_into
from kubesim.api.encode import encode
from kubesim.api.meta import Obj
from kubesim.errors import StatusError


def deployment(metadata: Any = None, container: Any = None, pod: Any = None, **spec: Any) -> dict[str, Any]:
    """A Deployment with some of its parts replaced."""
    containers = [{"name": "nginx", "image": "nginx", **(container or {})}]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers, **(pod or {})}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", **(metadata or {})},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec},
    }


def refusal(obj: dict[str, Any], api_version: str = "apps/v1", kind: str = "Deployment") -> str:
    with pytest.raises(StatusError) as caught:
        decode(obj, api_version, kind)
    assert (caught.value.reason, caught.value.code) == ("BadRequest", 400)
    return caught.value.message


DEPLOYMENT = 'Deployment in version "v1" cannot be handled as a Deployment: '

CONTAINERS = "spec.template.spec.containers"

MISMATCHES = [
    ({"replicas": "three"}, "string", "DeploymentSpec.spec.replicas", "int32"),
    ({"replicas": 1.5}, "number 1.5", "DeploymentSpec.spec.replicas", "int32"),
    ({"replicas": 2**31}, "number 2147483648", "DeploymentSpec.spec.replicas", "int32"),
    ({"replicas": True}, "bool", "DeploymentSpec.spec.replicas", "int32"),
    ({"paused": "true"}, "string", "DeploymentSpec.spec.paused", "bool"),
    ({"metadata": {"labels": {"a": 1}}}, "number", "ObjectMeta.metadata.labels", "string"),
    ({"metadata": {"labels": "x"}}, "string", "ObjectMeta.metadata.labels", "map[string]string"),
    ({"metadata": {"name": 5}}, "number", "ObjectMeta.metadata.name", "string"),
    ({"container": {"image": 1}}, "number", f"Container.{CONTAINERS}.image", "string"),
    ({"container": {"imagePullPolicy": []}}, "array", f"Container.{CONTAINERS}.imagePullPolicy", "v1.PullPolicy"),
    ({"container": {"ports": {}}}, "object", f"Container.{CONTAINERS}.ports", "[]v1.ContainerPort"),
    (
        {"container": {"ports": [{"containerPort": "80"}]}},
        *("string", f"ContainerPort.{CONTAINERS}.ports.containerPort", "int32"),
    ),
    ({"container": {"env": [{"name": "A", "value": 1}]}}, "number", f"EnvVar.{CONTAINERS}.env.value", "string"),
    (
        {"container": {"livenessProbe": {"httpGet": "x"}}},
        *("string", f"Probe.{CONTAINERS}.livenessProbe.ProbeHandler.httpGet", "v1.HTTPGetAction"),
    ),
    (
        {"strategy": {"rollingUpdate": {"maxSurge": 1.5}}},
        *("number 1.5", "RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge", "int32"),
    ),
    ({"metadata": {"creationTimestamp": 5}}, "number", "ObjectMeta.metadata.creationTimestamp", "string"),
]


@pytest.mark.parametrize(("parts", "found", "field", "wanted"), MISMATCHES)
def test_a_value_of_the_wrong_type_is_told_with_its_field(
    parts: dict[str, Any], found: str, field: str, wanted: str
) -> None:
    words = f"json: cannot unmarshal {found} into Go struct field {field} of type {wanted}"
    assert refusal(deployment(**parts)) == DEPLOYMENT + words


def test_an_object_s_part_that_is_a_list_is_told_of_the_object() -> None:
    words = "json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec"
    assert refusal({**deployment(), "spec": []}) == DEPLOYMENT + words


def test_the_first_of_several_mismatches_in_the_order_of_sorted_keys_is_told() -> None:
    assert "spec.paused" in refusal(deployment(replicas="three", paused="no"))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"container": {"resources": {"requests": {"cpu": "2 cores"}}}},
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
        (
            {"metadata": {"creationTimestamp": "abc"}},
            'parsing time "abc" as "2006-01-02T15:04:05Z07:00": cannot parse "abc" as "2006"',
        ),
        (
            {"metadata": {"creationTimestamp": "2026-13-01T00:00:00Z"}},
            'parsing time "2026-13-01T00:00:00Z": month out of range',
        ),
        (
            {"metadata": {"creationTimestamp": "2026-02-30T00:00:00Z"}},
            'parsing time "2026-02-30T00:00:00Z": day out of range',
        ),
        (
            {"metadata": {"creationTimestamp": "2026-01-02"}},
            'parsing time "2026-01-02" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
        ),
    ],
)
def test_a_value_that_its_type_cannot_read_is_told_alone(parts: dict[str, Any], words: str) -> None:
    assert refusal(deployment(**parts, replicas="three")) == DEPLOYMENT + words


def test_unknown_fields_are_told_all_at_once_with_indices() -> None:
    obj = deployment(metadata={"label": {}}, container={"imag": "x"}, replica=3)
    assert refusal(obj) == (
        f'{DEPLOYMENT}strict decoding error: unknown field "metadata.label", unknown field "spec.replica", '
        'unknown field "spec.template.spec.containers[0].imag"'
    )


def test_a_wrong_type_is_told_rather_than_an_unknown_field() -> None:
    assert "strict" not in refusal(deployment(replica=3, replicas="three"))


@pytest.mark.parametrize(("validation", "told"), [(WARN, ['unknown field "spec.replica"']), (IGNORE, [])])
def test_unless_strict_unknown_fields_are_dropped(validation: str, told: list[str]) -> None:
    decoded = decode(deployment(replica=3), "apps/v1", "Deployment", strict=validation)
    assert decoded.unknown == told
    assert "replica" not in decoded.obj["spec"]


def test_keys_are_told_apart_by_case() -> None:
    assert 'unknown field "spec.Replicas"' in refusal(deployment(Replicas=3))


@pytest.mark.parametrize(
    ("parts", "path", "kept"),
    [
        ({"replicas": 0}, "spec.replicas", 0),
        ({"paused": False}, "spec.paused", None),
        ({"minReadySeconds": 0}, "spec.minReadySeconds", None),
        ({"metadata": {"labels": {}}}, "metadata.labels", None),
        ({"metadata": {"annotations": None}}, "metadata.annotations", None),
        ({"metadata": {"labels": {"a": None}}}, "metadata.labels", {"a": ""}),
        ({"metadata": {"creationTimestamp": None}}, "metadata.creationTimestamp", None),
        (
            {"metadata": {"creationTimestamp": "2026-01-02T03:04:05.6+01:00"}},
            "metadata.creationTimestamp",
            "2026-01-02T02:04:05Z",
        ),
        ({}, "spec.strategy", {}),
        ({}, "status", {}),
        ({"pod": {"securityContext": {}}}, "spec.template.spec.securityContext", {}),
        ({"pod": {"nodeSelector": {}}}, "spec.template.spec.nodeSelector", None),
        ({"pod": {"tolerations": []}}, "spec.template.spec.tolerations", None),
        (
            {"pod": {"overhead": {"cpu": 0.5, "memory": "1024Mi"}}},
            "spec.template.spec.overhead",
            {"cpu": "500m", "memory": "1Gi"},
        ),
        ({"strategy": {"rollingUpdate": {"maxSurge": "25%"}}}, "spec.strategy", {"rollingUpdate": {"maxSurge": "25%"}}),
    ],
)
def test_an_object_comes_back_as_its_type_prints_it(parts: dict[str, Any], path: str, kept: Any) -> None:
    found: Any = decode(deployment(**parts), "apps/v1", "Deployment").obj
    for step in path.split("."):
        found = found.get(step) if found is not None else None
    assert found == kept


def test_a_container_has_the_fields_that_are_never_left_out() -> None:
    obj = deployment(pod={"containers": [None, {"image": "nginx"}]})
    containers = decode(obj, "apps/v1", "Deployment").obj["spec"]["template"]["spec"]["containers"]
    assert containers == [{"name": "", "resources": {}}, {"name": "", "image": "nginx", "resources": {}}]


def test_decoding_twice_changes_nothing_more() -> None:
    once = decode(deployment(replicas=2, container={"env": [{"name": "A"}]}), "apps/v1", "Deployment").obj
    assert decode(once, "apps/v1", "Deployment", strict=STRICT).obj == once


def test_secrets_hold_base64() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "aGk=", "b": ""}}
    assert decode(secret, "v1", "Secret").obj["data"] == {"a": "aGk=", "b": ""}


@pytest.mark.parametrize(
    ("text", "place"), [("a!b", 1), ("abc", 0), ("aGk=aGk=", 4), ("abcde", 4), ("=abc", 0), ("ab=c", 2), ("ab=", 3)]
)
def test_what_is_no_base64_is_told_with_its_place(text: str, place: int) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": text}}
    words = f"illegal base64 data at input byte {place}"
    assert refusal(secret, "v1", "Secret") == f'Secret in version "v1" cannot be handled as a Secret: {words}'


def test_a_kind_without_a_type_is_kept_as_it_is() -> None:
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "spec": {"any": None}}
    assert decode(widget, "example.com/v1", "Widget").obj == widget


@pytest.mark.parametrize(
    ("schema", "read"),
    [
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"items": {"type": "string", "colour": 1}}, {"items": {"type": "string"}}),
        ({"items": [{"type": "string", "colour": 1}]}, {"items": [{"type": "string"}]}),
        ({"dependencies": {"a": ["b"]}}, {"dependencies": {"a": ["b"]}}),
        ({"default": {"b": 1, "a": None}}, {"default": {"b": 1, "a": None}}),
    ],
)
def test_a_schema_holds_schemas_or_simpler_values(schema: Obj, read: Obj) -> None:
    (version,) = decode(definition(schema), "apiextensions.k8s.io/v1", "CustomResourceDefinition").obj["spec"][
        "versions"
    ]
    assert version["schema"] == {"openAPIV3Schema": read}


def definition(schema: Obj) -> Obj:
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "a.example.com"},
        "spec": {"group": "example.com", "scope": "Cluster", "versions": [version]},
    }


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"replicas": "x"}, "unrecognized type: int32"),
        ({"replicas": 1.5}, "cannot convert float64 to int32"),
        ({"paused": 1}, "unrecognized type: bool"),
        ({"metadata": {"labels": {"a": 1}}}, "cannot convert int64 to string"),
        ({"metadata": {"labels": "x"}}, "cannot restore map from string"),
        ({"container": {"imagePullPolicy": 1}}, "cannot convert int64 to v1.PullPolicy"),
        ({"container": {"ports": {}}}, "cannot restore slice from map"),
        ({"container": {"livenessProbe": {"httpGet": []}}}, "cannot restore struct from: slice"),
        (
            {"strategy": {"rollingUpdate": {"maxSurge": True}}},
            "json: cannot unmarshal bool into Go value of type int32",
        ),
        ({"zzz": 1, "aaa": 2}, 'strict decoding error: unknown field "spec.aaa", unknown field "spec.zzz"'),
    ],
)
def test_what_a_strategic_patch_gave_is_refused_in_the_converter_s_words(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(DecodeError) as caught:
        convert_into(deployment(**parts), "apps/v1", "Deployment")
    assert str(caught.value) == words


def test_the_converter_and_the_decoder_read_a_good_object_alike() -> None:
    obj = deployment(
        replicas=0, metadata={"labels": {}}, container={"resources": {"limits": {"cpu": 0.5}}}, pod={"volumes": []}
    )
    assert convert_into(obj, "apps/v1", "Deployment") == decode_into(obj, "apps/v1", "Deployment")


def test_a_whole_number_may_stand_for_a_float_however_it_is_read() -> None:
    schema = {"type": "object", "properties": {"size": {"type": "integer", "maximum": 10, "minimum": 0.5}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "a"},
    }
    definition["spec"] = {"group": "a.b", "scope": "Cluster", "names": {"kind": "A"}, "versions": [version]}
    for read in (decode_into, convert_into):
        found = read(definition, definition["apiVersion"], definition["kind"]).obj
        assert found["spec"]["versions"][0]["schema"]["openAPIV3Schema"] == schema


def test_an_object_that_a_client_builds_has_its_fields_in_go_s_order() -> None:
    built = encode(deployment(replicas=1), "apps/v1", "Deployment")
    assert list(built) == ["kind", "apiVersion", "metadata", "spec", "status"]
    assert list(built["spec"]) == ["replicas", "selector", "template", "strategy"]
    container = built["spec"]["template"]["spec"]["containers"][0]
    assert list(container.items()) == [("name", "nginx"), ("image", "nginx"), ("resources", {})]
    assert (built["spec"]["strategy"], built["status"]) == ({}, {})


def test_an_object_that_a_client_builds_shows_required_lists_as_null() -> None:
    built = encode({"metadata": {"name": "job"}, "spec": {"template": {"spec": {}}}}, "batch/v1", "Job")
    assert built == {
        "kind": "Job",
        "apiVersion": "batch/v1",
        "metadata": {"name": "job"},
        "spec": {"template": {"metadata": {}, "spec": {"containers": None}}},
        "status": {},
    }


def test_a_null_in_a_list_of_words_is_an_empty_one_however_it_is_read() -> None:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "a"},
        "rules": [{"verbs": [None], "nonResourceURLs": ["/x"]}],
    }
    for read in (decode_into, convert_into):
        assert read(role, role["apiVersion"], role["kind"]).obj["rules"] == [{"verbs": [""], "nonResourceURLs": ["/x"]}]


def test_a_spec_is_a_map_also_where_its_type_is_not_known() -> None:
    request = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "spec": ["x"]}
    with pytest.raises(DecodeError) as caught:
        decode_into(request, request["apiVersion"], request["kind"])
    assert str(caught.value) == (
        "json: cannot unmarshal array into Go struct field CertificateSigningRequest.spec of type "
        "v1.CertificateSigningRequestSpec"
    )


def test_numbers_of_bytes_are_bytes_to_the_converter() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"a": [], "b": [104, 105]}}
    assert convert_into(secret, "v1", "Secret").obj["data"] == {"a": "", "b": "aGk="}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            {"items": {"description": True}},
            "bool into Go struct field JSONSchemaProps.{}.items.description of type string",
        ),
        (
            {"additionalProperties": {"maxItems": "x", "foo": 1}},
            "string into Go struct field JSONSchemaProps.{}.additionalProperties.maxItems of type int64",
        ),
        ({"dependencies": {"x": [1]}}, "number into Go struct field JSONSchemaProps.{}.dependencies of type string"),
        (
            {"items": [{"type": 1}], "title": 5},
            "number into Go struct field JSONSchemaProps.{}.items.type of type string",
        ),
    ],
)
def test_a_mismatch_in_a_schema_within_a_schema_has_all_fields_from_the_top(wrong: Obj, words: str) -> None:
    schema = {"properties": {"a": {"items": {"properties": {"b": wrong}}}}}
    version = {"name": "v1", "schema": {"openAPIV3Schema": schema}}
    obj = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": {"versions": [version]}}
    with pytest.raises(DecodeError) as caught:
        decode_into(obj, obj["apiVersion"], obj["kind"])
    where = "spec.versions.schema.openAPIV3Schema.properties.items.properties"
    assert str(caught.value) == f"json: cannot unmarshal {words.format(where)}"
