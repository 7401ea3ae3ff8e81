"""The control loop that keeps a service's addresses.

Mirrors pkg/controller/endpointslice/endpointslice_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, is_terminating, key_of, labels_of
from kubesim.api.well_known import LABEL_SERVICE_NAME
from kubesim.controllers import pod_control
from kubesim.controllers.endpoint_slice.backends import backends_of, is_selecting, selects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

# Of a service with that many addresses the changes of half a second are taken together.
MANY = 100
BATCH = 500  # ms


class EndpointSliceController:
    """Syncs the addresses of services."""

    name = "endpointslice"
    kind = "Service"
    rank = 25

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            "Service": lambda _, change: (change.key,),
            "Pod": _services_of_pod,
            "EndpointSlice": _service_of_slice,
            "Endpoints": _service_of_endpoints,
        }

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Write the addresses of the service's pods, ready or not; of many pods, every half second."""
        from kubesim.controllers.endpoint_slice import endpoints, slices

        service = cluster.find(*key)
        if service is None:
            endpoints.delete(cluster, key)
            return None
        if not service["spec"].get("selector"):
            from kubesim.controllers.endpoint_slice import mirroring

            mirroring.reconcile(cluster, key)
            return None
        if is_terminating(service) or not is_selecting(service):
            return None
        known = slices.slices_of(cluster, service)
        if sum(len(found.get("endpoints") or ()) for found in known) >= MANY and cluster.now % BATCH:
            return cluster.now + BATCH - cluster.now % BATCH
        backends = backends_of(cluster, service)
        slices.reconcile(cluster, service, backends)
        endpoints.reconcile(cluster, service, backends)
        if cluster.owned(cluster.get("Endpoints", *key[1:]), "EndpointSlice"):
            from kubesim.controllers.endpoint_slice import mirroring

            mirroring.clear(cluster, key)
        return None


def _services_of_pod(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The services that select the pod, or did, if the pod's entry changed. Mirrors GetServicesToUpdate."""
    services = [service for service in cluster.list("Service", change.key.namespace) if is_selecting(service)]
    if not services or (change.old and change.new and _relevant_part(change.old) == _relevant_part(change.new)):
        return ()
    pods = [pod for pod in (change.old, change.new) if pod is not None]
    return [key_of(service) for service in services if any(selects(service, pod) for pod in pods)]


def _relevant_part(pod: Obj) -> tuple[object, ...]:
    """What of a pod a service's addresses depend on. Mirrors podEndpointsChanged."""
    status = pod["status"]
    return (
        status.get("podIP"),
        pod_control.is_ready(pod),
        pod_control.is_terminal(pod),
        is_terminating(pod),
        labels_of(pod),
        pod["spec"].get("nodeName"),
    )


def _service_of_endpoints(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The service whose Endpoints somebody else writes: it selects no pods."""
    key = Key("Service", change.key.namespace, change.key.name)
    service = cluster.find(*key)
    return () if service is None or service["spec"].get("selector") else (key,)


def _service_of_slice(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    """The service of a slice that somebody else changed or deleted."""
    name = labels_of(change.new or change.old or {"metadata": {}}).get(LABEL_SERVICE_NAME)
    return () if change.old is None or name is None else (Key("Service", change.key.namespace, name),)
