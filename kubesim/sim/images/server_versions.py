"""The versions of servers that their images' tags mean; written by hand."""

from __future__ import annotations

import re

# The latest versions of series, and those that tags without a number mean.
_OF_NGINX = {"1.14": 2, "1.15": 12, "1.16": 1, "1.17": 10, "1.18": 0, "1.19": 10, "1.20": 2, "1.21": 6, "1.22": 1}
_OF_NGINX |= {"1.23": 4, "1.24": 0, "1.25": 5, "1.26": 3, "1.27": 5, "1.28": 1, "1.29": 4}
_STABLE, _MAINLINE = "1.28.1", "1.29.4"

_APACHE = "2.4.65"


def nginx_version(tag: str) -> str:
    """The version that a tag of nginx's images means, such as ``1.25.5`` for ``1.25-alpine``."""
    head = tag.partition("-")[0]
    numbers = head.split(".")
    if not all(part.isdigit() for part in numbers):
        return _STABLE if head == "stable" else _MAINLINE
    if len(numbers) == 1:
        return _MAINLINE
    return head if len(numbers) > 2 else f"{head}.{_OF_NGINX.get(head, 0)}"


def apache_version(tag: str) -> str:
    """The version that a tag of httpd's image means."""
    head = tag.partition("-")[0]
    return head if head.count(".") == 2 else _APACHE


def version_of(family: str, tag: str) -> str | None:
    """The version that a tag of a server's image means, None where it is not known."""
    if family in ("nginx", "httpd"):
        return nginx_version(tag) if family == "nginx" else apache_version(tag)
    head = tag.partition("-")[0]
    return head if re.fullmatch(r"\d+\.\d+\.\d+", head) else None
