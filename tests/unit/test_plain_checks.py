"""What is checked without a regular expression, or read without all of PyYAML, comes to the same as with it."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from kubesim.api import names, quantity
from kubesim.golang.yaml import resolver, small_texts
from kubesim.kinds.pod_spec import image_name
from kubesim.sim.images import catalogue, tags
from kubesim.sim.images.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKS: dict[str, Callable[[str], list[str]]] = {
    names.LABEL: names.is_dns_1123_label,
    names.SUBDOMAIN: names.is_dns_1123_subdomain,
    names.UNDERSCORED_SUBDOMAIN: names.is_underscored_subdomain,
    names.WILDCARD_SUBDOMAIN: names.is_wildcard_subdomain,
    names.LABEL_VALUE: names.is_label_value,
    names.CONFIG_KEY: names.is_config_map_key,
    names.ENV_VAR: names.is_strict_env_var_name,
    names.HTTP_HEADER: names.is_http_header_name,
    names.HTTP_PATH: names.is_http_path,
    names.PERCENT: names.is_percent,
}
NAMES = st.text("aZ0-_.*%/\n ٣", max_size=8)
QUANTITY = r"([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)"


@pytest.mark.parametrize("form", CHECKS)
@given(text=NAMES)
def test_a_name_is_of_the_form_that_its_error_shows(form: str, text: str) -> None:
    is_wrong = any(f"'{form}'" in message or "dots" in message for message in CHECKS[form](text))
    assert is_wrong is (re.fullmatch(form, text) is None)


@given(NAMES)
def test_a_key_is_of_the_form_that_its_error_shows(text: str) -> None:
    is_wrong = any(names.QUALIFIED in message for message in names.is_qualified_name(text.replace("/", "")))
    assert is_wrong is (re.fullmatch(names.QUALIFIED, text.replace("/", "")) is None)


@given(st.text("0012.+-eEkMi٣n", max_size=9))
def test_an_amount_has_the_parts_of_its_expression(text: str) -> None:
    found = re.fullmatch(QUANTITY, text, re.ASCII) if text else None
    if found is not None:
        assert quantity._parts(text) == found.groups(default="")
    else:
        with pytest.raises(ValueError, match="quantities must match"):
            quantity._parts(text)


@given(st.text("aaB0.-_:/@é", max_size=12))
@example("registry.k8s.io/pause:3.9")
@example(f"nginx:{'a' * 128}")
@example(f"nginx:{'a' * 129}")
@example(f"nginx@sha256:{'0' * 64}")
@example("a--b/c..d")
def test_an_image_has_the_parts_of_its_expression(text: str) -> None:
    found = re.fullmatch(image_name._REFERENCE, text, re.ASCII)
    assert image_name._parsed(text) == (found and (found["tag"] or "", found["digest"] or ""))


@given(st.text("ab/.", max_size=8), st.text("ab/.**?[]", max_size=6))
def test_wildcards_are_those_of_fnmatch(text: str, pattern: str) -> None:
    assert matches(text, pattern) is fnmatchcase(text, pattern)


def test_a_tag_that_is_named_matches_the_expression_that_names_it() -> None:
    words = [
        (word, family)
        for family in catalogue.OFFICIAL.values()
        for word in ("latest", *re.split(r"[|()]", family.heads))
        if tags._is_named(word, family.heads)
    ]
    assert len(words) > 50
    for word, family in words:
        assert tags._pattern(family.variants, family.heads).fullmatch(word), word


STAMP = st.text("0123456789-:TZt.٣", min_size=1, max_size=1)


@given(st.dictionaries(st.integers(0, 19), STAMP, max_size=2), st.integers(18, 20))
def test_a_stamp_has_the_parts_of_its_expression(changed: dict[int, str], length: int) -> None:
    text = "".join(changed.get(at, letter) for at, letter in enumerate("2026-01-31T12:34:56Z"))[:length]
    found, parts = resolver._timestamp_form().fullmatch(text), resolver._parts_of_timestamp(text)
    assert parts == (found and (*found.groups(),))


@given(st.text("0123456789.eE+-_a", min_size=1, max_size=8))
def test_a_float_is_one_of_its_expression(text: str) -> None:
    is_float = resolver._float_form().fullmatch(text) is not None and abs(float(text)) < float("inf")
    assert (resolver._float(text) is not None) is is_float


PIECES = [
    "a",
    "b1",
    "-",
    ":",
    "?",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    '"',
    "#",
    "=",
    "<<",
    "~",
    "0",
    "---",
    "...",
    "key:",
    "'x'",
    '"y',
    'z"',
    "''",
    "a:b",
    "&",
    "*",
    "!",
    "|",
    ">",
    "%",
    "$",
    "^",
    "/",
    "(",
    ")",
    "+",
    ".",
    "--",
]
BREAKS = ("\n", "\n  ", "\n    ", " ", "  ", "\n- ", ": ", ", ", "- ", "\n---\n", "\t")


@given(st.lists(st.sampled_from((*PIECES, *BREAKS)), max_size=14).map("".join))
@example("a: [b, 'c']\nd: {e: f}\n--- # g\n- h\n")
def test_a_small_text_has_the_events_of_the_parser_in_c(text: str) -> None:
    small = small_texts.events_of(text)
    if small is not None:
        assert [told(event) for event in small] == [told(event) for event in yaml.parse(text, Loader=yaml.CLoader)]


def told(event: yaml.Event) -> tuple[object, ...]:
    fields = ("value", "tag", "anchor", "implicit")
    return type(event).__name__, *(getattr(event, field, None) for field in fields)


def test_a_manifest_is_a_small_text() -> None:
    assert small_texts.events_of("kind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - image: 'nginx:1.25'\n")


@pytest.mark.parametrize(
    "text", ["a: &b 1", "a: *b", "a: !!str 1", "a: |\n  b", "a:\tb", "{a:[b]}", "é: 1", "a: [", "a" * 4000]
)
def test_what_is_not_small_and_simple_is_left_to_the_parser_in_c(text: str) -> None:
    assert small_texts.events_of(text) is None
