"""``kubesim sim watch``: scenes, the film, the keys that move through it, and lines on a pipe."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from command_lines import DEPLOYMENT
from kubesim import Cluster
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import Clock, StandingClock
from kubesim.store import StateFile
from kubesim.views.watch import player as keys
from kubesim.views.watch.film import Film
from kubesim.views.watch.keyboard import actions_in
from kubesim.views.watch.player import Player
from kubesim.views.watch.screen import picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from command_lines import Shell
    from kubesim.views.watch.scene import Scene


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    """A cluster whose clock stands still, in which ``web``, of two pods, is about to get its second image."""
    cluster = Cluster(seed=1, at="2026-01-01T12:00:00Z", state=tmp_path / "state.json")
    cluster.apply(DEPLOYMENT)
    cluster.settle()
    cluster.kubectl("set image deployment/web nginx=nginx:1.26")
    return cluster


@pytest.fixture
def film(cluster: Cluster, tmp_path: Path) -> Film:
    return Film(saved(tmp_path), "default", "", "kubesim")


def saved(folder: Path, name: str = "state.json") -> SavedCluster:
    return SavedCluster(StateFile(str(folder / name)), clock=StandingClock())


def pods(scene: Scene) -> list[list[str]]:
    """The states of the pods, by ReplicaSet."""
    return [[cell.state.value for cell in row.pods] for part in scene.deployments for row in part.replica_sets]


# scenes


def test_a_scene_has_replica_sets_pods_conditions_events_and_the_command(film: Film) -> None:
    scene = Player(film).scene
    (web,) = scene.deployments
    assert (web.name, web.strategy, web.desired, web.ready, web.updated) == ("web", "RollingUpdate", 2, 2, 1)
    assert [(row.revision, row.is_new, row.desired, row.ready) for row in web.replica_sets] == [
        (1, False, 2, 2),
        (2, True, 1, 0),
    ]
    assert pods(scene) == [["Ready", "Ready"], ["Pulling"]]
    assert web.message == "1 out of 2 new replicas have been updated..."
    assert ("Available", "True", "MinimumReplicasAvailable") in web.conditions
    assert scene.command == "kubesim set image deployment/web nginx=nginx:1.26"
    assert "Pulling" in [event.reason for event in scene.events[-4:]]


def test_a_name_shows_that_deployment_alone(cluster: Cluster, tmp_path: Path) -> None:
    cluster.kubectl("create deployment other --image nginx")
    both, one = (Player(Film(saved(tmp_path), "default", name, "kubesim")).scene for name in ("", "other"))
    assert [part.name for part in both.deployments] == ["other", "web"]
    assert [part.name for part in one.deployments] == ["other"]
    assert {event.about.partition("-")[0] for event in one.events} == {"other"}


def test_scenes_are_what_a_command_that_waits_lives_through(cluster: Cluster, film: Film, tmp_path: Path) -> None:
    player = Player(film)
    ahead = []
    for _ in range(50):
        player.act(keys.FORTH)
        ahead.append(player.scene)
    assert player.remark == "nothing more changes by itself"
    assert pods(player.scene) == [["Ready", "Ready"]]
    cluster.settle()
    lived = Player(Film(saved(tmp_path), "default", "", "kubesim")).scene
    assert lived.deployments == ahead[-1].deployments
    assert set(lived.events) == set(ahead[-1].events)


# keys


def test_keys_are_known_one_by_one_and_several_at_once() -> None:
    assert list(actions_in("q")) == [keys.LEAVE]
    assert list(actions_in(" \x1b[C\x1b[D\x1bOC\x1bOD+-=x")) == [
        *(keys.HOLD, keys.FORTH, keys.BACK, keys.FORTH, keys.BACK),
        *(keys.FASTER, keys.SLOWER, keys.FASTER),
    ]


def test_right_goes_to_the_next_change_and_left_back_to_where_it_came_from(film: Film) -> None:
    player = Player(film)
    passed = [player.scene]
    for _ in range(4):
        player.act(keys.FORTH)
        passed.append(player.scene)
    assert [scene.instant for scene in passed] == sorted({scene.instant for scene in passed})
    assert all(one.deployments != other.deployments for one, other in zip(passed, passed[1:], strict=False))
    assert player.is_held
    for scene in reversed(passed[:-1]):
        player.act(keys.BACK)
        assert player.scene == scene


def test_left_goes_back_to_the_beginning_of_the_journal_and_no_further(tmp_path: Path) -> None:
    cluster = Cluster(seed=1, state=tmp_path / "later.json")
    cluster.advance("10s")
    cluster.apply(DEPLOYMENT)
    for image in ("nginx:1.27", "nginx:1.28", "nginx:1.29", "nginx:1.25"):
        cluster.settle()
        cluster.kubectl(f"set image deployment/web nginx={image}")
    player = Player(Film(saved(tmp_path, "later.json"), "default", "", "kubesim"))
    for _ in range(300):
        player.act(keys.BACK)
        if player.remark:
            break
    assert player.remark == "the journal knows of nothing earlier"
    assert player.scene.deployments == ()
    player.act(keys.FORTH)
    assert (player.scene.command, pods(player.scene)) == (
        "kubesim apply --output=json --filename=-",
        [["Starting", "Starting"]],
    )


def test_time_passes_at_the_rate_unless_it_is_held(film: Film) -> None:
    player = Player(film)
    begin = player.instant
    player.pass_time(0.5)
    assert player.instant == begin + 500
    for action, rate in ((keys.FASTER, 2), (keys.FASTER, 4), (keys.SLOWER, 2)):
        player.act(action)
        assert player.rate == rate
    player.pass_time(0.5)
    assert player.instant == begin + 1500
    player.act(keys.HOLD)
    player.pass_time(5)
    assert player.instant == begin + 1500
    player.act(keys.HOLD)
    player.pass_time(5)
    assert player.scene.instant > begin + 1500


def test_a_clock_that_stands_still_stops_where_nothing_more_comes(film: Film) -> None:
    player = Player(film)
    for _ in range(100):
        player.pass_time(1)
    assert pods(player.scene) == [["Ready", "Ready"]]
    assert player.instant - player.scene.instant < 2000


class SteadyClock(Clock):
    """A wall clock that only the test moves, by which the cluster's runs."""

    now = 0

    def wall(self) -> int:
        return self.now

    def speed(self) -> float:
        return 1


