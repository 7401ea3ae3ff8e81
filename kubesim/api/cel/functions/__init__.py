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
MODULES = ("operators", "conversions", "strings", "lists", "times", "optionals", "quantities", "addresses", "urls", "versions")
LATER = ("formats", "authorizer")


def call(name: str, args: Sequence[Any], *, is_member: bool) -> Any:
    """What a function gives; EvaluationError where no overload takes such arguments, or it fails."""
    for overload in overloads_of(name):
        fits = overload.is_member == is_member and len(overload.args) == len(args)
        if fits and all(map(_is_of, args, overload.args)):
            return _function(name)(*args)
    raise EvaluationError("no such overload")


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
