"""The state of the walk over a script: clock, variables, streams, jobs, and the part that all subshells share."""

from __future__ import annotations

import posixpath

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.endings import OutOfTime, ReadOnly, RunsOn, Status, TooLong
from kubesim.containers.evaluation.files import Files, Value
from kubesim.containers.evaluation.known_answers import Answers
from kubesim.containers.evaluation.outside import NotSimulated, Session
from kubesim.containers.evaluation.setting import Setting, first_files, shell_of
from kubesim.containers.evaluation.streams import HeldOpen, Record, Stream
from kubesim.containers.evaluation.targets import Aim, Target
from kubesim.containers.plausible import Choices
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn, Protocol

    from kubesim.containers.evaluation.elements import Elements
    from kubesim.containers.evaluation.outside import Outside
    from kubesim.containers.shell.syntax import Redirected, Script
    from kubesim.network.door import Network

    class RunScript(Protocol):
        """Walks a script; ``is_last``: nothing is run behind it."""

        def __call__(self, machine: Machine, script: Script, *, is_last: bool = False) -> Status: ...

    class EndShell(Protocol):
        """What a shell does at its end: its handler of EXIT may change its status."""

        def __call__(self, machine: Machine, status: Status) -> Status: ...

    class RunText(Protocol):
        """Walks a text in this shell: what ``eval`` is given, a handler."""

        def __call__(self, machine: Machine, text: str, *, is_last: bool = False) -> Status: ...

    class RunCommand(Protocol):
        """Runs a command of a script, be it one of its functions or not; ``is_last``: nothing is run behind it."""

        def __call__(
            self, machine: Machine, argv: list[Value], *, is_last: bool, is_function: bool = True
        ) -> Status: ...

    class RunProgram(Protocol):
        """Runs a program that is there; ``is_last``: nothing is run behind it."""

        def __call__(self, machine: Machine, argv: list[Value], *, is_last: bool) -> Status: ...


MOST_STEPS = 5_000  # commands of one evaluation that is to say how a script ends,
MOST_PRINTING_STEPS = 20_000  # and of one that is to say what it prints
MOST_LIVE_STEPS = 200_000  # commands of one that is really run,
MOST_BUSY_STEPS = 20_000  # and of them those between which no time passes
MOST_FRAMES = 6_000  # Python's own calls within each other while one is really run
MOST_DEPTH = 150  # functions and scripts within each other
LONGEST_JOB = 3600 * SECOND  # how far what is put into the background is followed


class Job(NamedTuple):
    """A command in the background: when it ends (None: never), its status, and the number of its process."""

    end: int | None
    status: Status
    pid: int = 0
    is_killed: bool = False


