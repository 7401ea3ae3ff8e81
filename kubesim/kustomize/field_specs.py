"""Field specs: where in which kinds a transformer works. Mirrors api/types/fieldspec.go and api/filters/fieldspec."""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError, within
from kubesim.kustomize.ids import Gvk
from kubesim.kustomize.nodes import is_null, split_path, wrong_kind
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import Resource

    Update = Callable[[Any], Any]
    """Makes the new value of the node at the end of a path."""


class FieldSpec(NamedTuple):
    """``path`` has steps with slashes; ``[]`` after one says that a list is there. ``create``: make what is missing."""

    path: str
    gvk: Gvk = Gvk()
    create: bool = False


def field_spec(data: Obj) -> FieldSpec:
    """A field spec out of a configuration."""
    return FieldSpec(data.get("path", ""), gvk_in(data), data.get("create", False))


def gvk_in(data: Obj) -> Gvk:
    return Gvk(data.get("group", ""), data.get("version", ""), data.get("kind", ""))


def merged_specs(specs: list[FieldSpec], more: Iterable[FieldSpec]) -> list[FieldSpec]:
    """Both lists, without what is there already. Mirrors FsSlice.MergeAll."""
    result = list(specs)
    for spec in more:
        same = next((held for held in result if held.path == spec.path and held.gvk.is_selected(spec.gvk)), None)
        if same is None:
            result.append(spec)
        elif same.create != spec.create:
            raise BuildError("conflicting fieldspecs")
    return result


_FIRST = (
    *("Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy"),
    *("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service"),
    *("LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet"),
    *("CronJob", "PodDisruptionBudget"),
)
_LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
ORDER_OF_KINDS = {
    **{kind: index - len(_FIRST) for index, kind in enumerate(_FIRST)},
    **{kind: index + 1 for index, kind in enumerate(_LAST)},
}
"""Where kinds come among the others (which are at 0)."""


def gvk_order(gvk: Gvk) -> tuple[int, str]:
    """What Gvk.IsLessThan compares."""
    return ORDER_OF_KINDS.get(gvk.kind, 0), gvk_text(gvk)


def gvk_text(gvk: Gvk) -> str:
    return f"{gvk.group or '~G'}_{gvk.version or '~V'}_{gvk.kind or '~K'}"


def update_fields(resource: Resource, spec: FieldSpec, update: Update, created: type | None = None) -> None:
    """Put what ``update`` makes of it in the place of each node that the spec leads to.

    ``created``: what a missing field begins as (dict, or str for a scalar), if the spec says that it is to be made.
    """
    obj = resource.obj
    if not resource.gvk.is_selected(spec.gvk):
        return
    walk = _Walk(spec, update, created)
    try:
        walk.visit(obj, split_path(spec.path), lambda _: None)
    except BuildError as error:
        raise BuildError(f"considering field '{spec.path}' of object {resource.id}: {error.message}") from error


class _Walk(NamedTuple):
    spec: FieldSpec
    update: Update
    created: type | None

    def visit(self, node: Any, path: list[str], store: Callable[[Any], Any]) -> None:
        if not path:
            store(self.update(node))
        elif is_null(node):
            return
        elif isinstance(node, list):
            with within(f"visit traversal on path: [{' '.join(path)}]"):
                for index, item in enumerate(node):
                    self.visit(item, path, _setter(node, index))
        elif isinstance(node, dict):
            self._visit_map(node, path)
        else:
            raise BuildError("expected sequence or mapping node")

    def _visit_map(self, node: Obj, path: list[str]) -> None:
        name = path[0].removesuffix("[]")
        if not name:
            raise BuildError("cannot set or create an empty field name")
        if name == "*":
            raise BuildError("fieldName: *: wildcard is not supported in PathGetter")
        kind = self._kind_of_missing(path)
        if name not in node:
            if kind is None or kind is list:
                return
            node[name] = kind()
        elif is_null(node[name]) and kind is not None:
            node[name] = kind()
        self.visit(node[name], path[1:], _setter(node, name))

    def _kind_of_missing(self, path: list[str]) -> type | None:
        """What a missing or null field begins as; None to leave it. A list never comes into being."""
        is_list = path[0].endswith("[]")
        if not self.spec.create or self.created is None or is_list:
            return list if is_list else None
        return self.created if len(path) == 1 else dict


def _setter(holder: Any, key: Any) -> Callable[[Any], None]:
    def store(value: Any) -> None:
        holder[key] = value

    return store


def set_entry(key: str, text: str) -> Update:
    """An entry of a map of strings."""

    def update(node: Any) -> Any:
        if is_null(node):
            return node
        if not isinstance(node, dict):
            raise wrong_kind("MappingNode", node)
        node[key] = text
        return node

    return update


def check_scalar(node: Any) -> None:
    if isinstance(node, (dict, list)):
        raise wrong_kind("ScalarNode", node)
