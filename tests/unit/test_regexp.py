"""Regular expressions as Go's regexp has them."""

from __future__ import annotations

import pytest
from kubesim.golang.regexp import RegexpError, compile_regexp, matches

MATCHING = (
    (r"^(\S+ ){4}\S+$", "0 2 * * *"),
    (r"b", "abc"),
    (r"^a(?i)b|c$", "aB"),
    (r"(?i)^straße$", "STRASSE".replace("SS", "ẞ")),
    (r"^\d{,3}$", "5{,3}"),
    (r"^[[:alpha:]-]+$", "a-b"),
    (r"^\p{Lu}\p{Greek}$", "Aα"),
    (r"^\x41\x{42}\103$", "ABC"),
    (r"\Qa.b\E", "a.b"),
    (r"^[]a]+$", "a]"),
    (r"^*x", "x"),
    (r"(?s)^.$", "\n"),
    (r"(?m)^b$", "a\nb\nc"),
    (r"^(?P<year>\d+)-(?<month>\d+)$", "2024-01"),
    (r"^(?<n>a)(?<n>b)$", "ab"),
    (r"^\p{letter}\p{l l}$", "Ab"),
    (r"^a{2}$", "aa"),
    (r"^[^\d]$", "x"),
    (r"^\z", ""),
    (r"^(a|b*?)+?$", "bab"),
)
OTHER = (
    (r"x$", "x\n"),
    (r"^\d$", "٣"),
    (r"^\s$", "\v"),
    (r"^.$", "\n"),
    (r"^\w$", "é"),
    (r"^a(?-i)b$", "aB"),
)
WRONG = (
    ("x**", "error parsing regexp: invalid nested repetition operator: `**`"),
    ("a*+", "error parsing regexp: invalid nested repetition operator: `*+`"),
    ("(a", "error parsing regexp: missing closing ): `(a`"),
    ("a)", "error parsing regexp: unexpected ): `a)`"),
    ("[a", "error parsing regexp: missing closing ]: `[a`"),
    ("(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
    ("(?<!a)", "error parsing regexp: invalid named capture: `(?<!a)`"),
    (r"(a)\1", r"error parsing regexp: invalid escape sequence: `\1`"),
    (r"\Z", r"error parsing regexp: invalid escape sequence: `\Z`"),
    (r"\x4+a", r"error parsing regexp: invalid escape sequence: `\x4+`"),
    (r"\x{4z}", r"error parsing regexp: invalid escape sequence: `\x{4z`"),
    (r"\x{}", r"error parsing regexp: invalid escape sequence: `\x{}`"),
    ("a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"),
    ("a{2,1}", "error parsing regexp: invalid repeat count: `{2,1}`"),
    ("*", "error parsing regexp: missing argument to repetition operator: `*`"),
    ("a|*", "error parsing regexp: missing argument to repetition operator: `*`"),
    ("[b-a]", "error parsing regexp: invalid character class range: `b-a`"),
    ("[[:foo:]]", "error parsing regexp: invalid character class range: `[:foo:]`"),
    (r"\p{Klingon}", r"error parsing regexp: invalid character class range: `\p{Klingon}`"),
    ("\\", "error parsing regexp: trailing backslash at end of expression: ``"),
)


@pytest.mark.parametrize(("pattern", "text"), MATCHING)
def test_matches(pattern: str, text: str) -> None:
    assert matches(pattern, text)


@pytest.mark.parametrize(("pattern", "text"), OTHER)
def test_does_not_match(pattern: str, text: str) -> None:
    assert not matches(pattern, text)


@pytest.mark.parametrize(("pattern", "words"), WRONG)
def test_is_no_expression(pattern: str, words: str) -> None:
    with pytest.raises(RegexpError) as raised:
        compile_regexp(pattern)
    assert str(raised.value) == words
