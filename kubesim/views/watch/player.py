"""Moves through a film: on with the clock, held, or a change at a time, forth and back."""

from __future__ import annotations

from kubesim.api.meta import SECOND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.watch.film import Film
    from kubesim.views.watch.scene import Scene

SLOWEST, FASTEST = 1 / 16, 1024.0  # simulated seconds to a real one
QUIET = 2  # seconds of the watcher in which nothing happens, of what has passed already, are passed over
LEAD = 0.5  # but for so many of them before the next change

LEAVE, HOLD, FORTH, BACK, FASTER, SLOWER = "leave", "hold", "forth", "back", "faster", "slower"


class Player:
    """What is on: the film at ``instant`` (ms), going on at ``rate`` simulated seconds to a real one unless held."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self.instant = float(film.present)
        self.rate = film.rate
        self.is_held = False
        #: A remark about what was asked for last.
        self.remark = ""

    @property
    def scene(self) -> Scene:
        """What is to be seen."""
        return self._film.scene(self._film.number_at(self.instant))

    @property
    def ahead(self) -> float:
        """How far (ms) it is ahead of the cluster's clock, or behind it where that is less than 0."""
        return self.instant - self._film.present

    def pass_time(self, seconds: float) -> None:
        """So much real time has passed; what other processes did to the cluster meanwhile is taken up."""
        if self._film.take_up() and not self.is_held:
            self.instant = min(self.instant, float(self._film.present))
        if not self.is_held and not self._is_at_rest():
            self._pass_over_quiet()
            self.instant += seconds * self.rate * SECOND
            if self._follows_the_clock():
                self.instant = float(self._film.present)
            self._film.live(self.instant)

    def act(self, action: str) -> None:
        """Do what a key asks for."""
        self.remark = ""
        if action == HOLD:
            self.is_held = not self.is_held
        elif action == FORTH:
            self._go_forth()
        elif action == BACK:
            self._go_back()
        elif action in (FASTER, SLOWER):
            self.rate = min(FASTEST, max(SLOWEST, self.rate * (2 if action == FASTER else 0.5)))

    def _go_forth(self) -> None:
        self.is_held = True
        scene = self._film.next_after(self.instant)
        if scene is None:
            self.remark = "nothing more changes by itself"
        else:
            self.instant = float(scene.instant)

    def _go_back(self) -> None:
        self.is_held = True
        if self._film.number_at(self.instant) == 0 and not self._film.extend_back():
            self.remark = "the journal knows of nothing earlier"
            return
        number = self._film.number_at(self.instant)
        self.instant = float(self._film.scene(max(0, number - 1)).instant)

    def _follows_the_clock(self) -> bool:
        """Whether it goes with the cluster's clock, so closely that only the measuring of time differs."""
        runs_alike = not self._film.stands_still and self.rate == self._film.rate
        return runs_alike and abs(self.ahead) < SECOND * self.rate

    def _is_at_rest(self) -> bool:
        """Whether a clock that stands still has nothing to go on for."""
        if not self._film.stands_still or self.ahead < 0:
            return False
        return self._film.next_after(self.instant) is None

    def _pass_over_quiet(self) -> None:
        """Jump to shortly before the next change, or the present, where both are far."""
        if self.ahead >= 0:
            return
        second = self.rate * SECOND
        scene = self._film.next_after(self.instant)
        target = float(self._film.present if scene is None else min(scene.instant, self._film.present))
        if target - self.instant > QUIET * second:
            self.instant = target - LEAD * second
