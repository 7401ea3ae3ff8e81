"""Write what the API's OpenAPI v3 documents say beyond the Go types to kubesim/api/schema_data.

    python tools/generate_documented.py OPENAPI_FOLDER kubesim/api/schema_data

``required.json`` has the fields that are required, or are not, against what their Go tags say, and ``enums.json`` those
that have few values, or a list of them.  The folder holds one document a group and version, as an API server
answers for /openapi/v3/apis/GROUP/VERSION.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from generate_schema import render
from kubesim.api import schema

Schema = dict[str, Any]

TOOL = "generate_documented.py"


def type_name(name: str) -> str:
    """``io.k8s.api.node.v1.RuntimeClass`` as ``node/v1.RuntimeClass``."""
    *_, group, version, short = name.split(".")
    return f"{group}/{version}.{short}"


def is_known(name: str) -> bool:
    group = name.partition("/")[0]
    tables = ("pod", "core") if group == "core" else (group if group in schema.GROUPS else "meta",)
    return any(name in schema.read(table) for table in tables)


def against_tags(schemas: dict[str, Schema]) -> dict[str, dict[str, bool]]:
    """Of each Go type, the fields that are required though they may be left out, or the other way round."""
    differing: dict[str, dict[str, bool]] = {}
    for name, described in schemas.items():
        if not is_known(type_name(name)) or type_name(name) in schema.CUSTOM:
            continue
        fields = schema.type_named(type_name(name)).json_fields
        for field, wanted in ((field, field in described.get("required", ())) for field in fields):
            if wanted is fields[field].omitempty:
                differing.setdefault(type_name(name), {})[field] = wanted
    return differing


def enums(schemas: dict[str, Schema]) -> dict[str, dict[str, list[str]]]:
    """Of each Go type, the values of the fields that have few."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, described in schemas.items():
        if not is_known(type_name(name)):
            continue
        for field, prop in described.get("properties", {}).items():
            values = prop.get("enum") or prop.get("items", {}).get("enum")
            if values:
                found.setdefault(type_name(name), {})[field] = values
    return found


def main() -> None:
    documents = [json.loads(path.read_text()) for path in sorted(Path(sys.argv[1]).glob("*.json"))]
    schemas = {
        name: one for document in documents for name, one in document.get("components", {}).get("schemas", {}).items()
    }
    target = Path(sys.argv[2])
    (target / "required.json").write_text(render(against_tags(schemas), TOOL))
    (target / "enums.json").write_text(render(enums(schemas), TOOL))


if __name__ == "__main__":
    main()
