"""Texts that are of a format, and texts that are not."""

from __future__ import annotations

import pytest
from kubesim.api.structural.formats import is_format, is_known

GOOD = (
    ("bsonobjectid", "507f1f77bcf86cd799439011"),
    ("byte", "aGk="),
    ("cidr", "10.0.0.0/8"),
    ("cidr", "2001:db8::/32"),
    ("cidr", "010.0.0.0/8"),
    ("creditcard", "4111-1111-1111-1111"),
    ("date", "2024-02-29"),
    ("date-time", "2024-02-29T10:00:00Z"),
    ("datetime", "2024-02-29t10:00:00.5+01:00"),
    ("duration", "1h30m"),
    ("duration", "3 days"),
    ("email", "a@b.c"),
    ("email", "A Name <a@example.com>"),
    ("email", '"a b"@example.com'),
    ("hexcolor", "#FFF"),
    ("hostname", "a.example.com"),
    ("hostname", "host"),
    ("hostname", "bücher.example"),
    ("ipv4", "01.2.3.4"),
    ("ipv6", "::1"),
    ("isbn", "0321751043"),
    ("isbn13", "978-0321751041"),
    ("k8s-long-name", "a.b"),
    ("k8s-short-name", "ab-c"),
    ("mac", "01:23:45:67:89:ab"),
    ("mac", "0123.4567.89ab"),
    ("password", "anything"),
    ("rgbcolor", "rgb(1, 2,3)"),
    ("ssn", "111-11-1111"),
    ("uri", "http://a.b:80/c?d=e"),
    ("uri", "mailto:x"),
    ("uri", "/x%20y"),
    ("uri", "http://[::1]:80/"),
    ("uuid", "123E4567-e89b-12d3-a456-426614174000"),
    ("uuid4", "123e4567-e89b-42d3-a456-426614174000"),
)
BAD = (
    ("byte", "aGk"),
    ("cidr", "10.0.0.0/33"),
    ("cidr", "10.0.0.0"),
    ("creditcard", "4111-1111-1111-1112"),
    ("date", "2023-02-29"),
    ("date-time", "2024-02-29 10:00:00Z"),
    ("date-time", "2024-02-29T24:00:00Z"),
    ("duration", "abc"),
    ("email", "a@"),
    ("email", "a b@c"),
    ("hexcolor", "#FFFF"),
    ("hostname", "a_b"),
    ("hostname", "-a"),
    ("ipv4", "1.2.3"),
    ("ipv6", "1.2.3.4"),
    ("isbn", "0321751044"),
    ("k8s-long-name", "a..b"),
    ("k8s-short-name", "Ab"),
    ("mac", "01:23-45:67:89:ab"),
    ("rgbcolor", "rgb(1,2)"),
    ("ssn", "111111111"),
    ("uri", "a/b"),
    ("uri", "http://[::1"),
    ("uri", "http://a b/"),
    ("uri", "/x%2"),
    ("uri", ":x"),
    ("uri", "http://u:h:8/"),
    ("uri", "http://a[b/"),
    ("uuid", "123e4567"),
    ("uuid4", "123e4567-e89b-12d3-a456-426614174000"),
)


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_is_of_the_format(name: str, text: str) -> None:
    assert is_format(name, text)


@pytest.mark.parametrize(("name", "text"), BAD)
def test_is_not_of_the_format(name: str, text: str) -> None:
    assert not is_format(name, text)


def test_dashes_in_a_formats_name_do_not_count() -> None:
    assert is_known("date-time")
    assert is_known("k8sshort-name")
    assert not is_known("int32")
