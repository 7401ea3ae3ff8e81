"""The Endpoints object of a service, the older form of its addresses. Mirrors pkg/controller/endpoint."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, annotations_of, labels_of, rfc3339, with_metadata
from kubesim.api.well_known import (
    ENDPOINTS_LABEL_MANAGED_BY,
    ENDPOINTS_LAST_CHANGE_TRIGGER_TIME,
    ENDPOINTS_OVER_CAPACITY,
    IS_HEADLESS_SERVICE,
)
from kubesim.controllers.endpoint_slice.backends import hostname_of, publishes_not_ready

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Cluster
    from kubesim.controllers.endpoint_slice.backends import Backend

CONTROLLER = "endpoint-controller"
MAX_ADDRESSES = 1000


def reconcile(cluster: Cluster, service: Obj, backends: Sequence[Backend]) -> None:
    """Write the object as the pods are now."""
    meta = service["metadata"]
    shown = [b for b in backends if publishes_not_ready(service) or not b.is_terminating]
    subsets = _subsets(service, shown[:MAX_ADDRESSES])
    labels = {**labels_of(service), ENDPOINTS_LABEL_MANAGED_BY: CONTROLLER}
    if service["spec"].get("clusterIP") == "None":
        labels[IS_HEADLESS_SERVICE] = ""
    stored = cluster.find("Endpoints", meta["namespace"], meta["name"])
    if stored is not None and (stored.get("subsets") or []) == subsets and labels_of(stored) == labels:
        return
    annotations = {
        **(annotations_of(stored) if stored else {}),
        ENDPOINTS_LAST_CHANGE_TRIGGER_TIME: rfc3339(cluster.now),
    }
    annotations.pop(ENDPOINTS_OVER_CAPACITY, None)
    if len(shown) > MAX_ADDRESSES:
        annotations[ENDPOINTS_OVER_CAPACITY] = "truncated"
    content = {"subsets": subsets} if subsets else {}
    if stored is None:
        new_meta = {"annotations": annotations, "labels": labels, "name": meta["name"], "namespace": meta["namespace"]}
        cluster.create({"apiVersion": "v1", "kind": "Endpoints", "metadata": new_meta, **content})
        return
    bare = {field: value for field, value in stored.items() if field != "subsets"}
    cluster.update({**with_metadata(bare, labels=labels, annotations=annotations), **content})


def delete(cluster: Cluster, key: Key) -> None:
    """The service is gone, and its Endpoints with it."""
    if cluster.find("Endpoints", key.namespace, key.name) is not None:
        cluster.delete("Endpoints", key.namespace, key.name)


def _subsets(service: Obj, backends: Sequence[Backend]) -> list[Obj]:
    """The addresses by their ports, each list in the order of addresses. Mirrors RepackSubsets."""
    by_ports: dict[tuple[object, ...], Obj] = {}
    is_bare = not service["spec"].get("ports")
    for backend in sorted(backends, key=lambda backend: backend.address):
        if is_bare and service["spec"].get("clusterIP") != "None":
            continue
        if not backend.ports and not is_bare:
            continue
        subset = by_ports.setdefault(backend.ports, {})
        if backend.ports and "ports" not in subset:
            subset["ports"] = [_port(port) for port in backend.port_objects]
        is_ready = backend.is_serving or publishes_not_ready(service)
        subset.setdefault("addresses" if is_ready else "notReadyAddresses", []).append(_address(service, backend))
    return list(by_ports.values())


def _port(port: Obj) -> Obj:
    """A port without a name has none, here."""
    return {field: value for field, value in port.items() if field != "name" or value}


def _address(service: Obj, backend: Backend) -> Obj:
    address: Obj = {"ip": backend.address, "targetRef": backend.reference}
    if backend.pod["spec"].get("nodeName"):
        address["nodeName"] = backend.pod["spec"]["nodeName"]
    hostname = hostname_of(service, backend.pod)
    if hostname is not None:
        address["hostname"] = hostname
    return address
