"""Values as Go's fmt and strconv write and read them."""

from __future__ import annotations

import pytest
from kubesim.golang import fmt
from kubesim.golang.numbers import float32_text, int_or_uint, parse_int
from kubesim.golang.quoting import quote, quote_bytes, unquote

TEXTS = {
    "a string as it is": ("a b", "a b"),
    "nil": (None, "<nil>"),
    "booleans": ([True, False], "[true false]"),
    "a map in the order of its keys": ({"b": 1, "a": [{"c": None}]}, "map[a:[map[c:<nil>]] b:1]"),
    "a large float": (1000000.0, "1e+06"),
    "a float of six digits": (123456.0, "123456"),
    "a small float": (0.00001, "1e-05"),
    "a fraction": (0.0001, "0.0001"),
}


@pytest.mark.parametrize(("value", "expected"), TEXTS.values(), ids=TEXTS)
def test_percent_v(value: object, expected: str) -> None:
    assert fmt.text(value) == expected


def test_percent_sharp_v() -> None:
    value = {"b": [1, None, "x\n"], "a": {"c": 1.5}}
    assert fmt.go_syntax(value) == (
        'map[string]interface {}{"a":map[string]interface {}{"c":1.5}, '
        '"b":[]interface {}{1, interface {}(nil), "x\\n"}}'
    )


def test_sprint_puts_spaces_between_what_are_no_strings() -> None:
    assert fmt.printed([1, 2, "a", 3, None, 1.5]) == "1 2a3 <nil> 1.5"


QUOTED = {
    "plain": ("a'b", '"a\'b"'),
    "quotes and backslashes": ('"\\', '"\\"\\\\"'),
    "short escapes": ("\a\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'),
    "control characters": ("\x00\x7f", '"\\x00\\x7f"'),
    "what prints stays": ("é😀", '"é😀"'),
    "what does not print": ("\xa0\u2028", '"\\u00a0\\u2028"'),
}


@pytest.mark.parametrize(("value", "expected"), QUOTED.values(), ids=QUOTED)
def test_quote(value: str, expected: str) -> None:
    assert quote(value) == expected
    assert unquote(expected[1:-1], '"') == value


UNQUOTED = {
    "octal": ("\\101", "A"),
    "hexadecimal bytes make one character": ("\\xc3\\xa9", "é"),
    "a code beyond 16 bits": ("\\U0001F600", "😀"),
    "a single quote needs no escape": ("\\'", None),
    "an unknown escape": ("\\q", None),
    "a newline": ("a\nb", None),
    "its own delimiter": ('a"b', None),
    "half a code": ("\\u12", None),
    "a surrogate": ("\\ud800", None),
    "a code beyond Unicode": ("\\U00110000", None),
    "an octal beyond a byte": ("\\777", None),
}


@pytest.mark.parametrize(("body", "expected"), UNQUOTED.values(), ids=UNQUOTED)
def test_unquote(body: str, expected: str | None) -> None:
    assert unquote(body, '"') == expected


INTEGERS = {
    "12": 12,
    "-0x1F": -31,
    "0o14": 12,
    "014": 12,
    "0b11": 3,
    "+7": 7,
    "9223372036854775807": 2**63 - 1,
    "18446744073709551615": 2**64 - 1,
    "18446744073709551616": None,
    "-9223372036854775809": None,
    "08": None,
    "0x": None,
    "": None,
    "1_0": None,
    "٣": None,
}


@pytest.mark.parametrize(("source", "expected"), INTEGERS.items())
def test_parse_int_with_base_zero(source: str, expected: int | None) -> None:
    assert int_or_uint(source) == expected


def test_a_float32_has_the_digits_that_tell_it_apart() -> None:
    assert [float32_text(value) for value in (1.5, 0.1, 1e39, 16777217.0)] == [
        "1.5",
        "0.1",
        "+Inf",
        "1.6777216e+07",
    ]


def test_a_time_that_cannot_be_read_is_quoted_by_its_bytes() -> None:
    assert quote_bytes('é"\\\x01 a') == '"\\xc3\\xa9\\"\\\\\\x01 a"'


@pytest.mark.parametrize("text", ["5 ", " 5", "٣", "1__0", "0x", "+-1", ""])
def test_what_only_python_takes_for_an_integer_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="invalid syntax"):
        parse_int(text)
