"""Containers of which somebody has changed what they ask for: they get it where they run, if their node has it.

Mirrors pkg/kubelet/allocation, and computePodResizeAction of pkg/kubelet/kuberuntime.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, dig
from kubesim.controllers.kubelet import admission, containers
from kubesim.golang.json import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.kubelet.pod_work import PodWork

RETRY = 180 * SECOND
_STAYS = "NotRequired"  # the policy of a container that goes on


def resize(work: PodWork) -> None:
    """Give the pod what its containers ask for now; else it keeps what it has, and the condition says why."""
    allocated = _allocated(work)
    asked = {name: container.get("resources") or {} for name, container in _containers(work.spec).items()}
    if all(asked.get(name) == had for name, had in allocated.items()):
        _settle(work)
        return
    why = admission.shortage(work)
    generation = work.pod["metadata"].get("generation", 1)
    if why is not None:
        before = work.record.get("deferred")
        if before is None or before[1] != generation:
            _record_event(work, "Warning", "ResizeDeferred", f"Pod resize {why[0]}", why[1])
        since = work.now if before is None else before[2]
        work.record["deferred"] = [why[1], generation, since, work.now + RETRY]
        work.record["allocated"] = allocated
        return
    _settle(work)
    _record_event(work, "Normal", "ResizeStarted", "Pod resize started")
    for container in containers.running(work):
        had, wanted = allocated.get(container["name"]), asked.get(container["name"])
        if had is not None and wanted is not None and _needs_restart(container, had, wanted):
            why_killed = f"Container {container['name']} resize requires restart"
            containers.kill(work, container, why_killed, is_changed=True)
    _record_event(work, "Normal", "ResizeCompleted", "Pod resize completed")


def _settle(work: PodWork) -> None:
    """Nothing is deferred any more."""
    work.record.pop("deferred", None)
    work.record.pop("allocated", None)


def _containers(spec: Obj) -> dict[str, Obj]:
    return {container["name"]: container for container in (*(spec.get("initContainers") or ()), *spec["containers"])}


def _allocated(work: PodWork) -> dict[str, Obj]:
    """What each container has, by its name: as it is recorded, else as its status says."""
    if "allocated" in work.record:
        return work.record["allocated"]
    status = work.pod.get("status") or {}
    kinds = ("initContainerStatuses", "containerStatuses")
    return {one["name"]: one["resources"] for kind in kinds for one in status.get(kind) or () if "resources" in one}


def _needs_restart(container: Obj, had: Obj, wanted: Obj) -> bool:
    """Whether what changes is what the container's policies restart it for."""
    restarting = [one["resourceName"] for one in container.get("resizePolicy") or () if one["restartPolicy"] != _STAYS]
    of = ("requests", "limits")
    return any(dig(had, kind, name) != dig(wanted, kind, name) for name in restarting for kind in of)


def _record_event(work: PodWork, event_type: str, reason: str, words: str, error: str = "") -> None:
    """Record an event about a resize. Mirrors podResizeMessage."""
    summary: Obj = {}
    for kind in ("initContainers", "containers"):
        found = [{"name": one["name"], "resources": one.get("resources") or {}} for one in work.spec.get(kind) or ()]
        summary |= {kind: found} if found else {}
    summary["generation"] = work.pod["metadata"].get("generation", 1)
    summary |= {"error": error} if error else {}
    work.record_event(event_type, reason, f"{words}: {dumps(summary, sort_keys=False)}")
