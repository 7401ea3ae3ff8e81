"""How a verb is declared: its words, and a function with its flags as parameters.

A verb is a module with a ``COMMAND``; its row in ``kubesim.cli.lazy`` gives it a name. Parsing, help, completion, the
reference and the typer application (``kubesim.cli.app``) all read it. Mirrors what kubectl says with cobra.Command.
"""

from __future__ import annotations

import os
import sys

from kubesim.cli.options import GLOBAL_FIELDS, GlobalOptions
from kubesim.cli.signature import Signature
from kubesim.cli.support.output_queue import Streams
from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal, TextIO, TypeAlias

    from kubesim.cli.pflag import Flag, Parsed
    from kubesim.kubectl.printers.style import Output
    from kubesim.life.origin import Author
    from kubesim.sim.clock import Clock
    from kubesim.store.home import Home

    Examples: TypeAlias = tuple[tuple[str, str], ...]
    Stream: TypeAlias = Literal["stdout", "stderr"]
    Run: TypeAlias = Callable[..., int | None]


def program_name() -> str:
    """The name under which messages and help speak of the program.

    KUBESIM_NAME, which a wrapper sets; else kubectl, if a link of that name was called; else kubesim.
    """
    called = os.path.basename(sys.argv[0]) if sys.argv else ""
    return os.environ.get("KUBESIM_NAME") or ("kubectl" if called in ("kubectl", "kubectl.exe") else "kubesim")


PROGRAM = program_name()
FLAG_HINT = "See '{command} --help' for usage."

# Verbs that leave it to the server to call the manager of what they change by the program's name.
_WITHOUT_MANAGER = ("scale", "cordon", "uncordon", "drain", "delete")


class Command:
    """A verb: its words for help, and what it does; its flags are read from the signature of ``run``.

    ``use`` is the usage line without the program's name: ``"get (TYPE NAME | -f FILENAME)"``. ``examples`` are pairs
    of a comment and a command line, again without the program's name.
    ``run`` gets an Invocation and its flags (``kubesim.cli.signature``) and returns the exit status, None standing
    for 0. ``flag_hint`` comes after what is wrong with a flag, ``failure_status`` is how the verb exits then.
    """

    def __init__(
        self,
        name: str,
        use: str,
        short: str,
        long: str,
        run: Run,
        examples: Examples = (),
        flag_hint: str = FLAG_HINT,
        failure_status: int = 1,
        *,
        is_verbatim: bool = False,
    ) -> None:
        self.name = name
        self.use = use
        self.short = short
        self.long = long
        self.run = run
        self.examples = examples
        self.flag_hint = flag_hint
        self.failure_status = failure_status
        self.is_verbatim = is_verbatim
        self._signature: Signature | None = None

    @property
    def signature(self) -> Signature:
        """What ``run`` takes."""
        if self._signature is None:
            self._signature = Signature(self.run)
        return self._signature

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The verb's own flags."""
        return self.signature.flags


class Group(NamedTuple):
    """A word with verbs under it that does nothing alone: it prints its help on ``help_stream``.

    It then exits with ``help_status``; each of kubectl's groups has its own way. One that exits with 0 does not mind
    words that it does not know.  A ``notice`` is what a group without verbs prints in place of its help.
    """

    name: str
    use: str
    short: str
    long: str
    examples: Examples = ()
    help_stream: Stream = "stderr"
    help_status: int = 1
    notice: str = ""
    is_verbatim: bool = False

    @property
    def flags(self) -> tuple[Flag, ...]:
        """A group has no flags of its own."""
        return ()

    @property
    def flag_hint(self) -> str:
        """What comes after what is wrong with a flag."""
        return FLAG_HINT

    @property
    def failure_status(self) -> int:
        """How it exits then."""
        return 1


class Invocation:
    """What was typed, as a verb sees it: arguments, flags, and the streams to answer on.

    ``path`` is the verb's path, ``"rollout undo"``, ``words`` what was typed for it. ``dash`` is how many of ``args``
    stood before ``--``, None if there was no ``--`` (pflag's ArgsLenAtDash). ``argv`` is all that was typed. ``home``
    and ``clock`` are the cluster's, None where the environment says which.
    """

    __slots__ = (
        "_author",
        "args",
        "argv",
        "clock",
        "command",
        "dash",
        "err",
        "home",
        "out",
        "parsed",
        "path",
        "stdin",
        "streams",
        "warnings",
        "words",
    )

    def __init__(
        self,
        path: str,
        command: Command,
        parsed: Parsed,
        stdin: TextIO,
        out: Output,
        err: Output,
        words: Sequence[str],
        home: Home | None = None,
        clock: Clock | None = None,
        argv: Sequence[str] = (),
    ) -> None:
        self.path = path
        self.words = words
        self.argv = argv
        self.home = home
        self.clock = clock
        self.command = command
        self.parsed = parsed
        self.args = parsed.args
        self.dash = parsed.dash
        self.stdin = stdin
        self.streams = Streams(out, err)
        self.out = self.streams.out
        self.err = self.streams.err
        #: What the API server warned of, each printed once.
        self.warnings: list[str] = []
        self._author: Author | None = None

    def author(self) -> Author:
        """The command as the journal knows it."""
        if self._author is None:
            from kubesim.api.wire import as_sent
            from kubesim.life.origin import Author

            self._author = Author([as_sent(word) for word in self.argv])
        return self._author

    def end(self, status: int) -> None:
        """The verb is done, with that exit status."""
        if self._author is not None:
            self._author.end(status)

    def warn(self, text: str) -> None:
        """Print a warning of the API server's, unless it was. Mirrors rest.NewWarningWriter."""
        if text not in self.warnings:
            self.warnings.append(text)
            self.err.write(f"Warning: {text}\n")

    @property
    def globals(self) -> GlobalOptions:
        """The flags that every verb takes; one of which the verb has its own has its default here."""
        own = {flag.name for flag in self.command.flags}
        values = self.parsed.values
        return GlobalOptions(**{name: values[flag.name] for name, flag in GLOBAL_FIELDS if flag.name not in own})

    def changed(self, name: str) -> bool:
        """Whether the flag was given, be it with its default value."""
        return name in self.parsed.changed

    @property
    def command_path(self) -> str:
        """``kubesim rollout undo``."""
        return f"{PROGRAM} {self.path}".rstrip()

    @property
    def default_field_manager(self) -> str:
        """The owner of changed fields if no flag names one: ``kubectl-`` and the verb, for some verbs ``kubectl``."""
        verb = self.path.partition(" ")[0]
        return "kubectl" if verb in _WITHOUT_MANAGER else f"kubectl-{verb}"

    def refuse_args(self) -> None:
        """UserError, with a hint to the verb's help, if there are arguments."""
        if self.args:
            raise self.usage_error(f"unexpected arguments: [{' '.join(self.args)}]")

    def usage_error(self, message: str) -> UserError:
        """An error that points to the verb's help. Mirrors cmdutil.UsageErrorf."""
        return UserError(f"{message}\nSee '{self.command_path} -h' for help and examples")
