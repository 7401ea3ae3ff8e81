"""The one error boundary: runs a verb, and turns what it raises into kubectl's words and an exit status."""

from __future__ import annotations

import sys

from kubesim.cli import lazy, pflag
from kubesim.cli.command import PROGRAM, Group, Invocation
from kubesim.cli.support.output_queue import shown
from kubesim.errors import Aggregate, FatalError, StatusError, UserError, aggregated
from kubesim.kubectl.printers.style import dressed, paint_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from kubesim.cli.command import Command
    from kubesim.cli.lazy import Found
    from kubesim.cli.pflag import Parsed
    from kubesim.kubectl.printers.style import Output
    from kubesim.sim.clock import Clock
    from kubesim.store.home import Home

#: What --profile may capture, by the names that Go has for it.
PROFILES = ("none", "cpu", "trace", "goroutine", "threadcreate", "heap", "allocs", "block", "mutex")

FAILED = 1
BUG = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130  # what a shell says of a process that SIGINT ended
PIPE_CLOSED = 141  # and of one that SIGPIPE ended, as it ends kubectl


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line, the process's own if none is given; returns the exit status and never raises.

    All that was printed has been written when it returns.
    """
    try:
        out, err = dressed(as_go_prints(sys.stdout)), dressed(as_go_prints(sys.stderr))
        status = answer(sys.argv[1:] if argv is None else argv, as_go_reads(sys.stdin), out, err)
        out.flush()
        err.flush()
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        status = PIPE_CLOSED
    except OSError as error:  # a full disk, a file that may not be read: nobody's bug
        status = FAILED
        sys.stderr.write(shown(f"error: {_as_go_says(error)}\n"))
    except Exception:
        status = BUG
        _ask_for_a_report()
    return status


def _as_go_says(error: OSError) -> str:
    """An error as Go's PathError says it. One without a file is of a stream: the state's have words of their own."""
    what = f"open {error.filename}" if error.filename else "write /dev/stdout"
    return f"{what}: {error.strerror.lower()}" if error.strerror else str(error)


def _ask_for_a_report() -> None:
    import traceback

    traceback.print_exc()
    sys.stderr.write(f"\nThis is a bug in {PROGRAM}. Please report it, with the lines above.\n")
    sys.stderr.flush()


def answer(
    argv: Sequence[str],
    stdin: TextIO,
    out: Output,
    err: Output,
    home: Home | None = None,
    clock: Clock | None = None,
) -> int:
    """As ``run``, with errors written to the streams. Bugs, and only bugs, come out as exceptions."""
    try:
        return run(argv, stdin, out, err, home, clock)
    except (UserError, StatusError, Aggregate) as error:
        return report(error, out, err)


def report(error: Exception, out: Output, err: Output) -> int:
    """Print an error that is nobody's bug; returns the exit status."""
    out.write(getattr(error, "output", ""))
    message = shown(error_text(error))
    err.write(message if message.endswith("\n") or not message else message + "\n")
    return status_of(error)


def status_of(error: Exception) -> int:
    """The exit status of a command that ended with an error which is nobody's bug."""
    return error.status if isinstance(error, UserError) else FAILED


def run(
    argv: Sequence[str],
    stdin: TextIO,
    out: Output,
    err: Output,
    home: Home | None = None,
    clock: Clock | None = None,
) -> int:
    """Find the verb, read its flags, and run it. Mirrors cobra's Command.execute.

    The cluster is the one in that ``home``, by that ``clock``; where they are None, the environment names them.
    """
    if home is None and argv and argv[0].startswith("__complete"):
        from kubesim.cli.completion import complete

        return complete(argv, out)
    found = lazy.find(argv)
    return execute(found, parse_flags(found), stdin, out, err, home, clock)


def parse_flags(found: Found) -> Parsed:
    """What the arguments of a verb say; UserError, with a hint to the verb's help, for flags that cannot be read."""
    try:
        return pflag.parse(found.argv, found.flags)
    except pflag.FlagError as error:
        hint = found.command.flag_hint.format(command=command_path(found.path))
        raise UserError(f"{error.message}\n{hint}", status=found.command.failure_status) from None


def execute(
    found: Found,
    parsed: Parsed,
    stdin: TextIO,
    out: Output,
    err: Output,
    home: Home | None = None,
    clock: Clock | None = None,
) -> int:
    """Run the verb that was found with the flags that were read, as ``run`` does; returns the exit status."""
    err.writelines(f"{notice}\n" for notice in parsed.notices)
    if isinstance(found.command, Group) and found.command.notice:
        err.write(f"{found.command.notice}\n")
        return 0
    if parsed.values["help"]:
        show_help(found.path, out)
        return 0
    if "profile" in parsed.changed:
        _check_profile(found, parsed)
    if isinstance(found.command, Group):
        return run_group(found.path, found.command, parsed.args, out, err)
    pflag.require(found.command.flags, parsed)
    argv = (*found.words, *found.typed)
    invocation = Invocation(found.path, found.command, parsed, stdin, out, err, found.words, home, clock, argv)
    try:
        status = run_verb(found.command, invocation)
    except (UserError, StatusError, Aggregate) as error:
        invocation.end(status_of(error))
        raise
    invocation.end(status)
    return status


