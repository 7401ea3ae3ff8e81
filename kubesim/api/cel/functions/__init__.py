"""What functions do: a file for each of cel-go's and Kubernetes' libraries. Their types are in ``declarations``."""

from __future__ import annotations

from kubesim.api.cel.declarations import overloads_of
from kubesim.api.cel.equality import type_name
from kubesim.api.cel.values import EvaluationError, Optional

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from kubesim.api.cel.types import Type

    Function = Callable[..., Any]

#: The modules of this folder, each with a table ``FUNCTIONS``, in the order in which a function is looked for.
MODULES = (
    "operators",
    "conversions",
    "strings",
    "lists",
    "times",
    "optionals",
    "quantities",
    "addresses",
    "urls",
    "versions",
)
LATER = ("formats", "authorizer", "json_patches")


def call(name: str, args: Sequence[Any], *, is_member: bool) -> Any:
    """What a function gives; EvaluationError where no overload takes such arguments, or it fails."""
    if (
        name in _ELEMENTS
        and isinstance(args[0], list)
        and not all(isinstance(part, _ELEMENTS[name]) for part in args[0])
    ):
        raise EvaluationError(_no_overload(name, [type_name(arg) for arg in args]))
    for overload in overloads_of(name):
        fits = overload.is_member == is_member and len(overload.args) == len(args)
        if fits and all(map(_is_of, args, overload.args)):
            return _function(name)(*args)
    if name in ("or", "orValue") and is_member:
        return args[0]
    raise EvaluationError(_no_overload(name, [type_name(arg) for arg in args]))


#: What the elements of lists must be that some functions take.
_ELEMENTS: dict[str, type] = {"join": str, "optional.unwrap": Optional, "unwrapOpt": Optional}
_PLAIN = frozenset(("startsWith", "endsWith", "contains", "matches", "find", "findAll", "@in", "!_"))
_RECEIVERS = ("string", "google.protobuf.Timestamp", "google.protobuf.Duration")
_NUMBERS = ("int", "uint", "double")
_ORDERED = (*_NUMBERS, "bool", "bytes")
#: Operators, and the types whose values know them.
_TRAITS = {
    **dict.fromkeys(("_<_", "_<=_", "_>_", "_>=_"), _ORDERED),
    **dict.fromkeys(("_-_", "_*_", "_/_"), _NUMBERS),
    "_+_": (*_NUMBERS, "bytes", "list"),
    "_%_": ("int", "uint"),
    "-_": ("int", "double"),
    "size": (),
    "sort": (),
}


def _no_overload(name: str, types: Sequence[str]) -> str:
    """What cel-go calls a function that takes no such arguments: an operator of the first one, or one of a table."""
    if name in _PLAIN or (name in _TRAITS and types[0] in (*_TRAITS[name], *_RECEIVERS)):
        return "no such overload"
    if name in _TRAITS:
        return f"no such overload: {name}"
    return f"no such overload: {name}({', '.join(types)})"


def _function(name: str) -> Function:
    from kubesim.startup.module_import import import_module

    for module in (*MODULES, *LATER):
        found: Function | None = import_module(f"kubesim.api.cel.functions.{module}").FUNCTIONS.get(name)
        if found is not None:
            return found
    raise AssertionError(name)


_KINDS = {"bool": "bool", "int": "int", "uint": "uint", "double": "double", "string": "string", "bytes": "bytes"}
_KINDS |= {"duration": "google.protobuf.Duration", "timestamp": "google.protobuf.Timestamp", "list": "list"}


def _is_of(value: Any, type_: Type) -> bool:
    """Whether a value is of a declared type, as far as the outermost type says."""
    if type_.kind in ("dyn", "param"):
        return True
    if type_.kind == "map":
        return isinstance(value, dict)
    if type_.name == "optional_type":
        return isinstance(value, Optional)
    return type_name(value) == _KINDS.get(type_.kind, type_.name)
