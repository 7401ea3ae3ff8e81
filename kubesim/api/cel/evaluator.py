"""What an expression comes to. Mirrors cel-go's interpreter."""

from __future__ import annotations

from kubesim.api.cel.declarations import overloads_of
from kubesim.api.cel.equality import equal, key_in, type_name
from kubesim.api.cel.parser import RESERVED
from kubesim.api.cel.syntax import (
    Call,
    Comprehension,
    Ident,
    ListLiteral,
    Literal,
    MapLiteral,
    Node,
    Select,
    StructLiteral,
)
from kubesim.api.cel.types import type_identifier
from kubesim.api.cel.values import NONE, Broken, EvaluationError, Optional, Struct, TypeValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

NO_OVERLOAD = "no such overload"
OVER_LIMIT = "operation cancelled: actual cost limit exceeded"

#: What Go calls the types of values that are no list and no map.
_GO_TYPES = {
    **{name: f"types.{name.capitalize()}" for name in ("bool", "int", "uint", "double", "string", "bytes")},
    "null_type": "types.Null",
    "google.protobuf.Timestamp": "types.Timestamp",
    "google.protobuf.Duration": "types.Duration",
}


class Evaluator:
    """One evaluation: ``variables`` by their names, or functions that find them when they are asked for.

    ``limit`` bounds its cost, which is counted in nodes that were evaluated; ``cost`` has what was spent.
    """

    def __init__(self, variables: Mapping[str, Any], *, limit: int = 1_000_000) -> None:
        self._scopes: list[dict[str, Any]] = []
        self._variables = variables
        self._limit = limit
        self.cost = 0

    def evaluate(self, node: Node) -> Any:
        """The value of a node; EvaluationError."""
        self.cost += 1
        if self.cost > self._limit:
            raise EvaluationError(OVER_LIMIT)
        return _EVALUATE[type(node)](self, node)

    def _ident(self, node: Ident) -> Any:
        for scope in reversed(self._scopes):
            if node.name in scope:
                value = scope[node.name]
                if isinstance(value, _Lazy):
                    value = scope[node.name] = value.get()
                return value
        return self._global(node.name.removeprefix("."))

    def _global(self, name: str) -> Any:
        if name in self._variables:
            value = self._variables[name]
            return value() if callable(value) else value
        if type_identifier(name) is not None:
            return TypeValue(name)
        raise EvaluationError(f"no such attribute(s): {name}")

    def _select(self, node: Select) -> Any:
        if node.qualified or self._is_qualified(node):
            return self._global(node.qualified)
        operand = self.evaluate(node.operand)
        if isinstance(operand, Optional):
            found = _optional_field(operand, node.field)
            return found.has_value if node.is_test else found
        if node.is_test:
            return isinstance(operand, dict) and _key_of(operand, node.field) in operand
        return _field(operand, node.field)

    def _is_qualified(self, node: Select) -> bool:
        """Whether a selection is the name of a type or a variable, ``authorizer.requestResource``; notes it if so."""
        parts: list[str] = []
        inner: Node = node
        while isinstance(inner, Select) and not inner.is_test:
            parts.append(inner.field)
            inner = inner.operand
        if not isinstance(inner, Ident) or inner.name not in ("authorizer", "google", "kubernetes", "net"):
            return False
        name = ".".join((inner.name, *reversed(parts)))
        node.qualified = name if name in self._variables or type_identifier(name) is not None else ""
        return bool(node.qualified)

    def _call(self, node: Call) -> Any:
        special = _SPECIAL.get(node.function)
        if special is not None and node.target is None:
            return special(self, node)
        from kubesim.api.cel.functions import call

        if isinstance(node.target, Ident):
            namespaced = f"{node.target.name}.{node.function}"
            if overloads_of(namespaced):
                return call(namespaced, [self.evaluate(arg) for arg in node.args], is_member=False)
        nodes = node.args if node.target is None else [node.target, *node.args]
        args = [self.evaluate(arg) for arg in nodes]
        return call(node.function.removeprefix("."), args, is_member=node.target is not None)

    def _and(self, node: Call) -> Any:
        return self._logic(node, decisive=False)

    def _or(self, node: Call) -> Any:
        return self._logic(node, decisive=True)

    def _logic(self, node: Call, *, decisive: bool) -> bool:
        """And and or: what decides counts, whatever becomes of the other side."""
        fault: EvaluationError | None = None
        for arg in node.args:
            try:
                value = self.evaluate(arg)
                if not isinstance(value, bool):
                    raise EvaluationError(NO_OVERLOAD)
                if value is decisive:
                    return decisive
            except EvaluationError as error:
                if str(error) == OVER_LIMIT:
                    raise
                fault = fault or error
        if fault is not None:
            raise fault
        return not decisive

    def _conditional(self, node: Call) -> Any:
        condition = self.evaluate(node.args[0])
        if not isinstance(condition, bool):
            raise EvaluationError(NO_OVERLOAD)
        return self.evaluate(node.args[1 if condition else 2])

    def _not_strictly_false(self, node: Call) -> bool:
        try:
            return self.evaluate(node.args[0]) is not False
        except EvaluationError:
            return True

    def _index(self, node: Call) -> Any:
        operand, index = self.evaluate(node.args[0]), self.evaluate(node.args[1])
        if isinstance(operand, Optional):
            return _optional_index(operand, index)
        return _element(operand, index)

    def _optional_index(self, node: Call) -> Optional:
        operand, index = self.evaluate(node.args[0]), self.evaluate(node.args[1])
        return _optional_index(operand if isinstance(operand, Optional) else Optional(operand), index)

    def _optional_select(self, node: Call) -> Optional:
        operand = self.evaluate(node.args[0])
        field = node.args[1]
        assert isinstance(field, Literal)
        return _optional_field(operand if isinstance(operand, Optional) else Optional(operand), field.value)

    def _list(self, node: ListLiteral) -> list[Any]:
        found = []
        for index, element in enumerate(node.elements):
            value = self.evaluate(element)
            if index in node.optional:
                if not isinstance(value, Optional):
                    raise EvaluationError(f"cannot initialize optional list element from non-optional value {value}")
                if not value.has_value:
                    continue
                value = value.value
            found.append(value)
        return found

    def _map(self, node: MapLiteral) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for entry in node.entries:
            key = self.evaluate(entry.key)
            value = self.evaluate(entry.value)
            if entry.is_optional:
                if not value.has_value:
                    continue
                value = value.value
            found[key] = value
        return found

    def _struct(self, node: StructLiteral) -> Struct:
        found = Struct(node.name)
        for entry in node.entries:
            value = self.evaluate(entry.value)
            if entry.is_optional:
                if not value.has_value:
                    continue
                value = value.value
            assert isinstance(entry.key, Literal)
            found[entry.key.value] = value
        return found

    def _comprehension(self, node: Comprehension) -> Any:
        if node.is_bind:
            return self._bind(node)
        over = self.evaluate(node.range_)
        outer = {node.accumulator: self.evaluate(node.initial)}
        self._scopes.append(outer)
        try:
            for bound in _turns(node, over):
                self._scopes.append(bound)
                try:
                    if self.evaluate(node.condition) is False:
                        break
                    outer[node.accumulator] = self._step(node, outer)
                finally:
                    self._scopes.pop()
            return self.evaluate(node.result)
        finally:
            self._scopes.pop()

    def _step(self, node: Comprehension, outer: dict[str, Any]) -> Any:
        """The accumulator after one more turn; an error in it is kept, for ``all`` and ``exists`` may absorb it."""
        step = node.step
        if isinstance(step, Call) and step.function == "_+_" and isinstance(step.args[1], ListLiteral):
            outer[node.accumulator].extend(self.evaluate(step.args[1]))  # nobody else has this list
            return outer[node.accumulator]
        try:
            return self.evaluate(step)
        except EvaluationError as error:
            if str(error) == OVER_LIMIT or not (isinstance(step, Call) and step.function in ("_&&_", "_||_")):
                raise
            fault = error
        return _Lazy(lambda: _raise(fault))

    def _bind(self, node: Comprehension) -> Any:
        """A variable that is worked out once, when it is first asked for."""
        self._scopes.append({node.accumulator: _Lazy(lambda: self.evaluate(node.initial))})
        try:
            return self.evaluate(node.result)
        finally:
            self._scopes.pop()


