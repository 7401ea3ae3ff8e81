"""A node that runs out of disk or memory says so, and its kubelet evicts pods, one after another.

Every ten seconds the one goes that uses most beyond what it asked for, as long as the shortage lasts: nothing that a
pod gives back ends a fault.  Mirrors pkg/kubelet/eviction (eviction_manager.go, helpers.go) with its hard thresholds.

Beside the node is noted which conditions hold and since when nothing causes them any more (ms, 0 while something
does), ``{"pressure": {"DiskPressure": 0}}``, and when the last pod was evicted, ``{"evicted": ms}``.
"""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import MINUTE, SECOND, condition_of, dig, is_terminating, key_of
from kubesim.api.well_known import TAINT_NODE_MEMORY_PRESSURE
from kubesim.cluster.eviction import is_finished, mark_disrupted
from kubesim.controllers import event_recorder
from kubesim.controllers.kubelet.endings import EVICTED
from kubesim.controllers.kubelet.pod_work import COMPONENT, node_notes
from kubesim.controllers.kubelet.static_pods import is_mirror
from kubesim.controllers.node_fit import tolerates_taint
from kubesim.kinds.common.pod_resources import pod_requests
from kubesim.kinds.pod_spec.resources import quality_of_service
from kubesim.sim.exhaustion import DISK, MEMORY, left, text_of, threshold, used
from kubesim.sim.faults import shortages
from kubesim.sim.images.name import parse_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.cluster.faults import Fault

PERIOD = 10 * SECOND  # evictionMonitoringPeriod
TRANSITION_PERIOD = 5 * MINUTE  # evictionPressureTransitionPeriod
IMAGE_AGE = 2 * MINUTE  # imageMinimumGCAge
CONDITIONS = {MEMORY: "MemoryPressure", DISK: "DiskPressure"}  # in the order in which they are seen to

CRITICAL = 2_000_000_000  # the priority from which on a pod is not evicted
REASON = "TerminationByKubelet"
LOW = "The node was low on resource: {}. "
MET = "Threshold quantity: {}, available: {}. "
USAGE = "Container {} was using {}, request is {}, has larger consumption of {}. "
HAD = "The node had condition: [{}]. "


def observe(cluster: Cluster, node: Obj) -> dict[str, bool]:
    """The conditions that hold now (True), or do no longer (False). Mirrors nodeConditionsObservedSince."""
    key, short = key_of(node), shortages(cluster, node["metadata"]["name"])
    record = cluster.recall(key) or {}
    before: dict[str, int] = record.get("pressure", {})
    causes = {CONDITIONS[resource] for resource in short}
    over = {kind: before[kind] or cluster.now for kind in before if kind not in causes}
    recent = {kind: at for kind, at in over.items() if cluster.now < at + TRANSITION_PERIOD}
    after = {**dict.fromkeys(sorted(causes), 0), **recent}
    if after != before:
        kept = {name: value for name, value in record.items() if name not in ("pressure", "evicted")}
        if after:
            kept.update({"pressure": after, "evicted": record.get("evicted", 0)})
        cluster.remember(key, kept or None)
    return {**dict.fromkeys(before, False), **dict.fromkeys(after, True)}


def conditions_of(cluster: Cluster, node: Obj) -> list[str]:
    """The conditions that keep pods from the node. Mirrors nodeConditions."""
    return sorted((cluster.recall(key_of(node)) or {}).get("pressure", ()))


def synchronize(cluster: Cluster, node: Obj) -> int | None:
    """Evict a pod if it is time to; the instant (ms) of the next look. Mirrors synchronize."""
    short = shortages(cluster, node["metadata"]["name"])
    record = cluster.recall(key_of(node)) or {}
    instants = [at + TRANSITION_PERIOD for at in record.get("pressure", {}).values() if at]
    resource = next((one for one in CONDITIONS if one in short), None)
    if resource is not None:
        since = short[resource].since
        tick = cluster.now - (cluster.now - since) % PERIOD
        candidates = _candidates(cluster, node["metadata"]["name"]) if record["evicted"] < tick else ()
        if candidates:
            cluster.remember(key_of(node), {**record, "evicted": tick})
            _reclaim(cluster, node, resource, candidates)
        instants += _next_looks(cluster, node, short, tick)
    return min(instants, default=None)


def _next_looks(cluster: Cluster, node: Obj, short: Mapping[str, Fault], tick: int) -> list[int]:
    """When (ms) the shortages end by themselves, and when the next pod goes: of memory more may come."""
    ends = [fault.until for fault in short.values() if fault.until is not None]
    more = DISK not in short or bool(_candidates(cluster, node["metadata"]["name"]))
    return [*ends, tick + PERIOD] if more else ends


