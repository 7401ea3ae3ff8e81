"""Jobs and signals: ``wait``, ``kill``, ``jobs``, ``trap``."""

from __future__ import annotations

from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.endings import Killed, OutOfTime, RunsOn
from kubesim.containers.evaluation.machine import Job
from kubesim.containers.evaluation.variables import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

_SIGNALS = (
    *("EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE"),
    *("ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM"),
    *("PROF", "WINCH", "POLL", "PWR", "SYS"),
)
_IGNORED = ("CHLD", "CONT", "URG", "WINCH", "STOP", "TSTP", "TTIN", "TTOU")
_KILLED = 128
_TERMINATED = 128 + 15


def signal_of(word: str) -> str | None:
    """The name of a signal by its name or number; None if there is none."""
    if word.isdigit():
        return _SIGNALS[int(word)] if int(word) < len(_SIGNALS) else None
    name = word.upper().removeprefix("SIG")
    return name if name in _SIGNALS or name in ("ERR", "DEBUG", "RETURN") else None


def trap(machine: Machine, argv: list[Value]) -> Status:
    words = argv[1:]
    if words[:1] == ["--"]:
        words = words[1:]
    if not words or words == ["-p"]:
        for name, handler in sorted(machine.traps.items(), key=lambda item: _order(item[0])):
            machine.write(f"trap -- {quoted(handler or '')} {'SIG' * (machine.shell == 'bash') + name}\n")
        return 0
    resets = words[0] == "-" or (len(words) == 1)
    status: Status = 0
    for word in words if len(words) == 1 else words[1:]:
        signal = signal_of(word or "")
        if signal is None:
            if machine.shell == "dash":
                machine.complain(f"trap: {word}: bad trap")
            else:
                complain(machine, f"{word}: invalid signal specification", "trap")
            status = 1
            continue
        if resets:
            machine.traps.pop(signal, None)
        else:
            machine.traps[signal] = words[0] or ""
        if signal == "TERM":
            machine.shared.handler = machine.traps.get(signal) or ""
    return status


def _order(name: str) -> int:
    return _SIGNALS.index(name) if name in _SIGNALS else len(_SIGNALS)


def wait(machine: Machine, argv: list[Value]) -> Status:
    """Wait for all jobs in the background, for the named ones, or (``-n``) for the next one."""
    if argv[1:2] == ["-n"]:
        done = sorted(machine.jobs, key=lambda job: float("inf") if job.end is None else job.end)[:1]
        return _wait_for(machine, done[0]) if done else 127
    if len(argv) == 1:
        for job in sorted(machine.jobs, key=lambda job: (job.end is None, job.end or 0)):
            _wait_for(machine, job)
        return 0
    status: Status = 0
    for word in argv[1:]:
        named = _job_of(machine, word)
        if word is not None and not word.lstrip("%").isdigit():
            complaint = (
                f"`{word}': not a pid or valid job spec" if machine.shell == "bash" else f"Illegal number: {word}"
            )
            complain(machine, complaint, "wait")
            return 1 if machine.shell == "bash" else 2
        if named is None and machine.shell == "bash":
            complain(machine, f"pid {word} is not a child of this shell", "wait")
        status = 127 if named is None else _wait_for(machine, named)
    return status


