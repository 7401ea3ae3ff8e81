"""Requests from pods and nodes: where they go, what becomes of them, and what is answered."""

from __future__ import annotations

import pytest
from kubesim.controllers.kubelet.network import network_of
from kubesim.network.door import OutsideOfCluster
from kubesim.network.http import Failure, Response
from tests.unit.network_world import Small, fetch

MANIFESTS = """
apiVersion: v1
kind: Service
metadata: {name: named}
spec:
  selector: {app: hello}
  ports: [{name: web, port: 8000, targetPort: 8080}, {name: other, port: 8001, targetPort: 9999}]
---
apiVersion: v1
kind: Service
metadata: {name: sticky}
spec: {selector: {app: hello}, sessionAffinity: ClientIP, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: given}
spec: {selector: {app: hello}, externalIPs: [192.0.2.7], ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: local}
spec: {selector: {app: far}, internalTrafficPolicy: Local, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: far, labels: {app: far}}
spec: {nodeName: node01, containers: [{name: main, image: "gcr.io/google-samples/hello-app:2.0"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: hosted}
spec:
  nodeName: node01
  containers: [{name: main, image: "gcr.io/google-samples/hello-app:2.0", ports: [{containerPort: 8080, hostPort: 8088}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: unready, labels: {app: unready}}
spec:
  containers:
  - name: main
    image: nginx:1.25
    readinessProbe: {httpGet: {path: /ready, port: 80}}
---
apiVersion: v1
kind: Service
metadata: {name: unready}
spec: {selector: {app: unready}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: eager}
spec: {selector: {app: unready}, publishNotReadyAddresses: true, ports: [{port: 80}]}
"""


@pytest.fixture(scope="module")
def small() -> Small:
    made = Small()
    made.run(
        "create deployment hello --image=gcr.io/google-samples/hello-app:1.0 --replicas=3",
        "expose deployment hello --port=80 --target-port=8080 --type=NodePort",
        "create service clusterip empty --tcp=80:80",
    )
    made.apply(MANIFESTS)
    return made.settle(40)


def hosts_of(small: Small, url: str, count: int = 6) -> list[str]:
    """Which pods answer to so many requests, one after the other."""
    network = small.network()
    answers = [fetch(network, url) for _ in range(count)]
    return [
        (answer.body or "").rpartition("Hostname: ")[2].strip() for answer in answers if isinstance(answer, Response)
    ]


def test_requests_go_to_all_pods_of_a_service_in_turn(small: Small) -> None:
    hosts = hosts_of(small, "http://hello")
    assert len(set(hosts[:3])) == 3
    assert hosts[:3] == hosts[3:]


def test_a_client_keeps_its_pod_where_the_service_has_affinity(small: Small) -> None:
    assert len(set(hosts_of(small, "http://sticky"))) == 1


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://empty", "refused"),  # no endpoints: rejected
        ("http://hello:81", "timed out"),  # no rule for the port
        ("http://named:8001", "refused"),  # the pods do not listen there
        ("http://10.96.99.99", "timed out"),  # nobody's address
        ("http://10.244.1.250", "timed out"),
        ("http://unready", "refused"),
        ("http://localhost:8080", "refused"),
        ("http://172.30.1.3:31999", "refused"),
        ("http://nope", "unresolved"),
        ("http://hello.kube-system", "unresolved"),
    ],
)
def test_what_becomes_of_requests_that_nobody_answers(small: Small, url: str, outcome: str) -> None:
    assert small.body(url) == outcome


@pytest.mark.parametrize("url", ["http://named:8000", "http://given", "http://192.0.2.7", "http://172.30.1.3:8088"])
def test_ways_to_a_pod(small: Small, url: str) -> None:
    assert "Hello, world!" in (small.body(url) or "")


def test_a_pod_that_is_not_ready_is_reached_where_the_service_says_so(small: Small) -> None:
    assert "Welcome to nginx!" in (small.body("http://eager") or "")


def test_a_node_port_is_open_on_every_node_for_pods_and_nodes(small: Small) -> None:
    port = small.cluster.get("Service", "default", "hello")["spec"]["ports"][0]["nodePort"]
    for number in (2, 3, 4):
        for network in (small.network(), network_of(small.cluster), network_of(small.cluster, node="node01")):
            found = fetch(network, f"http://172.30.1.{number}:{port}")
            assert isinstance(found, Response)


def test_only_pods_of_the_same_node_count_where_the_service_says_so(small: Small) -> None:
    nodes = {name: small.cluster.get("Pod", "default", name)["spec"]["nodeName"] for name in ("cli", "far", "hosted")}
    assert nodes["hosted"] == nodes["far"] != nodes["cli"]
    assert small.body("http://local") == "timed out"
    assert "Hello" in (small.body("http://local", "hosted") or "")


def test_a_pod_reaches_itself(small: Small) -> None:
    assert "Hostname: far\n" in (small.body("http://localhost:8080", "far") or "")
    assert "Hostname: far\n" in (small.body("http://127.0.0.1:8080", "far") or "")


def test_what_is_outside_is_not_simulated(small: Small) -> None:
    with pytest.raises(OutsideOfCluster):
        small.body("http://8.8.8.8")


def test_pings(small: Small) -> None:
    network, pod = small.network(), small.cluster.get("Pod", "default", "far")
    answers = (pod["status"]["podIP"], "172.30.1.3", "127.0.0.1")
    assert [network.pings(address) for address in answers] == [None] * 3
    assert network.pings(small.address_of("hello")) == Failure("timed out")


