"""Static types of an expression, and the names that it may use. Mirrors cel-go's checker."""

from __future__ import annotations

from kubesim.api.cel.declarations import overloads_of
from kubesim.api.cel.parser import RESERVED
from kubesim.api.cel.syntax import (
    Call,
    Comprehension,
    Ident,
    ListLiteral,
    Literal,
    MapLiteral,
    Node,
    Problem,
    Select,
    StructLiteral,
)
from kubesim.api.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    ERROR,
    INT,
    NULL,
    STRING,
    UINT,
    Mapping,
    Type,
    is_dynamic,
    list_of,
    map_of,
    most_general,
    optional_of,
    type_identifier,
    unwrapped,
)
from kubesim.api.cel.values import Uint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping as Map
    from collections.abc import Sequence

    from kubesim.api.cel.declarations import Overload
    from kubesim.api.cel.declared import Structs


class Environment:
    """What an expression may name: ``variables`` with their types, and ``structs``, types with fields, by names."""

    def __init__(self, variables: Map[str, Type], structs: Structs | dict[str, dict[str, Type]] | None = None) -> None:
        self.variables = variables
        self.structs = structs or {}


def check(node: Node, environment: Environment) -> list[Problem]:
    """Note the type of every node; what is wrong with them."""
    checker = _Checker(environment)
    checker.check(node)
    checker.settle()
    return checker.problems


