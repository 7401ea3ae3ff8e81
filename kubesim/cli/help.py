"""Help, rendered by typer from the declarations that parsing reads; the only module that imports typer.

Each verb becomes a typer app, its flags typer options, and typer's command, asked for its help, lays it out as
kubectl does: what it is about, aliases, examples, verbs, options, usage. Mirrors kubectl pkg/util/templates.
"""

from __future__ import annotations

from inspect import Parameter, Signature

import typer
from typer.core import TyperCommand, TyperGroup

from kubesim.cli import lazy, options
from kubesim.cli.command import PROGRAM
from kubesim.cli.pflag import Flag, zero_of
from kubesim.golang.durations import duration_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kubesim.cli.lazy import Row

NARROWEST = 11  # columns for the names of verbs, at least, as cobra has it


class Verb:
    """What a page of help is about: the verb, where it is, and the verbs under it."""

    def __init__(self, path: str, *, described: bool = True) -> None:
        self.path = path
        self.described = described
        self.command = lazy.load(path)
        self.children = lazy.children_of(path)
        self.aliases = lazy.row_of(path).aliases if path else ()


class Page:
    """Mixed into typer's command classes: lays help out as kubectl does."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        verb: Verb = ctx.obj
        formatter.write("\n\n".join(filter(None, self.sections(ctx, verb))) + "\n")

    def sections(self, ctx: Any, verb: Verb) -> Iterator[str]:
        """The paragraphs, in kubectl's order; those that a verb has nothing for are empty."""
        command = verb.command
        yield (command.long or command.short) if verb.described else ""
        yield _section("Aliases", [", ".join((command.name, *verb.aliases))] if verb.aliases else [])
        yield _section("Examples", "\n  \n".join(_example(*pair) for pair in command.examples).splitlines())
        yield _verbs(verb)
        options = [param for param in self.get_params(ctx) if not param.hidden]  # type: ignore[attr-defined]
        yield _section("Options", "\n\n".join(_option(option) for option in options).splitlines())
        options_are_named = "[options]" in command.use
        yield f"Usage:\n  {PROGRAM} {command.use}{'' if options_are_named else ' [options]'}"
        yield _hints(verb)


class PlainCommand(Page, TyperCommand):
    """A verb with none under it."""


class GroupCommand(Page, TyperGroup):
    """A word with verbs under it."""


def app_of(verb: Verb) -> typer.Typer:
    """A typer app that declares a verb: its flags as options, and the verbs under it by name and short help."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings={"help_option_names": []})
    callback = _callback(verb.command.flags)
    if not verb.children:
        app.command(verb.command.name, cls=PlainCommand, help=verb.command.long)(callback)
        return app
    app.callback(cls=GroupCommand, help=verb.command.long)(callback)
    for row in verb.children:
        app.command(row.name, short_help=row.short, rich_help_panel=row.heading or None)(_callback(()))
    return app


def _callback(declared: Iterable[Flag]) -> Any:
    """A function whose signature typer reads the flags from."""

    def callback(**_values: object) -> None:
        """Never called: typer renders, and pflag.py parses."""

    parameters = [_parameter(flag) for flag in sorted(declared, key=lambda flag: flag.name)]
    callback.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    callback.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return callback


def _parameter(flag: Flag) -> Parameter:
    """A parameter that typer makes the flag's option of; every name is fit for Python, ``--as`` too."""
    names = [f"-{flag.short}", f"--{flag.name}"] if flag.short else [f"--{flag.name}"]
    hidden = flag.hidden or bool(flag.deprecated)
    option = typer.Option(None, *names, help=flag.help, hidden=hidden, show_default=default_text(flag))
    name = f"{flag.name.replace('-', '_')}_"
    annotation = bool if flag.type is bool else str
    return Parameter(name, Parameter.KEYWORD_ONLY, default=option, annotation=annotation)


def default_text(flag: Flag) -> str:
    """A flag's default as pflag prints it: 'x', [a,b], false, 30s."""
    value = zero_of(flag)
    if flag.type is str:
        return f"'{value}'"
    if flag.type in ("duration", "go duration"):
        return duration_text(value)
    if flag.type in ("strings", "array"):
        return f"[{','.join(value)}]"
    if flag.type == "map":
        return "[]"
    return "" if flag.type == "pairs" else str(value).lower()


def _option(option: Any) -> str:
    """One option of typer's: its names and default on a line, what it is for under it."""
    return f"    {', '.join(option.opts)}={option.show_default}:\n\t{option.help}"


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *lines]) if lines else ""


def _example(comment: str, line: str) -> str:
    return f"  # {comment}\n  {PROGRAM} {line}"


def _verbs(verb: Verb) -> str:
    """The verbs under this one: by heading for the program itself, else by name."""
    if verb.path:
        return _section("Available Commands", _listed(sorted(verb.children)))
    listed = [row for row in verb.children if row.heading]
    width = max(len(row.name) for row in listed)
    under: dict[str, list[Row]] = {}
    for row in listed:
        under.setdefault(row.heading, []).append(row)
    under[lazy.OTHER].sort()
    return "\n\n".join(_section(heading, _listed(rows, width)) for heading, rows in under.items())


def _listed(rows: list[Row], width: int = 0) -> list[str]:
    width = max([width, NARROWEST, *(len(row.name) for row in rows)])
    return [f"  {row.name:{width}}   {row.short}" for row in rows]


def _hints(verb: Verb) -> str:
    called = f"{PROGRAM} {verb.path}".rstrip()
    under = f'Use "{called} <command> --help" for more information about a given command.\n'
    everywhere = f'Use "{PROGRAM} options" for a list of global command-line options (applies to all commands).'
    return (under if verb.children else "") + everywhere


def help_text(path: str) -> str:
    """The help of a verb, of the program itself for the empty path. Plain; the stream puts colour on."""
    return _rendered(Verb(path))


def usage_text(path: str) -> str:
    """The help of a verb without what it is about. Mirrors cobra's UsageString."""
    return _rendered(Verb(path, described=False))


def _rendered(verb: Verb) -> str:
    command: Any = typer.main.get_command(app_of(verb))
    with command.make_context(PROGRAM, [], resilient_parsing=True, obj=verb) as ctx:
        text: str = command.get_help(ctx)
    return text + "\n"


def global_options() -> str:
    """What ``kubesim options`` prints."""
    everywhere = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings={"help_option_names": []})
    everywhere.command()(_callback(options.GLOBAL))
    command: Any = typer.main.get_command(everywhere)
    with command.make_context(PROGRAM, [], resilient_parsing=True) as ctx:
        lines = "\n\n".join(_option(option) for option in command.get_params(ctx))
    return f"The following options can be passed to any command:\n\n{lines}\n"
