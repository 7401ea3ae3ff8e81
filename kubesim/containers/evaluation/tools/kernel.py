"""sysctl: the kernel's settings, which lie below /proc/sys."""

from __future__ import annotations

from kubesim.containers.evaluation.found import FileError
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status


def _sysctl(call: Call) -> Status:
    """Settings that are asked for are shown; to set one, /proc/sys has to be writable, which only root's host has."""
    status: Status = 0
    if not call.operands:
        raise Misused("missing operand", is_usage=True)
    for word in call.operands:
        name, sets, _ = word.partition("=")
        key = name.strip().replace("/", ".")
        path = f"/proc/sys/{key.replace('.', '/')}"
        if sets or "w" in call.flags:
            status = _refused(call, key)
            continue
        try:
            text = call.text(path)
        except FileError as error:
            call.complain(f"error reading key '{key}': {error}")
            status = 1
            continue
        call.write("".join(_line(call, key, line) for line in text.splitlines()))
    return status


def _line(call: Call, key: str, line: str) -> str:
    return f"{line}\n" if "n" in call.flags else f"{key} = {line}\n"


def _refused(call: Call, key: str) -> int:
    """A container's /proc/sys is read-only, unless it is privileged."""
    if call.machine.shared.setting.may("SYS_ADMIN") or not call.is_busybox:
        raise Unknown("what another setting of the kernel comes to")
    call.complain(f"error setting key '{key}': Read-only file system")
    return 1


TOOLS = {"sysctl": Tool(_sysctl, "nweq", "", {"values": "n", "write": "w", "ignore": "e", "quiet": "q"})}
