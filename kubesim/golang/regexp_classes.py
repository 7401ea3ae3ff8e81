r"""The classes of characters that Go's regular expressions know by name: ``\d``, ``[:alpha:]``, ``\p{Lu}``."""

from __future__ import annotations

from kubesim.startup.function_cache import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

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

_CATEGORIES = (
    *(
        "C",
        "Cc",
        "Cf",
        "Cn",
        "Co",
        "Cs",
        "L",
        "LC",
        "Ll",
        "Lm",
        "Lo",
        "Lt",
        "Lu",
        "M",
        "Mc",
        "Me",
        "Mn",
        "N",
        "Nd",
        "Nl",
    ),
    *("No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs"),
)
_ALIASES = {
    "other": "C",
    "control": "Cc",
    "cntrl": "Cc",
    "format": "Cf",
    "unassigned": "Cn",
    "privateuse": "Co",
    "surrogate": "Cs",
    "letter": "L",
    "casedletter": "LC",
    "lowercaseletter": "Ll",
    "modifierletter": "Lm",
    "otherletter": "Lo",
    "titlecaseletter": "Lt",
    "uppercaseletter": "Lu",
    "mark": "M",
    "combiningmark": "M",
    "spacingmark": "Mc",
    "enclosingmark": "Me",
    "nonspacingmark": "Mn",
    "number": "N",
    "decimalnumber": "Nd",
    "digit": "Nd",
    "letternumber": "Nl",
    "othernumber": "No",
    "punctuation": "P",
    "punct": "P",
    "connectorpunctuation": "Pc",
    "dashpunctuation": "Pd",
    "closepunctuation": "Pe",
    "finalpunctuation": "Pf",
    "initialpunctuation": "Pi",
    "otherpunctuation": "Po",
    "openpunctuation": "Ps",
    "symbol": "S",
    "currencysymbol": "Sc",
    "modifiersymbol": "Sk",
    "mathsymbol": "Sm",
    "othersymbol": "So",
    "separator": "Z",
    "lineseparator": "Zl",
    "paragraphseparator": "Zp",
    "spaceseparator": "Zs",
    **{name.lower(): name for name in _CATEGORIES},
}
#: Scripts, by how the names of their letters begin.
_SCRIPTS = {
    **{
        name: f"{name.upper()} "
        for name in (
            *("arabic", "armenian", "bengali", "bopomofo", "cherokee", "coptic", "cyrillic", "devanagari", "ethiopic"),
            *("georgian", "gothic", "greek", "gujarati", "gurmukhi", "hangul", "hebrew", "hiragana", "kannada"),
            *("katakana", "khmer", "lao", "latin", "malayalam", "mongolian", "myanmar", "ogham", "oriya", "runic"),
            *("sinhala", "syriac", "tamil", "telugu", "thaana", "thai", "tibetan"),
        )
    },
    "han": "CJK UNIFIED IDEOGRAPH",
}


@cache
def unicode_class(name: str) -> Ranges | None:
    """The characters of a general category or of a script; None for a name that is not known.

    Letters' case, spaces, underscores and hyphens do not count in a name, as in Unicode's TR18.
    """
    word = name.replace(" ", "").replace("_", "").replace("-", "").lower()
    if word in ("any", "ascii"):
        return [(0, _LAST if word == "any" else 0x7F)]
    if word == "assigned":
        return complement(_in_category("Cn"))
    if word in _ALIASES:
        return _in_category(_ALIASES[word])
    return _in_script(_SCRIPTS[word]) if word in _SCRIPTS else None


def _in_category(name: str) -> Ranges:
    from unicodedata import category

    wanted = ("Lu", "Ll", "Lt") if name == "LC" else (name,)
    # What is not assigned is no part of the others (C): so Go has it.
    return _where(lambda char: category(char).startswith(wanted) and (name == "Cn" or category(char) != "Cn"))


def _in_script(prefix: str) -> Ranges:
    from unicodedata import name

    return _where(lambda char: name(char, "").startswith(prefix))


def _where(holds: Callable[[str], bool]) -> Ranges:
    """The ranges of all characters for which something holds."""
    found: Ranges = []
    for rune in range(_LAST + 1):
        if holds(chr(rune)):
            if found and found[-1][1] == rune - 1:
                found[-1] = (found[-1][0], rune)
            else:
                found.append((rune, rune))
    return found
