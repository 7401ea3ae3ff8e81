"""Manifests that stand in for the examples of Kubernetes' documentation, under the addresses that its pages name.

No network is used: each file here lies at the path that its address ends with, and does what the original does.
"""

from __future__ import annotations

import os

_ADDRESSES = (
    r"https?://(?:www\.)?(?:k8s|kubernetes)\.io/(?:[a-z]{2}(?:-[a-z]{2})?/)?examples/(?P<short>.+)",
    r"https?://raw\.githubusercontent\.com/kubernetes/website/[^/]+/content/[^/]+/examples/(?P<raw>.+)",
    r"https?://github\.com/kubernetes/website/raw/[^/]+/content/[^/]+/examples/(?P<github>.+)",
)


def file_of(address: str) -> str | None:
    """The file that stands in for an example's address; None for any other address."""
    import re

    for pattern in _ADDRESSES:
        found = re.fullmatch(pattern, address.partition("?")[0])
        if found is not None:
            return _file(next(filter(None, found.groups())))
    return None


def _file(name: str) -> str | None:
    parts = name.split("/")
    if any(part.startswith(".") or not part for part in parts):
        return None
    path = os.path.join(os.path.dirname(__file__), *parts)
    return path if os.path.isfile(path) else None