def run_verb(command: Command, invocation: Invocation) -> int:
    """Let a verb do what it does; returns the exit status."""
    status = command.run(invocation, **command.signature.arguments(invocation.parsed.values)) or 0
    if invocation.warnings and invocation.globals.warnings_as_errors:
        count = len(invocation.warnings)
        raise UserError(f"{count} warning{'' if count == 1 else 's'} received")
    return status


def _check_profile(found: Found, parsed: Parsed) -> None:
    """UserError for a --profile that Go does not capture; a verb's own flag of that name is its own affair."""
    asked = parsed.values["profile"]
    if asked not in PROFILES and not any(flag.name == "profile" for flag in found.command.flags):
        raise UserError(f"unknown profile '{asked}'")


def run_group(path: str, group: Group, args: Sequence[str], out: Output, err: Output) -> int:
    """What a group does when none of its verbs was named. Mirrors cmdutil.DefaultSubCommandRun."""
    if args and group.help_status:
        message = f'unknown command "{" ".join(args)}"'
        raise UserError(f"{message}\nSee '{command_path(path)} -h' for help and examples")
    show_help(path, out if group.help_stream == "stdout" else err)
    return group.help_status


def show_help(path: str, stream: Output) -> None:
    """Print a verb's help."""
    from kubesim.cli.help import help_text

    stream.write(help_text(path, paint_for(stream)))


def command_path(path: str) -> str:
    """How a verb is called in messages: ``kubesim rollout undo``."""
    return f"{PROGRAM} {path}".rstrip()


def error_text(error: Exception) -> str:
    """An error as kubectl prints it. Mirrors cmdutil.checkErr."""
    if isinstance(error, Aggregate) and len(error.errors) == 1:
        error = error.errors[0]
    if isinstance(error, Aggregate):
        return "".join(f"{_of_several(one)}\n" for one in error.errors)
    if isinstance(error, StatusError):
        return _invalid(error) if error.reason == "Invalid" else _standard(error)
    if isinstance(error, FatalError):
        from kubesim.cli.support import klog

        return klog.line("F", error.place, error.message)
    message = str(error)
    bare = message.startswith("error: ") or (isinstance(error, UserError) and error.bare)
    return message if bare else f"error: {message}"


def _of_several(error: Exception) -> str:
    if isinstance(error, Aggregate):
        return aggregated(map(_of_several, error.errors))
    return _standard(error) if isinstance(error, StatusError) else str(error)


def _standard(error: StatusError) -> str:
    """Mirrors cmdutil.StandardErrorMessage."""
    if error.reason == "Unauthorized":
        return f"error: You must be logged in to the server ({error.message})"
    reason = f" ({error.reason})" if error.reason else ""
    return f"Error from server{reason}: {error.message}"


def _invalid(error: StatusError) -> str:
    """Every cause on a line of its own, or the only one beside the object's name; no cause is printed twice."""
    if not error.kind and not error.name:
        head = "The request is invalid" + ("" if error.causes or not error.message else f": {error.message}")
    else:
        from kubesim.golang.quoting import quote

        head = f"The {error.kind} {quote(error.name)} is invalid"
    causes = list(dict.fromkeys(f"{cause.field}: {cause.message}" for cause in error.causes))
    if not causes:
        return head
    if len(causes) == 1:
        return f"{head}: {causes[0]}\n"
    return "".join([f"{head}: \n", *(f"* {cause}\n" for cause in causes)])


def as_go_prints(stream: TextIO | None) -> TextIO:
    """The stream in UTF-8 whatever the locale, bytes that were none as they came, and each piece of text at once.

    kubectl does not buffer what it prints: its lines on standard output and standard error keep their order. To a
    stream that was closed before the program began, everything can be said, and nobody hears it.
    """
    import codecs
    from io import TextIOWrapper

    if stream is None:
        import os

        stream = open(os.devnull, "w")  # noqa: SIM115
    if isinstance(stream, TextIOWrapper):
        codecs.register_error("kubesim", _bytes_of_surrogates)
        stream.reconfigure(encoding="utf-8", errors="kubesim", newline="\n", line_buffering=True)
    return stream


def as_go_reads(stream: TextIO | None) -> TextIO:
    """The stream in UTF-8 whatever the locale, bytes that are none as the command line has them; empty if closed."""
    from io import StringIO, TextIOWrapper

    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    return StringIO() if stream is None else stream


def _bytes_of_surrogates(error: UnicodeError) -> tuple[bytes, int]:
    """An undecodable byte from the command line or a file goes out as it came in; a lone surrogate as U+FFFD."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    codes = map(ord, error.object[error.start : error.end])
    escaped = (bytes([code - 0xDC00]) if 0xDC80 <= code <= 0xDCFF else b"\xef\xbf\xbd" for code in codes)
    return b"".join(escaped), error.end
