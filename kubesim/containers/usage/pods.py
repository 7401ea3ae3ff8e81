"""What the containers of pods use, as it is measured at an instant: an average over the quarter of a minute before."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import MINUTE, SECOND, Obj, dig, parse_time
from kubesim.containers.main_program import Place, command_of
from kubesim.containers.plausible import SERVES
from kubesim.containers.usage.generators import streams
from kubesim.containers.usage.idle import Family, family_of_image, family_of_program
from kubesim.containers.usage.programs import demands_of
from kubesim.sim import loads
from kubesim.sim.runtime import behaviour_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.cluster import Cluster
    from kubesim.sim.loads import Load

#: How often kubelets are asked, and over how long (ms) what they say is an average.
WINDOW = 15 * SECOND
#: After so long the noise is the same again, so that a cluster which only runs on comes back to where it was.
_CYCLE = 5 * MINUTE // WINDOW
_MILLICORE = 1_000_000
_LEAST = 1 << 19  # bytes: less than this no container uses


class Usage(NamedTuple):
    """``cpu`` in nanocores, ``memory`` in bytes."""

    cpu: int
    memory: int


class Share(NamedTuple):
    """What a load puts on each of the pods that share it, by their uids; its parts are as a ``Load`` has them."""

    pods: frozenset[str]
    cpu: float
    memory: float
    requests: float


class Measurement:
    """The usage of the pods of a cluster, as measured at an instant ``at`` (ms)."""

    def __init__(self, cluster: Cluster, at: int) -> None:
        self._cluster = cluster
        self._at = at
        self._shares = list(_shares(cluster, at))

    def containers(self, pod: Obj) -> dict[str, Usage]:
        """The usage of each container that ran then, by its name."""
        running = started(pod)
        return {
            container["name"]: self._usage(pod, container, running[container["name"]], is_first=at == 0)
            for at, container in enumerate(_containers(pod))
            if running.get(container["name"], self._at) < self._at
        }

    def requests_of(self, pod: Obj) -> float:
        """How many requests a second a pod answered lately: its part of those that are sent to its workload."""
        return sum(share.requests for share in self._of(pod))

    def _of(self, pod: Obj) -> list[Share]:
        return [share for share in self._shares if pod["metadata"]["uid"] in share.pods]

    def _usage(self, pod: Obj, container: Obj, started: int, *, is_first: bool) -> Usage:
        """The usage of one container; a pod's load is on its first."""
        argv = tuple(command_of(_place(self._cluster, pod, container)))
        family = _family(container["image"], argv)
        name = f"{pod['metadata']['uid']}/{container['name']}"
        noise = _noise(name, self._at // WINDOW)
        cpu, memory = family.cpu * (1 + 0.3 * noise), family.memory * (1 + 0.02 * _noise(name, 0) + 0.004 * noise)
        life = self._at - started
        work = 0.0
        for demand in demands_of(argv):
            part = demand.part_of(max(0, life - WINDOW), life)
            work += demand.cpu * part
            memory += demand.memory if part else 0
        if is_first:
            shares = self._of(pod)
            work += sum(share.cpu for share in shares) + self.requests_of(pod) * family.per_request
            memory += sum(share.memory for share in shares)
        cpu += work * (1 + 0.01 * noise)
        return Usage(_capped(cpu, _limit(container, "cpu")), max(_LEAST, _capped(memory, _limit(container, "memory"))))


def measurement(cluster: Cluster) -> Measurement:
    """The latest: kubelets are asked four times a minute."""
    return Measurement(cluster, cluster.now // WINDOW * WINDOW)


def memory_wanted(cluster: Cluster, pod: Obj, container: Obj, put: Sequence[Load]) -> int:
    """How many bytes a container would use just now with these loads on its pod, were that ready."""
    shared = 0.0
    if container["name"] == _containers(pod)[0]["name"]:
        joins = not loads.is_ready_since(pod, cluster.now)
        shared = sum(load.memory / max(1, len(load.sharers(cluster, cluster.now)) + joins) for load in put)
    argv = tuple(command_of(_place(cluster, pod, container)))
    return int(_family(container["image"], argv).memory + shared)


def _shares(cluster: Cluster, at: int) -> Iterator[Share]:
    for load in loads.known(cluster):
        part = load.part_of(at - WINDOW, at)
        pods = frozenset(pod["metadata"]["uid"] for pod in load.sharers(cluster, at)) if part else frozenset()
        if pods:
            each = part / len(pods)
            yield Share(pods, load.cpu * each, load.memory * each, load.requests * each)
    for stream in streams(cluster):
        part = max(0, min(WINDOW, at - stream.since)) / WINDOW
        yield Share(stream.pods, 0, 0, stream.requests * part / len(stream.pods))


def _place(cluster: Cluster, pod: Obj, container: Obj) -> Place:
    return Place(cluster, pod, container, behaviour_of(cluster, pod, container), SERVES)


def _family(image: str, argv: tuple[str, ...]) -> Family:
    """By the program that the container gives, if that is known, else by its image."""
    found = family_of_program(str(argv[0])) if argv else None
    return found or family_of_image(image)


def _containers(pod: Obj) -> list[Obj]:
    spec = pod["spec"]
    return [*spec["containers"], *(spec.get("initContainers") or ())]


def started(pod: Obj) -> dict[str, int]:
    """Since when (ms) each container runs that does."""
    status = pod.get("status") or {}
    statuses = [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]
    begun = {each["name"]: dig(each, "state", "running", "startedAt") for each in statuses}
    return {name: parse_time(instant) for name, instant in begun.items() if instant}


def _limit(container: Obj, resource: str) -> int | None:
    """A container's limit, in nanocores or bytes."""
    text = dig(container, "resources", "limits", resource)
    if text is None:
        return None
    return quantity.milli_value(text) * _MILLICORE if resource == "cpu" else quantity.value(text)


def _capped(amount: float, limit: int | None) -> int:
    return int(amount) if limit is None else min(int(amount), limit)


def _noise(name: str, window: int) -> float:
    """From -1 to 1, the same for one container in one window."""
    from zlib import crc32

    return crc32(f"{name}/{window % _CYCLE}".encode()) / 0x7FFFFFFF - 1
