"""The DaemonSet controller: a pod on every node that lets it. Mirrors pkg/controller/daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.int_or_percent import value_from_int_or_percent
from kubesim.api.meta import Key, Obj, controller_of, dig, is_terminating, key_of, labels_of
from kubesim.api.selectors import from_label_selector
from kubesim.controllers import controller_history as history
from kubesim.controllers import pod_control, ref_manager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

COMPONENT = "daemonset-controller"
GENERATION = "deprecated.daemonset.template.generation"

# What a daemon's pods tolerate besides their template's: mirrors AddOrUpdateDaemonPodTolerations.
TOLERATIONS: tuple[Obj, ...] = (
    {"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists"},
    {"effect": "NoExecute", "key": "node.kubernetes.io/unreachable", "operator": "Exists"},
    {"effect": "NoSchedule", "key": "node.kubernetes.io/disk-pressure", "operator": "Exists"},
    {"effect": "NoSchedule", "key": "node.kubernetes.io/memory-pressure", "operator": "Exists"},
    {"effect": "NoSchedule", "key": "node.kubernetes.io/pid-pressure", "operator": "Exists"},
    {"effect": "NoSchedule", "key": "node.kubernetes.io/unschedulable", "operator": "Exists"},
)


class DaemonSetController:
    """Syncs DaemonSets."""

    name = "daemonset"
    kind = "DaemonSet"
    rank = 40

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"DaemonSet": lambda cluster, change: [change.key], "Pod": _of_pod, "Node": _all}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Create and delete pods, move a rollout on, tell the status. Mirrors syncDaemonSet."""
        owner = cluster.find(*key)
        if owner is None or is_terminating(owner):
            return None
        revision = history.sync_revision(cluster, owner)
        pods = ref_manager.claim(cluster, owner, from_label_selector(owner["spec"]["selector"]), "Pod")
        nodes = [node["metadata"]["name"] for node in cluster.list("Node") if _should_run(owner, node)]
        by_node = _by_node(pods)
        wanted = labels_of(revision)[history.HASH_LABEL]
        if not _manage(cluster, owner, nodes, by_node, wanted):
            _roll(cluster, owner, nodes, by_node, wanted)
        used = {labels_of(pod).get(history.HASH_LABEL) for pod in pods}
        names = [r["metadata"]["name"] for r in history.revisions_of(cluster, owner) if _hash(r) in used | {wanted}]
        history.trim(cluster, owner, names)
        return _tell_status(cluster, owner, nodes, wanted)


def _hash(obj: Obj) -> str:
    return labels_of(obj).get(history.HASH_LABEL, "")


def _of_pod(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    for pod in (change.old, change.new):
        reference = None if pod is None else controller_of(pod)
        if reference is not None and reference["kind"] == "DaemonSet":
            yield Key("DaemonSet", change.key.namespace, reference["name"])


def _all(cluster: Cluster, change: Change) -> Iterable[Key]:
    """Every DaemonSet, where a node's labels or taints changed."""
    old, new = change.old, change.new
    if old and new and old["spec"] == new["spec"] and labels_of(old) == labels_of(new):
        return []
    return [key_of(owner) for owner in cluster.list("DaemonSet")]


# nodes


def _should_run(owner: Obj, node: Obj) -> bool:
    """Whether the node lets a pod of the template run. Mirrors NodeShouldRunDaemonPod."""
    spec = owner["spec"]["template"]["spec"]
    selector = spec.get("nodeSelector") or {}
    if any(labels_of(node).get(key) != value for key, value in selector.items()):
        return False
    tolerations = [*(spec.get("tolerations") or ()), *TOLERATIONS]
    taints = dig(node, "spec", "taints", default=())
    return all(
        any(_tolerates(t, taint) for t in tolerations) for taint in taints if taint["effect"] != "PreferNoSchedule"
    )


def _tolerates(toleration: Obj, taint: Obj) -> bool:
    """Mirrors Toleration.ToleratesTaint."""
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("key") not in (None, "", taint["key"]):
        return False
    return toleration.get("operator") == "Exists" or toleration.get("value", "") == taint.get("value", "")


def _by_node(pods: Iterable[Obj]) -> dict[str, list[Obj]]:
    """The pods by the node that each is on or is meant for."""
    found: dict[str, list[Obj]] = {}
    for pod in pods:
        found.setdefault(_node_of(pod), []).append(pod)
    return found


def _node_of(pod: Obj) -> str:
    if pod["spec"].get("nodeName"):
        return str(pod["spec"]["nodeName"])
    required = dig(
        pod, "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", default={}
    )
    for term in required.get("nodeSelectorTerms", ()):
        for field in term.get("matchFields", ()):
            return str(field["values"][0])
    return ""


# pods


def _manage(cluster: Cluster, owner: Obj, nodes: list[str], by_node: dict[str, list[Obj]], wanted: str) -> bool:
    """Create what is missing, delete what is too much; whether anything was done. Mirrors manage."""
    missing = [node for node in nodes if not by_node.get(node)]
    surplus = [pod for node, pods in by_node.items() for pod in _surplus(pods, on_eligible=node in nodes)]
    for pod in surplus:
        pod_control.delete_pod(cluster, owner, pod, COMPONENT)
    for node in missing:
        pod_control.create_pod(
            cluster,
            owner,
            COMPONENT,
            labels={history.HASH_LABEL: wanted, "pod-template-generation": str(_generation(owner))},
            change_spec=_pinned(node),
        )
    return bool(missing or surplus)


def _surplus(pods: list[Obj], *, on_eligible: bool) -> list[Obj]:
    """The pods of a node that must go: all where none belongs, what has ended, and all but the oldest."""
    going = [pod for pod in pods if not is_terminating(pod)]
    if not on_eligible:
        return going
    ended = [pod for pod in going if pod_control.is_terminal(pod)]
    living = sorted(
        (pod for pod in going if not pod_control.is_terminal(pod)),
        key=lambda pod: str(pod["metadata"]["creationTimestamp"]),
    )
    return ended + living[1:]


def _generation(owner: Obj) -> int:
    return int((owner["metadata"].get("annotations") or {}).get(GENERATION, 1))


def _pinned(node: str) -> Callable[[Obj], Obj]:
    """Ties a pod to a node, and lets it tolerate what daemons tolerate."""
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    affinity = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}

    def change(spec: Obj) -> Obj:
        kept = [t for t in spec.get("tolerations") or () if not _is_eviction(t)]
        own = {**(spec.get("affinity") or {}), "nodeAffinity": affinity}
        return {**spec, "affinity": own, "tolerations": [*kept, *TOLERATIONS]}

    return change


