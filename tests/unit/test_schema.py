"""The tables of the API's types: what they say, and that each kind has one."""

from __future__ import annotations

import pytest
from kubesim.api import schema
from kubesim.api.schema import Type, type_named, type_of


def walk(type_: Type, seen: set[str]) -> None:
    """Visit every type that ``type_`` is made of."""
    if type_.name in seen:
        return
    seen.add(type_.name)
    if type_.kind in ("pointer", "slice", "map"):
        walk(type_.elem, seen)
    for field in type_.fields:
        walk(field.type, seen)


def test_every_kind_has_a_type_whose_parts_are_all_known() -> None:
    seen: set[str] = set()
    for name in schema.read("kinds").values():
        walk(type_named(name), seen)
    assert len(seen) > 500


def test_a_kind_without_a_type_has_none() -> None:
    assert type_of("metrics.k8s.io/v1beta1", "PodMetrics") is None
    assert type_of("extensions/v1beta1", "Deployment") is None


def test_fields_come_in_declaration_order_with_inlined_ones_in_place() -> None:
    deployment = type_of("apps/v1", "Deployment")
    assert deployment is not None
    assert list(deployment.json_fields) == ["kind", "apiVersion", "metadata", "spec", "status"]
    assert list(type_named("core/v1.Volume").json_fields)[:3] == ["name", "hostPath", "emptyDir"]
    assert list(type_named("core/v1.Probe").json_fields)[:5] == [
        "exec",
        "httpGet",
        "tcpSocket",
        "grpc",
        "initialDelaySeconds",
    ]


@pytest.mark.parametrize(
    ("owner", "field", "strategies", "merge_key"),
    [
        ("core/v1.PodSpec", "containers", ("merge",), "name"),
        ("core/v1.PodSpec", "volumes", ("merge", "retainKeys"), "name"),
        ("core/v1.PodSpec", "tolerations", (), ""),
        ("core/v1.Container", "ports", ("merge",), "containerPort"),
        ("apps/v1.DeploymentSpec", "strategy", ("retainKeys",), ""),
        ("meta/v1.ObjectMeta", "finalizers", ("merge",), ""),
    ],
)
def test_how_a_field_is_patched(owner: str, field: str, strategies: tuple[str, ...], merge_key: str) -> None:
    found = type_named(owner).json_fields[field]
    assert (found.patch_strategies, found.merge_key) == (strategies, merge_key)


@pytest.mark.parametrize(
    ("name", "kind", "prints"),
    [
        ("int32", "int32", "int32"),
        ("*int32", "pointer", "*int32"),
        ("[]core/v1.Container", "slice", "[]v1.Container"),
        ("map[string]string", "map", "map[string]string"),
        ("map[string][]uint8", "map", "map[string][]uint8"),
        ("core/v1.ResourceList", "map", "v1.ResourceList"),
        ("core/v1.DNSPolicy", "string", "v1.DNSPolicy"),
        ("map[core/v1.ResourceName]api/resource.Quantity", "map", "map[v1.ResourceName]resource.Quantity"),
    ],
)
def test_a_type_knows_its_kind_and_how_go_prints_it(name: str, kind: str, prints: str) -> None:
    found = type_named(name)
    assert (found.kind, found.prints) == (kind, prints)


def test_a_field_that_is_left_out_when_empty_says_so() -> None:
    fields = type_named("apps/v1.DeploymentSpec").json_fields
    assert fields["replicas"].omitempty
    assert not fields["selector"].omitempty
    assert fields["replicas"].name == "Replicas"
