"""JSON texts by Python's own scanner and encoder, without the import of ``json``, which brings in ``re`` and much else.

Both are written in C and private to Python: where they are not what they are known to be, ``json`` takes over.  It
words all errors, too.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Scanner = Callable[[str, int], tuple[Any, int]]
    Encoder = Callable[[Any, int], Iterable[str]]

_BLANKS = " \t\n\r"

# How the scanner says that a text is no JSON. Up to Python 3.11 it takes the class of its error from ``json``; as long
# as that is not imported, it is a SystemError.
_FAULTS = (StopIteration, ValueError, SystemError)


class _Reading:
    """How to read: as ``json.JSONDecoder()`` does."""

    strict = True
    object_hook = object_pairs_hook = array_hook = None
    parse_float, parse_int = float, int
    parse_constant = {name: float(name) for name in ("NaN", "Infinity", "-Infinity")}.__getitem__


def _refuse(value: Any) -> Any:
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _make_scanner() -> Scanner | None:
    try:
        from _json import make_scanner

        scan: Scanner = make_scanner(_Reading)  # type: ignore[arg-type]
        return scan if scan('[{"a": 1.5}]', 0) == ([{"a": 1.5}], 12) else None
    except (AttributeError, ImportError, TypeError):
        return None


def _make_encoder(*, is_ascii: bool, sort_keys: bool, allow_nan: bool) -> Encoder | None:
    try:
        from _json import encode_basestring, encode_basestring_ascii, make_encoder

        text_of = encode_basestring_ascii if is_ascii else encode_basestring
        made: Encoder = make_encoder(None, _refuse, text_of, None, ":", ",", sort_keys, False, allow_nan)
        return made if "".join(made([{"a": 1.5}], 0)) == '[{"a":1.5}]' else None
    except (AttributeError, ImportError, TypeError):
        return None


def _find_quote() -> Callable[[str], str]:
    try:
        from _json import encode_basestring
    except ImportError:
        from json.encoder import encode_basestring
    return encode_basestring


_scan = _make_scanner()
#: A text as JSON writes it between quotation marks; what is not ASCII stays as it is.
quote = _find_quote()


def loads(text: str | bytes) -> Any:
    """What a JSON text in UTF-8 says, as ``json.loads`` reads it; ValueError."""
    decoded = text if isinstance(text, str) else text.decode("utf-8", "surrogatepass")
    if _scan is not None:
        try:
            value, end = _scan(decoded, len(decoded) - len(decoded.lstrip(_BLANKS)))
        except _FAULTS:
            end = 0  # json says what is wrong
        if end and not decoded[end:].strip(_BLANKS):
            return value
    import json

    return json.loads(decoded)


def end_of_value(text: str, start: int) -> int:
    """Where the JSON value ends that begins at ``start``; ValueError if there is none."""
    if _scan is not None:
        try:
            return _scan(text, start)[1]
        except _FAULTS:
            pass  # json says what is wrong
    import json

    return json.JSONDecoder().raw_decode(text, start)[1]


def encoder(*, is_ascii: bool = False, sort_keys: bool = False, allow_nan: bool = True) -> Callable[[Any], str]:
    """A function that writes values as JSON without blanks, as ``json.dumps`` does; ``is_ascii``: all in ASCII.

    The function raises ValueError for numbers that are not finite unless ``allow_nan``, TypeError for what is not JSON.
    """
    encode = _make_encoder(is_ascii=is_ascii, sort_keys=sort_keys, allow_nan=allow_nan)
    if encode is not None:
        return lambda value: "".join(encode(value, 0))
    import json

    options: dict[str, Any] = {"ensure_ascii": is_ascii, "sort_keys": sort_keys, "allow_nan": allow_nan}
    return json.JSONEncoder(separators=(",", ":"), check_circular=False, **options).encode
