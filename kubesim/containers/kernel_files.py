"""Files of the kernel that describe a container: what is mounted, its first process, its control groups.

The form is that of Linux 6.8 and of containerd; what nobody measures (numbers of layers, memory) follows from names.
"""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.identity import hex_digest
from kubesim.api.meta import Obj, dig
from kubesim.containers.capabilities import capabilities_of
from kubesim.containers.mounts import path_of, volumes_of
from kubesim.containers.volume_files import IN_MEMORY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.containers.place import Place

_LAYERS = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots"
_SAFE = "nosuid,nodev,noexec,relatime"
_DEVICE = "/dev/vda1"
_READ_ONLY = ("bus", "fs", "irq", "sys", "sysrq-trigger")
_MASKED = ("acpi", "kcore", "keys", "timer_list", "scsi")
_FOLDERS = ("acpi", "scsi")  # the others are files, behind which /dev/null's file system lies


def mount_table(place: Place) -> str:
    """The text of ``/proc/mounts``."""
    return "".join(f"{row} 0 0\n" for row in _mounts(place))


def _mounts(place: Place) -> Iterator[str]:
    pod, container = place.pod, place.container
    own = f"{pod['metadata'].get('uid')}/{container['name']}/{place.run}"
    lower, upper = (1 + int(hex_digest(0, text, 4), 16) % 200 for text in (container["image"], own))
    layers = f"lowerdir={_LAYERS}/{lower}/fs,upperdir={_LAYERS}/{200 + upper}/fs,workdir={_LAYERS}/{200 + upper}/work"
    is_sealed = dig(container, "securityContext", "readOnlyRootFilesystem")
    is_privileged = bool(dig(container, "securityContext", "privileged"))
    yield f"overlay / overlay {'ro' if is_sealed else 'rw'},relatime,{layers}"
    yield f"proc /proc proc rw,{_SAFE}"
    yield "tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755,inode64"
    yield "devpts /dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666"
    yield "mqueue /dev/mqueue mqueue rw,nosuid,nodev,noexec,relatime"
    mode = "rw" if is_privileged else "ro"
    yield f"sysfs /sys sysfs {mode},{_SAFE}"
    yield f"cgroup /sys/fs/cgroup cgroup2 {mode},{_SAFE}"
    rows = [
        *_of_volumes(place),
        *((path, f"{_DEVICE} {path} ext4 rw,relatime") for path in files_of_kubelet(container)),
    ]
    rows.append(("/dev/shm", f"shm /dev/shm tmpfs rw,{_SAFE},size=65536k,inode64"))
    yield from (row for _, row in sorted(rows, key=lambda row: row[0].count("/")))
    if is_privileged:
        return
    yield from (f"proc /proc/{name} proc ro,{_SAFE}" for name in _READ_ONLY)
    for name in _MASKED:
        usual = "tmpfs /proc/{} tmpfs rw,nosuid,size=65536k,mode=755,inode64"
        yield (f"tmpfs /proc/{name} tmpfs ro,relatime,inode64" if name in _FOLDERS else usual.format(name))
    yield "tmpfs /sys/firmware tmpfs ro,relatime,inode64"


def files_of_kubelet(container: Obj) -> list[str]:
    """The files that the kubelet mounts into a container which has no volumes there."""
    message = container.get("terminationMessagePath") or "/dev/termination-log"
    taken = {path_of(mount) for mount in container.get("volumeMounts") or ()}
    return [path for path in ("/etc/hosts", message, "/etc/hostname", "/etc/resolv.conf") if path not in taken]


def _of_volumes(place: Place) -> Iterator[tuple[str, str]]:
    pod, container, volumes = place.pod, place.container, volumes_of(place.pod)
    node = place.cluster.find("Node", "", pod["spec"].get("nodeName", "")) or {}
    memory = quantity.value(dig(node, "status", "capacity", "memory", default="0"))
    limit = dig(container, "resources", "limits", "memory")
    most = memory if limit is None else min(memory, quantity.value(limit))
    for mount in container.get("volumeMounts") or ():
        volume, path = volumes.get(mount["name"], {}), path_of(mount)
        seen = path.replace("/var/run/", "/run/", 1) if path.startswith("/var/run/") else path
        in_memory = [kind for kind in IN_MEMORY if kind in volume]
        is_fixed = bool(in_memory or "configMap" in volume)
        mode = "ro" if mount.get("readOnly") or is_fixed else "rw"
        if in_memory or dig(volume, "emptyDir", "medium") == "Memory":
            own = dig(volume, "emptyDir", "sizeLimit")
            size = most if own is None else min(most, quantity.value(own))
            yield path, f"tmpfs {seen} tmpfs {mode},relatime,size={size >> 10}k,inode64,noswap"
        else:
            yield path, f"{_DEVICE} {seen} ext4 {mode},relatime"


