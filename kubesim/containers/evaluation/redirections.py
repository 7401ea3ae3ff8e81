"""Redirections: files, streams, here-documents and bash's network files, connected before a command runs (XCU 2.7)."""

from __future__ import annotations

from kubesim.containers.evaluation.expansion import single
from kubesim.containers.evaluation.found import FileError
from kubesim.containers.evaluation.machine import Machine, Status
from kubesim.containers.evaluation.streams import FileStream, Record, Stream
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
    return status


def _redirect(machine: Machine, redirection: Redirection) -> Status:
    target, operator = single(machine, redirection.target), redirection.operator
    if operator in ("<<", "<<<"):
        machine.input = Record()
        machine.input.write(machine.clock, target if target is None or operator == "<<" else target + "\n")
        return 0
    if operator == "<":
        return _read_from(machine, target)
    if operator in (">&", "<&") and target is not None and (target.isdigit() or target == "-"):
        stream = machine.streams.get(int(target)) if target.isdigit() else None
        machine.streams[redirection.descriptor] = Stream() if stream is None else stream
        return 0
    stream, status = _opened(machine, target, appends=operator in (">>", "&>>"))
    machine.streams[redirection.descriptor] = stream
    if operator in ("&>", "&>>", ">&"):
        machine.streams[1] = machine.streams[2] = stream
    return status


def _opened(machine: Machine, target: Value, *, appends: bool) -> tuple[Stream, Status]:
    if target is None or target == "/dev/null":
        return Stream(), 0
    if target in ("/dev/stdout", "/proc/1/fd/1", "/proc/self/fd/1", "/dev/fd/1"):
        return (machine.shared.log if "1/fd" in target else machine.streams.get(1, Stream())), 0
    if target in ("/dev/stderr", "/proc/1/fd/2", "/proc/self/fd/2", "/dev/fd/2"):
        return (machine.shared.log if "1/fd" in target else machine.streams.get(2, Stream())), 0
    if target.startswith(("/dev/tcp/", "/dev/udp/")):
        return Stream(), _dial(machine, target)
    path = machine.path(target)
    try:
        if appends:
            machine.files.touch(path, machine.clock)
        else:
            machine.files.write(path, machine.clock, "")
    except FileError as error:
        machine.complain(f"sh: can't create {target}: {str(error).replace('No such file or', 'nonexistent')}")
        return Stream(), 1
    return FileStream(machine.files, path, machine.shared.session), 0


def _dial(machine: Machine, target: str) -> Status:
    """bash's ``/dev/tcp/host/port``."""
    host, _, port = target[len("/dev/tcp/") :].partition("/")
    return machine.reach(Target(host, int(port) if port.isdigit() else None, True))


def _read_from(machine: Machine, target: Value) -> Status:
    machine.input = Record()
    if target is None or target.startswith(("/dev/tcp/", "/dev/udp/")):
        return None if target is None else _dial(machine, target)
    try:
        content = machine.files.read(machine.path(target), machine.clock)
    except FileError as error:
        machine.complain(f"sh: can't open {target}: {str(error).replace('No such file or directory', 'no such file')}")
        return 1
    machine.input.write(machine.clock, "" if target == "/dev/null" else content)
    machine.input.is_file = True
    return 0
