"""Which version of their server tags of images mean, where they do not say it in full."""

from __future__ import annotations

# The latest versions of nginx's series, and those that tags without a number mean.
_LATEST = {"1.14": 2, "1.15": 12, "1.16": 1, "1.17": 10, "1.18": 0, "1.19": 10, "1.20": 2, "1.21": 6, "1.22": 1}
_LATEST |= {"1.23": 4, "1.24": 0, "1.25": 5, "1.26": 3, "1.27": 5, "1.28": 1, "1.29": 4}
_STABLE, _MAINLINE = "1.28.1", "1.29.4"
_LATEST_HTTPD = "2.4.65"


def nginx_version(tag: str) -> str:
    """The version that a tag of nginx's images means, such as ``1.25.5`` for ``1.25-alpine``."""
    head = tag.partition("-")[0]
    numbers = head.split(".")
    if not all(part.isdigit() for part in numbers):
        return _STABLE if head == "stable" else _MAINLINE
    if len(numbers) == 1:
        return _MAINLINE
    return head if len(numbers) > 2 else f"{head}.{_LATEST.get(head, 0)}"


def httpd_version(tag: str) -> str:
    """The version that a tag of httpd's image means."""
    head = tag.partition("-")[0]
    return head if head.count(".") == 2 else _LATEST_HTTPD


def version_in(tag: str) -> str:
    """The whole version that a tag begins with, as ``3.12.4`` in ``3.12.4-slim``; empty where it has none."""
    version = tag.partition("-")[0]
    numbers = version.split(".")
    return version if len(numbers) > 2 and all(number.isdigit() for number in numbers) else ""
