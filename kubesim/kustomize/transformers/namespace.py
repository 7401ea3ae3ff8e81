"""namespace: of all that is namespaced, with what names it elsewhere. Mirrors api/filters/namespace."""

from __future__ import annotations

from collections import Counter

from kubesim.kustomize.errors import BuildError, within
from kubesim.kustomize.field_specs import FieldSpec, check_scalar, field_spec, update_fields
from kubesim.kustomize.nodes import field, is_null, text_of
from kubesim.kustomize.structs import FIELD_SPEC, Struct, decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap, Resource
    from kubesim.kustomize.transformers.plugin import Helpers, Transform

_CONFIG = Struct(
    "NamespaceTransformerPlugin",
    {
        "metadata": Struct("ObjectMeta", {"namespace": "string"}),
        "fieldSpecs": [FIELD_SPEC],
        "unsetOnly": "bool",
        "setRoleBindingSubjects": "string",
    },
)
_DEFAULT_ONLY, _ACCOUNTS, _NONE = "defaultOnly", "allServiceAccounts", "none"
_METADATA = FieldSpec("metadata/namespace", create=True)
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")


def make(config: Obj, _helpers: Helpers) -> Transform:
    fields = decoded(config, _CONFIG)
    subjects = fields.get("setRoleBindingSubjects") or _DEFAULT_ONLY
    if subjects not in (_DEFAULT_ONLY, _ACCOUNTS, _NONE):
        raise BuildError(
            f'invalid value "{subjects}" for setRoleBindingSubjects: must be one of "{_DEFAULT_ONLY}", "{_NONE}" or '
            f'"{_ACCOUNTS}"'
        )
    namespace = field(fields, "metadata", "namespace") or ""
    setting = _Setting(namespace, bool(fields.get("unsetOnly")), subjects)
    specs = [field_spec(spec) for spec in fields.get("fieldSpecs", ())]
    return lambda resources: _transform(resources, setting, specs) if namespace else None


def set_namespace(resource: Resource, namespace: str) -> None:
    """Set the namespace of one resource, and nothing else."""
    _Setting(namespace, False, _DEFAULT_ONLY).apply(resource, [])


class _Setting:
    """A namespace, whether only what has none gets it, and which subjects of role bindings do."""

    def __init__(self, namespace: str, is_for_unset: bool, subjects: str) -> None:
        self._namespace = namespace
        self._is_for_unset = is_for_unset
        self._subjects = subjects

    def apply(self, resource: Resource, specs: list[FieldSpec]) -> None:
        if not resource.id.is_cluster_scoped:
            update_fields(resource, _METADATA, self._update, str)
        is_core = text_of(resource.obj.get("apiVersion", "")) == "v1"
        is_binding = resource.kind in _BINDINGS
        if is_binding:
            self._set_subjects(resource)
        for spec in specs:
            is_elsewhere = spec.path == "metadata/name" and not is_core
            is_subject = is_binding and spec.gvk.kind in _BINDINGS and spec.path == "subjects/namespace"
            if spec.path != _METADATA.path and not is_elsewhere and not is_subject:
                with within("namespace transformation failed"):
                    update_fields(resource, spec, self._update, str)

    def _update(self, node: Any) -> Any:
        check_scalar(node)
        return node if self._is_for_unset and not is_null(node) and text_of(node) else self._namespace

    def _set_subjects(self, resource: Resource) -> None:
        subjects = field(resource.obj, "subjects")
        if self._subjects == _NONE or not isinstance(subjects, list):
            return
        key, value = ("name", "default") if self._subjects == _DEFAULT_ONLY else ("kind", "ServiceAccount")
        for subject in subjects:
            if isinstance(subject, dict) and text_of(field(subject, key) or "") == value:
                subject["namespace"] = self._update(subject.get("namespace", ""))


def _transform(resources: ResMap, setting: _Setting, specs: list[FieldSpec]) -> None:
    count = Counter(resource.id.key for resource in resources.resources)
    for resource in resources.resources:
        count[resource.id.key] -= 1
        resource.remember_id()
        setting.apply(resource, specs)
        key = resource.id.key
        count[key] += 1
        if count[key] > 1:
            same = " ".join(other.as_json() for other in resources.resources if other.id.key == key)
            raise BuildError(f"namespace transformation produces ID conflict: [{same}]")
