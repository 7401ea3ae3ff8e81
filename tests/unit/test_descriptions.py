"""What ``explain`` says of types and fields."""

from __future__ import annotations

import pytest
from kubesim.api import descriptions, schema
from kubesim.api.schema import Type
from kubesim.cluster import Kinds

# What learners meet: pods, workloads, services, configuration, volumes, autoscalers, quotas, RBAC.
DESCRIBED = (
    *("Pod", "PodTemplate", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob"),
    *("ReplicationController", "ControllerRevision", "Service", "Endpoints", "EndpointSlice", "Ingress"),
    *("IngressClass", "NetworkPolicy", "ConfigMap", "Secret", "PersistentVolume", "PersistentVolumeClaim"),
    *("StorageClass", "HorizontalPodAutoscaler", "ResourceQuota", "LimitRange", "Role", "RoleBinding", "ClusterRole"),
    *("ClusterRoleBinding", "ServiceAccount", "Namespace", "Node", "PodDisruptionBudget", "PriorityClass", "Event"),
    "Lease",
)


def struct_of(type_: Type) -> Type | None:
    while not type_.is_custom and type_.kind in ("pointer", "slice", "map"):
        type_ = type_.elem
    return type_ if not type_.is_custom and type_.kind == "struct" else None


def structs_below(type_: Type, seen: dict[str, Type]) -> dict[str, Type]:
    """The type and every struct that a path of its fields leads to."""
    struct = struct_of(type_)
    if struct is not None and struct.name not in seen:
        seen[struct.name] = struct
        for field in struct.json_fields.values():
            structs_below(field.type, seen)
    return seen


@pytest.mark.parametrize("kind", DESCRIBED)
def test_every_field_that_learners_meet_is_described(kind: str) -> None:
    names = Kinds({}).by_key()[kind]
    whole = schema.type_of(names.api_version, names.kind)
    assert whole is not None
    structs = structs_below(whole, {})
    nothing = [name for name in structs if not descriptions.of_type(name)]
    nothing += [
        f"{name}.{field}"
        for name, struct in structs.items()
        for field in struct.json_fields
        if not descriptions.of_field(name, field)
    ]
    assert nothing == []


def test_what_is_described_is_there() -> None:
    """A misspelt name, or one of another group, would never be shown."""
    types = [schema.type_of(names.api_version, names.kind) for names in Kinds({}).by_key().values()]
    known: dict[str, Type] = {}
    for whole in (*types, schema.type_of("autoscaling/v1", "HorizontalPodAutoscaler")):
        if whole is not None:
            structs_below(whole, known)
    unknown = []
    for group in {name.partition("/")[0] for name in known}:
        structs = {name: struct for name, struct in known.items() if name.startswith(f"{group}/")}
        fields = {(name.rpartition(".")[2], field) for name, s in structs.items() for field in ("", *s.json_fields)}
        unknown += [key for key in descriptions._texts(group) if key[0] != "*" and key not in fields]
    assert unknown == []


def test_a_field_of_its_own_meaning_wins_over_what_it_means_elsewhere() -> None:
    assert descriptions.of_field("apps/v1.DeploymentSpec", "replicas").startswith(
        "How many pods are wanted. The default"
    )
    assert "in a status" in descriptions.of_field("apps/v1.StatefulSetStatus", "replicas")
    assert descriptions.of_field("core/v1.Pod", "kind") == descriptions.of_field("batch/v1.Job", "kind") != ""
    assert descriptions.of_field("nosuch/v1.Thing", "field") == descriptions.of_type("nosuch/v1.Thing") == ""
