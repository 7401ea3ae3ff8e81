"""namePrefix and nameSuffix."""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.field_specs import check_scalar, field_spec, update_fields
from kubesim.kustomize.ids import Gvk
from kubesim.kustomize.nodes import text_of
from kubesim.kustomize.structs import FIELD_SPEC, Struct, decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.field_specs import FieldSpec
    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap, Resource
    from kubesim.kustomize.transformers.plugin import Helpers, Transform

_CONFIG = Struct("Affix", {"prefix": "string", "suffix": "string", "fieldSpecs": [FIELD_SPEC]})
_SKIPPED = (
    Gvk(kind="CustomResourceDefinition"),
    Gvk("apiregistration.k8s.io", "", "APIService"),
    Gvk(kind="Namespace"),
)


def make_prefix(config: Obj, _helpers: Helpers) -> Transform:
    return _make(config, "prefix")


def make_suffix(config: Obj, _helpers: Helpers) -> Transform:
    return _make(config, "suffix")


def make_both(config: Obj, helpers: Helpers) -> Transform:
    """A prefix and then a suffix."""
    both = (make_prefix(config, helpers), make_suffix(config, helpers))

    def transform(resources: ResMap) -> None:
        for one in both:
            one(resources)

    return transform


def _make(config: Obj, which: str) -> Transform:
    fields = decoded(config, _CONFIG)
    if "fieldSpecs" not in fields:
        raise BuildError("fieldSpecs is not expected to be nil")
    specs = [field_spec(spec) for spec in fields["fieldSpecs"]]
    affix = fields.get(which, "")
    prefix, suffix = (affix, "") if which == "prefix" else ("", affix)

    def transform(resources: ResMap) -> None:
        for resource in resources.resources:
            original = resource.original_id.gvk
            if not any(map(original.is_selected, _SKIPPED)):
                for spec in specs:
                    if original.is_selected(spec.gvk):
                        _add(resource, spec, prefix, suffix)

    return transform


def _add(resource: Resource, spec: FieldSpec, prefix: str, suffix: str) -> None:
    if spec.path == "metadata/name" and (prefix or suffix):
        (resource.prefixes if prefix else resource.suffixes).append(prefix or suffix)
        resource.remember_id()

    def update(node: Any) -> Any:
        check_scalar(node)
        return f"{prefix}{text_of(node)}{suffix}"

    update_fields(resource, spec, update, str)
