"""Which pods a kubelet refuses to run at all.

Mirrors pkg/kubelet/sysctl (allowlist.go, safe_sysctls.go) and pkg/kubelet/lifecycle/predicate.go, behind the
eviction manager, which is asked first.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig, key_of
from kubesim.controllers.node_fit import NO_MATCH, has_untolerated_taint, matches_node
from kubesim.controllers.node_room import NO_PORTS, allocatable, host_ports, port_conflicts, requests_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.kubelet.pod_work import PodWork

FORBIDDEN = "SysctlForbidden"

# Those that each pod has for itself, and that do not harm its neighbours.
SAFE_SYSCTLS = frozenset(
    (
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    )
)


def refusal(work: PodWork) -> tuple[str, str] | None:
    """The reason and the message for which a pod is rejected, None if it is admitted.

    A pod that the scheduler placed fits its node: only one that named its node itself is compared with it.
    """
    return (
        _pressure(work)
        or _forbidden_sysctl(work.spec)
        or (None if condition_of(work.pod, "PodScheduled") else _misfit(work))
    )


def _pressure(work: PodWork) -> tuple[str, str] | None:
    """Whether the node is short of something: no faults, no shortage."""
    if not work.cluster.noted("faults"):
        return None
    from kubesim.controllers.kubelet import eviction

    return eviction.refusal(work.cluster, work.node_object(), work.pod)


def _forbidden_sysctl(spec: Obj) -> tuple[str, str] | None:
    """The API server has refused sysctls that would be the host's own."""
    for sysctl in dig(spec, "securityContext", "sysctls", default=()):
        name = _with_dots(sysctl["name"])
        if name not in SAFE_SYSCTLS:
            return FORBIDDEN, f'forbidden sysctl: "{name}" not allowlisted'
    return None


def _misfit(work: PodWork) -> tuple[str, str] | None:
    """The first reason for which a pod is not for its node. Mirrors generalFilter."""
    node, spec = work.node_object(), work.spec
    others = _others_on(work)
    shortage = _shortage(spec, node, others)
    if shortage is not None:
        return shortage
    if not matches_node(spec, node):
        return _failed("NodeAffinity", NO_MATCH)
    if port_conflicts(spec, {port for other in others for port in host_ports(other["spec"])}):
        return _failed("NodePorts", NO_PORTS)
    if has_untolerated_taint(spec, node, ("NoExecute",)):
        return _failed("TaintToleration", "node(s) had taints that the pod didn't tolerate")
    return None


def shortage(work: PodWork) -> tuple[str, str] | None:
    """The resource of which the pod's node has too little for what the pod asks for now."""
    return _shortage(work.spec, work.node_object(), _others_on(work))


def _failed(predicate: str, why: str) -> tuple[str, str]:
    return predicate, f"Predicate {predicate} failed: {why}"


def _others_on(work: PodWork) -> list[Obj]:
    """The pods that the node's kubelet has admitted, and that are not over."""
    cluster, name = work.cluster, work.spec["nodeName"]
    placed = (pod for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == name and pod is not work.pod)
    return [
        pod
        for pod in placed
        if dig(pod, "status", "phase") not in ("Succeeded", "Failed") and cluster.recall(key_of(pod)) is not None
    ]


def _shortage(spec: Obj, node: Obj, others: Sequence[Obj]) -> tuple[str, str] | None:
    """The resource of which the node has too little. Extended ones that it does not have at all do not matter."""
    given = allocatable(node)
    wanted = {
        "pods": 1,
        **{name: n for name, n in requests_of(spec).items() if n and (name in given or "/" not in name)},
    }
    used = [{"pods": 1, **requests_of(other["spec"])} for other in others]
    for name, amount in wanted.items():
        taken, capacity = sum(one.get(name, 0) for one in used), given.get(name, 0)
        if amount > capacity - taken:
            amounts = f"requested: {amount}, used: {taken}, capacity: {capacity}"
            return f"OutOf{name}", f"Node didn't have enough resource: {name}, {amounts}"
    return None


def _with_dots(name: str) -> str:
    """``net/ipv4/conf.eth0`` is ``net.ipv4.conf/eth0``: the first separator decides.

    Mirrors NormalizeName.
    """
    first = next((letter for letter in name if letter in "./"), ".")
    return name if first == "." else name.translate(str.maketrans("./", "/."))
