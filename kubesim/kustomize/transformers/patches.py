"""patches, patchesStrategicMerge and patchesJson6902."""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.files import resources_in_text
from kubesim.kustomize.nodes import plain
from kubesim.kustomize.resource import ResMap, Resource
from kubesim.kustomize.structs import PATCH, SELECTOR, Struct, decoded
from kubesim.kustomize.transformers.selection import selected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.schema import Schema
    from kubesim.kustomize.transformers.plugin import Helpers, Transform

_STRATEGIC = Struct("PatchStrategicMergeTransformerPlugin", {"paths": ["string"], "patches": "string"})
_JSON = Struct("PatchJson6902TransformerPlugin", {"target": SELECTOR, "path": "string", "jsonOp": "string"})


def make(config: Obj, helpers: Helpers) -> Transform:
    """An entry of ``patches``, which may be of both sorts."""
    fields = decoded(config, PATCH)
    text, source = _text_and_source(fields, config, helpers)
    strategic, operations = _read(text, source)
    options, target = fields.get("options", {}), fields.get("target")
    for patch in strategic or ():
        patch.allows_name_change = bool(options.get("allowNameChange"))
        patch.allows_kind_change = bool(options.get("allowKindChange"))

    def transform(resources: ResMap) -> None:
        if strategic:
            _apply_strategic(resources, strategic, target, source, helpers.schema)
        elif strategic is None and operations:
            _apply_operations(resources, operations, target, source)

    return transform


def _text_and_source(fields: Obj, config: Obj, helpers: Helpers) -> tuple[str, str]:
    from kubesim.golang.quoting import quote

    patch, path = fields.get("patch", "").strip(), fields.get("path", "")
    if not patch and not path:
        raise BuildError(f"must specify one of patch and path in\n{shown_config(config)}")
    if patch and path:
        raise BuildError(f"patch and path can't be set at the same time\n{shown_config(config)}")
    if patch:
        return patch, f"[patch: {quote(patch)}]"
    try:
        return helpers.loader.load_text(path), f"[path: {quote(path)}]"
    except BuildError as error:
        raise BuildError(f"failed to get the patch file from path({path}): {error.message}") from None


def shown_config(config: Obj) -> str:
    from kubesim.golang.yaml.emitter import dump

    return dump(config)


def _read(text: str, source: str) -> tuple[list[Resource] | None, list[Obj] | None]:
    """The text as strategic merge patches, or else as operations; None where it is not such."""
    strategic, operations = _tried(resources_in_text, text), _tried(operations_in_text, text)
    if strategic and operations:
        raise BuildError(f"illegally qualifies as both an SM and JSON patch: {source}")
    if strategic is None and operations is None:
        raise BuildError(f"unable to parse SM or JSON patch from {source}")
    return strategic, operations


def _tried(read: Any, text: str) -> Any:
    try:
        return read(text)
    except BuildError:
        return None


