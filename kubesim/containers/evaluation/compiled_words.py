"""The words of scripts that are compiled: what they come to in a round."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.sums import NotCompiled, sum_of
from kubesim.containers.shell.syntax import Arithmetic, CommandSubstitution, Parameter, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.containers.evaluation.machine import Machine
    from kubesim.containers.evaluation.sums import Sum
    from kubesim.containers.shell.syntax import Part, Script, Word

    Piece = Callable[["Round"], str]
    Target = tuple[str, bool]  # a file's path, empty for the log, and whether is added to it

_MEANS_MORE = re.compile(r"[*?\[\\]")
_CHANGING = frozenset(("RANDOM", "SECONDS", "LINENO", "IFS", "PPID", "OLDPWD"))


class Round:
    """What compiled rounds go by, and what they come to: texts with their instants, by where they go."""

    def __init__(self, variables: dict[str, str], clock: int, epoch: int, host_name: str) -> None:
        self.variables = variables
        self.clock = clock
        self.epoch = epoch
        self.host_name = host_name
        self.written: dict[Target, list[tuple[int, str]]] = {}
        self.captured: list[str] | None = None

    def write(self, target: Target, text: str) -> None:
        if self.captured is not None:
            self.captured.append(text)
        elif text or not target[1]:
            self.written.setdefault(target, []).append((self.clock, text))


class WordCompiler:
    """Compiles words for one shell."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def _text(self, word: Word) -> Piece | None:
        """A word as one text, as it is assigned."""
        pieces = [self._part(part) for part in word.parts]
        if None in pieces:
            return None
        if len(pieces) == 1:
            return pieces[0]
        known = [piece for piece in pieces if piece is not None]
        return lambda round_: "".join([piece(round_) for piece in known])

    def _fields(self, words: Sequence[Word]) -> Callable[[Round], list[str]] | None:
        """The arguments that words come to."""
        made = []
        for word in words:
            text = self._text(word)
            if text is None or has_pattern(word) or "IFS" in self._machine.variables:
                return None
            made.append((text, any(not isinstance(part, Text) and not part.is_quoted for part in word.parts)))

        def run(round_: Round) -> list[str]:
            found: list[str] = []
            for text, is_divided in made:
                value = text(round_)
                if is_divided and _MEANS_MORE.search(value):
                    raise NotCompiled
                found += value.split() if is_divided else [value]
            return found

        return run

    def _part(self, part: Part) -> Piece | None:
        if isinstance(part, Text):
            text = part.text
            return None if not part.is_quoted and text[:1] == "~" else lambda _: text
        if isinstance(part, Parameter):
            return self._parameter(part)
        if isinstance(part, Arithmetic):
            value = self._sum(part.expression)
            return None if value is None else lambda round_: str(value(round_.variables))
        return self._substitution(part.script) if isinstance(part, CommandSubstitution) else None

    def _substitution(self, script: Script) -> Piece | None:
        """What a script prints; whoever compiles scripts knows."""
        raise NotImplementedError

    def _parameter(self, part: Parameter) -> Piece | None:
        name = part.name
        if part.operator or part.key is not None or name in _CHANGING:
            return None
        if name.isidentifier() and name in self._machine.variables:
            return lambda round_: round_.variables[name]
        value = self._machine.variable(name) if name.isidentifier() else None
        return None if value is None else lambda round_: round_.variables.get(name, value)

    def _sum(self, expression: Word) -> Sum | None:
        """An arithmetic expression over variables."""
        texts = []
        for part in expression.parts:
            is_plain = isinstance(part, Parameter) and not part.operator and part.key is None
            if not isinstance(part, Text) and not is_plain:
                return None
            texts.append(part.text if isinstance(part, Text) else f"({part.name})")  # type: ignore[union-attr]
        return sum_of("".join(texts), _CHANGING)


def expands(word: Word) -> bool:
    return any(not isinstance(part, Text) for part in word.parts)


def has_pattern(word: Word) -> bool:
    """Whether a word is a pattern, or is divided where it has blanks of its own."""
    texts = [part for part in word.parts if isinstance(part, Text)]
    if any(not part.is_quoted and re.search(r"[*?\[{~]", part.text) for part in texts):
        return True
    is_divided = any(not isinstance(part, Text) and not part.is_quoted for part in word.parts)
    return is_divided and any(part.is_quoted and re.search(r"\s|^$", part.text) for part in texts)
