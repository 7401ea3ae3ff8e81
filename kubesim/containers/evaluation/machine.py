"""The state of the walk over a script: clock, variables, streams, jobs, and the part that all subshells share."""

from __future__ import annotations

import posixpath

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.files import Files, Mount, Value
from kubesim.containers.evaluation.outside import NotSimulated, Session
from kubesim.containers.evaluation.streams import HeldOpen, Record, Stream
from kubesim.containers.evaluation.targets import Aim, Target
from kubesim.containers.plausible import SERVES, Choices
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, Protocol

    from kubesim.containers.evaluation.outside import Outside
    from kubesim.containers.shell.syntax import Redirected, Script
    from kubesim.network.door import Network

    class RunScript(Protocol):
        """Walks a script; ``is_last``: nothing is run behind it."""

        def __call__(self, machine: Machine, script: Script, *, is_last: bool = False) -> Status: ...

    class RunCommand(Protocol):
        """Runs a command of a script; ``is_last``: nothing is run behind it."""

        def __call__(self, machine: Machine, argv: list[Value], *, is_last: bool) -> Status: ...


Status = int | None

MOST_STEPS = 5_000  # commands of one evaluation that is to say how a script ends,
MOST_PRINTING_STEPS = 20_000  # and of one that is to say what it prints
MOST_LIVE_STEPS = 400_000  # commands of one that is really run,
MOST_BUSY_STEPS = 50_000  # and of them those between which no time passes
MOST_FRAMES = 6_000  # Python's own calls within each other while one is really run
LONGEST_JOB = 3600 * SECOND  # how far what is put into the background is followed


class Setting(NamedTuple):
    """All that an evaluation depends on beside the command.

    ``environment`` are the variables that are defined; others are empty if ``is_whole``, else not known.  ``tools``
    are the image's programs, None if not known.  ``reached``: since when (ms) targets can be reached, None for those
    that cannot.  ``epoch``: when the container started (ms since the epoch), if that may matter.  ``horizon``: how far
    (ms) to go.  ``memory``: how many bytes the container may use, if that may matter.
    ``user``: the number of its user, if that is known and may matter.  ``written``: what comes into its files from
    elsewhere, as rows (see ``files.Files.rows``) in JSON.
    ``image``: the image's name, where it may matter.
    """

    purpose: str = SERVES
    environment: tuple[tuple[str, Value], ...] = ()
    is_whole: bool = False
    tools: frozenset[str] | None = None
    mounts: tuple[Mount, ...] = ()
    folder: str = ""
    host_name: Value = None
    reads_input: bool = False
    reached: tuple[tuple[Aim, int | None], ...] = ()
    epoch: int | None = None
    horizon: int | None = None
    memory: int | None = None
    user: Value = None
    image: str = ""
    written: str = ""


def first_files(setting: Setting) -> Files:
    """The files that a program finds, and what comes into them from elsewhere."""
    files = Files(setting.mounts)
    if setting.written:
        from kubesim.golang.json import loads

        files.take(loads(setting.written))
    return files


class Stopped(Exception):  # noqa: N818 - no error, but the way out of a walk
    """The walk stops here."""


class RunsOn(Stopped):
    """A command never ends."""


class OutOfTime(Stopped):
    """The walk has reached its limit."""


class TooLong(Stopped):
    """More than is followed of a command that is really run; the text says of what there is too much."""


class OutOfMemory(Stopped):
    """The kernel kills the container, at an instant (ms)."""

    def __init__(self, instant: int) -> None:
        super().__init__(instant)
        self.instant = instant


class Exited(Stopped):
    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class Returned(Exited):
    """A function ends."""


class LoopLeft(Stopped):
    """``break``, or ``continue``, of so many loops."""

    def __init__(self, levels: int, *, continues: bool) -> None:
        super().__init__(levels)
        self.levels = levels
        self.continues = continues


class Job(NamedTuple):
    """A command in the background: when it ends (None: never), and its status."""

    end: int | None
    status: Status


class Evaluator(NamedTuple):
    """The walk itself. It is handed in, because a part of a command may be a script again: ``echo $(date)``."""

    run_script: RunScript
    run_command: RunCommand


class Shared:
    """The state that a script and all its subshells share."""

    def __init__(self, evaluator: Evaluator, setting: Setting, choices: Choices, files: Files | None = None) -> None:
        self.evaluator = evaluator
        self.setting = setting
        self.choices = choices
        self.files = first_files(setting) if files is None else files
        self.log = Record()
        self.steps = 0
        self.is_out_of_memory = False
        #: Whether the program waits for input that somebody would have to type.
        self.awaits_input = False
        self.reached = dict(setting.reached)
        #: The latest handler of SIGTERM.
        self.handler = ""
        #: The targets that were tried, and the instant at which each was first reached (None: never).
        self.tried: dict[Aim, int | None] = {}
        #: The surroundings of a command that is really run; there are none in a forecast.
        self.session = Session()
        self._busy_since = (0, 0)

    @property
    def outside(self) -> Outside | None:
        """What is around a command that is really run; None in a forecast."""
        return self.session.outside

    def step(self) -> None:
        """Count a command. RunsOn: a script of too many never ends; TooLong where it is really run."""
        self.steps += 1
        if self.outside is None:
            if self.steps > (MOST_STEPS if self.setting.horizon is None else MOST_PRINTING_STEPS):
                raise RunsOn
            return
        if self._busy_since[0] != self.session.lived:
            self._busy_since = (self.session.lived, self.steps)
        if self.steps - self._busy_since[1] > MOST_BUSY_STEPS or self.steps > MOST_LIVE_STEPS:
            raise TooLong(f"more than {min(self.steps, MOST_LIVE_STEPS) - 1:,} commands of one script")


