"""All scenes of a namespace's Deployments: what was, from the journal, and what comes if nobody does anything.

What comes is lived by a copy of the cluster, of which nothing is saved.
"""

from __future__ import annotations

import shlex
from bisect import bisect_right
from dataclasses import replace
from itertools import islice

from kubesim.api.meta import MINUTE
from kubesim.golang.tabwriter import escape_terminal
from kubesim.life.history import History
from kubesim.life.replay import Mark, recorded
from kubesim.views.timeline.past import is_idle
from kubesim.views.watch.scene import KINDS, Director

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.life.saved_cluster import SavedCluster
    from kubesim.views.watch.scene import Scene

HORIZON = 10 * MINUTE  # how far ahead the next change is looked for
EARLIER = 3  # commands before now that a film begins with, until more are asked for


class Film:
    """The scenes in order. ``program`` is how command lines begin."""

    def __init__(self, saved: SavedCluster, namespace: str, name: str, program: str) -> None:
        self._saved, self._namespace, self._name, self._program = saved, namespace, name, program
        self._since = self._recent()
        self._open()

    # what there is

    @property
    def present(self) -> int:
        """Now (ms), by the cluster's clock."""
        return max(self._begin_of_future, self._saved.present(self._life.cluster.head))

    @property
    def stands_still(self) -> bool:
        """Whether the cluster's clock does."""
        return self._saved.speed(self._life.cluster.head) == "max"

    @property
    def rate(self) -> float:
        """Simulated seconds to a real one, 1 for a clock that stands still."""
        speed = self._saved.speed(self._life.cluster.head)
        return 1.0 if speed == "max" else float(speed)

    def number_at(self, instant: float) -> int:
        """The number of the scene that is on at an instant (ms), the first before it began."""
        return max(0, bisect_right(self._instants, instant) - 1)

    def scene(self, number: int) -> Scene:
        """The scene of that number, from 0."""
        return self._scenes[number]

    def next_after(self, instant: float) -> Scene | None:
        """The scene after the one at an instant (ms), lived for if need be; None if nothing changes up to HORIZON."""
        number = self.number_at(instant)
        while number + 1 >= len(self._scenes):
            wake = self._life.engine.next_wake()
            if wake is None or wake > instant + HORIZON:
                return None
            self._step(wake)
        return self._scenes[number + 1]

    # how it grows

    def live(self, instant: float) -> None:
        """Go on to an instant (ms), if it is not there yet."""
        while True:
            wake = self._life.engine.next_wake()
            if wake is None or wake > instant:
                return
            self._step(wake)

    def extend_back(self) -> bool:
        """Lead all of the past again that the journal has; False if that has been done."""
        if self._since is None:
            return False
        self._since = None
        self._open()
        return True

    def take_up(self) -> bool:
        """Whether another process has changed the cluster; the film is made anew then."""
        if self._saved.home.stamp() == self._life.stamp:
            return False
        self._open()
        return True

    def _recent(self) -> int | None:
        """The command with which to begin: the journal's name of it; None for the first one."""
        done = History(self._saved.home).done(self._saved.home.read())
        entries = [entry for entry in islice(done, EARLIER) if not entry.is_anew]
        return entries[-1].number if entries else None

    def _open(self) -> None:
        replay = recorded(self._saved, self._since)
        self._director = self._director_of(replay.cluster)
        self._scenes = [self._director.scene(replay.cluster.now)]
        self._instants = [self._scenes[0].instant]
        instant = replay.cluster.now
        for happened in replay:
            if happened.instant > instant:
                self._add(instant)
                instant = happened.instant
            if not isinstance(happened, Mark):
                self._director.see(happened)
            elif not is_idle(happened):
                self._director.command = escape_terminal(shlex.join([self._program, *happened.command]))
        self._add(instant)
        self._go_on()

    def _go_on(self) -> None:
        """From here on it is a copy that lives."""
        self._life = self._saved.rehearse()
        self._life.engine.settle()
        command = self._director.command
        self._director = self._director_of(self._life.cluster)
        self._director.command = command
        self._life.cluster.observers.append(self._director.see)
        self._begin_of_future = self._life.cluster.now
        self._add(self._begin_of_future)

    def _director_of(self, cluster: Cluster) -> Director:
        return Director(_objects(cluster, self._namespace), self._namespace, self._name)

    def _step(self, wake: int) -> None:
        self._life.engine.step(wake)
        self._life.engine.settle()
        self._add(wake)

    def _add(self, instant: int) -> None:
        """Keep what is there once all that happens at an instant has happened, if it is anything new."""
        scene = self._director.scene(instant)
        if scene == replace(self._scenes[-1], instant=instant):
            return
        if instant <= self._instants[-1]:
            self._scenes[-1] = replace(scene, instant=self._instants[-1])
            return
        self._scenes.append(scene)
        self._instants.append(instant)


def _objects(cluster: Cluster, namespace: str) -> Iterator[Obj]:
    return (obj for kind in KINDS for obj in cluster.list(kind, namespace))
