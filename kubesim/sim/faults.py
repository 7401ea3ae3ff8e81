"""Faults as kubelets live with them: nodes that are down or full, images, readiness, starts."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, labels_of
from kubesim.api.selectors import from_label_selector
from kubesim.cluster.faults import (
    IMAGE,
    NODE_DOWN,
    NODE_FULL,
    NODE_PRESSURE,
    READINESS,
    SLOW_START,
    Fault,
    active,
    known,
)
from kubesim.sim.images.name import parse_image
from kubesim.sim.images.wildcards import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster


def node_down(cluster: Cluster, node: str) -> Fault | None:
    """The fault by which a node is down now."""
    return next((fault for _, fault in active(cluster, NODE_DOWN) if fault.target == node), None)


def node_full(cluster: Cluster, node: str) -> Fault | None:
    """The fault by which a node has no room for more pods now."""
    return next((fault for _, fault in active(cluster, NODE_FULL) if fault.target == node), None)


def shortages(cluster: Cluster, node: str) -> dict[str, Fault]:
    """The faults by which a node is short of something now, by the resource."""
    return {fault.details["resource"]: fault for _, fault in active(cluster, NODE_PRESSURE) if fault.target == node}


def numbered_shortages(cluster: Cluster, node: str) -> list[int]:
    """The numbers of the faults by which a node is short of something now."""
    return [number for number, fault in active(cluster, NODE_PRESSURE) if fault.target == node]


def silent_since(cluster: Cluster, node: str) -> int | None:
    """Since when (ms) a node's kubelet has not been heard of, None if it works; it was noticed beside the node."""
    if cluster.find("Node", "", node) is None:
        return None
    return (cluster.recall(Key("Node", "", node)) or {}).get("down")


def is_pulled(cluster: Cluster, image: str) -> bool:
    """Whether no fault keeps an image from being pulled now."""
    return not any(_is_of_image(fault, image) for _, fault in active(cluster, IMAGE))


def failing_readiness(cluster: Cluster, pod: Obj, instant: int) -> Fault | None:
    """The fault by which a pod's readiness probes fail at an instant (ms)."""
    return next(
        (fault for _, fault in known(cluster.head, READINESS) if fault.is_active(instant) and _is_of_pod(fault, pod)),
        None,
    )


def delay_of_start(cluster: Cluster, pod: Obj, begun: int) -> int:
    """By how much (ms) a fault delays a container of the pod that was started at an instant (ms)."""
    found = (fault for _, fault in known(cluster.head, SLOW_START) if fault.is_active(begun) and _is_of_pod(fault, pod))
    return max((int(fault.details["length"]) for fault in found), default=0)


def pods_of(cluster: Cluster, fault: Fault) -> list[Obj]:
    """The pods that a fault of pods befalls now."""
    return [pod for pod in cluster.list("Pod", fault.details["namespace"]) if _is_of_pod(fault, pod)]


def _is_of_pod(fault: Fault, pod: Obj) -> bool:
    meta, details = pod["metadata"], fault.details
    if meta["namespace"] != details["namespace"]:
        return False
    if "name" in details:
        return bool(meta["name"] == details["name"])
    return from_label_selector(details["selector"]).matches(labels_of(pod))


def _is_of_image(fault: Fault, image: str) -> bool:
    pattern, name = fault.details["pattern"], parse_image(image)
    return matches(image, pattern) or (name is not None and matches(name.full, pattern))
