"""labels, commonLabels and commonAnnotations."""

from __future__ import annotations

from kubesim.kustomize.field_specs import field_spec, set_entry, update_fields
from kubesim.kustomize.structs import FIELD_SPEC, MAP, Struct, decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap
    from kubesim.kustomize.transformers.plugin import Helpers, Transform

_CONFIG = Struct("Metadata", {"labels": MAP, "annotations": MAP, "fieldSpecs": [FIELD_SPEC]})


def make_labels(config: Obj, _helpers: Helpers) -> Transform:
    return _make(config, "labels")


def make_annotations(config: Obj, _helpers: Helpers) -> Transform:
    return _make(config, "annotations")


def _make(config: Obj, which: str) -> Transform:
    fields = decoded(config, _CONFIG)
    specs = [field_spec(spec) for spec in fields.get("fieldSpecs", ())]
    pairs = sorted(fields.get(which, {}).items())

    def transform(resources: ResMap) -> None:
        for resource in resources.resources:
            for key, value in pairs:
                for spec in specs:
                    update_fields(resource, spec, set_entry(key, value), dict)

    return transform
