"""The search of a pod for a node, asked again with the scheduler's own filters: of nodes as they are, or on paper."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj
from kubesim.controllers.node_fit import tolerates
from kubesim.controllers.node_room import allocatable, requests_of
from kubesim.controllers.scheduler import filters, usage
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.views.why.pods.case import PodCase

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


class Search(NamedTuple):
    """The search of a pod for a node: every node, and why it turns the pod down."""

    case: PodCase
    nodes: Sequence[Obj]
    rejections: dict[str, filters.Rejection | None]

    def takes(self, node: Obj, spec: Obj | None = None) -> bool:
        """Whether a node would take the pod, with another spec if one is given."""
        return rejection_of(self.case, node, spec) is None


def search_of(case: PodCase) -> Search:
    nodes = nodes_for(case)
    return Search(case, nodes, {node["metadata"]["name"]: rejection_of(case, node) for node in nodes})


def nodes_for(case: PodCase) -> list[Obj]:
    """The nodes that come into question: of a DaemonSet's pod its own."""
    nodes, names = case.cluster.list("Node"), case.pinned_to
    return [node for node in nodes if node["metadata"]["name"] in names] or nodes


def rejection_of(
    case: PodCase, node: Obj, spec: Obj | None = None, used: Obj | None = None, absent: frozenset[Key] = frozenset()
) -> filters.Rejection | None:
    pod = case.pod if spec is None else {**case.pod, "spec": spec}
    in_use = usage.node_usage(case.cluster) if used is None else used
    requests, known = requests_of(pod["spec"]), filters.Suitability()
    return filters.rejection(filters.Attempt(case.cluster, pod, requests, in_use, known, absent), node)


def is_control_plane(node: Obj) -> bool:
    return any(taint["key"] == CONTROL_PLANE for taint in node["spec"].get("taints") or ())


def spread_keys(spec: Obj) -> list[str]:
    """The labels by which pods have to be spread."""
    constraints = spec.get("topologySpreadConstraints") or ()
    return [one["topologyKey"] for one in constraints if one.get("whenUnsatisfiable") == "DoNotSchedule"]


def untolerated(spec: Obj, node: Obj) -> list[Obj]:
    taints = node["spec"].get("taints") or ()
    return [taint for taint in taints if taint["effect"] in filters.HARD_EFFECTS and not tolerates(spec, taint)]


def is_device(resource: str) -> bool:
    """Whether a resource is one that device plugins bring: its name has a domain."""
    return "/" in resource


def offered(case: PodCase, resource: str) -> int:
    """How much of a resource nodes have, taken or not."""
    return sum(allocatable(node).get(resource, 0) for node in nodes_for(case))


def free_of(case: PodCase, node: Obj) -> dict[str, int]:
    """What a node has to give that no pod has asked for."""
    used = usage.node_usage(case.cluster)["nodes"].get(node["metadata"]["name"], {})
    return {name: max(0, amount - used.get(name, 0)) for name, amount in allocatable(node).items()}
