"""KYAML as ``kubectl -o kyaml`` prints it: YAML with braces, and quotes around every string.

Mirrors sigs.k8s.io/yaml/kyaml's Encoder.FromObject.
"""

from __future__ import annotations

from kubesim.golang import json
from kubesim.golang.numbers import int_or_uint
from kubesim.golang.quoting import escape_code
from kubesim.golang.yaml.resolver import is_timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FOLD = "\\\n"
_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\r": "\\r",
    "\v": "\\v",
    "\0": "\\0",
    "\x1b": "\\e",
    "\x85": "\\N",
    "\xa0": "\\_",
    "\u2028": "\\L",
    "\u2029": "\\P",
    '"': '\\"',
    "\\": "\\\\",
}
_AMBIGUOUS = frozenset(("null", "~", "true", "y", "yes", "on", "false", "n", "no", "off", "t", "f", "1", "0"))
_INFINITE = frozenset((".inf", "-.inf", "+.inf", ".nan", "inf", "+inf", "-inf", "nan", "infinity"))


def dump_kyaml(obj: Any, sort_keys: bool = True) -> str:
    """``obj`` (JSON data) as one KYAML document: ``---``, the value and a newline.

    ``sort_keys=False`` is for structs: their fields stay in their order.
    """
    return f"---\n{_node(obj, 0, sort_keys)}\n"


def _node(value: Any, level: int, sort_keys: bool) -> str:
    if isinstance(value, dict):
        return _mapping(value, level, sort_keys) if value else "{}"
    if isinstance(value, list):
        return _sequence(value, level, sort_keys) if value else "[]"
    if isinstance(value, str):
        return _string(value, level + 1)
    return json.scalar(value)


def _mapping(value: dict[str, Any], level: int, sort_keys: bool) -> str:
    pad = "  " * (level + 1)
    keys = sorted(value) if sort_keys else value
    members = "".join(f"{pad}{_key(key)}: {_node(value[key], level + 1, sort_keys)},\n" for key in keys)
    return f"{{\n{members}{'  ' * level}}}"


def _sequence(value: list[Any], level: int, sort_keys: bool) -> str:
    """Maps and lists share lines with the brackets around them; scalars have a line each."""
    if all(isinstance(item, (dict, list)) for item in value):
        return f"[{', '.join(_node(item, level, sort_keys) for item in value)}]"
    pad = "  " * (level + 1)
    items = "".join(f"{pad}{_node(item, level + 1, sort_keys)},\n" for item in value)
    return f"[\n{items}{'  ' * level}]"


def _key(key: str) -> str:
    if not _needs_quotes(key):
        return key
    return '"' + "".join(_char(char, "\\n", "\\t") for char in key) + '"'


def _string(value: str, level: int) -> str:
    """A string; one of several lines has each on a line of its own."""
    if "\n" not in value:
        return '"' + "".join(_char(char, "", "\t") for char in value) + '"'
    pad = "  " * level
    lines = value.split("\n")
    ended = lines[-1] == ""
    shown = [_line(line, pad) + "\\n" + _FOLD for line in lines[:-1]]
    if not ended:
        shown.append(_line(lines[-1], pad) + _FOLD)
    return f'"{_FOLD}{"".join(shown)}{pad}"'


def _line(line: str, pad: str) -> str:
    """A space that the line begins with would be dropped by a reader, so it is escaped."""
    mark = "\\" if line[:1].isspace() else " "
    return pad + mark + "".join(_char(char, "", "\t") for char in line)


def _char(char: str, newline: str, tab: str) -> str:
    if char == "\n":
        return newline
    if char == "\t":
        return tab
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    return escape_code(char)


def _needs_quotes(key: str) -> bool:
    if not key or _is_ambiguous(key):
        return True
    last = len(key) - 1
    return not all(char.isalnum() or char == "_" or (0 < i < last and char in "-./") for i, char in enumerate(key))


def _is_ambiguous(key: str) -> bool:
    """Whether a YAML parser might take the bare key for another type than a string."""
    lowered = key.lower()
    if lowered in _AMBIGUOUS or lowered in _INFINITE:
        return True
    bare = key.replace("_", "")
    if int_or_uint(bare) is not None or is_timestamp(key):
        return True
    try:
        float(bare)
    except ValueError:
        return False
    return bare.isascii()
