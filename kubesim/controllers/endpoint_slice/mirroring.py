"""The EndpointSlices that mirror an Endpoints object which somebody wrote for a service that selects no pods.

Mirrors pkg/controller/endpointslicemirroring.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, annotations_of, controller_reference, is_terminating, labels_of
from kubesim.api.well_known import (
    ENDPOINTS_LAST_CHANGE_TRIGGER_TIME,
    LABEL_MANAGED_BY,
    LABEL_SERVICE_NAME,
    LABEL_SKIP_MIRROR,
    LAST_APPLIED_CONFIG_ANNOTATION,
    LEADER_ELECTION_RECORD,
)
from kubesim.controllers.event_recorder import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

    #: The type of addresses, and their ports.
    Sort = tuple[str, tuple[tuple[object, ...], ...]]

CONTROLLER = "endpointslicemirroring-controller.k8s.io"
_COMPONENT = "endpoint-slice-mirroring-controller"
MAX_ADDRESSES = 1000
_NOT_MIRRORED = (ENDPOINTS_LAST_CHANGE_TRIGGER_TIME, LAST_APPLIED_CONFIG_ANNOTATION)


def reconcile(cluster: Cluster, key: Key) -> None:
    """Write the slices of a service without a selector as its Endpoints are now. Those of none are garbage."""
    endpoints = cluster.find("Endpoints", key.namespace, key.name)
    if endpoints is None:
        return
    if not _is_mirrored(endpoints):
        clear(cluster, key)
        return
    wanted = {_sort_of(new): new for new in _wanted(cluster, endpoints)}
    spare = []
    for stored in _mirrored(cluster, endpoints):
        new = wanted.pop(_sort_of(stored), None)
        if new is None:
            spare.append(stored)
        else:
            _update(cluster, stored, new)
    for new in wanted.values():
        same_family = next((one for one in spare if one["addressType"] == new["addressType"]), None)
        if same_family is not None:
            spare.remove(same_family)
            _update(cluster, same_family, new)
        elif not is_terminating(endpoints):
            cluster.create(new)
    for stored in spare:
        cluster.delete("EndpointSlice", key.namespace, stored["metadata"]["name"])


def clear(cluster: Cluster, key: Key) -> None:
    """Delete the mirrored slices of a service, which has its own again."""
    endpoints = cluster.find("Endpoints", key.namespace, key.name)
    for stored in () if endpoints is None else _mirrored(cluster, endpoints):
        cluster.delete("EndpointSlice", key.namespace, stored["metadata"]["name"])


def _mirrored(cluster: Cluster, endpoints: Obj) -> list[Obj]:
    """The slices that were made of Endpoints here, by name."""
    owned = cluster.owned(endpoints, "EndpointSlice")
    own = [found for found in owned if labels_of(found).get(LABEL_MANAGED_BY) == CONTROLLER]
    return sorted(own, key=lambda found: str(found["metadata"]["name"]))


def _is_mirrored(endpoints: Obj) -> bool:
    """Mirrors shouldMirror."""
    is_lock = LEADER_ELECTION_RECORD in annotations_of(endpoints)
    return labels_of(endpoints).get(LABEL_SKIP_MIRROR) != "true" and not is_lock


def _wanted(cluster: Cluster, endpoints: Obj) -> Iterator[Obj]:
    """A slice for each type of addresses and set of ports."""
    by_sort: dict[Sort, tuple[list[Obj], list[Obj]]] = {}
    skipped = 0
    for subset in endpoints.get("subsets") or ():
        ports = [_port(port) for port in subset.get("ports") or ()]
        addresses = [(one, True) for one in subset.get("addresses") or ()]
        addresses += [(one, False) for one in subset.get("notReadyAddresses") or ()]
        skipped += max(0, len(addresses) - MAX_ADDRESSES)
        for address, is_ready in addresses[:MAX_ADDRESSES]:
            family = "IPv6" if ":" in address["ip"] else "IPv4"
            sort = family, tuple(tuple(port.values()) for port in ports)
            by_sort.setdefault(sort, (ports, []))[1].append(_endpoint(address, is_ready=is_ready))
    if skipped:
        why = f"A max of {MAX_ADDRESSES} addresses can be mirrored to EndpointSlices per Endpoints subset. "
        why += f"{skipped} addresses were skipped"
        record(cluster, endpoints, "Warning", "TooManyAddressesToMirror", why, _COMPONENT)
    for (family, _), (ports, found) in by_sort.items():
        yield _slice(endpoints, family, ports, found)


def _port(port: Obj) -> Obj:
    optional = {"appProtocol": port["appProtocol"]} if "appProtocol" in port else {}
    return {**optional, "name": port.get("name", ""), "port": port["port"], "protocol": port.get("protocol", "TCP")}


def _endpoint(address: Obj, *, is_ready: bool) -> Obj:
    """Mirrors addressToEndpoint."""
    kept = {field: address[field] for field in ("hostname", "nodeName", "targetRef") if address.get(field)}
    return {"addresses": [address["ip"]], "conditions": {"ready": is_ready}, **kept}


def _slice(endpoints: Obj, family: str, ports: list[Obj], found: list[Obj]) -> Obj:
    """Mirrors newEndpointSlice."""
    meta = endpoints["metadata"]
    annotations = {key: text for key, text in annotations_of(endpoints).items() if key not in _NOT_MIRRORED}
    labels = {**labels_of(endpoints), LABEL_SERVICE_NAME: meta["name"], LABEL_MANAGED_BY: CONTROLLER}
    return {
        "addressType": family,
        "apiVersion": "discovery.k8s.io/v1",
        "endpoints": found,
        "kind": "EndpointSlice",
        "metadata": {
            **({"annotations": annotations} if annotations else {}),
            "generateName": f"{meta['name']}-",
            "labels": labels,
            "namespace": meta["namespace"],
            "ownerReferences": [controller_reference(endpoints)],
        },
        "ports": ports or None,
    }


def _sort_of(found: Obj) -> Sort:
    return found["addressType"], tuple(tuple(_port(port).values()) for port in found.get("ports") or ())


def _update(cluster: Cluster, stored: Obj, new: Obj) -> None:
    """Write what differs."""
    old, made = stored["metadata"], new["metadata"]
    meta = {key: value for key, value in old.items() if key != "annotations"}
    meta |= {key: made[key] for key in ("annotations", "labels", "ownerReferences") if key in made}
    changed = {**stored, "metadata": meta, "endpoints": new["endpoints"], "ports": new["ports"]}
    if changed != stored:
        cluster.update(changed)
