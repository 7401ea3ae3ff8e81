"""Which server a pod's port belongs to, from when on it accepts connections, and when it ends.

What the API server knows of containers is rounded to seconds, and says nothing of signals. The kubelet's record has
all of it to the millisecond, and beforehand.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, copy_of, is_terminating, key_of, parse_time
from kubesim.containers.main_program import end_of, life_of
from kubesim.controllers.kubelet import endings, hooks
from kubesim.controllers.kubelet.listening import listener, opens_at
from kubesim.controllers.kubelet.places import reached_by
from kubesim.controllers.kubelet.pod_phase import is_sidecar
from kubesim.controllers.kubelet.pod_work import PodWork
from kubesim.controllers.kubelet.present import place_of
from kubesim.sim.runtime import END_TIME
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.records import ContainerRecord


class Serving(NamedTuple):
    """An instance of the container that listens on a port; instants in ms, None where they are not known yet.

    ``number`` counts the container's instances from 0.  It accepts connections from ``opens`` on, answers with errors
    from ``sick`` on, and ``ends``.  Where it is made to end, it is killed at the ``deadline``; if it obeys SIGTERM, it
    is sent that when it ``stops``, and would end by itself.  The instance ``before`` ended then.
    """

    number: int
    opens: int
    sick: int | None
    stops: int | None
    deadline: int | None
    ends: int | None
    before: int | None = None


def serving(cluster: Cluster, pod: Obj, port: int) -> Serving | None:
    """The instance that listens on a pod's port now, or listened last; None if there was none yet."""
    record = cluster.recall(key_of(pod))
    if record is None or "containers" not in record:
        return None
    work = PodWork(cluster, key_of(pod), pod, copy_of(record))
    container = next(listening_on(work, port), None)
    return None if container is None else serving_of(work, container)


def serving_of(work: PodWork, container: Obj) -> Serving | None:
    """The present instance of a container that listens, or the last; None if there was none yet."""
    kept = work.record["containers"].get(container["name"], {})
    if "on" not in kept:
        return None
    behaviour = work.behaviour(container)
    begun, ends = kept["on"], _end(kept)
    sick = None if behaviour.fails_after is None else begun + behaviour.fails_after
    found = Serving(
        number=kept.get("run", 0),
        opens=opens_at(work, container),
        sick=sick if behaviour.is_healthy else begun,
        stops=None,
        deadline=None,
        ends=ends,
        before=kept["last"]["off"] if "last" in kept else None,
    )
    if ends is None or not _is_made_to_end(work, container, kept):
        return found
    if not end_of(place_of(work, container)).at_once:
        return found._replace(deadline=ends)
    stops = ends - END_TIME
    return found._replace(stops=stops, deadline=stops + _rest(work, container, kept))


def readiness_changed(cluster: Cluster, pod: Obj) -> int | None:
    """When (ms) a pod's containers became ready, or ceased to be; None if they never were."""
    changed = (cluster.recall(key_of(pod)) or {}).get("ready")
    return None if changed is None else int(changed[1])


def deleted_at(cluster: Cluster, pod: Obj, port: int) -> int:
    """When (ms) a pod that is terminating was deleted. Its object has that in whole seconds."""
    second = parse_time(pod["metadata"]["deletionTimestamp"]) - _grace(pod)
    found = serving(cluster, pod, port)
    if found is None or found.ends is None or found.deadline is None:
        return second
    work = PodWork(cluster, key_of(pod), pod, copy_of(cluster.recall(key_of(pod)) or {}))
    container = next(listening_on(work, port), None)
    assert container is not None
    hook = min(hooks.pre_stop_time(work, container, work.container(container["name"])), _grace(pod))
    exact = found.deadline - END_TIME - _grace(pod) if found.stops is None else found.stops - hook
    return min(max(exact, second), second + SECOND - 1)


def listening_on(work: PodWork, port: int) -> Iterator[Obj]:
    """The containers that may listen on a port: first the one that declares it, then those that are known to."""
    sidecars = (c for c in work.spec.get("initContainers") or () if is_sidecar(c, work.spec))
    containers = [*work.spec["containers"], *sidecars]
    declared = [c for c in containers if any(p["containerPort"] == port for p in c.get("ports") or ())]
    known = [c for c in containers if port in (work.behaviour(c).ports or ())]
    found = (listener(work, container, port) for container in (*declared, *known, *containers))
    yield from (container for container in found if container is not None)


def _end(kept: ContainerRecord) -> int | None:
    """When an instance ended, or will (ms)."""
    if kept.get("state") == "exited":
        return kept["off"]
    return kept["on"] + kept["ends"][0] if "ends" in kept else None


def _is_made_to_end(work: PodWork, container: Obj, kept: ContainerRecord) -> bool:
    """Whether an instance does not end by itself."""
    if not (is_terminating(work.pod) or "stopping" in work.record or kept.get("do") in endings.ENDING):
        return False
    life = life_of(place_of(work, container), reached_by(kept))
    return life.length is None or kept["on"] + life.length != _end(kept)


def _rest(work: PodWork, container: Obj, kept: ContainerRecord) -> int:
    """How long (ms) a container has from SIGTERM until it is killed."""
    grace = endings.grace_of(work)
    return max(grace - min(hooks.pre_stop_time(work, container, kept), grace), endings.LEAST_GRACE)


def _grace(pod: Obj) -> int:
    """The time (ms) that a deleted pod has to end."""
    return int(pod["metadata"].get("deletionGracePeriodSeconds") or 0) * SECOND
