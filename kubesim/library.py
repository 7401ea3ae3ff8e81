"""``kubesim.Cluster``: a cluster in a Python program.

Each method is a verb of the command line that runs in this process, on a state in memory or in a file.  So what a name,
a manifest, a selector or a condition may be, and what is answered to it, is kubectl's.
"""

from __future__ import annotations

import json
import os
import shlex
from datetime import datetime, timedelta, timezone
from io import StringIO
from typing import TYPE_CHECKING, Any

from kubesim.api.meta import parse_time
from kubesim.cli.main import answer, run
from kubesim.errors import Aggregate, StateError, StatusError, TimedOutError, UserError
from kubesim.kubeadm.init import new_cluster_head
from kubesim.life.live_cluster import born
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import StandingClock, within_bounds
from kubesim.sim.profiles import DEFAULT
from kubesim.startup.named_tuple import NamedTuple
from kubesim.store import StateFile
from kubesim.store.memory import MemoryState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubesim.store.home import Home

    Object = dict[str, Any]
    Objects = list[Object]

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Result(NamedTuple):
    """What a command line printed, and the status with which it ended."""

    stdout: str
    stderr: str
    code: int


class Cluster:
    """A Kubernetes cluster that is simulated.

    Its clock stands still: it goes on where ``wait``, ``settle``, ``advance`` or a command line that waits let it.

    ``seed`` decides the names and uids that the cluster generates; a random one is taken where it is None.  ``at`` is
    the instant at which its clock begins, such as ``2026-01-01T00:00:00Z``; now where it is None.  ``state`` is the
    path of a file in which the cluster is kept; without it, it lasts as long as this object.  A file that is there
    already is gone on with, and its seed and its clock are its own: ValueError for others.  The cluster is of kind's
    sort and has three nodes; ``kubectl("sim reset --help")`` says how to begin another.

    Objects are dicts, as ``-o json`` prints them, which are the caller's own.  They are named as on the command line:
    ``deploy/web``.  The namespace is ``default`` where it is None, unless ``kubectl config`` has set another.

    StatusError for what is refused; its ``reason`` and ``code`` are the API server's (``NotFound`` and 404).  What
    kubectl notices itself is a ``BadRequest``, and what was waited for in vain a ``Timeout``.

    Nothing is held between two calls, so several threads or processes may share a cluster.  As a context manager it
    gives itself; there is nothing to close.
    """

    def __init__(
        self,
        *,
        seed: int | None = None,
        at: str | datetime | None = None,
        state: str | os.PathLike[str] | None = None,
    ) -> None:
        self._home: Home = MemoryState() if state is None else StateFile(os.path.realpath(state))
        self._clock = StandingClock()
        with _Refusals():
            if self._home.stamp() is None:
                self._found(seed, at)
            elif seed is not None or at is not None:
                raise ValueError(f"{self._home.path} has a cluster already, with a seed and a clock of its own")

    def _found(self, seed: int | None, at: str | datetime | None) -> None:
        """Save a new cluster. In memory the clock beside it stands as well, so that the state is the same each time."""
        wall = self._clock.wall()
        instant = wall if at is None else within_bounds(_milliseconds(at))
        if isinstance(self._home, MemoryState):
            self._clock = StandingClock(instant)
            wall = instant
        life = born(new_cluster_head(wall, at=instant, seed=seed, profile=DEFAULT))
        with SavedCluster(self._home, clock=self._clock).renewing(life):
            pass

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *error: object) -> None:
        """There is nothing to close."""

    # objects

    def apply(
        self, manifest: Object | Iterable[Object] | str | os.PathLike[str], *, namespace: str | None = None
    ) -> Objects:
        """Create or change objects as ``kubectl apply`` does; gives them as they are then.

        ``manifest`` is an object, several, YAML or JSON text, or the path of a file or a folder.  A string is text if
        it has more than one line or begins with a brace, else a path.
        """
        path, text = _manifest(manifest)
        printed = self._ask("apply", "--output=json", f"--filename={path}", *_in(namespace), stdin=text)
        return _items(printed)

    def get(self, name: str, *, namespace: str | None = None) -> Object:
        """The object ``TYPE/NAME``."""
        return self._object("get", *_in(namespace), "--", _named(name))

    def list(
        self, kind: str, *, namespace: str | None = None, selector: str = "", all_namespaces: bool = False
    ) -> Objects:
        """The objects of a type (``pods``, ``deploy``), sorted by namespace and name; ``selector`` is one of labels."""
        everywhere = ["--all-namespaces"] if all_namespaces else []
        return _items(
            self._ask("get", "--output=json", *_in(namespace), *everywhere, f"--selector={selector}", "--", kind)
        )

    def patch(
        self,
        name: str,
        patch: Object | Sequence[Object],
        *,
        type: str = "strategic",  # noqa: A002
        namespace: str | None = None,
    ) -> Object:
        """Change the object ``TYPE/NAME`` by a patch of a type, ``strategic``, ``merge`` or ``json``; gives it."""
        flags = (f"--type={type}", f"--patch={json.dumps(patch)}")
        return self._object("patch", *flags, *_in(namespace), "--", _named(name))

    def delete(self, name: str, *, namespace: str | None = None) -> None:
        """Delete the object ``TYPE/NAME``, without waiting until it is gone: ``wait(name, "delete")`` does."""
        self._ask("delete", "--wait=false", *_in(namespace), "--", _named(name))

    def events(self, name: str | None = None, *, namespace: str | None = None, all_namespaces: bool = False) -> Objects:
        """The events of a namespace, or those about the object ``TYPE/NAME``, the oldest first."""
        about = [] if name is None else [f"--for={_named(name)}"]
        everywhere = ["--all-namespaces"] if all_namespaces else []
        return _items(self._ask("events", "--output=json", *about, *_in(namespace), *everywhere))

    # time

    @property
    def now(self) -> datetime:
        """The cluster's clock."""
        with _Refusals():
            snapshot = self._home.read()
        assert snapshot is not None
        return EPOCH + timedelta(milliseconds=snapshot.head["clock"]["sim"])

    def advance(self, duration: str | float) -> None:
        """Let the cluster live for a while: ``30s``, ``1h30m``, or a number of seconds."""
        self._ask("sim", "advance", duration if isinstance(duration, str) else f"{duration}s")

    def settle(self) -> None:
        """Let the cluster live until nothing but events has changed for 3 seconds of it, or 60 have passed."""
        self._ask("sim", "settle")

    def wait(self, name: str, condition: str, *, timeout: str = "30s", namespace: str | None = None) -> None:
        """Let the cluster live until something holds of the object ``TYPE/NAME``.

        ``condition`` is as in ``kubectl wait --for``: ``condition=Available``, ``jsonpath={.status.phase}=Running``,
        ``create`` or ``delete``.  ``timeout`` is simulated time; StatusError Timeout when it has passed.
        """
        flags = (f"--for={condition}", f"--timeout={timeout}")
        self._ask("wait", *flags, *_in(namespace), "--", _named(name))

    # commands

    def kubectl(self, line: str | Sequence[str], *, stdin: str = "") -> Result:
        """Run a command line: words, or a line that is split as a shell splits it. It raises nothing.

        A command that waits for what never happens does not end unless it has a ``--timeout``.
        """
        out, err = StringIO(), StringIO()
        argv = shlex.split(line) if isinstance(line, str) else line
        code = answer(argv, StringIO(stdin), out, err, self._home, self._clock)
        return Result(out.getvalue(), err.getvalue(), code)

    def _object(self, verb: str, *argv: str) -> Object:
        found: Object = json.loads(self._ask(verb, "--output=json", *argv))
        return found

    def _ask(self, *argv: str, stdin: str = "") -> str:
        """What a command line prints; StatusError."""
        out = StringIO()
        with _Refusals():
            run(argv, StringIO(stdin), out, StringIO(), self._home, self._clock)
        return out.getvalue()


