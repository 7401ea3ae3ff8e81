"""The numbers and characters of Go's source: what a constant in a template is worth."""

from __future__ import annotations

from kubesim.golang import fmt
from kubesim.golang.numbers import int_or_uint
from kubesim.golang.quoting import quote, unquote

_INT64_MAX = 2**63 - 1


class TooBig(int):
    """An integer that no Go ``int`` holds; using it is an error, writing it is not."""


def number_value(source: str) -> int | float:
    """A Go int or float64; ValueError in the parser's words.  Mirrors text/template/parse's newNumber."""
    integer = int_or_uint(source.replace("_", ""))
    if integer is not None:
        return TooBig(integer) if integer > _INT64_MAX else fmt.Int(integer)
    try:
        number = _float(source.replace("_", ""))
    except ValueError:
        raise ValueError(f"illegal number syntax: {quote(source)}") from None
    if not any(mark in source for mark in ".eEpP"):
        raise ValueError(f"integer overflow: {quote(source)}")
    return number


def _float(source: str) -> float:
    if source.lstrip("+-")[:2].lower() == "0x":
        if "p" not in source.lower():
            raise ValueError(source)
        return float.fromhex(source)
    return float(source)


def character_value(source: str) -> fmt.Int:
    """The code point of ``'a'``; ValueError in the parser's words."""
    body = source[1:-1]
    char = unquote(body, "'")
    if char is None or not char:
        raise ValueError("invalid syntax")
    if len(char) > 1:
        raise ValueError(f"malformed character constant: {source}")
    return fmt.Int(ord(char))
