"""What programs use that have nothing to do, and what a request costs them: round numbers of real ones."""

from __future__ import annotations

import re

from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple


class Family(NamedTuple):
    """``cpu`` in nanocores and ``memory`` in bytes when idle; ``per_request``: nanocores for one request a second."""

    cpu: int
    memory: int
    per_request: int = 0


# Words of names of images and of programs; millicores, MiB, and millicores for a request a second.
_TABLE = """
nginx traefik haproxy caddy envoy ingress openresty = 0.1 9 0.1
httpd apache apache2 apache2-foreground = 0.3 24 0.3
hpa-example php php-fpm php-apache wordpress drupal joomla nextcloud phpmyadmin = 0.8 34 5
redis redis-server valkey keydb dragonfly memcached = 1.8 4 0.05
mysql mysqld mariadb mariadbd percona = 7 380 0.8
postgres postgresql postgis timescaledb cockroach = 1.4 42 0.8
mongo mongod mongodb = 6 145 0.6
cassandra scylla scylladb = 28 1600 0.8
elasticsearch opensearch solr neo4j = 9 1180 2
kafka cp-kafka pulsar = 11 540 0.3
zookeeper activemq = 3 150 0.2
rabbitmq rabbitmq-server = 9 125 0.3
nats consul vault minio = 4 38 0.2
etcd = 23 61 0.3
java tomcat jetty openjdk eclipse-temurin amazoncorretto spring petclinic wildfly = 2.4 185 1.2
jenkins nexus3 sonarqube keycloak gerrit artifactory = 5 720 2
node nodejs npm yarn ghost express nuxt next = 1.1 48 1
python python3 gunicorn uvicorn flask django celery jupyter = 0.9 36 2
ruby rails puma sidekiq redmine = 1.2 88 3
dotnet aspnet aspnetapp = 1.3 62 0.6
prometheus grafana loki thanos alertmanager = 6 82 1
fluentd logstash = 3 64 0.2
fluent-bit vector filebeat promtail node-exporter kube-state-metrics = 1.6 18 0.2
golang go agnhost echoserver http-echo hello-app podinfo whoami = 0.4 11 0.15
kube-apiserver = 46 268 0.5
kube-controller-manager = 14 57 0
kube-scheduler = 4 26 0
coredns = 2.2 15 0.1
kube-proxy = 0.8 17 0
kindnetd calico flannel cilium weave = 1.1 13 0
local-path-provisioner external-dns cert-manager = 0.7 12 0
metrics-server = 3.6 21 0.2
sh bash ash dash sleep tail cat busybox alpine pause ubuntu debian centos fedora true nc = 0 0.6 0.2
curl wget = 0.1 2 0.2
"""
_ELSE = "0.5 16 0.4"


def _family(numbers: str) -> Family:
    cpu, memory, per_request = (float(number) for number in numbers.split())
    return Family(int(cpu * 1_000_000), int(memory * (1 << 20)), int(per_request * 1_000_000))


@lru_cache(maxsize=1)
def _families() -> dict[str, Family]:
    rows = (row.split(" = ") for row in _TABLE.strip().splitlines())
    return {word: _family(numbers) for words, numbers in rows for word in words.split()}


@lru_cache(maxsize=512)
def family_of_image(image: str) -> Family:
    """The family of an image: by the last part of its name, or the first word in it that is known."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    return _found(name) or _family(_ELSE)


@lru_cache(maxsize=512)
def family_of_program(path: str) -> Family | None:
    """The family of a program, None if it is not known."""
    return _found(path.rpartition("/")[2])


def _found(name: str) -> Family | None:
    known = _families()
    words = [name, re.sub(r"[\d.]+$", "", name), *re.split(r"[-_.]", name)]
    return next((known[word] for word in words if word in known), None)
