"""A command that is run in a container, with the command line's own streams.

Mirrors what kubectl's remotecommand and the kubelet's streaming server are for; here the cluster lives on while the
command waits, and what it leaves behind is kept.
"""

from __future__ import annotations

import time

from kubesim.containers.evaluation.live import NotSimulated, run_live
from kubesim.controllers.kubelet.execution import Execution, NotRunning
from kubesim.controllers.kubelet.traces import Traces
from kubesim.errors import UserError
from kubesim.sim.clock import MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.controllers.kubelet.network import PodNetwork
    from kubesim.controllers.kubelet.node_execution import NodeExecution
    from kubesim.life.follower import Follower

KILLED = 137  # the status of a command whose container ends

NOT_THERE = 127

PAUSE = 0.02  # seconds that a line may take which nobody types


class Gone(Exception):  # noqa: N818 - no error of ours, but the way out of a walk
    """The container ended under the command."""


class ContainerStreams:
    """Runs commands in containers. ``reads``: standard input is passed on; ``is_terminal``: it is a person's."""

    def __init__(self, inv: Invocation, follower: Follower, *, reads: bool, is_terminal: bool) -> None:
        self._inv = inv
        self._follower = follower
        self._reads = reads
        self.is_terminal = is_terminal
        self._execution: Execution | NodeExecution | None = None
        self._traces = Traces()

    def execute(self, pod: Obj, container: str, command: Sequence[str]) -> None:
        """Run a command in a running container; UserError with its status if that is not 0."""
        execution = self._begin(pod, container)
        try:
            ended = run_live(command, execution.setting, execution.files, self, execution.age)
        except NotSimulated as error:
            raise UserError(str(error)) from error
        except Gone:
            raise _terminated(KILLED) from None
        finally:
            self._keep()
        if ended.missing is not None:
            self._inv.err.write(f"{execution.not_started(ended.missing)}\n")
            raise _terminated(NOT_THERE)
        if ended.status:
            raise _terminated(ended.status)

    def _begin(self, pod: Obj, container: str) -> Execution:
        try:
            self._execution = execution = Execution(self._follower.cluster, pod, container)
        except NotRunning as error:
            raise UserError(f"unable to upgrade connection: {error}") from error
        return execution

    # what the command has around it

    def advance(self, instant: int | None) -> None:
        """Let the cluster live until an instant (ms of the container's life; None: for ever).

        Gone: the container ends before.
        """
        self._keep()
        self._inv.out.flush()
        self._inv.err.flush()
        assert self._execution is not None
        until = None if instant is None else self._execution.begun + instant
        while self._follower.step(until):
            self._check()
        self._check()

    def _check(self) -> None:
        assert self._execution is not None
        if not self._execution.goes_on(self._follower.cluster):
            raise Gone

    @property
    def now(self) -> int:
        """The instant to which the cluster has lived (ms of the container's life)."""
        assert self._execution is not None
        return self._follower.cluster.now - self._execution.begun

    def write(self, descriptor: int, text: str) -> None:
        """Print what the command prints; on a terminal both of its streams are one."""
        stream = self._inv.err if descriptor == 2 and not self.is_terminal else self._inv.out
        stream.write_data(text)

    def read(self) -> str | None:
        """The next line of standard input, None at its end; the cluster lives on while a person types."""
        if not self._reads:
            return None
        self._keep()
        self._inv.out.flush()
        self._inv.err.flush()
        begun = time.monotonic()
        line = self._inv.stdin.readline() or None
        if time.monotonic() - begun > PAUSE:
            self._catch_up()
        return line

    def _catch_up(self) -> None:
        """Let the cluster live until now; Gone."""
        follower = self._follower
        if follower.simulation.speed(follower.cluster.head) != MAX:
            until = follower.rest(follower.simulation.wall())
            while follower.step(until):
                pass
            self._check()

    @property
    def network(self) -> PodNetwork:
        """What is around the pod, at the cluster's present."""
        from kubesim.controllers.kubelet.network import network_of

        assert isinstance(self._execution, Execution)
        cluster = self._follower.cluster
        return network_of(cluster, cluster.get(*self._execution.key), traces=self._traces)

    def _keep(self) -> None:
        """Keep what the command has changed so far, and what its requests have left behind."""
        execution = self._execution
        if execution is None or not (execution.has_changes or self._traces.requests):
            return
        with self._follower.acting() as life:
            self._traces.keep(life.cluster)
            for key in execution.keep(life.cluster):
                life.engine.enqueue(key)


def _terminated(status: int) -> UserError:
    return UserError(f"command terminated with exit code {status}", bare=True, status=status)
