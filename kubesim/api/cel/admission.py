"""Expressions of admission: policies' and webhooks'. Mirrors apiserver's pkg/admission/plugin/cel/compile.go."""

from __future__ import annotations

from kubesim.api import fields
from kubesim.api.cel.checker import Environment
from kubesim.api.cel.declared import Structs
from kubesim.api.cel.program import CompileError, compiled, instantiation_fault
from kubesim.api.cel.types import BOOL, DYN, INT, NULL, STRING, TIMESTAMP, Type, list_of, map_of, struct_named
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.fields import FieldError

_STRINGS = list_of(STRING)
_KIND, _RESOURCE = struct_named("kubernetes.GroupVersionKind"), struct_named("kubernetes.GroupVersionResource")
_VARIABLES = "kubernetes.variables"
OBJECT = struct_named("Object")
JSON_PATCHES = list_of(struct_named("JSONPatch"))

_FIELDS: dict[str, dict[str, Type]] = {
    "kubernetes.GroupVersionKind": dict.fromkeys(("group", "version", "kind"), STRING),
    "kubernetes.GroupVersionResource": dict.fromkeys(("group", "version", "resource"), STRING),
    "kubernetes.UserInfo": {"username": STRING, "uid": STRING, "groups": _STRINGS, "extra": map_of(STRING, _STRINGS)},
    "kubernetes.AdmissionRequest": {
        **dict.fromkeys(("subResource", "requestSubResource", "name", "namespace", "operation"), STRING),
        **dict.fromkeys(("kind", "requestKind"), _KIND),
        **dict.fromkeys(("resource", "requestResource"), _RESOURCE),
        "userInfo": struct_named("kubernetes.UserInfo"),
        "dryRun": BOOL,
        "options": DYN,
    },
    "kubernetes.NamespaceSpec": {"finalizers": _STRINGS},
    "kubernetes.NamespaceCondition": {
        **dict.fromkeys(("status", "type", "message", "reason"), STRING),
        "lastTransitionTime": TIMESTAMP,
    },
    "kubernetes.NamespaceStatus": {
        "conditions": list_of(struct_named("kubernetes.NamespaceCondition")),
        "phase": STRING,
    },
    "kubernetes.NamespaceMetadata": {
        **dict.fromkeys(("name", "generateName", "namespace", "UID", "resourceVersion"), STRING),
        **dict.fromkeys(("labels", "annotations"), map_of(STRING, STRING)),
        **dict.fromkeys(("creationTimestamp", "deletionTimestamp"), TIMESTAMP),
        **dict.fromkeys(("deletionGracePeriodSeconds", "generation"), INT),
        "finalizers": _STRINGS,
    },
    "kubernetes.Namespace": {
        "metadata": struct_named("kubernetes.NamespaceMetadata"),
        "spec": struct_named("kubernetes.NamespaceSpec"),
        "status": struct_named("kubernetes.NamespaceStatus"),
    },
}


class _AnyField(dict[str, Type]):
    """The fields of ``Object`` and of what is in it: any, of any type."""

    def get(self, _field: str, _default: object = None) -> Type:
        return DYN


class _PatchFields(dict[str, Type]):
    """The fields of JSONPatch; any other is there as well, and of no type."""

    def get(self, field: str, _default: object = None) -> Type:
        return self[field] if field in self else Type("unspecified", "")


_PATCH_FIELDS = _PatchFields({"op": STRING, "path": STRING, "from": STRING, "value": DYN})


class _Structs(Structs):
    """The types with fields that admission knows; ``variables`` are those of a policy, as far as it has come."""

    def __init__(self, variables: dict[str, Type] | None, more: Structs, *, has_patch_types: bool) -> None:
        super().__init__()
        self._more = more
        self._known = dict(_FIELDS)
        self._has_patch_types = has_patch_types
        if variables is not None:
            self._known[_VARIABLES] = variables
        if has_patch_types:
            self._known["JSONPatch"] = _PATCH_FIELDS

    def __contains__(self, name: str) -> bool:
        return name in self._known or self._is_object(name) or name in self._more

    def get(self, name: str, default: dict[str, Type]) -> dict[str, Type]:
        if name in self._more:
            return self._more.get(name, default)
        return _AnyField() if self._is_object(name) else self._known.get(name, default)

    def _is_object(self, name: str) -> bool:
        return self._has_patch_types and (name == "Object" or name.startswith("Object."))


