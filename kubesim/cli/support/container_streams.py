"""A command that is run in a container, with the command line's own streams.

Mirrors what kubectl's remotecommand and the kubelet's streaming server are for; here the cluster lives on while the
command waits, and what it leaves behind is kept.
"""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND
from kubesim.cli.support.keyboard import Keyboard
from kubesim.containers.evaluation.live import NotSimulated, run_live
from kubesim.containers.setting import TERMINAL
from kubesim.controllers.kubelet.execution import Execution, NotRunning
from kubesim.controllers.kubelet.traces import Traces
from kubesim.errors import StatusError, UserError
from kubesim.sim.clock import MAX
from kubesim.startup.context_manager import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Protocol

    from kubesim.api.meta import Obj
    from kubesim.cluster import Client
    from kubesim.containers.evaluation.host import Host
    from kubesim.controllers.kubelet.network import PodNetwork
    from kubesim.controllers.kubelet.node_execution import NodeExecution
    from kubesim.life.follower import Follower

    class Source(Protocol):
        """Where lines come from."""

        def readline(self) -> str: ...

        def isatty(self) -> bool: ...

    class Sink(Protocol):
        """Where text goes."""

        def write(self, text: str, /) -> int: ...

        def write_data(self, text: str, /) -> int: ...

        def flush(self) -> None: ...

    class Keys(Protocol):
        """What a person types, as ``Keyboard`` has it."""

        def __enter__(self) -> object: ...

        def __exit__(self, *error: object) -> None: ...

        def check(self) -> None: ...

        def read(self, prompt: str) -> str | None: ...

    class Terminal(Protocol):
        """What a command has around it: an Invocation's streams, or a client's of the server."""

        @property
        def home(self) -> object: ...

        @property
        def stdin(self) -> Source: ...

        @property
        def out(self) -> Sink: ...

        @property
        def err(self) -> Sink: ...


KILLED = 137  # the status of a command whose container ends
INTERRUPTED = 130  # and of one that Ctrl-C ends

SLICE = 100  # ms of real time between two looks at the keyboard
HOLD = 0.5  # seconds for which lines are read without letting others at the cluster
PAUSE = 0.02  # seconds that a line may take which nobody types


class Gone(Exception):  # noqa: N818 - no error of ours, but the way out of a walk
    """The container ended under the command."""


def connect(client: Client, pod: Obj, subresource: str, options: Obj) -> None:
    """Ask for exec or attach; UserError where the user may not do that."""
    kinds = {"exec": "PodExecOptions", "attach": "PodAttachOptions"}
    try:
        client.connect(pod, subresource, {"apiVersion": "v1", "kind": kinds[subresource], **options})
    except StatusError as error:
        raise UserError(f"unable to upgrade connection: {error}") from error


