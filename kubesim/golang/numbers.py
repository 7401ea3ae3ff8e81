"""Numbers and booleans as strconv reads and writes them: ParseBool, ParseInt, Atoi, FormatFloat."""

from __future__ import annotations


def parse_bool(text: str) -> bool:
    """A boolean; ValueError in Go's words. Mirrors strconv.ParseBool."""
    if text in ("1", "t", "T", "TRUE", "true", "True"):
        return True
    if text in ("0", "f", "F", "FALSE", "false", "False"):
        return False
    raise invalid_syntax("ParseBool", text)


def parse_int(text: str, bits: int = 64, base: int = 0) -> int:
    """A signed integer of so many bits; ValueError in Go's words. Mirrors strconv.ParseInt.

    Base 0 takes what Go's source does: 0x, 0o, 0b, a leading 0 for octal, underscores between digits.
    """
    return _bounded("ParseInt", text, integer(text, base), -(1 << (bits - 1)), (1 << (bits - 1)) - 1)


def parse_uint(text: str, bits: int = 64, base: int = 10) -> int:
    """An integer of so many bits without a sign; ValueError in Go's words. Mirrors strconv.ParseUint."""
    return _bounded("ParseUint", text, None if text[:1] in ("+", "-") else integer(text, base), 0, (1 << bits) - 1)


def atoi(text: str) -> int:
    """A decimal integer of 64 bits; ValueError in Go's words. Mirrors strconv.Atoi."""
    return _bounded("Atoi", text, integer(text, 10), -(1 << 63), (1 << 63) - 1)


def int_or_uint(text: str) -> int | None:
    """What go-yaml and text/template take for an integer; None for anything else.

    Mirrors ParseInt in base 0 and 64 bits or, where that fails, ParseUint. The caller has taken underscores away.
    """
    number = None if "_" in text else integer(text, 0)
    if number is None:
        return None
    highest = (1 << 63) - 1 if text[0] == "+" else (1 << 64) - 1
    return number if -(1 << 63) <= number <= highest else None


def _bounded(function: str, text: str, number: int | None, lowest: int, highest: int) -> int:
    if number is None:
        raise invalid_syntax(function, text)
    if not lowest <= number <= highest:
        raise _wrong(function, text, "value out of range")
    return number


def invalid_syntax(function: str, text: str) -> ValueError:
    """What a function of strconv (``Atoi``) answers to a text that is no number."""
    return _wrong(function, text, "invalid syntax")


def _wrong(function: str, text: str, why: str) -> ValueError:
    from kubesim.golang.quoting import quote

    return ValueError(f"strconv.{function}: parsing {quote(text)}: {why}")


def integer(text: str, base: int) -> int | None:
    """The integer that a text spells, of any size; None where Go's syntax has no such number.

    Python's own int() is wider: it takes spaces around a number, and the digits of all scripts.
    """
    digits = text[1:] if text[:1] in ("+", "-") else text
    bare = digits.replace("_", "") if base == 0 else digits
    if not (bare.isascii() and bare.isalnum() and digits[0] in "0123456789"):
        return None
    if base == 0 and len(digits) > 1 and digits[0] == "0" and digits[1] in "01234567_":
        digits = "0o" + digits[1:]
    try:
        number = int(digits, base)
    except ValueError:
        return None
    return -number if text[0] == "-" else number


def general(value: float) -> str:
    """Go's 'g' format with the shortest digits, which is ``%v`` of a float64: 0.5, 1e+06, 1.5e-05."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    _, point = decimal_digits(value)
    return plain(value) if -4 <= point - 1 < 6 else scientific(value)


def float32_text(value: float) -> str:
    """Go's 'g' format of ``value`` as a float32, which is how sigs.k8s.io/yaml writes a float that is a key."""
    import struct

    if value != value or value in (float("inf"), float("-inf")):
        return general(value)
    try:
        single = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return "+Inf" if value > 0 else "-Inf"
    for precision in range(1, 10):
        shortest = float(f"{single:.{precision}g}")
        if struct.unpack("f", struct.pack("f", shortest))[0] == single:
            return general(shortest)
    return general(single)


def plain(value: float) -> str:
    """Go's 'f' format with the shortest digits: 0.00001, 1250, -0."""
    digits, point = decimal_digits(value)
    sign = "-" if str(value).startswith("-") else ""
    if point >= len(digits):
        return sign + digits.ljust(point, "0")
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{digits[:point]}.{digits[point:]}"


def scientific(value: float) -> str:
    """Go's 'e' format with the shortest digits: 1.5e+21, 1e-07."""
    digits, point = decimal_digits(value)
    mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    sign = "-" if str(value).startswith("-") else ""
    return f"{sign}{mantissa}e{'-' if point < 1 else '+'}{abs(point - 1):02d}"


def decimal_digits(value: float) -> tuple[str, int]:
    """The shortest digits that give ``value`` back, and the place of the point: 12.5 is ("125", 2), 0 is ("0", 1)."""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) - (len(whole + fraction) - len(digits)) + int(exponent or 0)
    return (digits.rstrip("0"), point) if digits else ("0", 1)
