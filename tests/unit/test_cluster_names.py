"""Names as CoreDNS answers them, and what a pod's resolv.conf and hosts file make of them."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.containers.addressing.resolution import hosts_text, resolution_of
from kubesim.containers.addressing.zone import lookup
from kubesim.network.client import addresses_of
from kubesim.network.dns import Reply
from kubesim.network.door import OutsideOfCluster
from tests.unit.network_world import Small

STATEFUL = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "redis:7", ports: [{containerPort: 6379, name: redis}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 6379, name: redis}]}
---
apiVersion: v1
kind: Service
metadata: {name: outer}
spec: {type: ExternalName, externalName: kubernetes.io}
---
apiVersion: v1
kind: Service
metadata: {name: inner}
spec: {type: ExternalName, externalName: web.default.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {clusterIP: None, selector: {app: nobody}, ports: [{port: 80}]}
"""


@pytest.fixture(scope="module")
def small() -> Small:
    made = Small()
    made.run("create deployment web --image=nginx:1.25", "expose deployment web --port=80 --name=web")
    made.apply(STATEFUL)
    return made.settle(60)


def values(reply: Reply) -> list[str]:
    return [record.value for record in reply.records]


def ask(small: Small, name: str, kind: str = "A") -> Reply:
    return lookup(small.cluster, name, kind)


@pytest.mark.parametrize(
    "name",
    ["web", "web.default", "web.default.svc", "web.default.svc.cluster.local", "web.default.svc.cluster.local.", "WEB"],
)
def test_a_service_is_found_by_all_its_names(small: Small, name: str) -> None:
    assert addresses_of(small.network(), name) == [small.address_of("web")]


def test_a_name_without_a_namespace_is_of_the_pods_own(small: Small) -> None:
    assert getattr(addresses_of(small.network(), "kube-dns"), "why", "") == "unresolved"
    assert addresses_of(small.network(), "kube-dns.kube-system") == ["10.96.0.10"]


@pytest.mark.parametrize("name", ["nope", "web.nowhere", "web.kube-system.svc.cluster.local", "x.web", "nobody"])
def test_what_is_not_there_is_not_found(small: Small, name: str) -> None:
    found = addresses_of(small.network(), name)
    assert getattr(found, "why", found) == "unresolved"


def test_a_headless_service_has_the_addresses_of_its_pods(small: Small) -> None:
    pods = [small.cluster.get("Pod", "default", f"db-{number}")["status"]["podIP"] for number in (0, 1)]
    assert sorted(values(ask(small, "db.default.svc.cluster.local"))) == sorted(pods)
    assert addresses_of(small.network(), "db-1.db") == [pods[1]]


def test_a_headless_service_without_pods_has_no_name(small: Small) -> None:
    assert ask(small, "nobody.default.svc.cluster.local").status == "NXDOMAIN"


@pytest.mark.parametrize("name", ["cluster.local", "svc.cluster.local", "default.svc.cluster.local"])
def test_a_name_above_others_is_there_and_empty(small: Small, name: str) -> None:
    assert ask(small, name) == Reply("NOERROR")


def test_there_are_no_addresses_of_version_6(small: Small) -> None:
    assert ask(small, "web.default.svc.cluster.local", "AAAA") == Reply("NOERROR")


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("10-244-1-5.default.pod.cluster.local", "A", ["10.244.1.5"]),
        ("1.0.96.10.in-addr.arpa", "PTR", ["kubernetes.default.svc.cluster.local"]),
        ("web.default.svc.cluster.local", "SRV", ["0 100 80 web.default.svc.cluster.local"]),
        ("_https._tcp.kubernetes.default.svc.cluster.local", "SRV", ["0 100 443 kubernetes.default.svc.cluster.local"]),
        ("_http._tcp.kubernetes.default.svc.cluster.local", "SRV", []),
        ("outer.default.svc.cluster.local", "CNAME", ["kubernetes.io"]),
    ],
)
def test_records(small: Small, name: str, kind: str, expected: list[str]) -> None:
    assert values(ask(small, name, kind)) == expected


def test_the_ports_of_a_headless_service_are_shared_by_its_pods(small: Small) -> None:
    found = values(ask(small, "_redis._tcp.db.default.svc.cluster.local", "SRV"))
    assert sorted(found) == [f"0 50 6379 db-{number}.db.default.svc.cluster.local" for number in (0, 1)]


def test_a_pods_address_leads_back_to_its_name(small: Small) -> None:
    address = small.cluster.get("Pod", "default", "db-0")["status"]["podIP"]
    reverse = ".".join(reversed(address.split("."))) + ".in-addr.arpa"
    assert values(ask(small, reverse, "PTR")) == ["db-0.db.default.svc.cluster.local"]


def test_an_alias_within_the_cluster_is_followed(small: Small) -> None:
    found = ask(small, "inner.default.svc.cluster.local")
    assert values(found) == ["web.default.svc.cluster.local", small.address_of("web")]


@pytest.mark.parametrize("name", ["outer", "kubernetes.io", "www.google.com"])
def test_names_outside_of_the_cluster_are_not_simulated(small: Small, name: str) -> None:
    with pytest.raises(OutsideOfCluster):
        addresses_of(small.network(), name)


def pod(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "web-0", "namespace": "shop"}, "spec": spec, "status": {"podIP": "10.244.1.5"}}


RESOLV = "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
OF_NODE = "nameserver 172.30.1.1\noptions edns0 trust-ad ndots:0\n"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, RESOLV),
        ({"dnsPolicy": "Default"}, OF_NODE),
        ({"hostNetwork": True}, OF_NODE),
        ({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}, RESOLV),
        (
            {
                "dnsPolicy": "None",
                "dnsConfig": {"nameservers": ["1.1.1.1"], "searches": ["my.org"], "options": [{"name": "edns0"}]},
            },
            "search my.org\nnameserver 1.1.1.1\noptions edns0\n",
        ),
        (
            {"dnsConfig": {"searches": ["my.org"], "options": [{"name": "ndots", "value": "2"}]}},
            RESOLV.replace("cluster.local\nname", "cluster.local my.org\nname").replace("ndots:5", "ndots:2"),
        ),
    ],
)
def test_resolv_conf(small: Small, spec: dict[str, Any], expected: str) -> None:
    assert resolution_of(small.cluster, pod(**spec)).text == expected


HOSTS = """# Kubernetes-managed hosts file.
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.1.5	web-0
"""


def test_the_hosts_file_has_the_pods_name_and_aliases(small: Small) -> None:
    assert hosts_text(small.cluster, pod()) == HOSTS
    named = hosts_text(small.cluster, pod(hostname="web-0", subdomain="web"))
    assert named.endswith("10.244.1.5\tweb-0.web.shop.svc.cluster.local\tweb-0\n")
    aliased = hosts_text(small.cluster, pod(hostAliases=[{"ip": "10.1.2.3", "hostnames": ["foo.local", "bar.local"]}]))
    assert aliased == HOSTS + "\n# Entries added by HostAliases.\n10.1.2.3\tfoo.local\tbar.local\n"


def test_without_its_server_no_name_is_found(small: Small) -> None:
    lonely = Small()
    lonely.run("scale deployment coredns -n kube-system --replicas=0")
    lonely.settle(60)
    found = addresses_of(lonely.network(), "kubernetes")
    assert getattr(found, "why", found) == "refused"


def test_a_bare_cluster_has_a_server_beside_it() -> None:
    bare = Small(profile="bare").settle()
    assert addresses_of(bare.network(), "kubernetes") == ["10.96.0.1"]
