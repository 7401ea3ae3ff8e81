"""Rules about images, in a person's words."""

from __future__ import annotations

import pytest
from kubesim.cluster import Cluster
from kubesim.errors import UserError
from kubesim.sim import runtime
from kubesim.sim.images.behaviour import Behaviour
from kubesim.sim.images.rules import DETAILS, SORTS, changed

SERVER = Behaviour(ports=(80,), paths=("/",), needs="postgres", user="root")


@pytest.fixture
def cluster() -> Cluster:
    return Cluster({"seed": 1, "serial": 0, "resourceVersion": 0})


@pytest.mark.parametrize(
    ("rule", "behaviour"),
    [
        ("ports 8080 9090", SERVER._replace(ports=(8080, 9090), is_strict=True)),
        ("paths / /healthz", SERVER._replace(paths=("/", "/healthz"), is_strict=True)),
        ("starts-in 1m30s", SERVER._replace(starts_in=90_000)),
        ("fails-after 1m", SERVER._replace(fails_after=60_000)),
        ("flaky 10%", SERVER._replace(flaky=10)),
        ("unhealthy", SERVER._replace(is_healthy=False)),
        ("notready", SERVER._replace(turns_ready=False)),
        ("crash", SERVER._replace(life=0, exit_code=1, is_forced=True)),
        ("exit-code 3", SERVER._replace(life=0, exit_code=3, is_forced=True)),
        ("ends-after 30s", SERVER._replace(life=30_000, is_forced=True)),
        ("ends-after 30s, exit-code 2", SERVER._replace(life=30_000, exit_code=2, is_forced=True)),
        ("missing", SERVER._replace(pull="missing")),
        ("denied", SERVER._replace(pull="denied")),
        ("healthy", SERVER._replace(ports=None, paths=(), needs="", is_strict=True)),
        ("runs", Behaviour(user="root")),
        ("ports 8080, starts-in 20s", SERVER._replace(ports=(8080,), is_strict=True, starts_in=20_000)),
        ("ports 8080, healthy", SERVER._replace(ports=(8080,), paths=(), needs="", is_strict=True)),
        ("  flaky   10% ,ports 80", SERVER._replace(flaky=10, is_strict=True)),
    ],
)
def test_a_rule_changes_what_it_mentions(rule: str, behaviour: Behaviour) -> None:
    assert changed(SERVER, rule) == behaviour


def test_an_image_with_a_rule_is_there() -> None:
    assert changed(Behaviour(pull="missing"), "starts-in 5s").can_pull


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("explode", 'unknown behaviour "explode": it is one of runs, nginx'),
        ("", "a rule needs a behaviour"),
        ("crash,,flaky 1%", '"crash,,flaky 1%" has nothing between two commas'),
        ("nginx, crash", '"nginx" and "crash" do not go together'),
        ("crash now", '"crash now": nothing follows crash; commas part what goes together'),
        ("ports", '"ports" is not of the form "ports 8080 9090"'),
        ("ports http", '"ports http": http is not a port, which is a number from 1 to 65535'),
        ("ports 80 70000", '"ports 80 70000": 70000 is not a port, which is a number from 1 to 65535'),
        ("paths healthz", '"paths healthz": healthz is not a path, which begins with a slash'),
        ("starts-in", '"starts-in" is not of the form "starts-in 20s"'),
        ("starts-in soon", 'invalid duration "soon"'),
        ("starts-in 20s 30s", '"starts-in 20s 30s" is not of the form "starts-in 20s"'),
        ("flaky 10", '"flaky 10": how many probes fail is a share from 1% to 99%'),
        ("flaky 100%", '"flaky 100%": how many probes fail is a share from 1% to 99%'),
        ("exit-code 256", '"exit-code 256": an exit code is a number from 0 to 255'),
    ],
)
def test_a_rule_that_cannot_be_read_is_the_users_mistake(rule: str, words: str) -> None:
    with pytest.raises(UserError) as refused:
        changed(SERVER, rule)
    assert refused.value.message.startswith(words)


@pytest.mark.parametrize("term", [*SORTS.values(), *DETAILS.values()], ids=lambda term: term.use)
def test_the_help_shows_terms_that_can_be_read(term: object) -> None:
    assert changed(SERVER, term.use).can_pull or term.use in ("missing", "denied")  # type: ignore[attr-defined]


def pod_with(annotations: dict[str, str]) -> dict[str, object]:
    return {"metadata": {"name": "web", "namespace": "default", "annotations": annotations}}


def test_an_annotation_wins_over_everything_and_one_for_a_container_over_that(cluster: Cluster) -> None:
    runtime.set_rule(cluster, "redis:*", "notready")
    main = {"name": "main", "image": "redis:7"}
    assert not runtime.behaviour_of(cluster, pod_with({}), main).turns_ready
    whole = {"kubesim.dev/behaviour": "crash"}
    assert runtime.behaviour_of(cluster, pod_with(whole), main).exit_code == 1
    single = {**whole, "kubesim.dev/behaviour.main": "ports 80, starts-in 5s"}
    assert runtime.behaviour_of(cluster, pod_with(single), main).starts_in == 5000


def test_an_annotation_that_cannot_be_read_counts_for_nothing(cluster: Cluster) -> None:
    main = {"name": "main", "image": "redis:7"}
    plain = runtime.behaviour_of(cluster, pod_with({}), main)
    assert runtime.behaviour_of(cluster, pod_with({"kubesim.dev/behaviour": "explode"}), main) == plain


def does(cluster: Cluster, image: str) -> Behaviour:
    return runtime.behaviour_of(cluster, pod_with({}), {"name": "main", "image": image})


def test_a_pattern_of_the_user_wins_over_the_image_until_it_is_cleared(cluster: Cluster) -> None:
    runtime.set_rule(cluster, "nginx:1.25", "missing")
    assert not does(cluster, "nginx:1.25").can_pull
    assert does(cluster, "nginx:1.26").can_pull
    assert runtime.rules(cluster) == {"nginx:1.25": "missing"}
    assert runtime.clear_rule(cluster, "nginx:1.25")
    assert not runtime.clear_rule(cluster, "nginx:1.25")
    assert does(cluster, "nginx:1.25").can_pull


def test_the_pattern_that_was_set_last_counts(cluster: Cluster) -> None:
    runtime.set_rule(cluster, "nginx:*", "crash")
    runtime.set_rule(cluster, "docker.io/library/nginx:1.*", "notready")
    assert not does(cluster, "nginx:1.25").turns_ready
    runtime.set_rule(cluster, "nginx:*", "crash")
    assert does(cluster, "nginx:1.25").exit_code == 1


def test_a_rule_that_cannot_be_read_is_not_kept(cluster: Cluster) -> None:
    with pytest.raises(UserError, match='unknown behaviour "explode"'):
        runtime.set_rule(cluster, "nginx:*", "explode")
    assert runtime.rules(cluster) == {}
