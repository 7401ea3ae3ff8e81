"""The simulated clock, speeds and lengths of time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubesim.errors import UserError
from kubesim.sim.clock import END_OF_TIME, MAX, parse_duration, parse_speed, simulated_now, wall_now

SAVED = {"sim": 5_000, "wall": 100_000, "speed": 1}
YEAR = 365 * 24 * 3600 * 1000


@pytest.mark.parametrize(
    ("why", "wall", "speed", "now"),
    [
        ("no time has passed", 100_000, 1, 5_000),
        ("a second is a second", 101_000, 1, 6_000),
        ("ten simulated seconds to a real one", 101_000, 10, 15_000),
        ("a tenth of a simulated second to a real one", 101_000, 0.1, 5_100),
        ("a wall clock set back counts as no time passed", 1_000, 1, 5_000),
        ("a wall clock set back a year counts as no time passed", 100_000 - YEAR, 1000, 5_000),
        ("a wall clock set forward a year counts as a year", 100_000 + YEAR, 1, 5_000 + YEAR),
        ("under max it stands still", 100_000 + YEAR, MAX, 5_000),
        ("no instant is later than RFC 3339 can tell", 100_000 + 9_000 * YEAR, 1000, END_OF_TIME),
    ],
)
def test_simulated_now(why: str, wall: int, speed: float | str, now: int) -> None:
    assert simulated_now(SAVED, wall, speed) == now, why


@given(
    steps=st.lists(st.tuples(st.integers(-YEAR, YEAR), st.one_of(st.just(MAX), st.floats(0.001, 1000))), max_size=20),
)
def test_the_clock_never_runs_backward(steps: list[tuple[int, float | str]]) -> None:
    """Whatever the wall clock and KUBESIM_SPEED do between commands, each saving the clock it reached."""
    clock, wall = dict(SAVED), 100_000
    for jump, speed in steps:
        wall += jump
        now = simulated_now(clock, wall, speed)
        assert now >= clock["sim"]
        clock = {"sim": now, "wall": wall, "speed": 1}


@pytest.mark.parametrize(("text", "speed"), [("max", MAX), ("1", 1), ("60", 60), ("0.5", 0.5), ("1e3", 1000)])
def test_parse_speed(text: str, speed: float | str) -> None:
    assert parse_speed(text) == speed
    assert type(parse_speed(text)) is type(speed)


@pytest.mark.parametrize("text", ["", "fast", "0", "-1", "nan", "inf", "1e99", "Max", "2x"])
def test_a_speed_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="invalid speed") as refusal:
        parse_speed(text)
    assert f'"{text}"' in refusal.value.message


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("5", 5_000),
        ("30s", 30_000),
        ("10m", 600_000),
        ("1h30m", 5_400_000),
        ("2h", 7_200_000),
        ("1.5s", 1_500),
        (".5s", 500),
        ("250ms", 250),
        ("1m0.25s", 60_250),
        ("0s", 0),
        ("0", 0),
    ],
)
def test_parse_duration(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


NO_DURATIONS = ["", "s", "5d", "-5s", "5 s", "1h-5m", "1e3s", "m5", "5s!", "٣s", "5S", "1.2.3s", "."]
NO_DURATIONS += ["9" * 400, "9" * 20 + "h"]


@pytest.mark.parametrize("text", NO_DURATIONS)
def test_a_duration_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="invalid duration"):
        parse_duration(text)


def test_the_wall_clock_is_in_milliseconds() -> None:
    assert 1_700_000_000_000 < wall_now() < END_OF_TIME
