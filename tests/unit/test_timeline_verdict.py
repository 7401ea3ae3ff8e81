"""The sentence that says what a timeline comes to."""

from __future__ import annotations

import pytest
from kubesim.views.lengths import length_text
from kubesim.views.timeline.model import Outcome
from kubesim.views.timeline.verdict import verdict_of
from rollout_world import START
from timeline_tape import recreated, rolled, step, timeline


def sentence(*steps, **fields):
    return verdict_of(timeline(*steps, **fields)).sentence


def test_enough_pods_all_the_time():
    steps = step(0, 4, floor=4), step(1000, 4, floor=4, not_ready=1), step(2000, 4, floor=4)
    assert sentence(*steps, done_since=START + 2000) == "never below 4 of 4, never more than 5 pods; done after 2 s"


def test_fewer_pods_but_not_too_few():
    assert sentence(step(0, 4), step(1000, 3), step(2000, 4)) == "never below 3 of 4, never more than 4 pods"


def test_too_few_pods_for_a_while():
    steps = step(0, 4), step(1000, 2), step(2500, 2, not_ready=2), step(3000, 3)
    assert sentence(*steps) == "2 s below the floor of 3 (2 of 4 ready at least), never more than 4 pods"


def test_no_pod_for_a_while():
    steps = step(0, 4), step(1000, 0, not_ready=4), step(5500, 4)
    assert sentence(*steps) == "4.5 s with no pod ready, never more than 4 pods"


def test_no_pod_for_a_while_and_too_few_for_longer():
    steps = step(0, 4), step(1000, 0), step(5500, 1), step(6000, 4)
    assert sentence(*steps) == "4.5 s with no pod ready, 5 s below the floor of 3, never more than 4 pods"


def test_pods_that_are_being_deleted_come_on_top():
    steps = step(0, 4), step(1000, 4, not_ready=1, terminating=2)
    assert sentence(*steps) == "never below 4 of 4, never more than 5 pods (7 with those being deleted)"


def test_a_single_pod():
    assert sentence(step(0, 1, desired=1)) == "never below 1 of 1, never more than 1 pod"


def test_a_size_that_changes():
    steps = step(0, 4), step(1000, 4, desired=8), step(2000, 8, desired=8)
    assert sentence(*steps) == "1 s below the floor of 7 (4 of 8 ready at least), never more than 8 pods"
    assert sentence(step(0, 4), step(1000, 0, desired=0)) == "never below 4 of 4, never more than 4 pods"
    assert sentence(step(0, 0, desired=0, floor=0, ceiling=0)) == "never below 0 of 0, never more than 0 pods"


def test_what_is_below_the_floor_at_the_end_counts_until_the_end():
    assert verdict_of(timeline(step(0, 4), step(8000, 2), end=10_000)).below_floor == 2000


@pytest.mark.parametrize(
    ("outcome", "end"),
    [
        (Outcome.IN_PROGRESS, "; still in progress"),
        (Outcome.FAILED, "; failed: ProgressDeadlineExceeded"),
        (Outcome.PAUSED, "; paused"),
        (Outcome.DELETED, "; deleted"),
        (Outcome.DONE, ""),
    ],
)
def test_how_far_it_is(outcome, end):
    assert sentence(step(0, 4), outcome=outcome) == f"never below 4 of 4, never more than 4 pods{end}"


def test_a_workload_that_is_created_has_to_make_its_pods_first():
    steps = step(0, 0, desired=0, floor=0, ceiling=0), step(1000, 0, not_ready=4), step(3000, 3, not_ready=1)
    made = "ready 2 s after it was created, never more than 4 pods"
    assert sentence(*steps, step(3500, 4), created=START + 1000) == made
    late = sentence(*steps, step(3500, 4), step(5000, 2), step(6000, 4), created=START + 1000)
    assert (
        late
        == "ready 2 s after it was created, 1 s below the floor of 3 (2 of 4 ready at least), never more than 4 pods"
    )


def test_a_workload_that_is_created_and_is_not_ready_yet():
    steps = step(0, 0, desired=0, floor=0, ceiling=0), step(1000, 0, not_ready=4), step(3000, 2, not_ready=2)
    verdict = sentence(*steps, created=START + 1000, outcome=Outcome.IN_PROGRESS)
    assert verdict == "2 of 4 ready so far, never more than 4 pods; still in progress"


def test_both_strategies():
    assert verdict_of(recreated()).sentence.startswith("3 s with no pod ready, 3.5 s below the floor of 2")
    assert verdict_of(rolled()).sentence.startswith("never below 2 of 2, never more than 3 pods (4 with those being")


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0 s"),
        (4, "4 ms"),
        (200, "0.2 s"),
        (999, "1 s"),
        (4500, "4.5 s"),
        (30_000, "30 s"),
        (59_949, "59.9 s"),
        (59_960, "1m"),
        (90_000, "1m30s"),
        (600_500, "10m1s"),
        (3_600_000, "1h"),
        (7_500_000, "2h5m"),
        (-1000, "-1 s"),
        (-90_000, "-1m30s"),
    ],
)
def test_lengths_of_time(ms, text):
    assert length_text(ms) == text
