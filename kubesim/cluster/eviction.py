"""The eviction of a pod, as far as its disruption budget allows. Mirrors pkg/registry/core/pod/storage/eviction.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig, is_terminating, key_of, labels_of, rfc3339
from kubesim.api.selectors import from_label_selector
from kubesim.errors import Cause, StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.client import Client
    from kubesim.cluster.cluster import Cluster

VIOLATION = "Cannot evict pod as it would violate the pod's disruption budget."
SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


def evict(client: Client, pod: Obj, grace: int | None = None) -> None:
    """Delete a pod with ``grace`` seconds, its own if None, and a condition that says why.

    StatusError TooManyRequests where its budget does not allow it now.
    """
    cluster = client.cluster
    live = cluster.get(*key_of(pod))
    if not _may_be_ignored(live):
        _ask_budget(cluster, live)
    if not is_terminating(live) and not is_finished(live):
        mark_disrupted(cluster, live, "EvictionByEvictionAPI", "Eviction API: evicting")
    client.delete(*key_of(live), grace=grace)


def _may_be_ignored(pod: Obj) -> bool:
    """Whether the pod serves no requests, so that no budget covers it. Mirrors canIgnorePDB."""
    return is_finished(pod) or dig(pod, "status", "phase") == "Pending" or is_terminating(pod)


def is_finished(pod: Obj) -> bool:
    """Whether all its containers have ended for good."""
    return dig(pod, "status", "phase") in ("Succeeded", "Failed")


def _ask_budget(cluster: Cluster, pod: Obj) -> None:
    namespace = pod["metadata"]["namespace"]
    budgets = [budget for budget in cluster.list("PodDisruptionBudget", namespace) if _covers(budget, pod)]
    if len(budgets) > 1:
        raise StatusError("", SEVERAL, 500)
    for budget in budgets:
        if not _is_spared(budget, pod):
            _take_from(cluster, budget, pod)


def _covers(budget: Obj, pod: Obj) -> bool:
    return from_label_selector(budget["spec"].get("selector")).matches(labels_of(pod))


def _is_spared(budget: Obj, pod: Obj) -> bool:
    """Whether the pod is unready, and the budget lets such go uncounted."""
    ready = condition_of(pod, "Ready")
    if ready is not None and ready["status"] == "True":
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    desired = dig(budget, "status", "desiredHealthy", default=0)
    return bool(dig(budget, "status", "currentHealthy", default=0) >= desired > 0)


def _take_from(cluster: Cluster, budget: Obj, pod: Obj) -> None:
    """One disruption less is allowed until the pod's end has been noticed. Mirrors checkAndDecrement."""
    status = budget.get("status") or {}
    allowed = status.get("disruptionsAllowed", 0)
    name = budget["metadata"]["name"]
    if status.get("observedGeneration") != budget["metadata"].get("generation"):
        raise _violation(f"The disruption budget {name} is still being processed by the server.", retry_after=10)
    if allowed <= 0:
        raise _violation(f"The disruption budget {name} {_why_none(budget)}")
    disrupted = {**status.get("disruptedPods", {}), pod["metadata"]["name"]: rfc3339(cluster.now)}
    cluster.update_status(budget, {**status, "disruptedPods": disrupted, "disruptionsAllowed": allowed - 1})


def _violation(why: str, retry_after: int = 0) -> StatusError:
    """Mirrors createTooManyRequestsError."""
    causes = (Cause("DisruptionBudget", why),)
    return StatusError("TooManyRequests", VIOLATION, 429, causes=causes, retry_after=retry_after)


def _why_none(budget: Obj) -> str:
    """What a budget lacks that allows nothing."""
    condition = condition_of(budget, "DisruptionAllowed") or {}
    why = condition.get("message") if condition.get("status") == "False" else ""
    if why and condition["reason"] == "SyncFailed":
        return f"does not allow evicting pods currently because it failed sync: {why}"
    desired, current = (dig(budget, "status", field, default=0) for field in ("desiredHealthy", "currentHealthy"))
    if current <= desired:
        return f"needs {desired} healthy pods and has {current} currently"
    reason = f" ({condition['reason']}): {why}" if why else ""
    return f"does not allow evicting pods currently{reason}"


def mark_disrupted(cluster: Cluster, pod: Obj, reason: str, message: str) -> None:
    """Give a pod that is to be deleted the condition that says why. Mirrors addConditionAndDeletePod."""
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "lastTransitionTime": rfc3339(cluster.now),
        "reason": reason,
        "message": message,
    }
    status = pod.get("status") or {}
    others = [other for other in status.get("conditions") or () if other["type"] != condition["type"]]
    cluster.update_status(pod, {**status, "conditions": [*others, condition]})
