"""What a policy's expressions would find wrong if they knew the types of the objects that it is for.

Mirrors apiserver's policy/validating/typechecking.go; the types are those of the API's documents.
"""

from __future__ import annotations

from kubesim.api import schema
from kubesim.api.cel.admission import Compiler
from kubesim.api.cel.declared import Structs, escaped
from kubesim.api.cel.types import BOOL, BYTES, DOUBLE, DYN, INT, STRING, TIMESTAMP, Type, list_of, map_of, struct_named
from kubesim.api.meta import api_version_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

    #: A kind as it is called with its group and its version.
    Called = tuple[str, str, str]


class _GoStructs(Structs):
    """The API's types, each named after the place where it stands; their fields are declared when asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._go_types: dict[str, schema.Type | None] = {}

    def type_at(self, type_: schema.Type, name: str) -> Type | None:
        """The type of values of a Go type at a place; None for those that expressions do not see."""
        if type_.kind == "pointer":
            return self.type_at(type_.elem, name)
        if type_.is_custom:
            return self._custom(type_, name)
        if type_.kind == "struct":
            self._go_types[name] = type_
            return struct_named(name)
        if type_.kind in ("slice", "map"):
            return self._container(type_, name)
        if type_.kind.startswith(("int", "uint")):
            return INT
        return {"string": STRING, "bool": BOOL, "float32": DOUBLE, "float64": DOUBLE}.get(type_.kind)

    def _custom(self, type_: schema.Type, name: str) -> Type | None:
        if type_.name in (schema.TIME, schema.MICRO_TIME):
            return TIMESTAMP
        if type_.name in schema.RAW:
            self._go_types[name] = None
            return struct_named(name)
        return DYN if type_.name == schema.INT_OR_STRING else None

    def _container(self, type_: schema.Type, name: str) -> Type | None:
        if type_.kind == "slice" and type_.elem.kind == "uint8":
            return BYTES
        element = self.type_at(type_.elem, f"{name}.{'@idx' if type_.kind == 'slice' else '@elem'}")
        if element is None:
            return None
        return list_of(element) if type_.kind == "slice" else map_of(STRING, element)

    def __contains__(self, name: str) -> bool:
        return name in self._go_types

    def get(self, name: str, default: dict[str, Type]) -> dict[str, Type]:
        type_ = self._go_types.get(name)
        if type_ is None:
            return default
        if name not in self._fields:
            found = {}
            for field, declared in type_.json_fields.items():
                of_field = self.type_at(declared.type, f"{name}.{field}")
                if of_field is not None:
                    found[escaped(field) or field] = of_field
            self._fields[name] = found
        return self._fields[name]


def expression_warnings(policy: Obj, kinds: Sequence[Called]) -> list[Obj]:
    """The warnings of a policy's status: what is wrong for each of the kinds, whose fields are known."""
    spec = policy["spec"]
    warnings: list[Obj] = []
    for index, validation in enumerate(spec.get("validations") or ()):
        for name in ("expression", "messageExpression"):
            found = [_fault(spec, validation[name], called) for called in kinds] if validation.get(name) else []
            if any(found):
                text = "\n".join(filter(None, found))
                warnings.append({"fieldRef": f"spec.validations[{index}].{name}", "warning": text})
    return warnings


def _fault(spec: Obj, expression: str, called: Called) -> str:
    """What is wrong with an expression about objects of a kind, or ""."""
    structs = _GoStructs()
    typed: dict[str, Type] = {}
    group, version, kind = called
    type_ = schema.type_of(api_version_of(group, version), kind)
    if type_ is None:
        return ""
    object_ = structs.type_at(type_, kind) or DYN
    typed["object"] = typed["oldObject"] = object_
    params = spec.get("paramKind")
    if params:
        of_params = schema.type_of(params["apiVersion"], params["kind"])
        typed["params"] = (of_params and structs.type_at(of_params, f"params.{params['kind']}")) or DYN
    compiler = Compiler(has_params=bool(params), has_variables=True, typed=typed, structs=structs)
    for variable in spec.get("variables") or ():
        compiler.add_variable(variable["name"], variable["expression"])
    fault = compiler.fault(expression)
    if fault is None:
        return ""
    return f"{group}/{version}, Kind={kind}: {fault.detail.removeprefix('compilation failed: ')}\n"
