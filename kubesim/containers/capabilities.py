"""What root may do in a container: its capabilities, a bit for each."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

#: Capabilities by their numbers; those of a container that asks for none.
_CAPABILITIES = """
CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE
"""
CAPABILITIES = _CAPABILITIES.split()
EVERY = (1 << len(CAPABILITIES)) - 1
_USUAL = 0xA80425FB
_CHANGES, _ALL = ("add", "drop"), "ALL"


def holds(capabilities: int, name: str) -> bool:
    """Whether a capability is among them, which is named as the kernel does, without its CAP_."""
    return bool(capabilities >> CAPABILITIES.index(name) & 1)


def capabilities_of(container: Obj) -> int:
    """The capabilities to which a container is bounded, a bit for each. Mirrors containerd's with the runtime's own."""
    context = container.get("securityContext") or {}
    if context.get("privileged"):
        return EVERY
    given = context.get("capabilities") or {}
    added, dropped = ([str(name).upper().removeprefix("CAP_") for name in given.get(sort) or ()] for sort in _CHANGES)
    found = 0 if _ALL in dropped else EVERY if _ALL in added else _USUAL
    for name in added:
        found |= _bit(name)
    for name in dropped:
        found &= ~_bit(name)
    return found


def _bit(name: str) -> int:
    """That of a capability, 0 for a name that is none."""
    return 1 << CAPABILITIES.index(name) if name in CAPABILITIES else 0
