"""Programs that have run for long cost no more to look at, and their loops are where they would be."""

from __future__ import annotations

import time

import pytest
from kubesim.containers.evaluation.course import course_of, files_until, printed
from kubesim.containers.evaluation.setting import Setting

HOUR = 3_600_000
LONG = Setting(is_whole=True, tools=frozenset(("sh", "date", "sleep", "tee")), epoch=0, horizon=200 * HOUR)


def last_line(script: str, horizon: int = 200 * HOUR) -> str:
    texts = printed(("sh", "-c", script), LONG._replace(horizon=horizon), None)
    return "".join(text or "?" for _, text in texts).splitlines()[-1]


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("i=0; while true; do echo $i; i=$((i+1)); sleep 1; done", "720000"),
        ("i=5; while true; do echo n$i; i=$((i+2)); sleep 10; done", "n144005"),
        ("while sleep 5; do date +%s; done", "720000"),
        ('i=0; j=0; while :; do echo "$i $j"; i=$((i + 1)) j=$((j + 3)); sleep 60; done', "12000 36000"),
        ("i=0; while true; do echo $i | tee -a /log; let i=i+1; sleep 1; done", "720000"),
    ],
)
def test_a_loop_that_counts_is_as_far_as_it_would_be(script: str, line: str) -> None:
    begun = time.process_time()
    assert last_line(script) == line
    assert time.process_time() - begun < 10


def test_what_a_condition_goes_by_is_counted_through() -> None:
    course = course_of(
        ("sh", "-c", "i=0; while [ $i -lt 900 ]; do i=$((i+1)); sleep 1; done; exit 7"), LONG._replace(horizon=None)
    )
    assert (course.length, course.exit_code) == (900_000, 7)
    assert (
        last_line(
            "i=0; while true; do if [ $i -gt 2500 ]; then echo over; else echo $i; fi; i=$((i+1)); sleep 1; done", HOUR
        )
        == "over"
    )


def test_a_file_that_a_loop_adds_to_ends_with_its_last_rounds() -> None:
    script = "i=0; while true; do echo $i >> /log; i=$((i+1)); sleep 1; done"
    files = files_until(("sh", "-c", script), LONG)
    lines = (files.find("/log", 200 * HOUR).content or "").splitlines()
    assert lines[-1] == "720000"
    assert lines == [str(number) for number in range(int(lines[0]), 720_001)]
    assert len(lines) >= 2000


def test_a_file_is_whole_as_long_as_the_rounds_are_few() -> None:
    script = "i=0; while true; do echo $i >> /log; i=$((i+1)); sleep 1; done"
    files = files_until(("sh", "-c", script), LONG._replace(horizon=1_500_000))
    content = files.find("/log", 1_500_000).content
    assert content == "".join(f"{number}\n" for number in range(1501))
    assert files.find("/log", 10_000).content == "".join(f"{number}\n" for number in range(11))
