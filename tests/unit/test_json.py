"""JSON as encoding/json writes it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubesim.golang.json import decode_error, dumps, number

COMPACT = {
    "keys are sorted and nothing is spaced": ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
    "what HTML would read is escaped": ({"a": "<b>&"}, '{"a":"\\u003cb\\u003e\\u0026"}'),
    "a backslash before it stays one": ("\\<", '"\\\\\\u003c"'),
    "the line separators are escaped": ("a\u2028b\u2029", '"a\\u2028b\\u2029"'),
    "control characters have the escapes Go gives them": (
        "\b\f\n\r\t\x00\x1f\x7f",
        '"\\b\\f\\n\\r\\t\\u0000\\u001f\x7f"',
    ),
    "letters of all scripts stay": ("é😀", '"é😀"'),
    "empty values": ({"a": {}, "b": [], "c": ""}, '{"a":{},"b":[],"c":""}'),
    "floats among text that looks like floats": (
        {"image": "nginx:1.20", "x": ["a:1.5,", 2.0]},
        '{"image":"nginx:1.20","x":["a:1.5,",2]}',
    ),
    "a float alone": (1.50, "1.5"),
}


@pytest.mark.parametrize(("value", "expected"), COMPACT.values(), ids=COMPACT)
def test_compact(value: object, expected: str) -> None:
    assert dumps(value) == expected


NUMBERS = [
    (0.0, "0"),
    (-0.0, "-0"),
    (1.0, "1"),
    (-2.5, "-2.5"),
    (0.1, "0.1"),
    (100.0, "100"),
    (1e16, "10000000000000000"),
    (9.223372036854776e18, "9223372036854776000"),
    (1e20, "100000000000000000000"),
    (1e21, "1e+21"),
    (1.5e22, "1.5e+22"),
    (1e-5, "0.00001"),
    (1e-6, "0.000001"),
    (1e-7, "1e-7"),
    (1.25e-10, "1.25e-10"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
]


@pytest.mark.parametrize(("value", "expected"), NUMBERS, ids=str)
def test_a_float_as_encoding_json_writes_it(value: float, expected: str) -> None:
    assert number(value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_reads_back(value: float) -> None:
    assert float(number(value)) == value


def test_indented_by_four_as_kubectl_does() -> None:
    assert dumps({"b": [1, {"c": "<"}], "a": {}, "z": []}, indent=4) == (
        '{\n    "a": {},\n    "b": [\n        1,\n        {\n            "c": "\\u003c"\n        }\n    ],\n'
        '    "z": []\n}'
    )


def test_indentation_changes_nothing_but_space() -> None:
    value = {"a": [1.0, [], {"b": [{}, "x"]}], "c": None}
    assert json.loads(dumps(value, indent=4)) == json.loads(dumps(value))


def test_html_escapes_can_be_left_out() -> None:
    assert dumps({"a": "<&>"}, escape_html=False) == '{"a":"<&>"}'


def test_the_fields_of_a_struct_keep_their_order() -> None:
    assert dumps({"b": 1.5, "a": 2}, sort_keys=False) == '{"b":1.5,"a":2}'
    assert dumps({"b": 1, "a": 2}, indent=1, sort_keys=False) == '{\n "b": 1,\n "a": 2\n}'


ERRORS = {
    "two commas": ('{"a": 1,, }', "json: offset 9: invalid character ',' looking for beginning of object key string"),
    "no colon": ('{"a" 1}', "json: offset 6: invalid character '1' after object key"),
    "half a literal": ('{"a": tru}', "json: offset 10: invalid character '}' in literal true (expecting 'e')"),
    "no comma in a list": ('{"a": [1 2]}', "json: offset 10: invalid character '2' after array element"),
    "no comma in a map": (
        '{\n  "a": 1\n  "b": 2\n}',
        "json: offset 14: invalid character '\"' after object key:value pair",
    ),
    "a bad escape": ('{"a": "\\x"}', "json: offset 9: invalid character 'x' in string escape code"),
    "a bad code": ('["\\u12g4"]', "json: offset 7: invalid character 'g' in \\u hexadecimal character escape"),
    "a bare newline": ('["a\n"]', "json: offset 4: invalid character '\\n' in string literal"),
    "a leading zero": ("[01]", "json: offset 3: invalid character '1' after array element"),
    "a minus alone": ("[-]", "json: offset 3: invalid character ']' in numeric literal"),
    "a point without digits": ("[1.]", "json: offset 4: invalid character ']' after decimal point in numeric literal"),
    "an exponent without digits": ("[1e+]", "json: offset 5: invalid character ']' in exponent of numeric literal"),
    "single quotes": ("{'a': 1}", "json: offset 2: invalid character '\\'' looking for beginning of object key string"),
    "bytes are counted": ('{"é" 1}', "json: offset 7: invalid character '1' after object key"),
    "the end": ('{"a": 1', "unexpected EOF"),
}


@pytest.mark.parametrize(("text", "expected"), ERRORS.values(), ids=ERRORS)
def test_what_is_wrong_with_json(text: str, expected: str) -> None:
    assert decode_error(text) == expected
