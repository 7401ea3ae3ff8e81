"""kubectl's flag grammar: one pass over the arguments, driven by the declared flags.

Mirrors spf13/pflag's FlagSet.Parse and its value types, and what cobra adds: which words are the verb's, required
flags. Everything that click would read differently is here and nowhere else.
"""

from __future__ import annotations

from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, Literal, TypeAlias

    FlagType: TypeAlias = (
        type[bool]
        | type[int]
        | type[str]
        | Literal["int32", "strings", "array", "map", "pairs", "duration", "go duration", "vmodule"]
    )


class Flag(NamedTuple):
    """One flag.

    ``type`` is ``bool``, ``int`` (64 bits), ``str``, or one of: ``int32``; ``strings``, a list, comma separated and
    repeatable (pflag's StringSlice); ``array``, a list, repeatable and verbatim (StringArray); ``map``, a dict from
    ``k=v,...`` (StringToString); ``pairs``, one that is always split at commas (MapStringString); ``duration``, int
    milliseconds; ``go duration``, one that came from Go's own flag package.
    ``default`` None stands for the type's zero: False, 0, "", [] and {}.
    ``no_option_default`` is the value of the flag when it is named without one (NoOptDefVal).
    ``deprecated`` is what to use instead: the flag is hidden, and using it is noted on standard error.
    ``choices`` are offered by completion; the verb itself says what else is wrong.
    """

    name: str
    short: str = ""
    type: FlagType = str
    default: Any = None
    help: str = ""
    no_option_default: str = ""
    hidden: bool = False
    deprecated: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def bare_value(self) -> str:
        """What the flag means when it is named without a value; empty if it needs one."""
        return self.no_option_default or ("true" if self.type is bool else "")


class FlagError(UserError):
    """A flag that cannot be read; whoever knows the verb adds where its help is."""


class FlagSet:
    """The flags that a verb takes, by name and by shorthand; where two share a name the first wins."""

    __slots__ = ("by_name", "by_short")

    def __init__(self, flags: Iterable[Flag]) -> None:
        self.by_name: dict[str, Flag] = {}
        self.by_short: dict[str, Flag] = {}
        for flag in flags:
            self.add(flag)

    def add(self, flag: Flag) -> None:
        """Take one more flag, unless its name is taken; its shorthand, unless that is."""
        if flag.name not in self.by_name:
            self.by_name[flag.name] = flag
            if flag.short:
                self.by_short.setdefault(flag.short, flag)

    def named(self, name: str) -> Flag | None:
        """The flag of a name; ``_`` and ``-`` are one. Mirrors cliflag.WordSepNormalizeFunc."""
        return self.by_name.get(name.replace("_", "-"))

    def takes_next(self, argument: str) -> bool:
        """Whether ``argument`` is a flag that has the next argument as its value.

        A flag that nobody declared counts as one: cobra cannot know better while it searches for the verb.
        """
        if "=" in argument:
            return False
        if argument.startswith("--"):
            flag = self.named(argument[2:])
        elif len(argument) == 2:
            flag = self.by_short.get(argument[1])
        else:
            return False
        return flag is None or not flag.bare_value

    def words(self, argv: Sequence[str]) -> Iterator[int]:
        """The positions of the arguments that are neither flags nor values of flags, up to ``--``.

        Mirrors cobra's stripFlags.
        """
        position = 0
        while position < len(argv) and argv[position] != "--":
            if not argv[position].startswith("-"):
                if argv[position]:
                    yield position
            elif self.takes_next(argv[position]):
                position += 1
            position += 1


class Parsed:
    """What was read: ``values`` of all flags, the names of the ``changed``, the other ``args`` in order.

    ``dash`` is how many of ``args`` came before ``--`` (None without one); ``notices`` are for standard error;
    ``typed`` are the flags by name, each with its text, in the order in which they were given.
    """

    __slots__ = ("args", "changed", "dash", "notices", "typed", "values")

    def __init__(self, flags: FlagSet) -> None:
        self.values = {name: zero_of(flag) for name, flag in flags.by_name.items()}
        self.changed: set[str] = set()
        self.args: list[str] = []
        self.dash: int | None = None
        self.notices: list[str] = []
        self.typed: list[tuple[str, str]] = []

    def set(self, flag: Flag, text: str) -> None:
        """Give a flag a value; the first of a repeatable flag replaces its default, later ones add."""
        before = self.values[flag.name] if flag.name in self.changed else None
        try:
            self.values[flag.name] = READERS[flag.type](text, before)
        except ValueError as error:
            from kubesim.golang.quoting import quote

            named = f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"
            raise FlagError(f'invalid argument {quote(text)} for "{named}" flag: {error}') from None
        self.changed.add(flag.name)
        self.typed.append((flag.name, text))
        if flag.deprecated:
            self.notices.append(f"Flag --{flag.name} has been deprecated, {flag.deprecated}")


def parse(argv: Sequence[str], flags: FlagSet) -> Parsed:
    """Read the arguments; raises FlagError at the first that is wrong. Mirrors FlagSet.parseArgs."""
    parsed = Parsed(flags)
    rest = list(argv)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            parsed.dash = len(parsed.args)
            parsed.args += rest
            break
        if len(argument) < 2 or argument[0] != "-":
            parsed.args.append(argument)
        elif argument[1] == "-":
            _parse_long(argument, rest, flags, parsed)
        else:
            _parse_shorts(argument[1:], rest, flags, parsed)
    return parsed


