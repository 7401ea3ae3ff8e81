"""What the servers of well-known images print as they start."""

from __future__ import annotations

import kubesim
import pytest

POD = """
apiVersion: v1
kind: ConfigMap
metadata: {{name: conf}}
data: {{{file}: "server {{}}"}}
---
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  containers:
  - name: web
    image: nginx:1.27.3
    volumeMounts: [{{name: conf, {mount}}}]
  volumes: [{{name: conf, configMap: {{name: conf}}}}]
"""


@pytest.fixture
def c() -> kubesim.Cluster:
    return kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")


def lines(c: kubesim.Cluster, image: str) -> list[str]:
    c.kubectl(f"run web --image={image}")
    c.advance("10s")
    return c.kubectl("logs web").stdout.splitlines()


def test_nginx_tells_its_version_and_a_worker_for_each_cpu(c: kubesim.Cluster) -> None:
    found = lines(c, "nginx:1.27.3")
    assert found[0].startswith("/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty")
    notices = [line.partition("[notice] 1#1: ")[2] for line in found if "[notice]" in line]
    assert notices[:4] == [
        'using the "epoll" event method',
        "nginx/1.27.3",
        "built by gcc 12.2.0 (Debian 12.2.0-14) ",
        "OS: Linux 6.8.0-51-generic",
    ]
    cpus = int(c.kubectl("get nodes -o jsonpath={.items[0].status.capacity.cpu}").stdout)
    assert notices[6:] == [f"start worker process {29 + index}" for index in range(cpus)]


@pytest.mark.parametrize(
    ("image", "has", "has_not"),
    [
        ("nginx:1.25-alpine", "nginx/1.25.5", "Debian"),
        ("nginx:1.20", "ready for start up", "[notice]"),
        ("httpd:2.4.62", "AH00489: Apache/2.4.62 (Unix) configured -- resuming normal operations", "nginx"),
    ],
)
def test_it_depends_on_the_tag(c: kubesim.Cluster, image: str, has: str, has_not: str) -> None:
    text = "\n".join(lines(c, image))
    assert has in text
    assert has_not not in text


def test_the_oldest_say_nothing(c: kubesim.Cluster) -> None:
    assert lines(c, "nginx:1.18") == []


@pytest.mark.parametrize(
    ("file", "mount", "said"),
    [
        (
            "default.conf",
            "mountPath: /etc/nginx/conf.d",
            "can not modify /etc/nginx/conf.d/default.conf (read-only file system?)",
        ),
        (
            "site.conf",
            "mountPath: /etc/nginx/conf.d",
            "/etc/nginx/conf.d/default.conf is not a file or does not exist",
        ),
        (
            "site.conf",
            "mountPath: /etc/nginx/conf.d/default.conf, subPath: site.conf",
            "can not modify /etc/nginx/conf.d/default.conf (read-only file system?)",
        ),
        ("site.conf", "mountPath: /etc/elsewhere", "Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf"),
    ],
)
def test_the_entrypoint_says_what_it_finds(c: kubesim.Cluster, file: str, mount: str, said: str) -> None:
    c.apply(POD.format(file=file, mount=mount))
    c.advance("10s")
    assert f"10-listen-on-ipv6-by-default.sh: info: {said}\n" in c.kubectl("logs web").stdout


def test_redis_says_that_it_is_ready(c: kubesim.Cluster) -> None:
    found = lines(c, "redis:7.4.2")
    assert found[0].endswith("* oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo")
    assert "Redis version=7.4.2, bits=64, commit=00000000, modified=0, pid=1, just started" in found[1]
    assert found[-1].startswith("1:M 01 Jan 2026 00:00:0")
    assert found[-1].endswith(" * Ready to accept connections tcp")


@pytest.mark.parametrize(("image", "count"), [("nginx:1.27", 12), ("nginx:1.14.2", 4)])
def test_an_nginx_that_may_not_write_says_so(c: kubesim.Cluster, image: str, count: int) -> None:
    pod = {"name": "web", "image": image, "securityContext": {"runAsUser": 101}}
    c.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [pod]}})
    c.advance("5s")
    said = c.kubectl("logs web").stdout.splitlines()
    assert len(said) == count
    assert said[-1] == 'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)'
