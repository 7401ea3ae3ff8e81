"""YAML as ``kubectl -o yaml`` prints it: go-yaml v2's emitter as sigs.k8s.io/yaml's Marshal uses it.

Keys in natural order (a2 before a10), lists at the indentation of their key, quotes only where they are
needed, lines broken at the first space after column 80.
"""

from __future__ import annotations

from kubesim.errors import UserError
from kubesim.golang import json
from kubesim.golang.numbers import general
from kubesim.golang.yaml.resolver import reads_as_string
from kubesim.startup.function_cache import cmp_to_key, lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

BEST_WIDTH = 80
_LONGEST_SIMPLE_KEY = 128
_BREAKS = frozenset("\n\r\x85\u2028\u2029")
_SPACED_BREAKS = (" \u2028", " \u2029", "\u2028 ", "\u2029 ")
_INDICATORS = frozenset("#,[]{}&*!|>'\"%@`")


def dump(obj: Any) -> str:
    """``obj`` (JSON data) as sigs.k8s.io/yaml.Marshal prints it, with a newline at the end."""
    out: list[str] = []
    if isinstance(obj, dict) and obj:
        _mapping(obj, 0, "", out.append)
    elif isinstance(obj, list) and obj:
        _sequence(obj, 0, "", out.append)
    else:
        out.append(_scalar(obj, 0, 2) + "\n")
    return "".join(out)


def _mapping(obj: dict[str, Any], indent: int, lead: str, write: Callable[[str], Any]) -> None:
    """``indent`` is the column of the keys, ``lead`` what to write before the first of them."""
    pad = " " * indent
    for key in key_order(obj):
        value = obj[key]
        if not _is_simple(key):
            write(f"{lead}? {_string(key, indent + 2, indent + 2)}\n")
            _item(value, indent, pad + ": ", write)
        elif isinstance(value, dict) and value:
            write(f"{lead}{_one_line(key)}:\n")
            _mapping(value, indent + 2, pad + "  ", write)
        elif isinstance(value, list) and value:
            write(f"{lead}{_one_line(key)}:\n")
            _sequence(value, indent, pad, write)
        else:
            shown = _one_line(key)
            write(f"{lead}{shown}: {_scalar(value, indent + len(shown) + 2, indent + 2)}\n")
        lead = pad


def _sequence(items: list[Any], indent: int, lead: str, write: Callable[[str], Any]) -> None:
    pad = " " * indent
    for item in items:
        _item(item, indent, lead + "- ", write)
        lead = pad


def _item(item: Any, indent: int, lead: str, write: Callable[[str], Any]) -> None:
    """A value on the line of its indicator, which stands in column ``indent`` and ends ``lead``."""
    if isinstance(item, dict) and item:
        _mapping(item, indent + 2, lead, write)
    elif isinstance(item, list) and item:
        _sequence(item, indent + 2, lead, write)
    else:
        write(f"{lead}{_scalar(item, indent + 2, indent + 2)}\n")


def _is_simple(key: str) -> bool:
    """Whether a key stands before its colon on one line; another one is marked with a question mark."""
    if len(key) > _LONGEST_SIMPLE_KEY // 4 and len(key.encode(errors="surrogateescape")) > _LONGEST_SIMPLE_KEY:
        return False
    return key.isprintable() or not any(char in _BREAKS for char in key)


def _scalar(value: Any, column: int, indent: int) -> str:
    """``value`` as it stands after its key: ``column`` is where it starts, ``indent`` that of further lines."""
    if isinstance(value, str):
        return _string(value, column, indent)
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, int):
        return str(value)
    return "null" if value is None else "[]" if value == [] else "{}"


def _float(value: float) -> str:
    """A float64, which go through JSON: an integer where that shows one that 64 bits hold."""
    shown = json.number(value)
    if shown.lstrip("-").isdigit() and -(2**63) <= int(shown) < 2**64:
        return str(int(shown))
    return general(value)


def _string(text: str, column: int, indent: int) -> str:
    if not text.isprintable():
        text = _through_json(text)
    if "\n" in text:
        return _literal(text, indent) if _literal_allowed(text) else _fold(_double_quoted(text), column, indent)
    shown = _one_line(text)
    if "\u2028" in shown or "\u2029" in shown:
        shown = f"{_padded(shown[:-1], ' ' * indent, '')}'"
    if column + len(shown) > BEST_WIDTH and " " in shown:
        return _fold(shown, column, indent)
    return shown


def _through_json(text: str) -> str:
    """What go-yaml reads of a string in the JSON that it prints: U+0085 breaks a line, and is folded.

    UserError for a character that JSON holds as it is, and YAML does not.
    """
    if any("\x7f" <= char <= "\x9f" and char != "\x85" for char in text):
        raise UserError("yaml: control characters are not allowed")
    if "\x85" not in text:
        return text
    import re

    return re.sub(" *\x85[ \x85]*", lambda match: "\n" * (match[0].count("\x85") - 1) or " ", text)


