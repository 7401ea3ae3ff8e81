"""The filters: which nodes a pod can run on, and why it cannot on the others.

Each filter answers the reasons why not, in upstream's words; mirrors the Filter methods of
pkg/scheduler/framework/plugins, in the order of its default configuration.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, dig, key_of, labels_of
from kubesim.api.selectors import from_label_selector
from kubesim.api.well_known import TAINT_NODE_UNSCHEDULABLE
from kubesim.controllers.node_fit import NO_MATCH, REQUIRED, has_untolerated_taint, matches_node, tolerates
from kubesim.controllers.node_room import NO_PORTS, Resources, allocatable, host_ports, port_conflicts
from kubesim.controllers.scheduler import claims
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.cluster import Cluster

UNSCHEDULABLE_TAINT = {"key": TAINT_NODE_UNSCHEDULABLE, "effect": "NoSchedule"}
HARD_EFFECTS = ("NoSchedule", "NoExecute")


class Rejection(NamedTuple):
    """Why a node is not for a pod. ``is_final``: removing pods from the node would not change that."""

    reasons: tuple[str, ...]
    is_final: bool


class Suitability:
    """What is known of nodes whatever pods they have: worked out once for all pods of a template.

    It holds for a node as long as that is the same object.
    """

    def __init__(self) -> None:
        self._of_templates: dict[tuple[int, ...], tuple[tuple[object, ...], dict[str, tuple[Obj, Rejection | None]]]]
        self._of_templates = {}
        self._allocatable: dict[str, tuple[Obj, Resources]] = {}

    def rejections(self, spec: Obj) -> dict[str, tuple[Obj, Rejection | None]]:
        """The nodes that pods with such a spec have been compared with, by name, each with what came of it."""
        parts = tuple(spec.get(name) for name in _STATIC_PARTS)
        key = tuple(map(id, parts))
        if key not in self._of_templates:
            if len(self._of_templates) >= _TEMPLATES:
                self._of_templates.clear()
            self._of_templates[key] = parts, {}  # as long as the parts are kept, nothing else has their ids
        return self._of_templates[key][1]

    def allocatable(self, node: Obj) -> Resources:
        """What a node has to give."""
        name = node["metadata"]["name"]
        known = self._allocatable.get(name)
        if known is None or known[0] is not node:
            known = self._allocatable[name] = node, allocatable(node)
        return known[1]


_TEMPLATES = 100  # that are kept at once


class Attempt(NamedTuple):
    """A pod that needs a node, as if the pods ``absent`` (keys) were not there; ``used`` does not count them."""

    cluster: Cluster
    pod: Obj
    requests: Resources
    used: Obj
    suitability: Suitability
    absent: frozenset[Key] = frozenset()


def rejections(attempt: Attempt, nodes: Iterable[Obj]) -> dict[str, Rejection | None]:
    """For each node, by its name, the rejection by the first filter that refuses it, None if none does."""
    spec = attempt.pod["spec"]
    static, checks = attempt.suitability.rejections(spec), _checks_of(attempt)
    found: dict[str, Rejection | None] = {}
    for node in nodes:
        name = node["metadata"]["name"]
        known = static.get(name)
        if known is None or known[0] is not node:
            known = static[name] = node, _static_rejection(spec, node)
        found[name] = known[1] or next(filter(None, (check(attempt, node) for check in checks)), None)
    return found


def rejection(attempt: Attempt, node: Obj) -> Rejection | None:
    """The same of one node."""
    return rejections(attempt, (node,))[node["metadata"]["name"]]


def _static_rejection(spec: Obj, node: Obj) -> Rejection | None:
    names = named_nodes(spec)
    if names is not None and node["metadata"]["name"] not in names:
        return Rejection(("node(s) didn't satisfy plugin(s) [NodeAffinity]",), True)
    return next(filter(None, (check(spec, node) for check in _STATIC_FILTERS)), None)


def _checks_of(attempt: Attempt) -> list[Callable[[Attempt, Obj], Rejection | None]]:
    """The filters that depend on other pods, in upstream's order, without those that the pod gives nothing to do."""
    spec, used = attempt.pod["spec"], attempt.used
    return [
        *([_host_ports] if any(True for _ in host_ports(spec)) else ()),
        _resources,
        *([_volumes] if claims.names(attempt.pod) else ()),
        *([_topology_spread] if spec.get("topologySpreadConstraints") else ()),
        *([_pod_affinity] if spec.get("affinity") or used["guards"] else ()),
    ]


