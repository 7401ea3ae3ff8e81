"""One sync of one pod: the pod, a working copy of its record, and what the steps need of the cluster."""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, dig
from kubesim.controllers import event_recorder
from kubesim.controllers.kubelet import pod_status
from kubesim.sim.clock import START_OF_TIME
from kubesim.sim.images.behaviour import Behaviour
from kubesim.sim.runtime import behaviour_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key
    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.records import ContainerRecord, PodRecord

COMPONENT = "kubelet"

# A pod's containers start so long after the kubelet has seen it, and so does one that is started later.
START_TIME = 1 * SECOND

# The pods of a cluster start one by one, so many ms apart; where they are many, a batch at once.
TURN = 4
CROWD = 100  # ms of turns given out; beyond it
BATCH = 500  # pods share a turn,
BATCH_TURN = 50  # and the turns are so far apart


class PodWork:
    """``record`` is this sync's own; it is remembered in the end if it differs."""

    __slots__ = ("_behaviours", "cluster", "containers", "key", "now", "pod", "record", "spec")

    def __init__(self, cluster: Cluster, key: Key, pod: Obj, record: PodRecord) -> None:
        self.cluster = cluster
        self.key = key
        self.pod = pod
        self.record = record
        self.now = cluster.now
        self.spec: Obj = pod["spec"]
        #: The init containers, then all others, the ephemeral ones last.
        self.containers: list[Obj] = [
            *(self.spec.get("initContainers") or ()),
            *self.spec["containers"],
            *(self.spec.get("ephemeralContainers") or ()),
        ]
        self._behaviours: dict[str, Behaviour] = {}

    @property
    def node(self) -> str:
        return str(self.pod["spec"]["nodeName"])

    @property
    def title(self) -> str:
        """How the kubelet writes a pod in its messages. Mirrors format.Pod."""
        meta = self.pod["metadata"]
        return f"{meta['name']}_{meta['namespace']}({meta['uid']})"

    def container(self, name: str) -> ContainerRecord:
        """The working record of a container."""
        return self.record.setdefault("containers", {}).setdefault(name, {})

    def behaviour(self, container: Obj) -> Behaviour:
        """What a container of the pod does, found once in a sync."""
        name = container["name"]
        if name not in self._behaviours:
            self._behaviours[name] = behaviour_of(self.cluster, self.pod, container)
        return self._behaviours[name]

    def node_object(self) -> Obj:
        return self.cluster.find("Node", "", self.node) or {}

    def pod_ip(self) -> str:
        return pod_status.pod_ip(self.pod, self.record, self.node_object())

    def record_event(
        self, event_type: str, reason: str, message: str, container: Obj | None = None, times: int = 1
    ) -> None:
        """Record an event about the pod or one of its containers. Mirrors recordContainerEvent."""
        path = "" if container is None else self._field_path(container)
        event_recorder.record(
            self.cluster,
            self.pod,
            event_type,
            reason,
            message,
            COMPONENT,
            field_path=path,
            host=self.node,
            times=times,
        )

    def _field_path(self, container: Obj) -> str:
        for sort in ("initContainers", "ephemeralContainers"):
            if container in (self.spec.get(sort) or ()):
                return f"spec.{sort}{{{container['name']}}}"
        return f"spec.containers{{{container['name']}}}"

    def next_room(self) -> int:
        """From when on the next event about the pod will be seen (ms)."""
        return event_recorder.next_room(self.cluster, self.pod, COMPONENT, self.node)


def node_notes(cluster: Cluster, node: str) -> Obj:
    """What a node's kubelet knows besides its pods: the images it has, and the last serial it gave."""
    notes = cluster.notes("kubelet")
    nodes: dict[str, Obj] = notes.setdefault("nodes", {})
    if node not in nodes:
        taken = notes.get("taken", {}).get(node, 0)  # by pods that were there when the cluster was made
        nodes[node] = {"serial": taken, "images": _images_of(cluster.find("Node", "", node) or {})}
    return nodes[node]


def _images_of(node: Obj) -> dict[str, int]:
    """The images that a node has from the start, each there since ever."""
    images = dig(node, "status", "images", default=())
    return {name: START_OF_TIME for image in images for name in image["names"] if "@" not in name}


def next_serial(cluster: Cluster, node: str) -> int:
    """The next pod's number on a node; its address follows from it."""
    notes = node_notes(cluster, node)
    notes["serial"] += 1
    return int(notes["serial"])


def next_turn(cluster: Cluster) -> int:
    """When the next pod to start has its turn (ms)."""
    notes = cluster.notes("kubelet")
    base = cluster.now + START_TIME
    last, sharing = notes.get("turn", (START_OF_TIME, 0))
    if last < base:
        turn, sharing = base, 0
    elif last - base < CROWD:
        turn = last + TURN
    elif sharing < BATCH:
        turn, sharing = last, sharing + 1
    else:
        turn, sharing = last + BATCH_TURN, 0
    notes["turn"] = [turn, sharing]
    return turn
