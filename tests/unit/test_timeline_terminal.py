"""Timelines on a terminal: small ones as they are printed, and what holds for all of them."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubesim.views.timeline.model import PodState
from kubesim.views.timeline.terminal import render
from kubesim.views.timeline.terminal.glyphs import ASCII, BLOCKS
from rollout_world import START
from timeline_tape import command, condition, lane, lived, recreated, requested, rolled, step, timeline
from workload_world import workload

ROLLING = """\
deployment/web  RollingUpdate
never below 2 of 2, never more than 3 pods (4 with those
being deleted); still in progress

                 1
   ceiling ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─
         3       ░░░░░░░░░░░░░░░░░░░
     floor ─ ─ ─ ─░─░─░─░─░─░─░─░─░─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─
         2 ██████▒▒▒▒▒▒▒▒▒▒▒▒███████████████████████████████
         1 ██████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒████████████████████████
         0 ──────┬─────┬─────┬─────┬─────┬─────┬─────┬──────
               0 s   1 s   2 s    3 s   4 s   5 s   6 s

1 0 s  kubesim set image deployment/web nginx=nginx:1.21

           revision 1, web-a
   web-a-1 ██████▒▒▒▒▒▒▒▒▒▒▒▒~~~~
   web-a-2 ██████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒~~~
           revision 2, web-b
   web-b-1       ▁▁▁▁▁▁▁▁▁▁▁▁███████████████████████████████
   web-b-2                   ▁▁▁▁▁▁▁████████████████████████

█ ready, newest template   ▒ ready, older template
░ not ready   ▁ starting   ~ terminating
"""

SIDE_BY_SIDE = """\
deployment/web  RollingUpdate             deployment/web  Recreate
never below 2 of 2, never more than 3     3 s with no pod ready, 3.5 s below the
pods (4 with those being deleted);        floor of 2, never more than 2 pods;
still in progress                         still in progress

            1                                         1
 ceiling ─ ─╎─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─                ╎
       3    ░░░░░░░░░░                           3    ╎
            ░░░░░░░░░░                     ceiling ─ ─╎─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─
   floor ─ ─░─░─░─░─░─ ─ ─ ─ ─ ─ ─ ─ ─       floor ─ ─╎─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─
       2 ███▒▒▒▒▒▒▒███████████████████           2 ███╳╳╳╳╳╳╳╳╳╳╳╳██████████████
       1 ███▒▒▒▒▒▒▒▒▒▒████████████████           1 ███╳╳╳╳╳╳╳╳╳╳████████████████
       0 ───┬─────┬──────┬─────┬──────           0 ───┬─────┬──────┬─────┬──────
          0 s    2 s   4 s    6 s                   0 s    2 s   4 s    6 s

1 0 s  kubesim set image                  1 0 s  kubesim set image
       deployment/web nginx=nginx:1.21           deployment/web nginx=nginx:1.21

         revision 1, web-a                         revision 1, web-a
       1 ███▒▒▒▒▒▒▒~~                         1 +1 ███~~
       2 ███▒▒▒▒▒▒▒▒▒▒~~                           revision 2, web-b
         revision 2, web-b                       1     ↓↓↓↓↓↓↓↓↓████████████████
       1    ▁▁▁▁▁▁▁███████████████████           2     ↓↓↓↓↓↓↓↓↓↓↓██████████████
       2          ▁▁▁▁████████████████

█ ready, newest template   ▒ ready, older template   ░ not ready
╳ below the floor   ↓ pulling   ▁ starting   ~ terminating
"""

CUT = """\
deployment/web  RollingUpdate
2 s below the floor of 3 (2 of 4 ready at least), never more
than 4 pods

         1        2      3
 ceiling ─ ─ ╱ ─ ─╎─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─
       5 ╎   ╱    ╎      ╎
       4 ████╱████╎      ╎██████████████████████████████████
   floor ─█─█╱█─█─╎─ ─ ─ ─█─█─█─█─█─█─█─█─█─█─█─█─█─█─█─█─█─
       3 ████╱████╳╳╳╳╳╳╳╳██████████████████████████████████
       2 ████╱██████████████████████████████████████████████
       1 ████╱██████████████████████████████████████████████
       0 ┬───╱────┬────────────────┬─────────────────┬──────
         0 s    10m              10m5s            10m10s
         9m58s left out

