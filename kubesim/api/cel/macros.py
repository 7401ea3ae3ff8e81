"""Macros: calls that are something else once they are parsed. Mirrors cel-go's parser/macro.go and ext.

Kubernetes has the standard ones, those of optionals, comprehensions with two variables, and ``sortBy`` of lists.
"""

from __future__ import annotations

from kubesim.api.cel.syntax import Call, Comprehension, Ident, ListLiteral, Literal, MapLiteral, Node, Problem, Select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Expander = Callable[[int, Node, Sequence[Node]], Node | None]

ACCUMULATOR = "__result__"
NAME_EXPECTED = "argument must be a simple name"


def expanded(offset: int, function: str, target: Node | None, args: Sequence[Node]) -> Node | None:
    """What a call at ``offset`` becomes if it is a macro, else None; Problem for arguments that it cannot take."""
    if target is None:
        return _has(offset, args[0]) if function == "has" and len(args) == 1 else None
    expand = _MACROS.get((function, len(args)))
    return None if expand is None else expand(offset, target, args)


def _has(offset: int, arg: Node) -> Node:
    if not isinstance(arg, Select) or arg.is_test:
        raise Problem(arg.offset, "invalid argument to has() macro")
    return Select(offset, arg.operand, arg.field, is_test=True)


class _Maker:
    """Makes the nodes of one expansion, all of them at its ``offset``."""

    def __init__(self, offset: int) -> None:
        self.offset = offset

    def accumulated(self) -> Node:
        return Ident(self.offset, ACCUMULATOR)

    def literal(self, value: object) -> Node:
        return Literal(self.offset, value)

    def call(self, function: str, *args: Node) -> Node:
        return Call(self.offset, function, args)

    def appended(self, element: Node) -> Node:
        return self.call("_+_", self.accumulated(), ListLiteral(self.offset, [element]))

    def filtered(self, condition: Node | None, step: Node) -> Node:
        return step if condition is None else self.call("_?_:_", condition, step, self.accumulated())

    def fold(
        self,
        over: Node,
        variables: tuple[str, ...],
        initial: Node,
        condition: Node,
        step: Node,
        result: Node | None = None,
    ) -> Node:
        result = result or self.accumulated()
        return Comprehension(self.offset, over, variables, initial, condition, step, result)


def _name(arg: Node, complaint: str = NAME_EXPECTED) -> str:
    """The name of a variable of a macro."""
    if not isinstance(arg, Ident):
        raise Problem(arg.offset, complaint)
    return arg.name


def _variables(args: Sequence[Node], count: int, complaint: str = NAME_EXPECTED) -> tuple[str, ...]:
    names = tuple(_name(arg, complaint) for arg in args[:count])
    if count == 2 and names[0] == names[1]:
        raise Problem(args[1].offset, f"duplicate variable name: {names[0]}")
    for name, arg in zip(names, args, strict=False):
        if name == ACCUMULATOR:
            raise Problem(arg.offset, "iteration variable overwrites accumulator variable")
    return names


def _all(offset: int, target: Node, args: Sequence[Node]) -> Node:
    make, names = _Maker(offset), _variables(args, len(args) - 1)
    condition = make.call("@not_strictly_false", make.accumulated())
    step = make.call("_&&_", make.accumulated(), args[-1])
    return make.fold(target, names, make.literal(True), condition, step)


def _exists(offset: int, target: Node, args: Sequence[Node]) -> Node:
    make, names = _Maker(offset), _variables(args, len(args) - 1)
    condition = make.call("@not_strictly_false", make.call("!_", make.accumulated()))
    step = make.call("_||_", make.accumulated(), args[-1])
    return make.fold(target, names, make.literal(False), condition, step)


def _exists_one(offset: int, target: Node, args: Sequence[Node]) -> Node:
    make, names = _Maker(offset), _variables(args, len(args) - 1)
    step = make.filtered(args[-1], make.call("_+_", make.accumulated(), make.literal(1)))
    result = make.call("_==_", make.accumulated(), make.literal(1))
    return make.fold(target, names, make.literal(0), make.literal(True), step, result)