@lru_cache(maxsize=8192)
def _one_line(text: str) -> str:
    """A string of one line, in the least of quotes. Mirrors yaml_emitter_select_scalar_style."""
    if not reads_as_string(text):
        return _double_quoted(text)
    if not all(map(_is_printable, text)) or any(seam in text for seam in _SPACED_BREAKS):
        return _double_quoted(text)
    if not _plain_allowed(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def _plain_allowed(text: str) -> bool:
    """Whether no character of ``text`` means something to YAML where it stands."""
    first = text[0]
    if first in _INDICATORS or first == " " or text[-1] in " :" or text[:3] in ("---", "..."):
        return False
    if first in "?:-" and text[1:2] in ("", " "):
        return False
    return ": " not in text and " #" not in text and "\u2028" not in text and "\u2029" not in text


def _is_printable(char: str) -> bool:
    """What libyaml's emitter writes unescaped: nothing beyond the Basic Multilingual Plane."""
    return " " <= char <= "~" or ("\xa0" <= char <= "\ufffd" and char != "\ufeff" and not "\ud800" <= char < "\ue000")


def _literal_allowed(text: str) -> bool:
    if text[-1] == " " or any(f" {line_break}" in text for line_break in "\n\u2028\u2029"):
        return False
    return all(char == "\n" or _is_printable(char) for char in text)


def _literal(text: str, indent: int) -> str:
    """A block scalar: its header, then its lines; the last newline is left to the caller."""
    hint = "2" if text[0] in " \n\u2028\u2029" else ""
    return f"|{hint}{_chomping(text)}\n" + _padded(text.removesuffix("\n"), " " * indent, "\n")


def _padded(text: str, pad: str, previous: str) -> str:
    """``text`` with ``pad`` before whatever follows a line break; ``previous`` is the character before it."""
    if "\u2028" not in text and "\u2029" not in text:
        return "\n".join([pad + line if line else line for line in text.split("\n")])
    out: list[str] = []
    for char in text:
        if previous in _BREAKS and char not in _BREAKS:
            out.append(pad)
        out.append(char)
        previous = char
    return "".join(out)


def _chomping(text: str) -> str:
    if text[-1] not in _BREAKS:
        return "-"
    return "+" if len(text) == 1 or text[-2] in _BREAKS else ""


_ESCAPES = {
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    '"': '\\"',
    "\\": "\\\\",
    "\x85": "\\N",
    "\xa0": "\\_",
    "\u2028": "\\L",
    "\u2029": "\\P",
}


def _double_quoted(text: str) -> str:
    # go-yaml asks of each character whether the whole text begins with a byte order mark.
    escape_all = text[:1] == "\ufeff"
    return '"' + "".join(_escaped(char) if escape_all else _shown(char) for char in text) + '"'


def _shown(char: str) -> str:
    if _is_printable(char) and char not in '"\\\u2028\u2029':
        return char
    return _escaped(char)


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _fold(shown: str, column: int, indent: int) -> str:
    """``shown`` (a scalar in its quotes) broken at the first single space past BEST_WIDTH, again and again."""
    quote = shown[0] if shown[0] in "'\"" else ""
    last = len(shown) - 1 - len(quote)
    line = "\n" + " " * indent
    out: list[str] = []
    after_space = False
    for index, char in enumerate(shown):
        before_space = shown[index + 1 : index + 2] == " "
        may_break = char == " " and not after_space and column > BEST_WIDTH and len(quote) < index < last
        if may_break and (quote == '"' or not before_space):
            out.append(line + ("\\" if before_space else ""))
            column = indent + before_space
        else:
            out.append(char)
            column += 1
        after_space = char == " "
    return "".join(out)


def key_order(keys: Iterable[str]) -> list[str]:
    """Keys as go-yaml sorts them: letters after everything else, runs of digits by their value."""
    ordered = sorted(keys)
    if all(map(str.isalpha, ordered)):
        return ordered
    return sorted(ordered, key=cmp_to_key(_compare))


def _compare(left: str, right: str) -> int:
    """Mirrors keyList.Less of go-yaml's sorter.go."""
    for index, (a, b) in enumerate(zip(left, right)):  # noqa: B905 - the shorter one ends the comparison
        if a != b:
            return -1 if _less_at(left, right, index) else 1
    return len(left) - len(right)


def _less_at(left: str, right: str, index: int) -> bool:
    a, b = left[index], right[index]
    if a.isalpha() or b.isalpha():
        return a < b if a.isalpha() and b.isalpha() else b.isalpha()
    # Within a number a zero counts as a digit among others, not as a leading one.
    inside = "0" in (a, b) and _continues_number(left[:index])
    (left_end, left_value), (right_end, right_value) = (_number_at(text, index, inside) for text in (left, right))
    if left_value != right_value:
        return left_value < right_value
    return left_end < right_end if left_end != right_end else a < b


def _continues_number(head: str) -> bool:
    digits = head[len(head.rstrip("0123456789")) :]
    return digits.strip("0") != ""


def _number_at(text: str, start: int, inside: bool) -> tuple[int, int]:
    """Where the run of digits at ``start`` ends, and its value (with a 1 before it if it is inside a number)."""
    end = start
    while end < len(text) and text[end] in "0123456789":
        end += 1
    return end, int(("1" if inside else "0") + text[start:end])
