"""The registry knows what controllers watch without importing them."""

from __future__ import annotations

import pytest
from kubesim.controllers import registry
from kubesim.sim.engine import ANY_KIND, Registered


@pytest.mark.parametrize("row", registry(), ids=lambda row: row.name)
def test_a_row_says_of_its_controller_what_the_controller_says(row: Registered) -> None:
    controller = row.load()
    assert (row.name, row.kind, row.rank) == (controller.name, controller.kind, controller.rank)
    watched = frozenset(controller.watches())
    if row.kind != ANY_KIND and ANY_KIND in watched:
        assert row.watched is None
    else:
        assert row.watched == watched | ({row.kind} if row.kind != ANY_KIND else set())
