"""Profiles: what sort of cluster a new one is, and of what size. The head of the state keeps the profile's name."""

from __future__ import annotations

import os

from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

KIND = "kind"  # as kind makes them: kube-system is there, and a default StorageClass that provisions
KUBEADM = "kubeadm"  # as kubeadm makes them: the same without storage
BARE = "bare"  # nodes and what every namespace has; containers do what the recorded runtime's did
PROFILES = (KIND, KUBEADM, BARE)
DEFAULT = KIND

MOST_NODES = 5000  # as Kubernetes is made for


class Size(NamedTuple):
    """How many nodes, the control plane's among them, and how many pods each takes (the profile's number if None)."""

    nodes: int = 3
    pods_per_node: int | None = None


USUAL_SIZE = Size()


def asked_profile(name: str = "") -> str:
    """The profile of a new cluster: ``name``, else KUBESIM_PROFILE's, else the default; UserError if unknown."""
    asked = name or os.environ.get("KUBESIM_PROFILE") or DEFAULT
    if asked not in PROFILES:
        raise UserError(f'unknown profile "{asked}": it is one of {", ".join(PROFILES)}')
    return asked


def checked(size: Size) -> Size:
    """The size, if there can be such a cluster; UserError if not."""
    if not 1 <= size.nodes <= MOST_NODES:
        raise UserError(f"invalid number of nodes {size.nodes}: must be between 1 and {MOST_NODES}")
    if size.pods_per_node is not None and size.pods_per_node < 1:
        raise UserError(f"invalid number of pods per node {size.pods_per_node}: must be at least 1")
    return size
