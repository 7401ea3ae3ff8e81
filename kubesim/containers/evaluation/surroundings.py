"""Tools that print where a program runs: its variables, its host's name, its user, its system."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine


# Programs of images that define more variables than the path.
_OF_DEFINING_IMAGES = frozenset(("docker-entrypoint.sh", "httpd-foreground"))


def _printenv(machine: Machine, argv: list[Value]) -> Status:
    """The values of some variables, or all variables."""
    if len(argv) == 1:
        return print_variables(machine)
    status: Status = 0
    for name in argv[1:]:
        if name is not None and machine.is_unset(name):
            status = 1
            continue
        value = None if name is None else machine.variable(name)
        machine.write(None if value is None else value + "\n")
    return status


def print_variables(machine: Machine) -> Status:
    """The variables that a program inherits, as far as they are known."""
    for name in dict.fromkeys(("PATH", "HOSTNAME", *dict(machine.shared.setting.environment), "HOME")):
        value = machine.variable(name)
        machine.write(None if value is None else f"{name}={value}\n")
    tools = machine.shared.setting.tools
    if machine.shared.session.outside is None and (tools is None or tools & _OF_DEFINING_IMAGES):
        machine.write(None)  # the image's own
    return 0


def _hostname(machine: Machine, argv: list[Value]) -> Status:
    name = machine.shared.setting.host_name
    machine.write(None if name is None or len(argv) > 1 else name + "\n")
    return 0


def _id(machine: Machine, argv: list[Value]) -> Status:
    user = machine.shared.setting.user
    machine.write(f"{user}\n" if user is not None and argv[1:] == ["-u"] else None)
    return 0


def _whoami(machine: Machine, argv: list[Value]) -> Status:
    is_root = machine.shared.setting.user == "0" and len(argv) == 1
    machine.write("root\n" if is_root else None)
    return 0 if is_root else None


def _uname(machine: Machine, argv: list[Value]) -> Status:
    machine.write("Linux\n" if argv[1:] in ([], ["-s"]) else None)
    return 0


SURROUNDINGS: dict[str, Callable[[Machine, list[Value]], Status]] = {
    "printenv": _printenv,
    "hostname": _hostname,
    "id": _id,
    "whoami": _whoami,
    "uname": _uname,
}
