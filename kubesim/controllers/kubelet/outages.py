"""What becomes of the pods of a node that was down: nothing of them runs any more, and they begin anew.

Mirrors what computePodActions makes of a pod whose sandbox is gone.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, is_terminating
from kubesim.controllers.kubelet import endings
from kubesim.controllers.kubelet.pod_phase import is_done, phase_of, restarts_after
from kubesim.controllers.kubelet.pod_status import current_exit
from kubesim.controllers.kubelet.pod_work import next_serial, next_turn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.records import ContainerRecord

UNKNOWN = "Unknown"
LOST = 255  # the exit code of what a runtime finds dead as it starts


def go_on(work: PodWork) -> bool:
    """Go on with a pod after the last outage of its node, if it was there before and has not gone on since.

    Returns whether it has gone on now.
    """
    outage = work.cluster.recall(Key("Node", "", work.node)) or {}
    if work.record["seen"] > outage["died"] or work.record.get("outage") == outage["booted"]:
        return False
    work.record["outage"] = outage["booted"]
    for container in work.containers:
        _lose(work, container)
    for end in ("end", "stopping"):
        if end in work.record:
            work.record[end] = work.now
    is_ending = is_terminating(work.pod) or "stopping" in work.record
    if not is_ending and not is_done(work.spec, work.record) and phase_of(work.spec, work.record) != "Failed":
        _begin_anew(work)
    return True


def _lose(work: PodWork, container: Obj) -> None:
    """A container that was running, or whose hook was, is found dead: the runtime has it as one that ended just now."""
    kept = work.record.get("containers", {}).get(container["name"], {})
    if kept.get("state") == "running" or kept.get("do") == "hooked":
        endings.stop(work, container, work.now, LOST)
        kept["why"] = [UNKNOWN, ""]


def _begin_anew(work: PodWork) -> None:
    """Plan a new sandbox, with an address of its own, and every container that is to run in it."""
    record = work.record
    if "up" in record:
        work.record_event("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
        record["serial"] = next_serial(work.cluster, work.node)
    record.pop("up", None)
    record.pop("initialized", None)
    record["turn"] = next_turn(work.cluster)
    has_init = bool(work.spec.get("initContainers"))
    kept_of, ephemeral = record.get("containers", {}), work.spec.get("ephemeralContainers") or ()
    begun = (c["name"] for c in work.containers if c["name"] in kept_of and c not in ephemeral)
    for name in [*begun]:
        kept = kept_of[name]
        if has_init or kept.get("state") != "exited":
            kept_of[name] = _past(kept)
        elif restarts_after(work.spec, next(c for c in work.containers if c["name"] == name), kept["code"]):
            for gone in ("crashes", "pulls", "shown", "fault", "missed", "since", "pull", "do", "due"):
                kept.pop(gone, None)  # type: ignore[misc]
            kept["again"] = True


def _past(kept: ContainerRecord) -> ContainerRecord:
    """What is left of a container that begins as if it had never run: how it ended last, and how often it ran."""
    if kept.get("state") == "exited":
        return {"last": current_exit(kept), "run": kept.get("run", 0) + 1, "again": True}
    if "last" in kept:
        return {"last": kept["last"], "run": kept.get("run", 0), "again": True}
    return {}
