"""A definition's spec as the API server's internal type has it: what all versions share stands at the top.

Errors name their fields by that type: ``spec.validation`` for a schema that all versions share. Mirrors apiextensions'
Convert_v1_CustomResourceDefinitionSpec_To_apiextensions_CustomResourceDefinitionSpec.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Obj

#: What may be the same in all versions, and what it is called at the top.
HOISTED = {
    "subresources": "subresources",
    "schema": "validation",
    "additionalPrinterColumns": "additionalPrinterColumns",
    "selectableFields": "selectableFields",
}


def hoisted(spec: Obj) -> Obj:
    """The spec with what all its versions share moved to its top."""
    versions = spec.get("versions") or []
    if not versions:
        return spec
    shared: dict[str, Any] = {}
    for field in HOISTED:
        values = [version.get(field) for version in versions]
        if all(value == values[0] for value in values):
            shared[field] = values[0]
    bare = [{key: value for key, value in version.items() if key not in shared} for version in versions]
    tops = {HOISTED[field]: value for field, value in shared.items() if value is not None}
    return {**spec, **tops, "versions": bare, "version": versions[0].get("name", "")}


def schemas_of(spec: Obj) -> Iterator[Obj]:
    """The schemas of a hoisted spec, each once."""
    for holder in (spec.get("validation"), *(version.get("schema") for version in spec.get("versions") or ())):
        schema = (holder or {}).get("openAPIV3Schema")
        if schema is not None:
            yield schema
