"""Tools in containers answer as busybox's and Debian's do.

``tests/data/tool-answers.jsonl`` has what busybox 1.35 and Debian 12's own tools answered: each line the family, the
command line, what it printed and complained, its status. Its first line has the files of the folder in which they ran.
"""

from __future__ import annotations

import json
import posixpath
import time
from pathlib import Path
from typing import Any

import pytest
from kubesim.containers.evaluation.files import Files
from kubesim.containers.evaluation.live import NotSimulated, run_live
from kubesim.containers.evaluation.setting import Setting
from kubesim.sim.images.installed_programs import tools_of

LINES = (Path(__file__).parent.parent / "data" / "tool-answers.jsonl").read_text().splitlines()
FILES: dict[str, str | None] = json.loads(LINES[0])["files"]
ANSWERS: list[list[Any]] = [json.loads(line) for line in LINES[1:]]
IMAGES = {"busybox": "busybox:1.36", "coreutils": "debian:12"}
FOLDER = "/tmp/h"
EPOCH = 1_790_000_000_000


class Screen:
    """What a command prints, by descriptor; an endless one is interrupted."""

    def __init__(self, *, is_terminal: bool = False) -> None:
        self.texts = {1: "", 2: ""}
        self.is_terminal = is_terminal
        self.host = None

    def signal(self, name: str) -> None:
        raise AssertionError(name)

    def advance(self, instant: int | None) -> None:
        if instant is None:
            raise KeyboardInterrupt

    def write(self, descriptor: int, text: str) -> None:
        self.texts[descriptor] += text

    def read(self) -> str | None:
        return None


def files() -> Files:
    made = Files()
    made.make_folder(FOLDER, 0)
    for name, text in FILES.items():
        path = f"{FOLDER}/{name}"
        made.make_folder(path if text is None else posixpath.dirname(path), 0, with_parents=True)
        if text is not None and text.startswith("->"):
            made.link(path, 0, text[2:])
        elif text is not None:
            made.write(path, 0, text)
    return made


def answer(family: str, line: str, **changes: Any) -> tuple[str, str, int]:
    tools = tools_of(IMAGES[family])
    setting = Setting(tools=tools, is_whole=True, folder=FOLDER, epoch=EPOCH, user="0", host_name="web-1")
    setting = setting._replace(environment=(("PATH", "/bin"), ("HOME", "/root")), **changes)
    screen = Screen()
    ended = run_live(["sh", "-c", line], setting, files(), screen, 5000)
    return screen.texts[1], screen.texts[2], ended.status


@pytest.mark.parametrize("start", range(0, len(ANSWERS), 50))
def test_tools_answer_as_the_real_ones_do(start: int) -> None:
    wrong = [
        f"{family}: {line}: {found} instead of {tuple(recorded)}"
        for family, line, *recorded in ANSWERS[start : start + 50]
        if (found := answer(family, line)) != tuple(recorded)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("line", "unknown"),
    [
        ("ls --zero d", "ls --zero"),
        ("sort -M a.txt", "sort -M"),
        ("grep -P x a.txt", "grep -P"),
        ("cat /etc/passwd", "what is in /etc/passwd"),
        ("ls /usr", "which files are in /usr"),
        ("awk 'BEGIN {print rand()}'", "which number awk draws"),
        ("df -h", "how full the node's disks are"),
        ("find d -regex x", "find -regex"),
        ("uname -r", "the node's kernel"),
        ("tar cf - d | tar tvf -", "tar -tv"),
    ],
)
def test_what_is_not_known_is_said(line: str, unknown: str) -> None:
    with pytest.raises(NotSimulated, match=unknown):
        answer("coreutils", line)


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("ls -l a.txt", "-rw-r--r--    1 root     root            24 Sep 21 14:13 a.txt\n"),
        ("ls -ld d", "drwxr-xr-x    3 root     root          4096 Sep 21 14:13 d\n"),
        ("ls -l link", "lrwxrwxrwx    1 root     root             5 Sep 21 14:13 link -> a.txt\n"),
        ("date", "Mon Sep 21 14:13:25 UTC 2026\n"),
        ("sleep 60; touch n; stat -c %Y n", "1790000065\n"),
        ("hostname", "web-1\n"),
        ("dd if=/dev/zero of=big bs=1M count=8 status=none; stat -c %s big; rm big", "8388608\n"),
        (
            "date > n; sleep 100; find . -newer n -o -name n; find . -name n -mmin -1; find . -name n -mmin +0",
            "./n\n./n\n",
        ),
    ],
)
def test_times_are_those_of_the_simulation(line: str, printed: str) -> None:
    assert answer("busybox", line)[0] == printed


def test_who_is_not_root_is_told_so() -> None:
    found = files()
    found.run_as(1000, 0, (), 0)
    screen = Screen()
    setting = Setting(tools=tools_of("busybox:1.36"), is_whole=True, folder=FOLDER, user="1000")
    assert run_live(["touch", "x"], setting, found, screen, 0).status == 1
    assert run_live(["rm", "a.txt"], setting, found, screen, 0).status == 1
    assert screen.texts[2] == "touch: x: Permission denied\nrm: can't remove 'a.txt': Permission denied\n"


def test_an_archive_keeps_bytes_modes_and_links() -> None:
    line = (
        "printf '\\377x' > d/raw; chmod 755 d/x; ln -s x d/l; tar cf - d | tar xf - -C e; ls -l e/d; od -An -c e/d/raw"
    )
    printed = answer("coreutils", line)[0]
    assert "-rwxr-xr-x 1 root root" in printed
    assert "l -> x" in printed
    assert printed.endswith(" x\n")


@pytest.mark.parametrize(
    ("image", "printed"),
    [
        (
            "busybox:1.36",
            "a.txt              kv                 pass               x3\n"
            "averylongname.txt  lnk                x1\n"
            "d                  nums               x2\n",
        ),
        (
            "debian:12",
            "a.txt  averylongname.txt  d  kv  lnk  nums  pass  x1  x2  x3\n",
        ),
    ],
)
def test_names_stand_in_columns_on_a_terminal(image: str, printed: str) -> None:
    made = Files()
    for name in ("a.txt", "averylongname.txt", "d", "kv", "lnk", "nums", "pass", "x1", "x2", "x3"):
        made.write(f"/tmp/{name}", 0, "")
    screen = Screen(is_terminal=True)
    setting = Setting(tools=tools_of(image), is_whole=True, folder="/tmp", user="0")
    run_live(["ls"], setting, made, screen, 0)
    assert screen.texts[1] == printed
    run_live(["sh", "-c", "ls | head -n 1"], setting, made, screen, 0)
    assert screen.texts[1] == printed + "a.txt\n"


def test_a_line_that_sed_lengthens_for_ever_is_not_followed_for_ever() -> None:
    begun = time.process_time()
    with pytest.raises(NotSimulated):
        answer("busybox", "echo x | sed ':a;s/x/xx/;ta'")
    assert time.process_time() - begun < 5
