"""``app``: the verbs as a genuine typer application, for all that works on one.

Its commands are the verbs' ``run`` functions, and their options are made of the same signatures; what is typed is read
by pflag's grammar (``kubesim.cli.pflag``), which is kubectl's and not click's. So ``typer.testing.CliRunner`` runs
every verb as the command line does, ``typer kubesim.cli.app utils docs`` documents them, and another application may
have them under a word of its own with ``add_typer``. The command line itself goes ``kubesim.cli.main``'s way, which
imports one verb and no typer.
"""

from __future__ import annotations

import sys
from functools import update_wrapper
from inspect import Parameter, Signature
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from kubesim.cli import lazy
from kubesim.cli.command import PROGRAM, Command
from kubesim.cli.help import default_text, help_text
from kubesim.cli.main import as_go_prints, as_go_reads, execute, parse_flags, report
from kubesim.errors import Aggregate, StatusError, UserError
from kubesim.kubectl.printers.style import dressed
from kubesim.startup.context_manager import contextmanager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.cli.command import Group
    from kubesim.cli.lazy import Found
    from kubesim.cli.pflag import Flag
    from kubesim.kubectl.printers.style import Output

FOUND = "kubesim.cli.lazy.Found"  # where a context's meta has the verb that was found so far
PARSED = "kubesim.cli.pflag.Parsed"  # and what its flags say

PYTHON_TYPES: dict[object, type] = {bool: bool, int: int, "int32": int, "strings": list[str], "array": list[str]}


class VerbCommand(TyperCommand):
    """A verb with none under it. Each has a class of its own, that says its path."""

    path = ""

    def parse_args(self, ctx: Any, _args: list[str]) -> list[str]:
        """Read what is left of the command line, of which the groups above took the words."""
        _read(ctx, ctx.meta[FOUND])
        return []

    def collect_usage_pieces(self, _ctx: Any) -> list[str]:
        """kubectl's usage line, behind the verb's own words."""
        return [usage_of(self.path)]

    def format_help(self, _ctx: Any, formatter: Any) -> None:
        """kubectl's help."""
        formatter.write(help_text(self.path))


class VerbGroup(TyperGroup):
    """A word with verbs under it, which may be a verb itself. Each has a class of its own, that says its path."""

    path = ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Find the verb that the next word names; without one, read what is left of the command line."""
        found: Found = ctx.meta[FOUND] if self.path else lazy.root(args)
        with reported():
            deeper = found.under()
        if deeper is None:
            _read(ctx, found)
            return []
        ctx.meta[FOUND] = deeper
        ctx._protected_args, ctx.args = [deeper.command.name], deeper.argv  # what TyperGroup.invoke goes on with
        return deeper.argv

    def list_commands(self, _ctx: Any) -> list[str]:
        """The verbs right under it, in kubectl's order."""
        return [row.name for row in lazy.children_of(self.path)]

    def collect_usage_pieces(self, _ctx: Any) -> list[str]:
        """kubectl's usage line, behind the word itself."""
        return [usage_of(self.path)]

    def format_help(self, _ctx: Any, formatter: Any) -> None:
        """kubectl's help."""
        formatter.write(help_text(self.path))


def usage_of(path: str) -> str:
    """A verb's usage line behind its own words."""
    return lazy.load(path).use.removeprefix(path).lstrip()


def _read(ctx: Any, found: Found) -> None:
    """Read the flags of the verb that is to run."""
    with reported():
        parsed = parse_flags(found.with_help())
    ctx.meta[FOUND], ctx.meta[PARSED] = found, parsed
    ctx.params = {_parameter_name(flag): parsed.values[flag.name] for flag in found.command.flags}


@contextmanager
def reported() -> Iterator[tuple[Output, Output]]:
    """Both streams; an error that is nobody's bug is printed, and its status is the application's."""
    out, err = dressed(as_go_prints(sys.stdout)), dressed(as_go_prints(sys.stderr))
    try:
        yield out, err
    except (UserError, StatusError, Aggregate) as error:
        raise typer.Exit(report(error, out, err)) from None
    finally:
        out.flush()
        err.flush()


def _callback(command: Command | Group) -> Callable[..., None]:
    """What typer calls: it has the verb's flags for its signature, and runs what was found with what was read."""

    def call(ctx: typer.Context, **_values: object) -> None:
        if ctx.invoked_subcommand is None:
            with reported() as (out, err):
                status = execute(ctx.meta[FOUND], ctx.meta[PARSED], as_go_reads(sys.stdin), out, err)
            raise typer.Exit(status)

    if isinstance(command, Command):
        update_wrapper(call, command.run)
        del call.__wrapped__  # type: ignore[attr-defined]  # typer would read that one's signature
    context = Parameter("ctx", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters = [context, *(_parameter(flag) for flag in sorted(command.flags, key=lambda flag: flag.name))]
    call.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return call


def _parameter(flag: Flag) -> Parameter:
    """A parameter that typer makes the flag's option of."""
    names = [f"-{flag.short}", f"--{flag.name}"] if flag.short else [f"--{flag.name}"]
    hidden = flag.hidden or bool(flag.deprecated)
    default = ... if flag.required else flag.default
    shown = default_text(flag) if flag.default else False
    option = typer.Option(default, *names, help=flag.help, hidden=hidden, show_default=shown)
    annotation = PYTHON_TYPES.get(flag.type, str)
    return Parameter(_parameter_name(flag), Parameter.KEYWORD_ONLY, default=option, annotation=annotation)


def _parameter_name(flag: Flag) -> str:
    name = flag.name.replace("-", "_")
    return f"{name}_" if iskeyword(name) else name


def _group(path: str) -> typer.Typer:
    """The application of a word with verbs under it."""
    command = lazy.load(path)
    made = typer.Typer(
        name=command.name or PROGRAM,
        help=command.long,
        cls=type("VerbGroup", (VerbGroup,), {"path": path}),
        invoke_without_command=True,
        callback=_callback(command),
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for row in lazy.children_of(path):
        shown: dict[str, Any] = {"short_help": row.short, "hidden": not path and not row.heading}
        if row.heading:
            shown["rich_help_panel"] = row.heading
        if lazy.children_of(row.path):
            made.add_typer(_group(row.path), name=row.name, **shown)
        else:
            verb = row.load()
            cls = type("VerbCommand", (VerbCommand,), {"path": row.path})
            made.command(row.name, cls=cls, help=verb.long, **shown)(_callback(verb))
    return made


app = _group("")