class _Checker:
    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.problems: list[Problem] = []
        self._mapping = Mapping()
        self._scopes: list[dict[str, Type]] = []
        self._nodes: list[Node] = []
        self._count = 0

    def settle(self) -> None:
        """Put what is known for type parameters in their place; dyn where nothing is."""
        for node in self._nodes:
            if node.type is not None:
                node.type = self._mapping.substitute(node.type, to_dyn=True)

    def check(self, node: Node) -> Type:
        """The type of a node, noted."""
        type_ = self._type_of(node)
        node.type = type_
        self._nodes.append(node)
        return type_

    def _type_of(self, node: Node) -> Type:
        if isinstance(node, Literal):
            return _literal_type(node.value)
        if isinstance(node, Ident):
            return self._ident(node)
        if isinstance(node, Select):
            return self._select(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, ListLiteral):
            return self._list(node)
        if isinstance(node, MapLiteral):
            return self._map(node)
        if isinstance(node, StructLiteral):
            return self._struct(node)
        assert isinstance(node, Comprehension)
        return self._comprehension(node)

    def _report(self, offset: int, message: str) -> Type:
        self.problems.append(Problem(offset, message))
        return ERROR

    # names

    def _ident(self, node: Ident) -> Type:
        found = self._local(node.name) or self._global(node.name)
        if found is None:
            return self._report(node.offset, f"undeclared reference to '{node.name}' (in container '')")
        return found

    def _local(self, name: str) -> Type | None:
        return next((scope[name] for scope in reversed(self._scopes) if name in scope), None)

    def _global(self, name: str) -> Type | None:
        name = name.removeprefix(".")
        found = self.environment.variables.get(name) or type_identifier(name)
        if found is None and name in self.environment.structs:
            found = Type("type", "type", (Type("struct", name),))
        return found

    def _select(self, node: Select) -> Type:
        name = "" if node.is_test else _qualified(node)
        if name and self._local(name.partition(".")[0]) is None:
            found = self._global(name)
            if found is not None:
                node.qualified = name.removeprefix(".")
                return found
        type_ = self._field(node.offset, node.operand, node.field, is_optional=False)
        return BOOL if node.is_test else self._mapping.substitute(type_)

    def _field(self, offset: int, operand: Node, field: str, *, is_optional: bool) -> Type:
        """The type of a field of an operand. Mirrors checkSelectField."""
        target, has_optional = unwrapped(self._mapping.substitute(self.check(operand)))
        result = ERROR
        if target.kind == "map":
            result = target.params[1]
        elif target.kind == "struct":
            result = self._struct_field(offset, target.name, field) or ERROR
        elif target.kind == "param":
            self._mapping.assigns((DYN,), (target,))
            result = DYN
        else:
            if not is_dynamic(target):
                self._report(offset, f"type '{target}' does not support field selection")
            result = DYN
        return optional_of(result) if has_optional or is_optional else result

    def _struct_field(self, offset: int, struct: str, field: str) -> Type | None:
        fields = self.environment.structs.get(struct, {})
        found = fields.get(field)
        if (
            found is None and field in RESERVED
        ):  # since 1.31 such a field may be written without its underscores as well
            found = fields.get(f"__{field}__")
        if found is None:
            self._report(offset, f"undefined field '{field}'")
        return found

    # calls

    def _call(self, node: Call) -> Type:
        if node.function == "_?._":
            return self._optional_select(node)
        args = tuple(self.check(arg) for arg in node.args)
        if node.target is not None:
            prefix = _qualified(node.target)
            overloads = overloads_of(f"{prefix}.{node.function}") if prefix else ()
            if overloads:
                node.function, node.target = f"{prefix}.{node.function}", None
                return self._resolve(node, overloads, args)
            args = (self.check(node.target), *args)
        overloads = overloads_of(node.function.removeprefix("."))
        if not overloads:
            return self._report(node.offset, f"undeclared reference to '{node.function}' (in container '')")
        return self._resolve(node, overloads, args)

    def _optional_select(self, node: Call) -> Type:
        field = node.args[1]
        assert isinstance(field, Literal)
        node.overloads = ("select_optional_field",)
        self.check(field)
        return self._mapping.substitute(self._field(node.offset, node.args[0], field.value, is_optional=True))

    def _resolve(self, node: Call, overloads: Sequence[Overload], args: tuple[Type, ...]) -> Type:
        """The type of a call by the overloads that its arguments fit. Mirrors resolveOverload."""
        node.function = node.function.removeprefix(".")
        if node.function in ("_&&_", "_||_"):
            return self._logic(node, args)
        result: Type | None = None
        found = []
        for overload in overloads:
            if overload.is_member != (node.target is not None):
                continue
            takes, gives = self._instance(overload)
            if self._mapping.assigns(args, takes):
                found.append(overload.id)
                gives = self._mapping.substitute(gives)
                if result is None:
                    result = gives
                elif not is_dynamic(result) and gives != result:
                    result = DYN
        node.overloads = tuple(found)
        return result or self._no_overload(node, args)

    def _logic(self, node: Call, args: tuple[Type, ...]) -> Type:
        result = BOOL
        for arg, type_ in zip(node.args, args, strict=True):
            if not self._mapping.assigns((type_,), (BOOL,)):
                result = self._report(arg.offset, f"expected type 'bool' but found '{type_}'")
        node.overloads = ("logical_and" if node.function == "_&&_" else "logical_or",)
        return result

    def _no_overload(self, node: Call, args: tuple[Type, ...]) -> Type:
        shown = [str(self._mapping.substitute(arg, to_dyn=True)) for arg in args]
        target = f"{shown.pop(0)}." if node.target is not None else ""
        signature = f"{target}({', '.join(shown)})"
        return self._report(node.offset, f"found no matching overload for '{node.function}' applied to '{signature}'")

    def _instance(self, overload: Overload) -> tuple[tuple[Type, ...], Type]:
        """An overload's types with parameters of its own for those that it declares."""
        fresh: dict[Type, Type] = {}

        def renamed(type_: Type) -> Type:
            if type_.kind == "param":
                if type_ not in fresh:
                    fresh[type_] = self._parameter()
                return fresh[type_]
            return type_._replace(params=tuple(map(renamed, type_.params))) if type_.params else type_

        return tuple(map(renamed, overload.args)), renamed(overload.result)

    def _parameter(self) -> Type:
        self._count += 1
        return Type("param", f"_var{self._count - 1}")

    # aggregates

    def _list(self, node: ListLiteral) -> Type:
        element: Type | None = None
        for index, member in enumerate(node.elements):
            type_ = self.check(member)
            if index in node.optional:
                type_ = self._held(member, type_)
            element = self._joined(element, type_)
        return list_of(element or self._parameter())

    def _held(self, node: Node, type_: Type) -> Type:
        """What an optional element or value holds."""
        held, is_optional = unwrapped(type_)
        if not is_optional and not is_dynamic(held):
            self._report(node.offset, f"expected type '{optional_of(held)}' but found '{held}'")
        return held

    def _joined(self, previous: Type | None, current: Type) -> Type:
        """The type of both, dyn where they have none. Mirrors joinTypes."""
        if previous is None:
            return current
        return most_general(previous, current) if self._mapping.assigns((previous,), (current,)) else DYN

    def _map(self, node: MapLiteral) -> Type:
        keys: Type | None = None
        values: Type | None = None
        for entry in node.entries:
            keys = self._joined(keys, self.check(entry.key))
            type_ = self.check(entry.value)
            if entry.is_optional:
                type_ = self._held(entry.value, type_)
            values = self._joined(values, type_)
        return map_of(keys or self._parameter(), values or self._parameter())

    def _struct(self, node: StructLiteral) -> Type:
        name = node.name.removeprefix(".")
        if name not in self.environment.structs:
            return self._report(node.offset, f"undeclared reference to '{node.name}' (in container '')")
        for entry in node.entries:
            assert isinstance(entry.key, Literal)
            type_ = self.check(entry.value)
            wanted = self._struct_field(entry.offset, name, entry.key.value) or ERROR
            if entry.is_optional:
                type_ = self._held(entry.value, type_)
            if not self._mapping.assigns((wanted,), (type_,)):
                message = f"expected type of field '{entry.key.value}' is '{wanted}' but provided type is '{type_}'"
                self._report(entry.offset, message)
        return Type("struct", name)

    def _comprehension(self, node: Comprehension) -> Type:
        over = self._mapping.substitute(self.check(node.range_))
        initial = self.check(node.initial)
        self._scopes.append({node.accumulator: initial})
        self._scopes.append(dict(zip(node.variables, self._iterated(node, over), strict=True)))
        self._expects(node.condition, BOOL)
        self._expects(node.step, initial)
        self._scopes.pop()
        result = self._mapping.substitute(self.check(node.result))
        self._scopes.pop()
        return result

    def _iterated(self, node: Comprehension, over: Type) -> tuple[Type, ...]:
        """The types of the variables of a fold over a list or a map."""
        count = len(node.variables)
        if over.kind == "list":
            return (over.params[0],) if count == 1 else (INT, over.params[0])
        if over.kind == "map":
            return over.params[:count]
        if over.kind in ("dyn", "error", "param"):
            self._mapping.assigns((DYN,), (over,))
            return (DYN,) * count
        message = f"expression of type '{over}' cannot be range of a comprehension (must be list, map, or dynamic)"
        return (self._report(node.range_.offset, message),) * count

    def _expects(self, node: Node, wanted: Type) -> None:
        found = self.check(node)
        if not self._mapping.assigns((wanted,), (found,)):
            self._report(node.offset, f"expected type '{wanted}' but found '{found}'")


def _qualified(node: Node) -> str:
    """``a.b.c`` of selections that are no tests, down to a name; else "". Mirrors ToQualifiedName."""
    parts: list[str] = []
    while isinstance(node, Select) and not node.is_test:
        parts.append(node.field)
        node = node.operand
    return ".".join((node.name, *reversed(parts))) if isinstance(node, Ident) else ""


def _literal_type(value: object) -> Type:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, Uint):
        return UINT
    return {int: INT, float: DOUBLE, str: STRING, bytes: BYTES}[type(value)]