# taints


def _unschedulable(spec: Obj, node: Obj) -> Rejection | None:
    if not node["spec"].get("unschedulable") or tolerates(spec, UNSCHEDULABLE_TAINT):
        return None
    return Rejection(("node(s) were unschedulable",), True)


def _untolerated_taint(spec: Obj, node: Obj) -> Rejection | None:
    if has_untolerated_taint(spec, node, HARD_EFFECTS):
        return Rejection(("node(s) had untolerated taint(s)",), True)
    return None


# nodes


def _node_name(spec: Obj, node: Obj) -> Rejection | None:
    wanted = spec.get("nodeName")
    if wanted and wanted != node["metadata"]["name"]:
        return Rejection(("node(s) didn't match the requested node name",), True)
    return None


def _node_affinity(spec: Obj, node: Obj) -> Rejection | None:
    if matches_node(spec, node):
        return None
    return Rejection((NO_MATCH,), True)


def named_nodes(spec: Obj) -> set[str] | None:
    """The nodes that the required affinity names, None if it does not name any. Mirrors NodeAffinity.PreFilter."""
    names: set[str] = set()
    terms = dig(spec, "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms", default=())
    for term in terms:
        fields = [e for e in term.get("matchFields") or () if e["key"] == "metadata.name" and e["operator"] == "In"]
        if not fields:
            return None
        names.update(value for e in fields for value in e["values"])
    return names or None


# room


def _host_ports(attempt: Attempt, node: Obj) -> Rejection | None:
    taken = _used_on(attempt, node).get("ports") or {}
    if port_conflicts(attempt.pod["spec"], taken):
        return Rejection((NO_PORTS,), False)
    return None


def _resources(attempt: Attempt, node: Obj) -> Rejection | None:
    """Mirrors noderesources.fitsRequest: every resource that is short is reported."""
    used, given = _used_on(attempt, node), attempt.suitability.allocatable(node)
    reasons, is_final = [], False
    if used.get("pods", 0) + 1 > given.get("pods", 0):
        reasons.append("Too many pods")
    for name, amount in attempt.requests.items():
        if amount and amount > given.get(name, 0) - used.get(name, 0):
            reasons.append(f"Insufficient {name}")
            is_final = is_final or amount > given.get(name, 0)
    return Rejection(tuple(reasons), is_final) if reasons else None


def _volumes(attempt: Attempt, node: Obj) -> Rejection | None:
    """Mirrors volumebinding's Filter."""
    reasons = claims.conflicts(attempt.cluster, attempt.pod, node)
    return Rejection(reasons, True) if reasons else None


def _used_on(attempt: Attempt, node: Obj) -> Obj:
    used: Obj = attempt.used["nodes"].get(node["metadata"]["name"], {})
    return used


# other pods


def _topology_spread(attempt: Attempt, node: Obj) -> Rejection | None:
    """Mirrors podtopologyspread's Filter."""
    for constraint in attempt.pod["spec"].get("topologySpreadConstraints") or ():
        if constraint.get("whenUnsatisfiable") != "DoNotSchedule":
            continue
        key = constraint["topologyKey"]
        if key not in labels_of(node):
            missing = "node(s) didn't match pod topology spread constraints (missing required label)"
            return Rejection((missing,), True)
        counts = _per_domain(attempt, key, constraint.get("labelSelector"))
        here = counts[labels_of(node)[key]] + _selects(constraint.get("labelSelector"), attempt.pod)
        if here - min(counts.values()) > constraint["maxSkew"]:
            return Rejection(("node(s) didn't match pod topology spread constraints",), False)
    return None


def _selects(selector: Obj | None, pod: Obj) -> bool:
    return from_label_selector(selector).matches(labels_of(pod))