class _Lazy:
    """A value that is worked out when it is asked for, or the error that it is."""

    def __init__(self, get: Callable[[], Any]) -> None:
        self.get = get


def _raise(error: EvaluationError) -> Any:
    raise error


def _turns(node: Comprehension, over: Any) -> Iterator[dict[str, Any]]:
    """The variables of each turn of a fold."""
    if not isinstance(over, (list, dict)):
        shown = _GO_TYPES.get(type_name(over), type_name(over))
        raise EvaluationError(f"got '{shown}', expected iterable type")
    pairs: Any = over.items() if isinstance(over, dict) else enumerate(over)
    if len(node.variables) == 2:
        for first, second in pairs:
            yield {node.variables[0]: first, node.variables[1]: second}
    else:
        for element in over:
            yield {node.variables[0]: element}


def _key_of(operand: dict[Any, Any], field: str) -> str:
    """The key of a field, which a schema's object has by its escaped name."""
    return f"__{field}__" if field in RESERVED and field not in operand else field


def _field(operand: Any, field: str) -> Any:
    if isinstance(operand, dict):
        key = _key_of(operand, field)
        if key in operand:
            return _whole(operand[key])
    raise EvaluationError(f"no such key: {field}")


def _element(operand: Any, index: Any) -> Any:
    if isinstance(operand, list):
        position = _position(index)
        if not 0 <= position < len(operand):
            raise EvaluationError(f"index out of bounds: {position}")
        return _whole(operand[position])
    found, value = key_in(operand, index) if isinstance(operand, dict) else (False, None)
    if not found:
        raise EvaluationError(f"no such key: {_shown(index)}")
    return _whole(value)


