"""Where a program runs: a container in its pod."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.found import Row
    from kubesim.sim.images.behaviour import Behaviour


class Place(NamedTuple):
    """A container in its pod, and what its image does. ``purpose`` is one of ``plausible``'s.

    ``run`` numbers the container's instances, from 0; the present one began at ``begun`` (ms since the epoch), if it
    has.  ``written``: what was written into its files from elsewhere, at instants of its life (ms).
    ``answers``: what its program's clients get, as ``containers.answers`` has it.
    """

    cluster: Cluster
    pod: Obj
    container: Obj
    behaviour: Behaviour
    purpose: str
    run: int = 0
    begun: int | None = None
    written: tuple[Row, ...] = ()
    answers: str = ""
