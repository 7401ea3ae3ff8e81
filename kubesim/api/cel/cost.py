"""What an expression may cost at most, before it is evaluated. Mirrors cel-go's checker/cost.go."""

from __future__ import annotations

from kubesim.api.cel.estimates import MOST, NOTHING, ONE, UNKNOWN, Estimate, Operand, fixed
from kubesim.api.cel.function_costs import extension_cost, standard_cost
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
from kubesim.api.cel.types import DYN, unwrapped
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubesim.api.cel.declared import Declared
    from kubesim.api.cel.types import Type

    Path = tuple[str, ...]

_SCALARS = ("bool", "double", "duration", "int", "timestamp", "uint")


class Entries(NamedTuple):
    """The sizes of a container's keys and values."""

    kind: str
    key: Estimate
    value: Estimate

    def union(self, other: Entries | None) -> Entries | None:
        return other and Entries(self.kind, self.key.union(other.key), self.value.union(other.value))


class _Local(NamedTuple):
    path: Path
    size: Estimate | None
    entries: Entries | None


class Coster:
    """Estimates one checked expression, whose variable ``self`` is as ``root`` declares."""

    def __init__(self, root: Declared | None = None) -> None:
        self._root = root
        self._paths: dict[int, Path] = {}
        self._locals: dict[str, list[_Local]] = {}
        self._sizes: dict[int, Estimate] = {}
        self._entries: dict[int, Entries] = {}

    def cost(self, node: Node) -> Estimate:
        """The range of what evaluating a node costs."""
        if isinstance(node, Ident):
            return self._ident(node, node.name)
        if isinstance(node, Select):
            return self._select(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, ListLiteral):
            return self._list(node)
        if isinstance(node, MapLiteral):
            return self._map(node)
        if isinstance(node, StructLiteral):
            return self._all(entry.value for entry in node.entries).plus(fixed(40))
        if isinstance(node, Comprehension):
            return self._bind(node) if node.is_bind else self._comprehension(node)
        return NOTHING

    def _all(self, nodes: Iterable[Node]) -> Estimate:
        total = NOTHING
        for node in nodes:
            total = total.plus(self.cost(node))
        return total

    def _ident(self, node: Node, name: str) -> Estimate:
        local = self._local(name)
        self._paths[id(node)] = local.path if local else (name,)
        return ONE

    def _select(self, node: Select) -> Estimate:
        if node.qualified:
            return self._ident(node, node.qualified)
        total = self.cost(node.operand)
        if node.is_test:
            return total
        self._paths[id(node)] = (*self._path(node.operand), node.field)
        return total.plus(ONE) if self._type(node.operand).kind in ("map", "struct", "param") else total

    # containers

    def _list(self, node: ListLiteral) -> Estimate:
        total = self._all(node.elements)
        size = self._sizes_of(node.elements)
        self._entries[id(node)] = Entries("list", ONE, size)
        return total.plus(fixed(10))

    def _map(self, node: MapLiteral) -> Estimate:
        keys, values = [entry.key for entry in node.entries], [entry.value for entry in node.entries]
        total = self._all(part for entry in node.entries for part in (entry.key, entry.value))
        self._entries[id(node)] = Entries("map", self._sizes_of(keys), self._sizes_of(values))
        return total.plus(fixed(30))

    def _sizes_of(self, nodes: Sequence[Node]) -> Estimate:
        size = Estimate(MOST if nodes else 0, 0)
        for node in nodes:
            size = size.union(self.size(node))
        return size

    # folds

    def _comprehension(self, node: Comprehension) -> Estimate:
        total = self.cost(node.range_).plus(self.cost(node.initial))
        self._push(node.accumulator, self._value_of(node.initial))
        for name, is_key in self._iterated(node):
            self._push(name, self._iteration(node.range_, is_key=is_key))
        turn = self.cost(node.condition)
        turn = self.cost(node.step).plus(turn)
        for name in node.variables:
            self._locals[name].pop()
        total = total.plus(self.cost(node.result))
        self._locals[node.accumulator].pop()
        count = self.size(node.range_)
        if isinstance(node.initial, Literal):
            self._set_size(node, self._size(node.initial))
        elif isinstance(node.initial, (ListLiteral, MapLiteral)):
            self._set_size(node, count)
            entries = self.entries(node.step)
            if entries is not None:
                self._entries[id(node)] = entries
        return total.plus(count.times(turn))

    def _iterated(self, node: Comprehension) -> list[tuple[str, bool]]:
        """The variables of a fold, and whether each is a key or an index."""
        if len(node.variables) == 2:
            return [(node.variables[0], True), (node.variables[1], False)]
        return [(node.variables[0], self._container(node.range_) != "list")]

    def _container(self, node: Node) -> str:
        entries = self.entries(node)
        return entries.kind if entries else self._type(node).kind

    def _iteration(self, over: Node, *, is_key: bool) -> _Local:
        entries = self.entries(over)
        is_list = self._container(over) == "list"
        step = ("@indices" if is_list else "@keys") if is_key else ("@items" if is_list else "@values")
        size = None if entries is None else entries.key if is_key else entries.value
        return _Local((*self._path(over), step), size, None)

    def _bind(self, node: Comprehension) -> Estimate:
        total = self.cost(node.range_).plus(self.cost(node.initial))
        self._push(node.accumulator, self._value_of(node.initial))
        total = total.plus(self.cost(node.result))
        self._locals[node.accumulator].pop()
        self._set_size(node, self._size(node.result))
        self._copy_entries(node, node.result)
        return total

    def _value_of(self, node: Node) -> _Local:
        return _Local(self._path(node), self._size(node), self.entries(node))

    def _push(self, name: str, local: _Local) -> None:
        self._locals.setdefault(name, []).append(local)

    def _local(self, name: str) -> _Local | None:
        stack = self._locals.get(name)
        return stack[-1] if stack else None

    # calls

    def _call(self, node: Call) -> Estimate:
        if node.function == "dyn":
            total = ONE.plus(self.cost(node.args[0]))
            self._set_size(node, self._size(node.args[0]))
            self._copy_entries(node, node.args[0])
            return total
        costs = [self.cost(arg) for arg in node.args]
        args = [self.operand(arg) for arg in node.args]
        if not node.overloads:
            return NOTHING
        total = NOTHING if node.target is None else self.cost(node.target)
        target = None if node.target is None else self.operand(node.target)
        spent, size = Estimate(MOST, 0), None
        for overload in node.overloads:
            estimate, result = self._function(node, overload, target, args, costs)
            spent = spent.union(estimate)
            if result is not None:
                size = result if size is None else size.union(result)
            size = self._index(node, overload, size)
        self._set_size(node, size)
        return total.plus(spent)

    def _index(self, node: Call, overload: str, size: Estimate | None) -> Estimate | None:
        """The size of a call's result so far; what an index gives is at the path of an element."""
        if overload in ("index_list", "index_map"):
            entries = self.entries(node.args[0])
            self._paths[id(node)] = (*self._path(node.args[0]), "@items" if overload == "index_list" else "@values")
            size = entries.value if entries else None
        return self._size(node) if size is None else size

    def _function(
        self, node: Call, overload: str, target: Operand | None, args: Sequence[Operand], costs: Sequence[Estimate]
    ) -> tuple[Estimate, Estimate | None]:
        """The cost of one overload with that of its arguments, and the size of its result if that is known."""
        total = NOTHING
        for cost in costs:
            total = total.plus(cost)
        found = extension_cost(self, node.function, overload, target, args)
        if found is None and overload in ("logical_and", "logical_or"):
            return Estimate(costs[0].least, costs[0].plus(costs[1]).most), None
        if found is None and overload == "conditional":
            yes, no = self.entries(node.args[1]), self.entries(node.args[2])
            merged = yes.union(no) if yes else None
            if merged is not None:
                self._entries[id(node)] = merged
            return costs[0].plus(costs[1].union(costs[2])), self.known(args[1]).union(self.known(args[2]))
        if found is None and overload in ("add_string", "add_bytes", "add_list"):
            first, second = self.entries(node.args[0]), self.entries(node.args[1])
            merged = first.union(second) if first else None
            if merged is not None:
                self._entries[id(node)] = merged
        if found is None:
            found = standard_cost(self, overload, target, args)
        return found[0].plus(total), found[1]

    # what is known of nodes

    def operand(self, node: Node) -> Operand:
        path = self._path(node)
        if path and path[0] == "__result__":
            path = ()
        return Operand(path, self._type(node), node, self._size(node))

    def known(self, operand: Operand) -> Estimate:
        return UNKNOWN if operand.size is None else operand.size

    def size(self, node: Node) -> Estimate:
        return self._size(node) or UNKNOWN

    def declared_size(self, path: Path) -> Estimate | None:
        """The size of what the schema declares at a path. Mirrors sizeEstimator.EstimateSize."""
        if not path or self._root is None:
            return None
        at: Declared | None = self._root
        for step in path[1:]:
            assert at is not None
            if step == "@keys":
                return NOTHING if at.is_map else None
            at = at.element if step in ("@items", "@values") else (at.fields or {}).get(step)
            if at is None:
                return None
        assert at is not None
        return Estimate(0, at.largest)

    def _type(self, node: Node) -> Type:
        return node.type or DYN

    def _path(self, node: Node) -> Path:
        local = self._local(node.name) if isinstance(node, Ident) else None
        return local.path if local else self._paths.get(id(node), ())

    def _set_size(self, node: Node, size: Estimate | None) -> None:
        if size is not None:
            self._sizes[id(node)] = size

    def _copy_entries(self, node: Node, source: Node) -> None:
        entries = self.entries(source)
        if entries is not None:
            self._entries[id(node)] = entries

    def entries(self, node: Node) -> Entries | None:
        found = self._entries.get(id(node))
        if found is None and isinstance(node, Ident):
            local = self._local(node.name)
            return local.entries if local else None
        return found

    def _size(self, node: Node) -> Estimate | None:
        found = self._sizes.get(id(node)) or _literal_size(node)
        if found is not None:
            return found
        found = self.declared_size(self._path(node))
        if found is not None:
            self._sizes[id(node)] = found
            return found
        if unwrapped(self._type(node))[0].kind in _SCALARS:
            return ONE
        local = self._local(node.name) if isinstance(node, Ident) else None
        return local.size if local else None


def _literal_size(node: Node) -> Estimate | None:
    if isinstance(node, Literal):
        return fixed(len(node.value) if isinstance(node.value, (str, bytes)) else 1)
    if isinstance(node, ListLiteral):
        return fixed(len(node.elements))
    return fixed(len(node.entries)) if isinstance(node, MapLiteral) else None
