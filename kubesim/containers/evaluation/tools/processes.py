"""Tools that tell of processes and the machine: ps, top, free, uptime, nproc, watch."""

from __future__ import annotations

import re
import time

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.tools.call import Call, Tool, Unknown, run_on
from kubesim.containers.evaluation.tools.names import now_of, user_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status


class _Process:
    """A process: its number, the words of its command, and since when (ms of the container's life) it runs."""

    def __init__(self, number: int, parent: int, words: str, since: int, terminal: str) -> None:
        self.number = number
        self.parent = parent
        self.words = words
        self.since = since
        self.terminal = terminal

    @property
    def name(self) -> str:
        return self.words.partition(" ")[0].rpartition("/")[2].rstrip(":")


def _processes(call: Call) -> list[_Process]:
    """The container's program, and the command that asks; Unknown: the program is not known."""
    content = call.machine.files.find("/proc/1/cmdline", call.at).content
    if content is None or _SHELLS.fullmatch(content.partition("\0")[0]):
        raise Unknown("which processes the container runs")
    main = _Process(1, 0, content.rstrip("\0").replace("\0", " "), 0, "?")
    own = " ".join([call.name, *(f"-{flag}" for flag in sorted(call.flags)), *call.operands])
    return [main, _Process(_NUMBER, 0, own, call.at, "?")]


_SHELLS = re.compile(r"(?:.*/)?(?:ba|a|da)?sh")  # which run others
_NUMBER = 7  # of the first process beside the program


def _ps(call: Call) -> Status:
    words = call.operands
    style = "".join(word.lstrip("-") for word in words)
    if call.is_busybox:
        if style and not set(style) <= set("auxefTl"):
            raise Unknown(f"ps {' '.join(words)}")
        user, processes = user_name(call, call.machine.files.user or 0), _named(call, words)
        call.write("PID   USER     TIME  COMMAND\n")
        for process in processes:
            call.write(f"{process.number:5} {user:<8}  0:00 {process.words}\n")
        return 0
    if style in ("aux", "auxw", "auxww", "ef", "eF"):
        return _ps_long(call, words, is_bsd="a" in style)
    if style in ("", "e", "A", "a", "ax"):
        processes = _named(call, words)
        call.write("    PID TTY          TIME CMD\n")
        for process in processes:
            call.write(f"{process.number:7} {process.terminal:<8} 00:00:00 {process.name}\n")
        return 0
    raise Unknown(f"ps {' '.join(words)}")


def _named(call: Call, words: list[str]) -> list[_Process]:
    call.operands = words
    found = _processes(call)
    found[1].words = " ".join([call.name, *words])
    return found


def _ps_long(call: Call, words: list[str], *, is_bsd: bool) -> Status:
    """``ps aux`` tells of memory, which is not known; ``ps -ef`` does not."""
    if is_bsd:
        raise Unknown("how much memory processes take")
    user = user_name(call, call.machine.files.user or 0)
    call.write("UID          PID    PPID  C STIME TTY          TIME CMD\n")
    epoch = call.machine.shared.setting.epoch
    if epoch is None:
        raise Unknown("what time it is")
    for process in _named(call, words):
        start = time.strftime("%H:%M", time.gmtime((epoch + process.since) // SECOND))
        numbers = f"{process.number:7} {process.parent:7}"
        call.write(f"{user:<8} {numbers}  0 {start} {process.terminal:<8} 00:00:00 {process.words}\n")
    return 0


def _top(call: Call) -> Status:
    if call.machine.shared.outside is None and not any("b" in word or "n" in word for word in call.operands):
        return run_on(call.machine)
    raise Unknown("what top shows")


def _watch(call: Call) -> Status:
    if call.machine.shared.outside is None:
        return run_on(call.machine)
    raise Unknown("what watch shows: it needs a screen of its own")


def _uptime(call: Call) -> Status:
    now_of(call)
    raise Unknown("since when the node runs")


def _free(call: Call) -> Status:
    raise Unknown("how much memory of the node is free")


def _nproc(call: Call) -> Status:
    raise Unknown("how many processors the node has")


TOOLS = {
    "ps": Tool(_ps, is_plain=True),
    "top": Tool(_top, is_plain=True),
    "watch": Tool(_watch, is_plain=True),
    "free": Tool(_free, is_plain=True),
    "uptime": Tool(_uptime, is_plain=True),
    "nproc": Tool(_nproc, is_plain=True),
}
