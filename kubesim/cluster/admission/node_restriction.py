"""The plugin NodeRestriction: a kubelet changes its own node and the pods on it alone, and not all of those.

Mirrors plugin/pkg/admission/noderestriction.
"""

from __future__ import annotations

from kubesim.api.meta import annotations_of, labels_of
from kubesim.cluster.admission import CREATE, DELETE, UPDATE
from kubesim.cluster.node_authorizer import node_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

MIRROR = "kubernetes.io/config.mirror"
_RESTRICTED = "node-restriction.kubernetes.io"
_OWN_LABELS = (
    *("kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch", "node.kubernetes.io/instance-type"),
    *("topology.kubernetes.io/zone", "topology.kubernetes.io/region", "beta.kubernetes.io/os"),
    *("failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region"),
    *("failure-domain.kubernetes.io/zone", "failure-domain.kubernetes.io/region"),
    *("beta.kubernetes.io/arch", "beta.kubernetes.io/instance-type"),
)
_OWN_NAMESPACES = ("kubelet.kubernetes.io", "node.kubernetes.io")


def admit(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden for a node that changes what it may not."""
    node = node_of(client.user)
    if node is None:
        return
    kind = attributes.names.key
    if kind == "Node":
        _admit_node(node, attributes)
    elif kind == "Pod":
        _admit_pod(node, attributes)
    elif kind == "PersistentVolumeClaim" and attributes.subresource != "status":
        raise attributes.forbidden("may only update PVC status")


def _admit_node(node: str, attributes: Attributes) -> None:
    if attributes.name != node:
        raise attributes.forbidden(f'node "{node}" is not allowed to modify node "{attributes.name}"')
    new, old = attributes.new, attributes.old or {"metadata": {}}
    if attributes.operation == UPDATE:
        if (new.get("spec") or {}).get("taints") != (old.get("spec") or {}).get("taints"):
            raise attributes.forbidden(f'node "{node}" is not allowed to modify taints')
        if new["metadata"].get("ownerReferences") != old["metadata"].get("ownerReferences"):
            raise attributes.forbidden(f'node "{node}" is not allowed to modify ownerReferences')
    if attributes.operation in (CREATE, UPDATE):
        labels = ", ".join(_forbidden(labels_of(new), labels_of(old)))
        if labels and attributes.operation == UPDATE:
            raise attributes.forbidden(f"is not allowed to modify labels: {labels}")
        if labels:
            raise attributes.forbidden(f'node "{node}" is not allowed to set the following labels: {labels}')


def _forbidden(new: Mapping[str, str], old: Mapping[str, str]) -> list[str]:
    """The labels that differ and are not a kubelet's. Mirrors getForbiddenLabels."""
    changed = sorted(key for key in {*new, *old} if new.get(key) != old.get(key))
    return [key for key in changed if _is_in(key, (_RESTRICTED,)) or (_is_kubernetes(key) and not _is_own(key))]


def _is_kubernetes(key: str) -> bool:
    return _is_in(key, ("kubernetes.io", "k8s.io"))


def _is_own(key: str) -> bool:
    """Mirrors IsKubeletLabel."""
    return key in _OWN_LABELS or _is_in(key, _OWN_NAMESPACES)


def _is_in(key: str, domains: tuple[str, ...]) -> bool:
    """Whether the label's prefix is one of the domains, or lies in one."""
    prefix = key.rpartition("/")[0]
    return any(prefix == domain or prefix.endswith(f".{domain}") for domain in domains)


def _admit_pod(node: str, attributes: Attributes) -> None:
    pod = attributes.obj or attributes.old or {}
    if attributes.subresource == "status":
        if (attributes.old or {})["spec"].get("nodeName") != node:
            why = f'node "{node}" can only update pod status for pods with spec.nodeName set to itself'
            raise attributes.forbidden(why)
    elif attributes.subresource and attributes.subresource != "eviction":
        why = f"unexpected pod subresource \"{attributes.subresource}\", only 'status' and 'eviction' are allowed"
        raise attributes.forbidden(why)
    elif attributes.operation == DELETE:
        if pod["spec"].get("nodeName") != node:
            raise attributes.forbidden(f'node "{node}" can only delete pods with spec.nodeName set to itself')
    elif attributes.operation != CREATE:
        why = f'unexpected operation "{attributes.operation}", node "{node}" can only create and delete mirror pods'
        raise attributes.forbidden(why)
    elif MIRROR not in annotations_of(pod):
        why = f'pod does not have "{MIRROR}" annotation, node "{node}" can only create mirror pods'
        raise attributes.forbidden(why)
    elif pod["spec"].get("nodeName") != node:
        raise attributes.forbidden(f'node "{node}" can only create pods with spec.nodeName set to itself')
