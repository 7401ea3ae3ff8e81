"""A command's dealings with the cluster: what the command line adds to opening, acting on and saving it."""

from __future__ import annotations

import os

from kubesim.cli.support.config_flags import ConfigFlags
from kubesim.cli.support.output_queue import Report
from kubesim.cluster import Client, DrawerName, Kinds
from kubesim.cluster.kinds import DEFINITION
from kubesim.errors import UserError, raise_all
from kubesim.life.saved_cluster import Face, SavedCluster
from kubesim.sim.clock import Clock, parse_speed
from kubesim.startup.context_manager import contextmanager
from kubesim.store import StateFile, default_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import TextIO

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.options import FileOptions
    from kubesim.cli.support.manifests import Files, Input
    from kubesim.cluster import Cluster, Head
    from kubesim.life.checkpoints import Display
    from kubesim.life.follower import Follower
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.life.origin import Author
    from kubesim.sim.clock import Speed
    from kubesim.store.home import Home


class EnvironmentClock(Clock):
    """The wall clock, and the speed that the environment asks for."""

    def speed(self) -> Speed | None:
        """KUBESIM_SPEED, if it is set; UserError for one that is no speed."""
        asked = os.environ.get("KUBESIM_SPEED")
        return parse_speed(asked) if asked else None


def state_file(warn_of_wait: Callable[[int | None], None] | None = None) -> StateFile:
    """The state file that the environment names, with its journal unless KUBESIM_JOURNAL is off."""
    return StateFile(default_path(), warn_of_wait, keeps_journal=os.environ.get("KUBESIM_JOURNAL") != "off")


class CommandLine(Face):
    """The face of a command line: it reports what was saved, and shows how far a long life has come."""

    def __init__(self, flags: ConfigFlags, clock: Clock, author: Callable[[], Author] | None) -> None:
        self._flags = flags
        self._clock = clock
        self._author = author

    def admit(self, head: Head) -> None:
        """UserError for a part of the configuration that is not there, or a speed that is none."""
        self._flags.check(head)
        self._clock.speed()

    def display(self, start: int, end: int) -> Display:
        """A line on a terminal."""
        from kubesim.cli.support.progress import ProgressLine

        return ProgressLine(start, end)

    def report(self) -> Report:
        """What is written to the command's streams."""
        return Report(self._flags.streams)

    def author(self) -> Author:
        """The command line, which may open the cluster several times."""
        return super().author() if self._author is None else self._author()