def users_of(pod: Obj) -> str:
    """The text of ``/proc/self/uid_map``: whose users of its node a pod's are; its own have 65536 of the node's."""
    if pod["spec"].get("hostUsers") is not False:
        return f"{0:10} {0:10} {(1 << 32) - 1:10}\n"
    first = (1 + int(hex_digest(0, f"users/{pod['metadata'].get('uid')}", 6), 16) % 32767) << 16
    return f"{0:10} {first:10} {1 << 16:10}\n"


def first_process(place: Place, name: str, user: int, groups: tuple[int, list[int]]) -> str:
    """The text of ``/proc/1/status``; ``groups`` are its own and the others."""
    bounding = capabilities_of(place.container)
    effective = bounding if user == 0 else 0
    context = place.container.get("securityContext") or {}
    profile = dig(context, "seccompProfile", "type") or dig(
        place.pod, "spec", "securityContext", "seccompProfile", "type"
    )
    filtered = 2 if profile == "RuntimeDefault" and not context.get("privileged") else 0
    group, others = groups
    rows: tuple[tuple[str, object], ...] = (
        *(("Name", name[:15]), ("Umask", "0022"), ("State", "S (sleeping)"), ("Tgid", 1), ("Ngid", 0), ("Pid", 1)),
        *(("PPid", 0), ("TracerPid", 0), ("Uid", "\t".join([str(user)] * 4)), ("Gid", "\t".join([str(group)] * 4))),
        *(("FDSize", 64), ("Groups", "".join(f"{one} " for one in others)), ("NStgid", 1), ("NSpid", 1)),
        *(("NSpgid", 1), ("NSsid", 1), ("Kthread", 0), *_memory(name), ("HugetlbPages", _kilobytes(0))),
        *(("CoreDumping", 0), ("THP_enabled", 1), ("untag_mask", "0xffffffffffffffff"), ("Threads", 1)),
        *(("SigQ", "0/127421"), *((sort, f"{0:016x}") for sort in ("SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"))),
        *(("CapInh", f"{0:016x}"), ("CapPrm", f"{effective:016x}"), ("CapEff", f"{effective:016x}")),
        *(("CapBnd", f"{bounding:016x}"), ("CapAmb", f"{0:016x}")),
        *(("NoNewPrivs", int(context.get("allowPrivilegeEscalation") is False)), ("Seccomp", filtered)),
        *(("Seccomp_filters", filtered // 2), ("Speculation_Store_Bypass", "vulnerable")),
        *(("SpeculationIndirectBranch", "conditional enabled"), ("voluntary_ctxt_switches", 31)),
        ("nonvoluntary_ctxt_switches", 4),
    )
    return "".join(f"{name}:\t{value}\n" for name, value in rows)


def _memory(name: str) -> Iterator[tuple[str, str]]:
    """A program's memory, by its name (kB)."""
    size = 1200 + int(hex_digest(0, f"memory/{name}", 4), 16) % 4000
    parts = {"VmPeak": 4, "VmSize": 4, "VmLck": 0, "VmPin": 0, "VmHWM": 1, "VmRSS": 1, "RssAnon": 0.1, "RssFile": 0.9}
    parts |= {"RssShmem": 0, "VmData": 0.2, "VmStk": 0.1, "VmExe": 0.3, "VmLib": 0.5, "VmPTE": 0.02, "VmSwap": 0}
    yield from ((field, _kilobytes(int(size * share) // 4 * 4)) for field, share in parts.items())


def _kilobytes(size: int) -> str:
    return f"{size:8} kB"
