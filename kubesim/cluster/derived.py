"""Objects that are there from the beginning and are not stored: APIServices, and every cluster's roles and bindings.

They follow from discovery and from the seed.  One that a client changed is stored, and replaces the derived one.
"""

from __future__ import annotations

from kubesim.api.meta import storage_order
from kubesim.startup.module_import import import_module

#: The kinds that another server answers for (see ``aggregated``), each with the kind of what it tells.
NODE_METRICS, POD_METRICS = "NodeMetrics.metrics.k8s.io", "PodMetrics.metrics.k8s.io"
AGGREGATED = {NODE_METRICS: "Node", POD_METRICS: "Pod"}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from kubesim.api.meta import Obj
    from kubesim.cluster.drawers import Head

#: The kinds of which there is an object for each of another kind (see ``companions``), and that kind.
COMPANIONS = {"IPAddress": "Service", "CSINode": "Node"}

API_SERVICE = "APIService"
#: The kinds that have such objects, and the module that makes them.
DERIVED = {
    API_SERVICE: "api_services",
    **dict.fromkeys(("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"), "bootstrap_policy"),
    "FlowSchema": "flow_control",
    "PriorityLevelConfiguration": "flow_control",
    "ServiceCIDR": "service_cidrs",
}


def derived_names(kind: str, namespace: str | None, head: Head, deleted: Collection[str]) -> list[tuple[str, str]]:
    """Namespace and name of a kind's derived objects, in one namespace or in all, but for those that were ``deleted``.

    Where one was deleted, ``deleted`` has its name, after its namespace and a slash if it has one.
    """
    module = import_module(f"kubesim.cluster.{DERIVED[kind]}")
    known: list[tuple[str, str]] = module.names(kind, head.get("profile", "bare"))
    return [name for name in known if namespace in (None, name[0]) and deletion_mark(*name) not in deleted]


def derived(kind: str, namespace: str, name: str, head: Head) -> Obj:
    """The derived object of that name, which is one of ``derived_names``."""
    module = import_module(f"kubesim.cluster.{DERIVED[kind]}")
    made: Obj = module.made(kind, namespace, name, int(head["seed"]), head["epoch"])
    return made


def with_derived(
    kind: str, namespace: str | None, stored: list[Obj], head: Head, deleted: Collection[str]
) -> list[Obj]:
    """The stored objects of a kind and its derived ones, but for those that were ``deleted``, in etcd's order."""
    objs = {(obj["metadata"].get("namespace", ""), obj["metadata"]["name"]): obj for obj in stored}
    for name in derived_names(kind, namespace, head, deleted):
        if name not in objs:
            objs[name] = derived(kind, *name, head)
    return [objs[place] for place in sorted(objs, key=storage_order)]


def deletion_mark(namespace: str, name: str) -> str:
    """How it is noted that a derived object was deleted."""
    return f"{namespace}/{name}" if namespace else name
