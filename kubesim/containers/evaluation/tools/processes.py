"""Tools that show processes, and send them signals: ps, top, watch, pgrep, pidof, pkill, killall."""

from __future__ import annotations

import re
import time

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.host import Process
from kubesim.containers.evaluation.jobs import signal_of
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.containers.evaluation.tools.call import Call, Tool, Unknown, run_on
from kubesim.containers.evaluation.tools.names import user_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status


def _processes(call: Call) -> list[Process]:
    """The processes of the container, the shells around this command, and itself; Unknown: they are not known."""
    machine = call.machine
    outside = machine.shared.outside
    host = None if outside is None else outside.host
    if host is None or host.processes is None or machine.jobs:
        raise Unknown("which processes the container runs")
    user = machine.shared.setting.user
    found = [*host.processes]
    own = " ".join([call.name, *call.words])
    parent = 0
    for number, words in machine.shells:
        found.append(Process(number, parent, user, words, call.at))
        parent = number
    if machine.replaces and machine.shells:
        found[-1] = found[-1]._replace(words=own)
    else:
        number = 1 if host.is_first and not machine.shells else machine.shared.processes + 1
        found.append(Process(number, parent, user, own, call.at))
    return sorted(found, key=lambda process: process.number)


def _user(call: Call, process: Process) -> str:
    if process.user is None:
        raise Unknown("as which user the container runs")
    if process.user != "0" and call.machine.files.find("/etc/passwd", call.at).content is None:
        raise Unknown("the names of the container's users")
    return user_name(call, int(process.user))


def _is_procps(call: Call) -> bool:
    tools = call.machine.shared.setting.tools
    return not call.is_busybox or (tools is not None and "vmstat" in tools)


def _ps(call: Call) -> Status:
    style = "".join(word.lstrip("-") for word in call.words)
    if not _is_procps(call):
        return _ps_of_busybox(call, style)
    if style in ("aux", "auxw", "auxww"):
        raise Unknown("how much memory processes take")
    if style in ("ef", "eF", "f"):
        return _ps_full(call)
    if style not in ("", "e", "A", "a", "ax"):
        raise Unknown(f"ps {' '.join(call.words)}")
    call.write("    PID TTY          TIME CMD\n")
    for process in _processes(call):
        call.write(f"{process.number:7} {'?':<8} 00:00:00 {process.name}\n")
    return 0


def _ps_of_busybox(call: Call, style: str) -> Status:
    if style and not set(style) <= set("auxefw"):
        raise Unknown(f"ps {' '.join(call.words)}")
    rows = [(process.number, _user(call, process), process.words) for process in _processes(call)]
    call.write("PID   USER     TIME  COMMAND\n")
    for number, user, words in rows:
        call.write(f"{number:5} {user[:8]:<8}  0:00 {words}\n")
    return 0


def _ps_full(call: Call) -> Status:
    epoch = call.machine.shared.setting.epoch
    if epoch is None:
        raise Unknown("what time it is")
    rows = [(process, _user(call, process)) for process in _processes(call)]
    call.write("UID          PID    PPID  C STIME TTY          TIME CMD\n")
    for process, user in rows:
        start = time.strftime("%H:%M", time.gmtime((epoch + process.since) // SECOND))
        numbers = f"{process.number:7} {process.parent:7}"
        call.write(f"{user:<8} {numbers}  0 {start} {'?':<8} 00:00:00 {process.words}\n")
    return 0


def _top(call: Call) -> Status:
    if call.machine.shared.outside is None and not any("b" in word or "n" in word for word in call.operands):
        return run_on(call.machine)
    raise Unknown("what top shows")


def _watch(call: Call) -> Status:
    if call.machine.shared.outside is None:
        return run_on(call.machine)
    raise Unknown("what watch shows: it needs a screen of its own")


# by name


def _matching(call: Call, pattern: str) -> list[Process]:
    """The processes but for this command whose name, or with -f whole command, has a match for a pattern."""
    is_exact, is_full = "x" in call.flags, "f" in call.flags
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise Unknown(f"the pattern {pattern}") from error
    match = wanted.fullmatch if is_exact else wanted.search
    own = " ".join([call.name, *call.words])
    return [one for one in _processes(call) if one.words != own and match(one.words if is_full else one.name)]


def _pgrep(call: Call) -> Status:
    if len(call.operands) != 1:
        raise Unknown(f"{call.name} {' '.join(call.words)}")
    found = _matching(call, call.operands[0])
    for one in found[:1] if "o" in call.flags else found[-1:] if "n" in call.flags else found:
        shown = f" {one.words}" if "a" in call.flags else f" {one.name}" if "l" in call.flags else ""
        call.write(f"{one.number}{shown}\n")
    return int(not found)


def _pidof(call: Call) -> Status:
    named = [one for one in _processes(call) if one.name in call.operands and one.words.partition(" ")[0] != call.name]
    numbers = [str(one.number) for one in sorted(named, key=lambda one: -one.number)]
    if numbers:
        call.write(" ".join(numbers[:1] if "s" in call.flags else numbers) + "\n")
    return int(not numbers)


def _kill_named(call: Call) -> Status:
    """``pkill`` and ``killall``: a signal to the processes with a name."""
    words, signal = [*call.words], "TERM"
    while words and words[0].startswith("-"):
        name = signal_of(words[0][1:])
        if name is None:
            raise Unknown(f"{call.name} {words[0]}")
        signal = name
        words.pop(0)
    found = [one for name in words for one in _matching(call, re.escape(name))]
    for one in found:
        send(call, one.number, signal)
    if not found and call.name == "killall":
        call.complain(f"{words[0] if words else ''}: no process killed")
    return int(not found)


def send(call: Call, number: int, signal: str) -> None:
    """Send a signal to one of the container's processes; NotSimulated if it is not the first."""
    outside = call.machine.shared.outside
    if outside is None or number != 1:
        raise NotSimulated(f"kubesim does not know what a signal to process {number} does")
    outside.signal(signal)


TOOLS = {
    "ps": Tool(_ps, is_plain=True),
    "top": Tool(_top, is_plain=True),
    "watch": Tool(_watch, is_plain=True),
    "pgrep": Tool(_pgrep, "flaxon"),
    "pidof": Tool(_pidof, "s"),
    **dict.fromkeys(("pkill", "killall"), Tool(_kill_named, is_plain=True)),
}
