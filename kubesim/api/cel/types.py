"""The types of expressions. Mirrors cel-go's common/types and the arithmetic on types of its checker."""

from __future__ import annotations

from kubesim.startup.function_cache import cache
from kubesim.startup.named_tuple import NamedTuple


class Type(NamedTuple):
    """A type: its ``kind`` (int, list, struct, opaque, param, ...), its name, and the types that it is made of."""

    kind: str
    name: str
    params: tuple[Type, ...] = ()

    def __str__(self) -> str:
        """The type as errors print it. Mirrors FormatCELType."""
        if not self.params:
            return self.name
        return f"{self.name}({', '.join(map(str, self.params))})"


BOOL, INT, UINT, DOUBLE = Type("bool", "bool"), Type("int", "int"), Type("uint", "uint"), Type("double", "double")
STRING, BYTES, NULL, DYN = Type("string", "string"), Type("bytes", "bytes"), Type("null", "null"), Type("dyn", "dyn")
DURATION, TIMESTAMP = Type("duration", "duration"), Type("timestamp", "timestamp")
ERROR, TYPE = Type("error", "!error!"), Type("type", "type")

_SIMPLE = {
    type_.name: type_ for type_ in (BOOL, INT, UINT, DOUBLE, STRING, BYTES, NULL, DYN, DURATION, TIMESTAMP, TYPE)
}
#: Kubernetes' own types that are structs without fields; its others are opaque.
_STRUCTS = ("kubernetes.Quantity", "kubernetes.URL", "kubernetes.Semver", "kubernetes.NamedFormat")
_OF_VALUES = {
    "google.protobuf.Duration": DURATION,
    "google.protobuf.Timestamp": TIMESTAMP,
    "null_type": NULL,
    "list": Type("list", "list", (DYN,)),
    "map": Type("map", "map", (DYN, DYN)),
}


def list_of(element: Type) -> Type:
    return Type("list", "list", (element,))


def map_of(key: Type, value: Type) -> Type:
    return Type("map", "map", (key, value))


def optional_of(type_: Type) -> Type:
    return Type("opaque", "optional_type", (type_,))


def struct_named(name: str) -> Type:
    return Type("struct", name)


@cache
def type_named(text: str) -> Type:
    """The type that a declaration writes as ``map(K, list(int))``: one capital is a parameter."""
    name, _, rest = text.partition("(")
    params = tuple(type_named(part) for part in _split(rest[:-1])) if rest else ()
    if name in ("list", "map", "type"):
        return Type(name, name, params)
    if len(name) == 1:
        return Type("param", name)
    if name in _SIMPLE:
        return _SIMPLE[name]
    if name.startswith("kubernetes.authorization.") or name in _STRUCTS:
        return struct_named(name)
    return Type("opaque", name, params)


def _split(text: str) -> list[str]:
    """The parts between commas that are outside of parentheses."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append("")
        elif character != " ":
            parts[-1] += character
    return parts


def type_identifier(name: str) -> Type | None:
    """What a name of a type is as a value: ``type(int)``."""
    type_ = _OF_VALUES.get(name) or _SIMPLE.get(name if name not in ("null", "dyn", "duration", "timestamp") else "")
    if type_ is None and (
        name in _STRUCTS or name in ("net.IP", "net.CIDR") or name.startswith("kubernetes.authorization.")
    ):
        type_ = type_named(name)
    if type_ is None and name == "optional_type":
        type_ = optional_of(Type("param", "V"))
    return None if type_ is None else Type("type", "type", (type_,))


def is_dynamic(type_: Type) -> bool:
    """Whether nothing is known of a value of the type, or an error was reported already."""
    return type_.kind in ("dyn", "error")


def unwrapped(type_: Type) -> tuple[Type, bool]:
    """What an optional's type holds, and whether it is one."""
    return (type_.params[0], True) if type_.name == "optional_type" and type_.params else (type_, False)


class Mapping:
    """What stands for type parameters so far. Mirrors checker's mapping and types.go."""

    def __init__(self, known: dict[Type, Type] | None = None) -> None:
        self.known = known or {}

    def assigns(self, targets: tuple[Type, ...], sources: tuple[Type, ...]) -> bool:
        """Whether each of ``sources`` can be one of ``targets``; what that says of parameters is kept if so."""
        trial = Mapping(dict(self.known))
        if not trial._all_assign(targets, sources):
            return False
        self.known = trial.known
        return True

    def _all_assign(self, targets: tuple[Type, ...], sources: tuple[Type, ...]) -> bool:
        return len(targets) == len(sources) and all(map(self._assigns, targets, sources))

    def _assigns(self, first: Type, second: Type) -> bool:
        if second.kind == "param":
            valid, has_substitution = self._substitutes(first, second)
            if valid or has_substitution:
                return valid
        if first.kind == "param":
            return self._substitutes(second, first)[0]
        if is_dynamic(first) or is_dynamic(second):
            return True
        if first.kind == "null" or second.kind == "null":
            return _is_nullable(second if first.kind == "null" else first)
        if first.kind == "type":
            return second.kind == "type"
        if first.kind in ("opaque", "list", "map"):
            alike = first.kind == second.kind and first.name == second.name
            return alike and self._all_assign(first.params, second.params)
        return first == second

    def _substitutes(self, type_: Type, param: Type) -> tuple[bool, bool]:
        """Whether a type can stand for a parameter, and whether something does already."""
        if type_ == param:
            return True, True
        known = self.known.get(param)
        if known is None:
            if not self._is_free_of(param, type_):
                return False, False
            self.known[param] = type_
            return True, False
        if type_ == known:
            return True, True
        if not self._assigns(type_, known):
            return False, True
        general = type_ if _is_as_general(type_, known) else known
        if self._is_free_of(param, general):
            self.known[param] = general
        return True, True

    def _is_free_of(self, param: Type, type_: Type) -> bool:
        if param == type_:
            return False
        if type_.kind == "param":
            known = self.known.get(type_)
            return known is None or self._is_free_of(param, known)
        return all(self._is_free_of(param, inner) for inner in type_.params)

    def substitute(self, type_: Type, *, to_dyn: bool = False) -> Type:
        """A type with what is known for its parameters; the unknown ones become dyn if wanted."""
        known = self.known.get(type_)
        if known is not None:
            return self.substitute(known, to_dyn=to_dyn)
        if type_.kind == "param":
            return DYN if to_dyn else type_
        if not type_.params:
            return type_
        return type_._replace(params=tuple(self.substitute(inner, to_dyn=to_dyn) for inner in type_.params))


def most_general(first: Type, second: Type) -> Type:
    return first if _is_as_general(first, second) else second


def _is_nullable(type_: Type) -> bool:
    return type_.kind in ("null", "opaque", "struct", "duration", "timestamp")


def _is_as_general(first: Type, second: Type) -> bool:
    """Mirrors isEqualOrLessSpecific."""
    if first.kind in ("dyn", "param"):
        return True
    if second.kind in ("dyn", "param") or first.kind != second.kind:
        return False
    if first.kind in ("opaque", "list", "map"):
        alike = first.name == second.name and len(first.params) == len(second.params)
        return alike and all(map(_is_as_general, first.params, second.params))
    return first.kind == "type" or first == second
