"""Objects that are there from the beginning and are not stored: APIServices, ClusterRoles and others of every cluster.

They follow from discovery and from the seed.  One that a client changed is stored, and replaces the derived one.
"""

from __future__ import annotations

from kubesim.startup.module_import import import_module

#: The kinds that another server answers for (see ``aggregated``), each with the kind of what it tells.
NODE_METRICS, POD_METRICS = "NodeMetrics.metrics.k8s.io", "PodMetrics.metrics.k8s.io"
AGGREGATED = {NODE_METRICS: "Node", POD_METRICS: "Pod"}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from kubesim.api.meta import Obj
    from kubesim.cluster.drawers import Head

API_SERVICE, CLUSTER_ROLE = "APIService", "ClusterRole"
#: The kinds that have such objects, and the module that makes them.
DERIVED = {
    API_SERVICE: "api_services",
    CLUSTER_ROLE: "cluster_roles",
    "FlowSchema": "flow_schemas",
    "PriorityLevelConfiguration": "priority_levels",
    "ServiceCIDR": "service_cidrs",
}


def with_derived(kind: str, stored: list[Obj], head: Head, deleted: Collection[str]) -> list[Obj]:
    """The stored objects of a kind, and its derived ones but for those that were ``deleted``, by name."""
    module = import_module(f"kubesim.cluster.{DERIVED[kind]}")
    whole: list[Obj] = module.with_local(stored, int(head["seed"]), head["epoch"])
    gone = set(deleted) - {obj["metadata"]["name"] for obj in stored}
    return [obj for obj in whole if obj["metadata"]["name"] not in gone]
