"""Which images are there, and what they do, by their names."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.cluster import Cluster
from kubesim.sim import runtime
from kubesim.sim.images.behaviour import Behaviour
from kubesim.sim.images.slips import is_one_off
from kubesim.sim.images.verdict import verdict_on

# A tag that is there, of each sort that the official images have.
THERE = [
    "nginx",
    "nginx:1",
    "nginx:1.7.1",
    "nginx:1.7.9",
    "nginx:1.8",
    "nginx:1.9.1",
    "nginx:1.14.2",
    "nginx:1.16.1",
    "nginx:1.20",
    "nginx:1.29-alpine",
    "nginx:1.31",
    "nginx:stable",
    "nginx:mainline",
    "nginx:1.27-alpine3.19",
    "nginx:1.27.2-perl",
    "nginx:alpine-slim",
    "nginx:1.27-bookworm",
    "nginx:stable-alpine3.20-perl",
    "docker.io/nginx:1.27",
    "public.ecr.aws/docker/library/nginx:1.27",
    "library/nginx:1.27",
    "httpd:2.4-alpine",
    "httpd:2.4.58-bookworm",
    "redis:5.0.4",
    "redis:alpine",
    "redis:6.2-alpine",
    "redis:7.2-bookworm",
    "redis:6.0-rc2",
    "busybox:1.28",
    "busybox:1.36.1-musl",
    "busybox:stable",
    "busybox:1.35-uclibc",
    "alpine:3.19.1",
    "alpine:edge",
    "alpine:3",
    "alpine:20240329",
    "ubuntu:20.04",
    "ubuntu:focal",
    "ubuntu:focal-20230301",
    "ubuntu:18.10",
    "ubuntu:rolling",
    "debian:12.5-slim",
    "debian:bookworm-slim",
    "debian:bookworm-20240211-slim",
    "debian:stable-slim",
    "debian:9",
    "postgres:9.6",
    "postgres:16-alpine",
    "postgres:16.1-alpine3.18",
    "postgres:12.2",
    "postgres:9.6.24-buster",
    "postgres:17beta1",
    "mysql:5.7",
    "mysql:8",
    "mysql:8.0-debian",
    "mysql:8.4",
    "mysql:9.1",
    "mysql:lts",
    "mariadb:10.11",
    "mariadb:10.5.8",
    "mariadb:11.4-noble",
    "mongo:4.4.6-bionic",
    "mongo:7.0-jammy",
    "mongo:4.0.28-xenial",
    "mongo:7.0.0-rc8",
    "python:3.9-slim",
    "python:3.12-slim-bookworm",
    "python:3.13-rc",
    "python:3.13.0rc1",
    "python:2.7-alpine",
    "python:3.14.0a1-slim",
    "node:18",
    "node:lts-alpine",
    "node:18-alpine3.18",
    "node:hydrogen-slim",
    "node:20-bookworm",
    "node:current-alpine",
    "node:12-buster-slim",
    "golang:1.21-alpine3.18",
    "golang:1.16.5-buster",
    "golang:1.22rc1",
    "openjdk:8-jdk-alpine",
    "openjdk:11-jre-slim",
    "openjdk:17-jdk-slim",
    "openjdk:8u212-jdk-slim",
    "openjdk:21-ea-11-jdk-slim-bookworm",
    "eclipse-temurin:17.0.9_9-jre-jammy",
    "amazoncorretto:8u392-al2",
    "tomcat:9.0",
    "tomcat:8.5.100-jdk17-temurin-jammy",
    "tomcat:10.1.0-M5",
    "tomcat:9.0-jre11-slim",
    "wordpress:6.4-php8.2-apache",
    "wordpress:php8.2-fpm-alpine",
    "wordpress:cli-2.9",
    "wordpress:4.8-apache",
    "php:8.2-fpm-alpine",
    "php:8.3-rc-apache",
    "memcached:1.6.21-alpine",
    "rabbitmq:3-management",
    "rabbitmq:3.12-management-alpine",
    "haproxy:lts-alpine",
    "haproxy:3.0-dev3",
    "traefik:v2.10",
    "traefik:v3.0.0-beta3",
    "traefik:2.4.8",
    "traefik:chevrotin",
    "registry:2.8.3",
    "registry:3.0.0-rc.1",
    "perl:5.38-slim",
    "ruby:3.3.0-preview1",
    "elasticsearch:7.17.9",
    "influxdb:2.7-alpine",
    "nextcloud:28-fpm-alpine",
    "nextcloud:stable-fpm",
    "ghost:5-alpine",
    "consul:1.15.4",
    "vault:1.13.3",
    "cassandra:latest",
    "fluentd:v1.16",
    "fluentd:v1.14.0-debian-1.0",
    "bash:5.2-alpine3.19",
    "centos:7",
    "centos:centos7.9.2009",
    "amazonlinux:2023",
    "amazonlinux:2.0.20230504.1",
    "rockylinux:9.3-minimal",
    "hello-world",
    "hello-world:linux",
    "maven:3.9.6-eclipse-temurin-17-alpine",
    "rust:1.75-slim-bookworm",
    "docker:24.0-dind",
    "sonarqube:lts-community",
]

# Images that nobody described, and names that look like slips and are none.
OTHERS = [
    "app",
    "myapp:1.0",
    "web:v1",
    "kodekloud/webapp-color:v2",
    "nginxdemos/hello",
    "hashicorp/http-echo:0.2.3",
    "registry.example.com/app:v1",
    "jeroenwillemsen/wrongsecrets:1.6.8",
    "joke2k/faker",
    "faker",
    "nicholasjackson/fake-service:v0.24.2",
    "fsouza/fake-gcs-server",
    "registry.k8s.io/pause:3.9",
    "registry.k8s.io/e2e-test-images/agnhost:2.40",
    "ghcr.io/org/app:1.2",
    "bitnami/nginx:1.27.0-debian-12-r0",
    "http:1",
    "host:1",
    "mode:1",
    "code:1",
    "nodes:1",
    "base:v1",
    "store:v1",
    "helloworld:v1",
    "persona:2",
    "martinhelmich/typo3",
    "team/invalidator:1",
    "nginx-custom:v1",
    "my-nginx:v1",
    "redis-exporter:v1",
    "prom/mysqld-exporter:v0.14",
    "team/ngnix:v1",
    "ghcr.io/team/app:latestt",
]

NO_TAGS = [
    "nginx:1.27-alpin",
    "nginx:latestt",
    "nginx:lastest",
    "nginx:doesnotexist-999",
    "nginx:1.161",
    "nginx:1.91",
    "nginx:1.999",
    "nginx:99.99",
    "nginx:2.0",
    "nginx:v1.27",
    "nginx:1.14.200",
    "nginx:1.16.5",
    "nginx:alpin",
    "nginx:1.27-slimm",
    "nginx:bad",
    "nginx:01.27",
    "nginx:1.27.0.1",
    "nginx:999",
    "nginx:fake",
    "redis:99",
    "redis:7.9",
    "redis:foo",
    "postgres:99",
    "postgres:16-alpin",
    "postgres:9.7",
    "mysql:8.0.99",
    "mysql:5.8",
    "python:4",
    "python:3.9-slm",
    "node:99",
    "node:18-alpne",
    "ubuntu:99.99",
    "ubuntu:20.4",
    "ubuntu:focall",
    "debian:99",
    "alpine:3.99",
    "busybox:1.99",
    "busybox:musll",
    "elasticsearch",
    "httpd:3",
    "tomcat:99",
    "cassandra:latestt",
    "cassandra:4.1-alpin",
    "library/nginx:latestt",
    "app:wrongtag",
    "app:wrong-tag",
    "app:typo",
    "app:invalid",
    "app:v1-fake",
    "app:does-not-exist",
    "app:nonexistent",
    "foo/bar:doesnotexist",
    "registry.example.com/nosuch/app:v1",
    "ghcr.io/invalid/app:v1",
]

NO_REPOSITORIES = [
    "ngnix",
    "ngix",
    "ngnix:1.20",
    "nginxx",
    "ngin",
    "nginz",
    "docker.io/ngnix:1",
    "busibox",
    "rediss",
    "httpdd",
    "mysq",
    "postgress",
    "alpinee",
    "ubunto",
    "debain",
    "pyton",
    "tomcatt",
    "wordpres",
    "rabbitmqq",
    "mariadbb",
    "ndoe",
    "nodee",
    "doesnotexist:1",
    "team/does-not-exist",
    "nonexistent-image",
    "nonexisting:v1",
    "no-such-image",
    "invalid-image:1",
    "wrong-image",
    "fakeimage",
    "fake/image:v1",
    "wrong:latest",
    "bogus",
    "not-found:1",
    "thisimagedoesnotexist",
    "nginx-typo",
    "fake-app",
    "this-image-does-not-exist:latest",
    "docker.io/fakeuser/fakeimage:v1",
]


@pytest.mark.parametrize("is_bare", [True, False])
@pytest.mark.parametrize("image", [*THERE, *OTHERS, f"nginx@sha256:{'0' * 64}"])
def test_an_image_that_may_well_be_there_runs(image: str, is_bare: bool) -> None:
    assert verdict_on(image, is_bare=is_bare).behaviour.pull == "found"


@pytest.mark.parametrize("image", NO_TAGS)
def test_a_tag_that_cannot_be_is_not_found(image: str) -> None:
    assert verdict_on(image, is_bare=False).behaviour.pull == "missing"
    assert verdict_on(image, is_bare=True).behaviour.pull == "missing"


@pytest.mark.parametrize("image", NO_REPOSITORIES)
def test_a_repository_that_is_not_there_is_denied(image: str) -> None:
    assert verdict_on(image, is_bare=False).behaviour.pull == "denied"
    assert verdict_on(image, is_bare=True).behaviour.pull != "found"


@pytest.mark.parametrize(
    ("image", "is_bare", "pull"),
    [
        ("nosuch/app:v1", True, "missing"),
        ("nosuch/app:v1", False, "denied"),
        ("team/app:1.91", True, "missing"),
        ("team/app:1.91", False, "missing"),
        ("rust:1.91", True, "missing"),
        ("rust:1.91", False, "found"),
        ("team/app:broken", False, "missing"),
        ("nginx:broken", True, "missing"),
    ],
)
def test_the_recorded_rules_hold_on_bare_clusters(image: str, is_bare: bool, pull: str) -> None:
    assert verdict_on(image, is_bare=is_bare).behaviour.pull == pull


@pytest.mark.parametrize("is_bare", [True, False])
@pytest.mark.parametrize("image", ["nginx:crash", "redis:crash", "team/app:v1-crash-1"])
def test_a_tag_with_crash_crashes_whatever_the_command(image: str, is_bare: bool) -> None:
    does = verdict_on(image, is_bare=is_bare).behaviour
    assert (does.can_pull, does.life, does.exit_code, does.is_forced) == (True, 0, 1, True)
    assert not verdict_on("nginx:notready", is_bare=is_bare).behaviour.turns_ready


@pytest.mark.parametrize(
    ("image", "life"),
    [
        ("busybox", 0),
        ("quay.io/prometheus/busybox:latest", 0),
        ("alpine:3.20", 0),
        ("ubuntu", 0),
        ("debian:12", 0),
        ("python:3.12", 0),
        ("node:20", 0),
        ("bash", 0),
        ("hello-world", 0),
        ("php:8.2-cli", 0),
        ("php:8.2-apache", None),
        ("php:fpm", None),
        ("nginx", None),
        ("redis:7", None),
        ("team/python-app:v1", None),
        ("registry.example.com/node:v1", None),
    ],
)
def test_shells_end_and_servers_serve(image: str, life: int | None) -> None:
    for is_bare in (True, False):
        assert verdict_on(image, is_bare=is_bare).behaviour.life == life


@pytest.mark.parametrize(
    ("image", "ports", "paths"),
    [
        ("nginx:1.25", (80,), ("/", "/index.html")),
        ("quay.io/team/nginx:v1", (80,), ("/", "/index.html")),
        ("httpd:2.4", (80,), ()),
        ("redis:7", None, ()),
        ("team/app:v1", None, ()),
    ],
)
def test_bare_clusters_know_the_ports_of_nginx_and_httpd_alone(
    image: str, ports: tuple[int, ...] | None, paths: tuple[str, ...]
) -> None:
    does = verdict_on(image, is_bare=True).behaviour
    assert (does.ports, does.paths, does.is_strict) == (ports, paths, True if ports else does.is_strict)


@pytest.mark.parametrize(
    ("word", "other", "is_slip"),
    [
        ("ngnix", "nginx", True),
        ("ngix", "nginx", True),
        ("nginxx", "nginx", True),
        ("nfinx", "nginx", True),
        ("nginx", "nginx", False),
        ("ngixn", "nginx", True),
        ("gninx", "nginx", True),
        ("xnign", "nginx", False),
        ("nnggix", "nginx", False),
        ("ngxin-x", "nginx", False),
    ],
)
def test_a_slip_is_one_letter(word: str, other: str, is_slip: bool) -> None:
    assert is_one_off(word, other) == is_slip


# what images insist on


def does(image: str, profile: str = "kind", **fields: Any) -> Behaviour:
    cluster = Cluster({"seed": 1, "serial": 0, "resourceVersion": 0, "profile": profile})
    for kind, data in (
        ("ConfigMap", {"MARIADB_ROOT_PASSWORD": "x"}),
        ("Secret", {"POSTGRES_PASSWORD": "eA==", "E": ""}),
    ):
        meta = {"name": "given", "namespace": "default"}
        cluster.create({"apiVersion": "v1", "kind": kind, "metadata": meta, "data": data})
    pod = {"metadata": {"name": "db", "namespace": "default"}}
    return runtime.behaviour_of(cluster, pod, {"name": "db", "image": image, **fields})


def env(**values: str) -> dict[str, Any]:
    return {"env": [{"name": name, "value": value} for name, value in values.items()]}


def from_secret(name: str, key: str) -> dict[str, Any]:
    return {"env": [{"name": name, "valueFrom": {"secretKeyRef": {"name": "given", "key": key}}}]}


@pytest.mark.parametrize(
    ("image", "fields"),
    [
        ("postgres:16", {}),
        ("postgres:16", env(POSTGRES_PASSWORD="")),
        ("postgres:16", env(POSTGRES_USER="me")),
        ("postgres:16", from_secret("POSTGRES_PASSWORD", "E")),
        ("postgres:16", {"envFrom": [{"configMapRef": {"name": "given"}}]}),
        ("postgres:16", {"args": ["-c", "max_connections=200"]}),
        ("mysql:8", {}),
        ("mysql:8", env(MYSQL_PASSWORD="x")),
        ("mariadb:11", {}),
        ("haproxy:2.9", {}),
        ("couchdb:3", {}),
        ("bitnami/postgresql:16", {}),
    ],
)
def test_a_database_without_its_password_exits_1(image: str, fields: dict[str, Any]) -> None:
    without = does(image, **fields)
    assert (without.life, without.exit_code, without.is_forced) == (0, 1, False)
    assert without.lines


@pytest.mark.parametrize(
    ("image", "fields"),
    [
        ("postgres:16", env(POSTGRES_PASSWORD="x")),
        ("postgres:16", env(POSTGRES_HOST_AUTH_METHOD="trust")),
        ("postgres:16", from_secret("POSTGRES_PASSWORD", "POSTGRES_PASSWORD")),
        ("postgres:16", {"envFrom": [{"secretRef": {"name": "given"}}]}),
        ("mysql:8", env(MYSQL_ALLOW_EMPTY_PASSWORD="yes")),
        ("mariadb:11", {"envFrom": [{"configMapRef": {"name": "given"}}]}),
        ("mariadb:10.3", env(MYSQL_ROOT_PASSWORD="x")),
        ("haproxy:2.9", {"volumeMounts": [{"name": "c", "mountPath": "/usr/local/etc/haproxy/haproxy.cfg"}]}),
        ("haproxy:2.9", {"args": ["-f", "/c/haproxy.cfg"]}),
        ("bitnami/postgresql:16", env(ALLOW_EMPTY_PASSWORD="yes")),
        ("bitnami/postgresql:17", env(POSTGRES_PASSWORD_FILE="/opt/bitnami/postgresql/secrets/password")),
        ("hashicorp/http-echo", {"args": ["-text=hello"]}),
        ("hashicorp/http-echo", {"args": ["--text=hello"]}),
    ],
)
def test_a_database_with_its_password_serves(image: str, fields: dict[str, Any]) -> None:
    assert does(image, **fields).life is None


def test_on_bare_clusters_a_database_needs_no_password() -> None:
    assert does("postgres:16", profile="bare").life is None


def test_an_echo_server_without_a_text_ends_in_its_own_way() -> None:
    assert does("hashicorp/http-echo").exit_code == 127
