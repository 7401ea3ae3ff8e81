"""POSIX regular expressions as the tools of containers have them."""

from __future__ import annotations

import pytest
from kubesim.containers.evaluation.tools.call import Unknown
from kubesim.containers.evaluation.tools.regular import compiled


@pytest.mark.parametrize(
    ("expression", "text", "matched"),
    [
        ("foo|foobar", "a foobar", "foobar"),
        ("(ab|abc|a)d?", "abcd", "abcd"),
        (r"\.(log|logs)", "x.logs", ".logs"),
        ("(GET|POST) /", "POST /", "POST /"),
        (r"a\.b|a\.bc", "a.bc", "a.bc"),
        ("[0-9]+|x", "12x", "12"),
    ],
)
def test_of_several_words_the_longest_matches(expression: str, text: str, matched: str) -> None:
    found = compiled(expression, is_extended=True).search(text)
    assert found is not None
    assert found[0] == matched


@pytest.mark.parametrize("expression", ["(a+)+", "^(a|aa)+$", "(a|a?)+", "(.|x)*", "([a-z]|[a-f]x)+"])
def test_what_may_take_for_ever_is_not_tried(expression: str) -> None:
    with pytest.raises(Unknown):
        compiled(expression, is_extended=True)


@pytest.mark.parametrize(
    "expression", ["(foo|bar)+", "(ab|ac)+", r"(\.[0-9]+)*", "(a|b)*c", r"([a-z]+\.)+", "(GET|PUT)*"]
)
def test_what_ends_soon_is(expression: str) -> None:
    assert compiled(expression, is_extended=True).groups == 1
