"""Which container answers on a pod's port, whether its server is up, and what it knows when it is asked."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, copy_of, key_of
from kubesim.controllers.kubelet.pod_work import PodWork
from kubesim.controllers.kubelet.serving import listening_on, serving_of
from kubesim.controllers.kubelet.sites import Asker, site_of
from kubesim.network.sites.site import Site
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.serving import Serving


class PodServer(NamedTuple):
    """The instance ``run`` of a container, which listens, with what it has.

    ``is_sick``: it answers with errors.  ``speaks_http``: it does, as far as that is known.
    """

    pod: Key
    container: str
    run: int
    site: Site
    is_sick: bool
    speaks_http: bool = True


def server_at(cluster: Cluster, pod: Obj, port: int, asker: Asker, protocol: str = "TCP") -> PodServer | None:
    """The server that takes connections, or datagrams, on a pod's port now; None if there is none."""
    record = cluster.recall(key_of(pod))
    if record is None or "containers" not in record:
        return None
    work = PodWork(cluster, key_of(pod), pod, copy_of(record))
    for container in listening_on(work, port):
        found = serving_of(work, container)
        if found is None or not _is_open(found, cluster.now):
            continue
        site = site_of(work, container, port, asker)
        if _takes(work, container, site, port, protocol):
            is_sick = found.sick is not None and found.sick <= cluster.now
            return PodServer(
                work.key, container["name"], found.number, site, is_sick, _speaks_http(work, container, site)
            )
    return None


def _is_open(found: Serving, now: int) -> bool:
    return found.opens <= now and not any(end is not None and end <= now for end in (found.stops, found.ends))


def _takes(work: PodWork, container: Obj, site: Site, port: int, protocol: str) -> bool:
    """Whether a server listens on a port, as far as its own configuration is known.

    One of which nothing is known listens where it is declared to.
    """
    from kubesim.network.sites.catalogue import kind_of

    behaviour = work.behaviour(container)
    if behaviour.is_strict:
        return True
    kind = kind_of(site)
    if protocol == "UDP" and kind is not None and kind.udp_ports is not None:
        return port in kind.udp_ports(site)
    ports = None if kind is None or kind.ports is None else kind.ports(site)
    if ports is not None:
        return port in ports
    declared = [p["containerPort"] for p in container.get("ports") or ()]
    return behaviour.ports is not None or not declared or port in declared


def _speaks_http(work: PodWork, container: Obj, site: Site) -> bool:
    from kubesim.controllers.kubelet.listening import speaks
    from kubesim.network.sites.catalogue import kind_of

    behaviour = work.behaviour(container)
    return kind_of(site) is not None or any(speaks(container, behaviour, one) for one in ("http", "https"))


def is_node_down(cluster: Cluster, node: str) -> bool:
    """Whether a node is down now."""
    return bool(cluster.noted("faults")) and "down" in (cluster.recall(Key("Node", "", node)) or {})
