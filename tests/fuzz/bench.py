"""A cluster to throw things at: each command line is run on it, and must work or be refused in one of kubesim's ways."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

from kubesim.cli import main

from tests.fuzz.seeds import SEEDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST = 20  # seconds that a command line may take; they take milliseconds
STATUSES = (0, 1, 2, 3)  # kubectl's own; 70 would be a bug


class Waits(BaseException):
    """The command line waits for what another terminal may do: no hang, and nobody is there to end it."""


class TookTooLong(BaseException):
    """The command line neither ended nor waited."""


class Answer(NamedTuple):
    """What a command line came to; ``status`` is None if it waited."""

    status: int | None
    out: str
    err: str


class Bench:
    """A folder with a state and some files, in which command lines are run in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state.json"
        self._files: dict[str, bytes] = {}

    @contextmanager
    def open(self) -> Iterator[Bench]:
        """Be in the folder, with a cluster that has an object of every sort."""
        environment = {
            "KUBESIM_STATE": str(self.state),
            "KUBESIM_SPEED": "max",
            "KUBE_EDITOR": "true",
            "KUBECTL_EXTERNAL_DIFF": "true",
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
        }
        with _inside(self.folder), mock.patch.dict(os.environ, environment, clear=True):
            (self.folder / "seeds").mkdir()
            for kind, manifest in SEEDS.items():
                self.write(f"seeds/{kind}.yml", manifest)
            self.run("sim", "reset", "--seed", "7", "--at", "2026-01-01T00:00:00Z")
            answer = self.run("create", "-f", "seeds")
            assert answer.status == 0, answer
            self.run("sim", "settle")
            self._files = {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
            yield self

    def write(self, name: str, text: str | bytes) -> str:
        """Write a file; its name."""
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        (self.folder / name).write_bytes(data)
        return name

    def clean(self) -> None:
        """Undo what command lines did to the state and the files."""
        for path, content in self._files.items():
            with contextlib.suppress(FileNotFoundError):
                if Path(path).read_bytes() == content:
                    continue
            Path(path).write_bytes(content)

    def run(self, *argv: str, stdin: str = "") -> Answer:
        """Run a command line; a traceback of its is raised, and so is TookTooLong."""
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.object(time, "sleep", _wait), _limited(argv):
            try:
                status = main.answer(list(argv), io.StringIO(stdin), out, err)
            except Waits:
                status = None
            except OSError as error:  # as main.main does
                status = main.FAILED
                err.write(f"error: {error}\n")
        return Answer(status, out.getvalue(), err.getvalue())

    def throw(self, *argv: str, stdin: str = "") -> Answer:
        """Run a command line that may be wrong: it works, waits, or says on standard error why not."""
        answer = self.run(*argv, stdin=stdin)
        if answer.status is not None:
            assert answer.status in STATUSES, (argv, answer)
            assert answer.status == 0 or answer.out or answer.err, f"{argv} said nothing"
        return answer


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _wait(_seconds: float) -> None:
    raise Waits


@contextmanager
def _limited(argv: Sequence[str]) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TookTooLong(argv)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
