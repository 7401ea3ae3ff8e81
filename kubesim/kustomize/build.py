"""A folder's kustomization, built. Mirrors api/krusty."""

from __future__ import annotations

from kubesim.kustomize import origins
from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.loader import Loader
from kubesim.kustomize.nodes import plain
from kubesim.kustomize.target import Accumulator, Shared, Target
from kubesim.kustomize.transformers.sort_order import LEGACY, sort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import Resource

_LOCAL = "config.kubernetes.io/local-config"
_MANAGED_BY = "app.kubernetes.io/managed-by"


def build(
    path: str, warn: Callable[[str], object], *, is_restricted: bool = True, allows_charts: bool = False
) -> list[Obj]:
    """The objects that the kustomization in a folder comes to, in their order.

    ``warn`` takes lines for standard error. ``is_restricted``: no file outside of a kustomization's folder is read.
    ``allows_charts``: Helm charts are refused in kubesim's words, not for want of --enable-helm.
    UserError for a kustomization that cannot be built.
    """
    loader = Loader.at(path, is_restricted=is_restricted)
    shared = Shared(warn, allows_charts=allows_charts)
    target = Target(loader, shared)
    shared.name_schema(target.fields, loader)
    metadata = shared.build_metadata = target.fields.get("buildMetadata", [])
    accumulated = target.accumulate(Accumulator())
    resources = accumulated.resources
    _finish_names(accumulated)
    resources.resources = [resource for resource in resources.resources if not _is_local(resource)]
    sort(resources, target.fields.get("sortOptions", {"order": LEGACY}))
    return [_finished(resource, metadata) for resource in resources.resources]


def _finish_names(accumulated: Accumulator) -> None:
    """Append hashes, let references follow, resolve variables."""
    from kubesim.kustomize.generators import hash_of
    from kubesim.kustomize.transformers.name_references import fix_references

    for resource in accumulated.resources.resources:
        if resource.needs_hash:
            suffix = hash_of(resource)
            resource.remember_id()
            resource.set_name(f"{resource.name}-{suffix}")
    fix_references(accumulated.resources, accumulated.configuration.references)
    accumulated.variables.resolve(accumulated.resources, accumulated.configuration.specs("varReference"))


def _is_local(resource: Resource) -> bool:
    return resource.texts("annotations").get(_LOCAL, "false") != "false"


def _finished(resource: Resource, metadata: list[str]) -> Obj:
    """The object as it is printed: annotations are texts, and those of the build are gone."""
    if "managedByLabel" in metadata:
        resource.set_texts("labels", {**resource.texts("labels"), _MANAGED_BY: "kustomize-v5.8.1"})
    annotations = resource.texts("annotations")
    for name, wanted in ((origins.ORIGIN, "originAnnotations"), (origins.TRANSFORMATIONS, "transformerAnnotations")):
        if wanted not in metadata:
            annotations.pop(name, None)
    resource.set_texts("annotations", annotations)
    try:
        obj: Obj = plain(resource.obj)
    except BuildError as error:
        from kubesim.kustomize.go_values import go_value

        raise BuildError(f"{go_value(resource.obj)}: {error.message}") from None
    return obj


def as_yaml(objects: list[Obj]) -> str:
    """The objects as ``kubectl kustomize`` prints them."""
    from kubesim.golang.yaml.emitter import dump

    return "---\n".join(map(dump, objects))
