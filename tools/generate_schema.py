"""Write kubesim/api/schema_data/ from a listing of the API's Go types and a discovery listing.

    python tools/generate_schema.py TYPES.json RESOURCES.json kubesim/api/schema_data

A command touches few types, so they lie in several files: ``meta`` (what every object has), ``pod`` (what a pod
template reaches), and one a group for the rest.  A field is one line of text, cheap to load and split only when its
type is used: json name, Go name, type, flags (i: inline, o: omitempty), patch strategies, merge key; "-" for none.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

Types = dict[str, dict[str, Any]]

TOOL = "generate_schema.py"
NAMED = re.compile(r"(?:map\[(?P<key>[^]]*)\]|\[\]|\*)")


def field_line(field: dict[str, Any]) -> str:
    flags = ("i" if field.get("inline") else "") + ("o" if field.get("omitempty") else "")
    parts = [
        field.get("json") or "-",
        field["name"],
        field["type"],
        flags or "-",
        field.get("patchStrategy") or "-",
        field.get("patchMergeKey") or "-",
    ]
    while parts[-1] == "-":
        parts.pop()
    return " ".join(parts)


def row(entry: dict[str, Any]) -> list[Any]:
    return [entry["prints"], entry["kind"], *(field_line(f) for f in entry.get("fields", ()))]


def mentioned(entry: dict[str, Any], types: Types) -> set[str]:
    """The named types that a type's fields, or the type itself, are made of."""
    texts = [f["type"] for f in entry.get("fields", ())] + [entry["kind"]]
    names = {NAMED.sub("", text) for text in texts} | {key for text in texts for key in NAMED.findall(text) if key}
    return names & types.keys()


def closure(root: str, types: Types) -> set[str]:
    reached: set[str] = set()
    waiting = {root}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= mentioned(types[name], types) - reached
    return reached


def package_of(name: str) -> str:
    return name.rpartition(".")[0]


def group_of(name: str, groups: set[str]) -> str:
    package = package_of(name)
    return package.partition("/")[0] if package in groups else "meta"


def partition(kinds: dict[str, str], types: Types) -> dict[str, Types]:
    """The types by the file they lie in."""
    groups = {package_of(name) for name in kinds.values()}
    of_pods = {n for n in closure("core/v1.PodTemplateSpec", types) if group_of(n, groups) == "core"}
    files: dict[str, Types] = {}
    for name, entry in types.items():
        files.setdefault("pod" if name in of_pods else group_of(name, groups), {})[name] = entry
    return files


def render(table: dict[str, Any], tool: str) -> str:
    """A table in JSON, a row a line; the row without a name, the first, says what made it."""
    rows = {"": f"made by tools/{tool}, not by hand", **table}
    lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(rows.items()))
    return "{" + ",\n".join(lines) + "\n}\n"


def untyped(kinds: dict[str, str], resources: list[dict[str, Any]]) -> set[str]:
    """Kinds that discovery lists but whose type is not known: their objects are kept as they are sent."""
    return {f"{r['groupVersion']} {r['kind']}" for r in resources if "/" not in r["name"]} - kinds.keys()


def main() -> None:
    listing = json.loads(Path(sys.argv[1]).read_text())
    kinds = listing["kinds"]
    unknown = untyped(kinds, json.loads(Path(sys.argv[2]).read_text()))
    sys.stderr.write(f"kinds without a type: {', '.join(sorted(unknown)) or 'none'}\n")
    target = Path(sys.argv[3])
    for file, types in partition(kinds, listing["types"]).items():
        (target / f"{file}.json").write_text(render({name: row(entry) for name, entry in types.items()}, TOOL))
    (target / "kinds.json").write_text(render(kinds, TOOL))


if __name__ == "__main__":
    main()
