"""What is wrong with an object's metadata.

Mirrors apimachinery's pkg/api/validation/objectmeta.go, pkg/apis/meta/v1/validation, and the names that each kind's
validation allows.
"""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    IMMUTABLE,
    FieldError,
    Struct,
    forbidden,
    immutable,
    invalid,
    invalid_for_each,
    required,
    too_long,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Protocol

    from kubesim.api.meta import Obj

    class Resource(Protocol):
        """What is asked of a kind's names."""

        @property
        def key(self) -> str: ...

        @property
        def namespaced(self) -> bool: ...

    class Named(Protocol):
        """What is asked of a kind."""

        @property
        def names(self) -> Resource: ...


ANNOTATIONS_LIMIT = 256 * 1024

# Kinds with names that are not simply DNS subdomains.
NAME_RULES: dict[str, Callable[[str], list[str]]] = {
    "APIService": names.is_path_segment,
    "CertificateSigningRequest": names.is_anything,
    "ClusterRole": names.is_path_segment,
    "ClusterRoleBinding": names.is_path_segment,
    "Event": names.is_path_segment,
    "IPAddress": names.is_anything,
    "Namespace": names.is_dns_1123_label,
    "PodDisruptionBudget": names.is_path_segment,
    "Role": names.is_path_segment,
    "RoleBinding": names.is_path_segment,
    "Service": names.is_dns_1123_label,
    "StatefulSet": names.is_dns_1123_label,
}


def validate_metadata(obj: Obj, kind: Named) -> list[FieldError]:
    """Everything that is wrong with a new object's metadata. Mirrors ValidateObjectMeta."""
    rule = NAME_RULES.get(kind.names.key, names.is_dns_1123_subdomain)
    meta = obj["metadata"]
    wrong = _validate_new(meta, rule, namespaced=kind.names.namespaced)
    return wrong + _validate_standard_finalizers(meta, kind)


def validate_embedded_metadata(meta: Obj, path: str) -> list[FieldError]:
    """The same for an object inside another, at ``path``: it needs no name, and a namespace is its own affair."""
    named = {**meta, "name": meta.get("name") or "fakename"}
    wrong = _validate_new(named, names.is_path_segment, namespaced=bool(meta.get("namespace")))
    return [error._replace(path=f"{path}{error.path.removeprefix('metadata')}") for error in wrong]


def _validate_new(meta: Obj, rule: Callable[[str], list[str]], *, namespaced: bool) -> list[FieldError]:
    generate_name, name = meta.get("generateName", ""), meta.get("name", "")
    wrong: list[FieldError] = []
    if generate_name:
        wrong += invalid_for_each(
            "metadata.generateName", generate_name, rule(names.without_trailing_dash(generate_name))
        )
    if not name:
        wrong.append(required("metadata.name", "name or generateName is required"))
    else:
        wrong += invalid_for_each("metadata.name", name, rule(name))
    wrong += _validate_namespace(meta.get("namespace", ""), namespaced)
    if meta.get("generation", 0) < 0:
        wrong.append(invalid("metadata.generation", meta["generation"], "must be greater than or equal to 0"))
    wrong += _validate_maps(meta)
    return wrong + validate_finalizers(meta.get("finalizers") or (), "metadata.finalizers")


def _validate_namespace(namespace: str, namespaced: bool) -> list[FieldError]:
    if not namespaced:
        return [forbidden("metadata.namespace", "not allowed on this type")] if namespace else []
    if not namespace:
        return [required("metadata.namespace")]
    return invalid_for_each("metadata.namespace", namespace, names.is_dns_1123_label(namespace))


def validate_metadata_update(new: Obj, old: Obj, kind: Named) -> list[FieldError]:
    """Everything that is wrong with the metadata of ``new`` in the place of ``old``.

    Mirrors ValidateObjectMetaUpdate; what the cluster itself keeps (creation, generation, version) is not checked.
    """
    meta, before = new["metadata"], old["metadata"]
    wrong: list[FieldError] = []
    if "deletionTimestamp" in before:
        wrong += _validate_no_new_finalizers(meta.get("finalizers") or (), before.get("finalizers") or ())
    wrong += immutable("metadata.name", meta.get("name", ""), before["name"])
    if kind.names.namespaced:
        wrong += immutable("metadata.namespace", meta.get("namespace", ""), before["namespace"])
    for field in ("uid", "deletionTimestamp", "deletionGracePeriodSeconds"):
        wrong += immutable(f"metadata.{field}", meta.get(field), before.get(field))
    return wrong + _validate_maps(meta) + _validate_standard_finalizers(meta, kind)


def _validate_no_new_finalizers(new: Sequence[str], old: Sequence[str]) -> list[FieldError]:
    added = sorted(set(new) - set(old))
    if not added:
        return []
    shown = "[]string{" + ", ".join(f'"{name}"' for name in added) + "}"
    why = f"no new finalizers can be added if the object is being deleted, found new finalizers {shown}"
    return [forbidden("metadata.finalizers", why)]


def _validate_maps(meta: Obj) -> list[FieldError]:
    return [
        *validate_labels(meta.get("labels") or {}, "metadata.labels"),
        *validate_annotations(meta.get("annotations") or {}, "metadata.annotations"),
        *_validate_owner_references(meta.get("ownerReferences") or ()),
    ]


