"""What transformers work on: the built-in field specs, with those of ``configurations``.

Mirrors api/internal/plugins/builtinconfig.
"""

from __future__ import annotations

from kubesim.kustomize import default_specs
from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.field_specs import FieldSpec, field_spec, gvk_in, gvk_order, merged_specs
from kubesim.kustomize.ids import Gvk
from kubesim.startup.function_cache import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.kustomize.loader import Loader

    References = list[tuple[Gvk, list[FieldSpec]]]

_SPEC_FIELDS = (
    *("namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "templateLabels", "commonAnnotations"),
    *("varReference", "images", "replicas"),
)


class Configuration:
    """Field specs by the name that they have in a configuration file, and the fields that name other objects."""

    def __init__(self, specs: dict[str, list[FieldSpec]] | None = None, references: References | None = None) -> None:
        self._specs = specs or {}
        self.references = references or []

    def specs(self, name: str) -> list[FieldSpec]:
        return self._specs.get(name, [])

    def merged(self, other: Configuration) -> Configuration:
        """Both; BuildError where they say different things of one field."""
        specs = {}
        for name in _SPEC_FIELDS:
            try:
                specs[name] = _ordered(merged_specs(self.specs(name), other.specs(name)))
            except BuildError as error:
                shown = {"namespace": "NameSpace"}.get(name, name[0].upper() + name[1:])
                raise BuildError(f"failed to merge {shown} fieldSpec: {error.message}") from error
        references = _merged_references(self.references, other.references)
        return Configuration(specs, references)


def _ordered(specs: Iterable[FieldSpec]) -> list[FieldSpec]:
    return sorted(specs, key=lambda spec: gvk_order(spec.gvk))


def _merged_references(held: References, more: References) -> References:
    result = dict(held)
    for gvk, specs in more:
        result[gvk] = merged_specs(result.get(gvk, []), specs)
    return sorted(result.items(), key=lambda entry: gvk_order(entry[0]))


@cache
def default_configuration() -> Configuration:
    from kubesim.kustomize.default_references import default_references

    specs = {
        "namePrefix": default_specs.NAMES,
        "nameSuffix": default_specs.NAMES,
        "namespace": default_specs.NAMESPACES,
        "commonLabels": default_specs.LABELS,
        "templateLabels": default_specs.TEMPLATE_LABELS,
        "commonAnnotations": default_specs.ANNOTATIONS,
        "varReference": default_specs.VARIABLES,
        "images": default_specs.IMAGES,
        "replicas": default_specs.REPLICAS,
    }
    return Configuration().merged(Configuration(specs, default_references()))


def load_configuration(loader: Loader, paths: list[str]) -> Configuration:
    """The built-in configuration with that of files."""
    result = default_configuration()
    more = Configuration()
    for path in paths:
        more = more.merged(_configuration_of(loader.load_text(path)))
    return result.merged(more) if paths else result


def _configuration_of(text: str) -> Configuration:
    from kubesim.kustomize.structs import CONFIGURATION, read_configuration

    data = read_configuration(text, CONFIGURATION)
    specs = {name: [field_spec(spec) for spec in data.get(name) or ()] for name in _SPEC_FIELDS}
    references = [
        (gvk_in(entry), [field_spec(spec) for spec in entry.get("fieldSpecs") or ()])
        for entry in data.get("nameReference") or ()
    ]
    return Configuration(specs, references)
