"""The state of the walk over a script: clock, variables, streams, jobs, and the part that all subshells share."""

from __future__ import annotations

import posixpath
from contextlib import suppress

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.files import FileError, Files, Mount, Value, bounded
from kubesim.containers.evaluation.targets import Aim
from kubesim.containers.plausible import SERVES, Choices
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from kubesim.containers.shell.syntax import Redirected, Script

    class RunScript(Protocol):
        """Walks a script; ``is_last``: nothing is run behind it."""

        def __call__(self, machine: Machine, script: Script, *, is_last: bool = False) -> Status: ...

    class RunCommand(Protocol):
        """Runs a command of a script; ``is_last``: nothing is run behind it."""

        def __call__(self, machine: Machine, argv: list[Value], *, is_last: bool) -> Status: ...


Status = int | None

MOST_STEPS = 5_000  # commands of one evaluation that is to say how a script ends,
MOST_PRINTING_STEPS = 20_000  # and of one that is to say what it prints


class Setting(NamedTuple):
    """All that an evaluation depends on beside the command.

    ``environment`` are the variables that are defined; others are empty if ``is_whole``, else not known.  ``tools``
    are the image's programs, None if not known.  ``reached``: since when (ms) targets can be reached, None for those
    that cannot.  ``epoch``: when the container started (ms since the epoch), if that may matter.  ``horizon``: how far
    (ms) to go.  ``memory``: how many bytes the container may use, if that may matter.
    ``user``: the number of its user, if that is known and may matter.
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


class Stopped(Exception):  # noqa: N818 - no error, but the way out of a walk
    """The walk stops here."""


class RunsOn(Stopped):
    """A command never ends."""


class OutOfTime(Stopped):
    """The walk has reached its limit."""


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


class Stream:
    """Takes output; this one drops it."""

    def write(self, instant: int, text: Value) -> None:
        """Take a text; None for an unknown one."""


class Record(Stream):
    """Keeps the output."""

    def __init__(self) -> None:
        self.entries: list[tuple[int, Value]] = []

    def write(self, instant: int, text: Value) -> None:
        if text != "":
            self.entries.append((instant, text))

    def text(self) -> Value:
        """The whole output; None if a part is unknown."""
        texts = [text for _, text in self.entries]
        return None if None in texts else bounded("".join(text or "" for text in texts))


class FileStream(Stream):
    def __init__(self, files: Files, path: str) -> None:
        self._files = files
        self._path = path

    def write(self, instant: int, text: Value) -> None:
        with suppress(FileError):  # it was removed, or the device is full: the program is not told
            self._files.write(self._path, instant, text, appends=True)


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
        self.files = Files(setting.mounts) if files is None else files
        self.log = Record()
        self.steps = 0
        self.is_out_of_memory = False
        self.reached = dict(setting.reached)
        #: The latest handler of SIGTERM.
        self.handler = ""
        #: The targets that were tried, and the instant at which each was first reached (None: never).
        self.tried: dict[Aim, int | None] = {}


class Machine:
    """A shell: forked for subshells, pipelines and the background."""

    def __init__(self, shared: Shared) -> None:
        setting = shared.setting
        self.shared = shared
        self.clock = 0
        self.limit = setting.horizon
        self.variables: dict[str, Value] = dict(setting.environment)
        self.functions: dict[str, Redirected] = {}
        self.positional: list[Value] = []
        self.name: Value = "sh"
        self.status: Status = 0
        self.options: set[str] = set()
        self.traps: dict[str, str] = {}
        self.jobs: list[Job] = []
        self.input: Record = Record()
        self.streams: dict[int, Stream] = {1: shared.log, 2: shared.log}
        self.folder = setting.folder
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

    def advance(self, ms: int) -> None:
        """Advance the clock; OutOfTime at the limit."""
        self.clock += ms
        if self.limit is not None and self.clock > self.limit:
            self.clock = self.limit
            raise OutOfTime

    def step(self) -> None:
        """Count a command; a script of too many never ends (RunsOn)."""
        self.shared.steps += 1
        if self.shared.steps > (MOST_STEPS if self.shared.setting.horizon is None else MOST_PRINTING_STEPS):
            raise RunsOn

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
        return "" if self.is_unset(name) else None

    def is_unset(self, name: str) -> bool:
        """Whether a variable is certainly undefined by the pod, its image and the kubelet."""
        if name in self.variables or name in _OF_EVERY_IMAGE:
            return False
        is_of_service = name.endswith(("_SERVICE_HOST", "_PORT")) or "_PORT_" in name
        return self.shared.setting.is_whole and not is_of_service

    # what cannot be known

    def holds(self, status: Status, default: bool = True) -> bool:
        """Whether a command succeeded; an unknown status is decided by ``Choices``."""
        return self.shared.choices.take(default) if status is None else status == 0

    def reach(self, target: Aim) -> Status:
        """Try to reach something."""
        since = self.shared.reached.get(target)
        is_reached = since is not None and since <= self.clock
        self.shared.tried.setdefault(target, None)
        if is_reached and self.shared.tried[target] is None:
            self.shared.tried[target] = self.clock
        return 0 if is_reached else 1


_OF_EVERY_IMAGE = frozenset(("PATH", "HOME", "PWD", "OLDPWD", "HOSTNAME", "SHLVL", "USER", "RANDOM", "SECONDS", "PPID"))
