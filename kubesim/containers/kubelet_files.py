"""The files that the kubelet and the kernel give a container: its names, how it resolves others, its first process."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Obj, dig
from kubesim.containers.addressing.resolution import host_name_of, hosts_text, resolution_of
from kubesim.containers.commands import command_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.containers.evaluation.found import Value
    from kubesim.containers.place import Place


def given_files(place: Place) -> Iterator[tuple[str, Value]]:
    """Paths and texts, None for those that are not known."""
    cluster, pod = place.cluster, place.pod
    is_placed = dig(pod, "status", "podIP") is not None or pod["spec"].get("hostNetwork")
    yield "/etc/hostname", f"{host_name_of(pod)}\n"
    yield "/etc/hosts", hosts_text(cluster, pod) if is_placed else None
    yield "/etc/resolv.conf", resolution_of(cluster, pod).text
    words = command_of(place)
    if words:
        yield "/proc/1/cmdline", "".join(f"{word}\0" for word in words)
    yield from _limits(place.container)


def _limits(container: Obj) -> Iterator[tuple[str, Value]]:
    """The limits of a container as the kernel has them: microseconds in a tenth of a second, bytes of whole pages."""
    limits = dig(container, "resources", "limits", default={})
    cpu, memory = limits.get("cpu"), limits.get("memory")
    quota = "max" if cpu is None else str(max(1000, quantity.milli_value(str(cpu)) * 100))
    yield "/sys/fs/cgroup/cpu.max", f"{quota} 100000\n"
    most = "max" if memory is None else str(quantity.value(str(memory)) // _PAGE * _PAGE)
    yield "/sys/fs/cgroup/memory.max", f"{most}\n"


_PAGE = 4096  # bytes
