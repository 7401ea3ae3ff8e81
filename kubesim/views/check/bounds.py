"""What is asked of a change besides that it works, and which of it is not kept."""

from __future__ import annotations

from kubesim.api.int_or_percent import from_text, percent_of, value_from_int_or_percent
from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.check.model import Aspect, Finding, Level
from kubesim.views.lengths import length_text
from kubesim.views.traffic.report import why_failed
from kubesim.views.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.views.check.model import Given, Rollout
    from kubesim.views.traffic.model import Traffic


class Bounds(NamedTuple):
    """Bounds on each workload's rollout; None for what is not asked. Pods are a number or a percentage.

    ``min_available`` is the least of the needed pods, ``max_surge`` the most pods beyond them, ``within`` (ms) how long
    the rollout may take, ``max_failed_requests`` how many requests to each Service may fail meanwhile.
    """

    min_available: int | str | None = None
    max_surge: int | str | None = None
    within: int | None = None
    max_failed_requests: int | None = None

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """What is judged because of these bounds."""
        asked = (
            (Aspect.AVAILABLE, self.min_available),
            (Aspect.SURGE, self.max_surge),
            (Aspect.WITHIN, self.within),
            (Aspect.REQUESTS, self.max_failed_requests),
        )
        return tuple(aspect for aspect, bound in asked if bound is not None)

    def crossed(self, given: Given, rollout: Rollout) -> Iterator[Finding]:
        """The bounds that the rollout of a workload crosses."""
        for aspect, code, text, path in (
            (Aspect.AVAILABLE, "TooFewAvailable", self._too_few(rollout), _unavailable_path(rollout)),
            (Aspect.SURGE, "TooManyPods", self._too_many(rollout), "spec.strategy.rollingUpdate.maxSurge"),
            (Aspect.WITHIN, "TooSlow", self._too_slow(rollout), ""),
        ):
            if text:
                yield Finding(Level.ERROR, aspect, code, text, given.key, given.locate(path))

    def failed(self, traffic: Traffic) -> str:
        """How many requests to a Service fail, and why most of them do, if they are too many; else empty."""
        if self.max_failed_requests is None or traffic.failed <= self.max_failed_requests:
            return ""
        worst = traffic.failures()[0]
        most = f"{worst.count} {why_failed(worst.fate)}"
        return f"{traffic.failed} of {traffic.total} requests fail, and {self.max_failed_requests} may ({most})"

    def _too_few(self, rollout: Rollout) -> str:
        if self.min_available is None:
            return ""
        least = min(rollout.needed, value_from_int_or_percent(self.min_available, rollout.needed, True))
        if rollout.least_available >= least:
            return ""
        pods = counted(rollout.needed, "pod")
        return f"{rollout.least_available} of {pods} available at least, and {least} are to be ({self.min_available})"

    def _too_many(self, rollout: Rollout) -> str:
        if self.max_surge is None:
            return ""
        most = rollout.allowed + value_from_int_or_percent(self.max_surge, rollout.allowed, True)
        if rollout.most_pods <= most:
            return ""
        return (
            f"{counted(rollout.most_pods, 'pod')} at most, and {most} may be ({rollout.allowed} and {self.max_surge})"
        )

    def _too_slow(self, rollout: Rollout) -> str:
        if self.within is None or (rollout.done_after is not None and rollout.done_after <= self.within):
            return ""
        took = "not done" if rollout.done_after is None else f"done after {length_text(rollout.done_after)}"
        return f"{took}, and it is to be done within {length_text(self.within)}"


def _unavailable_path(rollout: Rollout) -> str:
    return "spec.strategy.type" if rollout.strategy == "Recreate" else "spec.strategy.rollingUpdate.maxUnavailable"


def parse_pods(flag: str, text: str) -> int | str:
    """A number of pods or a percentage that a person gave; UserError for anything else."""
    value = from_text(text)
    if (isinstance(value, int) and value >= 0) or percent_of(value) is not None:
        return value
    raise UserError(f'invalid --{flag} "{text}": it is a number of pods, or a percentage such as 100%')
