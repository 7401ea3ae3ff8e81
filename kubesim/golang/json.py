"""JSON as Go's encoding/json writes it, byte for byte: what ``-o json`` prints and what annotations hold.

Mirrors encoding/json's encodeState for maps, slices, strings, bools and numbers: sorted keys, no spaces (or
MarshalIndent's), ``<``, ``>``, ``&`` and the two Unicode line separators escaped.
"""

from __future__ import annotations

from kubesim.startup.json_text import encoder, quote
from kubesim.startup.json_text import loads as read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_HTML_ESCAPES = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"))
_SEPARATOR_ESCAPES = (("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


def dumps(obj: Any, indent: int | None = None, escape_html: bool = True, sort_keys: bool = True) -> str:
    """``obj`` as json.Marshal writes it; with ``indent``, as json.MarshalIndent with that many spaces does.

    ``escape_html=False`` is an Encoder after SetEscapeHTML(false).  ``sort_keys=False`` keeps the order of the
    dicts, for a struct's fields.  No newline at the end.
    """
    text = _compact(obj, sort_keys) if indent is None else _indented(obj, " " * indent, sort_keys)
    for plain, escaped in (*_HTML_ESCAPES, *_SEPARATOR_ESCAPES) if escape_html else _SEPARATOR_ESCAPES:
        if plain in text:
            text = text.replace(plain, escaped)
    return text


def _compact(obj: Any, sort_keys: bool) -> str:
    if not _has_floats(obj):
        return _sorted_text(obj) if sort_keys else _plain_text(obj)
    out: list[str] = []
    _write_compact(obj, sort_keys, out.append)
    return "".join(out)


_sorted_text, _plain_text = encoder(sort_keys=True), encoder()


def _has_floats(obj: Any) -> bool:
    """Whether there is a number in a value that Python may write otherwise."""
    if isinstance(obj, dict):
        return any(map(_has_floats, obj.values()))
    return any(map(_has_floats, obj)) if isinstance(obj, list) else isinstance(obj, float)


def _write_compact(value: Any, sort_keys: bool, write: Callable[[str], Any]) -> None:
    if isinstance(value, dict):
        separator = "{"
        for key in sorted(value) if sort_keys else value:
            write(f"{separator}{quote(key)}:")
            _write_compact(value[key], sort_keys, write)
            separator = ","
        write("}" if value else "{}")
    elif isinstance(value, list):
        separator = "["
        for item in value:
            write(separator)
            _write_compact(item, sort_keys, write)
            separator = ","
        write("]" if value else "[]")
    else:
        write(scalar(value))


def _indented(obj: Any, step: str, sort_keys: bool) -> str:
    out: list[str] = []
    _write_indented(obj, "\n", step, sort_keys, out.append)
    return "".join(out)


def _write_indented(value: Any, newline: str, step: str, sort_keys: bool, write: Callable[[str], Any]) -> None:
    """``newline`` is a newline and the indentation of the line that ``value`` starts on."""
    if isinstance(value, dict) and value:
        inner = newline + step
        separator = "{"
        for key in sorted(value) if sort_keys else value:
            write(f"{separator}{inner}{quote(key)}: ")
            _write_indented(value[key], inner, step, sort_keys, write)
            separator = ","
        write(newline + "}")
    elif isinstance(value, list) and value:
        inner = newline + step
        separator = "["
        for item in value:
            write(separator + inner)
            _write_indented(item, inner, step, sort_keys, write)
            separator = ","
        write(newline + "]")
    else:
        write(scalar(value))


def scalar(value: Any) -> str:
    """A value without members (a string, number, bool, null, empty map or list); HTML is not escaped."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, float):
        return number(value)
    return _plain_text(value)


def number(value: float) -> str:
    """A float64 as encoding/json writes it: an exponent only below 1e-6 and from 1e21 on; 3.0 is ``3``."""
    from kubesim.golang.numbers import plain, scientific

    size = abs(value)
    if size and (size < 1e-6 or size >= 1e21):
        return shorten_exponent(scientific(value))
    return plain(value)


def shorten_exponent(text: str) -> str:
    """encoding/json writes e-9 for e-09 (and leaves e+09, which it never writes, alone)."""
    return f"{text[:-2]}{text[-1]}" if text[-4:-1] == "e-0" else text


def loads(text: str) -> Any:
    """A JSON text's data, half of a surrogate pair being U+FFFD; ValueError in Go's words. Mirrors json.Unmarshal."""
    from kubesim.golang.json_syntax import syntax_error

    wrong = syntax_error(text)
    if wrong:
        raise ValueError(wrong)
    value = read(text)
    return whole(value) if "\\ud" in text.lower() else value


def whole(value: Any) -> Any:
    """JSON data in which half a surrogate pair has become U+FFFD: no UTF-8 can say it."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {whole(key): whole(item) for key, item in value.items()}
    return [whole(item) for item in value] if isinstance(value, list) else value


def decode_error(text: str, start: int = 0) -> str:
    """Why the JSON value at ``start`` cannot be read, in the words of apimachinery's JSONSyntaxError.

    ``json: offset 7: invalid character 'x' ...`` (offsets are bytes from the start of ``text``, counted from
    1), or ``unexpected EOF`` where the text ends too early.
    """
    from kubesim.golang.json_syntax import first_problem

    problem = first_problem(text, start)
    if problem is None:
        return "unexpected EOF"
    return f"json: offset {len(text[: problem.place + 1].encode(errors='surrogateescape'))}: {problem.message}"
