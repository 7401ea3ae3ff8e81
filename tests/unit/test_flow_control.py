"""Which FlowSchema a request falls under, as its answer says."""

from __future__ import annotations

from typing import Any

import pytest
from api_world import World
from kubesim.cluster.identity import MASTERS, Identity
from kubesim.rest.flow_control import headers_of
from kubesim.rest.request import Request

GROUP = "/apis/flowcontrol.apiserver.k8s.io/v1"
PODS = "/api/v1/namespaces/default/pods"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node01"
SEATS = "apiserver_flowcontrol_nominal_limit_seats"
EVERYBODY = ("system:authenticated",)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def named(world: World, user: Identity | None, method: str, target: str) -> tuple[str, str]:
    """The schema and the level that an answer names."""
    headers = dict(headers_of(world.simulation.read().cluster, Request.of_target(method, target), user))
    found = []
    for kind in ("flowschemas", "prioritylevelconfigurations"):
        uid = headers[f"X-Kubernetes-Pf-{'Flowschema' if kind == 'flowschemas' else 'Prioritylevel'}-Uid"]
        objs = world.get(f"{GROUP}/{kind}")["items"]
        found.append(next(obj["metadata"]["name"] for obj in objs if obj["metadata"]["uid"] == uid))
    return found[0], found[1]


@pytest.mark.parametrize(
    ("user", "method", "target", "schema", "level"),
    [
        (None, "GET", PODS, "global-default", "global-default"),
        (Identity("root", (MASTERS, *EVERYBODY)), "GET", PODS, "exempt", "exempt"),
        (Identity("system:anonymous", ("system:unauthenticated",)), "GET", "/readyz", "probes", "exempt"),
        (
            Identity("system:anonymous", ("system:unauthenticated",)),
            "GET",
            "/version",
            "global-default",
            "global-default",
        ),
        (Identity("system:node:node01", ("system:nodes", *EVERYBODY)), "PUT", LEASES, "system-node-high", "node-high"),
        (Identity("system:node:node01", ("system:nodes", *EVERYBODY)), "GET", PODS, "system-nodes", "system"),
        (
            Identity("system:serviceaccount:a:b", ("system:serviceaccounts", *EVERYBODY)),
            *("DELETE", PODS, "service-accounts", "workload-low"),
        ),
        (
            Identity("system:serviceaccount:kube-system:b", ("system:serviceaccounts", *EVERYBODY)),
            *("GET", PODS, "kube-system-service-accounts", "workload-high"),
        ),
    ],
)
def test_a_request_falls_under_the_first_schema_that_matches(
    world: World, user: Identity | None, method: str, target: str, schema: str, level: str
) -> None:
    assert named(world, user, method, target) == (schema, level)


def test_a_schema_of_ones_own_counts_once_its_level_is_there() -> None:
    world = World()
    jane = Identity("jane", EVERYBODY)
    rules: dict[str, Any] = {
        "subjects": [{"kind": "User", "user": {"name": "jane"}}],
        "resourceRules": [{"verbs": ["list"], "apiGroups": [""], "resources": ["pods"], "namespaces": ["default"]}],
    }
    spec = {"matchingPrecedence": 500, "priorityLevelConfiguration": {"name": "mine"}, "rules": [rules]}
    assert world.ask("POST", f"{GROUP}/flowschemas", {"metadata": {"name": "mine"}, "spec": spec}).status == 201
    assert named(world, jane, "GET", PODS)[0] == "global-default"
    level = {
        "metadata": {"name": "mine"},
        "spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}}},
    }
    assert world.ask("POST", f"{GROUP}/prioritylevelconfigurations", level).status == 201
    assert named(world, jane, "GET", PODS) == ("mine", "mine")
    assert named(world, jane, "GET", f"{PODS}/web")[0] == "global-default"
    assert world.ask("DELETE", f"{GROUP}/flowschemas/mine").status == 200
    assert named(world, jane, "GET", PODS)[0] == "global-default"


def test_the_seats_of_each_level_are_among_the_metrics(world: World) -> None:
    lines = world.ask("GET", "/metrics").body.decode().splitlines()
    seats = dict(line.removeprefix(f"{SEATS}{{priority_level=").split("} ") for line in lines if line.startswith(SEATS))
    assert seats == {
        '"catch-all"': "13",
        '"exempt"': "0",
        '"global-default"': "49",
        '"leader-election"': "25",
        '"node-high"': "98",
        '"system"': "74",
        '"workload-high"': "98",
        '"workload-low"': "245",
    }
