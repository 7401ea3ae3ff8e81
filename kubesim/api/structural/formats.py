"""The formats of strings that the API server knows, and what is of them.

Mirrors kube-openapi's strfmt and apiextensions-apiserver's supportedVersionedFormats as of 1.36. Names are compared
without their dashes.
"""

from __future__ import annotations

from kubesim.golang.dates import days_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_UNITS = ("ns", "nano", "us", "µs", "micro", "ms", "milli", "s", "sec", "m", "min", "h", "hr", "hour", "d", "day")
_WEEKS = ("w", "wk", "week")
#: Longer words that begin so are taken for the unit: ``seconds``, ``days``.
_STEMS = ("nano", "micro", "milli", "sec", "min", "hour", "day", "week")

_UUID = r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?%s[0-9a-f]{3}-?%s[0-9a-f]{3}-?[0-9a-f]{12}$"
_SHORT_NAME = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_COLOUR_PART = r"\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*"
_CARD = (
    r"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}"
    r"|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$"
)
#: \p{S} of ASCII; a name of ASCII alone is judged without the tables of Unicode.
_ASCII_SYMBOLS = "$+<=>^`|~"


def _hostname(rune: str, letter: str) -> str:
    return (
        rf"^([{rune}]((-?[{rune}]{{0,62}})?)"
        rf"|([{rune}](([{rune}-]{{0,61}}[{rune}])?)(\.)){{1,}}([{letter}]){{2,63}})$"
    )


_HOSTNAME = _hostname(r"a-zA-Z0-9\p{S}\p{L}", r"a-zA-Z\p{L}")
_ASCII_HOSTNAME = _hostname(rf"a-zA-Z0-9{_ASCII_SYMBOLS}", "a-zA-Z")


def is_known(name: str) -> bool:
    """Whether strings of a format are judged."""
    return name.replace("-", "") in FORMATS


def is_format(name: str, text: str) -> bool:
    """Whether a text is of a known format."""
    return FORMATS[name.replace("-", "")](text)


def _matches(pattern: str) -> Callable[[str], bool]:
    def is_match(text: str) -> bool:
        from kubesim.golang.regexp import matches

        return matches(pattern, text)

    return is_match


def _is_date(text: str) -> bool:
    """A full-date of RFC 3339. Mirrors time.Parse of 2006-01-02."""
    import re

    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if found is None or not 1 <= int(found[2]) <= 12:
        return False
    return 1 <= int(found[3]) <= days_in(int(found[1]), int(found[2]))


def _is_date_time(text: str) -> bool:
    import re

    date, *rest = text.lower().split("t")
    if not rest or not _is_date(date):
        return False
    pattern = r"([0-9]{2}):([0-9]{2}):([0-9]{2})([^\n][0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))"
    found = re.fullmatch(pattern, rest[0])
    return found is not None and found[1] <= "23" and found[2] <= "59" and found[3] <= "59"


def _is_duration(text: str) -> bool:
    """What time.ParseDuration takes, or numbers with Scala's units: ``22 ns``, ``3 days``."""
    import re

    from kubesim.golang.durations import parse_duration

    try:
        parse_duration(text)
    except ValueError:
        pass
    else:
        return True
    parts = re.findall(r"([0-9]+)[\t\n\f\r ]*([A-Za-zµ]+)", text)
    if any(int(number) >= 1 << 63 for number, _ in parts):
        return False
    return any(_is_unit(unit.lower()) for _, unit in parts)


def _is_unit(unit: str) -> bool:
    return unit in _UNITS or unit in _WEEKS or unit.startswith(_STEMS)


def _is_hostname(text: str) -> bool:
    if len(text.encode()) > 255 or any(len(part.encode()) > 63 for part in text.split(".")):
        return False
    return _matches(_ASCII_HOSTNAME if text.isascii() else _HOSTNAME)(text)


def _is_ipv4(text: str) -> bool:
    return "." in text and _address_size(text, is_sloppy=True) > 0


def _is_ipv6(text: str) -> bool:
    return ":" in text and _address_size(text) > 0


def _address_size(text: str, *, is_sloppy: bool = False) -> int:
    """The bits of an address, 32 or 128; 0 for none. ``is_sloppy`` takes leading zeros, as Go before 1.17 did."""
    from ipaddress import ip_address

    if "%" in text:
        return 0
    try:
        return ip_address(_without_leading_zeros(text) if is_sloppy else text).max_prefixlen
    except ValueError:
        return 0


