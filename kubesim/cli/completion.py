"""``__complete``, which the scripts of ``kubesim completion`` ask what could come next.

The protocol is cobra's: a candidate a line, with a tab before its description, then ``:`` and a directive. What an
argument can be is read off the verb's usage line: a placeholder that stands for a type, a pod or a node is completed.
Mirrors kubectl pkg/util/completion.
"""

from __future__ import annotations

from kubesim.cli import lazy, pflag
from kubesim.cli.pflag import Flag
from kubesim.cli.support.completion_arguments import FILES, NO_FILES, Line, arguments_of, flag_values
from kubesim.cli.verbs.completion import SCRIPTS
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from kubesim.cli.lazy import Found
    from kubesim.kubectl.printers.style import Output

    Candidates: TypeAlias = list[tuple[str, str]]  # words, each with what it means
    Answer: TypeAlias = tuple[Candidates, int]  # with cobra's directive


def complete(argv: Sequence[str], out: Output) -> int:
    """Answer ``__complete WORD... PREFIX``; returns the exit status, 0 even when there is nothing to offer."""
    *words, prefix = argv[1:] or [""]
    try:
        candidates, directive = candidates_for(words, prefix)
    except (UserError, StatusError):
        candidates, directive = [], FILES
    described = argv[0] == "__complete"
    for candidate, description in candidates:
        out.write(f"{candidate}\t{description}\n" if described and description else f"{candidate}\n")
    out.write(f":{directive}\n")
    return 0


def candidates_for(words: Sequence[str], prefix: str) -> Answer:
    """What a word that begins with ``prefix`` could be after those words.

    UserError where the words are wrong themselves.
    """
    found = lazy.find(words)
    if "--" not in words:
        if words and words[-1].startswith("-") and found.flags.takes_next(words[-1]):
            return _flag_value(found, words[-1], _line(found, found.argv[:-1], prefix))
        if prefix.startswith("-"):
            name, equals, value = prefix.partition("=")
            return _flag_value(found, name, _line(found, found.argv, value)) if equals else _flags(found, prefix)
    line = _line(found, found.argv, prefix)
    verbs = [] if line.args else [(row.name, row.short) for row in lazy.children_of(found.path)]
    near = _beginning(prefix, verbs)
    return (near, NO_FILES) if near or not found.path else _arguments(found, line)


def _line(found: Found, argv: Sequence[str], prefix: str) -> Line:
    parsed = pflag.parse(argv, found.flags)
    return Line(parsed.args, prefix, str(parsed.values["namespace"] or ""))


def _beginning(prefix: str, candidates: Iterable[tuple[str, str]]) -> Candidates:
    return sorted(candidate for candidate in candidates if candidate[0].startswith(prefix))


def _flag_meant(found: Found, written: str) -> Flag | None:
    """The flag of ``--name`` or of ``-n``, alone or last among shorthands."""
    return found.flags.named(written[2:]) if written.startswith("--") else found.flags.by_short.get(written[-1:])


def _flags(found: Found, prefix: str) -> Answer:
    shown = [flag for flag in found.flags.by_name.values() if not flag.deprecated]
    shorthands = [(f"-{flag.short}", flag.help) for flag in shown if flag.short]
    return _beginning(prefix, [(f"--{flag.name}", flag.help) for flag in shown] + shorthands), NO_FILES


def _flag_value(found: Found, written: str, line: Line) -> Answer:
    """What the value of a flag could be, of which the line's prefix is the beginning."""
    flag = _flag_meant(found, written)
    if flag is None:
        return [], FILES
    if (named := flag_values(flag.name, line)) is not None:
        return _undescribed(*named)
    return _beginning(line.prefix, [(choice, "") for choice in flag.choices]), NO_FILES if flag.choices else FILES


def _arguments(found: Found, line: Line) -> Answer:
    if found.path == "help":
        topics = [(row.name, row.short) for row in lazy.children_of(" ".join(line.args))]
        return _beginning(line.prefix, topics), NO_FILES
    if "SHELL" in found.command.use.split():
        return _beginning(line.prefix, [] if line.args else [(shell, "") for shell in SCRIPTS]), NO_FILES
    return _undescribed(*arguments_of(found.path, found.command.use, line))


def _undescribed(names: Iterable[str], directive: int) -> Answer:
    return [(name, "") for name in names], directive
