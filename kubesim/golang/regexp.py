"""Regular expressions as Go's regexp compiles them: RE2's syntax, read and turned into one of Python's re.

Mirrors regexp.Compile over regexp/syntax with its Perl flags.  Matching is re's, so that it is not linear in the text
as RE2's is; what matches is the same.
"""

from __future__ import annotations

from kubesim.golang.regexp_classes import CLASS_ESCAPES, POSIX, Ranges, complement, unicode_class
from kubesim.startup.function_cache import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

_MOST_REPEATS = 1000
_LAST_RUNE = 0x10FFFF
_ESCAPED = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_OCTAL = "01234567"
_HEX = frozenset("0123456789abcdefABCDEF")
_GROUP = {"capture": "(", "plain": "(?:"}


class RegexpError(ValueError):
    """Why an expression is none, in regexp's words."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"error parsing regexp: {code}: `{text}`")


@cache
def compile_regexp(text: str) -> re.Pattern[str]:
    """The expression; RegexpError for one that Go's does not compile."""
    import re

    return re.compile(_Parser(text).translated())


def check_regexp(text: str) -> None:
    """RegexpError for an expression that Go's regexp does not compile; quicker than compiling it."""
    _Parser(text).translated()


def matches(pattern: str, text: str) -> bool:
    """Whether the expression matches anywhere in the text. Mirrors Regexp.MatchString."""
    return compile_regexp(pattern).search(text) is not None


class _Open:
    """A group that is not closed yet: what stands before it, and which flags hold again after it."""

    def __init__(self, opening: str, flags: frozenset[str]) -> None:
        self.opening = opening
        self.flags = flags
        self.branches: list[str] = []
        self.atoms: list[str] = []

    def text(self) -> str:
        return "|".join([*self.branches, "".join(self.atoms)])


