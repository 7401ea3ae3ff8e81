"""Traffic: what the requests to a Service came to. All instants are simulated ms since the epoch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from kubesim.network.model import ANSWERED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key
    from kubesim.network.model import Fate, Rules


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """What a pod comes from: ``deployment/web`` and its revision; 0 where there are no revisions."""

    workload: str
    revision: int


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests that were sent from ``begin`` until ``end`` to one pod and had one fate.

    ``pod`` is empty and ``origin`` None where there was no pod to send them to.
    """

    begin: int
    end: int
    pod: str
    origin: Origin | None
    fate: Fate
    count: int

    @property
    def failed(self) -> bool:
        return self.fate.outcome != ANSWERED


@dataclass(frozen=True, slots=True)
class Traffic:
    """The requests to a Service's port that were sent from ``begin`` until ``end``, in order.

    ``is_recreated`` is whether a Deployment behind the Service has the strategy Recreate.
    """

    service: Key
    port: int
    rules: Rules
    begin: int
    end: int
    requests: tuple[Requests, ...]
    is_recreated: bool = False

    def since(self, instant: int) -> Traffic:
        """The requests that were sent from an instant (ms) on at which what becomes of them is told apart."""
        sent = tuple(requests for requests in self.requests if requests.begin >= instant)
        return replace(self, begin=max(self.begin, instant), requests=sent)

    @property
    def total(self) -> int:
        return sum(requests.count for requests in self.requests)

    @property
    def failed(self) -> int:
        return sum(requests.count for requests in self.requests if requests.failed)

    def counts(self) -> Counter[tuple[str, Origin | None]]:
        """How many requests had which outcome, by what their pods come from."""
        found: Counter[tuple[str, Origin | None]] = Counter()
        for requests in self.requests:
            found[requests.fate.outcome, requests.origin] += requests.count
        return found

    def failures(self) -> list[Failure]:
        """The requests that failed, by their fates, the most frequent first."""
        fates = {requests.fate: None for requests in self.requests if requests.failed}
        found = [self._failure(fate) for fate in fates]
        return sorted(found, key=lambda failure: (-failure.count, failure.begin))

    def _failure(self, fate: Fate) -> Failure:
        alike = [requests for requests in self.requests if requests.fate == fate]
        return Failure(
            fate=fate,
            count=sum(requests.count for requests in alike),
            begin=min(requests.begin for requests in alike),
            end=max(requests.end for requests in alike),
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """Requests that failed in one way, the first of them after ``begin`` and the last before ``end``."""

    fate: Fate
    count: int
    begin: int
    end: int
