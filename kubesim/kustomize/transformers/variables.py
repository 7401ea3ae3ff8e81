"""vars: ``$(NAME)`` replaced by a field of a resource. Mirrors api/filters/refvar and the accumulator's ResolveVars."""

from __future__ import annotations

import re

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.field_specs import update_fields
from kubesim.kustomize.ids import Gvk, ResId, group_version
from kubesim.kustomize.nodes import is_null, text_of
from kubesim.kustomize.paths import NotFound, looked_up
from kubesim.kustomize.schema import is_cluster_scoped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.field_specs import FieldSpec
    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap


class Variables:
    """The variables of a kustomization and those below it, by name."""

    def __init__(self) -> None:
        self._variables: dict[str, Obj] = {}

    def add(self, variable: Obj) -> None:
        """Take a variable; BuildError for a name that is taken."""
        name = variable.get("name", "")
        if name in self._variables:
            raise BuildError(f"var '{name}' already encountered")
        self._variables[name] = variable

    def add_all(self, other: Variables) -> None:
        for variable in other._variables.values():
            self.add(variable)

    def declare(self, variable: Obj, resources: ResMap) -> None:
        """Take a variable of this kustomization, and note at the resource that it means that it is meant."""
        wanted = _wanted(variable.get("objref", {}))
        if wanted.namespace or wanted.is_cluster_scoped:
            found = resources.matching(wanted.equals)
        else:
            found = resources.matching(lambda id_: (id_.gvk, id_.name) == (wanted.gvk, wanted.name))
        if len(found) > 1:
            raise BuildError(f"found {len(found)} resId matches for var {_shown(variable)} (unable to disambiguate)")
        if found:
            found[0].variables.append(variable.get("name", ""))
        self.add(variable)

    def resolve(self, resources: ResMap, specs: list[FieldSpec]) -> None:
        """Replace all references in the fields that have them."""
        values = {name: _value(self._variables[name], resources) for name in sorted(self._variables)}
        if not values:
            return

        def update(node: Any) -> Any:
            return _replaced_in(node, values)

        for resource in resources.resources:
            for spec in specs:
                update_fields(resource, spec, update)


def _wanted(reference: Obj) -> ResId:
    gvk = _gvk(reference)
    is_scoped = is_cluster_scoped(gvk.api_version, gvk.kind)
    return ResId(gvk, reference.get("name", ""), reference.get("namespace", ""), is_scoped)


def _gvk(reference: Obj) -> Gvk:
    group, version = reference.get("group", ""), reference.get("version", "")
    if api_version := reference.get("apiVersion"):
        found, version = group_version(api_version)
        group = found or group
    return Gvk(group, version, reference.get("kind", ""))


def _shown(variable: Obj) -> str:
    """A Var as Go's %v prints it."""
    path = (variable.get("fieldref") or {}).get("fieldPath") or "metadata.name"
    return f"{{{variable.get('name', '')} {_gvk(variable.get('objref', {}))} {{{path}}}}}"


def _value(variable: Obj, resources: ResMap) -> Any:
    path = (variable.get("fieldref") or {}).get("fieldPath") or "metadata.name"
    for resource in resources.resources:
        if variable.get("name", "") in resource.variables:
            try:
                return looked_up(resource.obj, path)
            except NotFound:
                raise BuildError(
                    f"field specified in var '{_shown(variable)}' not found in corresponding resource"
                ) from None
    raise BuildError(f"var '{_shown(variable)}' cannot be mapped to a field in the set of known resources")


def _replaced_in(node: Any, values: dict[str, Any]) -> Any:
    """A field with its references replaced: a string, or the strings in a map or a list."""
    if is_null(node):
        return node
    if isinstance(node, dict):
        return {key: _replaced(value, values) if isinstance(value, str) else value for key, value in node.items()}
    if isinstance(node, list):
        if not all(isinstance(item, str) for item in node):
            raise BuildError("invalid value type expect a string")
        return [_replaced(item, values) for item in node]
    return _replaced(node, values) if isinstance(node, str) else node


def _replaced(text: str, values: dict[str, Any]) -> Any:
    """A string with its references replaced; one that is nothing but a reference takes the value's type."""
    if "$" not in text:
        return str(text)
    whole = re.fullmatch(r"\$\(([^)]*)\)", text)
    if whole is not None:
        return _known(whole[1], values)
    return re.sub(
        r"\$(?:\$|\(([^)]*)\))",
        lambda match: "$" if match[1] is None else text_of(_known(match[1], values)),
        text,
    )


def _known(name: str, values: dict[str, Any]) -> Any:
    value = values.get(name)
    return f"$({name})" if name not in values or isinstance(value, (dict, list)) else value