def test_it_goes_with_a_clock_that_runs(cluster: Cluster, tmp_path: Path) -> None:
    clock = SteadyClock()
    home = StateFile(str(tmp_path / "state.json"))
    snapshot = home.read()
    assert snapshot is not None
    clock.now = snapshot.head["clock"]["wall"]
    player = Player(Film(SavedCluster(home, clock=clock), "default", "", "kubesim"))
    begin = player.instant
    for _ in range(40):
        clock.now += 100
        player.pass_time(0.09)
        assert player.ahead == 0
    assert player.instant == begin + 4000
    assert player.scene.instant > begin + 2000
    player.act(keys.HOLD)
    clock.now += 3000
    player.pass_time(3)
    assert player.ahead == -3000


def test_what_repeats_out_of_sight_is_not_lived_for_ever(tmp_path: Path) -> None:
    cluster = Cluster(seed=1, state=tmp_path / "state.json")
    cluster.kubectl("create deployment crashing --image redis:crash")
    cluster.advance("10m")
    cluster.kubectl("create namespace quiet")
    player = Player(Film(saved(tmp_path), "quiet", "", "kubesim"))
    player.act(keys.FORTH)
    assert player.remark == "nothing more changes by itself"
    for _ in range(100):
        player.pass_time(0.1)
    assert player.ahead == 0


def test_what_others_do_is_taken_up_and_what_was_ahead_of_it_is_dropped(cluster: Cluster, film: Film) -> None:
    player = Player(film)
    player.pass_time(1)
    cluster.kubectl("scale deployment/web --replicas 3")
    player.pass_time(0)
    assert player.ahead == 0
    assert player.scene.deployments[0].desired == 3
    assert player.scene.command == "kubesim scale deployment/web --replicas 3"


def test_a_past_that_others_have_lived_is_played_without_its_quiet_hours(cluster: Cluster, film: Film) -> None:
    player = Player(film)
    cluster.advance("1h")
    seen = set()
    for _ in range(300):
        player.pass_time(0.1)
        seen.update(state for row in pods(player.scene) for state in row)
    assert {"Ready", "Pulling", "Terminating"} <= seen
    assert player.ahead >= 0


def test_a_film_goes_on_while_it_is_held(cluster: Cluster, film: Film) -> None:
    player = Player(film)
    player.act(keys.HOLD)
    before = player.scene
    cluster.settle()
    player.pass_time(1)
    assert player.scene == before
    assert player.ahead < 0


# the screen


def drawn(player: Player, width: int, height: int) -> list[str]:
    return [str(line) for line in picture(player, width, height).renderables]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 60), (40, 12), (20, 6)])
def test_the_picture_fits_the_terminal(cluster: Cluster, tmp_path: Path, width: int, height: int) -> None:
    cluster.kubectl("scale deployment/web --replicas 300")
    cluster.kubectl("create deployment other --image nginx:1.161")
    player = Player(Film(saved(tmp_path), "default", "", "kubesim"))
    for _ in range(8):
        player.act(keys.FORTH)
        lines = drawn(player, width, height)
        assert len(lines) <= height
        assert max(map(len, lines)) <= width


