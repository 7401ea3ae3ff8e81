r"""The classes of characters that Go's regular expressions know by name: ``\d``, ``[:alpha:]``, ``\p{Lu}``."""

from __future__ import annotations

from kubesim.startup.function_cache import cache

Ranges = list[tuple[int, int]]

_LAST = 0x10FFFF


def complement(ranges: Ranges) -> Ranges:
    """Every character that is in none of the ranges."""
    found, low = [], 0
    for first, last in sorted(ranges):
        if first > low:
            found.append((low, first - 1))
        low = max(low, last + 1)
    return [*found, (low, _LAST)] if low <= _LAST else found


def _ranges(*spans: str) -> Ranges:
    return [(ord(span[0]), ord(span[-1])) for span in spans]


_DIGIT, _UPPER, _LOWER = _ranges("09"), _ranges("AZ"), _ranges("az")
_SPACE = _ranges("\t\n", "\f\r", " ")
_WORD = [*_DIGIT, *_UPPER, *_LOWER, *_ranges("_")]
_PUNCTUATION = _ranges("!/", ":@", "[`", "{~")

CLASS_ESCAPES: dict[str, Ranges] = {
    "d": _DIGIT,
    "s": _SPACE,
    "w": _WORD,
    "D": complement(_DIGIT),
    "S": complement(_SPACE),
    "W": complement(_WORD),
}

_NAMED: dict[str, Ranges] = {
    "alnum": [*_DIGIT, *_UPPER, *_LOWER],
    "alpha": [*_UPPER, *_LOWER],
    "ascii": _ranges("\x00\x7f"),
    "blank": _ranges("\t", " "),
    "cntrl": _ranges("\x00\x1f", "\x7f"),
    "digit": _DIGIT,
    "graph": _ranges("!~"),
    "lower": _LOWER,
    "print": _ranges(" ~"),
    "punct": _PUNCTUATION,
    "space": _ranges("\t\r", " "),
    "upper": _UPPER,
    "word": _WORD,
    "xdigit": [*_DIGIT, *_ranges("AF", "af")],
}
POSIX: dict[str, Ranges] = {
    **{f"[:{name}:]": ranges for name, ranges in _NAMED.items()},
    **{f"[:^{name}:]": complement(ranges) for name, ranges in _NAMED.items()},
}

_CATEGORIES = frozenset(
    (
        *("C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl"),
        *("No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs"),
    )
)
#: Scripts, by how the names of their letters begin.
_SCRIPTS = {
    **{
        name: f"{name.upper()} " for name in ("Arabic", "Armenian", "Cyrillic", "Greek", "Hangul", "Hebrew", "Hiragana")
    },
    **{
        name: f"{name.upper()} " for name in ("Katakana", "Latin", "Thai", "Devanagari", "Georgian", "Bengali", "Tamil")
    },
    "Han": "CJK UNIFIED IDEOGRAPH",
}


@cache
def unicode_class(name: str) -> Ranges | None:
    """The characters of a general category or of a script; None for a name that is not known."""
    if name == "Any":
        return [(0, _LAST)]
    if name not in _CATEGORIES and name not in _SCRIPTS:
        return None
    from unicodedata import category
    from unicodedata import name as name_of

    prefix = _SCRIPTS.get(name, "")
    found: Ranges = []
    for rune in range(_LAST + 1):
        char = chr(rune)
        is_in = name_of(char, "").startswith(prefix) if prefix else category(char).startswith(name)
        if is_in and category(char) != "Cn":
            if found and found[-1][1] == rune - 1:
                found[-1] = (found[-1][0], rune)
            else:
                found.append((rune, rune))
    return found
