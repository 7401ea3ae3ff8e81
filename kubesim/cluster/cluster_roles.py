"""The ClusterRoles that are made for people: there from the beginning, and not stored.

One that a client changed is stored, and replaces the derived one.  Of the roles of the system's own
parts none is here.  Mirrors ClusterRoles of plugin/pkg/auth/authorizer/rbac/bootstrappolicy, aggregated.
"""

from __future__ import annotations

from kubesim.api.identity import uid_of
from kubesim.api.meta import rfc3339
from kubesim.api.well_known import AUTO_UPDATE_ANNOTATION_KEY, BOOTSTRAPPING_LABEL
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubesim.api.meta import Obj

_READ = "get list watch"
_WRITE = "create delete deletecollection patch update"
_ALL = "create delete deletecollection get list patch update watch"
_POD_WAYS = "pods/attach pods/exec pods/portforward pods/proxy"
_APPS = (
    "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets "
    "replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status"
)
_OLD_APPS = (
    "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status "
    "networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale"
)
_CORE = (
    "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers "
    "replicationcontrollers/scale serviceaccounts services services/status"
)
_CORE_STATUS = (
    "bindings limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas "
    "resourcequotas/status"
)
_CHANGEABLE = (
    "configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts "
    "services services/proxy"
)
_CHANGEABLE_APPS = (
    "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets "
    "statefulsets/scale"
)
_CHANGEABLE_OLD_APPS = (
    "daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets "
    "replicasets/scale replicationcontrollers/scale"
)

# Groups (the core's is empty), resources, verbs.
_Rows = tuple[tuple[str, str, str], ...]
_VIEW: _Rows = (
    ("", _CORE, _READ),
    ("", _CORE_STATUS, _READ),
    ("", "namespaces", _READ),
    (",events.k8s.io", "events", _READ),
    ("discovery.k8s.io", "endpointslices", _READ),
    ("apps", _APPS, _READ),
    ("autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", _READ),
    ("batch", "cronjobs cronjobs/status jobs jobs/status", _READ),
    ("extensions", _OLD_APPS, _READ),
    ("policy", "poddisruptionbudgets poddisruptionbudgets/status", _READ),
    ("networking.k8s.io", "ingresses ingresses/status networkpolicies", _READ),
    ("resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates", _READ),
)
_EDIT: _Rows = (
    ("", f"{_POD_WAYS} secrets services/proxy", _READ),
    ("", "serviceaccounts", "impersonate"),
    ("", f"pods {_POD_WAYS}", _WRITE),
    ("", "pods/eviction", "create"),
    ("", _CHANGEABLE, _WRITE),
    ("", "serviceaccounts/token", "create"),
    (",events.k8s.io", "events", _WRITE),
    ("apps", _CHANGEABLE_APPS, _WRITE),
    ("autoscaling", "horizontalpodautoscalers", _WRITE),
    ("batch", "cronjobs jobs", _WRITE),
    ("extensions", _CHANGEABLE_OLD_APPS, _WRITE),
    ("policy", "poddisruptionbudgets", _WRITE),
    ("networking.k8s.io", "ingresses networkpolicies", _WRITE),
    ("coordination.k8s.io", "leases", _ALL),
    ("resource.k8s.io", "resourceclaims resourceclaimtemplates", _WRITE),
)
_ADMIN: _Rows = (
    ("authorization.k8s.io", "localsubjectaccessreviews", "create"),
    ("rbac.authorization.k8s.io", "rolebindings roles", _ALL),
)

# Each role's rows, and the role that its rules are aggregated to.
_AGGREGATED: dict[str, tuple[_Rows, str]] = {
    "admin": ((*_EDIT, *_VIEW, *_ADMIN), ""),
    "edit": ((*_EDIT, *_VIEW), "admin"),
    "view": (_VIEW, "edit"),
}
_EVERYTHING = [
    {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
    {"nonResourceURLs": ["*"], "verbs": ["*"]},
]
NAMES = ("admin", "cluster-admin", "edit", "view")

# Serials of uids that no object gets which is made in its time.
_FIRST_SERIAL = 2**31 + 1000


def with_local(stored: Sequence[Obj], seed: int, epoch: int) -> list[Obj]:
    """The stored ClusterRoles and those made for people, by name; ``epoch`` (ms) is their beginning."""
    objs = {name: _local(name, seed, epoch) for name in NAMES}
    objs.update({obj["metadata"]["name"]: obj for obj in stored})
    return [objs[name] for name in sorted(objs)]


def _local(name: str, seed: int, epoch: int) -> Obj:
    rows, target = _AGGREGATED.get(name, ((), ""))
    labels = {BOOTSTRAPPING_LABEL: "rbac-defaults"}
    if target:
        labels[f"rbac.authorization.k8s.io/aggregate-to-{target}"] = "true"
    aggregated = {"matchLabels": {f"rbac.authorization.k8s.io/aggregate-to-{name}": "true"}}
    return {
        **({"aggregationRule": {"clusterRoleSelectors": [aggregated]}} if rows else {}),
        "apiVersion": built_in("ClusterRole").api_version,
        "kind": "ClusterRole",
        "metadata": {
            "name": name,
            "annotations": {AUTO_UPDATE_ANNOTATION_KEY: "true"},
            "creationTimestamp": rfc3339(epoch),
            "labels": labels,
            "resourceVersion": "1",
            "uid": uid_of(seed, _FIRST_SERIAL + NAMES.index(name)),
        },
        "rules": list(_rules(rows)) or _EVERYTHING,
    }


def _rules(rows: _Rows) -> Iterable[Obj]:
    for groups, resources, verbs in rows:
        yield {"apiGroups": groups.split(","), "resources": resources.split(), "verbs": verbs.split()}
