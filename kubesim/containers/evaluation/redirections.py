"""Redirections: files, streams, here-documents and bash's network files, connected before a command runs (XCU 2.7)."""

from __future__ import annotations

from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.endings import Status
from kubesim.containers.evaluation.expansion import single
from kubesim.containers.evaluation.found import FileError
from kubesim.containers.evaluation.machine import Machine
from kubesim.containers.evaluation.streams import Closed, FileStream, Record, Stream
from kubesim.containers.evaluation.targets import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.shell.syntax import Redirection


def redirect(machine: Machine, redirections: Iterable[Redirection]) -> Status:
    """Connect the streams of the command that follows; another status than 0 if one of them cannot be."""
    status: Status = 0
    for redirection in redirections:
        status = _redirect(machine, redirection) or status
        if status:
            break
    return status


def _redirect(machine: Machine, redirection: Redirection) -> Status:
    target, operator = single(machine, redirection.target), redirection.operator
    if operator in ("<<", "<<<"):
        machine.input = Record()
        machine.input.write(machine.clock, target if target is None or operator == "<<" else target + "\n")
        return 0
    if operator in ("<", "<>"):
        read, status = _read_from(machine, target)
        _give_input(machine, redirection.descriptor, read)
        return status
    if operator in (">&", "<&") and target is not None and (target.isdigit() or target == "-"):
        return _duplicate(machine, redirection.descriptor, target)
    stream, status = _opened(machine, target, operator)
    machine.streams[redirection.descriptor] = stream
    if operator in ("&>", "&>>", ">&"):
        machine.streams[1] = machine.streams[2] = stream
    return status


def _give_input(machine: Machine, descriptor: int, read: Record) -> None:
    if descriptor == 0:
        machine.input = read
    else:
        machine.streams[descriptor] = read


def _duplicate(machine: Machine, descriptor: int, target: str) -> Status:
    """``2>&1``, ``3>&-``, ``0<&3``."""
    if target == "-":
        if descriptor == 0:
            machine.input = Record()
        else:
            machine.streams[descriptor] = Closed()
        return 0
    stream = machine.input if target == "0" else machine.streams.get(int(target))
    if stream is None or isinstance(stream, Closed):
        complain(machine, f"{target}: Bad file descriptor")
        return _REFUSED.get(machine.shell, 1)
    if descriptor == 0 and isinstance(stream, Record):
        machine.input = stream
    else:
        machine.streams[descriptor] = stream
    return 0


def _opened(machine: Machine, target: Value, operator: str) -> tuple[Stream, Status]:
    appends = operator in (">>", "&>>")
    if target is None or target == "/dev/null":
        return Stream(), 0
    if target in ("/dev/stdout", "/proc/1/fd/1", "/proc/self/fd/1", "/dev/fd/1"):
        return (machine.shared.log if "1/fd" in target else machine.streams.get(1, Stream())), 0
    if target in ("/dev/stderr", "/proc/1/fd/2", "/proc/self/fd/2", "/dev/fd/2"):
        return (machine.shared.log if "1/fd" in target else machine.streams.get(2, Stream())), 0
    if target.startswith(("/dev/tcp/", "/dev/udp/")):
        return Stream(), _dial(machine, target)
    path = machine.path(target)
    if "C" in machine.options and operator == ">" and machine.files.find(path, machine.clock).exists:
        complaint = "cannot overwrite existing file" if machine.shell == "bash" else "File exists"
        complain(machine, _not_made(machine, target, complaint))
        return Stream(), _REFUSED.get(machine.shell, 1)
    try:
        if appends:
            machine.files.touch(path, machine.clock)
        else:
            machine.files.write(path, machine.clock, "")
    except FileError as error:
        complain(machine, _not_made(machine, target, str(error)))
        return Stream(), _REFUSED.get(machine.shell, 1)
    return FileStream(machine.files, path, machine.shared.session), 0


_REFUSED = {"dash": 2}


def _not_made(machine: Machine, target: str, reason: str) -> str:
    if machine.shell == "bash":
        return f"{target}: {reason}"
    if machine.shell == "dash":
        return f"cannot create {target}: {reason.replace('No such file or directory', 'Directory nonexistent')}"
    return f"can't create {target}: {reason.replace('No such file or', 'nonexistent')}"


def _not_opened(machine: Machine, target: str, reason: str) -> str:
    if machine.shell == "bash":
        return f"{target}: {reason}"
    if machine.shell == "dash":
        return f"cannot open {target}: {reason.replace('No such file or directory', 'No such file')}"
    return f"can't open {target}: {reason.replace('No such file or directory', 'no such file')}"


def _dial(machine: Machine, target: str) -> Status:
    """bash's ``/dev/tcp/host/port``."""
    host, _, port = target[len("/dev/tcp/") :].partition("/")
    return machine.reach(Target(host, int(port) if port.isdigit() else None, True))


def _read_from(machine: Machine, target: Value) -> tuple[Record, Status]:
    read = Record()
    if target is None or target.startswith(("/dev/tcp/", "/dev/udp/")):
        return read, None if target is None else _dial(machine, target)
    if target in ("/dev/stdin", "/proc/self/fd/0", "/dev/fd/0"):
        return machine.input, 0
    try:
        content = machine.files.read(machine.path(target), machine.clock)
    except FileError as error:
        complain(machine, _not_opened(machine, target, str(error)))
        return read, _REFUSED.get(machine.shell, 1)
    if content is None and target != "/dev/null":
        machine.shared.session.unknown = f"what is in {target}"
    read.write(machine.clock, "" if target == "/dev/null" else content)
    read.is_file = True
    return read, 0
