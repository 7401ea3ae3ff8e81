"""Colour: who gets it, what it is put on, and that the bytes under it are the ones that were printed."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubesim.kubectl.printers.style import Painted, painted, style_of_status, wants_colour

COLOUR = re.compile(r"\x1b\[[0-9;]*m")

TABLE = """\
NAME                   READY   STATUS             RESTARTS     AGE
web-5d4f-abcde         0/1     CrashLoopBackOff   3 (5s ago)   10s
web-5d4f-abcdf         1/1     Running            0            10s
Running                1/1     Terminating        0            10s
[red]x[/red]           1/1     Init:0/1           0            10s
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "wanted"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"TERM": "xterm-256color"}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (io.StringIO(), {}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals_unless_the_environment_says_otherwise(
    stream: io.StringIO, environ: dict[str, str], wanted: bool
) -> None:
    assert wants_colour(stream, environ) is wanted


@pytest.mark.parametrize(
    ("word", "style"),
    [
        ("Running", "green"),
        ("Completed", "green"),
        ("Pending", "yellow"),
        ("ContainerCreating", "yellow"),
        ("Init:0/1", "yellow"),
        ("Error", "red"),
        ("CrashLoopBackOff", "red"),
        ("ErrImagePull", "red"),
        ("Init:ImagePullBackOff", "red"),
        ("CreateContainerConfigError", "red"),
        ("Terminating", "magenta"),
        ("Ready,SchedulingDisabled", "yellow"),
        ("Nginx", ""),
        ("10s", ""),
    ],
)
def test_a_status_word_has_the_colour_of_what_it_means(word: str, style: str) -> None:
    assert style_of_status(word) == style


@pytest.mark.parametrize(
    ("line", "coloured"),
    [
        ("NAME   READY   UP-TO-DATE   AGE", ["NAME   READY   UP-TO-DATE   AGE"]),
        ("REVISION  CHANGE-CAUSE", ["REVISION  CHANGE-CAUSE"]),
        ("web   1/1   Running   0", ["Running"]),
        ("Status:       Running", ["Running"]),
        ('deployment "web" successfully rolled out', ['deployment "web" successfully rolled out']),
        ("error: no such thing", ["error"]),
        ("Error from server (NotFound): x", ["Error from server (NotFound)"]),
        ("Warning: deprecated", ["Warning"]),
        ("  phase: Running", []),
        ("the pod is Running again", []),
        ("deployment.apps/web created", []),
        ("has its own \x1b[31mcolours   Running", []),
    ],
)
def test_headers_status_cells_and_the_start_of_complaints_are_painted(line: str, coloured: list[str]) -> None:
    assert re.findall(r"\x1b\[[1-9][0-9;]*m([^\x1b]+)\x1b\[0m", painted(line)) == coloured


def test_without_the_colour_it_is_what_was_printed() -> None:
    stream = Terminal()
    Painted(stream).write(TABLE)
    assert stream.getvalue() != TABLE
    assert COLOUR.sub("", stream.getvalue()) == TABLE


@given(st.lists(st.text(st.sampled_from("NAME Running:Error\n\r\t[]/()"))))
def test_however_the_text_comes_in_the_bytes_are_the_same(pieces: list[str]) -> None:
    stream = Terminal()
    stream_in_front = Painted(stream)
    for piece in pieces:
        stream_in_front.write(piece)
    stream_in_front.flush()
    assert COLOUR.sub("", stream.getvalue()) == "".join(pieces)


def test_a_question_is_seen_before_it_is_answered() -> None:
    stream = Terminal()
    front = Painted(stream)
    front.write("Do you want to continue? (y/N): ")
    assert stream.getvalue() == ""
    front.flush()
    assert stream.getvalue() == "Do you want to continue? (y/N): "
    front.write("\nweb   Running\n")
    assert COLOUR.sub("", stream.getvalue()) == "Do you want to continue? (y/N): \nweb   Running\n"


def test_names_are_never_read_as_markup() -> None:
    assert "[red]x[/red]   " in painted("[red]x[/red]   1/1   Running")
