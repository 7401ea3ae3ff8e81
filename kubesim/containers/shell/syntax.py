"""The tree of a script.  Everything is immutable; a word keeps which of its parts were quoted."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple


class ShellSyntaxError(Exception):
    """A script that the grammar does not know.

    ``token`` is what was not expected there (``"fi"``, ``newline``, ``end of file``), ``expected`` what was;
    without a token the text itself says what is wrong.  ``line`` counts from 1, and ``begun`` is the script up to the
    last whole line before: a shell has walked that by then.  ``word`` is what stands there, ``text`` the whole line.
    """

    def __init__(self, problem: str, token: str = "", expected: str = "", line: int = 1) -> None:
        super().__init__(problem)
        self.token = token
        self.expected = expected
        self.line = line
        self.word = ""
        self.text = ""
        self.begun = Script(())


# words


class Text(NamedTuple):
    """Characters as they stand."""

    text: str
    is_quoted: bool = False


class Parameter(NamedTuple):
    """``$name``, ``${name}``, ``${name:-argument}``: ``operator`` is what stands between; ``#`` asks for a length.

    ``key`` is that of an element, ``${name[key]}``; with ``!`` as operator it asks for all keys, ``${!name[@]}``.
    """

    name: str
    operator: str = ""
    argument: Word | None = None
    is_quoted: bool = False
    key: Word | None = None


class CommandSubstitution(NamedTuple):
    """``$(script)``."""

    script: Script
    is_quoted: bool = False


class Arithmetic(NamedTuple):
    """``$((expression))``."""

    expression: Word
    is_quoted: bool = False


class Element(NamedTuple):
    """What stands in an array's list: words that come to any number of elements, or one with its ``key``."""

    value: Word
    key: Word | None = None


class Array(NamedTuple):
    """``(first "second" [5]=sixth)`` behind an equals sign."""

    elements: tuple[Element, ...]
    is_quoted: bool = False


class Opaque(NamedTuple):
    """Syntax that is skipped: a process substitution."""

    text: str
    is_quoted: bool = False


Part = Text | Parameter | CommandSubstitution | Arithmetic | Array | Opaque


class Word(NamedTuple):
    """One word before it is expanded."""

    parts: tuple[Part, ...]

    @property
    def literal(self) -> str | None:
        """The word's text if no part is quoted or expanded, as a reserved word must be."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Text) and not self.parts[0].is_quoted:
            return self.parts[0].text
        return None


# commands


class Redirection(NamedTuple):
    """``2>file``, ``<<EOF``: the target of a here-document is its text."""

    descriptor: int
    operator: str
    target: Word


class Assignment(NamedTuple):
    """``name=value``, or ``name+=value``; ``key`` is that of an element, ``name[key]=value``."""

    name: str
    value: Word
    appends: bool = False
    key: Word | None = None


class Simple(NamedTuple):
    """A command with its arguments, and the line on which it begins."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...] = ()
    line: int = 0


class Conditional(NamedTuple):
    """``[[ words ]]``."""

    words: tuple[Word, ...]


class ArithmeticCommand(NamedTuple):
    """``((expression))``."""

    expression: Word


class Group(NamedTuple):
    """``{ body; }``, or ``(body)``."""

    body: Script
    is_subshell: bool = False


class If(NamedTuple):
    """Conditions with their bodies, and what is run where none holds."""

    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script | None = None


class Loop(NamedTuple):
    """``while``, or ``until``."""

    condition: Script
    body: Script
    is_until: bool = False


class For(NamedTuple):
    """``for name in words``; without ``in`` it is the positional parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: Script


class CountingFor(NamedTuple):
    """``for ((first; condition; step))``."""

    first: Word
    condition: Word
    step: Word
    body: Script


class Arm(NamedTuple):
    """Patterns of a ``case``, and what is run where one matches."""

    patterns: tuple[Word, ...]
    body: Script


class Case(NamedTuple):
    """``case word in`` ... ``esac``."""

    word: Word
    arms: tuple[Arm, ...]


class Function(NamedTuple):
    """``name() body``."""

    name: str
    body: Redirected


Compound = Conditional | ArithmeticCommand | Group | If | Loop | For | CountingFor | Case


class Redirected(NamedTuple):
    """A compound command with the redirections behind it."""

    command: Compound
    redirections: tuple[Redirection, ...] = ()


Command = Simple | Redirected | Function


class Pipeline(NamedTuple):
    """Commands; each reads the output of the one before."""

    commands: tuple[Command, ...]
    is_negated: bool = False


class AndOr(NamedTuple):
    """Pipelines, each behind the ``&&`` or ``||`` that decides whether it is run; the first behind ``""``."""

    steps: tuple[tuple[str, Pipeline], ...]
    is_background: bool = False


class Script(NamedTuple):
    """Lists of pipelines, one after the other."""

    lists: tuple[AndOr, ...]