class ContainerStreams:
    """Runs commands in containers. ``reads``: standard input is passed on; ``is_terminal``: it is a person's.

    ``keyboard`` is theirs, if it is not that of this process.
    """

    def __init__(
        self, inv: Terminal, follower: Follower, *, reads: bool, is_terminal: bool, keyboard: Keys | None = None
    ) -> None:
        self._inv = inv
        self._follower = follower
        self._reads = reads
        self.is_terminal = is_terminal
        self._execution: Execution | NodeExecution | None = None
        self._traces = Traces()
        is_typed = is_terminal and inv.home is None and inv.stdin.isatty()
        self._keyboard = Keyboard() if is_typed else keyboard
        self._has_lived = True  # since others were let at the cluster
        self._let_go_at = 0.0
        self._tail = ""  # of a line that was begun: a prompt, if what comes next is typed

    def execute(self, pod: Obj, container: str, command: Sequence[str]) -> None:
        """Run a command in a running container; UserError with its status if that is not 0."""
        execution = self._begin(pod, container)
        setting = execution.setting
        if self.is_terminal:
            setting = setting._replace(environment=(*setting.environment, ("TERM", TERMINAL)))
        try:
            with self.attended():
                ended = run_live(command, setting, execution.files, self, execution.age)
        except NotSimulated as error:
            raise UserError(str(error)) from error
        except Gone:
            raise _terminated(KILLED) from None
        finally:
            self._keep()
        if ended.missing is not None:
            raise UserError(execution.not_started(ended.missing))
        if ended.status:
            raise _terminated(ended.status)

    @contextmanager
    def attended(self) -> Iterator[None]:
        """Whoever sits at the terminal may interrupt what is done meanwhile; UserError then."""
        if self._keyboard is None:
            yield
            return
        try:
            with self._keyboard:
                yield
        except KeyboardInterrupt:
            raise self.interrupted() from None
        finally:
            self._flush()

    def interrupted(self) -> UserError:
        """What Ctrl-C comes to."""
        return _terminated(INTERRUPTED)

    def _begin(self, pod: Obj, container: str) -> Execution:
        try:
            self._execution = execution = Execution(self._follower.cluster, pod, container)
        except NotRunning as error:
            raise UserError(f"unable to upgrade connection: {error}") from error
        return execution

    # what the command has around it

    def advance(self, instant: int | None) -> None:
        """Let the cluster live until an instant (ms of the container's life; None: for ever).

        Gone: the container ends before.  KeyboardInterrupt: a person wants it to.
        """
        self._keep()
        self._flush()
        self._has_lived = True
        assert self._execution is not None
        until = None if instant is None else self._execution.begun + instant
        while self._step(until):
            self._check()
        self._check()
        self._look_again(at_all=False)

    def _step(self, until: int | None) -> bool:
        """Wait for the next thing to happen; False if ``until`` (simulated ms) came first. KeyboardInterrupt."""
        follower = self._follower
        if self._keyboard is None:
            return follower.step(until)
        self._keyboard.check()
        speed = follower.simulation.speed(follower.cluster.head)
        if speed != MAX:
            return self._step_until(follower.cluster.now + max(1, round(SLICE * float(speed))), until)
        if until is not None:
            return follower.step(until)
        rest = follower.rest()
        if rest is not None and follower.cluster.now >= rest:  # no jump ends the wait, but Ctrl-C does
            time.sleep(SLICE / 1000)
            return True
        return self._step_until(follower.cluster.now + SECOND if rest is None else rest, until)

    def _step_until(self, end: int, until: int | None) -> bool:
        """As ``_step``, up to an instant that may come before."""
        end = end if until is None else min(end, until)
        return self._follower.step(end) or end != until

    def _flush(self) -> None:
        """Print what is held back."""
        tail, self._tail = self._tail, ""
        self._inv.out.write_data(tail)
        self._inv.out.flush()
        self._inv.err.flush()

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
        if self._keyboard is not None:
            text, newline, self._tail = (self._tail + text).rpartition("\n")
            text += newline
        stream.write_data(text)

    def read(self) -> str | None:
        """The next line of standard input, None at its end; the cluster lives on while a person types."""
        if not self._reads:
            return None
        self._let_go()
        begun = time.monotonic()
        line = self._line()
        if time.monotonic() - begun > PAUSE:
            self._catch_up()
            self._has_lived = True
            self._look_again(at_all=self.is_terminal)
        return line

    def _let_go(self) -> None:
        """Before somebody is waited for, keep what the command has changed, and let others at the cluster.

        Lines that come at once are not saved one by one.
        """
        now = time.monotonic()
        if self._keyboard is not None or self._has_lived or now - self._let_go_at > HOLD:
            self._keep()
            self._follower.pause()
            self._has_lived, self._let_go_at = False, time.monotonic()

    def _line(self) -> str | None:
        """The next line; a person sees what they type, and edits it."""
        if self._keyboard is None:
            self._flush()
            return self._inv.stdin.readline() or None
        prompt, self._tail = self._tail, ""
        self._flush()
        return self._keyboard.read(prompt)

    def _catch_up(self) -> None:
        """Let the cluster live until now, or until where others have let it live; Gone."""
        follower = self._follower
        jumps = follower.simulation.speed(follower.cluster.head) == MAX
        until = follower.cluster.now if jumps else follower.rest(follower.simulation.wall())
        while follower.step(until):
            until = follower.cluster.now if jumps else until
        self._check()

    def _look_again(self, *, at_all: bool) -> None:
        """See what others have written meanwhile; ``at_all``: and what else has changed, such as mounted ConfigMaps."""
        if isinstance(self._execution, Execution):  # on a node nothing else writes
            self._execution.look_again(self._follower.cluster, at_all=at_all)

    @property
    def host(self) -> Host | None:
        """The pod's node, and the processes of the container; None on a node."""
        from kubesim.controllers.kubelet.host import host_of

        if not isinstance(self._execution, Execution):
            return None
        return host_of(self._follower.cluster, self._execution)

    def signal(self, name: str) -> None:
        """Send a signal to the container's first process; NotSimulated."""
        from kubesim.controllers.kubelet import signals

        if not isinstance(self._execution, Execution):
            raise NotSimulated(f"kubesim does not know what SIG{name} does to the first process of a node")
        with self._follower.acting() as life:
            if signals.send(life.cluster, self._execution, name):
                life.engine.enqueue(self._execution.key)

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
