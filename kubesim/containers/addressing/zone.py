"""The cluster's DNS. Mirrors CoreDNS' plugin/kubernetes, configured as kubeadm does: ``pods insecure``, 30 s."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, labels_of
from kubesim.api.well_known import LABEL_SERVICE_NAME
from kubesim.network.dns import CNAME, NOERROR, NXDOMAIN, PTR, SRV, TTL, A, Record, Reply, is_address
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

DOMAIN = "cluster.local"
MOST_ALIASES = 10  # CNAMEs that are followed

# The last labels of names that somebody outside may have.
_TOP = "com org net io dev gov edu info app cloud ai co uk de fr eu us cn jp in ru nl se ch me tv be it es pl at xyz"
_OUTSIDE = frozenset(_TOP.split())


class _Answer(NamedTuple):
    """An address or a name that is found, below which name, and at which port."""

    name: str
    value: str
    port: int = 0


def lookup(cluster: Cluster, name: str, kind: str, depth: int = 0) -> Reply:
    """What the cluster's server replies; ``depth`` counts the aliases before it."""
    whole = name.rstrip(".")
    plain = whole.lower()
    if plain.endswith(".in-addr.arpa"):
        return _reverse(cluster, whole)
    if plain != DOMAIN and not plain.endswith(f".{DOMAIN}"):
        return _forwarded(whole)
    found = _found(cluster, plain)
    if found is None:
        return Reply(NXDOMAIN)
    if kind == SRV:
        return _services(found, whole)
    alias = next((one for one in found if not is_address(one.value)), None)
    if alias is not None:
        return _alias(cluster, whole, alias.value, kind, depth)
    if kind != A:
        return Reply(NOERROR)
    addresses = dict.fromkeys(one.value for one in found)
    return Reply(NOERROR, tuple(Record(whole, A, address) for address in addresses))


def _forwarded(name: str) -> Reply:
    """What is not the cluster's own: a name under a domain that there may be is outside."""
    last = name.rpartition(".")
    if last[0] and last[2].lower() in _OUTSIDE:
        return Reply(NOERROR, leads_outside=True)
    return Reply(NXDOMAIN)


def _alias(cluster: Cluster, name: str, target: str, kind: str, depth: int) -> Reply:
    """An alias and where it leads; one within the cluster that leads nowhere is not told."""
    own = (Record(name, CNAME, target),)
    if kind == CNAME:
        return Reply(NOERROR, own)
    if not target.lower().endswith(f".{DOMAIN}"):
        return Reply(NOERROR, own, leads_outside=_forwarded(target).leads_outside)
    found = lookup(cluster, target, kind, depth + 1) if depth < MOST_ALIASES else Reply(NOERROR)
    return found._replace(status=NOERROR, records=own + found.records if found.records else ())


def _services(found: list[_Answer], name: str) -> Reply:
    ports = [one for one in found if one.port]
    share = 100 // len(ports) if ports else 0
    records = tuple(Record(name, SRV, f"0 {share} {one.port} {one.name}") for one in ports)
    beside = dict.fromkeys(Record(one.name, A, one.value) for one in ports if is_address(one.value))
    return Reply(NOERROR, records, beside=tuple(beside))


def _found(cluster: Cluster, name: str) -> list[_Answer] | None:
    """What there is below a name, in small letters; None if there is no such name. Mirrors Records."""
    labels = name.removesuffix(DOMAIN).rstrip(".").split(".") if name != DOMAIN else []
    if not labels or labels in (["svc"], ["pod"]):
        return []
    sort, rest = labels[-1], labels[:-1]
    if sort not in ("svc", "pod") or cluster.find("Namespace", "", rest[-1]) is None:
        return None
    if len(rest) == 1:
        return []
    if sort == "pod":
        address = rest[-2].replace("-", ".")
        return [_Answer(name, address)] if len(rest) == 2 and is_address(address) else None
    return _of_service(cluster, rest)


def _of_service(cluster: Cluster, labels: list[str]) -> list[_Answer] | None:
    """``[_port, _protocol | endpoint], service, namespace``."""
    *before, name, namespace = labels
    service = cluster.find("Service", namespace, name)
    port, protocol, endpoint = "", "", ""
    if len(before) == 2 and all(label.startswith("_") for label in before):
        port, protocol = before[0][1:], before[1][1:]
    elif len(before) == 1:
        endpoint = before[0]
    elif before:
        return None
    if service is None:
        return None
    return list(_answers(cluster, service, port, protocol.upper(), endpoint)) or None


def _answers(cluster: Cluster, service: Obj, port: str, protocol: str, endpoint: str) -> Iterator[_Answer]:
    """Mirrors findServices."""
    meta, spec = service["metadata"], service["spec"]
    whole = f"{meta['name']}.{meta['namespace']}.svc.{DOMAIN}"
    if spec.get("type") == "ExternalName":
        if not (port or endpoint):
            yield _Answer(whole, spec["externalName"])
        return
    if spec.get("clusterIP") in (None, "", "None") or endpoint:
        for address, name, ports in ready_endpoints(cluster, service):
            if endpoint in ("", name):
                for one in _matching(ports, port, protocol) if ports else [{}]:
                    yield _Answer(f"{name}.{whole}", address, one.get("port", 0))
        return
    for one in _matching(spec.get("ports") or (), port, protocol):
        yield from (_Answer(whole, address, one["port"]) for address in spec.get("clusterIPs") or [spec["clusterIP"]])


def _matching(ports: list[Obj] | tuple[Obj, ...], port: str, protocol: str) -> list[Obj]:
    return [
        one
        for one in ports
        if port in ("", one.get("name", "")) and protocol in ("", one.get("protocol", "TCP").upper())
    ]


def ready_endpoints(cluster: Cluster, service: Obj) -> Iterator[tuple[str, str, list[Obj]]]:
    """The ready endpoints of a Service: each one's address, name and ports."""
    for piece in slices_of(cluster, service):
        for endpoint in piece.get("endpoints") or ():
            if dig(endpoint, "conditions", "ready", default=True):
                for address in endpoint["addresses"]:
                    yield address, endpoint.get("hostname") or address.replace(".", "-"), piece.get("ports") or []


def slices_of(cluster: Cluster, service: Obj) -> list[Obj]:
    """The EndpointSlices of a Service, by their names."""
    meta = service["metadata"]
    found = cluster.list("EndpointSlice", meta["namespace"])
    mine = [piece for piece in found if labels_of(piece).get(LABEL_SERVICE_NAME) == meta["name"]]
    return sorted(mine, key=lambda piece: str(piece["metadata"]["name"]))


def _reverse(cluster: Cluster, name: str) -> Reply:
    """Mirrors serviceRecordForIP: a Service's address, else the endpoints that have it."""
    address = ".".join(reversed(name.lower().removesuffix(".in-addr.arpa").split(".")))
    services = cluster.list("Service")
    for service in services:
        meta = service["metadata"]
        if address in (service["spec"].get("clusterIPs") or ()):
            return Reply(NOERROR, (Record(name, PTR, f"{meta['name']}.{meta['namespace']}.svc.{DOMAIN}"),))
    found = [
        f"{host}.{service['metadata']['name']}.{service['metadata']['namespace']}.svc.{DOMAIN}"
        for service in services
        for own, host, _ in ready_endpoints(cluster, service)
        if own == address
    ]
    records = tuple(Record(name, PTR, host, TTL) for host in dict.fromkeys(found))
    return Reply(NOERROR, records) if records else Reply(NXDOMAIN)
