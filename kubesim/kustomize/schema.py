"""Which lists merge, and by which keys: the OpenAPI document of Kubernetes 1.21 that kustomize carries, or one's own.

A row says what a field is: ``TYPE`` is a map, ``[]TYPE key,key`` a list that merges by these keys, ``[]`` one of
scalars; no row, and lists are replaced.  ``schema.json`` is made by tools/generate_kustomize_schema.py.
"""

from __future__ import annotations

from kubesim.startup.function_cache import cache
from kubesim.startup.json_text import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Schema:
    """Rows of types by field, and the types of kinds (``apps/v1 Deployment``)."""

    def __init__(self, kinds: dict[str, str], types: dict[str, dict[str, str]]) -> None:
        self._kinds = kinds
        self._types = types

    def row_of_kind(self, api_version: str, kind: str) -> str:
        """The row of an object; empty for kinds that the document does not have."""
        return self._kinds.get(f"{api_version} {kind}", "")

    def row_of_field(self, row: str, field: str) -> str:
        return self._types.get(row, {}).get(field, "")


def element_row(row: str) -> str:
    """The row of the elements of a list."""
    return row[2:].partition(" ")[0]


def merge_keys(row: str) -> list[str] | None:
    """The keys by which a list merges, none of them for one of scalars; None of a list that is replaced."""
    if not row.startswith("[]"):
        return None
    return [key for key in row.partition(" ")[2].split(",") if key]


@cache
def _tables() -> dict[str, Any]:
    import os

    with open(os.path.join(os.path.dirname(__file__), "schema.json"), "rb") as stream:
        tables: dict[str, Any] = loads(stream.read())
    return tables


@cache
def builtin_schema() -> Schema:
    tables = _tables()
    return Schema(tables["kinds"], tables["types"])


@cache
def _cluster_scoped() -> frozenset[str]:
    return frozenset(_tables()["clusterScoped"])


def is_cluster_scoped(api_version: str, kind: str) -> bool:
    """Whether a kind is known not to be namespaced."""
    return f"{api_version} {kind}" in _cluster_scoped()


def schema_of_document(document: Any) -> Schema:
    """The schema of an OpenAPI document (JSON data), as the field ``openapi.path`` names it."""
    from kubesim.kustomize.openapi import tables_of

    return Schema(*tables_of(document))
