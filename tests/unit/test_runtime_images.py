"""What images and commands do in the made-up runtime."""

from __future__ import annotations

import pytest
from kubesim.cluster import Cluster
from kubesim.sim.images.installed_programs import has_others, tools_of
from kubesim.sim.images.name import image_id, parse_image


@pytest.fixture
def cluster() -> Cluster:
    return Cluster({"seed": 1, "serial": 0, "resourceVersion": 0})


@pytest.mark.parametrize(
    ("image", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("nginx:1.25", "docker.io/library/nginx:1.25"),
        ("team/app:v1", "docker.io/team/app:v1"),
        ("registry.example.com/app", "registry.example.com/app:latest"),
        ("localhost:5000/app:v1", "localhost:5000/app:v1"),
        ("docker.io/nginx:1.25", "docker.io/library/nginx:1.25"),
        ("index.docker.io/team/app:v1", "docker.io/team/app:v1"),
    ],
)
def test_an_image_is_called_by_its_whole_name(image: str, full: str) -> None:
    name = parse_image(image)
    assert name is not None
    assert name.full == full


def test_a_name_with_a_blank_is_no_name() -> None:
    assert parse_image("nginx:bad tag") is None


def test_the_id_of_an_image_is_a_digest_of_its_repository() -> None:
    name = parse_image("nginx:1.25")
    assert name is not None
    repository, _, digest = image_id(name).partition("@")
    assert repository == "docker.io/library/nginx"
    assert digest.startswith("sha256:")
    assert len(digest) == len("sha256:") + 64


@pytest.mark.parametrize(
    ("image", "program", "has_it"),
    [
        ("busybox:1.36", "nc", True),
        ("busybox:1.36", "bash", False),
        ("busybox:1.36", "apk", False),
        ("alpine:3.20", "apk", True),
        ("alpine:3.20", "nc", True),
        ("nginx:1.27", "bash", True),
        ("nginx:1.27-alpine", "bash", False),
        ("nginx:1.27", "nginx", True),
        ("docker.io/library/redis:7", "redis-cli", True),
        ("hello-world", "sh", False),
        ("python:3.12-slim", "python3", True),
        ("python:3.12-slim", "curl", False),
        ("python:3.12", "curl", True),
        ("python:3.12-alpine", "bash", False),
        ("mysql:8.0", "mysql", True),
        ("public.ecr.aws/docker/library/busybox:1.36", "wget", True),
        ("gcr.io/distroless/static-debian12", "sh", False),
        ("nicolaka/netshoot", "tcpdump", True),
    ],
)
def test_which_programs_an_image_has(image: str, program: str, has_it: bool) -> None:
    assert (program in (tools_of(image) or ())) == has_it


@pytest.mark.parametrize("image", ["julia:1", "team/app:v1", "registry.example.com/nginx:1.27", "not an image"])
def test_of_other_images_nobody_knows_which_programs_they_have(image: str) -> None:
    assert tools_of(image) is None


@pytest.mark.parametrize(
    ("image", "may_have"),
    [("python:3.12", True), ("python:3.12-slim", False), ("mysql:8.0", True), ("traefik/whoami", False)],
)
def test_whether_an_image_may_have_other_programs(image: str, may_have: bool) -> None:
    assert has_others(image) is may_have
