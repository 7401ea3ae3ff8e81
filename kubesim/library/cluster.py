"""``kubesim.Cluster``: a cluster in a Python program.

Each method is a verb of the command line that runs in this process, on a state in memory or in a file.  So what a name,
a manifest, a selector or a condition may be, and what is answered to it, is kubectl's.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from io import StringIO
from operator import methodcaller
from typing import TYPE_CHECKING, Any

from kubesim.api.meta import key_of
from kubesim.cli.command import PROGRAM
from kubesim.cli.main import answer, run
from kubesim.errors import Aggregate, StateError, StatusError, TimedOutError, UserError
from kubesim.library.arguments import (
    EPOCH,
    as_duration,
    as_files,
    as_milliseconds,
    as_name,
    as_number,
    as_patch,
    as_text,
    as_words,
    checked_profile,
    checked_seed,
    checked_size,
    in_namespace,
)
from kubesim.library.homes import Beginning, in_file, in_memory
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import StandingClock, within_bounds
from kubesim.startup.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from kubesim.library.rollout import Rollout
    from kubesim.library.server import Server
    from kubesim.store.home import Home

    Object = dict[str, Any]
    Objects = list[Object]


class Result(NamedTuple):
    """What a command line printed, and the status with which it ended."""

    stdout: str
    stderr: str
    code: int


#: pytest asks this of every frame: a refusal is shown at the test's own line, a bug with all its frames.
__tracebackhide__ = methodcaller("errisinstance", StatusError)


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
        self._home: Home
        with _Refusals():
            instant = None if at is None else within_bounds(as_milliseconds(at))
            beginning = Beginning(checked_seed(seed), instant, checked_profile(profile), checked_size(nodes))
            if state is None:
                self._home, self._clock = in_memory(beginning)
                return
            self._clock = StandingClock()
            path = os.path.realpath(os.fsdecode(state))
            is_asked = any(asked is not None for asked in (seed, at, profile, nodes))
            self._home = in_file(path, beginning, self._clock, is_asked=is_asked)

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
        path, text = as_files(manifest)
        printed = self._ask("apply", "--output=json", f"--filename={path}", *in_namespace(namespace), stdin=text)
        return _items(printed)

    def get(self, name: str, *, namespace: str | None = None) -> Object:
        """The object ``TYPE/NAME``."""
        return self._object("get", *in_namespace(namespace), "--", as_name(name))

    def list(
        self, kind: str, *, namespace: str | None = None, selector: str = "", all_namespaces: bool = False
    ) -> Objects:
        """The objects of a type (``pods``, ``deploy``), sorted by namespace and name; ``selector`` is one of labels."""
        everywhere = ["--all-namespaces"] if all_namespaces else []
        where = (*in_namespace(namespace), *everywhere, f"--selector={as_text('selector', selector)}")
        return _items(self._ask("get", "--output=json", *where, "--", as_text("kind", kind)))

    def patch(
        self,
        name: str,
        patch: Object | Sequence[Object],
        *,
        type: str = "strategic",  # noqa: A002
        namespace: str | None = None,
    ) -> Object:
        """Change the object ``TYPE/NAME`` by a patch of a type, ``strategic``, ``merge`` or ``json``; gives it."""
        flags = (f"--type={as_text('type', type)}", f"--patch={as_patch(patch)}")
        return self._object("patch", *flags, *in_namespace(namespace), "--", as_name(name))

    def delete(self, name: str, *, namespace: str | None = None) -> None:
        """Delete the object ``TYPE/NAME``, without waiting until it is gone: ``wait(name, "delete")`` does."""
        self._ask("delete", "--wait=false", *in_namespace(namespace), "--", as_name(name))

    def events(self, name: str | None = None, *, namespace: str | None = None, all_namespaces: bool = False) -> Objects:
        """The events of a namespace, or those about the object ``TYPE/NAME``, the oldest first."""
        about = [] if name is None else [f"--for={as_name(name)}"]
        everywhere = ["--all-namespaces"] if all_namespaces else []
        return _items(self._ask("events", "--output=json", *about, *in_namespace(namespace), *everywhere))

    # what happened

    def rollout(self, name: str, *, revision: int = 0, namespace: str | None = None) -> Rollout:
        """The last rollout of the workload ``TYPE/NAME``, or the one that made a revision, as far as it has come.

        StatusError BadRequest where none is known of.
        """
        from kubesim.library.rollout import Rollout
        from kubesim.views.timeline.past import recorded_past

        workload = key_of(self.get(name, namespace=namespace))
        as_number("revision", revision)
        with _Refusals():
            saved = SavedCluster(self._home, clock=self._clock)
            past = recorded_past(saved, workload.namespace, PROGRAM, [] if revision else [workload])
            return Rollout(past.timeline(workload, past.rollout(workload, revision)))

    def images(self, rules: Mapping[str, str]) -> None:
        """Say what images do, as ``kubesim sim images`` does: ``{"web:2": "crash"}``."""
        if rules:
            self._ask("sim", "images", "--", *(f"{as_text('an image', image)}={rule}" for image, rule in rules.items()))

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
        self._ask("sim", "advance", "--", as_duration("duration", duration))

    def settle(self) -> None:
        """Let the cluster live until nothing but events has changed for 3 seconds of it, or 60 have passed."""
        self._ask("sim", "settle")

    def wait(self, name: str, condition: str, *, timeout: str | float = "30s", namespace: str | None = None) -> None:
        """Let the cluster live until something holds of the object ``TYPE/NAME``.

        ``condition`` is as in ``kubectl wait --for``: ``condition=Available``, ``jsonpath={.status.phase}=Running``,
        ``create`` or ``delete``.  ``timeout`` is simulated time, as for ``advance``; StatusError Timeout when it has
        passed.  With 0 it has to hold already.
        """
        flags = (f"--for={as_text('condition', condition)}", f"--timeout={as_duration('timeout', timeout)}")
        self._ask("wait", *flags, *in_namespace(namespace), "--", as_name(name))

    # other clients

    def serve(self) -> AbstractContextManager[Server]:
        """Serve the Kubernetes API over the cluster, in a thread, as long as a ``with`` lasts.

        What clients and this object do is seen by both at once.  ImportError without what ``kubesim[serve]`` brings.
        """
        from kubesim.library.server import serving

        return serving(self._home, self._clock)

    # commands

    def kubectl(self, line: str | Sequence[str], *, stdin: str | bytes = "") -> Result:
        """Run a command line: words, or a line that is split as a shell splits it. What is refused is in the result.

        ``stdin`` is what it reads; bytes are text in UTF-8.  ValueError for a line that no shell could split, as one
        with a quotation that does not end.  A command that waits for what never happens does not end unless it has a
        ``--timeout``.  There is no terminal, so that nothing can be edited in an editor.
        """
        out, err = StringIO(), StringIO()
        given = StringIO(stdin.decode() if isinstance(stdin, bytes) else as_text("stdin", stdin))
        code = answer(as_words(line), given, out, err, self._home, self._clock)
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


def _items(printed: str) -> Objects:
    """The objects of a list that was printed as JSON, or the only one."""
    if not printed:
        return []
    whole = json.loads(printed)
    items: Objects = whole["items"] if whole["kind"].endswith("List") else [whole]
    return items
