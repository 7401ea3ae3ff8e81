"""Write kubesim/kustomize/schema.json: how kustomize merges the fields of the kinds that it knows.

    python tools/generate_kustomize_schema.py KUSTOMIZE_CHECKOUT

kustomize carries the OpenAPI document of one Kubernetes release (kyaml/openapi/kubernetesapi), in protocol buffers,
and a table of which kinds are namespaced.  Of the document only fields by which lists merge are kept, with what leads
to them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

OUTPUT = Path(__file__).parent.parent / "kubesim" / "kustomize" / "schema.json"
# Field numbers of gnostic's openapi.v2 messages.
DOCUMENT_DEFINITIONS, REF, ADDITIONAL, TYPE, ITEMS, PROPERTIES, EXTENSION = 9, 1, 21, 22, 23, 25, 31
GVK, STRATEGY, KEY, KEYS = (
    f"x-kubernetes-{name}" for name in ("group-version-kind", "patch-strategy", "patch-merge-key", "list-map-keys")
)


def varint(data: bytes, start: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[start]
        start += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, start


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a message: number and value (bytes, or an integer)."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
            yield tag >> 3, value
            continue
        size = {1: 8, 5: 4}.get(tag & 7)
        if size is None:
            size, at = varint(data, at)
        yield tag >> 3, data[at : at + size]
        at += size


def all_of(data: bytes, number: int) -> list[Any]:
    return [value for found, value in fields(data) if found == number]


def named(data: bytes) -> tuple[str, bytes]:
    parts = dict(fields(data))
    return parts[1].decode(), parts.get(2, b"")


def extensions(schema: bytes) -> dict[str, str]:
    found = map(named, all_of(schema, EXTENSION))
    return {name: b"".join(all_of(value, 2)).decode() for name, value in found}


def reference(schema: bytes) -> str:
    return b"".join(all_of(schema, REF)).decode().rpartition("/")[2]


def items(schema: bytes) -> bytes:
    return b"".join(all_of(b"".join(all_of(schema, ITEMS)), 1))


def row(schema: bytes) -> str:
    """``TYPE`` of a map, ``[]TYPE key,key`` of a list that merges, ``[]`` of one of scalars; empty otherwise."""
    if name := reference(schema):
        return name
    says = extensions(schema)
    if "merge" in says.get(STRATEGY, "").strip().split(","):
        keys = re.findall(r"[\w./-]+", says.get(KEYS, "").replace("- ", "")) or says.get(KEY, "").split()
        return f"[]{reference(items(schema))} {','.join(keys)}".strip()
    return ""


def tables(document: bytes) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    types: dict[str, dict[str, str]] = {}
    kinds: dict[str, str] = {}
    for entry in all_of(b"".join(all_of(document, DOCUMENT_DEFINITIONS)), 1):
        name, schema = named(entry)
        properties = map(named, all_of(b"".join(all_of(schema, PROPERTIES)), 1))
        types[name] = {field: shown for field, value in properties if (shown := row(value))}
        for gvk in yaml.safe_load(extensions(schema).get(GVK, "")) or ():
            kinds[f"{gvk['group']}/{gvk['version']} {gvk['kind']}".removeprefix("/")] = name
    return types, kinds


def pruned(types: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The types in which something merges, with the fields that lead there."""
    useful = {name for name, table in types.items() if any(shown.startswith("[]") for shown in table.values())}
    while True:
        more = {name for name, table in types.items() if useful.intersection(table.values())} - useful
        if not more:
            break
        useful |= more
    return {
        name: {field: shown for field, shown in table.items() if shown in useful or shown.startswith("[]")}
        for name, table in types.items()
        if name in useful
    }


def short(name: str) -> str:
    return name.removeprefix("io.k8s.").replace("api.", "", 1)


def main(checkout: str) -> None:
    api = Path(checkout) / "kyaml" / "openapi"
    (document,) = api.glob("kubernetesapi/*/swagger.pb")
    types, kinds = tables(document.read_bytes())
    types = pruned(types)
    scopes = re.findall(r'APIVersion: "([^"]+)", Kind: "([^"]+)"\}: +false', (api / "openapi.go").read_text())
    table = {
        "": f"tools/{Path(__file__).name}",
        "clusterScoped": sorted(f"{version} {kind}" for version, kind in scopes),
        "kinds": {kind: short(name) for kind, name in sorted(kinds.items()) if name in types},
        "types": {
            short(name): {
                field: re.sub(r"io\.k8s\.[\w.-]+", lambda m: short(m[0]), shown)
                for field, shown in sorted(table.items())
            }
            for name, table in sorted(types.items())
        },
    }
    OUTPUT.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
