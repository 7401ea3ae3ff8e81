"""The description of a Pod. Mirrors describePod."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, is_terminating
from kubesim.kinds.common.cells import since
from kubesim.kubectl.describe.common import (
    describe_controller,
    describe_events,
    describe_labels,
    describe_metadata,
    describe_name,
    describe_resources,
    long_time,
)
from kubesim.kubectl.describe.containers import describe_containers
from kubesim.kubectl.describe.pod_template import describe_spread_constraints, describe_tolerations
from kubesim.kubectl.describe.volumes import describe_volumes
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_pod(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    """A pod and, by default, the events about it at ``now`` (ms)."""
    w = Description()
    spec, status = obj["spec"], obj.get("status") or {}
    describe_name(w, obj)
    _describe_assignment(w, spec, status)
    describe_metadata(w, obj)
    _describe_phase(w, obj, status, now)
    _describe_addresses(w, obj, status)
    _describe_all_containers(w, obj, spec, status)
    _describe_conditions(w, obj, status)
    describe_volumes(w, spec.get("volumes"))
    w.line("QoS Class:", status.get("qosClass", "BestEffort"))
    describe_labels(w, spec.get("nodeSelector"), "Node-Selectors")
    describe_tolerations(w, spec.get("tolerations"))
    describe_spread_constraints(w, spec.get("topologySpreadConstraints"))
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _describe_assignment(w: Description, spec: Obj, status: Obj) -> None:
    """Where the pod runs, its service account, and since when."""
    if spec.get("priority") is not None:
        w.line("Priority:", spec["priority"])
    for title, field in (
        ("Priority Class Name:", "priorityClassName"),
        ("Runtime Class Name:", "runtimeClassName"),
        ("Service Account:", "serviceAccountName"),
    ):
        if spec.get(field):
            w.line(title, spec[field])
    node = spec.get("nodeName")
    w.line("Node:", f"{node}/{status.get('hostIP', '')}" if node else "<none>")
    if status.get("startTime"):
        w.line("Start Time:", long_time(status["startTime"]))


def _describe_phase(w: Description, obj: Obj, status: Obj, now: int) -> None:
    if is_terminating(obj) and status.get("phase") not in ("Failed", "Succeeded"):
        meta = obj["metadata"]
        w.line("Status:", f"Terminating (lasts {since(meta['deletionTimestamp'], now)})")
        w.line("Termination Grace Period:", f"{meta.get('deletionGracePeriodSeconds', 0)}s")
    else:
        w.line("Status:", status.get("phase", ""))
    for title, field in (("Reason:", "reason"), ("Message:", "message")):
        if status.get(field):
            w.line(title, status[field])
    profile = dig(obj, "spec", "securityContext", "seccompProfile")
    if profile:
        w.line("SeccompProfile:", profile["type"])
        if profile["type"] == "Localhost":
            w.line("LocalhostProfile:", profile.get("localhostProfile", ""))


def _describe_addresses(w: Description, obj: Obj, status: Obj) -> None:
    w.line("IP:", status.get("podIP", ""))
    addresses = status.get("podIPs") or ()
    w.line("IPs:", *([] if addresses else ["<none>"]))
    for address in addresses:
        w.line("IP:", address.get("ip", ""), level=1)
    describe_controller(w, obj)
    if status.get("nominatedNodeName"):
        w.line("NominatedNodeName:", status["nominatedNodeName"])


def _describe_all_containers(w: Description, obj: Obj, spec: Obj, status: Obj) -> None:
    if spec.get("resources") is not None:
        w.line("Resources:")
        describe_resources(w, spec["resources"], 1)
    for title, field, statuses in (
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    ):
        if spec.get(field):
            describe_containers(w, title, spec[field], status.get(statuses) or (), obj)


def _describe_conditions(w: Description, obj: Obj, status: Obj) -> None:
    conditions = status.get("conditions") or ()
    gates = obj["spec"].get("readinessGates") or ()
    if gates:
        w.line("Readiness Gates:")
        w.line("Type", "Status", level=1)
    by_type = {condition["type"]: condition["status"] for condition in conditions}
    for gate in gates:
        kind = gate["conditionType"]
        w.line(f"{kind} ", f"{by_type.get(kind, '<none>')} ", level=1)
    if conditions:
        w.line("Conditions:")
        w.line("Type", "Status", level=1)
    for condition in conditions:
        w.line(f"{condition['type']} ", f"{condition['status']} ", level=1)
