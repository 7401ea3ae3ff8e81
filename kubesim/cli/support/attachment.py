"""The command line's streams joined to what a container's own program reads and prints.

Mirrors kubectl pkg/cmd/attach/attach.go and what of run.go and debug.go attaches.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, key_of
from kubesim.cli.command import PROGRAM
from kubesim.cli.support.container_streams import INTERRUPTED, ContainerStreams, Gone, connect
from kubesim.cli.support.selected_pods import container_of, find_container
from kubesim.containers.evaluation.live import NotSimulated, run_live
from kubesim.controllers.kubelet.attached import AttachedProgram
from kubesim.controllers.kubelet.container_logs import ContainerLog
from kubesim.controllers.kubelet.execution import NotRunning
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from kubesim.cli.command import Invocation
    from kubesim.cli.support.container_streams import Keys, Terminal
    from kubesim.cluster import Client
    from kubesim.life.follower import Follower

RECORDED = (
    "All commands and output from this session will be recorded in container logs, including credentials and sensitive "
    "information passed through the command prompt."
)
GAPS = "warning: kubesim does not know all that the container prints; what it does not know is left out"
TRY_ENTER = "If you don't see a command prompt, try pressing enter."
NO_TERMINAL = "Unable to use a TTY - input is not a terminal or the right kind of file"


class CannotAttachError(UserError):
    """The kubelet refuses to attach."""


class AttachOptions:
    """What a verb asks for. ``reads``: standard input is passed on; ``wants_terminal``: it is to be a terminal."""

    def __init__(
        self,
        *,
        reads: bool,
        wants_terminal: bool,
        quiet: bool = False,
        container: str = "",
        client: Client | None = None,
    ) -> None:
        self.reads = reads
        self.wants_terminal = wants_terminal
        self.quiet = quiet
        self.container = container
        #: Whose right to attach is checked; None: nobody's.
        self.client = client


def attach(inv: Invocation, follower: Follower, pod: Obj, options: AttachOptions) -> None:
    """Attach to a container of a pod until it ends; UserError where it cannot be. Mirrors AttachOptions.Run."""
    name, field = _container(inv, pod, options)
    if options.wants_terminal and not field.get("tty") and not options.quiet:
        inv.err.write(f"error: Unable to use a TTY - container {name} did not allocate one\n")
    wants_terminal = bool(field.get("tty"))
    if wants_terminal and options.reads and not inv.stdin.isatty():
        inv.err.write(f"{NO_TERMINAL}\n")
    is_raw = wants_terminal and options.reads and inv.stdin.isatty()
    if not options.quiet:
        inv.err.write(f"{RECORDED}\n{TRY_ENTER}\n")
    inv.err.flush()
    if options.client is not None:
        given = {"container": name, "stdin": options.reads, "stdout": True, "stderr": not wants_terminal}
        connect(options.client, pod, "attach", {**given, "tty": wants_terminal})
    try:
        program = AttachedProgram(follower.cluster, pod, name)
    except NotRunning as error:
        meta = pod["metadata"]
        found = f"container {name} not found in pod {meta['name']}_{meta['namespace']}"
        raise CannotAttachError(f"unable to upgrade connection: {found}") from error
    Attachment(inv, follower, pod, program, reads=options.reads, is_terminal=wants_terminal).stream()
    if is_raw and not options.quiet:
        inv.out.write(f"{_reattach_message(pod, name)}\n")


def _container(inv: Invocation, pod: Obj, options: AttachOptions) -> tuple[str, Obj]:
    """The container that is meant, its name and its spec."""
    try:
        name = container_of(inv, pod, options.container, silent=options.quiet)
    except UserError as error:
        raise UserError(f"cannot attach to the container: {error}") from error
    container = find_container(pod, name)
    assert container is not None
    return name, container


def _reattach_message(pod: Obj, name: str) -> str:
    """Mirrors reattachMessage."""
    meta = pod["metadata"]
    command = f"'{PROGRAM} attach {meta['name']} -c {name} -n {meta['namespace']} -i -t'"
    if any(container["name"] == name for container in pod["spec"].get("ephemeralContainers") or ()):
        told = "Session ended, the ephemeral container will not be restarted but may be reattached using"
        return f"{told} {command} if it is still running"
    return f"Session ended, resume using {command} command"


def write_log(inv: Invocation, follower: Follower, pod: Obj, container: str) -> None:
    """Write what a container has printed by now."""
    cluster = follower.cluster
    found = cluster.find(*key_of(pod)) or pod
    log = ContainerLog(cluster, found, container)
    inv.out.write_data(log.text())
    if log.has_gaps:
        inv.err.write(f"{GAPS}\n")


class Attachment(ContainerStreams):
    """A running program with somebody attached to it."""

    def __init__(
        self,
        inv: Terminal,
        follower: Follower,
        pod: Obj,
        program: AttachedProgram,
        *,
        reads: bool,
        is_terminal: bool,
        keyboard: Keys | None = None,
    ) -> None:
        super().__init__(inv, follower, reads=reads, is_terminal=is_terminal, keyboard=keyboard)
        self._execution = self._program = program
        self._pod = pod
        self._container = program.container
        #: Whether the walk is still where the program was before anybody attached: that is in its log.
        self._is_behind = True
        self._has_warned = False
        self._begun_line = ""
        #: Whether nobody is attached any more, without the program's having ended.
        self.is_left: Callable[[], bool] = lambda: False

    def stream(self) -> None:
        """Be attached until the program ends."""
        try:
            with self.attended():
                if self._reads and self._program.awaits_input():
                    self._walk()
                else:
                    self._follow()
        except Gone:
            pass
        finally:
            self._keep()

    def interrupted(self) -> UserError:
        """The program goes on without anybody."""
        return UserError("", bare=True, status=INTERRUPTED)

    # a program that reads what is typed

    def _walk(self) -> None:
        """Walk the program from its beginning, with what is typed; its end is the container's."""
        program = self._program
        words = program.words()
        if not words:
            raise UserError(f"kubesim does not know what the program of {self._container['image']} does")
        program.begin()
        try:
            ended = run_live([word or "" for word in words], program.setting, program.files, self, 0)
        except NotSimulated as error:
            raise UserError(str(error)) from error
        self._keep()
        with self._follower.acting() as life:
            program.end(life.cluster, ended.status)
            life.engine.enqueue(program.key)
        while self._program.goes_on(self._follower.cluster) and self._follower.step(
            self._follower.cluster.now + SECOND
        ):
            pass

    def advance(self, instant: int | None) -> None:
        """Let the cluster live until an instant, unless that is past already; Gone."""
        if instant is not None and instant <= self.now:
            return
        self._is_behind = False
        super().advance(instant)

    def write(self, descriptor: int, text: str) -> None:
        """Print what the program prints from now on, and keep it."""
        if self._is_behind:
            self._begun_line = (self._begun_line + text).rpartition("\n")[2]
            return
        self._program.say(self._follower.cluster.now, text)
        super().write(descriptor, text)

    def read(self) -> str | None:
        """The next line of standard input; at its end the program's is closed, unless the pod holds it open."""
        self._catch_up_with_prompt()
        line = super().read()
        if line is None:
            if self._keyboard is None and not self._container.get("stdinOnce"):
                self._wait_for_end()
            return None
        if self._container.get("tty"):
            self._program.say(self._follower.cluster.now, line)
            if self._keyboard is None:
                super().write(1, line)
        return line

    def _catch_up_with_prompt(self) -> None:
        """From here on the program is attended; the line that it has begun, a prompt, is shown."""
        if self._is_behind:
            self._is_behind = False
            if self._begun_line:
                self.write(1, self._begun_line)

    def _wait_for_end(self) -> NoReturn:
        """Wait for the end of a program that waits for input; Gone: it came, or there is nothing to wait for."""
        self._keep()
        while not self._is_at_rest():
            self._follower.step(self._follower.rest())
            self._check()
        raise Gone

    def _is_at_rest(self) -> bool:
        """Whether the clock jumps, and nothing will happen any more."""
        rest = self._follower.rest()
        return rest is not None and self._follower.cluster.now >= rest

    # any other program

    def _follow(self) -> None:
        """Print what the program prints from now on, until it ends."""
        now = self._follower.cluster.now
        while self._goes_on():
            written, now = now, now + SECOND
            while self._step(now):
                pass
            self._print_since(written)

    def _goes_on(self) -> bool:
        """Whether the program runs, and will end or may still say something."""
        if self.is_left():
            return False
        cluster = self._follower.cluster
        return self._program.goes_on(cluster) and (self._program.ends(cluster) or not self._is_at_rest())

    def _print_since(self, instant: int) -> None:
        """Print the lines that came after an instant (ms)."""
        pod = self._follower.cluster.find(*key_of(self._pod))
        if pod is None:
            raise Gone
        try:
            log = ContainerLog(self._follower.cluster, pod, self._container["name"])
            lines = log.lines()
        except StatusError:
            return
        if log.has_gaps and not self._has_warned:
            self._has_warned = True
            self._inv.err.write(f"{GAPS}\n")
        self._inv.out.write_data("".join(f"{line.text}\n" for line in lines if line.instant > instant))
        self._inv.out.flush()