class _Parser:
    """One reading of an expression: ``rest`` is what is not read yet."""

    def __init__(self, text: str) -> None:
        self.whole = text
        self.rest = text
        self.flags: frozenset[str] = frozenset()
        self.groups = [_Open("", self.flags)]
        self.last_repeat = ""

    def translated(self) -> str:
        """The expression as Python writes it."""
        while self.rest:
            before = self.rest
            is_repeat = self._read_one()
            self.last_repeat = before if is_repeat else ""
        if len(self.groups) > 1:
            raise RegexpError("missing closing )", self.whole)
        return self.groups[0].text()

    def _read_one(self) -> bool:
        """Read the next piece; whether it was a repetition."""
        char = self.rest[0]
        if char in "*+?":
            self._repeat(char, self.rest[1:])
            return True
        if char == "{":
            return self._read_counted()
        reader = _READERS.get(char)
        if reader is None:
            self.rest = self.rest[1:]
            self._add_rune(ord(char))
        else:
            reader(self)
        return False

    def _add(self, atom: str) -> None:
        self.groups[-1].atoms.append(atom)

    def _add_rune(self, rune: int) -> None:
        from re import escape

        text = escape(chr(rune))
        self._add(f"(?i:{text})" if "i" in self.flags else text)

    def _add_ranges(self, ranges: Ranges, *, negated: bool = False) -> None:
        if not ranges:
            self._add(r"[\s\S]" if negated else "(?!)")
            return
        inner = "".join(_range_text(low, high) for low, high in ranges)
        text = f"[{'^' if negated else ''}{inner}]"
        self._add(f"(?i:{text})" if "i" in self.flags else text)

    # repetitions

    def _repeat(self, operator: str, after: str) -> None:
        before = self.rest
        is_lazy = after.startswith("?")
        if is_lazy:
            after = after[1:]
        if self.last_repeat:
            nested = self.last_repeat[: len(self.last_repeat) - len(after)]
            raise RegexpError("invalid nested repetition operator", nested)
        atoms = self.groups[-1].atoms
        if not atoms:
            raise RegexpError("missing argument to repetition operator", before[: len(before) - len(after)])
        lazy = "?" if is_lazy != ("U" in self.flags) else ""
        atoms[-1] = f"(?:{atoms[-1]}){operator}{lazy}"
        self.rest = after

    def _read_counted(self) -> bool:
        import re

        found = re.match(r"\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}", self.rest, re.ASCII)
        if found is None:
            self.rest = self.rest[1:]
            self._add_rune(ord("{"))
            return False
        least = int(found[1])
        most = least if found[2] is None else int(found[3]) if found[3] else -1
        if max(least, most) > _MOST_REPEATS or 0 <= most < least:
            raise RegexpError("invalid repeat count", found[0])
        self._repeat(found[0], self.rest[found.end() :])
        return True

    # groups

    def _open(self) -> None:
        if self.rest.startswith("(?"):
            self._read_perl_group()
            return
        self.groups.append(_Open(_GROUP["capture"], self.flags))
        self.rest = self.rest[1:]

    def _read_perl_group(self) -> None:
        start = 4 if self.rest.startswith("(?P<") and len(self.rest) > 4 else 3
        if (self.rest[2:3] == "<" and len(self.rest) > 3) or start == 4:
            self._read_named_group(start)
            return
        self._read_flags()

    def _read_named_group(self, start: int) -> None:
        """A group, whatever its name: several may have the same."""
        end = self.rest.find(">")
        if end < 0:
            raise RegexpError("invalid named capture", self.rest)
        name = self.rest[start:end]
        if not name or not all(char == "_" or (char.isascii() and char.isalnum()) for char in name):
            raise RegexpError("invalid named capture", self.rest[: end + 1])
        self.groups.append(_Open(_GROUP["capture"], self.flags))
        self.rest = self.rest[end + 1 :]

    def _read_flags(self) -> None:
        """``(?i)`` sets flags up to the end of the group, ``(?i-s:`` opens one with them."""
        flags, is_off, is_set, at = set(self.flags), False, False, 2
        while at < len(self.rest):
            char = self.rest[at]
            at += 1
            if char in "imsU":
                is_set = True
                flags = flags - {char} if is_off else flags | {char}
            elif char == "-" and not is_off:
                is_off, is_set = True, False
            elif char in ":)" and (is_set or not is_off):
                self.rest = self.rest[at:]
                if char == ":":
                    self.groups.append(_Open(_GROUP["plain"], self.flags))
                self.flags = frozenset(flags)
                return
            else:
                break
        raise RegexpError("invalid or unsupported Perl syntax", self.rest[:at])

    def _close(self) -> None:
        if len(self.groups) == 1:
            raise RegexpError("unexpected )", self.whole)
        group = self.groups.pop()
        self.flags = group.flags
        self._add(f"{group.opening}{group.text()})")
        self.rest = self.rest[1:]

    def _alternate(self) -> None:
        group = self.groups[-1]
        group.branches.append("".join(group.atoms))
        group.atoms = []
        self.rest = self.rest[1:]

    # single characters

    def _begin(self) -> None:
        self._add("(?m:^)" if "m" in self.flags else r"\A")
        self.rest = self.rest[1:]

    def _end(self) -> None:
        self._add("(?m:$)" if "m" in self.flags else r"\Z")
        self.rest = self.rest[1:]

    def _any(self) -> None:
        self._add(r"[\s\S]" if "s" in self.flags else r"[^\n]")
        self.rest = self.rest[1:]

    def _backslash(self) -> None:
        second = self.rest[1:2]
        if second in _ANCHORS and second:
            self._add(_ANCHORS[second])
            self.rest = self.rest[2:]
        elif second == "C":
            raise RegexpError("invalid escape sequence", self.rest[:2])
        elif second == "Q":
            quoted, _, self.rest = self.rest[2:].partition(r"\E")
            for char in quoted:
                self._add_rune(ord(char))
        else:
            found = self._read_class_escape()
            if found is None:
                self._add_rune(self._read_escape())
            else:
                self._add_ranges(found)

    def _read_class_escape(self) -> Ranges | None:
        r"""``\d`` and its kin, ``\pL``, ``\p{Greek}``; None where something else comes."""
        second = self.rest[1:2]
        if second in ("p", "P"):
            return self._read_unicode_class(is_negated=second == "P")
        if second and second in CLASS_ESCAPES:
            self.rest = self.rest[2:]
            return CLASS_ESCAPES[second]
        return None

    def _read_unicode_class(self, *, is_negated: bool) -> Ranges:
        text, name = self.rest[:3], self.rest[2:3]
        if name == "{":
            end = self.rest.find("}")
            if end < 0:
                raise RegexpError("invalid character class range", self.rest)
            text, name = self.rest[: end + 1], self.rest[3:end]
        if name.startswith("^"):
            is_negated, name = not is_negated, name[1:]
        found = unicode_class(name)
        if found is None:
            raise RegexpError("invalid character class range", text)
        self.rest = self.rest[len(text) :]
        return complement(found) if is_negated else found

    def _read_escape(self) -> int:
        """The character that an escape stands for. Mirrors parseEscape."""
        start, second = self.rest, self.rest[1:2]
        if not second:
            raise RegexpError("trailing backslash at end of expression", "")
        self.rest = self.rest[2:]
        if second == "0" or (second in _OCTAL and self.rest[:1] in _OCTAL and self.rest):
            return self._read_octal(second)
        if second == "x":
            rune = self._read_hex()
            if rune is not None:
                return rune
        elif second in _ESCAPED:
            return _ESCAPED[second]
        elif second.isascii() and not second.isalnum():
            return ord(second)
        raise RegexpError("invalid escape sequence", start[: len(start) - len(self.rest)])

    def _read_octal(self, digits: str) -> int:
        while len(digits) < 3 and self.rest[:1] in _OCTAL and self.rest:
            digits += self.rest[0]
            self.rest = self.rest[1:]
        return int(digits, 8)

    def _read_hex(self) -> int | None:
        r"""The character of ``\x41`` or ``\x{1F600}``; None for another, of which as much is read as upstream reads."""
        if not self.rest.startswith("{"):
            digits, self.rest = self.rest[:2], self.rest[2:]
            return int(digits, 16) if len(digits) == 2 and set(digits) <= _HEX else None
        self.rest = self.rest[1:]
        rune = count = 0
        while self.rest:
            char, self.rest = self.rest[0], self.rest[1:]
            if char == "}":
                return rune if count else None
            if char not in _HEX:
                return None
            rune, count = rune * 16 + int(char, 16), count + 1
            if rune > _LAST_RUNE:
                return None
        return None

    # character classes

    def _class(self) -> None:
        whole = self.rest
        self.rest = self.rest[1:]
        is_negated = self.rest.startswith("^")
        if is_negated:
            self.rest = self.rest[1:]
        ranges: Ranges = []
        is_first = True
        while is_first or not self.rest.startswith("]"):
            is_first = False
            ranges += self._read_class_item(whole)
        self.rest = self.rest[1:]
        self._add_ranges(ranges, negated=is_negated)

    def _read_class_item(self, whole: str) -> Ranges:
        end = self.rest.find(":]", 2) if self.rest.startswith("[:") and len(self.rest) > 2 else -1
        if end >= 0:
            name = self.rest[: end + 2]
            if name not in POSIX:
                raise RegexpError("invalid character class range", name)
            self.rest = self.rest[end + 2 :]
            return POSIX[name]
        if self.rest.startswith("\\"):
            found = self._read_class_escape()
            if found is not None:
                return found
        start = self.rest
        low = high = self._read_class_rune(whole)
        if self.rest.startswith("-") and self.rest[1:2] not in ("", "]"):
            self.rest = self.rest[1:]
            high = self._read_class_rune(whole)
            if high < low:
                raise RegexpError("invalid character class range", start[: len(start) - len(self.rest)])
        return [(low, high)]

    def _read_class_rune(self, whole: str) -> int:
        if not self.rest:
            raise RegexpError("missing closing ]", whole)
        if self.rest[0] == "\\":
            return self._read_escape()
        char, self.rest = self.rest[0], self.rest[1:]
        return ord(char)


_ANCHORS = {"A": r"\A", "z": r"\Z", "b": r"(?a:\b)", "B": r"(?!(?a:\b))"}
_READERS = {
    "(": _Parser._open,
    ")": _Parser._close,
    "|": _Parser._alternate,
    "^": _Parser._begin,
    "$": _Parser._end,
    ".": _Parser._any,
    "[": _Parser._class,
    "\\": _Parser._backslash,
}


def _range_text(low: int, high: int) -> str:
    return _rune_text(low) if low == high else f"{_rune_text(low)}-{_rune_text(high)}"


def _rune_text(rune: int) -> str:
    char = chr(rune)
    return char if char.isascii() and char.isalnum() else f"\\U{rune:08x}"
