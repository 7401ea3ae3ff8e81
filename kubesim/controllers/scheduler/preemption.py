"""A pod that fits nowhere takes the room of pods of lower priority.

On each node that would do without some of its pods, as few as possible of the least important are chosen; the node on
which that hurts least is nominated, and they are deleted. Mirrors pkg/scheduler/framework/preemption and its plugin
defaultpreemption.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, condition_of, dig, is_terminating, key_of, labels_of, parse_time
from kubesim.api.selectors import from_label_selector
from kubesim.cluster.eviction import mark_disrupted
from kubesim.controllers import event_recorder
from kubesim.controllers.scheduler import filters, usage
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kubesim.cluster import Cluster

REASON = "PreemptionByScheduler"
MESSAGE = "default-scheduler: preempting to accommodate a higher priority pod"
NEVER = "not eligible due to preemptionPolicy=Never."
STILL_GOING = "not eligible due to a terminating pod on the nominated node."
UNHELPFUL, NO_VICTIMS = "Preemption is not helpful for scheduling", "No preemption victims found for incoming pod"

#: Upstream adds this to each priority that it sums up, so that fewer pods are better whatever their priorities.
PRIORITY_OFFSET = 2**31


class Candidate(NamedTuple):
    """A node that would do without its ``victims``, the most important first; ``violations`` break a budget."""

    node: str
    victims: tuple[Obj, ...]
    violations: int


def refusal(attempt: filters.Attempt, rejections: Mapping[str, filters.Rejection]) -> str:
    """Why the pod may not take others' room now, empty if it may. Mirrors PodEligibleToPreemptOthers."""
    if attempt.pod["spec"].get("preemptionPolicy") == "Never":
        return NEVER
    nominated = dig(attempt.pod, "status", "nominatedNodeName")
    if not nominated or nominated not in rejections or rejections[nominated].is_final:
        return ""
    return STILL_GOING if any(map(_is_leaving, _lower_on(attempt, nominated))) else ""


def _is_leaving(pod: Obj) -> bool:
    condition = condition_of(pod, "DisruptionTarget")
    return is_terminating(pod) and condition is not None and condition["reason"] == REASON


def _lower_on(attempt: filters.Attempt, node: str) -> list[Obj]:
    """The pods of lower priority on a node; where the cluster has none at all, no pod is read."""
    mine = usage.priority_of(attempt.pod)
    if all(int(priority) >= mine for priority in attempt.used["priorities"]):
        return []
    pods = [pod for pod in attempt.cluster.list("Pod") if pod["spec"].get("nodeName") == node]
    return [pod for pod in pods if usage.takes_room(pod) and usage.priority_of(pod) < mine]


def candidates(
    attempt: filters.Attempt, rejections: Mapping[str, filters.Rejection]
) -> tuple[list[Candidate], list[str]]:
    """The nodes that would do, and of the others the reasons why not. Mirrors DryRunPreemption."""
    found: list[Candidate] = []
    reasons: list[str] = []
    for name, rejection in rejections.items():
        chosen = UNHELPFUL if rejection.is_final else _select_victims(attempt, name)
        if isinstance(chosen, Candidate):
            found.append(chosen)
        else:
            reasons += [chosen] if isinstance(chosen, str) else chosen
    return found, reasons


def _select_victims(attempt: filters.Attempt, name: str) -> Candidate | str | tuple[str, ...]:
    """The pods that would have to go, or the reasons why that does not help. Mirrors SelectVictimsOnNode."""
    lower = sorted(_lower_on(attempt, name), key=lambda pod: _importance(attempt.cluster, pod))
    if not lower:
        return NO_VICTIMS
    node = attempt.cluster.get("Node", "", name)
    rejection = filters.rejection(_without(attempt, name, lower), node)
    if rejection is not None:
        return rejection.reasons
    violating = _violating(attempt.cluster, lower)
    gone = {key_of(pod): pod for pod in lower}
    for pod in (*violating, *(pod for pod in lower if pod not in violating)):
        spared = {key: other for key, other in gone.items() if key != key_of(pod)}
        if filters.rejection(_without(attempt, name, spared.values()), node) is None:
            gone = spared
    return Candidate(name, tuple(gone.values()), sum(key_of(pod) in gone for pod in violating))


def _without(attempt: filters.Attempt, node: str, pods: Iterable[Obj]) -> filters.Attempt:
    pods = list(pods)
    used = usage.imagined(attempt.used, node, gone=pods)
    return attempt._replace(used=used, absent=frozenset(map(key_of, pods)))


def _importance(cluster: Cluster, pod: Obj) -> tuple[int, int, Key]:
    """Most important first: of the highest priority, then the longest started. Mirrors MoreImportantPod."""
    return -usage.priority_of(pod), _started(cluster, pod), key_of(pod)


def _started(cluster: Cluster, pod: Obj) -> int:
    start = dig(pod, "status", "startTime")
    return parse_time(start) if start else cluster.now


def _violating(cluster: Cluster, pods: Sequence[Obj]) -> list[Obj]:
    """Those of the pods that their budgets would not allow to go as well. Mirrors filterPodsWithPDBViolation."""
    budgets = cluster.list("PodDisruptionBudget")
    left = [dig(budget, "status", "disruptionsAllowed", default=0) for budget in budgets]
    violating = []
    for pod in pods:
        covering = [i for i, budget in enumerate(budgets) if _covers(budget, pod)]
        for index in covering:
            left[index] -= 1
        if any(left[index] < 0 for index in covering):
            violating.append(pod)
    return violating


def _covers(budget: Obj, pod: Obj) -> bool:
    if budget["metadata"]["namespace"] != pod["metadata"]["namespace"] or not labels_of(pod):
        return False
    return from_label_selector(budget["spec"].get("selector")).matches(labels_of(pod))


def best(cluster: Cluster, found: Sequence[Candidate]) -> Candidate:
    """The candidate that hurts least. Mirrors pickOneNodeForPreemption; where all is alike the name decides."""
    return min(found, key=lambda candidate: (*_harm(cluster, candidate), candidate.node))


def _harm(cluster: Cluster, candidate: Candidate) -> tuple[int, int, int, int, int]:
    priorities = [usage.priority_of(pod) for pod in candidate.victims]
    total = sum(priority + PRIORITY_OFFSET for priority in priorities)
    first = min(_started(cluster, pod) for pod in candidate.victims if usage.priority_of(pod) == priorities[0])
    return candidate.violations, priorities[0], total, len(priorities), -first


def evict(cluster: Cluster, preemptor: Obj, candidate: Candidate, component: str) -> None:
    """Delete the victims, each with a condition and an event that say why. Mirrors PreemptPod."""
    message = f"Preempted by pod {preemptor['metadata']['uid']} on node {candidate.node}"
    for victim in candidate.victims:
        if is_terminating(victim):
            continue
        mark_disrupted(cluster, victim, REASON, MESSAGE)
        cluster.delete(*key_of(victim))
        event_recorder.record_series(
            cluster, victim, "Normal", "Preempted", message, action="Preempting", component=component
        )
