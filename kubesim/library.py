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
from kubesim.sim.profiles import DEFAULT, MOST_NODES, PROFILES, Size
from kubesim.startup.context_manager import contextmanager
from kubesim.startup.named_tuple import NamedTuple
from kubesim.store import StateFile
from kubesim.store.memory import MemoryState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubesim.store.format import Snapshot
    from kubesim.store.home import Home
    from kubesim.store.state import Transaction

    Object = dict[str, Any]
    Objects = list[Object]

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Result(NamedTuple):
    """What a command line printed, and the status with which it ended."""

    stdout: str
    stderr: str
    code: int


class FoundedFile(StateFile):
    """The file of a cluster that was begun: one that is gone is an error, no occasion for another cluster."""

    def read(self) -> Snapshot:
        """The saved state; StateError where it cannot be read, is damaged or is gone."""
        snapshot = super().read()
        if snapshot is None:
            raise self._gone()
        return snapshot

    @contextmanager
    def locked(self) -> Iterator[Transaction]:
        """Hold the writers' lock over the state as it is now; StateError, before a folder is made, if it is gone."""
        if self.stamp() is None:
            raise self._gone()
        with super().locked() as transaction:
            yield transaction

    def _gone(self) -> StateError:
        return StateError(f"the state is gone: {self.path}")


class Cluster:
    """A Kubernetes cluster that is simulated.

    Its clock stands still: it goes on where ``wait``, ``settle``, ``advance`` or a command line that waits let it.

    ``seed`` decides the names and uids that the cluster generates; a random one is taken where it is None.  ``at`` is
    the instant at which its clock begins, such as ``2026-01-01T00:00:00Z``; now where it is None.  ``state`` is the
    path of a file in which the cluster is kept; without it, it lasts as long as this object.  A file that is there
    already is gone on with, and its seed, clock, profile and nodes are its own: ValueError for others.  ``profile`` is
    what sort of cluster it is: ``kind``, ``kubeadm`` or ``bare``; ``nodes`` is how many it has, the control plane's
    among them, 1 to 5000.

    Objects are dicts, as ``-o json`` prints them, which are the caller's own.  They are named as on the command line:
    ``deploy/web``.  The namespace is ``default`` where it is None, unless ``kubectl config`` has set another.

    TypeError for an argument of a type that is none of those it may have, ValueError for a value that no command line
    could be made of.  All else that is refused is a StatusError; its ``reason`` and ``code`` are the API server's
    (``NotFound`` and 404).  What kubectl notices itself is a ``BadRequest``, what was waited for in vain a
    ``Timeout``, and a state file that is gone or damaged an ``InternalError``.

    Nothing is held between two calls, so several threads or processes may share a cluster.  As a context manager it
    gives itself; there is nothing to close.
    """

    def __init__(
        self,
        *,
        seed: int | None = None,
        at: str | datetime | None = None,
        state: str | os.PathLike[str] | None = None,
        profile: str | None = None,
        nodes: int | None = None,
    ) -> None:
        self._home: Home = MemoryState() if state is None else StateFile(os.path.realpath(os.fsdecode(state)))
        self._clock = StandingClock()
        with _Refusals():
            if self._home.stamp() is None:
                self._found(_checked_seed(seed), at, _checked_profile(profile), _checked_size(nodes))
            elif any(asked is not None for asked in (seed, at, profile, nodes)):
                own = "a seed, a clock, a profile and nodes"
                raise ValueError(f"{self._home.path} has a cluster already, with {own} of its own")
        if isinstance(self._home, StateFile):
            self._home = FoundedFile(self._home.path)

    def _found(self, seed: int | None, at: str | datetime | None, profile: str, size: Size) -> None:
        """Save a new cluster. In memory the clock beside it stands as well, so that the state is the same each time."""
        wall = self._clock.wall()
        instant = wall if at is None else within_bounds(_milliseconds(at))
        if isinstance(self._home, MemoryState):
            self._clock = StandingClock(instant)
            wall = instant
        life = born(new_cluster_head(wall, at=instant, seed=seed, profile=profile), size)
        with SavedCluster(self._home, clock=self._clock).renewing(life):
            pass

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *error: object) -> None:
        """There is nothing to close."""

    # objects

    def apply(
        self,
        manifest: Object | Iterable[Object] | str | bytes | os.PathLike[str],
        *,
        namespace: str | None = None,
    ) -> Objects:
        """Create or change objects as ``kubectl apply`` does; gives them as they are then.

        ``manifest`` is an object, several, YAML or JSON text, or the path of a file or a folder.  A string is text if
        it has more than one line or begins with a brace, else a path; bytes are text in UTF-8.
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
        where = (*_in(namespace), *everywhere, f"--selector={_text('selector', selector)}")
        return _items(self._ask("get", "--output=json", *where, "--", _text("kind", kind)))

    def patch(
        self,
        name: str,
        patch: Object | Sequence[Object],
        *,
        type: str = "strategic",  # noqa: A002
        namespace: str | None = None,
    ) -> Object:
        """Change the object ``TYPE/NAME`` by a patch of a type, ``strategic``, ``merge`` or ``json``; gives it."""
        flags = (f"--type={_text('type', type)}", f"--patch={_patch(patch)}")
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
        """Let the cluster live for a while: ``30s``, ``1h30m``, or a number of seconds, 0 or more."""
        self._ask("sim", "advance", "--", _duration("duration", duration))

    def settle(self) -> None:
        """Let the cluster live until nothing but events has changed for 3 seconds of it, or 60 have passed."""
        self._ask("sim", "settle")

    def wait(self, name: str, condition: str, *, timeout: str | float = "30s", namespace: str | None = None) -> None:
        """Let the cluster live until something holds of the object ``TYPE/NAME``.

        ``condition`` is as in ``kubectl wait --for``: ``condition=Available``, ``jsonpath={.status.phase}=Running``,
        ``create`` or ``delete``.  ``timeout`` is simulated time, as for ``advance``; StatusError Timeout when it has
        passed.  With 0 it has to hold already.
        """
        flags = (f"--for={_text('condition', condition)}", f"--timeout={_duration('timeout', timeout)}")
        self._ask("wait", *flags, *_in(namespace), "--", _named(name))

    # commands

    def kubectl(self, line: str | Sequence[str], *, stdin: str | bytes = "") -> Result:
        """Run a command line: words, or a line that is split as a shell splits it. What is refused is in the result.

        ``stdin`` is what it reads; bytes are text in UTF-8.  ValueError for a line that no shell could split, as one
        with a quotation that does not end.  A command that waits for what never happens does not end unless it has a
        ``--timeout``.  There is no terminal, so that nothing can be edited in an editor.
        """
        out, err = StringIO(), StringIO()
        given = StringIO(stdin.decode() if isinstance(stdin, bytes) else _text("stdin", stdin))
        code = answer(_words(line), given, out, err, self._home, self._clock)
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
    return [] if namespace is None else [f"--namespace={_text('namespace', namespace)}"]


def _text(what: str, value: object) -> str:
    """The value itself; TypeError for one that is no text."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be str, not {type(value).__name__}")
    return value


