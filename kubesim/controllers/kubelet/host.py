"""What a container finds of its node and of the processes beside it."""

from __future__ import annotations

import re

from kubesim.api import quantity
from kubesim.api.identity import hex_digest
from kubesim.api.meta import Obj, dig, parse_time
from kubesim.containers.evaluation.host import Host, Process
from kubesim.containers.main_program import program_of
from kubesim.containers.usage.metrics_api import node_usage
from kubesim.controllers.kubelet.disks import mounted
from kubesim.sim.images.own_processes import own_processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.execution import Execution

_NANOCORES = 1_000_000_000
_FIRST = 7  # the number of the first process beside a container's program
_LEAST_USED = 0.08  # of a node's disk: its system, and some images
_PAUSE = "65535"  # the user of the sandbox's program


def host_of(cluster: Cluster, execution: Execution) -> Host:
    """The node of a container in which a command is run, and the container's processes."""
    pod = cluster.get(*execution.key)
    name = pod["spec"].get("nodeName", "")
    node = cluster.find("Node", "", name) or {}
    capacity = dig(node, "status", "capacity", default={})
    cpus, memory = max(1, quantity.value(capacity.get("cpu", "1"))), quantity.value(capacity.get("memory", "0"))
    made = dig(node, "metadata", "creationTimestamp")
    return Host(
        kernel=dig(node, "status", "nodeInfo", "kernelVersion", default=""),
        cpus=cpus,
        memory=memory,
        booted=0 if made is None else parse_time(made),
        memory_used=lambda: node_usage(cluster, name).memory,
        load=lambda: node_usage(cluster, name).cpu / _NANOCORES,
        disks=tuple(mounted(pod, execution.container, _disk(capacity, name), memory)),
        processes=_processes(cluster, pod, execution, cpus),
        is_first=execution.is_program,
    )


def _disk(capacity: Obj, node: str) -> tuple[int, int]:
    """The bytes of a node's disk, and how many are in use: its system and images, by its name."""
    size = quantity.value(capacity.get("ephemeral-storage", "0"))
    share = _LEAST_USED + int(hex_digest(0, f"disk/{node}", 4), 16) / (1 << 16) / 8
    return size, int(size * share) // 4096 * 4096


def _processes(cluster: Cluster, pod: Obj, execution: Execution, cpus: int) -> tuple[Process, ...] | None:
    """The processes that the container sees: those of its target too, or of all of the pod's containers."""
    if pod["spec"].get("hostPID"):
        return None
    if not pod["spec"].get("shareProcessNamespace"):
        target = execution.container.get("targetContainerName")
        found = _of_container(cluster, pod, execution, target or execution.container["name"], cpus)
        if found is None or target is None:
            return found
        own = _of_container(cluster, pod, execution, execution.container["name"], cpus)
        return None if own is None else (*found, *_moved(own, max((one.number for one in found), default=0), 0))
    every = [Process(1, 0, _PAUSE, "/pause", -1)]
    for container in [*pod["spec"]["containers"], *(pod["spec"].get("ephemeralContainers") or ())]:
        found = _of_container(cluster, pod, execution, container["name"], cpus)
        if found is None:
            return None
        every += _moved(found, max(_FIRST - 1, every[-1].number), 0)
    return tuple(every)


def _moved(processes: tuple[Process, ...], by: int, parent: int) -> Iterator[Process]:
    """Processes as another namespace numbers them."""
    for one in processes:
        yield one._replace(number=one.number + by, parent=one.parent + by if one.parent else parent)


def _of_container(cluster: Cluster, pod: Obj, execution: Execution, name: str, cpus: int) -> tuple[Process, ...] | None:
    from kubesim.controllers.kubelet.execution import Execution, NotRunning

    if name == execution.container["name"]:
        if execution.is_program:
            return ()
        other = execution
    else:
        try:
            other = Execution(cluster, pod, name)
        except NotRunning:
            return ()
    since, user = other.begun - execution.begun, other.setting.user
    image = other.container["image"]
    words = program_of(other.place)
    if not words:
        own = own_processes(image, cpus)
        if own is None or _configures(other.container):
            return None
        return tuple(Process(p.number, p.parent, p.user or user, p.words, since) for p in own)
    return _of_program(tuple(word or "" for word in words), other, user, since)


def _configures(container: Obj) -> bool:
    """Whether something is mounted that may say how many processes a server has."""
    paths = (mount["mountPath"] for mount in container.get("volumeMounts") or ())
    return any(re.match(r"/etc/nginx/?(nginx\.conf)?$|/usr/local/apache2/conf", path) for path in paths)


def _of_program(words: tuple[str, ...], execution: Execution, user: str | None, since: int) -> tuple[Process, ...]:
    """A program that the container gives, and what that runs just now."""
    found = [Process(1, 0, user, " ".join(words), since)]
    under_way = execution.files.under_way
    for argv, takes_place in under_way[-2::-1] if under_way else ():
        text = " ".join(word or "" for word in argv)
        if takes_place:
            found[-1] = found[-1]._replace(words=text)
        else:
            last = found[-1].number
            found.append(Process(max(_FIRST, last + 1), last, user, text, execution.age))
    return tuple(found)
