"""Quantities: what is parsed, how it is printed, what is refused. Expectations follow upstream's quantity_test.go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubesim.api import quantity

WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


@pytest.mark.parametrize(
    ("source", "stored"),
    [
        (2, "2"),
        (0.5, "500m"),
        ("0.5", "500m"),
        ("1.5", "1500m"),
        ("1000m", "1"),
        ("100m", "100m"),
        ("0", "0"),
        ("0.000", "0"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("0.5Gi", "512Mi"),
        ("100000Ki", "100000Ki"),
        ("1.1Ki", "1126400m"),
        ("268435456", "268435456"),
        ("12000000", "12M"),
        ("1500M", "1500M"),
        ("12e6", "12e6"),
        ("0.1n", "1n"),
        ("1E", "1E"),
        ("-0.5Gi", "-512Mi"),
        (" 5 ", "5"),
    ],
)
def test_an_amount_is_stored_in_its_canonical_form(source: str | float, stored: str) -> None:
    assert quantity.canonical(source) == stored


@pytest.mark.parametrize(("text", "kept"), [("1.500", "1.500"), ("001", "001"), ("+5", "+5"), ("1E3", "1E3")])
def test_a_text_that_upstream_takes_for_canonical_is_kept(text: str, kept: str) -> None:
    assert quantity.canonical(text) == kept


def test_a_binary_amount_beyond_an_int64_is_capped() -> None:
    assert quantity.canonical("8Ei") == str(2**63 - 1)


@pytest.mark.parametrize("text", ["2 cores", "", "abc", "1Zi", "1..2", "1 Gi"])
def test_what_is_no_quantity_is_told_of_the_regular_expression(text: str) -> None:
    with pytest.raises(ValueError, match=r"^quantities must match") as caught:
        quantity.parse(text)
    assert str(caught.value) == WRONG_FORMAT


@pytest.mark.parametrize("text", ["1ee", "1e", "1mm", "1Kii", "--1"])
def test_a_suffix_that_means_nothing_is_told_of(text: str) -> None:
    with pytest.raises(ValueError, match=r"^unable to parse quantity's suffix$"):
        quantity.parse(text)


@pytest.mark.parametrize(
    ("text", "whole", "thousandths"),
    [("1", 1, 1000), ("100m", 1, 100), ("1.5", 2, 1500), ("1Ki", 1024, 1024000), ("1n", 1, 1), ("-1500m", -2, -1500)],
)
def test_an_amount_as_a_number_is_rounded_away_from_zero(text: str, whole: int, thousandths: int) -> None:
    assert (quantity.value(text), quantity.milli_value(text)) == (whole, thousandths)


@pytest.mark.parametrize(
    ("left", "right", "order"), [("1", "1000m", 0), ("1Gi", "1G", 1), ("500m", 1, -1), ("0", "-1", 1)]
)
def test_amounts_compare_whatever_their_suffixes(left: str, right: str | int, order: int) -> None:
    assert quantity.compare(left, right) == order


@pytest.mark.parametrize(
    ("left", "right", "total"),
    [
        ("100m", "900m", "1"),
        ("0", "512Mi", "512Mi"),
        ("512Mi", "512Mi", "1Gi"),
        ("1", "250m", "1250m"),
        ("1Gi", "1", "1073741825"),
    ],
)
def test_a_sum_is_printed_in_the_first_amount_s_format(left: str, right: str, total: str) -> None:
    assert quantity.add(left, right) == total


@given(st.integers(-(10**12), 10**12), st.sampled_from(["", "m", "k", "M", "Ki", "Mi", "e3"]))
def test_the_canonical_form_means_the_same_amount(number: int, suffix: str) -> None:
    text = f"{number}{suffix}"
    stored = quantity.canonical(text)
    assert quantity.compare(text, stored) == 0
    assert quantity.canonical(stored) == stored
