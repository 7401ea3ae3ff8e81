"""What a program is there to use up, as far as its words show: ``stress``, ``yes``, a loop that never waits.

The words are read, not run.  A script's commands are followed up to the first that never ends; what runs in the
background counts along with what follows it.
"""

from __future__ import annotations

import re

from kubesim.api.meta import SECOND
from kubesim.containers.shell.parser import parse
from kubesim.containers.shell.syntax import (
    AndOr,
    For,
    Group,
    Loop,
    Redirected,
    Script,
    ShellSyntaxError,
    Simple,
    Text,
    Word,
)
from kubesim.golang.durations import parse_duration
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CORE = 1_000_000_000  # nanocores
_BUSY = frozenset(("yes", "sha1sum", "sha256sum", "sha512sum", "md5sum", "gzip", "bzip2", "xz", "dd", "cat", "cksum"))
_SOURCES = ("/dev/zero", "/dev/urandom", "/dev/random")
_PREFIXES = frozenset(("exec", "nohup", "time", "env", "tini", "dumb-init", "--", "nice", "command"))
# What keeps a loop from spinning: it waits, or what it does is known to nobody.
_SPINNING = frozenset((":", "true", "false", "let", "expr", "test", "[", "echo", "printf", "continue"))


class Demand(NamedTuple):
    """What is used from ``begin`` until ``end`` (ms of a container's life; None: as long as it lives).

    ``cpu`` is in nanocores, ``memory`` in bytes.
    """

    cpu: int
    memory: int
    begin: int = 0
    end: int | None = None

    def part_of(self, begin: int, end: int) -> float:
        """For which part of the time from ``begin`` to ``end`` (ms of the life) it is used."""
        until = end if self.end is None else min(self.end, end)
        return max(0, until - max(self.begin, begin)) / (end - begin)


@lru_cache(maxsize=512)
def demands_of(argv: tuple[str, ...]) -> tuple[Demand, ...]:
    """What the program with these words is there to use up."""
    return tuple(_demands(list(argv), 0))


def _demands(argv: list[str], begin: int) -> Iterator[Demand]:
    while argv and argv[0].rpartition("/")[2] in _PREFIXES:
        argv = argv[1:]
    if not argv:
        return
    name = argv[0].rpartition("/")[2]
    if name in ("stress", "stress-ng"):
        yield _stress(argv[1:], begin, is_ng=name == "stress-ng")
    elif name in _BUSY and (name == "yes" or any(source in word for word in argv for source in _SOURCES)):
        yield Demand(CORE, 0, begin)
    elif re.fullmatch(r"(?:ba|a|da|k|z)?sh", name):
        at = next((at for at, word in enumerate(argv[1:], 1) if re.fullmatch(r"-\w*c", word)), None)
        if at is not None and at + 1 < len(argv):
            yield from _of_script(argv[at + 1], begin)


def _stress(words: Sequence[str], begin: int, *, is_ng: bool) -> Demand:
    """Of ``stress``, ``stress-ng`` and ``vish/stress``: a core for each worker, and the memory that it takes."""
    from kubesim.containers.evaluation.stress import memory_of, option

    workers = sum(_count(option(list(words), *names)) for names in (("-c", "--cpu", "-cpus", "--cpus"), ("-m", "--vm")))
    timeout = option(list(words), "-t", "--timeout", "-timeout")
    seconds = None if timeout is None else _seconds(timeout)
    load = _count(option(list(words), "-l", "--cpu-load")) or 100
    cpu = workers * CORE * min(load, 100) // 100
    end = begin + seconds if seconds else None
    return Demand(cpu, memory_of(list(words), shares=is_ng), begin, end)


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 0


def _seconds(text: str) -> int | None:
    """A time such as ``60``, ``60s`` or ``5m`` in ms, None for one that cannot be read."""
    try:
        return int(text) * SECOND if text.isdigit() else parse_duration(text)
    except ValueError:
        return None


# scripts


def _of_script(text: str, begin: int) -> Iterator[Demand]:
    try:
        script = parse(text)
    except (ShellSyntaxError, RecursionError):
        return
    yield from _walked(script, begin)[0]


def _walked(script: Script, clock: int) -> tuple[list[Demand], int | None]:
    """What a script uses, and when it comes to its end (ms; None: never)."""
    found: list[Demand] = []
    for commands in script.lists:
        demands, end = _listed(commands, clock)
        found += demands
        if commands.is_background:
            continue
        if end is None:
            return found, None
        clock = end
    return found, clock


def _listed(commands: AndOr, clock: int) -> tuple[list[Demand], int | None]:
    found: list[Demand] = []
    end: int | None = clock
    for _, pipeline in commands.steps:
        parts = [_command(command, clock) for command in pipeline.commands]
        found += [demand for demands, _ in parts for demand in demands]
        ends = [end for _, end in parts if end is not None]
        end = None if len(ends) < len(parts) else max(ends)
        if end is None:
            break
        clock = end
    return found, end


def _command(command: object, clock: int) -> tuple[list[Demand], int | None]:
    if isinstance(command, Simple):
        return _simple([_text(word) for word in command.words], clock)
    if not isinstance(command, Redirected):
        return [], clock
    inner = command.command
    if isinstance(inner, Group):
        return _walked(inner.body, clock)
    if isinstance(inner, For):
        demands, end = _walked(inner.body, clock)
        return demands * _rounds(inner), end
    if isinstance(inner, Loop):
        return ([Demand(CORE, 0, clock)], None) if _spins(inner) else ([], clock)
    return [], clock


def _simple(words: list[str], clock: int) -> tuple[list[Demand], int | None]:
    if len(words) == 2 and words[0] == "sleep":
        length = _seconds(words[1])
        return [], None if length is None else clock + length
    demands = list(_demands(words, clock))
    if not demands:
        return [], clock
    ends = [demand.end for demand in demands if demand.end is not None]
    return demands, max(ends) if len(ends) == len(demands) else None


def _rounds(loop: For) -> int:
    """How many words a loop runs over; one round for those that are not known."""
    words = [_text(word) for word in loop.words or ()]
    return len(words) if words and all(words) else 1


def _spins(loop: Loop) -> bool:
    """Whether a loop goes round as fast as it can, for ever: nothing in it waits or leaves it."""
    commands = [*_commands(loop.condition), *_commands(loop.body)]
    ever = [_text(word) for words in _commands(loop.condition) for word in words]
    endless = (["false"],) if loop.is_until else ([":"], ["true"], ["[", "1", "]"], ["[", "true", "]"])
    return ever in endless and all(not words or _text(words[0]) in _SPINNING for words in commands)


def _commands(script: Script) -> list[tuple[Word, ...]]:
    """The words of each simple command in a script; of others one word that nobody knows."""
    found: list[tuple[Word, ...]] = []
    for commands in script.lists:
        for _, pipeline in commands.steps:
            found += [c.words if isinstance(c, Simple) else (Word(()),) for c in pipeline.commands]
    return found


def _text(word: Word) -> str:
    """A word as it stands, empty if a part of it is expanded."""
    texts = [part.text if isinstance(part, Text) else None for part in word.parts]
    return "" if None in texts else "".join(text or "" for text in texts)
