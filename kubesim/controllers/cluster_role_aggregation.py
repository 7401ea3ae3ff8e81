"""The aggregation controller: the rules of a ClusterRole that gathers those of others.

Mirrors pkg/controller/clusterroleaggregation.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, dig, key_of, labels_of
from kubesim.api.selectors import from_label_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

KIND = "ClusterRole"


class ClusterRoleAggregationController:
    """Keeps the rules of ClusterRoles that have an aggregationRule."""

    name = "clusterrole-aggregation"
    kind = KIND
    rank = 5

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {KIND: _aggregated}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        role = cluster.find(*key)
        if role is None or not _selectors(role):
            return None
        rules = _gathered(role, cluster.list(KIND))
        if rules != (role.get("rules") or []):
            cluster.update({**role, "rules": rules})
        return None


def _selectors(role: Obj) -> list[Obj]:
    selectors: list[Obj] = dig(role, "aggregationRule", "clusterRoleSelectors", default=[])
    return selectors


def _aggregated(cluster: Cluster, _change: Change) -> Iterable[Key]:
    """Every role that gathers: the one that changed may be among those, or no longer among those, that it gathers."""
    return [key_of(role) for role in cluster.list(KIND) if _selectors(role)]


def _gathered(role: Obj, roles: list[Obj]) -> list[Obj]:
    """The rules of the roles that the selectors match, each once; ``roles`` are sorted by name."""
    rules: list[Obj] = []
    for selector in map(from_label_selector, _selectors(role)):
        for other in roles:
            if other["metadata"]["name"] != role["metadata"]["name"] and selector.matches(labels_of(other)):
                rules += [rule for rule in other.get("rules") or () if rule not in rules]
    return rules
