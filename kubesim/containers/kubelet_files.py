"""The files that the kubelet and the kernel give a container: its names, how it resolves others, its first process."""

from __future__ import annotations

from math import ceil, log2

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
    yield from _control_group(_resources(place))


def _resources(place: Place) -> Obj:
    """What a container has: what it asks for, but where its node had no room for more."""
    statuses = dig(place.pod, "status", "containerStatuses", default=())
    had = next((one.get("resources") for one in statuses if one["name"] == place.container["name"]), None)
    return (place.container.get("resources") if had is None else had) or {}


def _control_group(resources: Obj) -> Iterator[tuple[str, Value]]:
    """Resources as the kernel has them: microseconds in a tenth of a second, bytes of whole pages, a weight."""
    limits = resources.get("limits") or {}
    cpu, memory = limits.get("cpu"), limits.get("memory")
    yield "/sys/fs/cgroup/cpu.weight", f"{_weight(dig(resources, 'requests', 'cpu', default='0'))}\n"
    quota = "max" if cpu is None else str(max(1000, quantity.milli_value(str(cpu)) * 100))
    yield "/sys/fs/cgroup/cpu.max", f"{quota} 100000\n"
    most = "max" if memory is None else str(quantity.value(str(memory)) // _PAGE * _PAGE)
    yield "/sys/fs/cgroup/memory.max", f"{most}\n"


_PAGE = 4096  # bytes


def _weight(request: str) -> int:
    """The weight of a request for processors. Mirrors MilliCPUToShares and ConvertCPUSharesToCgroupV2Value."""
    shares = min(max(2, quantity.milli_value(str(request)) * 1024 // 1000), 262144)
    exponent = log2(shares)
    return ceil(10 ** ((exponent * exponent + 125 * exponent) / 612 - 7 / 34))
