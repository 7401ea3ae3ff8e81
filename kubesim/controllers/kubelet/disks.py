"""What is mounted in a container, as ``df`` shows it. Mirrors the mounts that the kubelet and containerd make."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Obj, dig
from kubesim.containers.evaluation.host import Disk
from kubesim.containers.kernel_files import files_of_kubelet
from kubesim.containers.mounts import path_of, volumes_of
from kubesim.containers.volume_files import IN_MEMORY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_DEVICE = "/dev/vda1"
_SMALL = 64 << 20  # bytes of /dev and of /dev/shm
_BLOCK = 4096  # bytes


def mounted(pod: Obj, container: Obj, disk: tuple[int, int], memory: int) -> Iterator[Disk]:
    """What is mounted in a container on a node with such a disk (its bytes, and those in use) and so much memory."""
    yield Disk("overlay", "/", *disk, "overlay")
    yield Disk("tmpfs", "/dev", _SMALL, 0, "dev")
    limit = dig(container, "resources", "limits", "memory")
    most = memory if limit is None else min(memory, quantity.value(limit))
    rows = [
        *_of_volumes(pod, container, disk, most),
        *(Disk(_DEVICE, path, *disk, _DEVICE) for path in files_of_kubelet(container)),
    ]
    rows.append(Disk("shm", "/dev/shm", _SMALL, 0, "shm"))
    yield from sorted(rows, key=lambda row: row.path.count("/"))
    for path in ("/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi", "/sys/firmware"):
        is_whole = path in ("/proc/acpi", "/proc/scsi", "/sys/firmware")
        yield Disk("tmpfs", path, memory // 2 if is_whole else _SMALL, 0, path if is_whole else "dev")


def _of_volumes(pod: Obj, container: Obj, disk: tuple[int, int], memory: int) -> Iterator[Disk]:
    volumes = volumes_of(pod)
    for mount in container.get("volumeMounts") or ():
        name, path = mount["name"], path_of(mount)
        volume = volumes.get(name, {})
        own = dig(volume, "emptyDir", "sizeLimit")
        if dig(volume, "emptyDir", "medium") == "Memory":
            yield Disk("tmpfs", path, memory if own is None else min(memory, quantity.value(own)), 0, name)
        elif any(kind in volume for kind in IN_MEMORY):
            used = _BLOCK * (3 if "projected" in volume else len(dig(volume, "secret", "items", default=[])) or 1)
            yield Disk("tmpfs", path, memory, used, name)
        else:
            yield Disk(_DEVICE, path, *disk, _DEVICE)
