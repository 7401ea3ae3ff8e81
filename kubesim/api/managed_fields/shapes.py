"""How server-side apply sees a value: whole, or part by part, and what its parts are called.

Mirrors the +listType, +listMapKey, +mapType and +structType markers of the API's types: what they say beyond
the patch merge keys is listed here.  The elements of a path are written as fieldsV1 writes them: ``f:spec``,
``k:{"name":"nginx"}``, ``v:"finalizer"``.
"""

from __future__ import annotations

from kubesim.startup.json_text import encoder
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kubesim.api.schema import Field, Type

ATOMIC, STRUCT, MAP, KEYED, SET = "atomic", "struct", "map", "keyed list", "set"
#: An object of which a schema, no Go type, says the fields (see schema_types).
SCHEMA = "schema"

_ATOMIC_STRUCTS = frozenset(
    (
        *("core/v1.SecretReference", "core/v1.FileKeySelector", "core/v1.ObjectFieldSelector"),
        *("core/v1.ResourceFieldSelector", "core/v1.ConfigMapKeySelector", "core/v1.SecretKeySelector"),
        *("core/v1.NodeSelector", "core/v1.NodeSelectorTerm", "core/v1.TopologySelectorTerm"),
        *("core/v1.EndpointAddress", "core/v1.EndpointPort", "core/v1.ObjectReference"),
        *("core/v1.LocalObjectReference", "core/v1.TypedLocalObjectReference", "core/v1.ScopeSelector"),
        *("networking/v1.ServiceBackendPort", "autoscaling/v1.CrossVersionObjectReference"),
        *("rbac/v1.Subject", "rbac/v1.RoleRef", "discovery/v1.EndpointPort"),
        *("meta/v1.OwnerReference", "meta/v1.LabelSelector"),
    )
)
_ATOMIC_FIELDS = frozenset(
    (
        *("core/v1.PodSpec nodeSelector", "core/v1.ReplicationControllerSpec selector", "core/v1.ServiceSpec selector"),
        *("core/v1.PodStatus hostIPs", "batch/v1.JobStatus conditions"),
    )
)
_GRANULAR_FIELDS = frozenset(("core/v1.PersistentVolumeSpec claimRef",))
_KEYS = {
    "core/v1.ResourceRequirements claims": ("name",),
    "core/v1.Container ports": ("containerPort", "protocol"),
    "core/v1.EphemeralContainerCommon ports": ("containerPort", "protocol"),
    "core/v1.ResourceStatus resources": ("resourceID",),
    "core/v1.PodSpec topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "core/v1.ServiceSpec ports": ("port", "protocol"),
    "apiextensions/v1.CustomResourceDefinitionStatus conditions": ("type",),
}
_SETS = frozenset(
    (
        *("core/v1.ContainerRestartRuleOnExitCodes values", "core/v1.NodeSpec podCIDRs"),
        *("core/v1.NodeAllocatableResourceClaimStatus containers", "storage/v1.CSIDriverSpec volumeLifecycleModes"),
        *("batch/v1.PodFailurePolicyOnExitCodesRequirement values", "batch/v1.UncountedTerminatedPods succeeded"),
        *("batch/v1.UncountedTerminatedPods failed", "discovery/v1.Endpoint addresses"),
        "meta/v1.ObjectMeta finalizers",
    )
)
_KEY_DEFAULTS = {"protocol": "TCP"}


class Shape(NamedTuple):
    """``kind`` is one of the above; ``type`` what the value (a list's or map's elements) is made of.

    That is a Type, or a SchemaType. ``defaults`` are those of a keyed list's keys.
    """

    kind: str
    type: Any
    keys: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = _KEY_DEFAULTS


WHOLE = Shape(ATOMIC, None)


def shape_of(type_: Any) -> Shape:
    """The shape of a value of that type, wherever it stands."""
    if type_ is None or type_.is_custom:
        return WHOLE
    if type_.kind == "pointer":
        return shape_of(type_.elem)
    if type_.kind == SCHEMA:
        shape: Shape = type_.shape()
        return shape
    if type_.kind == "struct" and type_.name not in _ATOMIC_STRUCTS:
        return Shape(STRUCT, type_)
    return Shape(MAP, type_.elem) if type_.kind == "map" else WHOLE


def shape_of_field(owner: Type, field: Field) -> Shape:
    """The shape of a struct's field."""
    type_ = field.type.elem if field.type.kind == "pointer" else field.type
    name = f"{owner.name} {field.json}"
    if name in _ATOMIC_FIELDS:
        return WHOLE
    if type_.kind == "slice":
        return _shape_of_list(name, type_.elem, field)
    return Shape(STRUCT, type_) if name in _GRANULAR_FIELDS else shape_of(type_)


def _shape_of_list(name: str, element: Type, field: Field) -> Shape:
    if name in _SETS:
        return Shape(SET, element)
    keys = _KEYS.get(name) or ((field.merge_key,) if field.merge_key else ())
    return Shape(KEYED, element, keys) if keys else WHOLE


def child(shape: Shape, element: str) -> Shape:
    """The shape of the part that a path's element names."""
    if shape.kind == STRUCT and shape.type is not None:
        field = shape.type.json_fields.get(element[2:])
        return shape_of_field(shape.type, field) if field else WHOLE
    if shape.kind == SCHEMA:
        part: Shape = shape.type.shape_of_member(element[2:])
        return part
    return shape_of(shape.type) if shape.kind in (MAP, KEYED) else WHOLE


def is_named_field(shape: Shape, element: str) -> bool:
    """Whether the element is a field of a struct, not a key of a map."""
    if shape.kind == SCHEMA:
        is_declared: bool = shape.type.has_field(element[2:])
        return is_declared
    return shape.kind == STRUCT and shape.type is not None and element[2:] in shape.type.json_fields


def parts(shape: Shape, value: Any) -> list[tuple[str, Any]] | None:
    """The value's parts with the elements that name them; None if it is a leaf (whole, or empty)."""
    if not value or shape.kind == ATOMIC:
        return None
    if isinstance(value, dict) and shape.kind in (STRUCT, MAP, SCHEMA):
        return [(f"f:{key}", item) for key, item in value.items()]
    if isinstance(value, list) and shape.kind in (KEYED, SET):
        return [(element_of(shape, item), item) for item in value]
    return None


def element_of(shape: Shape, item: Any) -> str:
    """What names an item of a list: its keys, or itself."""
    if shape.kind == SET or not isinstance(item, dict):
        return f"v:{_compact(item)}"
    found = {key: item.get(key, shape.defaults.get(key)) for key in shape.keys}
    return f"k:{_compact({key: value for key, value in found.items() if value is not None})}"


def _compact(value: Any) -> str:
    return _text_of(value)


_text_of = encoder(sort_keys=True)
