"""Write kubesim/rest/data/ from a discovery listing, a table of protobuf fields, and upstream's sources.

    python tools/generate_rest_data.py RESOURCES.json PROTOBUF.json UPSTREAM kubesim/rest/data

``subresources.json`` has what discovery lists below resources, ``protobuf.json`` the fields of messages by number, and
``columns.json`` how the API server calls and describes the columns of its tables: UPSTREAM is a folder with
pkg/printers/internalversion/printers.go, the types_swagger_doc_generated.go of the API's packages, and the whole
packages of the kinds that other API servers brought in (``BROUGHT``), whose messages are read from there.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

TOOL = "made by tools/generate_rest_data.py, not by hand"

#: The kinds of subresources that are not of their resource's group.
GROUPS = {
    "Scale": "autoscaling/v1",
    "Eviction": "policy/v1",
    "TokenRequest": "authentication.k8s.io/v1",
}
SERVED = re.compile(r"\.v1$|\.v2$|\.v1\.|\.v2\.")
PACKAGES = (("k8s.io.api.", ""), ("k8s.io.apimachinery.pkg.apis.", ""), ("k8s.io.apimachinery.pkg.", ""))
#: Packages that the table of protobuf fields has not.
BROUGHT = (
    "apiextensions-apiserver/pkg/apis/apiextensions/v1",
    "kube-aggregator/pkg/apis/apiregistration/v1",
)
MESSAGE = re.compile(r"^message (\w+) \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
MEMBER = re.compile(r"^  (optional|repeated|map<string, (\S+)>) ?(\S*) (\w+) = (\d+);", re.MULTILINE)
STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
TAG = re.compile(r'json:"([^",]+).*protobuf:"\w+,(\d+),')
#: Fields that JSON shows in place.
EMBEDDED = {
    ("core/v1.Volume", "volumeSource"),
    ("core/v1.PersistentVolumeSpec", "persistentVolumeSource"),
    ("core/v1.EphemeralContainer", "ephemeralContainerCommon"),
    ("core/v1.Probe", "handler"),
    ("networking/v1.IngressRule", "ingressRuleValue"),
}
REFERENCES = re.compile(r"^core/v1\.(EnvFrom|.*KeySelector|.*EnvSource|.*Projection|ConfigMapVolumeSource)")
DOCUMENTED = re.compile(r"var map_(\w+) = map\[string\]string\{\n(.*?)\n\}", re.DOTALL)
ENTRY = re.compile(r'"((?:[^"\\]|\\.)*)":\s*"((?:[^"\\]|\\.)*)"')
COLUMNS = re.compile(r"(\w+) := \[\]metav1\.TableColumnDefinition\{\n(.*?)\n\t\}", re.DOTALL)
COLUMN = re.compile(r"\{Name: .*\}")
HANDLER = re.compile(r"TableHandler\((\w+), (\w+)\)")
PRINTED = re.compile(r"func (print\w+)\(\w+ \*(\w+)\.(\w+), options")
FIELD = re.compile(r'(Name|Type|Format): "((?:[^"\\]|\\.)*)"')
DOCUMENT = re.compile(r'Description: (\w+)\.(\w+)\{\}\.SwaggerDoc\(\)\["(\w*)"\]')
IMPORT = re.compile(r'(\w+) "k8s.io/((?:api|apimachinery)/[\w/]+)"')


def subresources(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Of each resource, by its group and version: kind, the kind's own group and version if it is another, verbs."""
    found: dict[str, dict[str, list[str]]] = {}
    for resource in resources:
        if "/" in resource["name"]:
            kind = resource["kind"]
            row = [kind, GROUPS.get(kind, ""), " ".join(resource["verbs"])]
            found.setdefault(resource["groupVersion"], {})[resource["name"]] = row
    policies = {"validatingadmissionpolicies/status": ["ValidatingAdmissionPolicy", "", "get patch update"]}
    found.setdefault("admissionregistration.k8s.io/v1", {}).update(policies)
    found["apiregistration.k8s.io/v1"] = {"apiservices/status": ["APIService", "", "get patch update"]}
    autoscaler = found["autoscaling/v2"]
    found["autoscaling/v1"] = dict(autoscaler)
    return found


def type_name(message: str) -> str:
    """``core/v1.Pod`` for ``k8s.io.api.core.v1.Pod``: what schema_data calls it."""
    for prefix, short in PACKAGES:
        if message.startswith(prefix):
            parts = (short + message[len(prefix) :]).split(".")
            return f"{'/'.join(parts[:-1])}.{parts[-1]}"
    return message