# the API server


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/", 403, 'forbidden: User "system:anonymous" cannot get path'),
        ("/version", 200, "gitVersion"),
        ("/healthz", 200, "ok"),
        ("/api/v1/namespaces/default/pods", 403, 'pods is forbidden: User "system:anonymous" cannot list resource'),
    ],
)
def test_the_api_server_answers_whoever_asks(small: Small, path: str, status: int, says: str) -> None:
    found = small.get(f"https://kubernetes.default.svc{path}")
    assert isinstance(found, Response)
    assert (found.status, says in (found.body or "").replace('\\"', '"')) == (status, True)


def test_a_token_that_is_nobodys_is_refused(small: Small) -> None:
    found = small.get("https://kubernetes.default.svc/api", headers=(("Authorization", "Bearer x.y.z"),))
    assert isinstance(found, Response)
    assert found.status == 401


# policies

DENY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}, policyTypes: [%s]}
"""
ALLOW = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow}
spec:
  podSelector: {matchLabels: {app: hello}}
  ingress:
  - from: [%s]
    ports: [{port: %s}]
"""


def guarded(*manifests: str, profile: str = "kind") -> Small:
    made = Small(profile=profile)
    made.run(
        "create deployment hello --image=gcr.io/google-samples/hello-app:1.0",
        "expose deployment hello --port=80 --target-port=8080",
    )
    for manifest in manifests:
        made.apply(manifest)
    return made.settle()


def test_a_policy_that_allows_nothing_lets_requests_time_out() -> None:
    assert guarded(DENY % "Ingress").body("http://hello") == "timed out"


def test_without_egress_not_even_names_are_found() -> None:
    assert guarded(DENY % "Egress").body("http://hello") == "timed out"


@pytest.mark.parametrize(
    ("peer", "port", "passes"),
    [
        ("{podSelector: {matchLabels: {run: cli}}}", "8080", True),
        ("{podSelector: {matchLabels: {run: other}}}", "8080", False),
        ("{podSelector: {matchLabels: {run: cli}}}", "80", False),
        ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: default}}}", "8080", True),
        ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}", "8080", False),
        ("{ipBlock: {cidr: 10.244.0.0/16}}", "8080", True),
        ("{ipBlock: {cidr: 10.244.0.0/16, except: [10.244.0.0/17]}}", "8080", False),
    ],
)
def test_a_policy_lets_through_what_a_rule_names(peer: str, port: str, passes: bool) -> None:
    body = guarded(DENY % "Ingress", ALLOW % (peer, port)).body("http://hello")
    assert ("Hello" in (body or "")) is passes


def test_a_cluster_whose_plugin_is_not_known_enforces_no_policy() -> None:
    assert "Hello" in (guarded(DENY % "Ingress", profile="bare").body("http://hello") or "")


# faults, and Ingresses


def test_a_node_that_is_down_answers_nobody() -> None:
    made = Small()
    made.apply(MANIFESTS)
    made.settle()
    address = made.cluster.get("Pod", "default", "far")["status"]["podIP"]
    assert "Hello" in (made.body(f"http://{address}:8080") or "")
    made.run("sim fault node-down node01")
    made.settle(1)
    assert made.body(f"http://{address}:8080") == "timed out"


INGRESS = """
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example.com
    http:
      paths:
      - {path: /hello, pathType: Prefix, backend: {service: {name: hello, port: {number: 80}}}}
      - {path: /empty, pathType: Prefix, backend: {service: {name: empty, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: empty}
spec: {selector: {app: empty}, ports: [{port: 80}]}
"""
CONTROLLER = """
apiVersion: v1
kind: Pod
metadata: {name: controller}
spec:
  nodeName: node01
  containers:
  - name: controller
    image: registry.k8s.io/ingress-nginx/controller:v1.12.0
    ports: [{containerPort: 80, hostPort: 80}]
"""


def test_an_ingress_without_a_controller_is_refused() -> None:
    made = guarded(INGRESS)
    assert made.body("http://172.30.1.3/hello", host="shop.example.com") == "refused"


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("shop.example.com", "/hello", 200),
        ("shop.example.com", "/hello/x", 200),
        ("shop.example.com", "/helloes", 404),
        ("shop.example.com", "/empty", 503),
        ("other.example.com", "/hello", 404),
    ],
)
def test_a_controller_goes_by_hosts_and_paths(host: str, path: str, status: int) -> None:
    found = guarded(INGRESS, CONTROLLER).get(f"http://172.30.1.3{path}", host=host)
    assert isinstance(found, Response)
    assert found.status == status


SERVERS = """
apiVersion: v1
kind: Pod
metadata: {name: echo}
spec: {containers: [{name: a, image: hashicorp/http-echo, args: ["-text=apple", "-listen=:8080"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: folder}
spec:
  containers:
  - name: a
    image: busybox
    command: [sh, -c, "mkdir /www; echo hi > /www/index.html; httpd -f -p 8081 -h /www"]
  - name: b
    image: "registry.k8s.io/e2e-test-images/agnhost:2.53"
    args: [netexec]
"""


def test_servers_listen_where_their_arguments_say() -> None:
    made = Small()
    made.apply(SERVERS)
    made.settle(20)
    echo, folder = (made.cluster.get("Pod", "default", name)["status"]["podIP"] for name in ("echo", "folder"))
    urls = (f"{echo}:8080", f"{echo}:5678", f"{folder}:8081", f"{folder}:8080/hostname", f"{folder}:9000")
    assert [made.body(f"http://{url}") for url in urls] == ["apple\n", "refused", "hi\n", "folder", "refused"]


@pytest.mark.parametrize("image", ["public.ecr.aws/nginx/nginx:1.27", "mirror.gcr.io/library/nginx:1.27"])
def test_a_mirror_has_the_servers_of_dockers_library(image: str) -> None:
    small = Small()
    small.run(f"run mirrored --image={image} --port=80 --expose")
    assert "Welcome to nginx!" in (small.settle().body("http://mirrored") or "")
