"""images: other names, tags and digests. Mirrors api/filters/imagetag and api/internal/image."""

from __future__ import annotations

from kubesim.kustomize.field_specs import check_scalar, field_spec, update_fields
from kubesim.kustomize.nodes import is_null, text_of
from kubesim.kustomize.structs import FIELD_SPEC, IMAGE, Struct, decoded
from kubesim.kustomize.transformers.selection import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.field_specs import FieldSpec, Update
    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap
    from kubesim.kustomize.transformers.plugin import Helpers, Transform

_CONFIG = Struct("ImageTagTransformerPlugin", {"imageTag": IMAGE, "fieldSpecs": [FIELD_SPEC]})
_CONTAINERS = ("containers", "initContainers")


def make(config: Obj, _helpers: Helpers) -> Transform:
    fields = decoded(config, _CONFIG)
    update = _updater(fields.get("imageTag", {}))
    specs = [field_spec(spec) for spec in fields.get("fieldSpecs", ())]
    return lambda resources: _transform(resources, update, specs)


def _transform(resources: ResMap, update: Update, specs: list[FieldSpec]) -> None:
    """First whatever is called containers, then what the field specs say: a suffix is added by both."""
    changed = [resource for resource in resources.resources if resource.kind != "CustomResourceDefinition"]
    for resource in changed:
        _update_containers(resource.obj, update)
    for resource in changed:
        for spec in specs:
            update_fields(resource, spec, update)


def _update_containers(node: Any, update: Update) -> None:
    """Containers at any depth, the innermost first."""
    if isinstance(node, list):
        for item in node:
            _update_containers(item, update)
    elif isinstance(node, dict):
        for key, value in node.items():
            _update_containers(value, update)
            if key in _CONTAINERS and isinstance(value, list):
                for container in value:
                    if isinstance(container, dict) and "image" in container:
                        container["image"] = update(container["image"])


def _updater(image: Obj) -> Update:
    name = image.get("name", "")
    pattern = compiled(name, f"^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?\\Z")

    def update(node: Any) -> Any:
        if is_null(node):
            return node
        check_scalar(node)
        return _renamed(text_of(node), image) if pattern.search(text_of(node)) else node

    return update


def _renamed(text: str, image: Obj) -> str:
    name, tag, digest = _split(text)
    name = image.get("newName") or name
    new_tag, new_digest, suffix = (image.get(part, "") for part in ("newTag", "digest", "tagSuffix"))
    if new_tag or new_digest:
        tag, digest = new_tag, new_digest
    elif suffix:
        tag, digest = tag + suffix, ""
    return f"{name}{tag and ':'}{tag}{digest and '@'}{digest}"


def _split(text: str) -> tuple[str, str, str]:
    """Name, tag and digest of an image; a port belongs to the name."""
    slash = max(text.find("/"), 0)
    name, _, digest = text.partition("@") if "@" in text[slash:] else (text, "", "")
    colon = name.find(":", slash)
    return (name, "", digest) if colon < 0 else (name[:colon], name[colon + 1 :], digest)
