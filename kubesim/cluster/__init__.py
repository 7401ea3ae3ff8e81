"""The API server in memory."""

from __future__ import annotations

from kubesim.cluster.cluster import Change, Cluster, allow
from kubesim.cluster.drawers import Drawer, DrawerName, Head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.drawers import Source

__all__ = ["Change", "Cluster", "Drawer", "DrawerName", "Head", "Source", "allow"]
