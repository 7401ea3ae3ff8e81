"""Pods whose ConfigMaps and Secrets are not there yet: what is told, when it is tried again, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.controllers.kubelet.volumes import attempt, first_attempt
from tests.unit.node_cluster import START, Nodes, bare_pod, container, pod_spec

Obj = dict[str, Any]
MISSING = 'configmap "settings" not found'


def config_map(name: str = "settings", **data: str) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default"},
        "data": data,
    }


def env(**reference: Any) -> Obj:
    """A pod with one variable from somewhere else."""
    return pod_spec(container(env=[{"name": "A", "valueFrom": reference}]))


def mounting(**volume: Any) -> Obj:
    return pod_spec(volumes=[{"name": "v", **volume}])


def world_with(spec: Obj, seconds: float = 0, *others: Obj) -> Nodes:
    world = Nodes()
    world.create(*others, bare_pod(spec=spec))
    world.run(seconds)
    return world


def waiting(world: Nodes) -> tuple[str, str]:
    state = world.container()["state"]["waiting"]
    return state["reason"], state.get("message", "")


def counts(world: Nodes, reason: str) -> list[int]:
    return [event["count"] for event in world.events(world.pod()) if event["reason"] == reason]


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (env(configMapKeyRef={"name": "settings", "key": "k"}), MISSING),
        (env(secretKeyRef={"name": "token", "key": "k"}), 'secret "token" not found'),
        (
            env(configMapKeyRef={"name": "kube-root-ca.crt", "key": "k"}),
            "couldn't find key k in ConfigMap default/kube-root-ca.crt",
        ),
        (pod_spec(container(envFrom=[{"configMapRef": {"name": "settings"}}])), MISSING),
    ],
)
def test_a_container_that_cannot_be_configured_says_why(spec: Obj, told: str) -> None:
    world = world_with(spec, 3)
    assert waiting(world) == ("CreateContainerConfigError", told)
    assert world.status()["phase"] == "Pending"
    assert "podIP" in world.status()
    assert f"Failed: Error: {told}" in world.told(world.pod())


@pytest.mark.parametrize("field", ["configMapKeyRef", "secretKeyRef"])
def test_what_is_optional_may_be_missing(field: str) -> None:
    world = world_with(env(**{field: {"name": "nosuch", "key": "k", "optional": True}}), 2)
    assert world.status()["phase"] == "Running"


def test_it_is_tried_twice_and_then_every_twelve_seconds() -> None:
    world = world_with(env(configMapKeyRef={"name": "settings", "key": "k"}), 2)
    assert counts(world, "Failed") == counts(world, "Pulled") == [2]
    world.run(12)
    assert counts(world, "Failed") == [3]


def test_it_starts_at_the_next_sync_once_the_config_map_is_there() -> None:
    world = world_with(env(configMapKeyRef={"name": "settings", "key": "k"}), 3600)
    world.create(config_map(k="v"))
    assert waiting(world)[0] == "CreateContainerConfigError"
    world.run(12)
    assert world.status()["phase"] == "Running"
    assert world.cluster.notes("kubelet").get("waiting") is None


@pytest.mark.parametrize(
    ("pod", "own", "told"),
    [
        ({"runAsNonRoot": True}, {}, "container has runAsNonRoot and image will run as root"),
        ({"runAsNonRoot": True, "runAsUser": 0}, {}, "container's runAsUser breaks non-root policy"),
        ({"runAsUser": 1000}, {"runAsUser": 0, "runAsNonRoot": True}, "container's runAsUser breaks non-root policy"),
        ({"runAsNonRoot": True}, {"runAsUser": 1000}, None),
        ({"runAsNonRoot": True}, {"runAsNonRoot": False}, None),
    ],
)
def test_who_must_not_be_root_is_not(pod: Obj, own: Obj, told: str | None) -> None:
    world = world_with(pod_spec(container(securityContext=own), securityContext=pod), 2)
    if told is None:
        assert world.status()["phase"] == "Running"
    else:
        uid = world.pod()["metadata"]["uid"]
        about = f'(pod: "web_default({uid})", container: main)'
        assert waiting(world) == ("CreateContainerConfigError", f"{told} {about}")


@pytest.mark.parametrize(
    ("image", "told"),
    [
        ("nginx:1.27", "container has runAsNonRoot and image will run as root"),
        ("redis:7", "container has runAsNonRoot and image will run as root"),
        (
            "prom/prometheus:v2.53.0",
            "container has runAsNonRoot and image has non-numeric user (nobody), cannot verify user is non-root",
        ),
        (
            "memcached:1.6",
            "container has runAsNonRoot and image has non-numeric user (memcache), cannot verify user is non-root",
        ),
        ("team/app:v1", None),
        ("nginxinc/nginx-unprivileged:1.27", None),
        ("gcr.io/distroless/static:nonroot", None),
    ],
)
def test_of_other_images_than_the_known_ones_the_author_is_believed(image: str, told: str | None) -> None:
    world = world_with(pod_spec(container(image), securityContext={"runAsNonRoot": True}), 3)
    if told is None:
        assert world.status()["phase"] == "Running"
    else:
        uid = world.pod()["metadata"]["uid"]
        about = f'(pod: "web_default({uid})", container: main)'
        assert waiting(world) == ("CreateContainerConfigError", f"{told} {about}")


@pytest.mark.parametrize(
    ("volume", "told"),
    [
        ({"configMap": {"name": "settings"}}, MISSING),
        ({"secret": {"secretName": "token"}}, 'secret "token" not found'),
        (
            {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "nope", "path": "x"}]}},
            "configmap references non-existent config key: nope",
        ),
        (
            {"projected": {"sources": [{"secret": {"name": "token"}}, {"configMap": {"name": "settings"}}]}},
            f'[secret "token" not found, {MISSING}]',
        ),
    ],
)
def test_a_volume_that_cannot_be_set_up_keeps_the_pod_from_starting(volume: Obj, told: str) -> None:
    world = world_with(mounting(**volume), 32)
    assert waiting(world) == ("ContainerCreating", "")
    assert "podIP" not in world.status()
    assert world.told(world.pod())[1:] == [f'FailedMount: MountVolume.SetUp failed for volume "v" : {told}']
    assert counts(world, "FailedMount") == [7]


HOST_PATHS = [
    ("/var/log", "File", "is not a file"),
    ("/var/log/", "FileOrCreate", "is not a file"),
    ("/etc/hosts", "Directory", "is not a directory"),
    ("/etc/hosts", "DirectoryOrCreate", "is not a directory"),
    ("/tmp", "Socket", "is not a socket file"),
    ("/etc/passwd", "CharDevice", "is not a character device"),
    ("/dev/null", "BlockDevice", "is not a block device"),
    ("/var/run/docker.sock", "Socket", "is not a socket file"),
    ("/var/lib/docker", "Directory", "is not a directory"),
    ("/var/lib/docker", "DirectoryOrCreate", None),
    ("/var/log", "Directory", None),
    ("/var/log", "", None),
    ("/var/run/docker.sock", "", None),
    ("/run/containerd/containerd.sock", "Socket", None),
    ("/mnt/data", "Directory", None),
    ("/mnt/data/list.txt", "File", None),
]


@pytest.mark.parametrize(("path", "kind", "told"), HOST_PATHS)
def test_a_host_path_of_another_type_than_the_node_has_keeps_the_pod_from_starting(
    path: str, kind: str, told: str | None
) -> None:
    world = Nodes(profile="kind")
    world.create(bare_pod(spec=mounting(hostPath={"path": path, "type": kind})))
    world.run(32)
    if told is None:
        assert world.status()["phase"] == "Running"
    else:
        why = f'MountVolume.SetUp failed for volume "v" : hostPath type check failed: {path} {told}'
        assert waiting(world) == ("ContainerCreating", "")
        assert world.told(world.pod())[1:] == [f"FailedMount: {why}"]


def test_the_recorded_runtime_mounts_every_host_path() -> None:
    world = world_with(mounting(hostPath={"path": "/var/log", "type": "File"}), 3)
    assert world.status()["phase"] == "Running"


def test_the_pod_starts_a_second_after_the_attempt_that_finds_the_config_map() -> None:
    world = world_with(mounting(configMap={"name": "settings"}), 10)
    world.create(config_map(k="v"))
    assert world.engine.next_wake() == START + 15_500
    world.run(5.6)
    assert waiting(world)[0] == "ContainerCreating"
    world.run(1)
    assert world.status()["phase"] == "Running"


def test_an_hour_later_the_config_map_is_found_by_the_next_attempt() -> None:
    world = world_with(mounting(configMap={"name": "settings"}), 3600)
    world.create(config_map(k="v"))
    world.run(123)
    assert world.status()["phase"] == "Running"


@pytest.mark.parametrize("elapsed", [0, 1, 499, 500, 501, 63_500, 127_500, 127_501, 300_000, 604_800_000])
def test_the_first_attempt_after_an_instant_is_the_one_after_the_last_before_it(elapsed: int) -> None:
    number = first_attempt(elapsed)
    assert attempt(number) >= elapsed
    assert number == 0 or attempt(number - 1) < elapsed


def test_attempts_are_ever_more_seldom() -> None:
    assert [attempt(number) for number in range(11)] == [
        *(0, 500, 1500, 3500, 7500, 15_500, 31_500, 63_500, 127_500, 249_500, 371_500),
    ]
