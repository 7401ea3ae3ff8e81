"""Numbers and percentages of a total."""

from __future__ import annotations

import pytest
from kubesim.api.int_or_percent import from_text, int_value, percent_of, value_from_int_or_percent


@pytest.mark.parametrize(
    ("value", "total", "round_up", "pods"),
    [
        (3, 10, True, 3),
        ("25%", 10, True, 3),
        ("25%", 10, False, 2),
        ("25%", 4, True, 1),
        ("25%", 4, False, 1),
        ("0%", 4, True, 0),
        ("1%", 1, True, 1),
        ("1%", 1, False, 0),
        ("100%", 7, False, 7),
        ("150%", 2, True, 3),
    ],
)
def test_a_share_of_a_total_is_rounded_as_told(value: int | str, total: int, round_up: bool, pods: int) -> None:
    assert value_from_int_or_percent(value, total, round_up) == pods


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("25", "invalid value for IntOrString: invalid type: string is not a percentage"),
        ("x%", 'invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax'),
        ("%", 'invalid value for IntOrString: invalid value "%": strconv.Atoi: parsing "": invalid syntax'),
    ],
)
def test_other_texts_are_refused(value: str, words: str) -> None:
    with pytest.raises(ValueError, match="IntOrString") as caught:
        value_from_int_or_percent(value, 10, True)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("text", "value"), [("80", 80), ("-1", -1), ("http", "http"), ("25%", "25%"), ("4294967296", "4294967296")]
)
def test_a_text_that_spells_an_int32_is_a_number(text: str, value: int | str) -> None:
    assert from_text(text) == value


def test_percentages_are_digits_and_a_sign() -> None:
    assert [percent_of(value) for value in ("25%", "150%", "-5%", "25", 25)] == [25, 150, None, None, None]


def test_the_number_that_a_text_spells_counts_where_one_is_wanted() -> None:
    assert [int_value(value) for value in (80, "80", "http")] == [80, 80, 0]