def test_the_picture_shows_the_clock_the_command_the_pods_and_the_keys(film: Film) -> None:
    player = Player(film)
    player.act(keys.FORTH)
    lines = drawn(player, 80, 30)
    assert re.match(r"2026-01-01 12:00:\d\d\.\d  [\d.]+ s ahead of the clock  1x  held$", lines[0])
    assert lines[1] == "$ kubesim set image deployment/web nginx=nginx:1.26"
    assert lines[3] == "deployment/web  RollingUpdate   2/2 ready   2/2 updated   2/2 available"
    (old, new) = (line for line in lines if line.startswith("  revision"))
    assert set(old.split()[-2:]) == {"▒", "~"}
    assert new.split()[-2] == "█"
    assert lines[-1].startswith("q leave   space hold")
    assert "█ ready, newest template" in lines[-2]


def test_what_does_not_fit_is_said_to_be_left_out(cluster: Cluster, tmp_path: Path) -> None:
    for number in range(6):
        cluster.kubectl(f"create deployment other{number} --image nginx")
    lines = drawn(Player(Film(saved(tmp_path), "default", "", "kubesim")), 80, 24)
    assert any(re.match(r"and \d+ more lines: a higher terminal shows them", line) for line in lines)


def test_every_state_has_a_colour_of_its_own(film: Film) -> None:
    player = Player(film)
    seen: dict[str, set[str]] = {}
    for _ in range(12):
        for line in picture(player, 80, 30).renderables[3:8]:
            for span in line.spans:  # type: ignore[union-attr]
                seen.setdefault(str(line)[span.start : span.end], set()).add(str(span.style))
        player.act(keys.FORTH)
    assert (seen["█"], seen["▒"], seen["~"], seen["↓"]) == ({"green"}, {"bright_blue"}, {"magenta"}, {"cyan"})


# lines and terminals


def test_on_a_pipe_it_prints_a_line_for_each_change(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    lines = shell.ok("sim watch deployment/web").splitlines()
    assert lines[0] == "   0.000s  deployment/web  revision 1: 2 Starting"
    assert any("Normal Started  web-" in line for line in lines)
    assert [line for line in lines if "deployment/web" in line][-1].endswith("revision 1: 2 Ready; done")
    shell.ok("delete deployment web --wait=false")
    assert "deployment/web" not in shell.ok("sim watch")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("deployment/none", 'Error from server (NotFound): deployments.apps "none" not found\n'),
        ("service/kubernetes", "error: watch shows one Deployment, or without a name all of a namespace\n"),
        ("deployment/a deployment/b", "error: watch shows one Deployment, or without a name all of a namespace\n"),
    ],
)
def test_what_cannot_be_watched_is_refused(shell: Shell, line: str, error: str) -> None:
    assert shell.refused(f"sim watch {line}") == error


class Watcher:
    """``kubesim sim watch`` on a terminal of 80 columns."""

    def __init__(self, folder: Path) -> None:
        import pty
        import termios

        self._terminal, inner = pty.openpty()
        termios.tcsetwinsize(inner, (30, 80)) if sys.version_info >= (3, 11) else None
        environment = {**os.environ, "KUBESIM_STATE": str(folder / "state.json"), "TERM": "xterm", "COLUMNS": "80"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kubesim", "sim", "watch"], stdin=inner, stdout=inner, stderr=inner, env=environment
        )
        os.close(inner)
        self.printed = ""

    def press(self, typed: str) -> None:
        os.write(self._terminal, typed.encode())

    def see(self, text: str) -> None:
        """Wait until something is printed that was not there before."""
        begin, end = len(self.printed), time.monotonic() + 20
        while text not in self.printed[begin:]:
            assert time.monotonic() < end, f"{text!r} was not printed, but {self.printed[begin:]!r}"
            if select.select([self._terminal], [], [], 0.1)[0]:
                self.printed += os.read(self._terminal, 65536).decode(errors="replace")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._terminal)


@pytest.fixture
def watcher(cluster: Cluster, tmp_path: Path) -> Iterator[Watcher]:
    watcher = Watcher(tmp_path)
    yield watcher
    watcher.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_keys_steer_it_on_a_terminal(watcher: Watcher) -> None:
    watcher.see("revision 1")
    watcher.press(" ")
    watcher.see("held")
    watcher.press("+")
    watcher.see("2x")
    watcher.press("\x1b[C")
    watcher.see("ahead of the clock")
    watcher.press("\x1b[D\x1b[D\x1b[D")
    watcher.see(" ago")
    watcher.press("q")
    watcher.see("\x1b[?1049l")
    assert watcher.process.wait(10) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_gives_the_terminal_back(watcher: Watcher, number: int, status: int) -> None:
    watcher.see("revision 1")
    watcher.process.send_signal(number)
    watcher.see("\x1b[?1049l")
    assert watcher.process.wait(10) == status
