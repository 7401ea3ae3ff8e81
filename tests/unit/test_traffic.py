"""What becomes of requests to a Service: strategies, hooks, probes, signals and faults, with numbers."""

from __future__ import annotations

import json

import pytest
from kubesim.api.meta import Obj
from kubesim.cluster.faults import NODE_DOWN, Fault
from kubesim.life.faults import begin, kill
from kubesim.network.model import (
    CRASHED,
    KILLED,
    NO_ENDPOINT,
    NOT_LISTENING,
    STARTING,
    STOPPED,
    STOPPING,
    UNHEALTHY,
    Rules,
)
from kubesim.network.model import (
    NODE_DOWN as NODE_WAS_DOWN,
)
from kubesim.views.traffic.tables import as_csv, as_json
from tests.unit.traffic_world import (
    READY,
    SLEEP,
    Sending,
    answered,
    deployment,
    during,
    failures,
    service,
    serving,
    template,
)
from tests.unit.workload_world import Workloads, workload

RECREATE = {"strategy": {"type": "Recreate"}}


def update(world: Workloads, kind: str = "Deployment") -> None:
    world.set_image(kind, "web", "nginx:1.26")


def test_recreate_fails_for_seconds() -> None:
    """The old pods stop at once and are gone after 0.2 s; new ones are ready 2.2 s later, once the image is pulled.

    kube-proxy knows of either 0.2 s later.
    """
    world = serving(deployment(**RECREATE))
    traffic = during(world, lambda: update(world), 10)
    (longest, first) = traffic.failures()
    assert traffic.total == 500
    assert failures(traffic) == {NO_ENDPOINT: 110, STOPPED: 20}
    assert (first.begin - traffic.begin, longest.end - traffic.begin) == (0, 2600)
    assert answered(traffic) == {2: 370}


def test_a_rolling_update_without_a_hook_fails_a_few_requests() -> None:
    """Each old pod has its share of the requests until kube-proxy knows, 0.2 s after it stopped.

    The first is one of four; two are of the three that are left, for kube-proxy does not know the new ones yet; the
    last is one of three. That are 0.25 s of all requests, see below for a thousand a second.
    """
    world = serving(deployment(template(**READY)))
    traffic = during(world, lambda: update(world))
    assert traffic.total == 1000
    assert failures(traffic) == {STOPPED: 14}
    assert set(answered(traffic)) == {1, 2}


def test_a_hook_that_sleeps_mends_that() -> None:
    world = serving(deployment(template(**READY, **SLEEP)))
    traffic = during(world, lambda: update(world))
    assert (traffic.total, failures(traffic)) == (1000, {})
    assert set(answered(traffic)) == {1, 2}


def test_a_hook_that_is_shorter_than_kube_proxy_takes_does_not() -> None:
    world = serving(deployment(template(**READY, **SLEEP)))
    traffic = during(world, lambda: update(world), rules=Rules(propagation=3000))
    assert failures(traffic)[STOPPED] > 50


def test_a_hook_mends_recreate_only_until_the_pods_end() -> None:
    world = serving(deployment(template(**SLEEP), **RECREATE))
    traffic = during(world, lambda: update(world), 10)
    assert set(failures(traffic)) == {NO_ENDPOINT, STOPPED}
    assert answered(traffic)[1] == 50  # for the second that the hook sleeps


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (Rules(drains=False), {STOPPED: 14, STOPPING: 5}),
        (Rules(retries=3), {}),
        (Rules(connections=8), {STOPPED: 7}),
        (Rules(connections=8, retries=3), {}),
        (Rules(propagation=0), {}),
        (Rules(rate=1000), {STOPPED: 249}),
    ],
    ids=["dropping", "retrying", "keep-alive", "keep-alive and retrying", "a kube-proxy that knows at once", "more"],
)
def test_what_else_a_rolling_update_depends_on(rules: Rules, expected: dict[str, int]) -> None:
    world = serving(deployment(template(**READY)))
    assert failures(during(world, lambda: update(world), rules=rules)) == expected


@pytest.mark.parametrize(("given", "expected"), [(template(**READY), {STOPPED: 10}), (template(**READY, **SLEEP), {})])
def test_a_single_pod_is_replaced_without_a_gap_only_if_the_old_one_waits_for_kube_proxy(
    given: Obj, expected: dict[str, int]
) -> None:
    world = serving(deployment(given, replicas=1))
    assert failures(during(world, lambda: update(world))) == expected


# probes


@pytest.mark.parametrize(("probes", "expected"), [({}, {STARTING}), (READY, set())])
def test_without_a_readiness_probe_a_slow_start_refuses_requests(probes: Obj, expected: set[str]) -> None:
    given = template(**probes, **SLEEP)
    given["metadata"]["annotations"] = {"kubesim.dev/behaviour": "starts-in 5s"}
    world = serving(deployment(given))
    assert set(failures(during(world, lambda: update(world), 40))) == expected


def test_without_a_readiness_probe_a_sick_revision_answers_with_errors() -> None:
    given = template(**SLEEP)
    given["metadata"]["annotations"] = {"kubesim.dev/behaviour": "unhealthy"}
    world = serving(deployment(template(**SLEEP)))
    traffic = during(world, lambda: world.change("Deployment", "web", lambda spec: {**spec, "template": given}))
    assert set(failures(traffic)) == {UNHEALTHY}


