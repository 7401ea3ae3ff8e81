"""What a cluster that was saved must not forget, and what must leave no trace in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kubesim.api.meta import HOUR
from kubesim.cluster import Client
from kubesim.errors import StatusError
from tests.property.lives import Act, Commands, Uncut, deployment, service, workload

if TYPE_CHECKING:
    from pathlib import Path

    from kubesim.cluster import Change


def test_who_looks_at_everything_leaves_no_trace() -> None:
    world = Uncut.new().live([Act("create", deployment(2), 1000)])
    before = world.saved().content
    world.look_at_everything()
    assert world.saved().content == before


def test_a_refused_creation_takes_no_serial() -> None:
    world = Uncut.new().live([Act("create", deployment(1))])
    before = dict(world.cluster.head)
    with pytest.raises(StatusError):
        Client(world.cluster).create(deployment(1))
    with pytest.raises(StatusError):
        Client(world.cluster).create(deployment(-1))
    assert world.cluster.head == before


def test_an_orphan_that_was_saved_as_it_started_turns_ready() -> None:
    world = Uncut.new().live([Act("create", workload("DaemonSet", "nginx:1.20"), 500, "DaemonSet")])
    opened = world.reopened()
    opened.act(Act("delete", "Orphan", 0, "DaemonSet"))
    assert opened.engine.next_wake() == opened.reopened().engine.next_wake() == world.engine.next_wake()


def test_nobody_waits_for_what_is_gone() -> None:
    world = Uncut.new().live([Act("create", deployment(1)), Act("restart"), Act("delete", "Background", 30_000)])
    assert world.engine.next_wake() is None


def test_a_stateful_set_deleted_in_the_foreground_goes() -> None:
    stateful_set = workload("StatefulSet", "nginx:1.20", replicas=1)
    world = Uncut.new().live([Act("create", stateful_set, 10_000, "StatefulSet")])
    world.act(Act("delete", "Foreground", 10_000, "StatefulSet"))
    kinds = ("StatefulSet", "ControllerRevision", "Pod")
    assert [world.cluster.list(kind) for kind in kinds] == [[], [], []]


def test_a_change_has_the_instant_at_which_it_happened() -> None:
    world = Uncut.new()
    begins = world.cluster.now
    seen: list[Change] = []
    world.cluster.observers.append(seen.append)
    world.act(Act("create", deployment(1), 10_000))
    instants = [change.instant - begins for change in seen]
    assert instants == sorted(instants)
    assert instants[0] == 0
    assert 0 < instants[-1] < 10_000


def test_events_that_expired_are_dropped_from_the_file_by_the_next_command_that_writes(tmp_path: Path) -> None:
    with Commands.on(tmp_path, Uncut.new().live([Act("create", deployment(2), 10_000)])) as commands:
        commands.wall += 2 * HOUR
        commands.act(Act("create", service()))
        assert not [name for name in commands.drawers() if name.kind == "Event"]