class Evaluator(NamedTuple):
    """The walk itself. It is handed in, because a part of a command may be a script again: ``echo $(date)``."""

    run_script: RunScript
    run_command: RunCommand
    run_program: RunProgram
    run_text: RunText
    end: EndShell


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
        #: How long (ms) a round takes of the loop that goes on for ever, as all its rounds do.
        self.period: int | None = None
        self.reached = dict(setting.reached)
        #: The latest handler of SIGTERM.
        self.handler = ""
        #: The targets that were tried, and the instant at which each was first reached (None: never).
        self.tried: dict[Aim, int | None] = {}
        #: The number of the latest process: what is run in a container finds its program, and what was run before.
        self.processes = 6
        #: The surroundings of a command that is really run; there are none in a forecast.
        self.session = Session()
        self.answers = Answers(setting.answers)
        self._busy_since = (0, 0)
        self._rolled = (0, 0)

    @property
    def outside(self) -> Outside | None:
        """What is around a command that is really run; None in a forecast."""
        return self.session.outside

    def begin_anew(self) -> None:
        """Another command of a session at a terminal: its steps are counted from here."""
        self.steps, self._busy_since = 0, (self.session.lived, 0)

    def random(self, clock: int) -> int:
        """The next number from 0 to 32767 at an instant: it looks random, and is always the same then."""
        from kubesim.api.identity import hex_digest

        count = self._rolled[1] + 1 if self._rolled[0] == clock else 1
        self._rolled = clock, count
        return int(hex_digest(self.setting.chance, f"{self.session.lived}/{clock}/{count}", 8), 16) >> 17

    @property
    def is_cut_short(self) -> bool:
        """Whether more commands were to be walked of a program that is to print than are."""
        return self.outside is None and self.setting.horizon is not None and self.steps > MOST_PRINTING_STEPS

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

    #: The shells around a command: their numbers, and their words.
    shells: tuple[tuple[int, str], ...] = ()
    #: Whether a command takes the place of its shell, since nothing is behind it.
    replaces = False

    def __init__(self, shared: Shared) -> None:
        setting = shared.setting
        self.shared = shared
        self._clock = 0
        self.limit = setting.horizon
        self.variables: dict[str, Value] = dict(setting.environment)
        self.arrays: dict[str, Elements] = {}  # replaced as a whole
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
        #: Which shell it is: ash, dash, bash, or sh where the image is not known.
        self.shell = shell_of("sh", setting.tools)
        self.line = 1
        self.first_line = 1  # of the text that is walked: the text of an eval begins where the eval stands
        self.is_in_file = self.is_sourced = self.is_interactive = False
        self.shell_pid = 1
        self.latest_job: int | None = None
        self.substituted: Status = 0  # the status of the latest substitution
        self.exported = set(self.variables)
        self.readonly: set[str] = set()
        self.removed: set[str] = set()  # variables that a script has unset
        self.aliases: dict[str, str] = {}
        self.option_index = self.option_offset = 1  # of getopts
        self.mask = 0o022
        self.loops = 0  # in which the walk is
        self.job = 0  # the process in the background that this is part of
        self.depth = 0  # of functions and scripts within each other
        #: Of each function that is walked, the values that its local variables had before.
        self.hidden: list[dict[str, tuple[Value, bool, Elements | None]]] = []

    @property
    def files(self) -> Files:
        return self.shared.files

    def fork(self) -> Machine:
        child = Machine.__new__(Machine)
        child.__dict__.update(self.__dict__)
        for field in (
            *("variables", "arrays", "functions", "options", "traps", "streams"),
            *("exported", "readonly", "removed", "aliases", "hidden"),
        ):
            setattr(child, field, getattr(self, field).copy())
        child.positional = list(self.positional)
        child.jobs = []
        return child

    def own_shell(self, name: str) -> Machine:
        """Another shell, started by this one: it knows only what was exported."""
        child = self.fork()
        child.variables = {name: value for name, value in self.variables.items() if name in self.exported}
        child.functions, child.aliases, child.traps, child.options, child.hidden = {}, {}, {}, set(), []
        child.arrays = {}
        child.readonly, child.positional, child.latest_job = set(), [], None
        child.shell = shell_of(name, self.shared.setting.tools)
        child.is_in_file = child.is_interactive = child.is_checked = child.is_sourced = False
        child.line = child.first_line = 1
        self.shared.processes += 1
        child.shell_pid = self.shared.processes
        if self.shared.outside is not None:
            child.export_own()
        return child

    def export_own(self) -> None:
        """Export what a shell itself tells its commands: where it is, and how many shells it is in."""
        self.variables["PWD"] = self.folder or "/"
        self.exported.add("PWD")
        if self.shell != "dash":
            depth = self.variables.get("SHLVL") or "0"
            self.variables["SHLVL"] = str(int(depth) + 1 if depth.isdigit() else 1)
            self.exported.add("SHLVL")

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

    def assign(self, name: str, value: Value) -> None:
        """Give a variable a value; ReadOnly."""
        if name in self.readonly:
            raise ReadOnly(name)
        if name in self.arrays:
            array = self.arrays[name]
            self.arrays[name] = array._replace(values={**array.values, "0" if array.is_keyed else 0: value})
            return
        self.variables[name] = value
        self.removed.discard(name)
        if "a" in self.options:
            self.exported.add(name)

    def assign_array(self, name: str, elements: Elements) -> None:
        """Make a variable an array; ReadOnly."""
        if name in self.readonly:
            raise ReadOnly(name)
        self.variables.pop(name, None)
        self.removed.discard(name)
        self.arrays[name] = elements

    def hide(self, name: str) -> None:
        """Note what a variable was before the function that has one of its own; it begins without a value."""
        if name not in self.hidden[-1]:
            self.hidden[-1][name] = self.variables.get(name), name in self.variables, self.arrays.pop(name, None)

    def unset(self, name: str) -> None:
        """Forget a variable."""
        self.variables.pop(name, None)
        self.arrays.pop(name, None)
        self.exported.discard(name)
        self.removed.add(name)

    def variable(self, name: str) -> Value:
        """A variable's value, empty if there is none."""
        if name in self.variables:
            return self.variables[name]
        if name in self.arrays:
            return self.arrays[name].values.get("0" if self.arrays[name].is_keyed else 0, "")
        if name in self.removed:
            return ""
        if name in _COMPUTED and (self.shared.outside is not None or name in _ALWAYS_COMPUTED):
            return _COMPUTED[name](self)
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
        if name in self.removed:
            return True
        if name in self.variables or name in self.arrays or name in _OF_EVERY_IMAGE:
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


_COMPUTED: dict[str, Callable[[Machine], str]] = {
    "IFS": lambda machine: " \t\n",
    "PWD": lambda machine: machine.folder or "/",
    "OPTIND": lambda machine: "1",
    "PPID": lambda machine: "0",
    "LINENO": lambda machine: str(machine.line - (machine.shell != "bash" and not machine.is_in_file)),
    "RANDOM": lambda machine: "" if machine.shell == "dash" else str(machine.shared.random(machine.clock)),
    "PS1": lambda machine: "",
    "PS2": lambda machine: "> ",
    "PS4": lambda machine: "+ ",
    "UID": lambda machine: machine.shared.setting.user or "0",
    "SHLVL": lambda machine: "1",
    "USER": lambda machine: "",
    "OLDPWD": lambda machine: "",
    "HOME": lambda machine: "/root" if machine.shared.setting.user in ("0", None) else "/",
}
_ALWAYS_COMPUTED = ("LINENO", "IFS", "RANDOM")
_OF_EVERY_IMAGE = frozenset(("PATH", "HOME", "PWD", "OLDPWD", "HOSTNAME", "SHLVL", "USER", "RANDOM", "SECONDS", "PPID"))