def _reclaim(cluster: Cluster, node: Obj, resource: str, candidates: Sequence[Obj]) -> None:
    """Make room: unused images first, then a pod. Mirrors reclaimNodeLevelResources and what follows it."""
    name = node["metadata"]["name"]
    if resource == DISK:
        _collect_images(cluster, name)
    message = f"Attempting to reclaim {resource}"
    event_recorder.record(cluster, node, "Warning", "EvictionThresholdMet", message, COMPONENT, host=name)
    pod = min(candidates, key=lambda pod: _rank(cluster, pod, resource))
    message = _message(cluster, node, pod, resource)
    event_recorder.record(cluster, pod, "Warning", EVICTED, message, COMPONENT, host=name)
    mark_disrupted(cluster, pod, REASON, message)


def _collect_images(cluster: Cluster, name: str) -> None:
    """Forget the images that no pod uses, but those that have just come. Mirrors DeleteUnusedImages."""
    images = node_notes(cluster, name)["images"]
    pods = [pod for pod in _pods_on(cluster, name) if not is_finished(pod)]
    containers = [c for pod in pods for c in (*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ()))]
    named = {parse_image(container["image"]) for container in containers}
    in_use = {image.full for image in named if image is not None}
    for image in [i for i, arrival in images.items() if i not in in_use and arrival <= cluster.now - IMAGE_AGE]:
        del images[image]


# which pod goes


def _pods_on(cluster: Cluster, name: str) -> list[Obj]:
    return [pod for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == name]


def _candidates(cluster: Cluster, name: str) -> list[Obj]:
    """The pods of a node that may be evicted. Mirrors GetActivePods and evictPod's exception."""
    return [
        pod
        for pod in _pods_on(cluster, name)
        if not (is_finished(pod) or is_terminating(pod) or is_critical(pod) or message_of(pod))
        and cluster.recall(key_of(pod)) is not None
    ]


def is_critical(pod: Obj) -> bool:
    """Whether the cluster would not do without the pod. Mirrors kubelettypes.IsCriticalPod."""
    return is_mirror(pod) or _priority(pod) >= CRITICAL


def _priority(pod: Obj) -> int:
    return int(pod["spec"].get("priority", 0))


def _rank(cluster: Cluster, pod: Obj, resource: str) -> tuple[object, ...]:
    """Who goes first: nobody knows what it uses, it uses more than it asked for, it is less important, it uses most.

    Mirrors rankDiskPressureFunc and rankMemoryPressure.
    """
    uses = _usage(cluster, pod, resource)
    beyond = sum(uses.values()) - quantity.value(pod_requests(pod).get(resource, "0"))
    return bool(uses), beyond <= 0, _priority(pod), -beyond, key_of(pod)


def _usage(cluster: Cluster, pod: Obj, resource: str) -> dict[str, int]:
    """The bytes that each running container of a pod uses."""
    kept = (cluster.recall(key_of(pod)) or {}).get("containers", {})
    running = [name for name in kept if kept[name].get("state") == "running"]
    return {name: used(pod, name, resource) for name in running}


def _message(cluster: Cluster, node: Obj, pod: Obj, resource: str) -> str:
    """Mirrors evictionMessage."""
    available = left(cluster, node, resource)
    message = LOW.format(resource) + MET.format(text_of(threshold(node, resource)), text_of(available))
    uses = _usage(cluster, pod, resource)
    for container in pod["spec"]["containers"]:
        name, request = container["name"], dig(container, "resources", "requests", resource, default="0")
        if name in uses and uses[name] > quantity.value(request):
            message += USAGE.format(name, text_of(uses[name]), request, resource)
    return message


# what a pod's sync asks


def message_of(pod: Obj) -> str:
    """Why a pod is to be evicted, empty if it is not."""
    condition = condition_of(pod, "DisruptionTarget")
    return str(condition["message"]) if condition is not None and condition["reason"] == REASON else ""


def refusal(cluster: Cluster, node: Obj, pod: Obj) -> tuple[str, str] | None:
    """Why a node that is short of something does not take a pod. Mirrors managerImpl.Admit."""
    conditions = conditions_of(cluster, node)
    if not conditions or is_critical(pod):
        return None
    if conditions == [CONDITIONS[MEMORY]] and _bears_memory_pressure(pod):
        return None
    return EVICTED, HAD.format(" ".join(conditions))


def _bears_memory_pressure(pod: Obj) -> bool:
    if quality_of_service(pod["spec"]) != "BestEffort":
        return True
    taint = {"key": TAINT_NODE_MEMORY_PRESSURE, "effect": "NoSchedule"}
    return any(tolerates_taint(one, taint) for one in pod["spec"].get("tolerations") or ())
