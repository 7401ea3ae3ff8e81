"""What a plain scalar is: go-yaml v2's resolve, which both the reader and the printer go by.

``y``, ``no`` and ``On`` are booleans, ``0o14`` and ``014`` are twelve, ``22:22`` and dates are strings.
"""

from __future__ import annotations

from kubesim.golang.dates import days_in
from kubesim.golang.numbers import int_or_uint
from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

Scalar = str | int | float | bool | None


class Merge:
    """The type of MERGE, which the key ``<<`` resolves to."""


MERGE = Merge()

_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_NULL = ("", "~", "null", "Null", "NULL")
WORDS: dict[str, bool | float | Merge | None] = {
    **dict.fromkeys(_TRUE, True),
    **dict.fromkeys(_FALSE, False),
    **dict.fromkeys(_NULL, None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    "<<": MERGE,
}
_NUMERIC_START = frozenset("+-.0123456789")


def resolve(text: str) -> Scalar | Merge:
    """The value of a plain scalar without a tag.  Dates stay text, as go-yaml leaves them for an interface{}."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in _NUMERIC_START:
        return text
    number = _number(text)
    return text if number is None else number


@lru_cache(maxsize=8192)
def reads_as_string(text: str) -> bool:
    """Whether ``text`` may be printed without quotes and still be that string to every reader of YAML 1.1."""
    if text in WORDS:
        return text == "<<"
    if text[0] not in _NUMERIC_START:
        return True
    return _number(text) is None and not is_timestamp(text) and not _is_base60(text)


def _number(text: str) -> int | float | None:
    if text[0] == ".":
        return _float(text)
    plain = text.replace("_", "")
    number = int_or_uint(plain)
    return _float(plain) if number is None else number


def _float(text: str) -> float | None:
    if text.count(".") > 1 or text.strip("+-.0123456789eE") or not _float_form().fullmatch(text):
        return None
    number = float(text)
    return None if number in (float("inf"), float("-inf")) else number


@lru_cache(maxsize=1)
def _float_form() -> re.Pattern[str]:
    import re

    return re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def is_timestamp(text: str) -> bool:
    """Whether go-yaml takes ``text`` for a !!timestamp: RFC 3339 with short fields, or a date."""
    if text[4:5] != "-" or not (text[:4].isascii() and text[:4].isdigit()):
        return False
    parts = _parts_of_timestamp(text)
    if parts is None:
        return False
    year, month, day, _, hour, minute, second, zone_hour, zone_minute = map(_whole, parts)
    return (
        1 <= month <= 12
        and 1 <= day <= days_in(year, month)
        and hour < 24
        and max(minute, second, zone_minute) < 60
        and zone_hour <= 24
    )


def _parts_of_timestamp(text: str) -> Sequence[str | None] | None:
    """The groups of ``_timestamp_form``; None of a text that is not of that form."""
    if len(text) == 20 and text[4::3] == "--T::Z":  # as the API server writes them
        parts = (text[:4], text[5:7], text[8:10], "T", text[11:13], text[14:16], text[17:19], None, None)
        return parts if (text[:4] + text[5:16:3] + text[6:17:3] + text[17:19]).isdecimal() and text.isascii() else None
    match = _timestamp_form().fullmatch(text)
    return None if match is None else match.groups()


def _whole(part: str | None) -> int:
    return int(part) if part and part.isdigit() else 0


@lru_cache(maxsize=1)
def _timestamp_form() -> re.Pattern[str]:
    import re

    clock = r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?"
    zone = r"(?:Z|[-+]([0-9]{2}):([0-9]{2}))"
    date = r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    # After T a time of day has a zone, after a space it has none.
    return re.compile(rf"{date}(?:(?P<t>[Tt])?(?(t)| ){clock}(?(t){zone}))?")


def _is_base60(text: str) -> bool:
    """22:22 is a number to other readers of YAML 1.1, so go-yaml quotes it though it reads it as a string."""
    return ":" in text and _base60_form().fullmatch(text) is not None


@lru_cache(maxsize=1)
def _base60_form() -> re.Pattern[str]:
    import re

    return re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