def _per_domain(attempt: Attempt, key: str, selector: Obj | None) -> dict[str, int]:
    """How many pods the selector finds in each value of a node label, among nodes that the pod may run on."""
    spec = attempt.pod["spec"]
    domains = {}
    for node in attempt.cluster.list("Node"):
        if key in labels_of(node) and matches_node(spec, node):
            domains[node["metadata"]["name"]] = labels_of(node)[key]
    counts = dict.fromkeys(domains.values(), 0)
    for pod in attempt.cluster.list("Pod", attempt.pod["metadata"]["namespace"]):
        if key_of(pod) in attempt.absent:
            continue
        domain = domains.get(pod["spec"].get("nodeName", ""))
        if domain is not None and "deletionTimestamp" not in pod["metadata"] and _selects(selector, pod):
            counts[domain] += 1
    return counts


def _pod_affinity(attempt: Attempt, node: Obj) -> Rejection | None:
    """Mirrors interpodaffinity's Filter."""
    affinity = attempt.pod["spec"].get("affinity") or {}
    wanted = dig(affinity, "podAffinity", REQUIRED, default=())
    if wanted and not all(_has_company(attempt, node, term) for term in wanted):
        return Rejection(("node(s) didn't match pod affinity rules",), True)
    shunned = dig(affinity, "podAntiAffinity", REQUIRED, default=())
    if any(_found_near(attempt, node, term, attempt.pod) for term in shunned):
        return Rejection(("node(s) didn't match pod anti-affinity rules",), False)
    if any(_is_shunned(attempt, node, name) for name in attempt.used["guards"]):
        return Rejection(("node(s) didn't satisfy existing pods anti-affinity rules",), False)
    return None


def _has_company(attempt: Attempt, node: Obj, term: Obj) -> bool:
    """A pod may be the first of its own kind anywhere."""
    if _found_near(attempt, node, term, attempt.pod):
        return True
    matches_itself = _term_selects(term, attempt.pod, attempt.pod)
    nobody = not any(_term_selects(term, attempt.pod, pod) for pod in _placed(attempt))
    return matches_itself and nobody and term["topologyKey"] in labels_of(node)


def _placed(attempt: Attempt) -> Sequence[Obj]:
    placed = [pod for pod in attempt.cluster.list("Pod") if pod["spec"].get("nodeName")]
    return [pod for pod in placed if key_of(pod) not in attempt.absent] if attempt.absent else placed


def _found_near(attempt: Attempt, node: Obj, term: Obj, of: Obj) -> bool:
    """Whether a pod that the term of ``of`` selects runs in the node's domain."""
    key = term["topologyKey"]
    if key not in labels_of(node):
        return False
    domain = labels_of(node)[key]
    return any(
        _term_selects(term, of, pod) and _domain_of(attempt, pod["spec"]["nodeName"], key) == domain
        for pod in _placed(attempt)
    )


def _term_selects(term: Obj, of: Obj, pod: Obj) -> bool:
    """Whether a term of the pod ``of`` means ``pod``; a term without namespaces means its own pod's."""
    namespaces = term.get("namespaces") or ([] if "namespaceSelector" in term else [of["metadata"]["namespace"]])
    if namespaces and pod["metadata"]["namespace"] not in namespaces:
        return False
    return dig(pod, "status", "phase") not in ("Succeeded", "Failed") and _selects(term.get("labelSelector"), pod)


def _domain_of(attempt: Attempt, node: str, key: str) -> str | None:
    found = attempt.cluster.find("Node", "", node)
    return None if found is None else labels_of(found).get(key)


def _is_shunned(attempt: Attempt, node: Obj, name: str) -> bool:
    """Whether a running pod's anti-affinity keeps this one away."""
    guard = attempt.cluster.find("Pod", *name.split("/"))
    if guard is None:
        return False
    for term in guard["spec"]["affinity"]["podAntiAffinity"][REQUIRED]:
        key = term["topologyKey"]
        domain = _domain_of(attempt, guard["spec"]["nodeName"], key)
        if domain is not None and labels_of(node).get(key) == domain and _term_selects(term, guard, attempt.pod):
            return True
    return False


# What depends on the node and on these parts of the pod's spec alone.
_STATIC_PARTS = ("affinity", "nodeName", "nodeSelector", "tolerations")
_STATIC_FILTERS: tuple[Callable[[Obj, Obj], Rejection | None], ...] = (
    _unschedulable,
    _node_name,
    _untolerated_taint,
    _node_affinity,
)