def _job_of(machine: Machine, word: Value) -> Job | None:
    if word is None:
        return machine.jobs[-1] if machine.jobs else None
    if word.startswith("%"):
        number = word[1:]
        if number in ("", "+", "%"):
            return machine.jobs[-1] if machine.jobs else None
        return machine.jobs[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(machine.jobs) else None
    return next((job for job in machine.jobs if str(job.pid) == word), None)


def _wait_for(machine: Machine, job: Job) -> Status:
    if job.end is None:
        if machine.limit is not None:
            machine.clock = machine.limit
            raise OutOfTime
        raise RunsOn
    machine.advance(max(0, job.end - machine.clock))
    machine.jobs = [other for other in machine.jobs if other is not job]
    if job.status == _TERMINATED and job.is_killed and machine.shell != "bash" and not machine.is_interactive:
        machine.write("Terminated\n", 2)
    return job.status


def kill(machine: Machine, argv: list[Value]) -> Status:
    """Send a signal: to this shell, to a job in the background, or to no process that there is."""
    words = [word or "" for word in argv[1:]]
    if words[:1] == ["-l"]:
        return _list(machine, words[1:])
    signal = "TERM"
    if words and words[0].startswith("-") and len(words[0]) > 1 and words[0] != "--":
        given = words.pop(0)[1:]
        if given in ("s", "n") and words:
            given = words.pop(0)
        signal = signal_of(given) or ""
        if not signal:
            complain(machine, f"bad signal name '{given}'")
            return 1
    if not words:
        complain(machine, "you need to specify whom to kill")
        return 1
    if machine.shared.outside is None:
        return _forecast(machine, signal)
    status: Status = 0
    for word in words:
        status = _send(machine, signal, word) or status
    return status


def _list(machine: Machine, words: list[str]) -> Status:
    for word in words:
        name = signal_of(word)
        if name is None:
            complain(machine, f"unknown signal '{word}'")
            return 1
        machine.write(f"{name if word.isdigit() else _SIGNALS.index(name)}\n")
    return 0 if words else None


def _forecast(machine: Machine, signal: str) -> Status:
    """``wait`` ignores a killed job; whether a process exists is not known."""
    if signal == "EXIT":
        return None
    machine.jobs = []
    return 0


def _send(machine: Machine, signal: str, word: str) -> Status:
    if word == str(machine.shell_pid):
        return _take(machine, signal)
    job = _job_of(machine, word)
    if job is None:
        if word.startswith("%"):
            complain(machine, f"No such job: {word}" if machine.shell == "dash" else f"{word}: no such job", "kill")
            return 2
        if not word.lstrip("-").isdigit():
            complain(machine, f"invalid number '{word}'")
            return 1
        if word == "1" and machine.shared.outside is not None:
            machine.shared.outside.signal(signal)
            return 0
        if word in ("1", "0", "-1") or _is_there(machine, word):
            machine.shared.session.unknown = f"what a signal to process {word} does"
            return None
        if machine.shell == "bash":
            complain(machine, f"({word}) - No such process", "kill")
        elif machine.shell == "dash":
            complain(machine, "No such process\n", "kill")
        else:
            complain(machine, f"can't kill pid {word}: No such process")
        return 1
    is_over = job.end is not None and job.end <= machine.clock
    if signal != "EXIT" and signal not in _IGNORED and not is_over:
        number = _KILLED + _SIGNALS.index(signal)
        machine.shared.session.cancel(job.pid, machine.clock)
        machine.jobs[machine.jobs.index(job)] = job._replace(end=machine.clock, status=number, is_killed=True)
    return 0


def _is_there(machine: Machine, word: str) -> bool:
    """Whether the container has such a process; where they are not known there may be one."""
    host = None if machine.shared.outside is None else machine.shared.outside.host
    if host is None:
        return False
    return host.processes is None or any(str(process.number) == word for process in host.processes)


def _take(machine: Machine, signal: str) -> Status:
    """This shell is sent a signal: its handler runs, or it ends."""
    if signal == "EXIT" or (signal in _IGNORED and signal not in machine.traps):
        return 0
    handler = machine.traps.get(signal)
    if handler is None or signal == "KILL":
        if signal != "KILL" and machine.shell_pid == 1:
            return 0
        raise Killed(_KILLED + _SIGNALS.index(signal))
    before = machine.status
    if handler:
        machine.shared.evaluator.run_text(machine, handler)
    machine.status = before
    return 0


def list_jobs(machine: Machine, _argv: list[Value]) -> Status:
    """The jobs that are not over; what they were called is not kept."""
    if any(job.end is None or job.end > machine.clock for job in machine.jobs):
        machine.shared.session.unknown = "how jobs are listed"
        machine.write(None)
    return 0
