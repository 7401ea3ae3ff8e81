"""The fields of kustomize's own files, and reading them as encoding/json does. Mirrors api/types.

A type is a word of Go's ("string", "bool", "int64"; others with a dot are strings), a list with the type of its
elements, ``MAP`` of strings, or a Struct.  A field of a struct that Go embeds is written with that: ``ResId.name``.
"""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.nodes import Obj

MAP = "map[string]string"
ANY_MAP = "map[string]interface {}"


class Struct:
    """A Go struct: its name (with its package, if that is not types) and the types of its fields."""

    __slots__ = ("fields", "name", "paths")

    def __init__(self, name: str, fields: dict[str, Any]) -> None:
        self.name = name
        self.fields = fields
        self.paths = {path.rpartition(".")[2]: path for path in fields}
        """Each field as JSON calls it, with the embedded structs that it is in."""


_STRINGS = ["string"]
_GVK = dict.fromkeys(("Gvk.group", "Gvk.version", "Gvk.kind"), "string")
_RES_ID = {f"ResId.{path}": "string" for path in (*_GVK, "name", "namespace")}
SELECTOR = Struct("Selector", {**_RES_ID, "annotationSelector": "string", "labelSelector": "string"})
FIELD_SPEC = Struct("FieldSpec", {**_GVK, "path": "string", "create": "bool"})
_FIELD_SPECS = [FIELD_SPEC]
_FS_SLICE = [FIELD_SPEC]
GENERATOR_OPTIONS = Struct(
    "GeneratorOptions", {"labels": MAP, "annotations": MAP, "disableNameSuffixHash": "bool", "immutable": "bool"}
)
_SOURCES = "GeneratorArgs.KvPairSources"
_GENERATOR_ARGS = {
    **dict.fromkeys(("GeneratorArgs.namespace", "GeneratorArgs.name", "GeneratorArgs.behavior"), "string"),
    f"{_SOURCES}.env": "string",
    **dict.fromkeys((f"{_SOURCES}.literals", f"{_SOURCES}.files", f"{_SOURCES}.envs"), _STRINGS),
    "GeneratorArgs.options": GENERATOR_OPTIONS,
}
CONFIG_MAP_ARGS = Struct("ConfigMapArgs", _GENERATOR_ARGS)
SECRET_ARGS = Struct("SecretArgs", {**_GENERATOR_ARGS, "type": "string"})
_FIELD_OPTIONS = Struct("FieldOptions", {"delimiter": "string", "index": "int", "encoding": "string", "create": "bool"})
_SOURCE = Struct("SourceSelector", {**_RES_ID, "fieldPath": "string", "options": _FIELD_OPTIONS})
_REJECTED = [SELECTOR]
_TARGET = Struct(
    "TargetSelector", {"select": SELECTOR, "reject": _REJECTED, "fieldPaths": _STRINGS, "options": _FIELD_OPTIONS}
)
_TARGETS = [_TARGET]
REPLACEMENT = Struct("Replacement", {"source": _SOURCE, "targets": _TARGETS, "sourceValue": "string"})
REPLACEMENT_FIELD = Struct(
    "ReplacementField",
    {**{f"Replacement.{path}": type_ for path, type_ in REPLACEMENT.fields.items()}, "path": "string"},
)
PATCH = Struct(
    "Patch",
    {
        "path": "string",
        "patch": "string",
        "target": SELECTOR,
        "options": Struct("PatchArgs", {"allowNameChange": "bool", "allowKindChange": "bool"}),
    },
)
IMAGE = Struct("Image", dict.fromkeys(("name", "newName", "tagSuffix", "newTag", "digest"), "string"))
REPLICA = Struct("Replica", {"name": "string", "count": "int64"})
LABEL = Struct("Label", {"pairs": MAP, "includeSelectors": "bool", "includeTemplates": "bool", "fields": _FIELD_SPECS})
_VARIABLE = Struct(
    "Var",
    {
        "name": "string",
        "objref": Struct("Target", {**dict.fromkeys(("apiVersion", "name", "namespace"), "string"), **_GVK}),
        "fieldref": Struct("FieldSelector", {"fieldPath": "string"}),
    },
)
_OBJECT_META = Struct("ObjectMeta", {"name": "string", "namespace": "string", "labels": MAP, "annotations": MAP})
_LEGACY_SORT = Struct("LegacySortOptions", {"orderFirst": _STRINGS, "orderLast": _STRINGS})
_SORT_OPTIONS = Struct("SortOptions", {"order": "types.SortOrder", "legacySortOptions": _LEGACY_SORT})
_CHART_STRINGS = (
    *("name", "version", "repo", "releaseName", "namespace", "valuesFile", "valuesMerge", "kubeVersion"),
    "nameTemplate",
)
_CHART = Struct(
    "HelmChart",
    {
        **dict.fromkeys(_CHART_STRINGS, "string"),
        **dict.fromkeys(("additionalValuesFiles", "apiVersions"), _STRINGS),
        **dict.fromkeys(("includeCRDs", "skipHooks", "skipTests", "debug", "devel"), "bool"),
        "valuesInline": ANY_MAP,
    },
)

