"""What a Job makes of how its pods ended: the pod failure policy and the success policy.

Mirrors pod_failure_policy.go and success_policy.go of pkg/controller/job.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, is_terminating
from kubesim.controllers.job import indexes
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Verdict(NamedTuple):
    """What the policy says of a failed pod. ``message`` is why the whole Job fails, if it does."""

    message: str | None
    is_counted: bool
    action: str | None


_COUNTED = Verdict(None, True, None)


def judge(job: Obj, pod: Obj) -> Verdict:
    """The first rule that the pod matches decides. Mirrors matchPodFailurePolicy."""
    for index, rule in enumerate(dig(job, "spec", "podFailurePolicy", "rules", default=())):
        reason = _matches(rule, pod)
        if reason is not None:
            action = rule["action"]
            message = f"{reason} matching {action} rule at index {index}" if action == "FailJob" else None
            return Verdict(message, action != "Ignore", action)
    return _COUNTED


def _matches(rule: Obj, pod: Obj) -> str | None:
    """How the pod matches the rule, in words."""
    title = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    if "onExitCodes" in rule:
        for name, code in _exit_codes(pod):
            if code and _matches_code(rule["onExitCodes"], name, code):
                return f"Container {name} for pod {title} failed with exit code {code}"
        return None
    for condition in dig(pod, "status", "conditions", default=()):
        for pattern in rule.get("onPodConditions") or ():
            if (condition["type"], condition["status"]) == (pattern["type"], pattern["status"]):
                return f"Pod {title} has condition {condition['type']}"
    return None


def _exit_codes(pod: Obj) -> Iterator[tuple[str, int]]:
    for field in ("containerStatuses", "initContainerStatuses"):
        for status in pod["status"].get(field) or ():
            ended = dig(status, "state", "terminated")
            if ended is not None:
                yield status["name"], ended["exitCode"]


def _matches_code(requirement: Obj, name: str, code: int) -> bool:
    if requirement.get("containerName") not in (None, name):
        return False
    return bool((code in requirement["values"]) == (requirement["operator"] == "In"))


def replaces_failed_only(job: Obj) -> bool:
    """Whether a pod that is being deleted is replaced only once it has ended. Mirrors onlyReplaceFailedPods."""
    return job["spec"].get("podReplacementPolicy") == "Failed" or "podFailurePolicy" in job["spec"]


def is_failed(job: Obj, pod: Obj) -> bool:
    """Whether a pod counts as failed: one that is deleted does, for it may never get to say so. Mirrors isPodFailed."""
    phase = pod["status"].get("phase")
    if phase == "Failed":
        return True
    return not replaces_failed_only(job) and is_terminating(pod) and phase != "Succeeded"


def fail_job_message(job: Obj, pods: Sequence[Obj]) -> str | None:
    """Why the policy lets the Job fail, if it does. Mirrors getFailJobMessage."""
    if "podFailurePolicy" not in job["spec"]:
        return None
    messages = (judge(job, pod).message for pod in pods if is_failed(job, pod))
    return next((message for message in messages if message is not None), None)


def match_success_policy(job: Obj, succeeded: indexes.Intervals) -> str | None:
    """Which rule of the success policy is met, in words. Mirrors matchSuccessPolicy."""
    if not succeeded:
        return None
    for index, rule in enumerate(dig(job, "spec", "successPolicy", "rules", default=())):
        if _is_met(job, rule, succeeded):
            return f"Matched rules at index {index}"
    return None


def _is_met(job: Obj, rule: Obj, succeeded: indexes.Intervals) -> bool:
    count = rule.get("succeededCount")
    if "succeededIndexes" not in rule:
        return count is not None and indexes.total(succeeded) >= count
    required = indexes.parse(rule["succeededIndexes"], job["spec"]["completions"])
    found = indexes.overlap(required, succeeded)
    return bool(required) and (found == indexes.total(required) or (count is not None and found >= count))