def _map(offset: int, target: Node, args: Sequence[Node]) -> Node:
    make, names = _Maker(offset), _variables(args, 1, "argument is not an identifier")
    step = make.filtered(args[1] if len(args) == 3 else None, make.appended(args[-1]))
    return make.fold(target, names, ListLiteral(offset, []), make.literal(True), step)


def _filter(offset: int, target: Node, args: Sequence[Node]) -> Node:
    make, names = _Maker(offset), _variables(args, 1, "argument is not an identifier")
    step = make.filtered(args[1], make.appended(args[0]))
    return make.fold(target, names, ListLiteral(offset, []), make.literal(True), step)


def _transform_list(offset: int, target: Node, args: Sequence[Node]) -> Node:
    make, names = _Maker(offset), _variables(args, 2)
    step = make.filtered(args[2] if len(args) == 4 else None, make.appended(args[-1]))
    return make.fold(target, names, ListLiteral(offset, []), make.literal(True), step)


def _transform_map(offset: int, target: Node, args: Sequence[Node]) -> Node:
    make, names = _Maker(offset), _variables(args, 2)
    insert = make.call("cel.@mapInsert", make.accumulated(), Ident(offset, names[0]), args[-1])
    step = make.filtered(args[2] if len(args) == 4 else None, insert)
    return make.fold(target, names, MapLiteral(offset, []), make.literal(True), step)


def _transform_map_entry(offset: int, target: Node, args: Sequence[Node]) -> Node:
    make, names = _Maker(offset), _variables(args, 2)
    insert = make.call("cel.@mapInsert", make.accumulated(), args[-1])
    step = make.filtered(args[2] if len(args) == 4 else None, insert)
    return make.fold(target, names, MapLiteral(offset, []), make.literal(True), step)


def _bound(offset: int, name: str, value: Node, result: Node) -> Node:
    """``result`` with a variable in it: a fold over nothing."""
    nothing, never = ListLiteral(offset, []), Literal(offset, False)
    return Comprehension(offset, nothing, ("#unused",), value, never, Ident(offset, name), result, name)


def _opt_map(offset: int, target: Node, args: Sequence[Node]) -> Node:
    return _on_value(offset, "optMap", target, args)


def _opt_flat_map(offset: int, target: Node, args: Sequence[Node]) -> Node:
    return _on_value(offset, "optFlatMap", target, args)


def _on_value(offset: int, macro: str, target: Node, args: Sequence[Node]) -> Node:
    """What is made of an optional's value, if it has one."""
    make = _Maker(offset)
    if not isinstance(args[0], Ident):
        raise Problem(args[0].offset, f"{macro}() variable name must be a simple identifier")
    bound = _bound(offset, args[0].name, Call(offset, "value", (), target), args[1])
    if macro == "optMap":
        bound = make.call("optional.of", bound)
    return make.call("_?_:_", Call(offset, "hasValue", (), target), bound, make.call("optional.none"))


def _sort_by(offset: int, target: Node, args: Sequence[Node]) -> Node | None:
    if isinstance(target, (Select, Ident, ListLiteral, Comprehension, Call)):
        keys = _map(offset, Ident(offset, "@__sortBy_input__"), args)
        ordered = Call(offset, "@sortByAssociatedKeys", [keys], Ident(offset, "@__sortBy_input__"))
        return _bound(offset, "@__sortBy_input__", target, ordered)
    raise Problem(
        target.offset, "sortBy can only be applied to a list, identifier, comprehension, call or select expression"
    )


_MACROS: dict[tuple[str, int], Expander] = {
    ("all", 2): _all,
    ("all", 3): _all,
    ("exists", 2): _exists,
    ("exists", 3): _exists,
    ("exists_one", 2): _exists_one,
    ("exists_one", 3): _exists_one,
    ("existsOne", 3): _exists_one,
    ("map", 2): _map,
    ("map", 3): _map,
    ("filter", 2): _filter,
    ("transformList", 3): _transform_list,
    ("transformList", 4): _transform_list,
    ("transformMap", 3): _transform_map,
    ("transformMap", 4): _transform_map,
    ("transformMapEntry", 3): _transform_map_entry,
    ("transformMapEntry", 4): _transform_map_entry,
    ("optMap", 2): _opt_map,
    ("optFlatMap", 2): _opt_flat_map,
    ("sortBy", 2): _sort_by,
}
