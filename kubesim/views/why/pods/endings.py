"""A pod ends or has ended, and is not to: it was refused, evicted, or failed; or it is being deleted and stays."""

from __future__ import annotations

from kubesim.api.meta import SECOND, dig, parse_time
from kubesim.views.lengths import length_text
from kubesim.views.why import pressure
from kubesim.views.why.ending import ending_cause, is_ending
from kubesim.views.why.model import Repair, command
from kubesim.views.why.pods.crashes import end_text
from kubesim.views.words import titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.why.model import Cause
    from kubesim.views.why.pods.case import PodCase


def being_deleted(case: PodCase) -> Cause | None:
    """The pod is being deleted: within its grace period, or held by a finalizer, or its node is gone."""
    if not is_ending(case.pod):
        return None
    has_ended = not case.pod["metadata"].get("deletionGracePeriodSeconds")
    if case.spec.get("nodeName") and case.node is None and not has_ended:
        force = command("delete", titled(case.pod), "--force", "--grace-period=0")
        return case.cause("NodeGone", f"its node {case.spec['nodeName']} is gone, and nobody ends it there", force)
    due = parse_time(case.pod["metadata"]["deletionTimestamp"])
    if not has_ended and case.now <= due + 2 * SECOND:
        text = f"it is being deleted, and has {length_text(max(0, due - case.now))} to end"
        return case.cause("BeingDeleted", text, is_stage=True)
    return ending_cause(case.inquiry, case.pod)._replace(pods=(case.key,))


def failed(case: PodCase) -> Cause | None:
    """The pod has ended, and nothing runs in it any more."""
    if case.status.get("phase") != "Failed":
        return None
    reason = str(case.status.get("reason") or "Failed")
    message = str(case.status.get("message") or "").removeprefix("Pod was rejected: ")
    ended = next((one for one in case.containers if one.last_end.get("exitCode")), None)
    if ended is not None and not message:
        text = f"{end_text(ended, 'exited')}, and restartPolicy is {case.spec.get('restartPolicy')}"
        return case.cause("PodFailed", text)._replace(look=command("logs", case.key.name))
    again = _again(case) if case.target.is_pods_own() else case.target.delete_pods()
    repair = again if _helps(reason) else _fitting(case, reason)
    if reason == "Evicted" and not case.target.is_pods_own():
        repair = pressure.ending(case.cluster, case.spec["nodeName"]) or repair
    return case.cause(f"Pod{reason}", f"it has failed ({reason}): {message.rstrip(' .')}", repair)


def _helps(reason: str) -> bool:
    """Whether another pod may do better as it is."""
    return reason in ("Evicted", "DeadlineExceeded", "NodeLost", "Shutdown", "Terminated", "Preempting")


def _again(case: PodCase) -> Repair:
    pipeline = (("get", case.target.title, "-o", "json"), ("replace", "--force", "-f", "-"))
    return Repair((pipeline,), note="this deletes it and makes it anew")


def _fitting(case: PodCase, reason: str) -> Repair | None:
    """What a pod that its node refused lacks: the scheduler's choice of a node, or no sysctl."""
    if reason == "SysctlForbidden":
        return case.target.patch({"securityContext": {"sysctls": None}})
    if case.spec.get("nodeName") and (
        reason.startswith("OutOf") or reason in ("NodeAffinity", "NodePorts", "TaintToleration")
    ):
        return case.target.patch({"nodeName": None})
    return None


def node_gone(case: PodCase) -> Cause | None:
    """The pod is bound to a node that is not there, or not ready."""
    name = case.spec.get("nodeName")
    if not name:
        return None
    if case.node is None:
        return case.cause("NodeMissing", f"it is bound to node {name}, and there is none such", _elsewhere(case))
    ready = next((c for c in dig(case.node, "status", "conditions", default=()) if c["type"] == "Ready"), None)
    if ready is not None and ready["status"] != "True":
        return case.cause("NodeNotReady", f"its node {name} is not ready", _elsewhere(case), about=case.node)
    return None


def _elsewhere(case: PodCase) -> Repair:
    """Let a pod be made on another node."""
    if case.target.is_pods_own():
        return case.target.patch({"nodeName": None})
    return command("delete", titled(case.pod), "--force", "--grace-period=0")
