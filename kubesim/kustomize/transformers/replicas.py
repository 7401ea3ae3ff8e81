"""replicas: how many of the workload of a name."""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.field_specs import check_scalar, field_spec, update_fields
from kubesim.kustomize.nodes import restyled
from kubesim.kustomize.structs import FIELD_SPEC, REPLICA, Struct, decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap
    from kubesim.kustomize.transformers.plugin import Helpers, Transform

_CONFIG = Struct("ReplicaCountTransformerPlugin", {"replica": REPLICA, "fieldSpecs": [FIELD_SPEC]})


def make(config: Obj, _helpers: Helpers) -> Transform:
    fields = decoded(config, _CONFIG)
    replica = fields.get("replica", {})
    name, count = replica.get("name", ""), replica.get("count", 0)
    specs = [field_spec(spec) for spec in fields.get("fieldSpecs", ())]

    def update(node: Any) -> Any:
        check_scalar(node)
        return restyled(count, node)

    def transform(resources: ResMap) -> None:
        has_found = False
        for spec in specs:
            gvk = spec.gvk
            for resource in resources.matching(lambda id_: id_.name == name and id_.gvk.is_selected(gvk)):  # noqa: B023
                has_found = True
                update_fields(resource, spec, update, str)
        if not has_found:
            listed = " ".join(str(spec.gvk) for spec in specs)
            raise BuildError(f"resource with name {name} does not match a config with the following GVK [{listed}]")

    return transform
