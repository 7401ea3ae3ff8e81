"""What a node's kubelet may do: what the pods on its node need, and what is its node's own.

Mirrors plugin/pkg/auth/authorizer/node.
"""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.cluster.identity import NODE_PREFIX, NODES
from kubesim.cluster.rbac import allows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster.identity import Identity
    from kubesim.cluster.rbac import Action
    from kubesim.kinds.base import Reader

_READ = ("get", "list", "watch")
_WRITE = ("create", "update", "patch")
_LEASES = "kube-node-lease"
# What containers' and volumes' references to an object of these resources are called.
_REFERENCES = {
    "secrets": ("secretKeyRef", "secretRef", "secret"),
    "configmaps": ("configMapKeyRef", "configMapRef", "configMap"),
}


def node_of(identity: Identity) -> str | None:
    """The name of the node that a user is. Mirrors NodeIdentity."""
    is_node = identity.name.startswith(NODE_PREFIX) and NODES in identity.groups
    return identity.name.removeprefix(NODE_PREFIX) if is_node else None


def refusal(cluster: Reader, node: str, namespace: str, action: Action) -> str | None:
    """Why a node may not do something, in no words where there are none; None if it may. Mirrors Authorize."""
    resource = (action.group, action.resource)
    if resource in (("", "secrets"), ("", "configmaps")):
        return _read(cluster, node, namespace, action)
    if resource in (("", "persistentvolumeclaims"), ("", "persistentvolumes")):
        return _get(cluster, node, namespace, action)
    if resource == ("", "serviceaccounts"):
        return _token(cluster, node, namespace, action)
    if resource == ("coordination.k8s.io", "leases"):
        return _lease(node, namespace, action)
    if resource == ("", "nodes"):
        return _node(node, action)
    if resource == ("", "pods"):
        return _pod(cluster, node, namespace, action)
    role = cluster.find("ClusterRole", "", "system:node") or {}
    return None if allows(role.get("rules") or [], action) else ""


def _read(cluster: Reader, node: str, namespace: str, action: Action) -> str | None:
    if action.verb not in _READ:
        return "can only read resources of this type"
    if action.subresource:
        return "cannot read subresource"
    if not namespace:
        return "can only read namespaced object of this type"
    return _related(cluster, node, namespace, action)


def _get(cluster: Reader, node: str, namespace: str, action: Action) -> str | None:
    if action.subresource == "status" and action.resource == "persistentvolumeclaims":
        is_write = action.verb in ("update", "patch")
        return _related(cluster, node, namespace, action) if is_write else "can only get/update/patch this type"
    if action.verb != "get":
        return "can only get individual resources of this type"
    return "cannot get subresource" if action.subresource else _related(cluster, node, namespace, action)


def _token(cluster: Reader, node: str, namespace: str, action: Action) -> str | None:
    if action.verb == "get" and not action.subresource:
        return _read(cluster, node, namespace, action)
    if action.verb != "create" or not action.name:
        return "can only create tokens for individual service accounts"
    if action.subresource != "token":
        return "can only create token subresource of serviceaccount"
    return _related(cluster, node, namespace, action)


def _lease(node: str, namespace: str, action: Action) -> str | None:
    if action.verb not in ("get", *_WRITE, "delete"):
        return "can only get, create, update, patch, or delete a node lease"
    if namespace != _LEASES:
        return f'can only access leases in the "{_LEASES}" system namespace'
    if action.verb != "create" and action.name != node:
        return "can only access node lease with the same name as the requesting node"
    return None


def _node(node: str, action: Action) -> str | None:
    if action.subresource:
        return None if action.subresource == "status" and action.verb in ("update", "patch") else ""
    if action.verb in _WRITE:
        return None
    if action.verb not in _READ:
        return ""
    if not action.name:
        return f"node '{node}' cannot read all nodes, only its own Node object"
    return None if action.name == node else f"node '{node}' cannot read '{action.name}', only its own Node object"


def _pod(cluster: Reader, node: str, namespace: str, action: Action) -> str | None:
    if action.subresource:
        allowed = {"status": ("update", "patch"), "eviction": ("create",)}
        return None if action.verb in allowed.get(action.subresource, ()) else ""
    if action.verb == "get" or (action.verb in _READ and action.name):
        return _related(cluster, node, namespace, action)
    if action.verb in _READ:
        is_own = f"spec.nodeName={node}" in action.fields.split(",")
        return None if is_own else "can only list/watch pods with spec.nodeName field selector"
    return None if action.verb in ("create", "delete") else ""


def _related(cluster: Reader, node: str, namespace: str, action: Action) -> str | None:
    """Mirrors authorize: whether a pod on the node needs the object."""
    if not action.name:
        return "No Object name found"
    place = None if action.resource == "persistentvolumes" else namespace
    pods = (pod for pod in cluster.list("Pod", place) if pod["spec"].get("nodeName") == node)
    if any(action.name in _needed(cluster, pod, action.resource) for pod in pods):
        return None
    return f"no relationship found between node '{node}' and this object"


def _needed(cluster: Reader, pod: Obj, resource: str) -> Iterator[str]:
    """The names of the objects of a resource that a pod refers to."""
    spec, meta = pod["spec"], pod["metadata"]
    if resource == "pods":
        yield meta["name"]
    elif resource == "serviceaccounts":
        yield spec.get("serviceAccountName", "")
    elif resource in _REFERENCES:
        yield from _referenced(spec, _REFERENCES[resource])
        if resource == "secrets":
            yield from (secret.get("name", "") for secret in spec.get("imagePullSecrets") or ())
    else:
        for volume in spec.get("volumes") or ():
            claim = dig(volume, "persistentVolumeClaim", "claimName", default="")
            if claim and resource == "persistentvolumes":
                found = cluster.find("PersistentVolumeClaim", meta["namespace"], claim)
                claim = "" if found is None else found["spec"].get("volumeName", "")
            yield claim


def _referenced(value: object, called: tuple[str, ...]) -> Iterator[str]:
    """The names that references of that sort have, wherever they stand."""
    if isinstance(value, list):
        for item in value:
            yield from _referenced(item, called)
    elif isinstance(value, dict):
        for field, item in value.items():
            if field in called and isinstance(item, dict):
                yield str(item.get("secretName") or item.get("name") or "")
            yield from _referenced(item, called)