def validate_labels(labels: Mapping[str, str], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for key in sorted(labels):
        wrong += invalid_for_each(path, key, names.is_qualified_name(key))
        wrong += invalid_for_each(path, labels[key], names.is_label_value(labels[key]))
    return wrong


def validate_annotations(annotations: Mapping[str, str], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for key in sorted(annotations):
        wrong += invalid_for_each(path, key, names.is_qualified_name(key.lower()))
    if (
        sum(
            len(key.encode(errors="surrogateescape")) + len(value.encode(errors="surrogateescape"))
            for key, value in annotations.items()
        )
        > ANNOTATIONS_LIMIT
    ):
        wrong.append(too_long(path, ANNOTATIONS_LIMIT))
    return wrong


def _validate_owner_references(references: Sequence[Obj]) -> list[FieldError]:
    path = "metadata.ownerReferences"
    wrong: list[FieldError] = []
    controller = ""
    for reference in references:
        wrong += _validate_owner_reference(reference, path)
        if not reference.get("controller"):
            continue
        called = f"{reference.get('kind', '')}/{reference.get('name', '')}"
        if controller:
            why = (
                "Only one reference can have Controller set to true. "
                f'Found "true" in references for {controller} and {called}'
            )
            wrong.append(invalid(path, [_as_struct(one) for one in references], why))
        else:
            controller = called
    return wrong


def _as_struct(reference: Obj) -> Struct:
    """A reference with its fields in Go's order."""
    required_fields, others = ("apiVersion", "kind", "name", "uid"), ("controller", "blockOwnerDeletion")
    shown = Struct({field: reference.get(field, "") for field in required_fields})
    shown.update({field: reference[field] for field in others if field in reference})
    return shown


def _validate_owner_reference(reference: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    version = reference.get("apiVersion", "")
    if not version.rpartition("/")[2] or version.count("/") > 1:
        wrong.append(invalid(f"{path}.apiVersion", version, "version must not be empty"))
    missing = [name for name in ("kind", "name", "uid") if not reference.get(name)]
    wrong += [invalid(f"{path}.{name}", "", "must not be empty") for name in missing]
    if version == "v1" and reference.get("kind") == "Event":
        wrong.append(invalid(path, _as_struct(reference), "/v1, Kind=Event is disallowed from being an owner"))
    return wrong


# Finalizers without a prefix that Kubernetes itself uses. Mirrors core/helper.IsStandardFinalizerName.
STANDARD_FINALIZERS = frozenset(("kubernetes", "orphan", "foregroundDeletion"))


def validate_finalizers(finalizers: Sequence[str], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for finalizer in finalizers:
        wrong += invalid_for_each(path, finalizer, names.is_qualified_name(finalizer))
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        why = "finalizer orphan and foregroundDeletion cannot be both set"
        wrong.append(invalid(path, list(finalizers), why))
    return wrong


def _validate_standard_finalizers(meta: Obj, kind: Named) -> list[FieldError]:
    """Custom resources and their definitions may have finalizers of any name. Mirrors validateKubeFinalizerName."""
    wrong: list[FieldError] = []
    if kind.names.key == "CustomResourceDefinition" or "." in kind.names.key:
        return wrong
    for index, finalizer in enumerate(meta.get("finalizers") or ()):
        wrong += validate_standard_finalizer(finalizer, f"metadata.finalizers[{index}]")
    return wrong


def validate_standard_finalizer(finalizer: str, path: str) -> list[FieldError]:
    """A finalizer without a prefix must be one of Kubernetes' own."""
    if "/" in finalizer or finalizer in STANDARD_FINALIZERS:
        return []
    return [invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified")]


def validate_label_selector(selector: Obj | None, path: str) -> list[FieldError]:
    """Everything that is wrong with a metav1.LabelSelector. Mirrors ValidateLabelSelector."""
    if selector is None:
        return []
    wrong = validate_labels(selector.get("matchLabels") or {}, f"{path}.matchLabels")
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        wrong += _validate_expression(expression, f"{path}.matchExpressions[{index}]")
    return wrong


def selector_struct(selector: Obj) -> Struct:
    """A label selector with its fields in Go's order."""
    shown = Struct()
    if selector.get("matchLabels"):
        shown["matchLabels"] = selector["matchLabels"]
    if selector.get("matchExpressions"):
        shown["matchExpressions"] = [
            Struct({name: one[name] for name in ("key", "operator", "values") if name in one})
            for one in selector["matchExpressions"]
        ]
    return shown


def immutable_selector(path: str, new: Obj | None, old: Obj | None) -> list[FieldError]:
    """Mirrors ValidateImmutableField of a label selector."""
    return immutable(path, new, old) and [invalid(path, new and selector_struct(new), IMMUTABLE)]


def _validate_expression(expression: Obj, path: str) -> list[FieldError]:
    operator, values = expression.get("operator", ""), expression.get("values") or ()
    wrong: list[FieldError] = []
    if operator in ("In", "NotIn"):
        if not values:
            wrong.append(required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            wrong.append(forbidden(f"{path}.values", why))
    else:
        wrong.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    key = expression.get("key", "")
    wrong += invalid_for_each(f"{path}.key", key, names.is_qualified_name(key))
    for index, value in enumerate(values):
        wrong += invalid_for_each(f"{path}.values[{index}]", value, names.is_label_value(value))
    return wrong
