"""The API server in memory."""

from __future__ import annotations

from kubesim.cluster.client import Client
from kubesim.cluster.cluster import Change, Cluster
from kubesim.cluster.drawers import Drawer, DrawerName, Head
from kubesim.cluster.kinds import Kinds
from kubesim.cluster.request_context import CONTROLLER, RequestContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.drawers import Source

__all__ = [
    "CONTROLLER",
    "Change",
    "Client",
    "Cluster",
    "Drawer",
    "DrawerName",
    "Head",
    "Kinds",
    "RequestContext",
    "Source",
]
