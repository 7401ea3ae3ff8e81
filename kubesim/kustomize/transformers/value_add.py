"""ValueAddTransformer: a value at paths of fields, or a step within a file path that is there."""

from __future__ import annotations

import posixpath

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.nodes import split_path, text_of
from kubesim.kustomize.structs import SELECTOR, Struct, decoded, read_configuration
from kubesim.kustomize.transformers.namespace import set_namespace
from kubesim.kustomize.transformers.selection import selected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap, Resource
    from kubesim.kustomize.transformers.plugin import Helpers, Transform

_TARGET = Struct("Target", {"selector": SELECTOR, "fieldPath": "string", "filePathPosition": "int"})
_TARGETS = Struct("Targets", {"targets": [_TARGET]})
_CONFIG = Struct("ValueAddTransformerPlugin", {"value": "string", "targets": [_TARGET], "targetFilePath": "string"})


def make(config: Obj, helpers: Helpers) -> Transform:
    fields = decoded(config, _CONFIG)
    value = fields.get("value", "").strip() or posixpath.basename(helpers.loader.root)
    targets = list(fields.get("targets", ()))
    if path := fields.get("targetFilePath"):
        targets += read_configuration(helpers.loader.load_text(path), _TARGETS).get("targets", [])
    if not targets:
        raise BuildError("must specify at least one target")
    for target in targets:
        _check(target)

    def transform(resources: ResMap) -> None:
        for target in targets:
            selector = target.get("selector")
            for resource in resources.resources if selector is None else selected(resources, selector):
                _add(resource, value, target)

    return transform


def _check(target: Obj) -> None:
    if not target.get("fieldPath"):
        raise BuildError("fieldPath cannot be empty")
    position = target.get("filePathPosition", 0)
    if position < 0:
        raise BuildError(f"value of FilePathPosition ({position}) cannot be negative")


def _add(resource: Resource, value: str, target: Obj) -> None:
    if target["fieldPath"] == "metadata/namespace":
        set_namespace(resource, value)
        return
    *steps, last = [step for step in split_path(target["fieldPath"]) if step]
    holder = resource.obj
    for step in steps:
        holder = holder.setdefault(step, {})
        if not isinstance(holder, dict):
            raise BuildError(f"wrong node kind: expected MappingNode at {target['fieldPath']}")
    position = target.get("filePathPosition", 0)
    holder[last] = _inserted(text_of(holder.get(last, "")), position - 1, value) if position else value


def _inserted(path: str, position: int, value: str) -> str:
    """A file path with a step more. Mirrors filesys.InsertPathPart."""
    is_absolute = path.startswith("/")
    parts = [part for part in path.split("/") if part]
    parts.insert(position, value)
    return ("/" if is_absolute else "") + "/".join(parts)