class _Refusals:
    """Turns what a command line refuses in a ``with`` into a StatusError, the first of several."""

    def __enter__(self) -> None:
        """There is nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, (UserError, StatusError, Aggregate)):
            raise _status_error(error) from None


def _status_error(error: Exception) -> StatusError:
    """The API server's answer, without what the command line puts in front of it."""
    if isinstance(error, StatusError):
        return error.__cause__ if isinstance(error.__cause__, StatusError) else error
    if isinstance(error, Aggregate):
        return _status_error(error.errors[0])
    if isinstance(error, TimedOutError):
        return StatusError("Timeout", str(error), 504)
    if isinstance(error, StateError):
        return StatusError("InternalError", str(error), 500)
    return StatusError("BadRequest", str(error), 400)


def _in(namespace: str | None) -> list[str]:
    return [] if namespace is None else [f"--namespace={namespace}"]


def _named(name: str) -> str:
    """The name itself; ValueError for one that is not ``TYPE/NAME``."""
    if name.count("/") != 1:
        raise ValueError(f'"{name}" is not of the form TYPE/NAME')
    return name


def _items(printed: str) -> Objects:
    """The objects of a list that was printed as JSON, or the only one."""
    if not printed:
        return []
    whole = json.loads(printed)
    items: Objects = whole["items"] if whole["kind"].endswith("List") else [whole]
    return items


def _manifest(manifest: Object | Iterable[Object] | str | os.PathLike[str]) -> tuple[str, str]:
    """What ``--filename`` names, and what standard input gives."""
    if isinstance(manifest, os.PathLike):
        return os.fspath(manifest), ""
    if isinstance(manifest, str):
        is_text = "\n" in manifest or manifest.lstrip().startswith(("{", "["))
        return ("-", manifest) if is_text else (manifest, "")
    if isinstance(manifest, dict):
        return "-", json.dumps(manifest)
    return "-", json.dumps({"apiVersion": "v1", "kind": "List", "items": list(manifest)})


def _milliseconds(at: str | datetime) -> int:
    """The instant (ms since the epoch); ValueError for a text that names none, or a time without its zone."""
    if isinstance(at, str):
        return parse_time(at)
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return (at - EPOCH) // timedelta(milliseconds=1)
