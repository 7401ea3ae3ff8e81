"""How the API server words what is wrong with a field."""

from __future__ import annotations

import pytest
from kubesim.api import fields
from kubesim.api.fields import FieldError, Struct
from kubesim.errors import Cause
from kubesim.golang.quoting import quote

CASES = [
    ("a number", fields.invalid("spec.replicas", -1, fields.NEGATIVE), "Invalid value: -1: " + fields.NEGATIVE),
    ("a text is quoted", fields.invalid("a", 'b"c'), 'Invalid value: "b\\"c"'),
    ("a boolean", fields.invalid("a", True, "no"), "Invalid value: true: no"),
    ("nothing", fields.invalid("spec.selector", None, fields.IMMUTABLE), "Invalid value: null: field is immutable"),
    ("a map is sorted", fields.invalid("a", {"b": "2", "a": "1"}, "x"), 'Invalid value: {"a":"1","b":"2"}: x'),
    (
        "a struct keeps its order",
        fields.not_supported(
            "spec.strategy", Struct(Type="Rolling", RollingUpdate=None), ("Recreate", "RollingUpdate")
        ),
        'Unsupported value: {"Type":"Rolling","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
    ),
    ("HTML is escaped in structures", fields.invalid("a", ["<&>"]), 'Invalid value: ["\\u003c\\u0026\\u003e"]'),
    ("required alone", fields.required("a"), "Required value"),
    ("required with a reason", fields.required("a", "b"), "Required value: b"),
    ("duplicate", fields.duplicate("a", "nginx"), 'Duplicate value: "nginx"'),
    ("forbidden", fields.forbidden("a", "may not"), "Forbidden: may not"),
    ("not found", fields.not_found("a", "data"), 'Not found: "data"'),
    ("one byte too long", fields.too_long("a", 1), "Too long: may not be more than 1 byte"),
    ("too long", fields.too_long("a", 63), "Too long: may not be more than 63 bytes"),
    ("too many", fields.too_many("a", 21, 20), "Too many: 21: must have at most 20 items"),
]


@pytest.mark.parametrize(("error", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_error_reads_as_upstream_writes_it(error: FieldError, message: str) -> None:
    assert error.message() == message
    assert str(error) == f"{error.path}: {message}"


def test_an_error_is_a_cause() -> None:
    cause = fields.required("spec.selector").cause()
    assert cause == Cause("FieldValueRequired", "Required value", "spec.selector")


QUOTED = [
    ("a line's end", "a\nb", '"a\\nb"'),
    ("a control character", "\x01", '"\\x01"'),
    ("letters of other scripts stay", "naïve 東", '"naïve 東"'),
    ("an unprintable rune", "\u200b", '"\\u200b"'),
]


@pytest.mark.parametrize(("text", "quoted"), [case[1:] for case in QUOTED], ids=[case[0] for case in QUOTED])
def test_texts_are_quoted_as_go_quotes_them(text: str, quoted: str) -> None:
    assert quote(text) == quoted


def test_empty_and_missing_are_the_same_to_an_immutable_field() -> None:
    assert fields.immutable("a", {}, None) == []
    assert fields.immutable("a", {"b": "c"}, None) != []
