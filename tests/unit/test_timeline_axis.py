"""Where an instant is drawn, what is cut out of the time, and which instants are labelled."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubesim.views.timeline.axis import axis_of, changes_of, quiet_stretches
from kubesim.views.timeline.model import PodState
from rollout_world import START
from timeline_tape import command, lane, step, timeline

MINUTE = 60_000


def texts(axis, gap=2):
    return [label.text for label in axis.ticks(len, gap)]


def test_time_is_drawn_evenly_from_the_beginning_to_the_end():
    axis = axis_of([timeline(step(0, 4), end=10_000)], 100, 3)
    assert [axis.place(at) for at in (0, 2500, 10_000)] == [0, 25, 100]
    assert [axis.instant(place) for place in (0, 25, 100)] == [0, 2500, 10_000]
    assert (axis.place(-5000), axis.place(20_000)) == (0, 100)


def test_time_counts_from_zero_and_the_axis_takes_all_timelines_in():
    early = timeline(step(0, 4), zero=START + 3000, end=5000)
    late = timeline(step(0, 4), end=12_000)
    axis = axis_of([early, late], 15, 3)
    assert (axis.instant(0), axis.instant(15)) == (-3000, 12_000)


def test_a_timeline_without_a_length_has_an_axis():
    axis = axis_of([timeline(step(0, 4), end=0)], 20, 3)
    assert texts(axis) == ["0 s", "1 s"]


def test_labels_are_whole_seconds_as_close_as_there_is_room():
    ten_seconds = [timeline(step(0, 4), end=10_000)]
    assert texts(axis_of(ten_seconds, 100, 3)) == [f"{second} s" for second in range(11)]
    assert texts(axis_of(ten_seconds, 40, 3)) == ["0 s", "2 s", "4 s", "6 s", "8 s", "10 s"]
    assert texts(axis_of(ten_seconds, 15, 3)) == ["0 s", "5 s", "10 s"]
    assert texts(axis_of([timeline(*busy(300), end=5 * MINUTE)], 40, 3)) == ["0 s", "1m", "2m", "3m", "4m", "5m"]


def busy(seconds):
    """A step each second."""
    return [step(second * 1000, 3 + second % 2) for second in range(seconds)]


def test_a_long_quiet_stretch_is_cut_and_its_length_is_told():
    axis = axis_of([timeline(step(0, 4), step(1000, 3), step(601_000, 4), end=605_000)], 83, 3, whole=True)
    cut = axis.cuts[0]
    assert (cut.begin, cut.end, cut.right - cut.left) == (2000, 600_000, 3)
    assert [label.text for label in axis.cut_labels(len, 2)] == ["9m58s left out"]
    assert axis.place(2000) == cut.left
    assert axis.place(600_000) == cut.right
    assert texts(axis) == ["0 s", "1 s", "10m", "10m1s", "10m2s", "10m3s", "10m4s", "10m5s"]


def test_labels_of_cuts_use_fewer_words_where_there_is_little_room():
    steps = step(0, 4), step(1000, 3), step(900_000, 4), step(901_000, 3), step(1_200_000, 4)
    axis = axis_of([timeline(*steps, end=1_201_000)], 30, 3, whole=True)
    assert [label.text for label in axis.cut_labels(len, 2)] == ["14m57s", "4m57s"]


@pytest.mark.parametrize(
    ("instants", "end", "cuts"),
    [
        pytest.param([], 19_000, [], id="short, however quiet"),
        pytest.param([10_000, 40_000, 70_000], 100_000, [], id="even"),
        pytest.param([20_000, 40_000, 85_000], 100_000, [], id="one that takes less than half"),
        pytest.param([1000, 2000, 62_000, 63_000], 64_000, [(3000, 61_000)], id="one that takes most of the time"),
        pytest.param([1000, 61_000, 62_000], 92_000, [(2000, 60_000), (63_000, 91_000)], id="one after the other"),
    ],
)
def test_what_is_cut(instants, end, cuts):
    assert [(a // 1000, b // 1000) for a, b in quiet_stretches(instants, 0, end)] == [
        (a // 1000, b // 1000) for a, b in cuts
    ]


def test_nothing_that_happens_is_cut_out():
    marked = timeline(step(0, 4), end=100_000, marks=(command(50_000),))
    assert all(not cut.begin < 50_000 < cut.end for cut in axis_of([marked], 80, 3).cuts)
    pods = lane("web-a-1", (PodState.READY, 0, 50_000), (PodState.FAILED, 50_000, 100_000))
    drawn = timeline(step(0, 4), end=100_000, lanes=(pods,))
    assert all(not cut.begin < 50_000 < cut.end for cut in axis_of([drawn], 80, 3).cuts)


def test_a_failure_that_gets_another_name_looks_the_same():
    pods = lane("web-a-1", (PodState.READY, 0, 1), (PodState.FAILED, 1, 5), (PodState.FAILED, 5, 9))
    assert [instant - START for instant in changes_of(pods)] == [0, 1, 9]


instants = st.lists(st.integers(0, 900_000), max_size=12)


@given(instants, st.integers(1, 900_000), st.integers(20, 200))
def test_an_axis_is_in_order_and_its_labels_have_room(when, end, width):
    steps = [step(at, number % 2) for number, at in enumerate(sorted({0, *when})) if at < end or not at]
    axis = axis_of([timeline(*steps, end=end)], width, 3, whole=True)
    assert (axis.pieces[0].left, axis.width) == (0, width)
    for one, other in pairwise(axis.pieces):
        assert (one.end, one.right) == (other.begin, other.left)
    assert all(piece.right >= piece.left and piece.end >= piece.begin for piece in axis.pieces)
    for labels in (axis.ticks(len, 2), axis.cut_labels(len, 2)):
        assert all(label.left >= 0 and label.right <= max(width, len(label.text)) for label in labels)
        assert all(one.right + 2 <= other.left for one, other in pairwise(labels))
    assert all(not cut.begin < at < cut.end for cut in axis.cuts for at in when if at < end)