def messages(table: dict[str, Any]) -> dict[str, list[str]]:
    """Of each message, its fields: number, JSON name (- for one in place), a letter for its label, type."""
    found = {}
    for message, fields in table.items():
        if SERVED.search(message) or not message.startswith("k8s.io.api."):
            name = type_name(message)
            found[name] = [field_line(name, number, *field) for number, field in fields.items()]
    return found


def field_line(message: str, number: str, name: str, label: str, type_: str) -> str:
    in_place = (message, name) in EMBEDDED or (name == "localObjectReference" and REFERENCES.match(message))
    in_place = in_place or (message == "core/v1.LifecycleHandler" and name == "handler")
    return f"{number} {'-' if in_place else name} {label[0] if label != 'repeated' else 'l'} {type_name(type_)}"


def brought(upstream: Path) -> dict[str, list[str]]:
    """The same of the messages of ``BROUGHT``, whose JSON names are those of the Go types."""
    found = {}
    for package in BROUGHT:
        folder = next(upstream.rglob(package))
        short = "/".join(package.split("/")[-2:])
        sources = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("types*.go")))
        tags = {
            name: {number: json_name for json_name, number in TAG.findall(body)}
            for name, body in STRUCT.findall(sources)
        }
        for name, body in MESSAGE.findall((folder / "generated.proto").read_text(encoding="utf-8")):
            found[f"{short}.{name}"] = [
                f"{number} {tags[name].get(number, member)} {label[0] if label != 'repeated' else 'l'} "
                f"{brought_type(short, of_map or type_)}"
                for label, of_map, type_, member, number in MEMBER.findall(body)
            ]
    return found


def brought_type(package: str, type_: str) -> str:
    """The name of a type that a message of a package mentions."""
    if type_.startswith("."):
        return type_name(type_[1:])
    return type_ if type_[0].islower() else f"{package}.{type_}"


def documents(upstream: Path) -> dict[tuple[str, str], dict[str, str]]:
    """What upstream says of fields, by package and type."""
    found = {}
    for path in upstream.rglob("types_swagger_doc_generated.go"):
        package = str(path.parent).partition("k8s.io/")[2]
        for name, body in DOCUMENTED.findall(path.read_text(encoding="utf-8")):
            found[package, name] = {key: json.loads(f'"{text}"') for key, text in ENTRY.findall(body)}
    return found


def columns(upstream: Path) -> dict[str, list[Any]]:
    """Of each kind, its columns: name, type, format, number of the description, priority."""
    source = (upstream / "pkg/printers/internalversion/printers.go").read_text(encoding="utf-8")
    known, imports = documents(upstream), dict(IMPORT.findall(source))
    kinds = {function: kind for function, _, kind in PRINTED.findall(source)}
    definitions = {
        name: [column(text, known, imports) for text in COLUMN.findall(body)] for name, body in COLUMNS.findall(source)
    }
    handled = [(kinds.get(function), name) for name, function in HANDLER.findall(source)]
    found = {kind: definitions[name] for kind, name in handled if kind and not kind.endswith("List")}
    texts = sorted({row[3] for rows in found.values() for row in rows})
    numbered = {kind: [[*row[:3], texts.index(row[3]), row[4]] for row in rows] for kind, rows in found.items()}
    return {"descriptions": texts, **numbered}


def column(text: str, known: dict[tuple[str, str], dict[str, str]], imports: dict[str, str]) -> list[Any]:
    fields = dict(FIELD.findall(text))
    about = re.search(r'Description: "((?:[^"\\]|\\.)*)"', text)
    document = DOCUMENT.search(text)
    description = json.loads(f'"{about[1]}"') if about else ""
    if document:
        package, name, field = document.groups()
        description = known[imports[package], name].get(field, "")
    priority = re.search(r"Priority: (\d)", text)
    return [fields["Name"], fields["Type"], fields.get("Format", ""), description, int(priority[1]) if priority else 0]


def write(path: Path, table: dict[str, Any]) -> None:
    lines = [f"{json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}" for name, row in {"": TOOL, **table}.items()]
    path.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


def main(resources: str, protobuf: str, upstream: str, target: str) -> None:
    listing, table = (json.loads(Path(path).read_text(encoding="utf-8")) for path in (resources, protobuf))
    write(Path(target, "subresources.json"), subresources(listing))
    write(Path(target, "protobuf.json"), {**messages(table), **brought(Path(upstream))})
    write(Path(target, "columns.json"), columns(Path(upstream)))


if __name__ == "__main__":
    main(*sys.argv[1:])