1   0 s  kubesim set image deployment/web nginx=nginx:1.21
2   10m  ProgressDeadlineExceeded
3 10m2s  kubesim rollout undo deployment/web

█ ready, newest template   ╳ below the floor
╱ time left out
"""


def picture(*timelines, width=60, **how):
    """The picture without colour."""
    return render(timelines, width, colour=False, **how)


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_rolling_update():
    assert picture(rolled(end=7000)) == ROLLING


def test_two_strategies_side_by_side():
    assert picture(rolled(), recreated(), width=80) == SIDE_BY_SIDE


def stretched():
    marks = (
        command(0),
        condition(600_000, "ProgressDeadlineExceeded"),
        command(602_000, "kubesim rollout undo deployment/web"),
    )
    return timeline(step(0, 4), step(600_000, 2), step(602_000, 4), end=612_000, marks=marks)


def test_time_that_is_left_out_is_marked():
    assert picture(stretched()) == CUT


def test_requests_are_drawn_by_who_answered_them():
    lines = picture(requested()).splitlines()
    assert lines[3:5] == [
        "448 requests to service/web: 443 answered (88 by",
        "deployment/other 1, 155 by deployment/web 1, 200 by",
    ]
    at = lines.index(" " * 11 + "50 requests a second")
    assert lines[at + 1 : at + 4] == [
        "  answered " + "█" * 5 + "▒" * 13 + "█" * 31,
        "   refused " + " " * 16 + "!!",
        "",
    ]


def test_several_timelines_are_below_each_other_where_it_is_narrow():
    alone = [picture(one, width=75) for one in (rolled(), recreated())]
    assert picture(rolled(), recreated(), width=75) == "\n".join(alone)


def test_lanes_that_look_alike_are_one():
    pods = [lane(f"web-a-{name}", (PodState.READY, 0, 10_000)) for name in ("x1", "x2", "x3")]
    other = lane("web-a-x4", (PodState.READY, 0, 5000))
    drawn = picture(timeline(step(0, 4), lanes=(*pods, other))).splitlines()
    assert [line.split()[:2] for line in drawn if line.lstrip().startswith("web-a-")] == [
        ["web-a-x1", "+2"],
        ["web-a-x4", "█" * 24],
    ]


def test_lanes_for_which_there_is_no_room_are_counted():
    pods = [lane(f"web-a-{at}", (PodState.READY, 250 * at, 10_000)) for at in range(30)]
    more = [lane(f"web-b-{at}", (PodState.READY, 250 * at, 10_000), revision=2) for at in range(8)]
    drawn = picture(timeline(step(0, 4), lanes=(*pods, *more)), width=100)
    assert sum("web-a-" in line for line in drawn.splitlines()) == 12
    assert sum("web-b-" in line for line in drawn.splitlines()) == 8
    assert "and 18 more pods" in drawn


def test_a_moment_below_the_floor_is_seen_however_short():
    drawn = picture(timeline(step(0, 4), step(5000, 0), step(5001, 4))).splitlines()
    assert [line.count("╳") for line in drawn if line[:9].strip() in ("1", "2", "3")] == [1, 1, 1]


def test_what_is_below_the_floor_is_red_over_what_is_not_ready():
    drawn = picture(timeline(step(0, 1, not_ready=3)))
    columns = [line.split()[-1][0] for line in drawn.splitlines() if line[:9].strip() in ("1", "2", "3", "4")]
    assert columns == ["░", "╳", "╳", "█"]


def test_many_pods_share_rows():
    drawn = picture(timeline(step(0, 45, desired=60, not_ready=30, floor=45, ceiling=75)), width=40).splitlines()
    assert [line.split()[0] for line in drawn if line[:11].strip().isdigit()] == [
        *("75", "70", "65", "60", "55", "50", "45", "40", "35", "30", "25", "20", "15", "10", "5", "0")
    ]
    assert [line[:11].strip() for line in drawn if "ceiling" in line or "floor" in line] == ["ceiling 75", "floor 45"]
    assert [line[12] for line in drawn if line[:11].strip().isdigit()][:-1] == ["░"] * 6 + ["█"] * 9


def test_a_label_of_many_pods_is_whole():
    drawn = picture(timeline(step(0, 1000, desired=1000, floor=750, ceiling=1250)), width=80)
    assert "ceiling 1250 ─" in drawn
    assert "   floor 750 ─" in drawn


def test_marks_at_one_instant_stand_beside_each_other():
    drawn = picture(timeline(step(0, 4), marks=(command(5000), command(5000, "kubesim get pods"), command(10_000))))
    assert drawn.splitlines()[3].split() == ["1", "2", "3"]


def test_every_thing_has_a_character_of_its_own():
    for glyphs in (BLOCKS, ASCII):
        drawn = {name: glyph for name, glyph in asdict(glyphs).items() if name not in ("axis", "tick", "ellipsis")}
        assert len(set(drawn.values())) == len(drawn)
    assert "".join(asdict(ASCII).values()).isascii()


# all pictures

DEPLOYMENT = workload("Deployment", "web", replicas=4)
LIVES = {
    "rolling update": lambda: [rolled()],
    "recreate": lambda: [recreated()],
    "both": lambda: [rolled(), recreated()],
    "requests": lambda: [requested()],
    "requests beside none": lambda: [requested(), recreated()],
    "long": lambda: [stretched()],
    "creation": lambda: [lived(DEPLOYMENT, warm=False)],
    "image that cannot be pulled": lambda: [
        lived(DEPLOYMENT, (f"set image {'x' * 150}", "nginx:does-not-exist"), ("undo", "nginx:1.25"), after=30)
    ],
    "many pods": lambda: [lived(workload("Deployment", "web", replicas=40), ("set image", "nginx:1.26"))],
    "daemon set": lambda: [lived(workload("DaemonSet", "a-daemon-set-with-a-long-name"), ("set image", "nginx:1.26"))],
}


@pytest.fixture(scope="module", params=LIVES)
def timelines(request):
    return LIVES[request.param]()


def test_nothing_is_wider_than_the_terminal(timelines):
    for width in (24, 40, 76, 80, 120, 200):
        for line in picture(*timelines, width=width).splitlines():
            assert len(line) <= width
            assert line == line.rstrip()


def test_colour_changes_no_character(timelines):
    for width in (40, 80, 200):
        coloured = render(timelines, width, colour=True)
        assert plain(coloured) == picture(*timelines, width=width)
        assert coloured != plain(coloured)
        assert all(line.count("\x1b[") % 2 == 0 for line in coloured.splitlines())


def test_ascii_is_enough(timelines):
    assert picture(*timelines, width=80, glyphs=ASCII).isascii()


counts = st.integers(0, 6)
numbers = st.tuples(st.integers(0, 9000), counts, counts, counts, st.integers(0, 5))
steps = st.lists(numbers, min_size=1, max_size=8, unique_by=lambda numbers: numbers[0])


@given(steps)
def test_red_is_there_exactly_when_pods_are_missing(given_steps):
    made = [
        step(at if number else 0, ready, floor=floor, ceiling=max(4, floor), not_ready=waiting, ready_old=old)
        for number, (at, ready, old, waiting, floor) in enumerate(sorted(given_steps))
    ]
    drawn = timeline(*made, end=10_000)
    below = any(one.is_below_floor for one in made)
    *lines, legend = picture(drawn, width=150).splitlines()
    assert any("╳" in line for line in lines) == below
    assert ("╳ below the floor" in legend) == below


def test_time_before_the_first_command_is_negative():
    drawn = picture(timeline(step(0, 4), zero=START + 2000, end=4000)).splitlines()
    assert drawn[-3].split() == ["-2", "s", "-1", "s", "0", "s", "1", "s", "2", "s"]
