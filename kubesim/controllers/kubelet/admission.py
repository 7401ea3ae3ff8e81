"""Which pods a kubelet refuses to run at all. Mirrors pkg/kubelet/sysctl (allowlist.go, safe_sysctls.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import dig

if TYPE_CHECKING:
    from kubesim.api.meta import Obj

FORBIDDEN = "SysctlForbidden"

# Those that each pod has for itself, and that do not harm its neighbours.
SAFE_SYSCTLS = frozenset(
    (
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    )
)


def refusal(spec: Obj) -> tuple[str, str] | None:
    """The reason and the message for which a pod is rejected, None if it is admitted.

    The API server has refused sysctls that would be the host's own.
    """
    for sysctl in dig(spec, "securityContext", "sysctls", default=()):
        name = _with_dots(sysctl["name"])
        if name not in SAFE_SYSCTLS:
            return FORBIDDEN, f'forbidden sysctl: "{name}" not allowlisted'
    return None


def _with_dots(name: str) -> str:
    """``net/ipv4/conf.eth0`` is ``net.ipv4.conf/eth0``: the first separator decides.

    Mirrors NormalizeName.
    """
    first = next((letter for letter in name if letter in "./"), ".")
    return name if first == "." else name.translate(str.maketrans("./", "/."))