def test_a_port_on_which_nothing_listens_refuses_requests() -> None:
    world = Workloads()
    world.create(deployment(), service(ports=[{"port": 80, "targetPort": 8080}]))
    world.run(60)
    assert failures(during(world, lambda: None, 1)) == {NOT_LISTENING: 50}


def test_pods_that_the_selector_does_not_match_get_no_requests() -> None:
    world = Workloads()
    world.create(deployment(), service(selector={"app": "other"}))
    world.run(60)
    assert failures(during(world, lambda: None, 1)) == {NO_ENDPOINT: 50}


def test_a_pod_that_was_gone_before_it_was_seen_refuses_its_share() -> None:
    """An EndpointSlice of a client's, which no controller keeps, lists a pod that is not there any more."""
    world = serving(deployment())
    gone = {"kind": "Pod", "namespace": "default", "name": "web-gone", "uid": "gone"}
    endpoint_slice = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "by-hand", "namespace": "default", "labels": {"kubernetes.io/service-name": "web"}},
        "addressType": "IPv4",
        "ports": [{"name": "", "port": 80, "protocol": "TCP"}],
        "endpoints": [{"addresses": ["10.9.9.9"], "conditions": {"ready": True}, "targetRef": gone}],
    }
    world.create(endpoint_slice)
    world.run(1)
    traffic = during(world, lambda: None, 1)
    assert failures(traffic) == {STOPPED: 10}
    (refused,) = (requests for requests in traffic.requests if requests.failed)
    assert (refused.pod, refused.origin) == ("web-gone", None)
    assert answered(traffic) == {1: 40}


# signals


def test_a_program_that_ignores_the_signal_serves_until_it_is_killed() -> None:
    world = Workloads.of_profile("kind")
    server = {"command": ["python3", "-m", "http.server", "80"], "image": "python:3.12"}
    world.create(deployment(template(**server)), service())
    world.run(60)
    old = world.names()[0]
    sending = Sending(world, Rules(propagation=60_000))
    world.delete("Pod", old)
    traffic = sending.run(40)
    cut = [requests for requests in traffic.requests if requests.fate.cause == KILLED]
    assert {requests.pod for requests in cut} == {old}
    (begin,) = {requests.begin - traffic.begin for requests in cut}
    assert begin == 30_200 - 99  # the grace period, and the moment that the kill takes


def test_a_pod_that_is_removed_by_force_drops_what_it_is_at() -> None:
    world = serving(deployment())
    traffic = during(world, lambda: world.delete("Pod", world.names()[0], grace=0), 5)
    assert set(failures(traffic)) == {CRASHED}


# faults


def test_killed_processes_are_noticed_within_a_second() -> None:
    world = serving(deployment())
    world.run(0.3)
    traffic = during(world, lambda: kill(world, world.pods()[0]), 5)
    assert failures(traffic) == {CRASHED: 11}


def test_a_node_that_died_gets_requests_until_it_is_not_ready() -> None:
    world = Workloads.of_profile("kind")
    world.create(deployment(), service())
    world.run(60)
    now = world.cluster.now
    traffic = during(world, lambda: begin(world, Fault(NODE_DOWN, "node01", now)), 120)
    (failure,) = traffic.failures()
    assert failure.fate.cause == NODE_WAS_DOWN
    assert failure.count == 1255  # half of them, for 50 s and the moment that kube-proxy takes
    assert failure.end - traffic.begin == 50_200


# other workloads


def test_pods_are_told_apart_by_the_revision_that_made_them() -> None:
    world = serving(workload("StatefulSet", "web", template(**READY, **SLEEP), replicas=2, serviceName="web"))
    traffic = during(world, lambda: update(world, "StatefulSet"), 40)
    assert {requests.origin.workload for requests in traffic.requests if requests.origin} == {"statefulset/web"}
    assert set(answered(traffic)) == {1, 2}


@pytest.mark.parametrize(
    ("given", "spec"),
    [(template(**READY), {}), (template(**SLEEP), RECREATE), (template(**READY, **SLEEP), {}), (template(), RECREATE)],
)
def test_requests_that_begin_at_the_instant_of_a_change_have_the_fates_of_those_that_were_under_way(
    given: Obj, spec: Obj
) -> None:
    """What kube-proxy does not know yet is made out from the pods as they are."""
    before, after = (serving(deployment(given, **spec)) for _ in range(2))
    traffic = during(before, lambda: update(before), 10)
    update(after)
    assert Sending(after).run(10).requests == traffic.requests


# data


def test_data_has_every_request() -> None:
    world = serving(deployment(template(**READY)))
    traffic = during(world, lambda: update(world), 10)
    document = json.loads(as_json(traffic))
    assert document["requests"] == sum(row["requests"] for row in document["stretches"]) == 500
    assert document["failed"] == traffic.failed == 500 - document["outcomes"]["answered"]
    header, *rows = as_csv(traffic).splitlines()
    assert header == "begin,end,workload,revision,pod,outcome,cause,requests"
    assert sum(int(row.rpartition(",")[2]) for row in rows) == 500