_CHART_ARGS = Struct(
    "HelmChartArgs",
    {
        **dict.fromkeys(
            (
                *("chartName", "chartVersion", "chartRepoUrl", "chartHome", "chartRepoName", "helmBin", "helmHome"),
                *("values", "valuesMerge", "releaseName", "releaseNamespace"),
            ),
            "string",
        ),
        "valuesLocal": ANY_MAP,
        "extraArgs": _STRINGS,
    },
)

KUSTOMIZATION = Struct(
    "Kustomization",
    {
        **dict.fromkeys(("TypeMeta.apiVersion", "TypeMeta.kind", "namePrefix", "nameSuffix", "namespace"), "string"),
        **dict.fromkeys(
            (
                *("resources", "components", "crds", "bases", "configurations", "generators"),
                *("transformers", "validators", "buildMetadata"),
            ),
            _STRINGS,
        ),
        **dict.fromkeys(("openapi", "commonLabels", "commonAnnotations"), MAP),
        "metadata": _OBJECT_META,
        "patchesStrategicMerge": ["types.PatchStrategicMerge"],
        "labels": [LABEL],
        "patchesJson6902": [PATCH],
        "patches": [PATCH],
        "images": [IMAGE],
        "imageTags": [IMAGE],
        "replacements": [REPLACEMENT_FIELD],
        "replicas": [REPLICA],
        "vars": [_VARIABLE],
        "sortOptions": _SORT_OPTIONS,
        "configMapGenerator": [CONFIG_MAP_ARGS],
        "secretGenerator": [SECRET_ARGS],
        "generatorOptions": GENERATOR_OPTIONS,
        "helmGlobals": Struct("HelmGlobals", {"chartHome": "string", "configHome": "string"}),
        "helmCharts": [_CHART],
        "helmChartInflationGenerator": [_CHART_ARGS],
    },
)

GENERATOR_PLUGINS = {
    f"{kind}Generator": Struct(
        f"builtins.{kind}GeneratorPlugin",
        {"metadata": _OBJECT_META, **{f"{args.name}.{path}": type_ for path, type_ in args.fields.items()}},
    )
    for kind, args in (("ConfigMap", CONFIG_MAP_ARGS), ("Secret", SECRET_ARGS))
}

