"""The EndpointSlice controller: which ready pods stand behind a service. Mirrors pkg/controller/endpointslice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim.api.meta import Key, Obj, controller_reference, dig, is_terminating, key_of, labels_of
from kubesim.controllers import pod_control

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"


class EndpointSliceController:
    """Syncs the slice of each service that has a selector."""

    name = "endpointslice"
    kind = "Service"
    rank = 25

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"Service": lambda cluster, change: [change.key], "Pod": _of_pod}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Write the slice as the pods are now; the service owns it, and it goes with the service."""
        service = cluster.find(*key)
        selector = None if service is None else service["spec"].get("selector")
        if service is None or not selector or is_terminating(service):
            return None
        pods = [pod for pod in cluster.list("Pod", key.namespace) if _matches(selector, pod)]
        wanted = {
            "addressType": "IPv4",
            "endpoints": [
                _endpoint(pod) for pod in pods if dig(pod, "status", "podIP") and not pod_control.is_terminal(pod)
            ],
            "ports": _ports(service, pods),
        }
        _write(cluster, service, wanted)
        return None


def _matches(selector: dict[str, str], pod: Obj) -> bool:
    labels = labels_of(pod)
    return all(labels.get(key) == value for key, value in selector.items())


def _of_pod(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The services that pick the pod, where what they tell of it changed."""
    if change.old is not None and change.new is not None and _told(change.old) == _told(change.new):
        return
    for service in cluster.list("Service", change.key.namespace):
        selector = service["spec"].get("selector")
        if selector and any(pod is not None and _matches(selector, pod) for pod in (change.old, change.new)):
            yield key_of(service)


def _told(pod: Obj) -> tuple[Any, ...]:
    address = dig(pod, "status", "podIP")
    return address, pod_control.is_ready(pod), is_terminating(pod), labels_of(pod), pod["status"].get("phase")


def _endpoint(pod: Obj) -> Obj:
    ready = pod_control.is_ready(pod)
    ending = is_terminating(pod)
    meta = pod["metadata"]
    return {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": ready and not ending, "serving": ready, "terminating": ending},
        "nodeName": pod["spec"].get("nodeName", ""),
        "targetRef": {"kind": "Pod", "name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]},
    }


def _ports(service: Obj, pods: list[Obj]) -> list[Obj]:
    """The service's ports as the pods have them: names are looked up in the pods."""
    ports = []
    for port in dig(service, "spec", "ports", default=()):
        number = _number(port.get("targetPort", port["port"]), pods)
        if number is not None:
            ports.append({"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")})
    return ports


def _number(target: int | str, pods: list[Obj]) -> int | None:
    if isinstance(target, int):
        return target
    for pod in pods:
        for container in pod["spec"]["containers"]:
            for port in container.get("ports") or ():
                if port.get("name") == target:
                    return int(port["containerPort"])
    return None


def _write(cluster: Cluster, service: Obj, wanted: Obj) -> None:
    slices = cluster.owned(service, "EndpointSlice")
    if slices:
        cluster.update({**slices[0], **wanted}, trusted=True)
        return
    meta = service["metadata"]
    labels = {**labels_of(service), MANAGED_BY: "endpointslice-controller.k8s.io", SERVICE_NAME: meta["name"]}
    if service["spec"].get("clusterIP") == "None":
        labels["service.kubernetes.io/headless"] = ""
    created = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{meta['name']}-",
            "labels": labels,
            "namespace": meta["namespace"],
            "ownerReferences": [controller_reference(service)],
        },
        **wanted,
    }
    cluster.create(created, trusted=True)
