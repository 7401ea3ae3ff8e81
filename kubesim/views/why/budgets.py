"""A disruption budget that lets no pod be evicted, and nodes that cannot be drained for it."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig, key_of, labels_of
from kubesim.api.selectors import from_label_selector
from kubesim.api.well_known import TAINT_NODE_UNSCHEDULABLE
from kubesim.golang.json import dumps
from kubesim.views.why import pressure
from kubesim.views.why.model import Cause, Repair, command
from kubesim.views.why.pods.nodes import taint_text
from kubesim.views.why.targets import Target
from kubesim.views.why.workloads.members import causes_of_pods
from kubesim.views.words import counted, listed, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.views.why.inquiry import Inquiry


def budget_causes(inquiry: Inquiry, budget: Obj) -> list[Cause]:
    """Why a budget lets no pod go; nothing if it lets one."""
    status = budget.get("status") or {}
    if int(status.get("disruptionsAllowed", 0)) > 0:
        return []
    cluster = inquiry.cluster
    pods = covered(cluster, budget)
    if not pods:
        return [Cause("BudgetCoversNothing", key_of(budget), "its selector matches no pod, so that it protects none")]
    healthy, desired = (int(status.get(field, 0)) for field in ("currentHealthy", "desiredHealthy"))
    expected = int(status.get("expectedPods", 0))
    if healthy < desired:
        causes = [cause for cause in causes_of_pods(inquiry, pods) if not cause.is_stage]
        text = f"no pod may be evicted: {healthy} of {desired} pods that there must be are healthy"
        if not causes:
            return [Cause("BudgetNotMet", key_of(budget), text, is_stage=True)]
        return [cause._replace(text=f"{text}; {cause.text}") for cause in causes]
    text = f"no pod may be evicted: {counted(healthy, 'pod')} healthy, and {desired} of {expected} have to be"
    return [Cause("BudgetAllowsNone", key_of(budget), text, tuple(_loosened(cluster, budget, pods, expected)))]


def covered(cluster: Cluster, budget: Obj) -> list[Obj]:
    """The pods that a budget is about."""
    selector = from_label_selector(budget["spec"].get("selector"))
    pods = cluster.list("Pod", budget["metadata"]["namespace"])
    return [pod for pod in pods if selector.matches(labels_of(pod)) and not _has_ended(pod)]


def _has_ended(pod: Obj) -> bool:
    return dig(pod, "status", "phase") in ("Succeeded", "Failed")


def _loosened(cluster: Cluster, budget: Obj, pods: list[Obj], expected: int) -> list[Repair]:
    """One pod more, or one pod less that there must be."""
    target = Target(cluster, pods[0])
    repairs = []
    is_scaled = target.kind in ("Deployment", "StatefulSet", "ReplicaSet")
    if is_scaled and isinstance(budget["spec"].get("minAvailable"), int):
        repairs.append(command("scale", target.title, f"--replicas={expected + 1}"))
    spec = {"minAvailable": None, "maxUnavailable": 1}
    repairs.append(command("patch", titled(budget), "--type=merge", "-p", dumps({"spec": spec}, sort_keys=False)))
    return repairs


def blocking(cluster: Cluster, node: Obj) -> list[tuple[Obj, Obj]]:
    """The pods of a node that may not be evicted now, each with the budget that forbids it."""
    here = [pod for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == node["metadata"]["name"]]
    found = []
    for budget in cluster.list("PodDisruptionBudget"):
        if int(dig(budget, "status", "disruptionsAllowed", default=0)) == 0:
            keys = {key_of(pod) for pod in covered(cluster, budget)}
            found += [(pod, budget) for pod in here if key_of(pod) in keys]
    return found


def is_drained(node: Obj) -> bool:
    return bool(node["spec"].get("unschedulable"))


# nodes


def node_causes(inquiry: Inquiry, node: Obj) -> list[Cause]:
    """Why a node takes no pods, or cannot be drained."""
    name = node["metadata"]["name"]
    ready = condition_of(node, "Ready")
    if ready is not None and ready["status"] != "True":
        why = ready.get("message") or ready.get("reason") or "its kubelet does not say why"
        return [Cause("NodeNotReady", key_of(node), f"it is not ready: {why}")]
    if is_drained(node):
        blocked = blocking(inquiry.cluster, node)
        uncordon = command("uncordon", name, is_namespaced=False)
        if not blocked:
            return [Cause("NodeCordoned", key_of(node), "it is cordoned, so that no new pod comes to it", (uncordon,))]
        pods = listed([titled(pod) for pod, _ in blocked[:3]])
        budget = blocked[0][1]
        root = inquiry.causes_of(budget)
        text = f"it is cordoned and cannot be drained: {titled(budget)} keeps {pods}"
        repairs = root[0].repairs if root else ()
        return [Cause("DrainBlocked", key_of(budget), text, repairs, pods=tuple(key_of(pod) for pod, _ in blocked))]
    if short := pressure.text_of_node(node):
        end = pressure.ending(inquiry.cluster, name)
        text = f"it {short}: its kubelet takes no new pods" + (", and evicts those that it has" if end else "")
        return [Cause(pressure.CODE, key_of(node), text, (end,) if end else (), is_stage=end is None)]
    taints = [taint for taint in node["spec"].get("taints") or () if taint["key"] != TAINT_NODE_UNSCHEDULABLE]
    foreign = [taint for taint in taints if not taint["key"].startswith("node-role.kubernetes.io/")]
    if not foreign:
        return []
    words = [f"{taint['key']}:{taint['effect']}-" for taint in foreign]
    text = f"it takes no pod that does not tolerate {', '.join(map(taint_text, foreign))}"
    return [Cause("NodeTainted", key_of(node), text, (command("taint", "node", name, *words, is_namespaced=False),))]
