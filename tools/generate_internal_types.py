"""Write kubesim/kinds/generated/internal_types.py: the API server's own types of pods and volumes, field by field.

Usage: generate_internal_types.py KUBERNETES_TREE TYPES_JSON

KUBERNETES_TREE is a Kubernetes source tree (pkg/apis/core/types.go is read), TYPES_JSON the v1 types with their JSON
names.  Refusals show these types as Go's encoding/json prints them: every field, in the order of its declaration.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOTS = ("PodTemplateSpec", "PersistentVolumeSource", "PodFailurePolicy", "SuccessPolicy")
OUTPUT = Path(__file__).parent.parent / "kubesim" / "kinds" / "generated" / "internal_types.py"
PLAIN = {"string", "bool", "int", "int32", "int64", "uint32"}


def structs_of(source: str) -> dict[str, list[tuple[str, str]]]:
    """Each struct's fields as (Go name, type); embedded ones have no name."""
    found = {}
    for name, body in re.findall(r"^type (\w+) struct \{\n(.*?)^\}", source, re.MULTILINE | re.DOTALL):
        lines = [re.sub(r"//.*", "", line).strip() for line in body.splitlines()]
        parts = [line.split("`")[0].split() for line in lines if line]
        found[name] = [("", part[0]) if len(part) == 1 else (part[0], part[1]) for part in parts]
    return found


def scalars_of(source: str) -> dict[str, str]:
    """What the named types that are no structs are."""
    return dict(re.findall(r"^type (\w+) ([\[\]\w.]+)$", source, re.MULTILINE))


def json_names_of(types: dict[str, dict[str, object]], name: str) -> dict[str, str]:
    fields = types.get(f"core/v1.{name}", {}).get("fields", [])
    return {field["name"]: field["json"] for field in fields if "json" in field}  # type: ignore[attr-defined]


def plain(kind: str, scalars: dict[str, str]) -> str:
    """A type with the names of scalars replaced by what they are."""
    base = kind.lstrip("*[]")
    return kind[: len(kind) - len(base)] + scalars.get(base, base)


def main(tree: str, types_json: str) -> None:
    files = (Path(tree) / f"pkg/apis/{group}/types.go" for group in ("core", "batch"))
    source = "\n".join(path.read_text().replace("api.", "") for path in files)
    structs, scalars = structs_of(source), scalars_of(source)
    types = json.loads(Path(types_json).read_text())["types"]
    wanted, rows = list(ROOTS), {}
    while wanted:
        name = wanted.pop()
        if name in rows or name not in structs:
            continue
        json_names = json_names_of(types, name)
        fields = []
        for field, declared in structs[name]:
            kind = plain(declared, scalars)
            wanted.append(kind.lstrip("*[]"))
            regular = field[:1].lower() + field[1:]
            called = json_names.get(field, regular) or regular
            fields.append(f"{field}{'' if called == regular else '=' + called}:{kind}")
        rows[name] = fields
    OUTPUT.write_text(render(rows))


def render(rows: dict[str, list[str]]) -> str:
    lines = [
        '"""The API server\'s own types of a pod template: made by tools/generate_internal_types.py, not by hand.',
        "",
        "A field is ``Name:type``, or ``Name=jsonName:type`` where the JSON name is not the Go name in lower case.",
        "Embedded structs have no name.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "TYPES: dict[str, str] = {",
        *(f'    "{name}": "{" ".join(rows[name])}",' for name in sorted(rows)),
        "}",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main(*sys.argv[1:])
