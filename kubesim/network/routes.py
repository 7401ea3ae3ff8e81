"""Routes: to which servers a Service's requests go. Mirrors kube-proxy's choice among a Service's endpoints."""

from __future__ import annotations

from bisect import bisect_right

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Endpoint(NamedTuple):
    """An endpoint of a Service, as its EndpointSlices have it; ``server`` names what is behind it."""

    server: str
    is_ready: bool
    is_serving: bool
    is_terminating: bool


Choice = tuple[str, ...]


def choice_of(endpoints: Iterable[Endpoint]) -> Choice:
    """The servers to which requests go: the ready ones, else those that still serve while they terminate.

    Mirrors pkg/proxy's CategorizeEndpoints.
    """
    found = list(endpoints)
    ready = sorted({endpoint.server for endpoint in found if endpoint.is_ready})
    fallback = sorted({endpoint.server for endpoint in found if endpoint.is_serving and endpoint.is_terminating})
    return tuple(ready or fallback)


class Routes:
    """The choice of kube-proxy over time. It knows of none before the first that was noted."""

    def __init__(self) -> None:
        self.instants: list[int] = []
        self._choices: list[Choice] = []

    def note(self, instant: int, choice: Choice) -> None:
        """From ``instant`` (ms) on requests go to these; instants come in order."""
        if self._choices and self._choices[-1] == choice:
            return
        if self.instants and self.instants[-1] == instant:
            self._choices[-1] = choice
        else:
            self.instants.append(instant)
            self._choices.append(choice)

    def at(self, instant: int) -> Choice:
        """The servers to which a request goes at ``instant`` (ms)."""
        index = bisect_right(self.instants, instant)
        return self._choices[index - 1] if index else ()
