"""Whether the priority level that a FlowSchema names is there.

Mirrors syncFlowSchemaStatus of apiserver's pkg/util/flowcontrol/apf_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, dig, key_of
from kubesim.cluster.flow_control import dangling_condition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

_LEVEL = "PriorityLevelConfiguration"


class FlowSchemaController:
    """Keeps the condition Dangling."""

    name = "flow-schema"
    kind = "FlowSchema"
    rank = 73

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {self.kind: lambda _, change: (change.key,), _LEVEL: _naming}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        schema = cluster.find(*key)
        if schema is not None:
            _set_dangling(cluster, schema)
        return None


def _naming(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The FlowSchemas that name the level."""
    for schema in cluster.list("FlowSchema"):
        if schema["spec"]["priorityLevelConfiguration"]["name"] == change.key.name:
            yield key_of(schema)


def _set_dangling(cluster: Cluster, schema: Obj) -> None:
    level = schema["spec"]["priorityLevelConfiguration"]["name"]
    is_there = cluster.find(_LEVEL, "", level) is not None
    wanted = dangling_condition(level, cluster.now, is_there=is_there)
    others = []
    for condition in dig(schema, "status", "conditions", default=()):
        if condition["type"] != wanted["type"]:
            others.append(condition)
        elif {**condition, "lastTransitionTime": ""} == {**wanted, "lastTransitionTime": ""}:
            return
        elif condition["status"] == wanted["status"]:
            wanted["lastTransitionTime"] = condition["lastTransitionTime"]
    cluster.update_status(schema, {**schema["status"], "conditions": [*others, wanted]})
