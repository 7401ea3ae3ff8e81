"""What calls of functions may cost: the table of Kubernetes' own, and of cel-go's standard ones.

Mirrors apiserver's library/cost.go, cel-go's ext, and the coster's functionCost. Each gives a cost without that of the
arguments, and the size of the result where it is known.
"""

from __future__ import annotations

from kubesim.api.cel.estimates import MOST, NOTHING, ONE, Estimate, Operand, fixed
from kubesim.api.cel.syntax import Literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.cel.estimates import Sizes

    Found = tuple[Estimate, Estimate | None]
    Args = Sequence[Operand]
    Cost = Callable[[Sizes, str, Operand | None, Args], Found | None]

_CHARACTER = 0.1
_REGEX = 0.25
_LONGEST_FORMAT = 128


def extension_cost(sizes: Sizes, function: str, overload: str, target: Operand | None, args: Args) -> Found | None:
    """What a function of Kubernetes or of cel-go's extensions costs; None for the standard ones."""
    find = _EXTENSIONS.get(function)
    return None if find is None else find(sizes, overload, target, args)


def standard_cost(sizes: Sizes, overload: str, target: Operand | None, args: Args) -> Found:
    """What any other function costs: 1, or what goes through its arguments."""
    find = _STANDARD.get(overload)
    found = None if find is None else find(sizes, overload, target, args)
    return found or (ONE, None)


def _nominal(_sizes: Sizes, _overload: str, _target: Operand | None, _args: Args) -> Found:
    return ONE, None


def _known(sizes: Sizes, operand: Operand) -> Estimate:
    return sizes.known(operand)


def _check(_sizes: Sizes, _overload: str, _target: Operand | None, _args: Args) -> Found:
    return fixed(350000), None


def _selector(sizes: Sizes, _overload: str, _target: Operand | None, args: Args) -> Found:
    length = _known(sizes, args[0])
    return fixed(10).plus(length.scaled(_CHARACTER)).plus(length.scaled(0.5).scaled(50)), None


def _element(sizes: Sizes, list_: Operand) -> Operand | None:
    """The elements of a list."""
    if not list_.type.params:
        return None
    path = (*list_.path, "@items") if list_.path else ()
    return Operand(path, list_.type.params[0], None, sizes.declared_size(path))


def _traversal(sizes: Sizes, _overload: str, target: Operand | None, _args: Args) -> Found | None:
    """A walk over a list, or a string."""
    if target is None:
        return None
    element = _element(sizes, target)
    if element is None:
        return _known(sizes, target).scaled(_CHARACTER), None
    each = ONE
    if element.type.kind in ("string", "bytes"):
        each = each.plus(_known(sizes, element).scaled(_CHARACTER))
    return _known(sizes, target).times(each), None


def _reads(factor: float, *, keeps: bool = False) -> Cost:
    """A walk over the first argument; what comes out is as long if it ``keeps`` its size."""

    def cost(sizes: Sizes, _overload: str, _target: Operand | None, args: Args) -> Found | None:
        if not args:
            return None
        size = _known(sizes, args[0])
        return size.scaled(factor), size if keeps else None

    return cost


def _of_target(sizes: Sizes, _overload: str, target: Operand | None, _args: Args) -> Found | None:
    if target is None:
        return None
    size = _known(sizes, target)
    return size.scaled(_CHARACTER), size


def _replace(sizes: Sizes, _overload: str, target: Operand | None, args: Args) -> Found | None:
    if target is None or len(args) < 2:
        return None
    size, old, new = _known(sizes, target), _known(sizes, args[0]), _known(sizes, args[1])
    most_count, most_kept = _most_replaced(size.most, old.least, new.most)
    least_count, least_kept = _least_replaced(size.least, old.most, new.least)
    result = Estimate(least_count, most_count).times(new).plus(Estimate(least_kept, most_kept))
    return size.scaled(2 * _CHARACTER), result


def _most_replaced(size: int, old: int, new: int) -> tuple[int, int]:
    """How often something is replaced at most, and how much of the rest is kept."""
    if old == 0:
        return min(size + 1, MOST), size
    return (0, size) if new <= old else (_quotient(size, old), 0)


def _least_replaced(size: int, old: int, new: int) -> tuple[int, int]:
    if old == 0:
        return min(size + 1, MOST), size
    return (0, size) if old <= new else (_quotient(size, old), 0)


def _quotient(size: int, by: int) -> int:
    import math

    return min(math.ceil(float(size) / float(by)), MOST)


def _split(sizes: Sizes, _overload: str, target: Operand | None, args: Args) -> Found | None:
    if target is None:
        return None
    size = _known(sizes, target)
    most = size.most
    if len(args) > 1 and isinstance(args[1].node, Literal):
        most = args[1].node.value & MOST
    return size.scaled(2 * _CHARACTER), Estimate(0, most)


