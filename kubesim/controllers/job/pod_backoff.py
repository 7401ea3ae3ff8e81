"""How long a Job waits after failures before it makes another pod.

What is remembered beside the Job is ``{"failures": since the last success, "failed": when the last did (ms)}``.
Mirrors pkg/controller/job/backoff_utils.go.
"""

from __future__ import annotations

from kubesim.api.meta import MINUTE, SECOND, Obj, condition_of, dig, parse_time
from kubesim.controllers.job.indexes import absolute_failure_count
from kubesim.sim.clock import START_OF_TIME
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST = 10 * SECOND
LONGEST = 10 * MINUTE


class BackOff(NamedTuple):
    """``failures`` since the last success, the last at ``failed`` (ms)."""

    failures: int = 0
    failed: int = 0

    def end(self) -> int:
        """The instant (ms) from which the next pod may be made."""
        if self.failures == 0:
            return START_OF_TIME
        return self.failed + min(FIRST << min(self.failures - 1, 10), LONGEST)


def next_back_off(before: BackOff, succeeded: Sequence[Obj], failed: Sequence[Obj]) -> BackOff:
    """The back-off after pods that ended lately. Mirrors newBackoffRecord."""
    failures = sorted(finished_at(pod) for pod in failed)
    if not succeeded:
        return BackOff(before.failures + len(failures), failures[-1]) if failures else before
    last_success = max(finished_at(pod) for pod in succeeded)
    later = [instant for instant in failures if instant > last_success]
    return BackOff(len(later), later[-1]) if later else BackOff()


def end_for_index(last_failed: Obj | None) -> int:
    """The instant (ms) from which an index may have another pod. Mirrors getRemainingTimePerIndex."""
    if last_failed is None:
        return START_OF_TIME
    return BackOff(absolute_failure_count(last_failed) + 1, finished_at(last_failed)).end()


def finished_at(pod: Obj) -> int:
    """When the pod ended (ms), as far as it is known. Mirrors getFinishedTime."""
    ends = [dig(s, "state", "terminated", "finishedAt") for s in dig(pod, "status", "containerStatuses", default=())]
    if ends and all(ends):
        return max(parse_time(end) for end in ends)
    ready = condition_of(pod, "Ready")
    if ready is not None and ready["status"] == "False":
        return parse_time(ready["lastTransitionTime"])
    meta = pod["metadata"]
    if "deletionTimestamp" in meta:
        return parse_time(meta["deletionTimestamp"]) - int(meta.get("deletionGracePeriodSeconds", 0)) * SECOND
    return parse_time(meta["creationTimestamp"])
