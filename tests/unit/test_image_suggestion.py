"""The image that was meant by one that cannot be pulled."""

from __future__ import annotations

import pytest
from kubesim.sim.images.suggestion import latest, suggested
from kubesim.sim.images.verdict import verdict_on


def can_pull(image: str) -> bool:
    return verdict_on(image, is_bare=False).behaviour.can_pull


@pytest.mark.parametrize(
    ("image", "meant"),
    [
        ("nginx:1.161", "nginx:1.16.1"),
        ("nginx:1.27-alpin", "nginx:1.27-alpine"),
        ("nginx:1.27alpine", "nginx:1.27-alpine"),
        ("nginx:1.277", "nginx:1.27"),
        ("nginx:latests", "nginx:latest"),
        ("nginx:1.25-foo", "nginx:1.25"),
        ("nginx:1.25.99", "nginx:1.25"),
        ("nginx:v1.25", "nginx:1.25"),
        ("ngnix", "nginx"),
        ("ngnix:1.25", "nginx:1.25"),
        ("docker.io/library/nginx:1.161", "docker.io/library/nginx:1.16.1"),
        ("Nginx:1.25", "nginx:1.25"),
        ("nginx :1.25", "nginx:1.25"),
        ("nginx:does-not-exist", None),
        ("nosuch.example.com/does-not-exist:1", None),
        ("nginx,1.25", None),
    ],
)
def test_the_nearest_image_that_can_be_pulled_is_meant(image: str, meant: str | None) -> None:
    assert not can_pull(image)
    assert suggested(image, can_pull) == meant


def test_most_images_have_a_tag_called_latest() -> None:
    assert [latest("nginx"), latest("a.example.com:5000/app:1")] == ["nginx:latest", "a.example.com:5000/app:latest"]
