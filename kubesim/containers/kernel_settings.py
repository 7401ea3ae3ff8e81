"""The kernel's settings that each pod has for itself: those that a new pod has, and what the pod asks for.

The values are those of Linux 6.8, and containerd's where that changes them.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_USUAL = {
    "kernel.msgmax": "8192",
    "kernel.msgmnb": "16384",
    "kernel.msgmni": "32000",
    "kernel.sem": "32000\t1024000000\t500\t32000",
    "kernel.shm_rmid_forced": "0",
    "kernel.shmall": "18446744073692774399",
    "kernel.shmmax": "18446744073692774399",
    "kernel.shmmni": "4096",
    "net.core.somaxconn": "4096",
    "net.ipv4.ip_local_port_range": "32768\t60999",
    "net.ipv4.ip_local_reserved_ports": "",
    "net.ipv4.ip_unprivileged_port_start": "0",
    "net.ipv4.ping_group_range": "0\t2147483647",
    "net.ipv4.tcp_fin_timeout": "60",
    "net.ipv4.tcp_keepalive_intvl": "75",
    "net.ipv4.tcp_keepalive_probes": "9",
    "net.ipv4.tcp_keepalive_time": "7200",
    "net.ipv4.tcp_syncookies": "1",
}


def settings_of(pod: Obj) -> Iterator[tuple[str, str]]:
    """The files of ``/proc/sys`` that are known, with their texts. The kernel shows several numbers with tabs."""
    asked = dig(pod, "spec", "securityContext", "sysctls", default=())
    own = {one["name"].replace("/", "."): "\t".join(str(one["value"]).split()) for one in asked}
    for name, value in {**_USUAL, **own}.items():
        yield f"/proc/sys/{name.replace('.', '/')}", f"{value}\n"
