"""Loops that only count, print and add to files: each round does what the one before did, one further."""

from __future__ import annotations

from kubesim.containers.shell.syntax import (
    Arithmetic,
    CommandSubstitution,
    If,
    Loop,
    Parameter,
    Redirected,
    Simple,
    Text,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from kubesim.containers.shell.syntax import Command, CountingFor, For, Part, Redirection, Script, Word

# Commands that neither read files nor decide anything.
_PRINTING = frozenset(("echo", "printf", "date", "sleep", "true", ":", "hostname", "let", "tee"))
# Clients: what they get changes only at instants that are known, up to which rounds are skipped.
_ASKING = frozenset(("wget", "curl", "nc", "nslookup", "pg_isready", "redis-cli"))
_WRITING = frozenset((">", ">>", ">|", ">&"))


def only_prints(command: Loop | For | CountingFor, counted: Collection[str]) -> bool:
    """Whether nothing that a loop does depends on what it counts but what it prints, nor on any file."""
    return isinstance(command, Loop) and _is_flat(command.condition, counted) and _is_flat(command.body, counted)


def _is_flat(script: Script, counted: Collection[str]) -> bool:
    for steps in script.lists:
        if steps.is_background:
            return False
        if not all(_is_printing(command, counted) for _, pipeline in steps.steps for command in pipeline.commands):
            return False
    return True


def _is_printing(command: Command, counted: Collection[str]) -> bool:
    if isinstance(command, Redirected):
        return _is_choice(command, counted)
    if not isinstance(command, Simple):
        return False
    name = command.words[0].literal if command.words else ":"
    decides = name == "sleep" or name in _ASKING
    if not (name in _PRINTING or decides) or (decides and any(_mentions(word, counted) for word in command.words)):
        return False
    if not _only_writes(command.redirections, counted):
        return False
    words = [*command.words, *(assignment.value for assignment in command.assignments)]
    return all(_is_known(part, counted) for word in words for part in word.parts)


def _is_choice(command: Redirected, counted: Collection[str]) -> bool:
    """Whether a command is an ``if`` whose parts only print."""
    choice = command.command
    if not isinstance(choice, If) or not _only_writes(command.redirections, counted):
        return False
    scripts = [*(script for branch in choice.branches for script in branch), choice.otherwise]
    return all(script is None or _is_flat(script, counted) for script in scripts)


def _only_writes(redirections: Collection[Redirection], counted: Collection[str]) -> bool:
    return all(one.operator in _WRITING and not _mentions(one.target, counted) for one in redirections)


def _is_known(part: Part, counted: Collection[str]) -> bool:
    if isinstance(part, Text):
        return not any(sign in part.text for sign in "*?[") or part.is_quoted
    if isinstance(part, Parameter):
        return not part.operator and part.key is None
    if isinstance(part, Arithmetic):
        return not any(sign in text for text in _literals(part.expression) for sign in "<>=!&|?%/")
    return isinstance(part, CommandSubstitution) and _is_flat(part.script, counted)


def _literals(word: Word) -> list[str]:
    return [part.text for part in word.parts if isinstance(part, Text)]


def _mentions(word: Word, counted: Collection[str]) -> bool:
    """Whether a word is of something that is counted, or may be."""
    return any(not isinstance(part, Text) and getattr(part, "name", "") in {*counted, ""} for part in word.parts)
