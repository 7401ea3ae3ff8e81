"""What a command has around it that is really run in a container, instead of guesses."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from kubesim.containers.evaluation.host import Host
    from kubesim.network.door import Network
else:
    Protocol = object


class Outside(Protocol):
    """The cluster and the terminal. Instants are ms of the container's life."""

    @property
    def network(self) -> Network:
        """What is around the container, at the cluster's present."""

    @property
    def host(self) -> Host | None:
        """The node, and the processes of the container; None where they are not known."""

    def signal(self, name: str) -> None:
        """Send a signal to the container's first process; NotSimulated where it is not known what that does."""

    @property
    def is_terminal(self) -> bool:
        """Whether what is printed goes to a terminal."""

    def advance(self, instant: int | None) -> None:
        """Let the cluster live until an instant; None: for ever, which only an interruption ends."""

    @property
    def now(self) -> int:
        """The instant to which the cluster has lived."""

    def write(self, descriptor: int, text: str) -> None:
        """Take what is printed (descriptor 1) or complained (2)."""

    def read(self) -> str | None:
        """The next line of standard input with its newline; None at its end."""


class NotSimulated(Exception):  # noqa: N818 - no error of anybody's: it says where the simulation ends
    """Something was needed that cannot be known. Its text says what, in one line."""


class Session:
    """The life of a command with its surroundings: what was printed already, and what its jobs will print.

    In a forecast there is nothing around it (``outside`` is None), and nothing happens here.
    """

    def __init__(self, outside: Outside | None = None, at: int = 0) -> None:
        self.outside = outside
        #: Until when the cluster has lived along.
        self.lived = at
        #: What could not be known last, for whoever has to say so: "what java prints".
        self.unknown = "what this comes to"
        self._coming: list[tuple[int, int, int, str, int]] = []
        self._count = 0

    def not_simulated(self) -> NotSimulated:
        """What is to be raised where something that is not known is needed."""
        return NotSimulated(f"kubesim does not know {self.unknown}")

    def live_until(self, instant: int) -> None:
        """Let the cluster live until an instant; what jobs in the background print by then is printed."""
        if self.outside is None:
            return
        while self._coming and self._coming[0][0] <= instant:
            at, _, descriptor, text, _ = heappop(self._coming)
            self._advance(self.outside, at)
            self.outside.write(descriptor, text)
        self._advance(self.outside, instant)

    def _advance(self, outside: Outside, instant: int) -> None:
        if instant > self.lived:
            self.lived = instant
            outside.advance(instant)

    def interrupted(self) -> int:
        """The instant at which a person has ended a wait: so far has the cluster lived."""
        if self.outside is not None:
            self.lived = self.outside.now
        return self.lived

    def live_out(self) -> None:
        """Let the jobs in the background print the rest: who has a command run waits until its output is closed."""
        if self._coming:
            self.live_until(max(self._coming)[0])

    def wait_for_ever(self) -> None:
        """A command never ends: let its jobs print, and the cluster live."""
        self.live_out()
        if self.outside is not None:
            self.outside.advance(None)

    def cancel(self, job: int, after: int) -> None:
        """A job was killed: what it would have printed after an instant is not printed."""
        self._coming = [coming for coming in self._coming if coming[4] != job or coming[0] <= after]
        heapify(self._coming)

    def write(self, instant: int, descriptor: int, text: str | None, job: int = 0) -> None:
        """Write to the terminal, later if a job in the background prints it later; NotSimulated: it is unknown."""
        if text is None:
            raise self.not_simulated()
        if self.outside is None or not text:
            return
        if instant > self.lived:
            self._count += 1
            heappush(self._coming, (instant, self._count, descriptor, text, job))
        else:
            self.outside.write(descriptor, text)

    @property
    def is_terminal(self) -> bool:
        """Whether somebody types what is read."""
        return self.outside is not None and self.outside.is_terminal

    def read(self) -> str | None:
        """The next line of standard input; None at its end. The cluster may have lived on meanwhile."""
        if self.outside is None:
            return None
        line = self.outside.read()
        self.lived = max(self.lived, self.outside.now)
        return line
