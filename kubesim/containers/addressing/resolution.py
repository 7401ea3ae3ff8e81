"""A pod's resolv.conf and hosts file. Mirrors pkg/kubelet/network/dns and ensureHostsFile of kubelet_pods.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.containers.addressing.zone import DOMAIN
from kubesim.network.dns import Resolution
from kubesim.sim.profiles import BARE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

#: What a node itself asks, which is outside of the cluster.
NODE_RESOLVER = "172.30.1.1"
USUAL_SERVER = "10.96.0.10"  # where the cluster's server has its Service, by kubeadm's default
MOST_SERVERS = 3

_LOCAL = (
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "fe00::0\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
)


def resolution_of(cluster: Cluster, pod: Obj) -> Resolution:
    """How the programs of a pod find addresses. Mirrors GetPodDNS."""
    policy, spec = pod["spec"].get("dnsPolicy", "ClusterFirst"), pod["spec"]
    is_of_node = policy == "Default" or (policy == "ClusterFirst" and spec.get("hostNetwork"))
    if policy == "None":
        found = Resolution()
    elif is_of_node:
        found = node_resolution()
    else:
        namespace = pod["metadata"]["namespace"]
        search = (f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN)
        found = Resolution((server_of(cluster),), search, ("ndots:5",))
    given = spec.get("dnsConfig") or {}
    return Resolution(
        tuple(dict.fromkeys((*found.servers, *(given.get("nameservers") or ()))))[:MOST_SERVERS],
        tuple(dict.fromkeys((*found.search, *(given.get("searches") or ())))),
        _merged(found.options, given.get("options") or ()),
        tuple(hosts_in(hosts_text(cluster, pod))),
    )


def node_resolution(hosts: str = "") -> Resolution:
    """How a node finds addresses; ``hosts`` is the text of its hosts file."""
    return Resolution((NODE_RESOLVER,), (), ("edns0", "trust-ad", "ndots:0"), tuple(hosts_in(hosts)))


def server_of(cluster: Cluster) -> str:
    """The address of the cluster's name server, as kubelets are configured with it.

    A bare cluster has no such Service: its server is no part of it, but answers as others do.
    """
    service = cluster.find("Service", "kube-system", "kube-dns")
    address = USUAL_SERVER if service is None else service["spec"].get("clusterIP", "")
    return str(address)


def is_beside(cluster: Cluster, server: str) -> bool:
    """Whether a name server is one of the cluster that no Service and no pod of it stands for."""
    return cluster.profile == BARE and server == USUAL_SERVER and server_of(cluster) == server


def _merged(options: tuple[str, ...], given: list[Obj] | tuple[Obj, ...]) -> tuple[str, ...]:
    """The options with those that the pod gives, which replace others of their name. Mirrors mergeDNSOptions."""
    merged = dict(option.partition(":")[::2] for option in options)
    for option in given:
        merged[option["name"]] = str(option.get("value") or "")
    return tuple(f"{name}:{value}" if value else name for name, value in merged.items())


def hosts_in(text: str) -> Iterator[tuple[str, str]]:
    """The names that a hosts file has, with their addresses; the first of a name counts."""
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        if ":" not in address:
            yield from ((name, address) for name in names)


def node_hosts(node: Obj) -> str:
    """A node's own /etc/hosts."""
    addresses = dig(node, "status", "addresses", default=())
    own = next((one["address"] for one in addresses if one["type"] == "InternalIP"), "127.0.1.1")
    return "".join(f"{line}\n" for line in (*_LOCAL[:2], f"{own}\t{node['metadata']['name']}"))


def hosts_text(cluster: Cluster, pod: Obj) -> str:
    """A pod's /etc/hosts. Mirrors managedHostsFileContent and nodeHostsFileContent."""
    if pod["spec"].get("hostNetwork"):
        node = cluster.find("Node", "", pod["spec"].get("nodeName", ""))
        own = _LOCAL if node is None else node_hosts(node).splitlines()
        lines = ["# Kubernetes-managed hosts file (host network).", *own]
    else:
        lines = ["# Kubernetes-managed hosts file.", *_LOCAL]
        address, host = dig(pod, "status", "podIP", default=""), host_name_of(pod)
        domain = domain_of(pod)
        names = f"{host}.{domain}\t{host}" if domain else host
        lines += [f"{address}\t{names}"] if address else []
    aliases = pod["spec"].get("hostAliases") or ()
    if aliases:
        lines += ["", "# Entries added by HostAliases."]
        lines += ["\t".join([alias["ip"], *(alias.get("hostnames") or ())]) for alias in aliases]
    return "".join(f"{line}\n" for line in lines)


def host_name_of(pod: Obj) -> str:
    """A pod's host name; a pod of the host's network has its node's. Mirrors GeneratePodHostNameAndDomain."""
    if pod["spec"].get("hostNetwork"):
        return str(pod["spec"].get("nodeName", ""))
    return str(pod["spec"].get("hostname") or pod["metadata"]["name"])[:63].rstrip("-.")


def domain_of(pod: Obj) -> str:
    """The domain of a pod's host name; empty if it has none."""
    subdomain = pod["spec"].get("subdomain")
    return f"{subdomain}.{pod['metadata']['namespace']}.svc.{DOMAIN}" if subdomain else ""