def operations_in_text(text: str) -> list[Obj]:
    """The operations of a JSON patch, in JSON or YAML."""
    from kubesim.golang.json import loads
    from kubesim.golang.yaml.reader import YamlError, load_document

    if not text:
        raise BuildError("empty json patch operations")
    try:
        operations = loads(text) if text.startswith("[") else load_document(text)
    except (ValueError, YamlError) as error:
        raise BuildError(str(error)) from None
    if operations is None:
        return []
    if not isinstance(operations, list) or not all(isinstance(item, dict) for item in operations):
        raise BuildError("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    return operations


def _apply_strategic(
    resources: ResMap, patches: list[Resource], target: Obj | None, source: str, schema: Schema
) -> None:
    from kubesim.golang.quoting import quote

    if target is not None:
        if len(patches) > 1:
            raise BuildError(
                "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field: "
                f"{source}"
            )
        _apply_to(resources, selected(resources, target), patches[0], schema)
        return
    for patch in patches:
        wanted = patch.original_id
        try:
            found = resources.get(wanted)
        except BuildError as error:
            raise BuildError(
                f"no resource matches strategic merge patch {quote(str(wanted))}: {error.message}"
            ) from None
        _apply(found, patch.copy(), schema)


def _apply_to(resources: ResMap, chosen: list[Resource], patch: Resource, schema: Schema) -> None:
    """Apply a patch to resources, whatever it names itself. Mirrors ResMap.ApplySmPatch."""
    for resource in chosen:
        copied = patch.copy()
        copied.take_metadata_from(patch)
        copied.obj["apiVersion"] = resource.gvk.api_version
        _apply(resource, copied, schema)
    kept = [resource for resource in resources.resources if resource.obj]
    resources.resources = []
    resources.append_all(kept)


def _apply(resource: Resource, patch: Resource, schema: Schema) -> None:
    """Apply a patch, which is used up, to one resource. Mirrors Resource.ApplySmPatch."""
    from kubesim.kustomize.merge import strategic_merge

    name, namespace, kind = resource.name, resource.namespace, resource.kind
    if patch.allows_name_change or patch.allows_kind_change:
        resource.remember_id()
    resource.obj = strategic_merge(resource.obj, patch.obj, schema) or {}
    if not resource.obj:
        return
    if not patch.allows_kind_change:
        resource.obj["kind"] = kind
    if not patch.allows_name_change:
        resource.set_name(name)
    resource.set_namespace(namespace)


def _apply_operations(resources: ResMap, operations: list[Obj], target: Obj | None, source: str) -> None:
    if target is None:
        raise BuildError(f"must specify a target for JSON patch {source}")
    for resource in selected(resources, target):
        resource.remember_id()
        _operate(resource, operations)


def _operate(resource: Resource, operations: list[Obj]) -> None:
    from kubesim.api.patch.operations import apply_operations
    from kubesim.api.patch.problem import PatchError

    try:
        resource.obj = apply_operations(plain(resource.obj), operations)
    except PatchError as error:
        raise BuildError(str(error)) from None


def make_strategic(config: Obj, helpers: Helpers) -> Transform:
    """patchesStrategicMerge: each is a text or a path, and names what it is for."""
    fields = decoded(config, _STRATEGIC)
    paths, text = fields.get("paths", []), fields.get("patches", "")
    if not paths and not text:
        raise BuildError("empty file path and empty patch content")
    patches = [patch for path in paths for patch in _at(path, helpers)]
    patches += resources_in_text(text) if text else []
    if not patches:
        raise BuildError(f"patch appears to be empty; files=[{' '.join(paths)}], Patch={text}")

    def transform(resources: ResMap) -> None:
        for patch in patches:
            _apply_to(resources, [resources.get(patch.original_id)], patch, helpers.schema)

    return transform


def _at(path: str, helpers: Helpers) -> list[Resource]:
    from kubesim.kustomize.files import resources_in_file

    found = _tried(resources_in_text, path)
    return resources_in_file(helpers.loader, path) if found is None else found


def make_json(config: Obj, helpers: Helpers) -> Transform:
    """patchesJson6902: a target and operations."""
    fields = decoded(config, _JSON)
    target, path, text = fields.get("target", {}), fields.get("path", ""), fields.get("jsonOp", "")
    if not target.get("name"):
        raise BuildError("must specify the target name")
    if bool(path) == bool(text):
        raise BuildError("must specify a file path or jsonOp, not both" if path else "empty file path and empty jsonOp")
    if path:
        text = helpers.loader.load_text(path)
        if not text:
            raise BuildError(f"patch file '{path}' empty seems to be empty")
    operations = operations_in_text(text)
    if not operations:
        raise BuildError(f"patch appears to be empty; file={path}, JsonOp={text}")

    def transform(resources: ResMap) -> None:
        for resource in selected(resources, target):
            _operate(resource, operations)

    return transform