CONFIGURATION = Struct(
    "builtinconfig.TransformerConfig",
    {
        **dict.fromkeys(
            (
                *("namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "templateLabels"),
                *("commonAnnotations", "varReference", "images", "replicas"),
            ),
            _FS_SLICE,
        ),
        "nameReference": [Struct("NameBackReferences", {**_GVK, "fieldSpecs": _FS_SLICE})],
    },
)


def read_struct(text: str, struct: Struct) -> Obj:
    """The fields of a kustomization's YAML text; null ones are left out.

    BuildError for text that is no YAML, fields that there are not, and values of another type.
    """
    from kubesim.golang.yaml.reader import YamlError, load_document

    try:
        document = load_document(text)
    except YamlError as error:
        raise BuildError(error.message.removeprefix("error converting YAML to JSON: ")) from None
    return _decoded(document, struct, is_strict=True)


def read_configuration(text: str, struct: Struct) -> Obj:
    """The same of files that a kustomization names. Mirrors sigs.k8s.io/yaml's UnmarshalStrict."""
    from kubesim.golang.yaml.reader import YamlError, load_document

    try:
        document = load_document(text)
    except YamlError as error:
        raise BuildError(error.message) from None
    with within(_DECODING):
        return _decoded(document, struct, is_strict=True)


_DECODING = "error unmarshaling JSON: while decoding JSON"


def decoded(data: Any, struct: Struct) -> Obj:
    """JSON data as a struct, fields that there are not left out. Mirrors sigs.k8s.io/yaml's Unmarshal."""
    with within(_DECODING):
        return _decoded(data, struct, is_strict=False)


def _decoded(data: Any, struct: Struct, *, is_strict: bool) -> Obj:
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise BuildError(f"json: cannot unmarshal {_json_kind(data)} into Go value of type {_go_type(struct)}")
    return _struct(data, struct, (), is_strict=is_strict)


def _struct(data: Obj, struct: Struct, path: tuple[str, ...], *, is_strict: bool) -> Obj:
    result: Obj = {}
    for key in sorted(data):
        name = key if key in struct.paths else next((n for n in struct.paths if n.lower() == key.lower()), "")
        if not name:
            if is_strict:
                raise BuildError(f'json: unknown field "{key}"')
            continue
        shown = struct.paths[name]
        value = _value(data[key], struct.fields[shown], (struct.name, *path, shown), is_strict=is_strict)
        if value is not None:
            result[name] = value
    return result


def _value(data: Any, type_: Any, path: tuple[str, ...], *, is_strict: bool) -> Any:
    """``path`` is the name of the innermost struct and the fields that lead to the value."""
    if data is None:
        return data
    if isinstance(type_, Struct) and isinstance(data, dict):
        return _struct(data, type_, path[1:], is_strict=is_strict)
    if isinstance(type_, list) and isinstance(data, list):
        empty = "" if isinstance(type_[0], str) else {}
        items = [_value(item, type_[0], path, is_strict=is_strict) for item in data]
        return [empty if item is None else item for item in items]
    if type_ == MAP and isinstance(data, dict):
        items_of_map = {key: _value(value, "string", path, is_strict=is_strict) for key, value in sorted(data.items())}
        return {key: value or "" for key, value in items_of_map.items()}
    if isinstance(type_, str) and type(data) is _PYTHON.get(type_, str):
        return data
    where = ".".join((path[0].rpartition(".")[2], *path[1:]))
    kind = f"{_json_kind(data)} {data}" if isinstance(data, float) and type_ in ("int", "int64") else _json_kind(data)
    raise BuildError(f"json: cannot unmarshal {kind} into Go struct field {where} of type {_go_type(type_)}")


_PYTHON = {"bool": bool, "int": int, "int64": int, MAP: dict, ANY_MAP: dict}


def _json_kind(data: Any) -> str:
    from kubesim.api.custom_types import kind_of

    kind: str = kind_of(data)
    return kind


_NAMED_LISTS = (
    (_FS_SLICE, "types.FsSlice"),
    (_REJECTED, "[]*types.Selector"),
    (_TARGETS, "[]*types.TargetSelector"),
)


def _go_type(type_: Any) -> str:
    if isinstance(type_, list):
        named = next((name for list_type, name in _NAMED_LISTS if list_type is type_), "")
        return named or f"[]{_go_type(type_[0])}"
    if isinstance(type_, Struct):
        return type_.name if "." in type_.name else f"types.{type_.name}"
    return str(type_)
