"""Server-side apply of custom resources: who owns what follows from the lists and maps of their schemas.

The owners are those that a real API server (1.36.2) noted.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from kubesim.api.managed_fields import applied, updated
from kubesim.api.managed_fields.derived import with_derived
from kubesim.api.managed_fields.schema_types import ResourceType
from kubesim.errors import StatusError

KEYED = {
    "type": "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name", "proto"],
    "items": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "proto": {"type": "string", "default": "TCP"},
            "v": {"type": "integer"},
        },
    },
}
SPEC = {
    "n": {"type": "integer"},
    "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
    "atom": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "integer"}}}},
    "map": KEYED,
    "amap": {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"a": {}, "b": {}}},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "nested": {"type": "object", "properties": {"deep": {"type": "object", "properties": {"b": {"type": "integer"}}}}},
    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    "port": {"x-kubernetes-int-or-string": True},
    "tmpl": {
        "type": "object",
        "x-kubernetes-embedded-resource": True,
        "x-kubernetes-preserve-unknown-fields": True,
    },
}
SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {"type": "object", "properties": SPEC},
        "status": {"type": "object", "properties": {"a": {"type": "integer"}}},
    },
}
TYPE = ResourceType(SCHEMA, has_status=False)


def thing(**fields: Any) -> dict[str, Any]:
    return {
        "apiVersion": "example.com/v1",
        "kind": "Thing",
        "metadata": {"name": "x", "namespace": "default"},
        **fields,
    }


def apply(live: Any, manager: str, *, force: bool = True, type_: ResourceType = TYPE, **spec: Any) -> dict[str, Any]:
    return applied(live, thing(spec=spec), manager, force=force, now="", schema_type=type_)


def owned(obj: dict[str, Any], manager: str) -> Any:
    """What a manager owns below spec, compactly written."""
    (fields,) = [entry["fieldsV1"] for entry in obj["metadata"]["managedFields"] if entry["manager"] == manager]
    return json.loads(json.dumps(fields.get("f:spec")))


OWNED = (
    ("scalars", {"n": 1, "port": "http"}, {"f:n": {}, "f:port": {}}),
    ("the members of a set", {"set": ["b", "a"]}, {"f:set": {'v:"a"': {}, 'v:"b"': {}}}),
    ("nothing of an empty set", {"set": []}, None),
    ("lists without a type whole", {"atom": [{"x": 1}]}, {"f:atom": {}}),
    (
        "items by their keys, of which some are defaulted",
        {"map": [{"name": "a", "v": 1}]},
        {"f:map": {'k:{"name":"a","proto":"TCP"}': {".": {}, "f:name": {}, "f:v": {}}}},
    ),
    ("atomic maps whole", {"amap": {"a": 1}}, {"f:amap": {}}),
    ("the keys of other maps", {"labels": {"x": "1"}}, {"f:labels": {"f:x": {}}}),
    ("empty maps", {"nested": {"deep": {}}}, {"f:nested": {"f:deep": {}}}),
    (
        "what nobody declared, with what is in it",
        {"free": {"q": {"w": [1]}}},
        {"f:free": {"f:q": {".": {}, "f:w": {}}}},
    ),
    (
        "embedded objects with typed metadata",
        {"tmpl": {"kind": "Pod", "metadata": {"finalizers": ["a/b"]}, "spec": {"b": 1}}},
        {"f:tmpl": {"f:kind": {}, "f:metadata": {"f:finalizers": {'v:"a/b"': {}}}, "f:spec": {".": {}, "f:b": {}}}},
    ),
)


@pytest.mark.parametrize(("name", "spec", "fields"), OWNED, ids=[name for name, *_ in OWNED])
def test_who_applies_owns(name: str, spec: dict[str, Any], fields: Any) -> None:
    made = apply(None, "a", n=1, **{key: value for key, value in spec.items() if key != "n"})
    expected = {**(fields or {}), "f:n": {}}
    assert owned(made, "a") == expected


def test_lists_of_several_managers_are_merged() -> None:
    live = apply(None, "a", set=["a"], map=[{"name": "x", "proto": "TCP"}])
    live = apply(live, "b", set=["b"], map=[{"name": "y", "proto": "TCP"}])
    assert live["spec"]["set"] == ["a", "b"]
    assert [item["name"] for item in live["spec"]["map"]] == ["x", "y"]


def test_what_a_manager_applies_no_more_goes_and_an_empty_map_stays_where_another_owns_it() -> None:
    live = apply(None, "a", labels={})
    live = apply(live, "b", labels={"x": "1"}, set=["b"])
    live = apply(live, "b", n=1)
    assert live["spec"] == {"labels": {}, "n": 1}


def test_a_map_gives_way_to_a_value_where_nothing_is_declared() -> None:
    live = apply(None, "a", free={"q": {"w": 1}})
    live = apply(live, "b", free={"q": 2})
    assert live["spec"]["free"] == {"q": 2}
    assert [entry["manager"] for entry in live["metadata"]["managedFields"]] == ["b"]


def test_two_managers_may_not_differ() -> None:
    live = apply(None, "a", n=1, map=[{"name": "x", "proto": "TCP", "v": 1}])
    with pytest.raises(StatusError) as raised:
        apply(live, "b", force=False, n=2, map=[{"name": "x", "proto": "TCP", "v": 2}])
    assert raised.value.message == (
        'Apply failed with 2 conflicts: conflicts with "a":\n- .spec.n\n- .spec.map[name="x",proto="TCP"].v'
    )


def test_fields_that_the_schema_does_not_have_are_refused() -> None:
    with pytest.raises(StatusError) as raised:
        apply(None, "a", zzz=1, map=[{"name": "x", "yyy": 1}])
    assert raised.value.message == (
        "failed to create typed patch object (default/x; example.com/v1, Kind=Thing): errors:\n"
        '  .spec.map[name="x",proto="TCP"].yyy: field not declared in schema\n'
        "  .spec.zzz: field not declared in schema"
    )


@pytest.mark.parametrize("has_status", [False, True])
def test_a_status_that_is_no_subresource_belongs_to_who_writes_it(has_status: bool) -> None:
    type_ = ResourceType(SCHEMA, has_status=has_status)
    made = updated(None, thing(spec={}, status={"a": 1}), "a", now="", schema_type=type_)
    (entry,) = made["metadata"]["managedFields"]
    assert ("f:status" in entry["fieldsV1"]) is not has_status


def test_the_status_of_a_definition_is_the_api_servers_and_that_of_a_resource_nobodys_but_its_writers() -> None:
    condition = {"type": "Established", "status": "True", "lastTransitionTime": "2024-01-01T00:00:00Z"}
    status = {"conditions": [condition], "storedVersions": ["v1"]}
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "x", "creationTimestamp": "2024-01-01T00:00:00Z"},
        "status": status,
    }
    entries = with_derived(crd)["metadata"]["managedFields"]
    (fields,) = [entry["fieldsV1"] for entry in entries if entry["manager"] == "kube-apiserver"]
    owned_of_condition = {".": {}, "f:lastTransitionTime": {}, "f:status": {}, "f:type": {}}
    assert fields == {"f:status": {"f:conditions": {'k:{"type":"Established"}': owned_of_condition}}}
    assert not [
        entry
        for entry in with_derived(thing(status={"a": 1}))["metadata"]["managedFields"]
        if entry.get("subresource") == "status"
    ]


PROBLEMS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"n": "x"}, ".spec.n: expected numeric (int or float), got string"),
    ({"n": []}, ".spec.n: expected numeric (int or float), got []interface {}"),
    ({"labels": {"a": 1}}, ".spec.labels.a: expected string, got &value.valueUnstructured{Value:1}"),
    ({"labels": [1]}, ".spec.labels: expected map, got &{[1]}"),
    ({"set": {"a": 1}}, ".spec.set: expected list, got &{map[a:1]}"),
    ({"set": ["a", "a"]}, '.spec.set: duplicate entries for key [="a"]'),
    ({"map": ["x"]}, ".spec.map: element 0: associative list with keys may not have non-map elements"),
    (
        {"map": [{"name": "a"}, {"name": "a"}]},
        '.spec.map: duplicate entries for key [name="a",proto="TCP"]',
    ),
    ({"atom": [{"x": "y"}]}, ".spec.atom[0].x: expected numeric (int or float), got string"),
    ({"tmpl": {"metadata": {"foo": 1}}}, ".spec.tmpl.metadata.foo: field not declared in schema"),
)


@pytest.mark.parametrize(("spec", "problem"), PROBLEMS, ids=[problem for _, problem in PROBLEMS])
def test_a_configuration_that_is_none_of_the_schema_is_refused(spec: dict[str, Any], problem: str) -> None:
    with pytest.raises(StatusError) as raised:
        apply(None, "a", **spec)
    prefix = "failed to create typed patch object (default/x; example.com/v1, Kind=Thing): "
    assert raised.value.message == prefix + problem


def test_a_value_without_a_type_and_a_null_are_taken_as_they_are() -> None:
    for port in (1, "http", [1], {"a": 1}):
        assert apply(None, "a", port=port, n=None)["spec"]["port"] == port
