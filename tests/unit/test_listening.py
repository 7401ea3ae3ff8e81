"""Where containers answer on a cluster that is not bare: where their images listen, or where the pod says they do."""

from __future__ import annotations

from typing import Any

import kubesim
import pytest
from tests.unit.node_cluster import Nodes, bare_pod, container, pod_spec

HTML = {"name": "html", "configMap": {"name": "html", "optional": True}}
CONFIG = {"name": "config", "configMap": {"name": "config", "optional": True}}


def http(port: int | str, path: str = "/") -> dict[str, Any]:
    return {"httpGet": {"path": path, "port": port, "scheme": "HTTP"}, "periodSeconds": 1}


def tcp(port: int) -> dict[str, Any]:
    return {"tcpSocket": {"port": port}, "periodSeconds": 1}


def probed(image: str, probe: dict[str, Any], **fields: Any) -> Nodes:
    """A pod on a default cluster a few seconds after its start."""
    world = Nodes(profile="kind")
    spec = pod_spec(container(image, readinessProbe=probe, **fields), volumes=[HTML, CONFIG])
    world.create(bare_pod(spec=spec))
    world.run(5)
    return world


def is_ready(image: str, probe: dict[str, Any], **fields: Any) -> bool:
    return bool(probed(image, probe, **fields).container()["ready"])


def mount(name: str, path: str) -> dict[str, Any]:
    return {"volumeMounts": [{"name": name, "mountPath": path}]}


@pytest.mark.parametrize(
    ("image", "probe"),
    [
        ("team/app:v1", http(8080, "/healthz")),
        ("team/app:v1", tcp(9000)),
        ("team/app:v1", {"grpc": {"port": 7070}}),
        ("ghcr.io/team/nginx-like:v1", http(3000)),
        ("nginx:1.27", http(80)),
        ("httpd:2.4", http(80)),
        ("redis:7", tcp(6379)),
        ("tomcat:9", http(8080)),
        ("registry:2", http(5000, "/v2/")),
        ("nginxdemos/hello", http(80, "/anything")),
        ("nginxinc/nginx-unprivileged:1.25", http(8080)),
        ("memcached:1.6", tcp(11211)),
    ],
)
def test_what_listens_there_by_itself_answers(image: str, probe: dict[str, Any]) -> None:
    assert is_ready(image, probe)


@pytest.mark.parametrize(
    ("image", "probe"),
    [
        ("nginx:1.27", http(8080)),
        ("nginx:1.27", http(80, "/healthz")),
        ("nginx:1.27", {"grpc": {"port": 80}}),
        ("httpd:2.4", http(80, "/healthz")),
        ("redis:7", tcp(6380)),
        ("redis:7", http(6379)),
        ("nginxinc/nginx-unprivileged:1.25", http(80)),
        ("registry.k8s.io/pause:3.9", tcp(80)),
    ],
)
def test_what_is_known_to_be_closed_is_refused(image: str, probe: dict[str, Any]) -> None:
    assert not is_ready(image, probe)


@pytest.mark.parametrize(
    ("image", "probe", "fields"),
    [
        ("nginx:1.27", http(8080), mount("config", "/etc/nginx/conf.d")),
        ("nginx:1.27", http(8080, "/healthz"), mount("config", "/etc/nginx/nginx.conf")),
        ("nginx:1.27", http(8080), mount("config", "/etc/nginx")),
        ("nginx:1.27", http(80, "/healthz"), mount("config", "/etc/nginx/conf.d/")),
        ("nginx:1.27", http(80, "/app"), mount("html", "/usr/share/nginx/html")),
        ("nginx:1.27", http(8080), {"command": ["sh", "-c", "sed -i s/80/8080/ /etc/nginx/conf.d/* && exec nginx"]}),
        ("nginx:1.27", http(8080), {"env": [{"name": "NGINX_PORT", "value": "8080"}]}),
        ("redis:7", tcp(6380), {"args": ["--port", "6380"]}),
        ("redis:7", tcp(6380), mount("config", "/redis-config")),
        ("redis:7", tcp(6380), {"command": ["redis-server", "/conf/redis.conf", "--port=6380"]}),
        ("traefik:v3.0", tcp(8000), {"args": ["--entryPoints.web.address=:8000/tcp"]}),
        ("python:3.12", http(8000), {"command": ["python", "-m", "http.server"]}),
        ("busybox:1.36", http(8080), {"command": ["httpd", "-f", "-p", "8080"]}),
        ("busybox:1.36", tcp(9000), {"command": ["sh", "-c", "while true; do nc -l -p 9000 < /dev/null; done"]}),
        ("hashicorp/http-echo", http(5678), {"args": ["-text=hello"]}),
        ("hashicorp/http-echo", http(8080), {"args": ["-text=hello", "-listen=:8080"]}),
    ],
)
def test_the_pod_may_say_otherwise(image: str, probe: dict[str, Any], fields: dict[str, Any]) -> None:
    assert is_ready(image, probe, **fields)


