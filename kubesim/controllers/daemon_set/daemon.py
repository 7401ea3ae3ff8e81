"""One sync of one DaemonSet: its nodes, its pods by node, and what is done to them.

Mirrors getNodesToDaemonPods and syncNodes of pkg/controller/daemon/daemon_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, annotations_of, key_of, labels_of
from kubesim.api.selectors import from_label_selector
from kubesim.api.well_known import (
    CONTROLLER_REVISION_HASH_LABEL_KEY,
    DAEMON_SET_TEMPLATE_GENERATION_KEY,
    DEPRECATED_TEMPLATE_GENERATION,
)
from kubesim.controllers import controller_history, pod_control, ref_manager, retries
from kubesim.controllers.daemon_set.placement import Fit, fit, target_node, tied_to, with_daemon_tolerations
from kubesim.controllers.event_recorder import record
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Cluster

COMPONENT = "daemonset-controller"
BURST = 250  # pods that one sync creates or deletes at most


class Daemon:
    """A DaemonSet during one sync. ``hash`` is that of the template it has now."""

    def __init__(self, cluster: Cluster, obj: Obj, current_hash: str) -> None:
        self.cluster = cluster
        self.obj = obj
        self.hash = current_hash
        self.spec: Obj = obj["spec"]
        self.nodes = cluster.list("Node")
        pod_spec = with_daemon_tolerations(self.spec["template"]["spec"])
        self.fits: dict[str, Fit] = {node["metadata"]["name"]: fit(pod_spec, node) for node in self.nodes}

    @property
    def now(self) -> int:
        return self.cluster.now

    @property
    def key(self) -> Key:
        return key_of(self.obj)

    @property
    def desired(self) -> int:
        """How many nodes are to have a pod."""
        return sum(found.should_run for found in self.fits.values())

    def pods(self) -> list[Obj]:
        """The pods that are the DaemonSet's, adopted and released as need be."""
        return ref_manager.claim(self.cluster, self.obj, from_label_selector(self.spec["selector"]), "Pod")

    def pods_by_node(self) -> dict[str, list[Obj]]:
        """The pods by the node that they are on or meant for; none that ended and is deleted. In order of nodes."""
        found: dict[str, list[Obj]] = {}
        for pod in self.pods():
            if pod_control.is_terminal(pod) and "deletionTimestamp" in pod["metadata"]:
                continue
            name = target_node(pod)
            if name is not None:
                found.setdefault(name, []).append(pod)
        return dict(sorted(found.items()))

    def is_available(self, pod: Obj) -> bool:
        instant = pod_control.available_at(pod, self.spec.get("minReadySeconds", 0))
        return instant is not None and instant <= self.now

    def is_updated(self, pod: Obj) -> bool:
        """Whether the pod is of the template that the DaemonSet has now. Mirrors IsPodUpdated."""
        generation = annotations_of(self.obj).get(DEPRECATED_TEMPLATE_GENERATION)
        by_generation = generation is not None and labels_of(pod).get(DAEMON_SET_TEMPLATE_GENERATION_KEY) == generation
        return by_generation or controller_history.hash_label(pod) == self.hash

    def record_event(self, event_type: str, reason: str, message: str) -> None:
        record(self.cluster, self.obj, event_type, reason, message, COMPONENT)

    def sync_nodes(self, to_delete: Sequence[Obj], needing: Sequence[str]) -> bool:
        """Create pods for nodes and delete pods; whether there was anything to do. Mirrors syncNodes."""
        self._create(needing[:BURST])
        for pod in to_delete[:BURST]:
            pod_control.delete_pod(self.cluster, self.obj, pod, COMPONENT)
        return bool(needing or to_delete)

    def _create(self, nodes: Sequence[str]) -> None:
        if not nodes or retries.waits_until(self.cluster, self.key) is not None:
            return
        prototype = self._prototype()
        left = iter(nodes)

        def create() -> None:
            name = next(left)
            pod_control.create_pod(
                self.cluster, self.obj, COMPONENT, prototype=prototype, change_spec=lambda spec: tied_to(spec, name)
            )

        try:
            pod_control.slow_start(len(nodes), create)
        except StatusError:
            retries.refused(self.cluster, self.key)
        else:
            retries.succeeded(self.cluster, self.key)

    def _prototype(self) -> pod_control.Prototype:
        """What all new pods have in common. Mirrors CreatePodTemplate."""
        template = self.spec["template"]
        labels = {**labels_of(template), CONTROLLER_REVISION_HASH_LABEL_KEY: self.hash}
        generation = annotations_of(self.obj).get(DEPRECATED_TEMPLATE_GENERATION)
        if generation is not None:
            labels[DAEMON_SET_TEMPLATE_GENERATION_KEY] = generation
        changed = {
            **template,
            "metadata": {**template["metadata"], "labels": labels},
            "spec": with_daemon_tolerations(template["spec"]),
        }
        return pod_control.prototype_of(self.cluster, changed, self.key.namespace, f"{self.key.name}-")


def oldest_first(pods: Sequence[Obj]) -> list[Obj]:
    """Those on a node in front, then by age and name. Mirrors podByCreationTimestampAndPhase."""
    return sorted(
        pods, key=lambda p: (not p["spec"].get("nodeName"), p["metadata"]["creationTimestamp"], p["metadata"]["name"])
    )