class Machine:
    """A shell: forked for subshells, pipelines and the background."""

    def __init__(self, shared: Shared) -> None:
        setting = shared.setting
        self.shared = shared
        self._clock = 0
        self.limit = setting.horizon
        self.variables: dict[str, Value] = dict(setting.environment)
        self.functions: dict[str, Redirected] = {}
        self.positional: list[Value] = []
        self.name: Value = "sh"
        self.status: Status = 0
        self.options: set[str] = set()
        self.traps: dict[str, str] = {}
        self.jobs: list[Job] = []
        self.input: Record = HeldOpen(self._await_input) if setting.reads_input else Record()
        self.streams: dict[int, Stream] = {1: shared.log, 2: shared.log}
        self.folder = setting.folder
        self.is_ahead = False  # in the background: the cluster does not live along with it
        self.is_checked = False  # a failure here is part of a condition
        self.has_installed = False

    @property
    def files(self) -> Files:
        return self.shared.files

    def fork(self) -> Machine:
        child = Machine.__new__(Machine)
        child.__dict__.update(self.__dict__)
        for field in ("variables", "functions", "options", "traps", "streams"):
            setattr(child, field, getattr(self, field).copy())
        child.positional = list(self.positional)
        child.jobs = []
        return child

    # time

    @property
    def clock(self) -> int:
        """The instant (ms); setting it lets the cluster live on where the command is really run."""
        return self._clock

    @clock.setter
    def clock(self, instant: int) -> None:
        self._clock = instant
        if not self.is_ahead:
            self.shared.session.live_until(instant)

    def advance(self, ms: int) -> None:
        """Advance the clock; OutOfTime at the limit."""
        end = self._clock + ms
        if self.limit is not None and end > self.limit:
            self.clock = self.limit
            raise OutOfTime
        self.clock = end

    def step(self) -> None:
        """Count a command; RunsOn or TooLong: there are too many."""
        self.shared.step()

    def _await_input(self) -> NoReturn:
        """Wait for what nobody types: RunsOn, or OutOfTime at the limit."""
        self.shared.awaits_input = True
        if self.limit is None:
            raise RunsOn
        self.clock = self.limit
        raise OutOfTime

    # printing

    def write(self, text: Value, descriptor: int = 1) -> None:
        stream = self.streams.get(descriptor)
        if stream is not None:
            stream.write(self.clock, text)

    def complain(self, text: str) -> None:
        self.write(text + "\n", 2)

    # names

    def path(self, name: str) -> str:
        """A file's whole path; it begins with ``./`` if the folder is unknown."""
        joined = posixpath.normpath(posixpath.join(self.folder, name)) if name else name
        return joined if joined.startswith("/") else f"./{joined}"

    def variable(self, name: str) -> Value:
        """A variable's value, empty if there is none."""
        if name in self.variables:
            return self.variables[name]
        if name == "HOSTNAME":
            return self.shared.setting.host_name
        if name == "HOME" and self.shared.setting.user == "0":
            return "/root"
        if name == "SECONDS":
            return str(self.clock // SECOND)
        if self.is_unset(name):
            return ""
        self.shared.session.unknown = f"the value of {name}"
        return None

    def is_unset(self, name: str) -> bool:
        """Whether a variable is certainly undefined by the pod, its image and the kubelet."""
        if name in self.variables or name in _OF_EVERY_IMAGE:
            return False
        is_of_service = name.endswith(("_SERVICE_HOST", "_PORT")) or "_PORT_" in name
        return self.shared.setting.is_whole and not is_of_service

    # what cannot be known

    def holds(self, status: Status, default: bool = True) -> bool:
        """Whether a command succeeded; an unknown status is decided by ``Choices``, or NotSimulated."""
        if status is not None:
            return status == 0
        if self.shared.outside is not None:
            raise self.shared.session.not_simulated()
        return self.shared.choices.take(default)

    def reach(self, target: Aim) -> Status:
        """Try to reach something."""
        if self.shared.outside is not None:
            return self._reach_really(self.shared.outside.network, target)
        since = self.shared.reached.get(target)
        is_reached = since is not None and since <= self.clock
        self.shared.tried.setdefault(target, None)
        if is_reached and self.shared.tried[target] is None:
            self.shared.tried[target] = self.clock
        return 0 if is_reached else 1

    def _reach_really(self, network: Network, aim: Aim) -> Status:
        """Try to reach something over a network; NotSimulated for what only the API knows."""
        from kubesim.network.client import CONNECTS, answers
        from kubesim.network.http import TIMED_OUT

        if not isinstance(aim, Target):
            raise NotSimulated("kubesim does not simulate clients of the API in containers")
        failure = answers(network, aim.host, aim.port if aim.connects else None)
        if failure is not None and failure.why == TIMED_OUT:
            self.advance(CONNECTS)
        return int(failure is not None)


_OF_EVERY_IMAGE = frozenset(("PATH", "HOME", "PWD", "OLDPWD", "HOSTNAME", "SHLVL", "USER", "RANDOM", "SECONDS", "PPID"))
