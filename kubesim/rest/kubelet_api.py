"""A kubelet's own API, through the API server: ``nodes/NAME/proxy/pods``, ``nodes/NAME:10250/proxy/stats/summary``.

Mirrors pkg/kubelet/server, as far as its answers follow from what the cluster has.
"""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import dig, rfc3339
from kubesim.containers.usage.metrics_api import node_usage
from kubesim.containers.usage.pods import WINDOW, measurement, started
from kubesim.controllers.kubelet.pod_server import is_node_down
from kubesim.errors import StatusError
from kubesim.golang.json import dumps
from kubesim.kinds import built_in
from kubesim.rest.encoding import line_of_text, list_text
from kubesim.rest.request import JSON, NO_PAGE, PLAIN, Answer
from kubesim.rest.statuses import not_simulated
from kubesim.rest.texts import whole_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.containers.usage.pods import Usage
    from kubesim.rest.call import Call

PORT = 10250
_CHECKS = ("ping", "log", "syncloop")
#: What a kubelet serves and nothing here knows.
_UNKNOWN = (
    *("attach", "checkpoint", "configz", "containerLogs", "debug", "exec", "flagz", "logs", "metrics", "portForward"),
    *("run", "runningpods", "stats", "statusz"),
)


def answered(call: Call, node: Obj, below: Sequence[str]) -> Answer:
    """What the kubelet of a node answers for a path; StatusError where it does not, or nobody knows."""
    cluster, name = call.client.cluster, node["metadata"]["name"]
    if is_node_down(cluster, name):
        addresses = dig(node, "status", "addresses", default=())
        address = next((one["address"] for one in addresses if one["type"] == "InternalIP"), name)
        why = f"error trying to reach service: dial tcp {address}:{PORT}: i/o timeout"
        raise StatusError("ServiceUnavailable", why, 503)
    path = [part for part in below if part]
    if path[:1] == ["healthz"]:
        return _health(call, path[1:])
    if path == ["pods"]:
        pods = map(whole_texts(cluster).of, _pods(cluster, name))
        return Answer(200, JSON, line_of_text(list_text(built_in("Pod"), pods, {})))
    if path == ["stats", "summary"]:
        return Answer(200, JSON, dumps(_summary(cluster, node), indent=1, sort_keys=False).encode())
    if path[:1] and path[0] in _UNKNOWN:
        raise not_simulated(f"/{'/'.join(path)} of a kubelet")
    return NO_PAGE


def _pods(cluster: Cluster, node: str) -> list[Obj]:
    return [pod for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == node]


def _health(call: Call, check: Sequence[str]) -> Answer:
    if check:
        return Answer(200, PLAIN, b"ok") if "/".join(check) in _CHECKS else NO_PAGE
    if not any(key == "verbose" for key, _ in call.request.query):
        return Answer(200, PLAIN, b"ok")
    return Answer(200, PLAIN, f"{''.join(f'[+]{one} ok' + chr(10) for one in _CHECKS)}healthz check passed\n".encode())


def _summary(cluster: Cluster, node: Obj) -> Obj:
    """What is known of what a node and its pods use: cpu and memory as of now, no sums. Mirrors v1alpha1.Summary."""
    at, name = cluster.now // WINDOW * WINDOW, node["metadata"]["name"]
    memory = quantity.value(dig(node, "status", "capacity", "memory", default="0"))
    measured = measurement(cluster)
    return {
        "node": {
            "nodeName": name,
            "startTime": node["metadata"]["creationTimestamp"],
            **_usage(node_usage(cluster, name), at, memory),
        },
        "pods": [
            _pod(pod, measured.containers(pod), at)
            for pod in _pods(cluster, name)
            if dig(pod, "status", "phase") == "Running"
        ],
    }


def _pod(pod: Obj, usages: dict[str, Usage], at: int) -> Obj:
    meta, began = pod["metadata"], started(pod)
    containers = [
        {"name": name, "startTime": rfc3339(began[name]), **_usage(usage, at)} for name, usage in usages.items()
    ]
    whole = {}
    if usages:
        cpu, memory = (sum(parts) for parts in zip(*usages.values(), strict=True))
        whole = _usage(next(iter(usages.values()))._replace(cpu=cpu, memory=memory), at)
    return {
        "podRef": {"name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]},
        "startTime": pod["status"].get("startTime"),
        "containers": containers or None,
        **whole,
    }


def _usage(usage: Usage, at: int, capacity: int = 0) -> Obj:
    """Of a node with its ``capacity`` (bytes), also what of its memory is left."""
    left = {"availableBytes": max(0, capacity - usage.memory)} if capacity else {}
    return {
        "cpu": {"time": rfc3339(at), "usageNanoCores": usage.cpu},
        "memory": {"time": rfc3339(at), **left, "usageBytes": usage.memory, "workingSetBytes": usage.memory},
    }
