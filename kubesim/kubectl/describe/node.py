"""The description of a Node. Mirrors describeNode."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Obj, dig, with_metadata
from kubesim.kinds.base import age_of
from kubesim.kinds.common.pod_resources import Amounts, pod_limits, pod_requests, total
from kubesim.kinds.node import roles_of
from kubesim.kubectl.describe.common import describe_amounts, describe_events, describe_metadata, long_time
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Reader

SYSTEM_INFO = (
    ("Machine ID:", "machineID"),
    ("System UUID:", "systemUUID"),
    ("Boot ID:", "bootID"),
    ("Kernel Version:", "kernelVersion"),
    ("OS Image:", "osImage"),
    ("Operating System:", "operatingSystem"),
    ("Architecture:", "architecture"),
    ("Container Runtime Version:", "containerRuntimeVersion"),
    ("Kubelet Version:", "kubeletVersion"),
)
STANDARD_RESOURCES = ("cpu", "memory", "ephemeral-storage")


def describe_node(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    """A node, the pods on it and, by default, the events about it at ``now`` (ms)."""
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    w.line("Roles:", ",".join(roles_of(obj)) or "<none>")
    describe_metadata(w, obj)
    w.line("CreationTimestamp:", long_time(obj["metadata"].get("creationTimestamp")))
    _describe_scheduling(w, obj)
    _describe_lease(w, reader.find("Lease", "kube-node-lease", obj["metadata"]["name"]), obj)
    _describe_conditions(w, dig(obj, "status", "conditions", default=()))
    _describe_status(w, obj)
    _describe_networks(w, obj["spec"])
    _describe_pods(w, obj, _pods_on(obj, reader), now)
    if show_events:
        describe_events(w, _events_of(obj, reader), now)
    return w.text()


def _events_of(obj: Obj, reader: Reader) -> list[Obj]:
    """Events of controllers have a node's uid, those of kubelets its name."""
    by_name = with_metadata(obj, uid=obj["metadata"]["name"])
    return [*reader.events_of(obj), *reader.events_of(by_name)]


def _pods_on(obj: Obj, reader: Reader) -> list[Obj]:
    """The pods on the node that have not ended."""
    name = obj["metadata"]["name"]
    on_node = [pod for pod in reader.list("Pod", None) if pod["spec"].get("nodeName") == name]
    return [pod for pod in on_node if dig(pod, "status", "phase") not in ("Succeeded", "Failed")]


def _describe_scheduling(w: Description, obj: Obj) -> None:
    taints = sorted(dig(obj, "spec", "taints", default=()), key=lambda taint: f"{taint['effect']},{taint['key']}")
    w.entries("Taints", [_taint(taint) for taint in taints])
    w.line("Unschedulable:", str(dig(obj, "spec", "unschedulable", default=False)).lower())


def _taint(taint: Obj) -> str:
    """Mirrors Taint.ToString."""
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def _describe_lease(w: Description, lease: Obj | None, obj: Obj) -> None:
    if lease is None:
        why = f'leases.coordination.k8s.io "{obj["metadata"]["name"]}" not found'
        w.line("Lease:", f"Failed to get lease: {why}")
        return
    spec = lease.get("spec") or {}
    w.line("Lease:")
    w.line("HolderIdentity:", spec.get("holderIdentity", "<unset>"), level=1)
    for title, field in (("AcquireTime:", "acquireTime"), ("RenewTime:", "renewTime")):
        w.line(title, long_time(spec[field]) if spec.get(field) else "<unset>", level=1)


def _describe_conditions(w: Description, conditions: Sequence[Obj]) -> None:
    if not conditions:
        return
    w.line("Conditions:")
    titles = ("Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message")
    w.line(*titles, level=1)
    w.line(*("-" * len(title) for title in titles), level=1)
    for condition in conditions:
        heartbeat, changed = (long_time(condition.get(field)) for field in ("lastHeartbeatTime", "lastTransitionTime"))
        cells = (condition["type"], condition["status"], heartbeat, changed, condition.get("reason", ""))
        w.line(*(f"{cell} " for cell in cells), condition.get("message", ""), level=1)


def _describe_status(w: Description, obj: Obj) -> None:
    status = obj.get("status") or {}
    w.line("Addresses:")
    for address in status.get("addresses") or ():
        w.line(f"{address['type']}:", address["address"], level=1)
    for title, field in (("Capacity:", "capacity"), ("Allocatable:", "allocatable")):
        if status.get(field):
            w.line(title)
            describe_amounts(w, status[field], 1)
    w.line("System Info:")
    for title, field in SYSTEM_INFO:
        w.line(title, dig(status, "nodeInfo", field, default=""), level=1)


def _describe_networks(w: Description, spec: Obj) -> None:
    if spec.get("podCIDR"):
        w.line("PodCIDR:", spec["podCIDR"])
    if spec.get("podCIDRs"):
        w.line("PodCIDRs:", ",".join(spec["podCIDRs"]))
    if spec.get("providerID"):
        w.line("ProviderID:", spec["providerID"])


def _describe_pods(w: Description, obj: Obj, pods: Sequence[Obj], now: int) -> None:
    """Mirrors describeNodeResource."""
    allocatable = dig(obj, "status", "allocatable") or dig(obj, "status", "capacity", default={})
    w.line("Non-terminated Pods:", f"({len(pods)} in total)")
    titles = ("CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age")
    w.line("Namespace", "Name", "", *titles, level=1)
    w.line("---------", "----", "", *("-" * len(title) for title in titles), level=1)
    for pod in pods:
        requests, limits = pod_requests(pod), pod_limits(pod)
        cells = [_share(amounts, name, allocatable) for name in ("cpu", "memory") for amounts in (requests, limits)]
        w.line(pod["metadata"]["namespace"], pod["metadata"]["name"], "", *cells, age_of(pod, now), level=1)
    _describe_allocated(w, allocatable, total(map(pod_requests, pods)), total(map(pod_limits, pods)))


def _describe_allocated(w: Description, allocatable: Obj, requests: Amounts, limits: Amounts) -> None:
    w.line("Allocated resources:")
    w.line("(Total limits may be over 100 percent, i.e., overcommitted.)", level=1)
    w.line("Resource", "Requests", "Limits", level=1)
    w.line("--------", "--------", "------", level=1)
    huge_pages = sorted(name for name in allocatable if name.startswith("hugepages-"))
    for name in (*STANDARD_RESOURCES, *huge_pages):
        w.line(name, _share(requests, name, allocatable), _share(limits, name, allocatable), level=1)
    for name in sorted(set(allocatable) - {*STANDARD_RESOURCES, *huge_pages, "pods"}):
        w.line(name, requests.get(name, "0"), limits.get(name, "0"), level=1)


def _share(amounts: Amounts, name: str, allocatable: Obj) -> str:
    """``250m (12%)``: the amount, and its share of what the node has."""
    amount = amounts.get(name, "0")
    measure = quantity.milli_value if name == "cpu" else quantity.value
    whole = measure(allocatable.get(name, "0"))
    return f"{amount} ({measure(amount) * 100 // whole if whole else 0}%)"
