"""What a kustomization asks for, as configurations of transformers. Mirrors target/kusttarget_configplugin.go."""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.field_specs import FieldSpec, field_spec, merged_specs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kubesim.kustomize.configuration import Configuration
    from kubesim.kustomize.nodes import Obj

_METADATA_LABELS = FieldSpec("metadata/labels", create=True)


def transformers_of(fields: Obj, configuration: Configuration) -> Iterator[tuple[str, Obj]]:
    """The kinds of the transformers that a kustomization's fields ask for, in their order, with configurations."""
    specs = configuration.specs
    if fields.get("patchesStrategicMerge"):
        yield "PatchStrategicMergeTransformer", {"paths": fields["patchesStrategicMerge"]}
    for patch in fields.get("patches", ()):
        yield "PatchTransformer", _filled(patch)
    if namespace := fields.get("namespace"):
        shown = _shown(specs("namespace"))
        yield "NamespaceTransformer", {"metadata": {"namespace": namespace}, "FieldSpecs": shown}
    for name in ("prefix", "suffix"):
        field = f"name{name.capitalize()}"
        if affix := fields.get(field):
            yield f"{name.capitalize()}Transformer", {name: affix, "fieldSpecs": _shown(specs(field))}
    yield from _labels(fields, configuration)
    if annotations := fields.get("commonAnnotations"):
        shown = _shown(specs("commonAnnotations"))
        yield "AnnotationsTransformer", {"Annotations": annotations, "FieldSpecs": shown}
    for patch in fields.get("patchesJson6902", ()):
        config = {"target": patch.get("target"), "path": patch.get("path"), "jsonOp": patch.get("patch")}
        yield "PatchJson6902Transformer", _filled(config)
    for replica in fields.get("replicas", ()):
        yield "ReplicaCountTransformer", {"Replica": replica, "FieldSpecs": _shown(specs("replicas"))}
    for image in fields.get("images", ()):
        yield "ImageTagTransformer", {"ImageTag": _filled(image), "FieldSpecs": _shown(specs("images"))}
    if fields.get("replacements"):
        yield "ReplacementTransformer", {"Replacements": fields["replacements"]}


def _filled(config: Obj) -> Obj:
    """A configuration without its empty fields."""
    return {name: value for name, value in config.items() if value not in (None, "", [])}


def _shown(specs: Iterable[FieldSpec]) -> list[Obj]:
    return [
        _filled({"path": spec.path, "create": spec.create or None, **dict(zip(spec.gvk._fields, spec.gvk))})  # noqa: B905
        for spec in specs
    ]


def _labels(fields: Obj, configuration: Configuration) -> Iterator[tuple[str, Any]]:
    for label in fields.get("labels", ()):
        specs = _label_specs(label, configuration)
        yield "LabelTransformer", {"Labels": label.get("pairs", {}), "FieldSpecs": _shown(specs)}
    if fields.get("labels") or fields.get("commonLabels"):
        # The one of commonLabels is there, and noted in transformations, without any too.
        shown = _shown(configuration.specs("commonLabels"))
        yield "LabelTransformer", {"Labels": fields.get("commonLabels", {}), "FieldSpecs": shown}


def _label_specs(label: Obj, configuration: Configuration) -> list[FieldSpec]:
    """Where the pairs of ``labels`` go."""
    specs = [field_spec(spec) for spec in label.get("fields", ())]
    what = "labels"
    try:
        specs = merged_specs(specs, configuration.specs("labels"))
        if label.get("includeSelectors"):
            return merged_specs(specs, configuration.specs("commonLabels"))
        if label.get("includeTemplates"):
            what = "template fieldSpec"
            specs = merged_specs(specs, configuration.specs("templateLabels"))
            what = "labels"
        return merged_specs(specs, [_METADATA_LABELS])
    except BuildError as error:
        raise BuildError(f"failed to merge {what}: {error.message}") from None
