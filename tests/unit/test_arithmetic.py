"""The numbers of a rollout; the cases are those of upstream's deployment_util_test.go and sync_test.go."""

from __future__ import annotations

import pytest
from kubesim.controllers.deployment import arithmetic
from kubesim.controllers.deployment.arithmetic import Bounds


@pytest.mark.parametrize(
    ("max_surge", "max_unavailable", "desired", "expected"),
    [
        pytest.param("0%", "0%", 0, (0, 1), id="nothing of nothing still moves"),
        pytest.param("39%", "39%", 10, (4, 3), id="surge is rounded up, unavailable down"),
        pytest.param(0, "39%", 10, (0, 3), id="no surge"),
        pytest.param("39%", 0, 10, (4, 0), id="none unavailable"),
        pytest.param(0, 0, 10, (0, 1), id="one is unavailable where nothing else could move"),
        pytest.param(0, "1%", 2, (0, 1), id="2 desired, surge 0, unavailable 1%"),
        pytest.param(0, "1%", 1, (0, 1), id="1 desired, surge 0, unavailable 1%"),
        pytest.param("1%", "25%", 2, (1, 0), id="2 desired, surge 1%, unavailable 25%"),
        pytest.param("1%", "25%", 1, (1, 0), id="1 desired, surge 1%, unavailable 25%"),
        pytest.param("1%", 0, 2, (1, 0), id="2 desired, surge 1%, unavailable 0"),
        pytest.param("25%", "25%", 4, (1, 1), id="the defaults for 4"),
        pytest.param("25%", "25%", 5, (2, 1), id="the defaults for 5"),
    ],
)
def test_resolve_fenceposts(max_surge, max_unavailable, desired, expected):
    assert arithmetic.resolve_fenceposts(max_surge, max_unavailable, desired) == expected


@pytest.mark.parametrize(("max_surge", "max_unavailable"), [("oops", "39%"), ("55%", "urg")])
def test_resolve_fenceposts_refuses_words(max_surge, max_unavailable):
    with pytest.raises(ValueError, match="invalid value for IntOrString"):
        arithmetic.resolve_fenceposts(max_surge, max_unavailable, 10)


@pytest.mark.parametrize(
    ("desired", "max_unavailable", "unavailable", "available"),
    [
        pytest.param(10, 5, 5, 5, id="less than the replicas"),
        pytest.param(10, 10, 10, 0, id="equal to the replicas"),
        pytest.param(5, 10, 5, 0, id="more than the replicas"),
        pytest.param(0, 10, 0, 0, id="no replicas"),
        pytest.param(10, "50%", 5, 5, id="less, in per cent"),
        pytest.param(10, "60%", 6, 4, id="somewhat less, in per cent"),
        pytest.param(10, "100%", 10, 0, id="equal, in per cent"),
        pytest.param(5, "100%", 5, 0, id="all of five"),
    ],
)
def test_max_unavailable_and_min_available(desired, max_unavailable, unavailable, available):
    bounds = arithmetic.rolling_bounds(1, max_unavailable, desired)
    assert (bounds.max_unavailable, bounds.min_available, bounds.max_replicas) == (unavailable, available, desired + 1)


def test_recreate_has_no_bounds_to_play_with():
    assert arithmetic.recreate_bounds(10) == Bounds(10, 0, 0)


@pytest.mark.parametrize(
    ("desired", "max_surge", "total", "new_size", "expected"),
    [
        pytest.param(1, 1, 5, 5, 5, id="cannot scale up: the size it has"),
        pytest.param(6, 10, 5, 2, 6, id="scales up to the desired size and no further"),
        pytest.param(10, 0, 10, 0, 0, id="no surge, no room"),
        pytest.param(10, 2, 10, 0, 2, id="the surge is the room"),
        pytest.param(10, 2, 5, 0, 7, id="what is missing and the surge are the room"),
        pytest.param(10, 2, 12, 2, 2, id="the surge is used up"),
    ],
)
def test_new_rs_new_replicas(desired, max_surge, total, new_size, expected):
    assert arithmetic.new_rs_new_replicas(Bounds(desired, max_surge, 0), total, new_size) == expected


@pytest.mark.parametrize(
    ("total", "new_unavailable", "expected"),
    [
        pytest.param(13, 5, 0, id="new pods that crash: no old pod goes"),
        pytest.param(13, 1, 4, id="after an undo: four of those that crash go"),
        pytest.param(13, 0, 5, id="a roll over: the new one has no pods yet"),
    ],
)
def test_max_scaled_down(total, new_unavailable, expected):
    assert arithmetic.max_scaled_down(Bounds(10, 3, 2), total, new_unavailable) == expected


@pytest.mark.parametrize(
    ("desired", "max_surge", "size", "before", "expected"),
    [
        pytest.param(0, 0, 10, 0, -10, id="an empty deployment scales to 0"),
        pytest.param(10, 0, 5, 0, 0, id="nobody knows what there was"),
        pytest.param(120, 0, 50, 100, 10, id="up by a fifth"),
        pytest.param(120, 10, 50, 110, 9, id="up by a fifth with surge: not the whole of it"),
        pytest.param(10, 0, 6, 12, -1, id="down by a sixth"),
        pytest.param(100, 10, 50, 130, -8, id="down by a sixth with surge"),
    ],
)
def test_replica_set_fraction(desired, max_surge, size, before, expected):
    assert arithmetic.replica_set_fraction(size, Bounds(desired, max_surge, 1), before) == expected


@pytest.mark.parametrize(
    ("sizes", "before", "bounds", "expected"),
    [
        pytest.param([3, 2], 5, Bounds(10, 0, 1), [6, 4], id="proportional scaling: 5 -> 10"),
        pytest.param([3, 2], 5, Bounds(3, 0, 1), [2, 1], id="proportional scaling: 5 -> 3"),
        pytest.param([8, 1], 9, Bounds(4, 0, 1), [4, 0], id="proportional scaling: 9 -> 4"),
        pytest.param([3, 2, 2], 7, Bounds(10, 0, 1), [4, 3, 3], id="proportional scaling: 7 -> 10"),
        pytest.param([8, 3, 2], 13, Bounds(8, 0, 1), [5, 2, 1], id="proportional scaling: 13 -> 8"),
        pytest.param([1, 1, 1], 3, Bounds(4, 0, 1), [2, 1, 1], id="leftover distribution: 3 -> 4"),
        pytest.param([1, 1, 1], 3, Bounds(2, 0, 1), [0, 1, 1], id="leftover distribution: 3 -> 2"),
        pytest.param([3, 2, 1], 6, Bounds(0, 0, 1), [0, 0, 0], id="proportional scaling: 6 -> 0"),
        pytest.param([6, 6], 12, Bounds(20, 2, 0), [11, 11], id="deployment with surge pods"),
        pytest.param([8, 5], 13, Bounds(50, 6, 0), [34, 22], id="change both surge and size"),
        pytest.param([8, 5], 13, Bounds(15, 3, 2), [11, 7], id="recorded: 10 -> 15"),
        pytest.param([11, 7], 18, Bounds(6, 3, 2), [5, 4], id="halves round away from zero: 15 -> 6"),
        pytest.param([3, 2], 5, Bounds(5, 0, 1), [3, 2], id="nothing to add"),
    ],
)
def test_spread(sizes, before, bounds, expected):
    fractions = [arithmetic.replica_set_fraction(size, bounds, before) for size in sizes]
    to_add = (bounds.max_replicas if bounds.desired else 0) - sum(sizes)
    assert arithmetic.spread(sizes, fractions, to_add) == expected
