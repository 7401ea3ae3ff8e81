"""A timeline that is led again from the journal is the one that was lived; so it agrees with status and events."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from hypothesis import given, settings
from kubesim.api.meta import Key
from kubesim.life.replay import recorded as replayed
from kubesim.sim.profiles import BARE
from kubesim.views.timeline.past import Past

from tests.property.lives import NAME, Act, Commands, Uncut, service
from tests.property.test_lives import LIVES, quick
from tests.property.test_timelines import Recorded

if TYPE_CHECKING:
    from kubesim.views.timeline.model import Lane, Timeline


def _led_again(folder: Path, acts: list[Act], kind: str) -> Timeline:
    """The timeline of a life that commands have led, from the journal that they have left."""
    with Commands.on(folder, Uncut.new(profile=BARE)) as commands:
        for act in acts:
            commands.act(act)
        past = Past(replayed(commands.session.simulation), "default", "kubesim")
        return past.timeline(Key(kind, "default", NAME), past.since(0))


def _lanes(timeline: Timeline) -> list[Lane]:
    return sorted(timeline.lanes, key=lambda lane: (lane.pod, lane.spans[0].begin))


def _check(folder: Path, acts: list[Act], kind: str) -> None:
    lived = Recorded(kind, acts, BARE).timeline
    again = _led_again(Path(mkdtemp(dir=folder)), acts, kind)
    assert again.steps == lived.steps
    assert _lanes(again) == _lanes(lived)
    assert (again.begin, again.end, again.outcome) == (lived.begin, lived.end, lived.outcome)
    assert (again.created, again.done_since) == (lived.created, lived.done_since)


@settings(quick, max_examples=40)
@given(acts=LIVES["Deployment"])
def test_a_deployment_is_led_again_as_it_was_lived(tmp_path: Path, acts: list[Act]) -> None:
    _check(tmp_path, acts, "Deployment")


def test_a_template_that_is_there_again_at_the_same_instant_is_the_newest_one(tmp_path: Path) -> None:
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "nginx", "image": "nginx:1.21"}]},
    }
    spec = {"selector": {"matchLabels": {"app": "web"}}, "serviceName": "web", "replicas": 1, "template": template}
    made = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": NAME, "namespace": "default"},
        "spec": spec,
    }
    there_and_back = [
        Act("image", "nginx:1.20", pause=0, kind="StatefulSet"),
        Act("undo", None, pause=200, kind="StatefulSet"),
    ]
    acts = [Act("create", service()), Act("create", made, pause=5000, kind="StatefulSet"), *there_and_back]
    _check(tmp_path, acts, "StatefulSet")


@settings(quick, max_examples=15)
@given(acts=LIVES["StatefulSet"])
def test_a_stateful_set_is_led_again_as_it_was_lived(tmp_path: Path, acts: list[Act]) -> None:
    _check(tmp_path, acts, "StatefulSet")
