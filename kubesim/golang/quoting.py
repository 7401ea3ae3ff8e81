"""Strings and characters between quotes: strconv.Quote and Unquote, and what ``%q`` and ``%#U`` print."""

from __future__ import annotations

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


def quote(text: str) -> str:
    """``text`` between double quotes. Mirrors strconv.Quote; a surrogate escape is a byte that was not UTF-8."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_quoted(char, '"') for char in text) + '"'


def quote_rune(char: str) -> str:
    """One character between single quotes. Mirrors strconv.QuoteRune."""
    return "'" + _quoted(char, "'") + "'"


def quote_bytes(text: str) -> str:
    """``text`` between double quotes, with all that is not printable ASCII as bytes. Mirrors time.quote."""
    out = ""
    for byte in text.encode(errors="surrogateescape"):
        char = chr(byte)
        if char in '"\\':
            out += "\\" + char
        else:
            out += char if 0x20 <= byte < 0x80 else f"\\x{byte:02x}"
    return f'"{out}"'


def _quoted(char: str, delimiter: str) -> str:
    if char in "\"'":
        return f"\\{char}" if char == delimiter else char
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF and delimiter == '"':
        return f"\\x{code - 0xDC00:02x}"
    return "\\ufffd" if 0xD800 <= code < 0xE000 else escape_code(char)


def escape_code(char: str) -> str:
    """A character by its number: ``\\x01``, ``\\u200b``, ``\\U000e0001``."""
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


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
    """The bytes of an escape, the letter of which is at ``index``, and where the text goes on."""
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
    return f"U+{ord(char):04X} '{char}'" if char.isprintable() else f"U+{ord(char):04X}"