def _without_leading_zeros(text: str) -> str:
    head, colon, last = text.rpartition(":")
    if not all(part.isascii() and part.isdigit() for part in last.split(".")) or "." not in last:
        return text
    return head + colon + ".".join(part.lstrip("0") or "0" for part in last.split("."))


def _is_cidr(text: str) -> bool:
    address, slash, bits = text.partition("/")
    size = _address_size(address, is_sloppy=True)
    return bool(slash and size and bits.isascii() and bits.isdigit()) and int(bits) <= size


def _is_mac(text: str) -> bool:
    import re

    groups = r"[0-9a-fA-F]{2}"
    for separator in (":", "-"):
        if re.fullmatch(
            f"{groups}({separator}{groups}){{5}}(({separator}{groups}){{2}}(({separator}{groups}){{12}})?)?", text
        ):
            return True
    return (
        re.fullmatch(r"[0-9a-fA-F]{4}(\.[0-9a-fA-F]{4}){2}(\.[0-9a-fA-F]{4}((\.[0-9a-fA-F]{4}){6})?)?", text)
        is not None
    )


def _bare_digits(text: str) -> str:
    import re

    return re.sub(r"[\t\n\f\r -]+", "", text)


def _is_isbn10(text: str) -> bool:
    digits = _bare_digits(text)
    if not _matches("^(?:[0-9]{9}X|[0-9]{10})$")(digits):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(place * value for place, value in enumerate(values, 1)) % 11 == 0


def _is_isbn13(text: str) -> bool:
    digits = _bare_digits(text)
    if not _matches("^(?:[0-9]{13})$")(digits):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[:12]))
    return int(digits[12]) == (10 - total % 10) % 10


def _is_isbn(text: str) -> bool:
    return _is_isbn10(text) or _is_isbn13(text)


def _is_credit_card(text: str) -> bool:
    """Digits of a known issuer, whatever else is between them, with Luhn's checksum."""
    digits = "".join(char for char in text if char in "0123456789")
    if not _matches(_CARD)(digits):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value if value < 10 else value % 10 + 1 for value in doubled) % 10 == 0


def _is_email(text: str) -> bool:
    from kubesim.golang.mail import is_address

    return is_address(text)


def _is_uri(text: str) -> bool:
    from kubesim.golang.url import parse_request_uri

    try:
        parse_request_uri(text)
    except ValueError:
        return False
    return True


def _is_bson_object_id(text: str) -> bool:
    return len(text) == 24 and all(char in "0123456789abcdefABCDEF" for char in text)


def _is_anything(_: str) -> bool:
    return True


def _up_to(size: int, pattern: str) -> Callable[[str], bool]:
    """At most so many bytes that match a pattern."""
    is_match = _matches(pattern)
    return lambda text: len(text.encode()) <= size and is_match(text)


FORMATS: dict[str, Callable[[str], bool]] = {
    "bsonobjectid": _is_bson_object_id,
    "uri": _is_uri,
    "email": _is_email,
    "hostname": _is_hostname,
    "ipv4": _is_ipv4,
    "ipv6": _is_ipv6,
    "cidr": _is_cidr,
    "mac": _is_mac,
    "uuid": _matches(_UUID % ("[0-9a-f]", "[0-9a-f]")),
    "uuid3": _matches(_UUID % ("3", "[0-9a-f]")),
    "uuid4": _matches(_UUID % ("4", "[89ab]")),
    "uuid5": _matches(_UUID % ("5", "[89ab]")),
    "isbn": _is_isbn,
    "isbn10": _is_isbn10,
    "isbn13": _is_isbn13,
    "creditcard": _is_credit_card,
    "ssn": _matches(r"^\d{3}[- ]\d{2}[- ]\d{4}$"),
    "hexcolor": _matches(r"^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"),
    "rgbcolor": _matches(rf"^rgb\({_COLOUR_PART},{_COLOUR_PART},{_COLOUR_PART}\)$"),
    "byte": _matches(r"^(?:[A-Za-z0-9+\/]{4})*(?:[A-Za-z0-9+\/]{2}==|[A-Za-z0-9+\/]{3}=|[A-Za-z0-9+\/]{4})$"),
    "password": _is_anything,
    "date": _is_date,
    "duration": _is_duration,
    "datetime": _is_date_time,
    "k8sshortname": _up_to(63, f"^{_SHORT_NAME}$"),
    "k8slongname": _up_to(253, rf"^{_SHORT_NAME}(\.{_SHORT_NAME})*$"),
}
