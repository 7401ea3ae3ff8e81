"""The schemas of types: their fields, what is required, how lists are merged. Mirrors kube-openapi's builder."""

from __future__ import annotations

from kubesim.api import descriptions, schema
from kubesim.api.schema import Type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.schema import Field
    from kubesim.kinds import Names

_MACHINERY = "io.k8s.apimachinery.pkg"
_PACKAGES = {
    "meta": f"{_MACHINERY}.apis.meta",
    "api": f"{_MACHINERY}.api",
    "util": f"{_MACHINERY}.util",
    "runtime": f"{_MACHINERY}.runtime",
    "apiextensions": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
    "apiregistration": "io.k8s.kube-aggregator.pkg.apis.apiregistration",
}
_CUSTOM: dict[str, Obj] = {
    schema.QUANTITY: {"oneOf": [{"type": "string"}, {"type": "number"}]},
    schema.INT_OR_STRING: {"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]},
    schema.TIME: {"type": "string", "format": "date-time"},
    schema.MICRO_TIME: {"type": "string", "format": "date-time"},
    "runtime.RawExtension": {"type": "object"},
    "meta/v1.FieldsV1": {"type": "object"},
}
#: What these are in Swagger, which has no choice of types.
_SWAGGER: dict[str, Obj] = {
    schema.QUANTITY: {"type": "string"},
    schema.INT_OR_STRING: {"type": "string", "format": "int-or-string"},
}
_ZEROS: dict[str, Any] = {"string": "", "boolean": False, "integer": 0, "number": 0}
_INTEGERS = {"int": "int32", "int32": "int32", "int64": "int64", "uint8": "byte", "uint": "int64", "uint64": "int64"}

LIST_META = "meta/v1.ListMeta"


class Schemas:
    """The schemas that a document has, each made once; ``swagger`` is for OpenAPI 2."""

    def __init__(self, *, swagger: bool = False) -> None:
        self.is_swagger = swagger
        self._prefix = "#/definitions/" if swagger else "#/components/schemas/"
        self.made: dict[str, Obj] = {}

    def of_kind(self, names: Names) -> str:
        """Make the schemas of a built-in kind and of its lists; the kind's name among them, empty if it has no type."""
        type_ = schema.type_of(names.api_version, names.kind)
        if type_ is None:
            return ""
        name = self.add(type_)
        self.made[name]["x-kubernetes-group-version-kind"] = [group_version_kind(names, names.kind)]
        if "list" in names.verbs.split():
            self.made[f"{name}List"] = self._list(names, name)
        return name

    def _list(self, names: Names, item: str) -> Obj:
        kind = f"{names.kind}List"
        meta = self.reference(schema.type_named(LIST_META))
        return {
            "description": f"{kind} is a list of objects of the kind {names.kind}.",
            "type": "object",
            "required": ["items"],
            "properties": {
                "apiVersion": self._described("meta/v1.TypeMeta", "apiVersion", {"type": "string"}),
                "items": {"type": "array", "items": self.named(item)},
                "kind": self._described("meta/v1.TypeMeta", "kind", {"type": "string"}),
                "metadata": meta,
            },
            "x-kubernetes-group-version-kind": [group_version_kind(names, kind)],
        }

    def add(self, type_: Type) -> str:
        """Make the schema of a named type and of all that it holds; its name."""
        name = definition_name(type_.name)
        if name in self.made:
            return name
        about = descriptions.of_type(type_.name)
        entry: Obj = {"description": about} if about else {}
        self.made[name] = entry
        if type_.is_custom:
            custom = _CUSTOM.get(type_.name, {})
            entry.update(_SWAGGER.get(type_.name, custom) if self.is_swagger else custom)
            return name
        entry["type"] = "object"
        fields = type_.json_fields
        required = sorted(json for json, field in fields.items() if schema.is_required(type_, field))
        if required:
            entry["required"] = required
        entry["properties"] = {json: self._property(type_, fields[json]) for json in sorted(fields)}
        return name

    def _property(self, owner: Type, field: Field) -> Obj:
        entry = self._described(owner.name, field.json, self.reference(field.type))
        if "description" in entry:
            self._say_once(field.type, entry["description"])
        if field.type.kind != "pointer" and not field.omitempty and entry.get("type") in _ZEROS:
            entry["default"] = _ZEROS[entry["type"]]
        values = schema.enum_of(owner, field.json)
        if values:
            holder = entry["items"] if field.type.kind == "slice" else entry
            holder["enum"] = list(values)
        if field.merge_key:
            entry["x-kubernetes-patch-merge-key"] = field.merge_key
        if field.patch_strategies:
            entry["x-kubernetes-patch-strategy"] = ",".join(field.patch_strategies)
        return entry

    def _say_once(self, type_: Type, about: str) -> None:
        """Leave a type without words that one of its fields has: clients print those of both, one after the other."""
        while type_.kind in ("pointer", "slice", "map") and not type_.is_custom:
            type_ = type_.elem
        made = self.made.get(definition_name(type_.name), {})
        if made.get("description") == about:
            del made["description"]

    def _described(self, owner: str, field: str, entry: Obj) -> Obj:
        about = descriptions.of_field(owner, field)
        return {"description": about, **entry} if about else entry

    def reference(self, type_: Type) -> Obj:
        """The schema of a value of that type: a reference for a named struct."""
        if type_.kind == "pointer" and not type_.is_custom:
            return self.reference(type_.elem)
        if type_.is_custom or type_.kind == "struct":
            return self.named(self.add(type_))
        if type_.kind == "slice":
            if type_.elem.kind == "uint8":
                return {"type": "string", "format": "byte"}
            return {"type": "array", "items": self.reference(type_.elem)}
        if type_.kind == "map":
            return {"type": "object", "additionalProperties": self.reference(type_.elem)}
        return _scalar(type_.kind)

    def named(self, name: str) -> Obj:
        """A reference to the schema of that name, beside which other words may stand."""
        reference = {"$ref": f"{self._prefix}{name}"}
        return reference if self.is_swagger else {"allOf": [reference]}


def _scalar(kind: str) -> Obj:
    if kind in _INTEGERS:
        return {"type": "integer", "format": _INTEGERS[kind]}
    scalars: dict[str, Obj] = {
        "string": {"type": "string"},
        "bool": {"type": "boolean"},
        "float64": {"type": "number", "format": "double"},
    }
    return scalars.get(kind, {"type": "object"})


def definition_name(type_name: str) -> str:
    """``io.k8s.api.apps.v1.Deployment`` for ``apps/v1.Deployment``."""
    package, _, name = type_name.rpartition(".")
    first, _, rest = package.partition("/")
    path = _PACKAGES.get(first, f"io.k8s.api.{first}")
    return ".".join(filter(None, (path, rest.replace("/", "."), name)))


def group_version_kind(names: Names, kind: str) -> Obj:
    return {"group": names.group, "kind": kind, "version": names.version}
