"""The EndpointSlices of a service: as few changes as the pods' changes call for.

Mirrors k8s.io/endpointslice's reconciler.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, controller_reference, labels_of, rfc3339, with_metadata
from kubesim.api.well_known import (
    ENDPOINTS_LAST_CHANGE_TRIGGER_TIME,
    IS_HEADLESS_SERVICE,
    LABEL_MANAGED_BY,
    LABEL_SERVICE_NAME,
)
from kubesim.controllers.endpoint_slice.backends import hostname_of, publishes_not_ready
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Cluster
    from kubesim.controllers.endpoint_slice.backends import Backend

CONTROLLER = "endpointslice-controller.k8s.io"
MAX_ENDPOINTS = 100


class Wanted(NamedTuple):
    """What one slice is to hold; ``stored`` is the slice that held most of it before, if any."""

    stored: Obj | None
    ports: list[Obj]
    endpoints: list[Obj]


def slices_of(cluster: Cluster, service: Obj) -> list[Obj]:
    """The slices that this controller made for the service, by name."""
    owned = (s for s in cluster.owned(service, "EndpointSlice") if labels_of(s).get(LABEL_MANAGED_BY) == CONTROLLER)
    return sorted(owned, key=lambda found: str(found["metadata"]["name"]))


def reconcile(cluster: Cluster, service: Obj, backends: Sequence[Backend]) -> None:
    """Write the slices as the pods are now; a service without pods has an empty one."""
    stored = slices_of(cluster, service)
    wanted = _wanted(service, backends, stored)
    spare = [found for found in stored if all(found is not want.stored for want in wanted)]
    for want in wanted:
        source = want.stored or (spare.pop(0) if spare else None)
        if source is None:
            cluster.create(_new(cluster, service, want))
        else:
            _update(cluster, service, source, want)
    for found in spare:
        cluster.delete("EndpointSlice", found["metadata"]["namespace"], found["metadata"]["name"])


def _wanted(service: Obj, backends: Sequence[Backend], stored: Sequence[Obj]) -> list[Wanted]:
    """The pods by their ports, each where it was before, the new ones where there is room."""
    by_ports: dict[tuple[object, ...], list[Backend]] = {}
    for backend in backends:
        by_ports.setdefault(backend.ports, []).append(backend)
    wanted: list[Wanted] = []
    for group in by_ports.values():
        ports = group[0].port_objects
        endpoints = {backend.pod["metadata"]["uid"]: _endpoint(service, backend) for backend in group}
        same = [found for found in stored if (found.get("ports") or []) == ports]
        wanted += _fill(ports, endpoints, same)
    return wanted or [Wanted(None, [], [])]


def _fill(ports: list[Obj], endpoints: dict[str, Obj], stored: Sequence[Obj]) -> list[Wanted]:
    """Give out the endpoints (by their pods' uids), up to 100 to a slice; the fullest with room is filled first."""
    filled: list[Wanted] = []
    for found in stored:
        uids = [endpoint["targetRef"]["uid"] for endpoint in found.get("endpoints") or ()]
        kept = [endpoints.pop(uid) for uid in uids if uid in endpoints]
        if kept:
            filled.append(Wanted(found, ports, kept))
    left = list(endpoints.values())
    for want in sorted(filled, key=lambda want: -len(want.endpoints)):
        room = MAX_ENDPOINTS - len(want.endpoints)
        want.endpoints.extend(left[:room])
        left = left[room:]
    return filled + [Wanted(None, ports, left[i : i + MAX_ENDPOINTS]) for i in range(0, len(left), MAX_ENDPOINTS)]


def _endpoint(service: Obj, backend: Backend) -> Obj:
    """Mirrors podToEndpoint."""
    is_ready = publishes_not_ready(service) or (backend.is_serving and not backend.is_terminating)
    endpoint: Obj = {
        "addresses": [backend.address],
        "conditions": {"ready": is_ready, "serving": backend.is_serving, "terminating": backend.is_terminating},
        "targetRef": backend.reference,
    }
    if backend.pod["spec"].get("nodeName"):
        endpoint["nodeName"] = backend.pod["spec"]["nodeName"]
    hostname = hostname_of(service, backend.pod)
    if hostname is not None:
        endpoint["hostname"] = hostname
    return endpoint


def _labels(service: Obj) -> dict[str, str]:
    """Mirrors setEndpointSliceLabels."""
    labels = {**labels_of(service), LABEL_SERVICE_NAME: service["metadata"]["name"], LABEL_MANAGED_BY: CONTROLLER}
    if service["spec"].get("clusterIP") == "None":
        labels[IS_HEADLESS_SERVICE] = ""
    return labels


def _content(want: Wanted) -> Obj:
    return {"endpoints": want.endpoints or None, "ports": want.ports or None}


def _new(cluster: Cluster, service: Obj, want: Wanted) -> Obj:
    meta = service["metadata"]
    return {
        "addressType": "IPv4",
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "annotations": {ENDPOINTS_LAST_CHANGE_TRIGGER_TIME: rfc3339(cluster.now)},
            "generateName": f"{meta['name']}-",
            "labels": _labels(service),
            "namespace": meta["namespace"],
            "ownerReferences": [controller_reference(service)],
        },
        **_content(want),
    }


def _update(cluster: Cluster, service: Obj, stored: Obj, want: Wanted) -> None:
    content, labels = _content(want), _labels(service)
    if labels_of(stored) == labels and all(stored.get(field) == value for field, value in content.items()):
        return
    annotations = {**annotations_of(stored), ENDPOINTS_LAST_CHANGE_TRIGGER_TIME: rfc3339(cluster.now)}
    changed = with_metadata(stored, labels=labels, annotations=annotations)
    cluster.update({**changed, **content})
