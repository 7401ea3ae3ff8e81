"""The availability controller of APIServices: whether the server that answers for a group can be reached.

While that of metrics is available, discovery lists its kinds.
Mirrors kube-aggregator's pkg/controllers/status/remote/remote_available_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, dig, has_condition, key_of, labels_of, rfc3339
from kubesim.api.well_known import LABEL_SERVICE_NAME
from kubesim.cluster.aggregated import API_SERVICE_NAME, GROUP, NAMES, is_served

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

_HTTPS = 443


class APIServiceController:
    """Keeps the condition Available of APIServices that a Service of the cluster is behind."""

    name = "apiservice"
    kind = "APIService"
    rank = 26

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"APIService": lambda _, change: (change.key,), "Service": _behind, "EndpointSlice": _behind}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        obj = cluster.cabinet.find(key)
        service = None if obj is None else dig(obj, "spec", "service")
        if obj is not None and service:
            _set_available(cluster, obj, *_availability(cluster, service))
        if key.name == API_SERVICE_NAME:
            _list_metrics(cluster, is_available=_is_available(cluster.cabinet.find(key)))
        return None


def _behind(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The APIServices that the Service is behind, which changed or whose endpoints did."""
    name = change.key.name
    if change.key.kind == "EndpointSlice":
        name = labels_of(change.new or change.old or {"metadata": {}}).get(LABEL_SERVICE_NAME, "")
    for obj in cluster.cabinet.objects("APIService", None):
        service = dig(obj, "spec", "service") or {}
        if (service.get("namespace"), service.get("name")) == (change.key.namespace, name):
            yield key_of(obj)


def _availability(cluster: Cluster, reference: Obj) -> tuple[str, str, str]:
    """Status, reason and message of the condition."""
    namespace, name = reference["namespace"], reference["name"]
    service_name = f'service/{name} in "{namespace}"'
    service = cluster.find("Service", namespace, name)
    if service is None:
        return "False", "ServiceNotFound", f"{service_name} is not present"
    number = reference.get("port", _HTTPS)
    port = next((port for port in service["spec"].get("ports") or () if port["port"] == number), None)
    if port is None:
        return "False", "ServicePortError", f"{service_name} is not listening on port {number}"
    if not _has_endpoint(cluster, namespace, name):
        why = f'endpoints for {service_name} have no addresses with port name "{port.get("name", "")}"'
        return "False", "MissingEndpoints", why
    return "True", "Passed", "all checks passed"


def _has_endpoint(cluster: Cluster, namespace: str, name: str) -> bool:
    return any(
        dig(endpoint, "conditions", "ready")
        for found in cluster.list("EndpointSlice", namespace)
        if labels_of(found).get(LABEL_SERVICE_NAME) == name
        for endpoint in found.get("endpoints") or ()
    )


def _set_available(cluster: Cluster, obj: Obj, status: str, reason: str, message: str) -> None:
    """Mirrors SetAPIServiceCondition: the instant is that at which the status changed."""
    since = rfc3339(cluster.now)
    for old in dig(obj, "status", "conditions", default=()):
        if old["type"] == "Available" and old["status"] == status:
            since = old["lastTransitionTime"]
    condition = {"lastTransitionTime": since, "message": message, "reason": reason, "status": status}
    cluster.update_status(obj, {"conditions": [{**condition, "type": "Available"}]})


def _is_available(obj: Obj | None) -> bool:
    return obj is not None and has_condition(obj, "Available")


def _list_metrics(cluster: Cluster, *, is_available: bool) -> None:
    """Let discovery list the kinds of metrics, or list them no more."""
    if is_available == is_served(cluster.kinds):
        return
    cluster.head_changed = True
    if not is_available:
        cluster.kinds.forget(GROUP)
        return
    for names in NAMES:
        cluster.kinds.register(names)
