"""Two ways into a cluster: a client's requests carry their context, and controllers write by right."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.cluster import CONTROLLER, Client, Cluster, RequestContext
from kubesim.cluster.identity import impersonated
from kubesim.errors import StatusError
from tests.property.lives import Uncut

Obj = dict[str, Any]


@pytest.fixture
def cluster() -> Cluster:
    return Uncut.new().cluster


def config_map(name: str, namespace: str = "default") -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}}


def odd_pod(name: str = "p") -> Obj:
    """A pod that gets a warning: it has one port twice."""
    ports = [{"containerPort": 80}, {"containerPort": 80}]
    spec = {"containers": [{"name": "c", "image": "nginx:1", "ports": ports}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"}, "spec": spec}


def test_a_dry_run_of_one_client_is_none_of_another(cluster: Cluster) -> None:
    rehearsing, acting = Client(cluster, RequestContext(dry_run=True)), Client(cluster)
    answered = rehearsing.create(config_map("a"))
    assert answered["metadata"]["uid"]
    assert cluster.find("ConfigMap", "default", "a") is None
    stored = acting.create(config_map("a"))
    assert rehearsing.update({**stored, "data": {"k": "v"}})["data"] == {"k": "v"}
    assert rehearsing.delete("ConfigMap", "default", "a") == stored
    assert cluster.find("ConfigMap", "default", "a") == stored


def test_a_dry_run_charges_no_quota(cluster: Cluster) -> None:
    meta = {"name": "q", "namespace": "default"}
    hard = {"hard": {"count/configmaps": "1"}}
    status = {**hard, "used": {"count/configmaps": "0"}}
    cluster.create({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": meta, "spec": hard, "status": status})
    for name in ("a", "b"):
        Client(cluster, RequestContext(dry_run=True)).create(config_map(name))
    Client(cluster).create(config_map("a"))
    with pytest.raises(StatusError, match="exceeded quota: q"):
        Client(cluster).create(config_map("b"))


def test_warnings_go_to_the_client_that_asked(cluster: Cluster) -> None:
    heard: dict[str, list[str]] = {"one": [], "other": []}
    one = Client(cluster, RequestContext(warn=heard["one"].append))
    other = Client(cluster, RequestContext(warn=heard["other"].append))
    one.create(odd_pod("a"))
    assert len(heard["one"]) == 1
    assert heard["other"] == []
    Client(cluster, CONTROLLER).create(odd_pod("b"))
    other.create(odd_pod("c"))
    assert heard["one"] == heard["other"]


def test_a_client_may_do_what_its_user_may(cluster: Cluster) -> None:
    anna = Client(cluster, RequestContext(impersonated("anna", ["developers"], "", [])))
    with pytest.raises(StatusError, match='User "anna" cannot create resource "configmaps" in API group ""'):
        anna.create(config_map("a"))
    Client(cluster).create(config_map("a"))
    with pytest.raises(StatusError, match='User "anna" cannot delete resource "configmaps"'):
        anna.delete("ConfigMap", "default", "a")
    assert anna.user_info() == {"username": "anna", "groups": ["developers", "system:authenticated"]}


def test_fields_are_owned_by_the_manager_of_the_request(cluster: Cluster) -> None:
    managers = {
        name: [entry["manager"] for entry in made["metadata"].get("managedFields", ())]
        for name, made in (
            (
                "client",
                Client(cluster, RequestContext(field_manager="me")).create({**config_map("a"), "data": {"k": "v"}}),
            ),
            ("controller", Client(cluster, CONTROLLER).create({**config_map("b"), "data": {"k": "v"}})),
        )
    }
    assert managers == {"client": ["me"], "controller": []}


def test_a_controller_writes_by_right(cluster: Cluster) -> None:
    """What it writes is neither admitted nor validated: there is no such namespace, and no such field value."""
    made = cluster.create({**config_map("a", "nowhere"), "immutable": "yes"})
    assert cluster.get("ConfigMap", "nowhere", "a") == made
    with pytest.raises(StatusError, match='namespaces "nowhere" not found'):
        Client(cluster, CONTROLLER).create(config_map("b", "nowhere"))