def _is_eviction(toleration: Obj) -> bool:
    """The tolerations with an end that admission gives every pod; daemons tolerate for ever."""
    return toleration.get("key") in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def _roll(cluster: Cluster, owner: Obj, nodes: list[str], by_node: dict[str, list[Obj]], wanted: str) -> None:
    """Replace pods of old templates as far as maxUnavailable lets. Mirrors rollingUpdate without surge."""
    strategy = dig(owner, "spec", "updateStrategy", default={})
    if strategy.get("type") == "OnDelete":
        return
    bound = dig(strategy, "rollingUpdate", "maxUnavailable", default=1)
    allowed = value_from_int_or_percent(bound, len(nodes), round_up=True) or 1
    ready_for = owner["spec"].get("minReadySeconds", 0)
    here = [pod for node in nodes for pod in by_node.get(node, ())]
    available = {pod["metadata"]["name"] for pod in here if _is_available(pod, ready_for, cluster.now)}
    unavailable = len(nodes) - len({_node_of(pod) for pod in here if pod["metadata"]["name"] in available})
    old = [pod for pod in here if _hash(pod) != wanted and not is_terminating(pod)]
    useless = [pod for pod in old if pod["metadata"]["name"] not in available]
    serving = [pod for pod in old if pod["metadata"]["name"] in available]
    for pod in [*useless, *serving[: max(allowed - unavailable, 0)]]:
        pod_control.delete_pod(cluster, owner, pod, COMPONENT)


def _is_available(pod: Obj, min_ready_seconds: int, now: int) -> bool:
    at = pod_control.available_at(pod, min_ready_seconds)
    return at is not None and at <= now and not is_terminating(pod)


# status


def _tell_status(cluster: Cluster, owner: Obj, nodes: list[str], wanted: str) -> int | None:
    """Write the status; when the next pod turns available. Mirrors updateDaemonSetStatus."""
    ready_for = owner["spec"].get("minReadySeconds", 0)
    by_node = _by_node(cluster.owned(owner, "Pod"))
    firsts = [next((p for p in by_node.get(node, ()) if not is_terminating(p)), None) for node in nodes]
    pods = [pod for pod in firsts if pod is not None]
    available = sum(_is_available(pod, ready_for, cluster.now) for pod in pods)
    updated = sum(_hash(pod) == wanted for pod in pods)
    counts = {
        "currentNumberScheduled": len(pods),
        "desiredNumberScheduled": len(nodes),
        "numberMisscheduled": sum(len(found) for node, found in by_node.items() if node not in nodes),
        "numberReady": sum(pod_control.is_ready(pod) for pod in pods),
    }
    optional = {
        "numberAvailable": available,
        "numberUnavailable": len(nodes) - available,
        "observedGeneration": owner["metadata"].get("generation", 0),
        "updatedNumberScheduled": updated,
    }
    status = {**counts, **{field: value for field, value in optional.items() if value}}
    cluster.update_status(owner, status)
    looks = [pod_control.available_at(pod, ready_for) for pod in pods]
    return min((look for look in looks if look is not None and look > cluster.now), default=None)