def _named(name: str) -> str:
    """The name itself; ValueError for one that is not ``TYPE/NAME``."""
    if _text("name", name).count("/") != 1:
        raise ValueError(f'"{name}" is not of the form TYPE/NAME')
    return name


def _duration(what: str, value: str | float) -> str:
    """A duration as the command line has it; ValueError for a number of seconds below 0, or one without an end."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{what} must be str or a number of seconds, not {type(value).__name__}")
    if not 0 <= value < float("inf"):
        raise ValueError(f"{what} must be 0 or more seconds, not {value}")
    return f"{value}s" if isinstance(value, int) else f"{value:.9f}s"


def _words(line: str | Sequence[str]) -> list[str]:
    """The words of a command line; ValueError for a line that cannot be split."""
    if isinstance(line, str):
        return shlex.split(line)
    return [_text("a word of line", word) for word in line]


def _checked_seed(seed: int | None) -> int | None:
    return None if seed is None else _number("seed", seed)


def _checked_profile(profile: str | None) -> str:
    if profile is None:
        return DEFAULT
    if _text("profile", profile) not in PROFILES:
        raise ValueError(f'unknown profile "{profile}": it is one of {", ".join(PROFILES)}')
    return profile


def _checked_size(nodes: int | None) -> Size:
    if nodes is None:
        return Size()
    if not 1 <= _number("nodes", nodes) <= MOST_NODES:
        raise ValueError(f"nodes must be between 1 and {MOST_NODES}, not {nodes}")
    return Size(nodes)


def _number(what: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{what} must be int, not {type(value).__name__}")
    return value


def _items(printed: str) -> Objects:
    """The objects of a list that was printed as JSON, or the only one."""
    if not printed:
        return []
    whole = json.loads(printed)
    items: Objects = whole["items"] if whole["kind"].endswith("List") else [whole]
    return items


def _manifest(manifest: Object | Iterable[Object] | str | bytes | os.PathLike[str]) -> tuple[str, str]:
    """What ``--filename`` names, and what standard input gives."""
    if isinstance(manifest, os.PathLike):
        return os.fspath(manifest), ""
    if isinstance(manifest, bytes):
        return "-", manifest.decode()
    if isinstance(manifest, str):
        is_text = "\n" in manifest or manifest.lstrip().startswith(("{", "["))
        return ("-", manifest) if is_text else (manifest, "")
    if isinstance(manifest, dict):
        return "-", _as_json(manifest)
    items = list(manifest)
    for item in items:
        if not isinstance(item, dict):
            raise TypeError(f"an object must be dict, not {type(item).__name__}")
    return "-", _as_json({"apiVersion": "v1", "kind": "List", "items": items})


def _patch(patch: Object | Sequence[Object]) -> str:
    """A patch as JSON."""
    if not isinstance(patch, (dict, list, tuple)):
        raise TypeError(f"patch must be dict or list, not {type(patch).__name__}")
    return _as_json(patch)


def _as_json(value: object) -> str:
    """TypeError for what JSON cannot hold; ValueError for what holds itself, and for numbers that are none."""
    return json.dumps(value, allow_nan=False)


def _milliseconds(at: str | datetime) -> int:
    """The instant (ms since the epoch); ValueError for a text that names none, or a time without its zone."""
    if isinstance(at, str):
        return parse_time(at)
    if not isinstance(at, datetime):
        raise TypeError(f"at must be str or datetime, not {type(at).__name__}")
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return (at - EPOCH) // timedelta(milliseconds=1)