class Session:
    """What a verb works with: a client's way to the cluster, in the ``namespace`` that a flag asks for."""

    def __init__(
        self,
        namespace: str | None = None,
        state: Home | None = None,
        flags: ConfigFlags | None = None,
        files: FileOptions | None = None,
        clock: Clock | None = None,
        stdin: TextIO | None = None,
        author: Callable[[], Author] | None = None,
    ) -> None:
        self._asked = namespace
        self._flags = flags or ConfigFlags()
        self._given = files
        self._input = _input_of(files, stdin, self._warn)
        home, clock = state or state_file(self._warn_of_wait), clock or EnvironmentClock()
        self._simulation = SavedCluster(home, CommandLine(self._flags, clock, author), clock)

    @classmethod
    def of(cls, inv: Invocation, files: FileOptions | None = None, manager: str = "") -> Session:
        """The session of a command line; ``manager`` owns the changed fields, if a flag names one."""
        stdin = None if inv.home is None else inv.stdin
        flags = ConfigFlags.of(inv, manager)
        return cls(inv.globals.namespace or None, inv.home, flags, files, inv.clock, stdin, inv.author)

    @classmethod
    def of_configuration(cls, inv: Invocation) -> Session:
        """A session that reads or changes the configuration itself, by which no flag has a say."""
        return cls(state=inv.home, flags=ConfigFlags(streams=inv.streams), clock=inv.clock, author=inv.author)

    # what the command line names

    def files(
        self, cluster: Client, *, validation: str = "Ignore", typed: bool = False, local: bool = False
    ) -> Files | None:
        """What ``-f`` and ``-R``, or ``-k``, ask for; None where there is neither. UserError for both together.

        ``validation``: what --validate asks of kubectl's schema check, for the verbs that send whole objects.
        ``typed``: for verbs that read objects into types of their own.  ``local``: for objects that stay on the command
        line.
        """
        if self._given is not None and self._given.kustomize:
            refuse_mixture(self._given)
        if self._input is None:
            return None
        from kubesim.cli.support.manifests import Files

        return Files(
            self._input,
            cluster.kinds,
            namespace="" if local else self.namespace(cluster),
            enforce=bool(self._asked),
            validation=validation,
            err=None if self._flags.streams is None else self._flags.streams.err,
            local=local,
            typed=typed,
        )

    @property
    def enforce_namespace(self) -> bool:
        """Whether a flag asked for the namespace: an object that says another one is refused then."""
        return bool(self._asked)

    def namespace(self, cluster: Client) -> str:
        """The namespace that commands work in: the flag's, else the current context's, else default."""
        return self._asked or self._flags.namespace(cluster.head) or "default"

    def speed(self, head: Head) -> Speed:
        """Simulated seconds to a real one, or ``max``: the environment's, else the state's."""
        return self._simulation.speed(head)

    @property
    def request_timeout(self) -> int | None:
        """How long (ms of real time) one request may take, a watch too; None for ever."""
        return self._flags.request_timeout

    def wall(self) -> int:
        """The wall clock (ms since the epoch)."""
        return self._simulation.wall()

    @property
    def state(self) -> Home:
        """Where the cluster's state is kept."""
        return self._simulation.home

    # the cluster

    def read(self) -> Client:
        """The cluster as of now. What is done to it afterwards is not saved."""
        return self.client(self.life().cluster)

    def kinds(self) -> Kinds:
        """The kinds that the cluster served when it was saved last; no state is made for it."""
        snapshot = self.state.read()
        if snapshot is None:
            return Kinds({})

        def find_definition(name: str) -> Obj | None:
            drawer = DrawerName(DEFINITION, "", name)
            return snapshot.load(drawer).objects.get(name) if drawer in snapshot.drawers() else None

        return Kinds(snapshot.head, find_definition)

    def client(self, cluster: Cluster, *, dry_run: bool = False) -> Client:
        """The command's way into a cluster."""
        return Client(cluster, self._flags.request._replace(dry_run=dry_run))

    def watcher(self, cluster: Cluster) -> Client:
        """The way into a cluster that the command follows: rights are checked when it begins, not at each step."""
        return Client(cluster, self._flags.request._replace(user=None))

    def life(self) -> LiveCluster:
        """The cluster as of now with its engine."""
        return self._ready().read()

    def write(self) -> AbstractContextManager[Client]:
        """As ``writing``, without the engine."""
        return self.acting(dry_run=False)

    def writing(self) -> AbstractContextManager[LiveCluster]:
        """The cluster as of now, under the writers' lock; see ``SavedCluster.writing`` for what is saved."""
        return self._ready().writing()

    @property
    def simulation(self) -> SavedCluster:
        """The simulation itself, for what is beside the cluster."""
        return self._ready()

    def renewing(self, life: LiveCluster) -> AbstractContextManager[str | None]:
        """Save a new cluster in place of what is there; gives where that is kept, None if it is not."""
        return self._simulation.renewing(life)

    @contextmanager
    def acting(self, *, dry_run: bool, local: bool = False) -> Iterator[Client]:
        """As ``write``, but a dry run acts on a cluster that is thrown away, and makes no state.

        ``local`` is for what does not even ask what there is: it is given an empty cluster.
        """
        if not dry_run and not local:
            with self.writing() as life:
                yield self.client(life.cluster)
            return
        simulation = self._ready()
        is_empty = local and not self._flags.names_configuration
        cluster = simulation.empty() if is_empty else simulation.rehearse().cluster
        yield self.client(cluster, dry_run=True)

    def follow(self, *kinds: str, counts: bool = False) -> Follower:
        """The cluster as of now, to be followed from there; see ``SavedCluster.follow``."""
        return self._ready().follow(*kinds, counts=counts)

    def _ready(self) -> SavedCluster:
        """The cluster's simulation, once all is read that the command line names: that may take a person's time."""
        if self._input is not None:
            self._input.take_in()
        return self._simulation

    def _warn(self, text: str) -> None:
        if self._flags.streams is not None:
            self._flags.streams.warn_at_once(text)

    def _warn_of_wait(self, holder: int | None) -> None:
        process = "another process" if holder is None else f"process {holder}"
        self._warn(f"Warning: waiting for {process}, which writes the state and holds {self.state.path}.lock")


def _input_of(files: FileOptions | None, stdin: TextIO | None, warn: Callable[[str], object]) -> Input | None:
    """What ``-f`` and ``-R``, or ``-k``, ask for; None where there is neither, or a mixture that is refused."""
    if files is None or not (files.filename or files.kustomize) or is_mixture(files):
        return None
    from kubesim.cli.support.manifests import Input

    if files.kustomize:
        from kubesim.cli.support.kustomization import built_documents

        return Input((), built=lambda: built_documents(files.kustomize, warn))
    return Input(files.filename, recursive=files.recursive, stdin=stdin)


def is_mixture(files: FileOptions) -> bool:
    """Whether -k comes along with -f or -R."""
    return bool(files.kustomize and (files.filename or files.recursive))


def refuse_mixture(files: FileOptions) -> None:
    """UserError for -k along with what makes no sense beside it. Mirrors FilenameOptions.validate."""
    wrong = []
    if files.filename:
        wrong.append(UserError("only one of -f or -k can be specified"))
    if files.recursive:
        wrong.append(UserError("the -k flag can't be used with -f or -R"))
    raise_all(wrong)
