"""Transformers and generators by the kinds of their configurations. Mirrors api/internal/plugins/builtinhelpers."""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.transformers import (
    affixes,
    images,
    labels,
    namespace,
    patches,
    replacements,
    replicas,
    value_add,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.transformers.plugin import Helpers, Make, Transform

_MAKERS: dict[str, Make] = {
    "PatchStrategicMergeTransformer": patches.make_strategic,
    "PatchTransformer": patches.make,
    "NamespaceTransformer": namespace.make,
    "PrefixSuffixTransformer": affixes.make_both,
    "PrefixTransformer": affixes.make_prefix,
    "SuffixTransformer": affixes.make_suffix,
    "LabelTransformer": labels.make_labels,
    "AnnotationsTransformer": labels.make_annotations,
    "PatchJson6902Transformer": patches.make_json,
    "ReplicaCountTransformer": replicas.make,
    "ImageTagTransformer": images.make,
    "ReplacementTransformer": replacements.make,
    "ValueAddTransformer": value_add.make,
}


def is_transformer(kind: str) -> bool:
    return kind in _MAKERS


def made_transformer(kind: str, config: Obj, helpers: Helpers) -> Transform:
    """The transformer that a kustomization's field asks for; BuildError with its configuration where that is wrong."""
    try:
        return _MAKERS[kind](config, helpers)
    except BuildError as error:
        from kubesim.golang.yaml.emitter import dump

        raise BuildError(
            f"trouble configuring builtin {kind} with config: `\n{dump(config)}`: {error.message}"
        ) from None


def configured_transformer(kind: str, config: Obj, helpers: Helpers) -> Transform:
    """The transformer that an object under ``transformers`` is the configuration of."""
    return _MAKERS[kind](config, helpers)
