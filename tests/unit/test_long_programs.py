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


# compiled rounds are those that the walk would have come to

LOOPS = [
    'i=0; while true; do echo "$i: $(date)" >> /log; echo "$(date) INFO $i"; i=$((i+1)); sleep 1; done',
    "while true; do date; sleep 7; done",
    "i=0; while true; do i=$((i+1)); if [ $((i % 3)) -eq 0 ]; then echo fizz $i; else echo $i; fi; sleep 1; done",
    'i=9; while sleep 3; do printf "%03d %s\\n" $i "$(date +%T)" | tee -a /log; i=$((i * 2 % 1000 + 1)); done',
    "n=0; until [ $n -ge 700 ]; do n=$((n+1)); echo n$n >> /log; sleep 1; done; echo over; sleep 100000",
    "i=1; while true; do (( i % 2 == 0 )) && echo even || { echo odd; echo $i > /last; }; (( i++ )); sleep 2; done",
    'i=0; while true; do [ "$i" = 50 ] && echo half; if [ $i -gt 90 ]; then break; fi; i=$((i+1)); sleep 1; done; date',
    "i=0; while true; do echo err $i >&2; echo gone > /dev/null; let i++; echo -n .; sleep 1; done >> /log",
    "i=0; while true; do echo $i $((i / 7)) $((-i * 2)); i=$((i+1)); [[ $i == 400 ]] && exit 3; sleep 1; done",
]


def come_to(script: str, horizon: int) -> tuple[list[tuple[int, str | None]], dict[str, tuple[object, ...]]]:
    """What a script prints, texts of one instant as one, and its files, at three instants."""
    setting = LONG._replace(horizon=horizon, tools=frozenset(("bash", "sh", "date", "sleep", "tee", "dash")))
    found: list[tuple[int, str | None]] = []
    for at, text in printed(("bash", "-c", script), setting, None):
        if found and found[-1][0] == at:
            found[-1] = (at, (found[-1][1] or "") + (text or ""))
        else:
            found.append((at, text))
    files = files_until(("bash", "-c", script), setting)
    return found, {
        path: tuple(files.find(path, at).content for at in (horizon // 3, horizon // 2 + 400, horizon))
        for path in ("/log", "/last")
    }


@pytest.mark.parametrize("script", LOOPS)
def test_compiled_rounds_are_those_of_the_walk(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    horizon = 1_200_000
    quick = come_to(script, horizon)
    monkeypatch.setattr("kubesim.containers.evaluation.repeating.Repetition.agrees", lambda _: False)
    walked = come_to(script, horizon)
    assert quick[0] == walked[0]
    assert quick[1]["/log"] == walked[1]["/log"]
    assert quick[1]["/last"][-1] == walked[1]["/last"][-1]


@pytest.mark.parametrize("script", LOOPS[:4])
def test_a_day_of_a_loop_is_printed_from_its_first_line(script: str) -> None:
    begun = time.process_time()
    day, _ = come_to(script, 24 * HOUR)
    assert day[0][0] <= 3000
    assert day[-1][0] >= 24 * HOUR - 7000
    assert None not in [text for _, text in day]
    assert time.process_time() - begun < 20


def test_a_log_that_is_cut_short_says_so() -> None:
    script = "i=0; while true; do i=$((i+1)); echo ${i%0}; sleep 1; done"
    assert printed(("sh", "-c", script), LONG, None)[-1][1] is None
    assert None not in [text for _, text in printed(("sh", "-c", script), LONG._replace(horizon=HOUR), None)]
