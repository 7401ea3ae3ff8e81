"""RollingUpdate: pods of old templates are replaced, a few nodes at a time.

Mirrors rollingUpdate of pkg/controller/daemon/update.go.
"""

from __future__ import annotations

from kubesim.api.int_or_percent import value_from_int_or_percent
from kubesim.api.meta import Obj, dig, is_terminating
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.daemon_set.daemon import Daemon


def max_surge(daemon: Daemon, nodes: int) -> int:
    """How many of so many nodes may have a new pod beside the old one. Mirrors SurgeCount."""
    return _bound(daemon, "maxSurge", nodes)


def _bound(daemon: Daemon, field: str, nodes: int) -> int:
    strategy = daemon.spec["updateStrategy"]
    if strategy["type"] != "RollingUpdate":
        return 0
    return value_from_int_or_percent(dig(strategy, "rollingUpdate", field, default=0), nodes, True)


class NodePods(NamedTuple):
    """The pods of a node that are not being deleted: one of the new template, one of an old one, if any."""

    node: str
    new: Obj | None
    old: Obj | None


def rolling_update(daemon: Daemon) -> None:
    """Delete old pods, or create new ones beside them, as far as the strategy lets."""
    by_node = daemon.pods_by_node()
    for name, found in daemon.fits.items():
        if found.should_run:
            by_node.setdefault(name, [])
    paired = [_pair(daemon, name, pods) for name, pods in sorted(by_node.items())]
    surge, unavailable = max_surge(daemon, daemon.desired), _bound(daemon, "maxUnavailable", daemon.desired)
    if surge == 0:
        daemon.sync_nodes(_to_replace(daemon, paired, unavailable or 1), ())
    else:
        daemon.sync_nodes(*_to_surge(daemon, paired, surge))


def _pair(daemon: Daemon, node: str, pods: Sequence[Obj]) -> NodePods | None:
    """None where there are several of one sort, which ``manage`` is to prune. Mirrors findUpdatedPodsOnNode."""
    living = [pod for pod in pods if not is_terminating(pod)]
    new = [pod for pod in living if daemon.is_updated(pod)]
    old = [pod for pod in living if not daemon.is_updated(pod)]
    if len(new) > 1 or len(old) > 1:
        return None
    return NodePods(node, new[0] if new else None, old[0] if old else None)


def _to_replace(daemon: Daemon, paired: Sequence[NodePods | None], max_unavailable: int) -> list[Obj]:
    """The old pods to delete: all that serve nobody, and as many others as may be unavailable."""
    useless: list[Obj] = []
    candidates: list[Obj] = []
    unavailable = 0
    for pods in paired:
        if pods is None or (pods.new is None) == (pods.old is None):
            unavailable += 1
        elif pods.new is not None:
            unavailable += not daemon.is_available(pods.new)
        elif pods.old is not None and daemon.is_available(pods.old):
            candidates.append(pods.old)
        elif pods.old is not None:
            useless.append(pods.old)
            unavailable += 1
    return [*useless, *candidates[: max(0, max_unavailable - unavailable)]]


def _to_surge(daemon: Daemon, paired: Sequence[NodePods | None], surge: int) -> tuple[list[Obj], list[str]]:
    """The old pods to delete, and the nodes to get a new pod beside the old one."""
    to_delete: list[Obj] = []
    misplaced: list[Obj] = []
    allowed: list[str] = []
    candidates: list[str] = []
    surging = available = 0
    for pods in paired:
        if pods is None:
            surging += 1
            continue
        judged = pods.old or pods.new
        available += judged is not None and daemon.is_available(judged)
        if pods.old is None:
            continue
        if pods.new is not None:
            if daemon.is_available(pods.new):
                to_delete.append(pods.old)
            else:
                surging += 1
        elif not _should_run(daemon, pods.node):
            (misplaced if daemon.is_available(pods.old) else to_delete).append(pods.old)
        else:
            (candidates if daemon.is_available(pods.old) else allowed).append(pods.node)
    to_delete += misplaced[: max(0, available - daemon.desired)]
    return to_delete, [*allowed, *candidates[: max(0, surge - surging)]]


def _should_run(daemon: Daemon, node: str) -> bool:
    found = daemon.fits.get(node)
    return found is not None and found.should_run
