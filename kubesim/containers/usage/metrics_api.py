"""The answers of a metrics-server: PodMetrics and NodeMetrics.

It asks every kubelet once in a quarter of a minute.  A pod is measured once its containers have run for that long.
Mirrors kubernetes-sigs/metrics-server's pkg/api and pkg/storage.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig, rfc3339
from kubesim.cluster.aggregated import is_served
from kubesim.cluster.derived import NODE_METRICS
from kubesim.containers.usage.pods import WINDOW, Measurement, Usage, measurement, started

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.cluster import Cluster

# What kubelet, container runtime and the rest of a node's system use beside pods.
_SYSTEM = Usage(62_000_000, 690 << 20)


def answer(cluster: Cluster, kind: str, namespace: str | None, name: str | None) -> list[Obj]:
    """The metrics of nodes, or of the pods of a namespace; of one of them if a name is given."""
    if not is_served(cluster.kinds):
        return []
    if kind == NODE_METRICS:
        return node_metrics(cluster, _named(cluster, "Node", "", name))
    return pod_metrics(cluster, _named(cluster, "Pod", namespace, name))


def _named(cluster: Cluster, kind: str, namespace: str | None, name: str | None) -> list[Obj]:
    if name is None:
        return cluster.list(kind, namespace)
    found = cluster.find(kind, namespace or "", name)
    return [] if found is None else [found]


def pod_metrics(cluster: Cluster, pods: Iterable[Obj]) -> list[Obj]:
    """The metrics of those pods that have been measured."""
    measured, at = measurement(cluster), cluster.now // WINDOW * WINDOW
    silent = _silent_nodes(cluster)
    return [
        _pod(pod, measured, at)
        for pod in pods
        if dig(pod, "status", "phase") == "Running"
        and pod["spec"].get("nodeName") not in silent
        and _is_measured(pod, at)
    ]


def _is_measured(pod: Obj, at: int) -> bool:
    begun = started(pod)
    return bool(begun) and max(begun.values()) <= at - WINDOW


def _pod(pod: Obj, measured: Measurement, at: int) -> Obj:
    meta = pod["metadata"]
    labels = {"labels": meta["labels"]} if meta.get("labels") else {}
    containers = [{"name": name, "usage": _usage(usage)} for name, usage in measured.containers(pod).items()]
    return {
        "apiVersion": "metrics.k8s.io/v1beta1",
        "containers": containers,
        "kind": "PodMetrics",
        "metadata": {
            "name": meta["name"],
            "namespace": meta["namespace"],
            "creationTimestamp": rfc3339(at),
            **labels,
        },
        "timestamp": rfc3339(at),
        "window": f"{WINDOW // 1000}s",
    }


def node_metrics(cluster: Cluster, nodes: Iterable[Obj]) -> list[Obj]:
    """The metrics of those nodes whose kubelets answer: all that their pods use, and their systems."""
    measured, at = measurement(cluster), cluster.now // WINDOW * WINDOW
    silent = _silent_nodes(cluster)
    wanted = {node["metadata"]["name"]: node for node in nodes if node["metadata"]["name"] not in silent}
    totals = {name: [_SYSTEM] for name in wanted}
    for pod in cluster.list("Pod"):
        if pod["spec"].get("nodeName") in totals:
            totals[pod["spec"]["nodeName"]] += measured.containers(pod).values()
    return [_node(node, totals[name], at) for name, node in wanted.items()]


def node_usage(cluster: Cluster, name: str) -> Usage:
    """What a node uses: its pods and its system."""
    measured = measurement(cluster)
    parts = [_SYSTEM]
    for pod in cluster.list("Pod"):
        if pod["spec"].get("nodeName") == name:
            parts += measured.containers(pod).values()
    return Usage(sum(part.cpu for part in parts), sum(part.memory for part in parts))


def _node(node: Obj, parts: list[Usage], at: int) -> Obj:
    total = Usage(sum(part.cpu for part in parts), sum(part.memory for part in parts))
    meta = node["metadata"]
    return {
        "apiVersion": "metrics.k8s.io/v1beta1",
        "kind": "NodeMetrics",
        "metadata": {"name": meta["name"], "creationTimestamp": rfc3339(at), "labels": meta.get("labels") or {}},
        "timestamp": rfc3339(at),
        "usage": _usage(total),
        "window": f"{WINDOW // 1000}s",
    }


def _usage(usage: Usage) -> Obj:
    """As metrics-server writes it."""
    return {"cpu": f"{usage.cpu}n" if usage.cpu else "0", "memory": f"{usage.memory >> 10}Ki"}


def _silent_nodes(cluster: Cluster) -> set[str]:
    """The nodes whose kubelets do not answer."""
    nodes = ((node["metadata"]["name"], condition_of(node, "Ready")) for node in cluster.list("Node"))
    return {name for name, ready in nodes if ready is None or ready["status"] != "True"}
