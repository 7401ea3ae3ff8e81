"""The parts of a kind's objects that have paths of their own, as discovery lists them."""

from __future__ import annotations

import json
import os

from kubesim.startup.function_cache import cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubesim.cluster import Client
    from kubesim.kinds import Names

_DEFINITION = "CustomResourceDefinition"
_WRITABLE = "get patch update"


class Subresource(NamedTuple):
    """A part of objects. ``api_version`` is its kind's if that is not the resource's own; ``verbs`` are in one text."""

    kind: str
    api_version: str
    verbs: str


def subresources_of(client: Client, names: Names) -> Mapping[str, Subresource]:
    """The subresources of a kind in its version, by their names."""
    if "." in names.key:
        return _defined(client, names)
    return _built_in(names.api_version).get(names.plural, {})


def has_status(api_version: str, plural: str) -> bool:
    """Whether objects of a resource that comes with Kubernetes have a status, which controllers write."""
    return "status" in _built_in(api_version).get(plural, {})


def _defined(client: Client, names: Names) -> dict[str, Subresource]:
    """Those that the definition of a custom resource asks for."""
    definition = client.find(_DEFINITION, "", names.qualified)
    versions = definition["spec"]["versions"] if definition else ()
    asked = next((one.get("subresources") or {} for one in versions if one["name"] == names.version), {})
    found = {}
    if "status" in asked:
        found["status"] = Subresource(names.kind, "", _WRITABLE)
    if "scale" in asked:
        found["scale"] = Subresource("Scale", "autoscaling/v1", _WRITABLE)
    return found


@cache
def _built_in(api_version: str) -> dict[str, dict[str, Subresource]]:
    found: dict[str, dict[str, Subresource]] = {}
    for path, row in _table().get(api_version, {}).items():
        resource, _, part = path.partition("/")
        found.setdefault(resource, {})[part] = Subresource(*row)
    return found


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    with open(os.path.join(os.path.dirname(__file__), "data", "subresources.json"), "rb") as file:
        table: dict[str, dict[str, list[str]]] = json.loads(file.read())
    return table
