"""agnhost's mounttest, as far as it shows what is in a file. Mirrors test/images/agnhost/mounttest."""

from __future__ import annotations

from kubesim.containers.evaluation.found import FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

_OPTION = "--file_content="


def is_known(argv: list[Value]) -> bool:
    """Whether a call of ``agnhost mounttest`` asks for one file's content and no more."""
    return len(argv) == 3 and (argv[2] or "").startswith(_OPTION)


def run(machine: Machine, argv: list[Value]) -> Status:
    """Print the content, and end."""
    path = (argv[2] or "").removeprefix(_OPTION)
    try:
        content = machine.files.read(machine.path(path), machine.clock)
    except FileError as error:
        machine.write(f'error reading file content for "{path}": open {path}: {str(error).lower()}\n')
        return 1
    machine.write(None if content is None else f'content of file "{path}": {content}\n')
    return 0
