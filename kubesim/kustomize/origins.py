"""buildMetadata: annotations that say where a resource came from, and what changed it. Mirrors resource/origin.go."""

from __future__ import annotations

import posixpath

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kustomize.resource import Resource

ORIGIN = "config.kubernetes.io/origin"
TRANSFORMATIONS = "alpha.config.kubernetes.io/transformations"
BUILTIN = "builtin"


class Configured(NamedTuple):
    """The object by which a generator or transformer is configured."""

    api_version: str
    kind: str
    name: str = ""
    namespace: str = ""


def path_origin(folder: str, path: str) -> str:
    """The origin of what a file has."""
    return f"path: {posixpath.normpath(posixpath.join(folder, path))}\n"


def configured_origin(file: str, by: Configured) -> str:
    """The origin of what a generator or transformer makes."""
    lines = [f"configuredIn: {file}", "configuredBy:", f"  apiVersion: {by.api_version}", f"  kind: {by.kind}"]
    lines += [f"  name: {by.name}"] if by.name else []
    lines += [f"  namespace: {by.namespace}"] if by.namespace else []
    return "".join(f"{line}\n" for line in lines)


def set_origin(resource: Resource, origin: str) -> None:
    resource.set_texts("annotations", {**resource.texts("annotations"), ORIGIN: origin})


def set_origin_if_none(resource: Resource, origin: str) -> None:
    if ORIGIN not in resource.texts("annotations"):
        set_origin(resource, origin)


def add_transformation(resource: Resource, origin: str) -> None:
    """Note a transformer; it is the origin of what came into being with it."""
    annotations = resource.texts("annotations")
    if ORIGIN not in annotations:
        set_origin(resource, origin)
        return
    first, *rest = origin.splitlines()
    entry = "".join([f"- {first}\n", *(f"  {line}\n" for line in rest)])
    annotations[TRANSFORMATIONS] = annotations.get(TRANSFORMATIONS, "") + entry
    resource.set_texts("annotations", annotations)
