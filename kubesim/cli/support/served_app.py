"""The server's application over the cluster in a home, as verbs and the library start it."""

from __future__ import annotations

from kubesim.cli.command import PROGRAM
from kubesim.cli.support import served_streams
from kubesim.life.saved_cluster import SavedCluster
from kubesim.server.app import App
from kubesim.server.page import Page
from kubesim.server.served_cluster import ServedCluster, ServerFace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.server.access import Access
    from kubesim.sim.clock import Clock
    from kubesim.store.home import Home


def served_app(home: Home, clock: Clock, access: Access, *, has_control: bool) -> App:
    """Serves the cluster to whom ``access`` lets in; ``has_control`` is whether the web page may move the clock."""
    face = ServerFace()
    simulation = SavedCluster(home, face, clock)
    served = ServedCluster(simulation, face)
    return App(served, access, served_streams.channels(simulation), Page(served, PROGRAM, has_control=has_control))
