"""Write what ``explain`` knows beyond kubesim/api/schema_data's Go types, from the API's OpenAPI v3 documents.

    python tools/generate_explained.py OPENAPI_FOLDER kubesim/api/schema_data

``explained.json`` names the types of the kinds that are kept as they are sent, and a file a group holds these types, in
generate_schema.py's form.  ``required.json`` has the fields that are required, or are not, against what their Go tags
say.  The folder holds one document a group and version, as api/openapi-spec/v3 of Kubernetes does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from generate_schema import render
from kubesim.api import schema
from kubesim.kinds import Names
from kubesim.kinds.generated.discovery import ROWS

Schema = dict[str, Any]

TOOL = "generate_explained.py"

SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": schema.QUANTITY,
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": schema.INT_OR_STRING,
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "runtime.RawExtension",
    # a type of the meta package that only access reviews have lies with these
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement": "authorization/v1.FieldSelectorRequirement",
}
SCALARS = {"boolean": "bool", "integer": "int32", "number": "float64", "string": "string"}


def type_name(name: str) -> str:
    """``io.k8s.api.node.v1.RuntimeClass`` as ``node/v1.RuntimeClass``."""
    if name in SPECIAL:
        return SPECIAL[name]
    *_, group, version, short = name.split(".")
    return f"{group}/{version}.{short}"


def type_of(field: Schema) -> str:
    for part in (field, *field.get("allOf", ())):
        if "$ref" in part:
            return type_name(part["$ref"].rpartition("/")[2])
    kind = field.get("type", "")
    if kind == "array":
        return f"[]{type_of(field['items'])}"
    if kind == "object" and "additionalProperties" in field:
        return f"map[string]{type_of(field['additionalProperties'])}"
    if kind == "string" and field.get("format") == "byte":
        return "[]uint8"
    return SCALARS.get(kind, "interface")


def row(name: str, described: Schema) -> list[str]:
    required = described.get("required", ())
    lines = [
        f"{field} {field[0].upper()}{field[1:]} {type_of(of)}{'' if field in required else ' o'}"
        for field, of in described.get("properties", {}).items()
    ]
    return [f"{name.split('/')[1]}", "struct", *lines]


def mentioned(described: Schema) -> set[str]:
    return {word for word in json.dumps(described).split('"') if word.startswith("#/components/schemas/")}


def closure(root: str, schemas: dict[str, Schema]) -> set[str]:
    """All types that a type is made of, but those that the tables have."""
    reached: set[str] = set()
    waiting = {root}
    while waiting:
        name = waiting.pop()
        if not is_known(type_name(name)):
            reached.add(name)
            waiting |= {path.rpartition("/")[2] for path in mentioned(schemas[name])} - reached
    return reached


def is_known(name: str) -> bool:
    if name in schema.CUSTOM:
        return True
    group = name.partition("/")[0]
    tables = ("pod", "core") if group == "core" else (group if group in schema.GROUPS else "meta",)
    return any(name in schema.read(table) for table in tables if group not in schema.EXPLAINED_GROUPS)


def untyped() -> list[tuple[str, str]]:
    listed = {(names.api_version, names.kind) for names in (Names(*row) for row in ROWS)}
    return sorted(pair for pair in listed if schema.type_of(*pair) is None)


def kinds_of(schemas: dict[str, Schema]) -> dict[tuple[str, str], str]:
    """The schema of each group, version and kind."""
    named: dict[tuple[str, str], str] = {}
    for name, described in schemas.items():
        for kind in described.get("x-kubernetes-group-version-kind", ()):
            version = f"{kind['group']}/{kind['version']}" if kind["group"] else kind["version"]
            named.setdefault((version, kind["kind"]), name)
    return named


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


def main() -> None:
    documents = [json.loads(path.read_text()) for path in sorted(Path(sys.argv[1]).glob("*.json"))]
    schemas = {name: one for document in documents for name, one in document["components"]["schemas"].items()}
    named, target = kinds_of(schemas), Path(sys.argv[2])
    wanted = untyped()
    files: dict[str, dict[str, list[str]]] = {}
    for root in (named[pair] for pair in wanted):
        for name in closure(root, schemas):
            short = type_name(name)
            files.setdefault(short.partition("/")[0], {})[short] = row(short, schemas[name])
    for group, table in files.items():
        (target / f"{group}.json").write_text(render(table, TOOL))
    (target / "explained.json").write_text(render({" ".join(pair): type_name(named[pair]) for pair in wanted}, TOOL))
    (target / "required.json").write_text(render(against_tags(schemas), TOOL))


if __name__ == "__main__":
    main()