def _whole(value: Any) -> Any:
    if isinstance(value, Broken):
        raise EvaluationError(value.why)
    return value


def _position(index: Any) -> int:
    if isinstance(index, bool) or not isinstance(index, (int, float)):
        raise EvaluationError(f"unsupported index type '{type_name(index)}' in list")
    if int(index) != index:
        raise EvaluationError(f"unsupported index value {index} in list")
    return int(index)


def _shown(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _optional_field(operand: Optional, field: str) -> Optional:
    if not operand.has_value or not isinstance(operand.value, dict):
        return NONE
    key = _key_of(operand.value, field)
    return Optional(operand.value[key]) if key in operand.value else NONE


def _optional_index(operand: Optional, index: Any) -> Optional:
    if not operand.has_value:
        return NONE
    try:
        return Optional(_element(operand.value, index))
    except EvaluationError as error:
        if str(error).startswith(("no such key", "index out of bounds")):
            return NONE
        raise


def _equals(evaluator: Evaluator, node: Call) -> bool:
    return equal(evaluator.evaluate(node.args[0]), evaluator.evaluate(node.args[1]))


def _differs(evaluator: Evaluator, node: Call) -> bool:
    return not _equals(evaluator, node)


_EVALUATE: dict[type[Node], Callable[[Evaluator, Any], Any]] = {
    Literal: lambda _, node: node.value,
    Ident: Evaluator._ident,
    Select: Evaluator._select,
    Call: Evaluator._call,
    ListLiteral: Evaluator._list,
    MapLiteral: Evaluator._map,
    StructLiteral: Evaluator._struct,
    Comprehension: Evaluator._comprehension,
}
_SPECIAL: dict[str, Callable[[Evaluator, Call], Any]] = {
    "_&&_": Evaluator._and,
    "_||_": Evaluator._or,
    "_?_:_": Evaluator._conditional,
    "@not_strictly_false": Evaluator._not_strictly_false,
    "_[_]": Evaluator._index,
    "_[?_]": Evaluator._optional_index,
    "_?._": Evaluator._optional_select,
    "_==_": _equals,
    "_!=_": _differs,
}