def _integer(operand: Operand, default: int) -> int:
    """The value of an argument that is a literal."""
    if isinstance(operand.node, Literal) and isinstance(operand.node.value, int):
        return max(operand.node.value, 0)
    return default


def _join(sizes: Sizes, _overload: str, target: Operand | None, args: Args) -> Found | None:
    if target is None:
        return None
    size, count = NOTHING, _known(sizes, target)
    element = _element(sizes, target)
    if element is not None:
        size = count.times(_known(sizes, element))
    if args:
        between = Estimate(max(count.least - 1, 0), max(count.most - 1, 0))
        size = size.plus(_known(sizes, args[0]).times(between))
    return size.scaled(_CHARACTER), size


def _find(sizes: Sizes, _overload: str, target: Operand | None, args: Args) -> Found | None:
    if target is None or not args:
        return None
    size = _known(sizes, target)
    return _matching(sizes, size, args[0]), Estimate(0, size.most)


def _matching(sizes: Sizes, size: Estimate, pattern: Operand) -> Estimate:
    return size.plus(ONE).scaled(_CHARACTER).times(_known(sizes, pattern).scaled(_REGEX))


def _ip(sizes: Sizes, overload: str, target: Operand | None, args: Args) -> Found | None:
    return (ONE, None) if overload == "cidr_ip" else _reads(_CHARACTER)(sizes, overload, target, args)


_ADDRESS = Estimate(4, 16)


def _contains_ip(sizes: Sizes, overload: str, _target: Operand | None, args: Args) -> Found:
    cost = _ADDRESS.plus(_ADDRESS).scaled(_CHARACTER)
    if overload.endswith("_string"):
        cost = cost.plus(_known(sizes, args[0]).scaled(_CHARACTER))
    return cost, None


def _contains_cidr(sizes: Sizes, overload: str, _target: Operand | None, args: Args) -> Found:
    cost = _ADDRESS.plus(_ADDRESS).scaled(_CHARACTER).plus(_ADDRESS.scaled(_CHARACTER)).plus(ONE)
    if overload.endswith("_string"):
        cost = cost.plus(_known(sizes, args[0]).scaled(_CHARACTER))
    return cost, None


def _validate(sizes: Sizes, _overload: str, _target: Operand | None, args: Args) -> Found:
    return _known(sizes, args[0]).scaled(_CHARACTER).scaled(_LONGEST_FORMAT * _REGEX), None


_PLAIN_TYPES = ("net.IP", "net.CIDR", "kubernetes.Quantity", "kubernetes.Semver")


def _equality(_sizes: Sizes, _overload: str, _target: Operand | None, args: Args) -> Found | None:
    name = args[0].type.name
    if args[0].type != args[1].type:
        return None
    if name in _PLAIN_TYPES or name.startswith("kubernetes.authorization."):
        return ONE, None
    if name == "kubernetes.NamedFormat":
        return Estimate(1, 64).scaled(_CHARACTER), None
    if name == "kubernetes.URL":
        size = args[1].size or ONE
        return Estimate(1, size.most).scaled(_CHARACTER), None
    return None


def _makes_list(factor: float, size: Estimate) -> Found:
    """A new list: mirrors estimateAllocatingListCall."""
    return size.scaled(factor).plus(ONE).plus(fixed(10)), size


def _slice(sizes: Sizes, _overload: str, target: Operand | None, args: Args) -> Found | None:
    if target is None:
        return None
    size = _known(sizes, target)
    count = (_integer(args[1], size.most) - _integer(args[0], 0)) & MOST
    return _makes_list(1, fixed(count))


def _range(_sizes: Sizes, _overload: str, _target: Operand | None, args: Args) -> Found:
    return _makes_list(1, fixed(_integer(args[0], MOST)))


def _reverse(sizes: Sizes, _overload: str, target: Operand | None, _args: Args) -> Found | None:
    return None if target is None else _makes_list(1, _known(sizes, target))


def _flatten(sizes: Sizes, _overload: str, target: Operand | None, args: Args) -> Found | None:
    depth = _integer(args[0], MOST) if args else 1
    return None if target is None else _makes_list(float(depth), _known(sizes, target))


def _distinct(sizes: Sizes, _overload: str, target: Operand | None, _args: Args) -> Found | None:
    if target is None:
        return None
    size = _known(sizes, target)
    return _makes_list(2, size.times(size))


def _sort(sizes: Sizes, overload: str, target: Operand | None, args: Args) -> Found | None:
    if target is None:
        return None
    size = _known(sizes, args[0] if args else target)
    is_text = overload.startswith(("list_string", "list_bytes"))
    return _makes_list(2 + _CHARACTER * is_text, size.times(size))


def _sets(sizes: Sizes, overload: str, _target: Operand | None, args: Args) -> Found:
    factor = 2 if "equivalent" in overload else 1
    return _known(sizes, args[0]).times(_known(sizes, args[1])).scaled(factor).plus(ONE), None


