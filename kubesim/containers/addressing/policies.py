"""Whether network policies let a connection through. Mirrors the NetworkPolicy API's meaning, as plugins enforce it."""

from __future__ import annotations

from kubesim.api.meta import Obj, labels_of
from kubesim.api.selectors import from_label_selector
from kubesim.containers.addressing.destinations import in_range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.containers.addressing.destinations import Caller, Destination

# DaemonSets of network plugins that enforce policies. kind's own does since its version 0.24; flannel's does not.
_ENFORCING = ("kindnet", "calico-node", "canal", "cilium", "antrea-agent", "weave-net", "kube-router")


def are_enforced(cluster: Cluster) -> bool:
    """Whether the cluster's network plugin heeds policies; a cluster without one that is known does not."""
    return any(daemons["metadata"]["name"] in _ENFORCING for daemons in cluster.list("DaemonSet"))


def allows(cluster: Cluster, caller: Caller, destination: Destination, protocol: str) -> bool:
    """Whether a connection to a destination is let through, on both sides. Nodes reach their own pods always."""
    policies = cluster.list("NetworkPolicy")
    if not policies or destination.pod is caller.pod or not are_enforced(cluster):
        return True
    source, target = _governed(caller.pod), _governed(destination.pod)
    if source is not None and not _one_side(
        cluster, policies, source, "egress", destination.pod, destination.address, destination, protocol
    ):
        return False
    if target is None or (caller.pod is None and caller.node == destination.node):
        return True
    return _one_side(cluster, policies, target, "ingress", caller.pod, caller.address, destination, protocol)


def _governed(pod: Obj | None) -> Obj | None:
    """A pod that policies govern: none of the host's network."""
    return None if pod is None or pod["spec"].get("hostNetwork") else pod


def _one_side(
    cluster: Cluster,
    policies: list[Obj],
    pod: Obj,
    direction: str,
    peer: Obj | None,
    address: str,
    destination: Destination,
    protocol: str,
) -> bool:
    """Whether the policies for a pod, if there are any for the direction, have a rule for a peer and a port."""
    mine = [policy for policy in policies if _is_for(policy, pod, direction)]
    if not mine:
        return True
    side = "from" if direction == "ingress" else "to"
    for policy in mine:
        for rule in policy["spec"].get(direction) or ():
            if _has_port(rule, destination, protocol) and _has_peer(cluster, policy, rule.get(side), peer, address):
                return True
    return False


def _is_for(policy: Obj, pod: Obj, direction: str) -> bool:
    if policy["metadata"]["namespace"] != pod["metadata"]["namespace"]:
        return False
    spec = policy["spec"]
    types = spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
    is_meant = direction.capitalize() in types
    return is_meant and from_label_selector(spec.get("podSelector") or {}).matches(labels_of(pod))


def _has_port(rule: Obj, destination: Destination, protocol: str) -> bool:
    ports = rule.get("ports") or ()
    return not ports or any(_is_port(port, destination, protocol) for port in ports)


def _is_port(port: Obj, destination: Destination, protocol: str) -> bool:
    if port.get("protocol", "TCP") != protocol:
        return False
    number: int | str | None = port.get("port")
    if number is None:
        return True
    if isinstance(number, str):
        return destination.port in _named(destination.pod, number)
    return number <= destination.port <= int(port.get("endPort") or number)


def _named(pod: Obj | None, name: str) -> list[int]:
    containers = [] if pod is None else pod["spec"]["containers"]
    return [port["containerPort"] for c in containers for port in c.get("ports") or () if port.get("name") == name]


def _has_peer(cluster: Cluster, policy: Obj, peers: list[Obj] | None, pod: Obj | None, address: str) -> bool:
    return not peers or any(_is_peer(cluster, policy, one, pod, address) for one in peers)


def _is_peer(cluster: Cluster, policy: Obj, peer: Obj, pod: Obj | None, address: str) -> bool:
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        return in_range(address, block["cidr"]) and not any(
            in_range(address, excepted) for excepted in block.get("except") or ()
        )
    if pod is None or pod["spec"].get("hostNetwork"):
        return False
    return _is_namespace(cluster, policy, peer, pod) and from_label_selector(peer.get("podSelector") or {}).matches(
        labels_of(pod)
    )


def _is_namespace(cluster: Cluster, policy: Obj, peer: Obj, pod: Obj) -> bool:
    namespace = pod["metadata"]["namespace"]
    if "namespaceSelector" not in peer:
        return bool(namespace == policy["metadata"]["namespace"])
    found = cluster.find("Namespace", "", namespace)
    return found is not None and from_label_selector(peer["namespaceSelector"]).matches(labels_of(found))
