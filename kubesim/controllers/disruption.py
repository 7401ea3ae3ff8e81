"""How many pods a budget lets be evicted. Mirrors pkg/controller/disruption."""

from __future__ import annotations

from kubesim.api.int_or_percent import value_from_int_or_percent
from kubesim.api.meta import (
    SECOND,
    Key,
    Obj,
    controller_of,
    dig,
    is_terminating,
    key_of,
    labels_of,
    parse_time,
    rfc3339,
)
from kubesim.api.selectors import from_label_selector
from kubesim.controllers import event_recorder
from kubesim.controllers.pod_control import is_ready

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

COMPONENT = "controllermanager"
BUDGET = "PodDisruptionBudget"
#: So long (ms) a pod counts as about to be deleted whose eviction was allowed.
DELETION_TIMEOUT = 120 * SECOND
SCALABLE = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")


class DisruptionController:
    """Keeps the status of budgets."""

    name = "disruption"
    kind = BUDGET
    rank = 55

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            BUDGET: lambda _, change: () if change.new is None else (change.key,),
            "Pod": _budgets_of,
            **dict.fromkeys(SCALABLE, _budgets_beside),
        }

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Count the pods of the budget; it is requeued while a pod is about to be deleted. Mirrors trySync."""
        budget = cluster.find(*key)
        if budget is None:
            return None
        pods = [pod for pod in cluster.list("Pod", key.namespace) if _selects(budget, pod)]
        if not pods and not cluster.events_of(budget):
            event_recorder.record(cluster, budget, "Normal", "NoPods", "No matching pods found", COMPONENT)
        expected, desired = _expected(cluster, budget, pods)
        disrupted = _disrupted(cluster, budget, pods)
        healthy = sum(
            is_ready(pod) and not is_terminating(pod) and pod["metadata"]["name"] not in disrupted for pod in pods
        )
        allowed = max(0, healthy - desired) if expected > 0 else 0
        status = {
            "conditions": [_condition(cluster, budget, is_allowed=allowed > 0)],
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            **({"disruptedPods": disrupted} if disrupted else {}),
            "disruptionsAllowed": allowed,
            "expectedPods": expected,
            "observedGeneration": budget["metadata"]["generation"],
        }
        cluster.update_status(budget, status)
        return min((parse_time(at) + DELETION_TIMEOUT + 1 for at in disrupted.values()), default=None)


def _disrupted(cluster: Cluster, budget: Obj, pods: Iterable[Obj]) -> dict[str, str]:
    """The pods whose eviction was allowed and not seen to begin, each with when. Mirrors buildDisruptedPodMap."""
    noted: dict[str, str] = dig(budget, "status", "disruptedPods", default={})
    found = {}
    for pod in pods if noted else ():
        name = pod["metadata"]["name"]
        if name not in noted or is_terminating(pod):
            continue
        if parse_time(noted[name]) + DELETION_TIMEOUT < cluster.now:
            namespace = budget["metadata"]["namespace"]  # upstream's event has it twice
            why = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
            event_recorder.record(cluster, pod, "Warning", "NotDeleted", why, COMPONENT)
        else:
            found[name] = noted[name]
    return found


def _budgets_of(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The budgets of a pod that was created or deleted, or became ready, unready, or got other labels."""
    if change.old is not None and change.new is not None and _relevant_part(change.old) == _relevant_part(change.new):
        return ()
    pods = [pod for pod in (change.old, change.new) if pod is not None]
    budgets = cluster.list(BUDGET, change.key.namespace)
    return [key_of(budget) for budget in budgets if any(_selects(budget, pod) for pod in pods)]


def _relevant_part(pod: Obj) -> tuple[object, ...]:
    return (is_ready(pod), is_terminating(pod), labels_of(pod))


def _budgets_beside(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The budgets that may cover the pods of an object that was scaled."""
    old, new = change.old, change.new
    if old is None or new is None or dig(old, "spec", "replicas") == dig(new, "spec", "replicas"):
        return ()
    return [key_of(budget) for budget in cluster.list(BUDGET, change.key.namespace)]


def _selects(budget: Obj, pod: Obj) -> bool:
    """An empty selector is every pod, none at all is no pod."""
    selector = budget["spec"].get("selector")
    return selector is not None and from_label_selector(selector).matches(labels_of(pod))


def _expected(cluster: Cluster, budget: Obj, pods: list[Obj]) -> tuple[int, int]:
    """How many pods there should be, and how many of them healthy. Mirrors getExpectedPodCount."""
    spec = budget["spec"]
    if "maxUnavailable" in spec:
        count = _scale(cluster, pods)
        return count, max(0, count - value_from_int_or_percent(spec["maxUnavailable"], count, round_up=True))
    least = spec.get("minAvailable", 0)
    if isinstance(least, int):
        return (len(pods), least) if "minAvailable" in spec else (0, 0)
    count = _scale(cluster, pods)
    return count, value_from_int_or_percent(least, count, round_up=True)


def _scale(cluster: Cluster, pods: list[Obj]) -> int:
    """What the pods' controllers are scaled to, together; pods without one do not count. Mirrors getExpectedScale."""
    scales: dict[str, int] = {}
    for pod in pods:
        reference = controller_of(pod)
        namespace = pod["metadata"]["namespace"]
        while reference is not None and reference["kind"] in SCALABLE:
            owner = cluster.find(reference["kind"], namespace, reference["name"])
            if owner is None:
                break
            above = controller_of(owner)
            if above is None:
                scales[owner["metadata"]["uid"]] = owner["spec"].get("replicas", 0)
            reference = above
    return sum(scales.values())


def _condition(cluster: Cluster, budget: Obj, *, is_allowed: bool) -> Obj:
    """Since when disruptions are allowed or not. Mirrors UpdateDisruptionAllowedCondition."""
    status, reason = ("True", "SufficientPods") if is_allowed else ("False", "InsufficientPods")
    before = next(iter(dig(budget, "status", "conditions", default=())), None)
    is_same = before is not None and before["status"] == status
    return {
        "lastTransitionTime": before["lastTransitionTime"] if before and is_same else rfc3339(cluster.now),
        "message": "",
        "observedGeneration": budget["metadata"]["generation"],
        "reason": reason,
        "status": status,
        "type": "DisruptionAllowed",
    }
