"""Help, laid out as kubectl does: what a verb is about, aliases, examples, verbs under it, options, usage.

Made of the declarations that parsing reads. On a colour terminal it is painted; without the colour it is the very
bytes that a pipe gets. Mirrors kubectl pkg/util/templates.
"""

from __future__ import annotations

from kubesim.cli import lazy, options
from kubesim.cli.command import PROGRAM
from kubesim.cli.pflag import Flag, zero_of
from kubesim.golang.durations import duration_text
from kubesim.kubectl.printers.style import COMMENT, HEADING, WORD, paint_for, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.cli.command import Command, Group, Invocation
    from kubesim.cli.lazy import Row
    from kubesim.kubectl.printers.style import Paint

NARROWEST = 11  # columns for the names of verbs, at least, as cobra has it


def help_text(path: str, paint: Paint = plain) -> str:
    """The help of a verb, of the program itself for the empty path."""
    command = lazy.load(path)
    return f"{command.long or command.short}\n\n{usage_text(path, paint)}"


def print_help(inv: Invocation) -> None:
    """Print the help of the verb that runs."""
    inv.out.write_data(help_text(inv.path, paint_for(inv.out)))


def usage_text(path: str, paint: Paint = plain) -> str:
    """The help of a verb without what it is about. Mirrors cobra's UsageString."""
    return "\n\n".join(filter(None, _sections(path, lazy.load(path), paint))) + "\n"


def global_options(paint: Paint = plain) -> str:
    """What ``kubesim options`` prints."""
    return f"The following options can be passed to any command:\n\n{_options(options.GLOBAL, paint)}\n"


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


def _sections(path: str, command: Command | Group, paint: Paint) -> Iterator[str]:
    """The paragraphs, in kubectl's order; those that a verb has nothing for are empty."""
    children = lazy.children_of(path)
    aliases = lazy.row_of(path).aliases if path else ()
    yield _section("Aliases", ", ".join((command.name, *aliases)) if aliases else "", paint)
    yield _section("Examples", "\n  \n".join(_example(*pair, paint) for pair in command.examples), paint)
    yield _verbs_by_heading(children, paint) if not path else _verbs(children, paint)
    yield _section("Options", _options(command.flags, paint), paint)
    options_are_named = "[options]" in command.use
    yield _section("Usage", f"  {PROGRAM} {command.use}{'' if options_are_named else ' [options]'}", paint)
    yield _hints(path, has_children=bool(children))


def _section(title: str, text: str, paint: Paint) -> str:
    return f"{paint(f'{title}:', HEADING)}\n{text}" if text else ""


def _example(comment: str, line: str, paint: Paint) -> str:
    return f"  {paint(f'# {comment}', COMMENT)}\n  {PROGRAM} {line}"


def _verbs(children: list[Row], paint: Paint) -> str:
    return _section("Available Commands", _listed(sorted(children), paint), paint)


def _verbs_by_heading(children: list[Row], paint: Paint) -> str:
    """The program's own verbs, those under each heading in kubectl's order."""
    listed = [row for row in children if row.heading]
    width = max(len(row.name) for row in listed)
    under: dict[str, list[Row]] = {}
    for row in listed:
        under.setdefault(row.heading, []).append(row)
    under[lazy.OTHER].sort()
    return "\n\n".join(_section(heading, _listed(rows, paint, width), paint) for heading, rows in under.items())


def _listed(rows: list[Row], paint: Paint, width: int = 0) -> str:
    width = max([width, NARROWEST, *(len(row.name) for row in rows)])
    return "\n".join(f"  {paint(row.name, WORD)}{' ' * (width - len(row.name))}   {row.short}" for row in rows)


def _options(flags: Iterable[Flag], paint: Paint) -> str:
    shown = sorted((flag for flag in flags if not flag.hidden and not flag.deprecated), key=lambda flag: flag.name)
    return "\n\n".join(_option(flag, paint) for flag in shown)


def _option(flag: Flag, paint: Paint) -> str:
    """A flag's names and default on a line, what it is for under it."""
    names = [f"-{flag.short}", f"--{flag.name}"] if flag.short else [f"--{flag.name}"]
    return f"    {', '.join(paint(name, WORD) for name in names)}={default_text(flag)}:\n\t{flag.help}"


def _hints(path: str, *, has_children: bool) -> str:
    called = f"{PROGRAM} {path}".rstrip()
    under = f'Use "{called} <command> --help" for more information about a given command.\n'
    everywhere = f'Use "{PROGRAM} options" for a list of global command-line options (applies to all commands).'
    return (under if has_children else "") + everywhere