@pytest.mark.parametrize(
    ("image", "probe", "fields"),
    [
        ("nginx:1.27", http(8080), {"ports": [{"containerPort": 8080}]}),
        ("nginx:1.27", http(8080), mount("html", "/usr/share/nginx/html")),
        ("nginx:1.27", http(8080), {"command": ["nginx", "-g", "daemon off;"]}),
        ("nginx:1.27", http(8080), {"env": [{"name": "LIMIT", "value": "18080"}]}),
        ("redis:7", tcp(6380), {"args": ["--appendonly", "yes"]}),
        ("redis:7", tcp(6380), {"volumeMounts": [{"name": "config", "mountPath": "/var/run/secrets/kubernetes.io"}]}),
        ("busybox:1.36", http(8080), {"command": ["sleep", "3600"]}),
        ("busybox:1.36", tcp(8080), {"args": ["sh", "-c", "touch /tmp/a; while true; do date > /b; sleep 5; done"]}),
        ("team/app:v1", http(8080), {"command": ["sleep", "infinity"]}),
        ("nginx:1.27", http(80), {"command": ["tail", "-f", "/dev/null"]}),
    ],
)
def test_what_the_pod_says_does_not_open_every_port(image: str, probe: dict[str, Any], fields: dict[str, Any]) -> None:
    assert not is_ready(image, probe, **fields)


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        (tcp(6379), "dial tcp IP:6379: connect: connection refused"),
        ({"grpc": {"port": 80}}, 'timeout: failed to connect service "IP:80" within 1s: context deadline exceeded'),
        (
            {"httpGet": {"path": "/", "port": 80, "scheme": "HTTPS"}},
            'Get "https://IP:80/": http: server gave HTTP response to HTTPS client',
        ),
        (http(80, "/nope"), "HTTP probe failed with statuscode: 404"),
    ],
)
def test_the_kubelet_reports_why(probe: dict[str, Any], words: str) -> None:
    world = probed("nginx:1.27", probe)
    address = world.status()["podIP"]
    assert f"Unhealthy: Readiness probe failed: {words.replace('IP', address)}" in world.told(world.pod())


def test_the_documentations_liveness_server_is_well_for_ten_seconds() -> None:
    world = Nodes(profile="kind")
    image = "registry.k8s.io/e2e-test-images/agnhost:2.40"
    probe = {**http(8080, "/healthz"), "initialDelaySeconds": 3, "periodSeconds": 3}
    world.create(bare_pod(spec=pod_spec(container(image, args=["liveness"], livenessProbe=probe))))
    world.run(12)
    assert world.container()["restartCount"] == 0
    world.run(12)
    assert world.container()["restartCount"] == 1
    assert "Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500" in world.told(world.pod())


def test_a_container_may_be_probed_on_the_port_of_another_of_its_pod() -> None:
    world = Nodes(profile="kind")
    main = container("nginx:1.27", readinessProbe=http(9113, "/metrics"))
    beside = container("nginx/nginx-prometheus-exporter:1.1", "exporter", ports=[{"containerPort": 9113}])
    world.create(bare_pod(spec=pod_spec(main, beside)))
    world.run(5)
    assert world.container()["ready"]


def test_what_is_beside_it_answers_only_on_its_own_ports() -> None:
    world = Nodes(profile="kind")
    main = container("nginx:1.27", readinessProbe=http(9113, "/metrics"))
    world.create(bare_pod(spec=pod_spec(main, container("team/app:v1", "app", ports=[{"containerPort": 8080}]))))
    world.run(5)
    assert not world.container()["ready"]


def test_a_server_behind_a_redirection_listens() -> None:
    script = "mkdir /www; echo hi > /www/index.html; httpd -f -p 8081 -h /www"
    assert is_ready("busybox:1.36", tcp(8081), command=["sh", "-c", script])


def test_a_server_that_is_known_listens_before_a_script_beside_it() -> None:
    c = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    script = "i=0; while true; do echo $i >> /tmp/log; i=$((i+1)); sleep 1; done"
    containers = [{"name": "a", "image": "busybox", "command": ["sh", "-c", script]}, {"name": "b", "image": "nginx"}]
    c.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "two"}, "spec": {"containers": containers}})
    c.advance("10s")
    assert "Welcome to nginx!" in c.kubectl("exec two -c a -- wget -qO- localhost").stdout


def test_a_probe_of_agnhost_finds_the_file_while_it_is_there() -> None:
    cluster = kubesim.Cluster(profile="kubeadm", seed=1)
    probe = {"httpGet": {"path": "/localhost.crt", "port": 80}, "periodSeconds": 1, "failureThreshold": 1}
    image = "registry.k8s.io/e2e-test-images/agnhost:2.57"
    spec = {"containers": [{"name": "c", "image": image, "args": ["test-webserver"], "readinessProbe": probe}]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})
    for script, ready in (("true", "1/1"), ("mv /localhost.crt /tmp", "0/1"), ("mv /tmp/localhost.crt /", "1/1")):
        cluster.kubectl("sim advance 20s")
        assert cluster.kubectl(f"exec p -- {script}").code == 0
        cluster.kubectl("sim advance 5s")
        assert ready in cluster.kubectl("get pod p").stdout


def test_agnhost_shows_what_a_container_has_mounted() -> None:
    cluster = kubesim.Cluster(profile="kubeadm", seed=1)
    cluster.kubectl("create configmap settings --from-literal=data-1=value-1")
    volume = {"name": "v", "configMap": {"name": "settings"}}
    image = "registry.k8s.io/e2e-test-images/agnhost:2.57"
    container = {"name": "c", "image": image, "args": ["mounttest", "--file_content=/etc/v/data-1"]}
    mounted = {**container, "volumeMounts": [{"name": "v", "mountPath": "/etc/v"}]}
    spec = {"restartPolicy": "Never", "containers": [mounted], "volumes": [volume]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})
    cluster.kubectl("sim advance 10s")
    shown = 'content of file "/etc/v/data-1": value-1\n'
    assert cluster.kubectl("logs p").stdout == shown
    assert "Completed" in cluster.kubectl("get pod p").stdout