_EXTENSIONS: dict[str, Cost] = {
    "check": _check,
    **dict.fromkeys(("fieldSelector", "labelSelector"), _selector),
    **dict.fromkeys(("isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"), _traversal),
    "url": _reads(_CHARACTER, keeps=True),
    "jsonpatch.escapeKey": _reads(_CHARACTER, keeps=True),
    **dict.fromkeys(("lowerAscii", "upperAscii", "substring", "trim"), _of_target),
    "replace": _replace,
    "split": _split,
    "join": _join,
    **dict.fromkeys(("find", "findAll"), _find),
    **dict.fromkeys(("cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver"), _reads(_CHARACTER)),
    "ip": _ip,
    "ip.isCanonical": _reads(2 * _CHARACTER),
    "containsIP": _contains_ip,
    "containsCIDR": _contains_cidr,
    "validate": _validate,
    "_==_": _equality,
    "slice": _slice,
    "lists.range": _range,
    "reverse": _reverse,
    "flatten": _flatten,
    "distinct": _distinct,
    **dict.fromkeys(("sort", "@sortByAssociatedKeys"), _sort),
    **dict.fromkeys(("sets.contains", "sets.intersects", "sets.equivalent"), _sets),
}
_NOMINAL = (
    *("serviceAccount", "path", "group", "resource", "subresource", "namespace", "name", "allowed", "reason", "error"),
    *("errored", "masked", "prefixLength", "family", "isUnspecified", "isLoopback", "isLinkLocalMulticast"),
    *("isLinkLocalUnicast", "isGlobalUnicast", "format.named", "sign", "asInteger", "isInteger", "asApproximateFloat"),
    *("isGreaterThan", "isLessThan", "compareTo", "add", "sub", "major", "minor", "patch"),
    *("getScheme", "getHostname", "getHost", "getPort", "getEscapedPath", "getQuery"),
)
_EXTENSIONS.update(dict.fromkeys(_NOMINAL, _nominal))


def _string_format(sizes: Sizes, _overload: str, target: Operand | None, _args: Args) -> Found | None:
    return None if target is None else (_known(sizes, target).scaled(_CHARACTER), None)


def _to_bytes(sizes: Sizes, _overload: str, _target: Operand | None, args: Args) -> Found:
    size = _known(sizes, args[0])
    return size.scaled(_CHARACTER), Estimate(size.least, size.most * 4 & MOST)


def _to_string(sizes: Sizes, _overload: str, _target: Operand | None, args: Args) -> Found:
    size = _known(sizes, args[0])
    return size.scaled(_CHARACTER), Estimate(size.least // 4, size.most)


def _quoted(sizes: Sizes, _overload: str, _target: Operand | None, args: Args) -> Found:
    size = _known(sizes, args[0])
    return size.scaled(_CHARACTER), Estimate(size.least + 2 & MOST, size.most * 2 + 2 & MOST)


def _in_list(sizes: Sizes, _overload: str, _target: Operand | None, args: Args) -> Found:
    return _known(sizes, args[1]), None


def _matches(sizes: Sizes, _overload: str, target: Operand | None, args: Args) -> Found | None:
    return None if target is None else (_matching(sizes, _known(sizes, target), args[0]), None)


def _contains(sizes: Sizes, _overload: str, target: Operand | None, args: Args) -> Found | None:
    if target is None:
        return None
    return _known(sizes, target).scaled(_CHARACTER).times(_known(sizes, args[0]).scaled(_CHARACTER)), None


def _added(sizes: Sizes, overload: str, _target: Operand | None, args: Args) -> Found:
    size = _known(sizes, args[0]).plus(_known(sizes, args[1]))
    return (ONE if overload == "add_list" else size.scaled(_CHARACTER)), size


def _compared(sizes: Sizes, _overload: str, _target: Operand | None, args: Args) -> Found:
    most = min(_known(sizes, args[0]).most, _known(sizes, args[1]).most)
    return Estimate(1 if most else 0, most).scaled(_CHARACTER), None


_ORDERS = ("less", "greater", "less_equals", "greater_equals")
_STANDARD: dict[str, Cost] = {
    "string_format": _string_format,
    "string_to_bytes": _to_bytes,
    "bytes_to_string": _to_string,
    "strings_quote": _quoted,
    **dict.fromkeys(("starts_with_string", "ends_with_string"), _reads(_CHARACTER)),
    "in_list": _in_list,
    "matches_string": _matches,
    "contains_string": _contains,
    **dict.fromkeys(("add_string", "add_bytes", "add_list"), _added),
    **dict.fromkeys((f"{order}_{type_}" for order in _ORDERS for type_ in ("string", "bytes")), _compared),
    **dict.fromkeys(("equals", "not_equals"), _compared),
}