class Fault(NamedTuple):
    """What is wrong with an expression; one that is internal is no fault of its text."""

    detail: str
    is_internal: bool = False

    def error(self, path: str, source: str) -> FieldError:
        """The error at a path. Mirrors convertCELErrorToValidationError."""
        return fields.internal(path, self.detail) if self.is_internal else fields.invalid(path, source, self.detail)


class Compiler:
    """Compiles the expressions of one policy or webhook, in order: a variable can name those before it.

    ``has_variables`` says whether there may be any. Of ``typed`` variables more is known than that they are objects;
    their types are among ``structs``. Mirrors Compiler and CompositedCompiler.
    """

    def __init__(
        self,
        *,
        has_params: bool,
        has_variables: bool = False,
        typed: dict[str, Type] | None = None,
        structs: Structs | None = None,
    ) -> None:
        self._has_params = has_params
        self._variables: dict[str, Type] | None = {} if has_variables else None
        self._typed = typed or {}
        self._structs = structs or Structs()

    def fault(
        self,
        source: str,
        wanted: Sequence[Type] = (),
        *,
        has_authorizer: bool = True,
        has_patch_types: bool = False,
    ) -> Fault | None:
        """What is wrong with an expression that must be of one of the ``wanted`` types; none of them is any."""
        environment = self._environment(has_authorizer, has_patch_types)
        try:
            node = compiled(source, environment)
        except CompileError as error:
            return Fault(f"compilation failed: {error}")
        assert node.type is not None
        if wanted and node.type not in wanted:
            shown = [_go_name(type_) for type_ in wanted]
            choice = shown[0] if len(shown) == 1 else f"one of [{' '.join(shown)}]"
            return Fault(f"must evaluate to {choice} but got {_go_name(node.type)}")
        fault = instantiation_fault(node)
        return Fault(f"program instantiation failed: {fault}", is_internal=True) if fault else None

    def add_variable(self, name: str, source: str) -> Fault | None:
        """Make a variable known to the expressions that follow; what is wrong with it."""
        assert self._variables is not None
        environment = self._environment(has_authorizer=True, has_patch_types=False)
        try:
            type_ = compiled(source, environment).type or DYN
        except CompileError as error:
            self._variables[name] = DYN
            return Fault(f"compilation failed: {error}")
        self._variables[name] = _exposed(type_)
        return None

    def _environment(self, has_authorizer: bool, has_patch_types: bool) -> Environment:
        variables = {
            "object": DYN,
            "oldObject": DYN,
            "namespaceObject": struct_named("kubernetes.Namespace"),
            "request": struct_named("kubernetes.AdmissionRequest"),
        }
        if self._variables is not None:
            variables["variables"] = struct_named(_VARIABLES)
        if self._has_params:
            variables["params"] = DYN
        if has_authorizer:
            variables["authorizer"] = struct_named("kubernetes.authorization.Authorizer")
            variables["authorizer.requestResource"] = struct_named("kubernetes.authorization.ResourceCheck")
        structs = _Structs(self._variables, self._structs, has_patch_types=has_patch_types)
        return Environment({**variables, **self._typed}, structs)


def _exposed(type_: Type) -> Type:
    """A variable's type as other expressions see it: what is neither simple nor a list or a map, is dynamic."""
    if type_.kind in ("list", "map"):
        return type_._replace(params=tuple(map(_exposed, type_.params)))
    return DYN if type_.kind in ("struct", "opaque", "type") else type_


def _go_name(type_: Type) -> str:
    """The name of a type as Go prints it."""
    names = {"duration": "google.protobuf.Duration", "timestamp": "google.protobuf.Timestamp", "null": "null_type"}
    if not type_.params:
        return names.get(type_.name, type_.name)
    return f"{type_.name}({', '.join(map(_go_name, type_.params))})"


TEXT_OR_NOTHING = (STRING, NULL)
