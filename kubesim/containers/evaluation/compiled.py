"""Scripts that only count, choose, print and add to files, compiled: what they do is worked out without a walk.

``compiled`` makes a function of a tree. What it cannot compile becomes a step that raises ``NotCompiled`` when it is
reached, so a rare branch that leaves a loop keeps nothing from being compiled. Whoever runs a compiled round compares
one with what the walk came to.
"""

from __future__ import annotations

import re

from kubesim.containers.evaluation.builtins import milliseconds
from kubesim.containers.evaluation.compiled_words import Round, WordCompiler, expands, has_pattern
from kubesim.containers.evaluation.sums import NotCompiled, int_of
from kubesim.containers.evaluation.tools.dates import DEFAULT, quick_format
from kubesim.containers.shell.syntax import (
    ArithmeticCommand,
    Conditional,
    Group,
    If,
    Redirected,
    Simple,
    Word,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.containers.evaluation.compiled_words import Piece, Target
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.containers.shell.syntax import AndOr, Command, Redirection, Script

    Step = Callable[[Round], int]  # gives the status

LOG: Target = ("", True)
NOWHERE: Target = ("/dev/null", True)


class Compiler(WordCompiler):
    """Compiles for one shell; ``targets`` are where its descriptors lead."""

    def __init__(self, machine: Machine, targets: dict[int, Target]) -> None:
        super().__init__(machine)
        self._targets = targets

    def script(self, script: Script) -> Step:
        steps = [self._and_or(one) for one in script.lists]

        def run(round_: Round) -> int:
            status = 0
            for step in steps:
                status = step(round_)
            return status

        return steps[0] if len(steps) == 1 else run

    def _and_or(self, steps: AndOr) -> Step:
        if steps.is_background:
            return _unknown
        parts = [(operator, self._pipeline(one.commands, one.is_negated)) for operator, one in steps.steps]
        if len(parts) == 1:
            return parts[0][1]

        def run(round_: Round) -> int:
            status = 0
            for operator, step in parts:
                if not operator or (status == 0) == (operator == "&&"):
                    status = step(round_)
            return status

        return run

    def _pipeline(self, commands: Sequence[Command], is_negated: bool) -> Step:
        if len(commands) != 1:
            return self._teed(commands)
        step = self._command(commands[0])
        return (lambda round_: int(step(round_) == 0)) if is_negated else step

    def _teed(self, commands: Sequence[Command]) -> Step:
        """``command | tee -a file``: what it prints goes to two places."""
        last = commands[-1]
        words = [word.literal for word in last.words] if isinstance(last, Simple) and not last.redirections else []
        if len(commands) != 2 or words[:2] != ["tee", "-a"] or len(words) != 3 or words[2] is None:
            return _unknown
        first, both = self._command(commands[0]), (self._targets[1], (self._machine.path(words[2]), True))

        def run(round_: Round) -> int:
            if round_.captured is not None:
                raise NotCompiled
            texts: list[str] = []
            round_.captured = texts
            try:
                first(round_)
            finally:
                round_.captured = None
            for target in both:
                round_.write(target, "".join(texts))
            return 0

        return run

    def _command(self, command: Command) -> Step:
        if isinstance(command, Simple):
            return self._simple(command)
        if not isinstance(command, Redirected):
            return _unknown
        inner = self._redirected(command.redirections)
        return _unknown if inner is None else inner._compound(command)

    def _compound(self, command: Redirected) -> Step:
        inner = command.command
        if isinstance(inner, ArithmeticCommand):
            value = self._sum(inner.expression)
            return _unknown if value is None else lambda round_: int(value(round_.variables) == 0)
        if isinstance(inner, Group) and not inner.is_subshell:
            return self.script(inner.body)
        if isinstance(inner, Conditional):
            return self._test(inner.words)
        if isinstance(inner, If):
            branches = [(self.script(condition), self.script(body)) for condition, body in inner.branches]
            otherwise = None if inner.otherwise is None else self.script(inner.otherwise)
            return _choice(branches, otherwise)
        return _unknown

    def _redirected(self, redirections: Sequence[Redirection]) -> Compiler | None:
        """A compiler for what stands before redirections; None for one that is not known, or empties a file."""
        targets = dict(self._targets)
        for one in redirections:
            text = one.target.literal
            if text is None or one.operator not in (">>", ">", ">&"):
                return None
            if one.operator == ">&":
                if not text.isdigit() or int(text) not in targets:
                    return None
                targets[one.descriptor] = targets[int(text)]
            elif text == "/dev/null":
                targets[one.descriptor] = NOWHERE
            elif text.startswith(("/dev/", "/proc/")):
                return None
            else:
                targets[one.descriptor] = (self._machine.path(text), one.operator == ">>")
        return Compiler(self._machine, targets)

    # simple commands

    def _simple(self, command: Simple) -> Step:
        inner = self._redirected(command.redirections)
        if inner is None:
            return _unknown
        if not command.words:
            return _unknown if command.redirections else self._assignments(command)
        name = command.words[0].literal
        maker = None if name is None or command.assignments or self._is_function(name) else _MAKERS.get(name)
        return _unknown if maker is None else maker(inner, command.words[1:])

    def _is_function(self, name: str) -> bool:
        return name in self._machine.functions or name in self._machine.aliases

    def _assignments(self, command: Simple) -> Step:
        pairs = []
        for one in command.assignments:
            value = self._text(one.value)
            if value is None or one.key is not None or one.appends or one.name in self._machine.readonly:
                return _unknown
            pairs.append((one.name, value))

        def run(round_: Round) -> int:
            for name, value in pairs:
                round_.variables[name] = value(round_)
            return 0

        return run

    def echo(self, words: Sequence[Word]) -> Step:
        ends = "\n"
        if words and words[0].literal == "-n":
            words, ends = words[1:], ""
        fields, target = self._fields(words), self._targets.get(1)
        if fields is None or target is None:
            return _unknown

        def run(round_: Round) -> int:
            found = fields(round_)
            text = " ".join(found)
            if "\\" in text or (found and found[0][:1] == "-"):
                raise NotCompiled
            round_.write(target, text + ends)
            return 0

        return run

    def printf(self, words: Sequence[Word]) -> Step:
        template = self._text(words[0]) if words and not expands(words[0]) else None
        fields, target = self._fields(words[1:]), self._targets.get(1)
        if template is None or fields is None or target is None:
            return _unknown
        form = template(Round({}, 0, 0, "")).replace("\\n", "\n").replace("\\t", "\t")
        kinds = re.findall(r"%(%|0?\d*[sd]|)", form)
        if "\\" in form or "" in kinds:
            return _unknown
        kinds = [kind for kind in kinds if kind != "%"]

        def run(round_: Round) -> int:
            found = fields(round_)
            if len(found) != len(kinds):
                raise NotCompiled
            given = tuple(int_of(one) if kind[-1] == "d" else one for kind, one in zip(kinds, found, strict=True))
            round_.write(target, form % given)
            return 0

        return run

    def date(self, words: Sequence[Word]) -> Step:
        texts = [self._text(word) if not expands(word) else None for word in words]
        target, zone = self._targets.get(1), self._machine.variables.get("TZ", "")
        if None in texts or target is None or zone not in ("", "UTC"):
            return _unknown
        given = [text(Round({}, 0, 0, "")) for text in texts if text is not None and text(Round({}, 0, 0, "")) != "-u"]
        template = DEFAULT if not given else given[0][1:] if len(given) == 1 and given[0][:1] == "+" else None
        shown = None if template is None else quick_format(template)
        if shown is None:
            return _unknown

        def run(round_: Round) -> int:
            round_.write(target, shown(round_.epoch + round_.clock) + "\n")
            return 0

        return run

    def host_name(self, words: Sequence[Word]) -> Step:
        target = self._targets.get(1)
        if words or target is None or self._machine.shared.setting.host_name is None:
            return _unknown

        def run(round_: Round) -> int:
            round_.write(target, round_.host_name + "\n")
            return 0

        return run

    def sleep(self, words: Sequence[Word]) -> Step:
        lengths = [milliseconds(word.literal or "") for word in words]
        total = sum(length or 0 for length in lengths)
        if None in lengths or not lengths or total <= 0:
            return _unknown

        def run(round_: Round) -> int:
            round_.clock += total
            return 0

        return run

    def let(self, words: Sequence[Word]) -> Step:
        value = self._sum(words[0]) if len(words) == 1 else None
        return _unknown if value is None else lambda round_: int(value(round_.variables) == 0)

    def test(self, words: Sequence[Word]) -> Step:
        """``[``, up to its closing bracket."""
        return self._test(words[:-1]) if words and words[-1].literal == "]" else _unknown

    def _test(self, words: Sequence[Word]) -> Step:
        texts = [self._text(word) for word in words]
        if len(texts) == 2 and words[0].literal in ("-n", "-z"):
            text, wanted = texts[1], words[0].literal == "-n"
            return _unknown if text is None else lambda round_: int((text(round_) != "") != wanted)
        compare = _COMPARISONS.get(words[1].literal or "") if len(words) == 3 else None
        first, second = (texts[0], texts[2]) if len(texts) == 3 else (None, None)
        if compare is None or first is None or second is None:
            return _unknown
        if any(has_pattern(word) for word in words):
            return _unknown
        return lambda round_: int(not compare(first(round_), second(round_)))

    def _substitution(self, script: Script) -> Piece | None:
        inner = Compiler(self._machine, {1: LOG, 2: LOG}).script(script)
        if any(_assigns(command) for one in script.lists for _, line in one.steps for command in line.commands):
            return None

        def run(round_: Round) -> str:
            before, round_.captured = round_.captured, []
            try:
                inner(round_)
                return "".join(round_.captured).rstrip("\n")
            finally:
                round_.captured = before

        return run


def _assigns(command: Command) -> bool:
    return not isinstance(command, Simple) or bool(command.assignments) or bool(command.redirections)


def _unknown(_: Round) -> int:
    raise NotCompiled


def _choice(branches: list[tuple[Step, Step]], otherwise: Step | None) -> Step:
    def run(round_: Round) -> int:
        for condition, body in branches:
            if condition(round_) == 0:
                return body(round_)
        return 0 if otherwise is None else otherwise(round_)

    return run


_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "-eq": lambda a, b: int_of(a) == int_of(b),
    "-ne": lambda a, b: int_of(a) != int_of(b),
    "-lt": lambda a, b: int_of(a) < int_of(b),
    "-le": lambda a, b: int_of(a) <= int_of(b),
    "-gt": lambda a, b: int_of(a) > int_of(b),
    "-ge": lambda a, b: int_of(a) >= int_of(b),
    **dict.fromkeys(("=", "=="), lambda a, b: a == b),
    "!=": lambda a, b: a != b,
}
_MAKERS: dict[str, Callable[[Compiler, Sequence[Word]], Step]] = {
    "echo": Compiler.echo,
    "printf": Compiler.printf,
    "date": Compiler.date,
    "hostname": Compiler.host_name,
    "sleep": Compiler.sleep,
    "let": Compiler.let,
    "[": Compiler.test,
    **dict.fromkeys(("true", ":"), lambda _compiler, _words: lambda _round: 0),
    "false": lambda _compiler, _words: lambda _round: 1,
}
