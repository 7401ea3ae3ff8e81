"""Manifests that stand in for the examples of Kubernetes' documentation, under the addresses that its pages name, and
for those of metrics-server and ingress-nginx.

No network is used: each file here lies at the path that its address ends with, and does what the original does.
"""

from __future__ import annotations

import os

METRICS_SERVER = "metrics-server"
INGRESS_NGINX = "ingress-nginx"

_ADDRESSES = (
    r"https?://(?:www\.)?(?:k8s|kubernetes)\.io/(?:[a-z]{2}(?:-[a-z]{2})?/)?examples/(?P<short>.+)",
    r"https?://raw\.githubusercontent\.com/kubernetes/website/[^/]+/content/[^/]+/examples/(?P<raw>.+)",
    r"https?://github\.com/kubernetes/website/raw/[^/]+/content/[^/]+/examples/(?P<github>.+)",
    r"https?://github\.com/kubernetes-sigs/(?P<metrics>metrics-server)/releases/(?:latest/download|download/[^/]+)/"
    r"components\.yaml",
    r"https?://raw\.githubusercontent\.com/kubernetes/(?P<raw_ingress>ingress-nginx)/[^/]+/deploy/static/provider/kind/"
    r"deploy\.yaml",
    r"https?://kind\.sigs\.k8s\.io/examples/ingress/deploy-(?P<kind_ingress>ingress-nginx)\.yaml",
)


def file_of(address: str) -> str | None:
    """The file that stands in for an example's address; None for any other address."""
    import re

    for pattern in _ADDRESSES:
        found = re.fullmatch(pattern, address.partition("?")[0])
        if found is not None:
            name = next(filter(None, found.groups()))
            return components_of(name) if name in (METRICS_SERVER, INGRESS_NGINX) else _file(name)
    return None


def components_of(addon: str) -> str:
    """The file with all the objects of an add-on: ``metrics-server``, ``ingress-nginx``."""
    return os.path.join(os.path.dirname(os.path.dirname(__file__)), "kubeadm", "addons", f"{addon}.yaml")


def _file(name: str) -> str | None:
    parts = name.split("/")
    if any(part.startswith(".") or not part for part in parts):
        return None
    path = os.path.join(os.path.dirname(__file__), *parts)
    return path if os.path.isfile(path) else None
