"""``crds``: OpenAPI definitions that say of their fields what transformers do with them.

Mirrors api/internal/accumulator/loadconfigfromcrds.go.
"""

from __future__ import annotations

from kubesim.kustomize.configuration import Configuration
from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.field_specs import FieldSpec, merged_specs
from kubesim.kustomize.ids import Gvk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.kustomize.loader import Loader
    from kubesim.kustomize.nodes import Obj

_SPECS = {
    "x-kubernetes-annotation": "commonAnnotations",
    "x-kubernetes-label-selector": "commonLabels",
    "x-kubernetes-identity": "namePrefix",
}
_REFERENCE = "x-kubernetes-object-ref-"


def load_crds(loader: Loader, paths: list[str]) -> Configuration:
    """The field specs and references that files of definitions bring."""
    from kubesim.api.custom_types import kind_of
    from kubesim.golang.yaml.reader import load_document

    result = Configuration()
    for path in paths:
        definitions = load_document(loader.load_text(path)) or {}
        if not isinstance(definitions, dict):
            what = f"json: cannot unmarshal {kind_of(definitions)} into Go value of type accumulator.nameToApiMap"
            where = f"unable to parse open API definition from '{path}'"
            raise BuildError(f"{where}: error unmarshaling JSON: while decoding JSON: {what}")
        for name in definitions:
            if {"kind", "apiVersion", "metadata"} <= _properties(definitions, name).keys():
                result = result.merged(_configuration_of(definitions, name))
    return result


def _properties(definitions: Obj, name: str) -> Obj:
    found: Any = definitions.get(name)
    for part in ("Schema", "properties"):
        found = found.get(part) if isinstance(found, dict) else None
    return {field: says for field, says in found.items() if isinstance(says, dict)} if isinstance(found, dict) else {}


def _configuration_of(definitions: Obj, name: str) -> Configuration:
    kind = Gvk(kind=name.rpartition(".")[2])
    specs: dict[str, list[FieldSpec]] = {}
    references: dict[Gvk, list[FieldSpec]] = {}
    for path, says in _fields(definitions, name, ()):
        for extension, transformer in _SPECS.items():
            if isinstance(says.get(extension), str):
                specs[transformer] = merged_specs(specs.get(transformer, []), [FieldSpec("/".join(path), kind)])
        version, of_kind = (says.get(f"{_REFERENCE}{part}") for part in ("api-version", "kind"))
        if isinstance(version, str) and isinstance(of_kind, str):
            key = says.get(f"{_REFERENCE}name-key", "name")
            target = Gvk("", version, of_kind)
            spec = FieldSpec("/".join((*path, key)), kind)
            references[target] = merged_specs(references.get(target, []), [spec])
    return Configuration(specs, list(references.items()))


def _fields(definitions: Obj, name: str, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The fields of a definition, and of those that it refers to, with the schema of each."""
    for field, says in _properties(definitions, name).items():
        yield (*path, field), says
        if isinstance(says.get("$ref"), str):
            yield from _fields(definitions, says["$ref"], (*path, field))
