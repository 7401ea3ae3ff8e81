"""How Go's fmt prints the values of an API object: ``%v``, ``%#v``, ``%q`` and the names of their types.

JSON data stand for what apimachinery decodes them to: map[string]interface{}, []interface{}, int64, float64,
string, bool and nil.  ``Int`` marks an int, as Go's constants and lengths are.
"""

from __future__ import annotations

from kubesim.golang.json import decimal_digits, number, scientific

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Int(int):
    """A Go ``int``; every other Python int stands for an int64."""


def type_name(value: Any) -> str:
    """What ``%T`` prints."""
    if isinstance(value, Int):
        return "int"
    return _TYPE_NAMES.get(dict if isinstance(value, dict) else type(value), "<nil>")


_TYPE_NAMES: dict[type, str] = {
    bool: "bool",
    int: "int64",
    float: "float64",
    str: "string",
    dict: "map[string]interface {}",
    list: "[]interface {}",
}


def text(value: Any) -> str:
    """What ``%v`` (and ``%+v``) prints: ``map[app:web]``, ``[80 443]``, ``<nil>``, ``1e+06``."""
    if isinstance(value, str):
        return value
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{text(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(text, value))}]"
    return general(value) if isinstance(value, float) else str(int(value))


def printed(values: list[Any]) -> str:
    """What fmt.Sprint prints: a space between two operands of which neither is a string."""
    out: list[str] = []
    for index, value in enumerate(values):
        if index and not isinstance(value, str) and not isinstance(values[index - 1], str):
            out.append(" ")
        out.append(text(value))
    return "".join(out)


def go_syntax(value: Any, map_type: str = "map[string]interface {}") -> str:
    """What ``%#v`` prints: ``map[string]interface {}{"replicas":2}``."""
    if value is None:
        return "<nil>"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, dict):
        members = ", ".join(f"{_element(key, map_type)}:{_element(value[key], map_type)}" for key in sorted(value))
        return f"{map_type}{{{members}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(_element(item, map_type) for item in value)}}}"
    return text(value)


def _element(value: Any, map_type: str) -> str:
    return "interface {}(nil)" if value is None else go_syntax(value, map_type)


def general(value: float) -> str:
    """Go's 'g' format with the shortest digits, which is ``%v`` of a float64: 0.5, 1e+06, 1.5e-05."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    _, point = decimal_digits(value)
    if not -4 <= point - 1 < 6:
        return scientific(value)
    return number(value)


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


_BASES = {"0x": 16, "0X": 16, "0o": 8, "0O": 8, "0b": 2, "0B": 2}
_INT64_MIN, _INT64_MAX, _UINT64_MAX = -(2**63), 2**63 - 1, 2**64 - 1


def parse_int(source: str) -> int | None:
    """strconv.ParseInt(source, 0, 64) or, failing that, ParseUint; None where both fail."""
    signed = source[:1] in ("+", "-")
    digits = source[1:] if signed else source
    base = _BASES.get(digits[:2])
    if base is not None:
        digits = digits[2:]
    elif digits[:1] == "0" and len(digits) > 1:
        base, digits = 8, digits[1:]
    if not (digits.isascii() and digits.isalnum()):
        return None
    try:
        number = int(digits, base or 10)
    except ValueError:
        return None
    if source[:1] == "-":
        number = -number
    return number if _INT64_MIN <= number <= (_INT64_MAX if signed else _UINT64_MAX) else None


_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
}


def quote(value: str, delimiter: str = '"') -> str:
    """``value`` as strconv.Quote (or, with another delimiter, QuoteRune) writes it."""
    plain = value.isascii() and value.isprintable() and "\\" not in value and delimiter not in value
    body = value if plain else "".join(_quoted(char, delimiter) for char in value)
    return f"{delimiter}{body}{delimiter}"


def _quoted(char: str, delimiter: str) -> str:
    if char in "\"'":
        return f"\\{char}" if char == delimiter else char
    if char in _ESCAPES:
        return _ESCAPES[char]
    if is_print(char):
        return char
    code = ord(char)
    if 0xD800 <= code < 0xE000:
        return "\\ufffd"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def is_print(char: str) -> bool:
    """unicode.IsPrint: of all spaces only the ASCII one."""
    return char.isprintable() and (char == " " or not char.isspace())


_UNESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_CODE_DIGITS = {"x": 2, "u": 4, "U": 8}


def unquote(body: str, delimiter: str) -> str | None:
    """The string that ``body`` stands for between its quotes; None where its syntax is wrong.

    Mirrors strconv.UnquoteChar, again and again.
    """
    out = bytearray()
    index = 0
    while index < len(body):
        char = body[index]
        if char == delimiter or char == "\n":
            return None
        if char != "\\":
            out += char.encode("utf-8", "surrogateescape")
            index += 1
            continue
        escape = _unescape(body, index + 1, delimiter)
        if escape is None:
            return None
        piece, index = escape
        out += piece
    return out.decode("utf-8", "replace")


def _unescape(body: str, index: int, delimiter: str) -> tuple[bytes, int] | None:
    """The bytes of the escape whose letter is at ``index``, and where the text goes on."""
    letter = body[index : index + 1]
    if letter in _CODE_DIGITS:
        end = index + 1 + _CODE_DIGITS[letter]
        return _code(body[index + 1 : end], 16, _CODE_DIGITS[letter], letter == "x", end)
    if letter and letter in "01234567":
        return _code(body[index : index + 3], 8, 3, True, index + 3)
    if letter in _UNESCAPES:
        return _UNESCAPES[letter].encode(), index + 1
    if letter and letter in "\"'" and letter == delimiter:
        return letter.encode(), index + 1
    return None


def _code(digits: str, base: int, count: int, is_byte: bool, end: int) -> tuple[bytes, int] | None:
    if len(digits) != count or not (digits.isascii() and digits.isalnum()):
        return None
    try:
        code = int(digits, base)
    except ValueError:
        return None
    if is_byte:
        return (bytes([code]), end) if code < 256 else None
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return None
    return chr(code).encode(), end


def unicode_name(char: str) -> str:
    """``U+0023 '#'``: what ``%#U`` prints; -1 for the end of a text."""
    if not char:
        return "U+FFFFFFFFFFFFFFFF"
    return f"U+{ord(char):04X} '{char}'" if is_print(char) else f"U+{ord(char):04X}"