def _parse_long(argument: str, rest: list[str], flags: FlagSet, parsed: Parsed) -> None:
    name, equals, value = argument[2:].partition("=")
    if not name or name[0] == "-":
        raise FlagError(f"bad flag syntax: {argument}")
    flag = flags.named(name)
    if flag is None:
        raise FlagError(f"unknown flag: --{name}")
    if not equals:
        if not flag.bare_value and not rest:
            raise FlagError(f"flag needs an argument: --{name}")
        value = flag.bare_value or rest.pop(0)
    parsed.set(flag, value)


def _parse_shorts(shorts: str, rest: list[str], flags: FlagSet, parsed: Parsed) -> None:
    """``-Aw``, ``-oyaml``, ``-o=yaml``, ``-o yaml``. Mirrors parseSingleShortArg."""
    while shorts:
        flag = flags.by_short.get(shorts[0])
        if flag is None:
            raise FlagError(f"unknown shorthand flag: {_quoted_byte(shorts[0])} in -{shorts}")
        if len(shorts) > 2 and shorts[1] == "=":
            value, left = shorts[2:], ""
        elif flag.bare_value:
            value, left = flag.bare_value, shorts[1:]
        elif len(shorts) > 1:
            value, left = shorts[1:], ""
        elif rest:
            value, left = rest.pop(0), ""
        else:
            raise FlagError(f"flag needs an argument: {_quoted_byte(shorts[0])} in -{shorts}")
        parsed.set(flag, value)
        shorts = left


def _quoted_byte(char: str) -> str:
    """A character as pflag quotes it: the first byte of its UTF-8, taken for a character."""
    from kubesim.golang.quoting import quote_rune

    return quote_rune(chr(char.encode(errors="surrogateescape")[0]))


def require(flags: Iterable[Flag], parsed: Parsed) -> None:
    """UserError unless every required flag was given. Mirrors cobra's ValidateRequiredFlags."""
    missing = sorted(flag.name for flag in flags if flag.required and flag.name not in parsed.changed)
    if missing:
        named = ", ".join(f'"{name}"' for name in missing)
        raise UserError(f"required flag(s) {named} not set")


def zero_of(flag: Flag) -> Any:
    """A flag's value when it is not given; lists and maps are fresh ones."""
    if flag.default is None:
        return ZEROS[flag.type]()
    return flag.default.copy() if isinstance(flag.default, (list, dict)) else flag.default


# The value types. Each reads a text, given what the flag holds from an earlier mention (None at the first), and raises
# ValueError in Go's words.


def _read_string(text: str, _before: object) -> str:
    return text


def _read_bool(text: str, _before: object) -> bool:
    from kubesim.golang.numbers import parse_bool

    return parse_bool(text)


def _read_int(text: str, _before: object) -> int:
    from kubesim.golang.numbers import parse_int

    return parse_int(text)


def _read_int32(text: str, _before: object) -> int:
    from kubesim.golang.numbers import parse_int

    return parse_int(text, 32)


def _read_strings(text: str, before: list[str] | None) -> list[str]:
    from kubesim.golang.csv import split_csv

    return (before or []) + split_csv(text)


def _read_array(text: str, before: list[str] | None) -> list[str]:
    return [*(before or []), text]


def _read_map(text: str, before: dict[str, str] | None) -> dict[str, str]:
    """Mirrors pflag's StringToString."""
    from kubesim.golang.csv import split_csv

    pairs = [text.strip('"')] if text.count("=") == 1 else split_csv(text)
    read = dict(before or {})
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"{pair} must be formatted as key=value")
        read[key] = value
    return read


def _read_pairs(text: str, before: dict[str, str] | None) -> dict[str, str]:
    """Mirrors component-base's MapStringString."""
    read = dict(before or {})
    for pair in filter(None, text.split(",")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise ValueError("malformed pair, expect string=string")
        read[key.strip()] = value.strip()
    return read


def _read_vmodule(text: str, _before: object) -> str:
    """klog's file filter, which is checked and then heeded by nobody."""
    for entry in text.split(","):
        pattern, equals, level = entry.partition("=")
        if entry and not (pattern and equals and level):
            raise ValueError("syntax error: expect comma-separated list of filename=N")
    return text


def _read_duration(text: str, _before: object) -> int:
    from kubesim.golang.durations import parse_duration

    return parse_duration(text)


def _read_go_duration(text: str, _before: object) -> int:
    """Mirrors the flag package's durationValue, which does not say what is wrong."""
    from kubesim.golang.durations import parse_duration

    try:
        return parse_duration(text)
    except ValueError:
        raise ValueError("parse error") from None


READERS: dict[FlagType, Callable[[str, Any], Any]] = {
    bool: _read_bool,
    int: _read_int,
    "int32": _read_int32,
    str: _read_string,
    "strings": _read_strings,
    "array": _read_array,
    "map": _read_map,
    "pairs": _read_pairs,
    "duration": _read_duration,
    "go duration": _read_go_duration,
    "vmodule": _read_vmodule,
}

ZEROS: dict[FlagType, Callable[[], Any]] = {
    bool: bool,
    int: int,
    "int32": int,
    str: str,
    "strings": list,
    "array": list,
    "map": dict,
    "pairs": dict,
    "duration": int,
    "go duration": int,
    "vmodule": str,
}
