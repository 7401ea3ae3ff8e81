"""The numbers of a rollout: how many pods there may be, how many there must be, and which to scale.

All of it takes and gives ints (pods), and knows no objects.  Mirrors the arithmetic of
pkg/controller/deployment/util/deployment_util.go.
"""

from __future__ import annotations

from kubesim.api.int_or_percent import value_from_int_or_percent
from kubesim.startup.named_tuple import NamedTuple


class Bounds(NamedTuple):
    """What a Deployment's size and strategy allow, in pods."""

    desired: int
    max_surge: int
    max_unavailable: int

    @property
    def max_replicas(self) -> int:
        """The most pods there may be at any time."""
        return self.desired + self.max_surge

    @property
    def min_available(self) -> int:
        """The least pods that must be available at any time."""
        return self.desired - self.max_unavailable


def resolve_fenceposts(max_surge: int | str, max_unavailable: int | str, desired: int) -> tuple[int, int]:
    """Surge and unavailability in pods: of per cents the surge is rounded up, the unavailability down.

    Where both come to nothing one pod may be unavailable, for otherwise no rollout could move:

    - 2 desired, surge 0%, unavailable 1%: old -1, new +1, old -1, new +1
    - 1 desired, surge 1%, unavailable 25%: new +1, old -1
    """
    surge = value_from_int_or_percent(max_surge, desired, True)
    unavailable = value_from_int_or_percent(max_unavailable, desired, False)
    if surge == 0 and unavailable == 0:
        return 0, 1
    return surge, unavailable


def rolling_bounds(max_surge: int | str, max_unavailable: int | str, desired: int) -> Bounds:
    """The bounds of a rolling update of ``desired`` pods. Mirrors MaxSurge and MaxUnavailable."""
    surge, unavailable = resolve_fenceposts(max_surge, max_unavailable, desired)
    return Bounds(desired, surge, min(unavailable, desired))


def recreate_bounds(desired: int) -> Bounds:
    """The bounds of a Deployment that is recreated: no pod more, and none less but while it is down."""
    return Bounds(desired, 0, 0)


def new_rs_new_replicas(bounds: Bounds, current_total: int, new_size: int) -> int:
    """The size that the new ReplicaSet may grow to while all ReplicaSets together want ``current_total`` pods.

    3 desired, surge 1, 3 old pods: 1 new.  Mirrors NewRSNewReplicas for a rolling update.
    """
    room = bounds.max_replicas - current_total
    if room <= 0:
        return new_size
    return new_size + min(room, bounds.desired - new_size)


def max_scaled_down(bounds: Bounds, total: int, new_unavailable: int) -> int:
    """How many old pods may go at all: what is over the minimum when new pods that are not available count for none.

    10 desired, 3 surge, 2 unavailable; 8 old and 5 new pods that crash: 13 - 8 - 5 = 0, no old pod goes.  After an
    undo the 8 are the new ones, of which 1 is not available: 13 - 8 - 1 = 4 of those that crash go.
    """
    return total - bounds.min_available - new_unavailable


def replica_set_fraction(size: int, bounds: Bounds, max_replicas_before: int) -> int:
    """By how many pods a ReplicaSet of ``size`` changes when the Deployment is scaled in mid-rollout.

    ``max_replicas_before`` is the most pods that were allowed before; 0 if that is unknown, and so is the answer.
    Halves round away from zero.  Mirrors getReplicaSetFraction.
    """
    if bounds.desired == 0:
        return -size
    if max_replicas_before == 0:
        return 0
    new_size = (2 * size * bounds.max_replicas + max_replicas_before) // (2 * max_replicas_before)
    return new_size - size


def proportion(size: int, fraction: int, to_add: int, added: int) -> int:
    """A ReplicaSet's share of ``to_add`` pods (fewer than 0: to take away) of which ``added`` are given out already.

    Mirrors GetReplicaSetProportion.
    """
    if size == 0 or to_add == added:
        return 0
    allowed = to_add - added
    return min(fraction, allowed) if to_add > 0 else max(fraction, allowed)


def spread(sizes: list[int], fractions: list[int], to_add: int) -> list[int]:
    """The new sizes when ``to_add`` pods are given out in that order; what is left over goes to the first.

    5 and 8 pods, fractions 2 and 3, 5 to add: 7 and 11.
    """
    if to_add == 0 or not sizes:
        return list(sizes)
    added = 0
    shares = []
    for size, fraction in zip(sizes, fractions, strict=True):
        shares.append(proportion(size, fraction, to_add, added))
        added += shares[-1]
    result = [size + share for size, share in zip(sizes, shares, strict=True)]
    result[0] = max(0, result[0] + to_add - added)
    return result
