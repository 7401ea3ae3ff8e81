"""Secrets that programs make through the API, and that other pods wait for."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.cluster import Cluster
from kubesim.containers.made_secrets import secret_made
from tests.unit.node_cluster import Nodes, bare_pod, container, pod_spec

WAITS = {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "argocd-redis", "key": "auth"}}}]}
MAKES = {"command": ["argocd", "admin", "redis-initial-password"]}


def made(image: str, **fields: Any) -> dict[str, Any] | None:
    cluster = Cluster({"seed": 1, "serial": 0, "resourceVersion": 0})
    pod = {"metadata": {"name": "p", "namespace": "system"}, "spec": {}}
    return secret_made(cluster, pod, {"name": "c", "image": image, **fields})


@pytest.mark.parametrize(
    ("image", "fields", "name", "keys"),
    [
        ("quay.io/argoproj/argocd:v3.1.0", MAKES, "argocd-redis", {"auth"}),
        (
            "quay.io/argoproj/argocd",
            {"args": ["/usr/local/bin/argocd-server"]},
            "argocd-initial-admin-secret",
            {"password"},
        ),
        (
            "registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.0@sha256:" + "a" * 64,
            {"args": ["create", "--host=a", "--secret-name=admission"]},
            "admission",
            {"ca", "cert", "key"},
        ),
        (
            "jettech/kube-webhook-certgen",
            {"args": ["create", "--secret-name", "$(NAME)"], "env": [{"name": "NAME", "value": "hook"}]},
            "hook",
            {"ca", "cert", "key"},
        ),
        (
            "quay.io/metallb/controller:v0.15.2",
            {"env": [{"name": "METALLB_ML_SECRET_NAME", "value": "memberlist"}]},
            "memberlist",
            {"secretkey"},
        ),
    ],
)
def test_a_known_program_makes_the_secret_that_it_is_told_to(
    image: str, fields: dict[str, Any], name: str, keys: set[str]
) -> None:
    secret = made(image, **fields)
    assert secret is not None
    assert secret["metadata"] == {"name": name, "namespace": "system"}
    assert secret["data"].keys() == keys


@pytest.mark.parametrize(
    ("image", "fields"),
    [
        ("quay.io/argoproj/argocd", {"command": ["argocd-repo-server"]}),
        ("registry.k8s.io/ingress-nginx/kube-webhook-certgen", {"args": ["patch", "--secret-name=admission"]}),
        ("registry.k8s.io/ingress-nginx/controller", {}),
        ("nginx", {"args": ["create", "--secret-name=admission"]}),
    ],
)
def test_other_programs_make_none(image: str, fields: dict[str, Any]) -> None:
    assert made(image, **fields) is None


def test_a_pod_starts_once_another_has_made_its_secret() -> None:
    world = Nodes()
    world.create(bare_pod("waits", spec=pod_spec(container(**WAITS))))
    world.run(20)
    assert world.status("waits")["containerStatuses"][0]["state"]["waiting"]["reason"] == "CreateContainerConfigError"
    init = container("quay.io/argoproj/argocd:v3", "init", **MAKES)
    world.create(bare_pod("makes", spec=pod_spec(container(), initContainers=[init])))
    world.run(30)
    assert "running" in world.status("waits")["containerStatuses"][0]["state"]


def test_a_secret_that_is_there_stays_as_it_is() -> None:
    world = Nodes()
    own = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "argocd-redis", "namespace": "default"},
        "data": {},
    }
    world.create(
        own, bare_pod("makes", spec=pod_spec(container(image="argoproj/argocd", **MAKES), restartPolicy="Never"))
    )
    world.run(30)
    assert world.status("makes")["phase"] == "Succeeded"
    assert world.cluster.get("Secret", "default", "argocd-redis")["data"] == {}
