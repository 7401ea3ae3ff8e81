"""replacements: a value of one resource into fields of others. Mirrors api/filters/replacement."""

from __future__ import annotations

from copy import deepcopy

from kubesim.golang.yaml.v3 import resolve_plain
from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.ids import Gvk, ResId
from kubesim.kustomize.nodes import is_empty, kind_of, split_bracketed_path, text_of, with_text
from kubesim.kustomize.paths import NotFound, Slot, get, slots
from kubesim.kustomize.structs import REPLACEMENT, REPLACEMENT_FIELD, Struct, decoded
from kubesim.kustomize.transformers.selection import Selection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap, Resource
    from kubesim.kustomize.transformers.plugin import Helpers, Transform

_CONFIG = Struct("ReplacementTransformerPlugin", {"replacements": [REPLACEMENT_FIELD]})


def make(config: Obj, helpers: Helpers) -> Transform:
    fields = decoded(config, _CONFIG)
    replacements = [one for entry in fields.get("replacements", ()) for one in _loaded(entry, helpers)]

    def transform(resources: ResMap) -> None:
        for replacement in replacements:
            _replace(resources, replacement)

    return transform


def _loaded(entry: Obj, helpers: Helpers) -> list[Obj]:
    """A replacement, or those of the file that it names."""
    from kubesim.golang.yaml.reader import load_document

    path = entry.get("path")
    if not path:
        return [entry]
    if "source" in entry or entry.get("targets"):
        raise BuildError("cannot specify both path and inline replacement")
    content = load_document(helpers.loader.load_text(path))
    if not isinstance(content, (dict, list)):
        kind = {str: "string", bool: "bool", int: "float64", float: "float64"}.get(type(content), "invalid")
        raise BuildError(f"unsupported replacement type encountered within replacement path: {kind}")
    return [decoded(one, REPLACEMENT) for one in (content if isinstance(content, list) else [content])]


def _replace(resources: ResMap, replacement: Obj) -> None:
    if ("source" not in replacement and "sourceValue" not in replacement) or "targets" not in replacement:
        raise BuildError("replacements must specify a source and at least one target")
    value = _value(resources, replacement)
    for target in replacement["targets"]:
        if "select" not in target:
            raise BuildError("target must specify resources to select")
        chosen, rejected = Selection(target["select"]), [Selection(one) for one in target.get("reject", ())]
        for resource in resources.resources:
            if _is_target(resource, chosen, rejected):
                for path in target.get("fieldPaths") or ["metadata.name"]:
                    _copy(resource.obj, value, path, target.get("options") or {})


def _is_target(resource: Resource, chosen: Selection, rejected: list[Selection]) -> bool:
    ids = resource.ids
    if not chosen.matches_texts(resource):
        return False
    for one in rejected:
        if one.has_texts and one.matches_texts(resource):
            return False
        if one.has_id and any(map(one.matches_id, ids)):
            return False
    return any(map(chosen.matches_id, ids))


def _value(resources: ResMap, replacement: Obj) -> Any:
    """The value that is copied."""
    if "sourceValue" in replacement:
        if "source" in replacement:
            raise BuildError("value and resource selectors are mutually exclusive")
        return replacement["sourceValue"]
    source = replacement["source"]
    path = source.get("fieldPath") or "metadata.name"
    wanted = ResId(
        Gvk(*(source.get(name, "") for name in ("group", "version", "kind"))),
        source.get("name", ""),
        source.get("namespace", ""),
    )
    found = _source(resources, wanted, source)
    try:
        value = get(found.obj, split_bracketed_path(path))
    except NotFound:
        value = None
    except BuildError as error:
        raise BuildError(f"error looking up replacement source: {error.message}") from None
    if is_empty(value):
        raise BuildError(f"fieldPath `{path}` is missing for replacement source {wanted}")
    return _part(value, source.get("options") or {})


def _source(resources: ResMap, wanted: ResId, source: Obj) -> Resource:
    matches = [
        resource for resource in resources.resources if any(id_.is_selected_by(wanted) for id_ in _unscoped(resource))
    ]
    if len(matches) == 1:
        return matches[0]
    shown = str(wanted) + (f":{source['fieldPath']}" if source.get("fieldPath") else "")
    options = source.get("options") or {}
    if options.get("delimiter") or options.get("create"):
        create = str(options.get("create", False)).lower()
        shown += f":{options.get('delimiter', '')}({options.get('index', 0)}), create={create}"
    raise BuildError(f"multiple matches for selector {shown}" if matches else f"nothing selected by {shown}")


def _unscoped(resource: Resource) -> list[ResId]:
    return [id_._replace(is_cluster_scoped=False) for id_ in resource.ids]


def _part(value: Any, options: Obj) -> Any:
    delimiter, index = options.get("delimiter", ""), options.get("index", 0)
    if not delimiter:
        return value
    if isinstance(value, (dict, list)):
        raise BuildError("delimiter option can only be used with scalar nodes")
    parts = text_of(value).split(delimiter)
    if not 0 <= index < len(parts):
        raise BuildError(f"options.index {index} is out of bounds for value {text_of(value)}")
    return parts[index] if isinstance(value, str) else with_text(value, parts[index])


_CREATED = {"MappingNode": dict, "SequenceNode": list, "ScalarNode": str}


def _copy(obj: Obj, value: Any, path: str, options: Obj) -> None:
    steps = split_bracketed_path(path)
    created = _CREATED[kind_of(value)] if options.get("create") else None
    from kubesim.kustomize.transformers.structured_text import put_in_text

    if put_in_text(obj, value, steps, created):
        return
    missing = f'unable to find {"or create " if created else ""}field "{path}" in replacement target'
    try:
        found = slots(Slot([obj], 0), steps, created)
    except BuildError as error:
        raise BuildError(f"{missing}: {error.message}") from None
    if not found:
        raise BuildError(missing)
    for slot in found:
        _put(slot, value, options)


def _put(slot: Slot, value: Any, options: Obj) -> None:
    """Put the value, or a part of the text that is there, in a place. A scalar keeps its type."""
    held = slot.value
    delimiter = options.get("delimiter", "")
    if delimiter:
        if isinstance(held, (dict, list)):
            raise BuildError("delimiter option can only be used with scalar nodes")
        parts, index = text_of(held).split(delimiter), options.get("index", 0)
        if index < 0:
            parts.insert(0, text_of(value))
        elif index >= len(parts):
            parts.append(text_of(value))
        else:
            parts[index] = text_of(value)
        text = delimiter.join(parts)
        value = text if isinstance(value, str) or isinstance(held, str) else resolve_plain(text)
    if isinstance(held, (dict, list)):
        slot.put(deepcopy(value))
    elif slot.is_new:
        slot.put(resolve_plain(text_of(value)))
    else:
        slot.put(with_text(held, text_of(value)))
