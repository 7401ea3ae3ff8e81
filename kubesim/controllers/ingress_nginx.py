"""ingress-nginx's controller, where its pods run: it gives the Ingresses of its classes an address.

What its nginx answers is in ``kubelet/answering.py``. Mirrors ingress-nginx's internal/ingress/status/status.go, which
writes addresses once a minute, and the events of its store.
"""

from __future__ import annotations

from kubesim.api.meta import MINUTE, Key, Obj, annotations_of, condition_of, dig, key_of, parse_time
from kubesim.controllers.event_recorder import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kubesim.cluster import Change, Cluster

IMAGE = "ingress-nginx/controller"
_SOURCE = "nginx-ingress-controller"
_ANNOTATION = "kubernetes.io/ingress.class"


class IngressNginxController:
    """Keeps the status of Ingresses, and records that it has seen them."""

    name = "ingress-nginx"
    kind = "Ingress"
    rank = 45

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            "Ingress": lambda _, change: (change.key,) if change.new is not None else (),
            "IngressClass": lambda cluster, _: _every(cluster),
            **dict.fromkeys(("Deployment", "DaemonSet"), _of_controller),
        }

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Record an Ingress that is new or was changed, and write its address when it is time; when that will be."""
        ingress = cluster.find(*key)
        running = None if ingress is None else _running(cluster, ingress)
        if ingress is None or running is None:
            if ingress is not None:
                _withdraw(cluster, ingress)
            return None
        _see(cluster, ingress)
        since, addresses = running
        if dig(ingress, "status", "loadBalancer", "ingress", default=[]) == addresses:
            return None
        left = -(cluster.now - since) % MINUTE
        if left:
            return cluster.now + left
        _see(cluster, cluster.update_status(ingress, {"loadBalancer": {"ingress": addresses}}))
        return None


def _withdraw(cluster: Cluster, ingress: Obj) -> None:
    """The last controller takes the address that it gave with it when it is shut down."""
    seen = (cluster.recall(key_of(ingress)) or {}).get("seen")
    is_there = any(
        _container(one) is not None and one["spec"].get("replicas", 1)
        for one in (*cluster.list("Deployment"), *cluster.list("DaemonSet"))
    )
    if seen is not None and seen[1] and not is_there:
        cluster.update_status(ingress, {"loadBalancer": {}})
        cluster.remember(key_of(ingress), None)


def _see(cluster: Cluster, ingress: Obj) -> None:
    """An Ingress that is not as it was when it was last seen is put into nginx's configuration."""
    version = [ingress["metadata"].get("generation", 1), dig(ingress, "status", "loadBalancer", "ingress", default=[])]
    if (cluster.recall(key_of(ingress)) or {}).get("seen") != version:
        cluster.remember(key_of(ingress), {"seen": version})
        record(cluster, ingress, "Normal", "Sync", "Scheduled for sync", _SOURCE)


def _of_controller(cluster: Cluster, change: Change) -> Iterable[Key]:
    obj = change.new or change.old
    return _every(cluster) if obj is not None and _container(obj) is not None else ()


def _every(cluster: Cluster) -> Iterator[Key]:
    return (key_of(obj) for obj in cluster.list("Ingress"))


def _container(workload: Obj) -> Obj | None:
    """The container of a workload that is such a controller."""
    containers = dig(workload, "spec", "template", "spec", "containers", default=())
    return next((one for one in containers if IMAGE in str(one["image"])), None)


def _running(cluster: Cluster, ingress: Obj) -> tuple[int, list[Obj]] | None:
    """Since when (ms) a controller runs that sees to an Ingress, and the addresses that it publishes."""
    for workload in (*cluster.list("Deployment"), *cluster.list("DaemonSet")):
        container = _container(workload)
        ready = dig(workload, "status", "readyReplicas", default=0) or dig(workload, "status", "numberReady", default=0)
        if container is None or not ready:
            continue
        options = _options(container)
        if _is_ours(cluster, ingress, options):
            available = condition_of(workload, "Available")
            since = available["lastTransitionTime"] if available else workload["metadata"]["creationTimestamp"]
            return parse_time(since), _addresses(cluster, workload, options)
    return None


def _options(container: Obj) -> dict[str, str]:
    words = [str(word) for word in (*(container.get("command") or ()), *(container.get("args") or ()))]
    pairs = [word.lstrip("-").partition("=") for word in words if word.startswith("--")]
    return {name: value if equals else "true" for name, equals, value in pairs}


def _is_ours(cluster: Cluster, ingress: Obj, options: dict[str, str]) -> bool:
    """Whether an Ingress is of one of the controller's classes; one without any is, if it is to watch such."""
    name = ingress["spec"].get("ingressClassName")
    named = annotations_of(ingress).get(_ANNOTATION)
    if name is None and named is None:
        return options.get("watch-ingress-without-class") == "true"
    if name is None:
        return bool(named == options.get("ingress-class", "nginx"))
    found = cluster.find("IngressClass", "", name)
    return found is not None and dig(found, "spec", "controller") == options.get(
        "controller-class", "k8s.io/ingress-nginx"
    )


def _addresses(cluster: Cluster, workload: Obj, options: dict[str, str]) -> list[Obj]:
    """A fixed address, those of the Service that it publishes, or those of its pods' nodes."""
    fixed = options.get("publish-status-address")
    if fixed is not None:
        return [{"ip": one} if one[:1].isdigit() else {"hostname": one} for one in fixed.split(",")]
    namespace = workload["metadata"]["namespace"]
    published = options.get("publish-service", "").replace("$(POD_NAMESPACE)", namespace)
    if published:
        service = cluster.find("Service", *published.partition("/")[::2])
        return [] if service is None else _of_service(service)
    labels = workload["spec"]["selector"].get("matchLabels") or {}
    pods = [
        pod
        for pod in cluster.list("Pod", namespace)
        if labels.items() <= (pod["metadata"].get("labels") or {}).items() and dig(pod, "status", "phase") == "Running"
    ]
    return [{"ip": one} for one in sorted({dig(pod, "status", "hostIP", default="") for pod in pods} - {""})]


def _of_service(service: Obj) -> list[Obj]:
    spec = service["spec"]
    outside: list[Obj] = [{"ip": one} for one in spec.get("externalIPs") or ()]
    if spec.get("type") == "LoadBalancer":
        return [*dig(service, "status", "loadBalancer", "ingress", default=[]), *outside]
    return outside or [{"ip": spec.get("clusterIP", "")}]
