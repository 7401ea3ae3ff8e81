"""A pod on every node that is to have one, and none elsewhere.

Mirrors manage and podsShouldBeOnNode of pkg/controller/daemon/daemon_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import MINUTE, SECOND, Obj, is_terminating
from kubesim.controllers import pod_control
from kubesim.controllers.daemon_set.daemon import Daemon, oldest_first
from kubesim.controllers.daemon_set.rolling import max_surge
from kubesim.sim.clock import START_OF_TIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_BACK_OFF = 1 * SECOND
LONGEST_BACK_OFF = 15 * MINUTE


def manage(daemon: Daemon) -> bool:
    """Create what is missing and delete what is too much; whether there was anything to do."""
    by_node = daemon.pods_by_node()
    needing: list[str] = []
    to_delete: list[Obj] = []
    for name, found in daemon.fits.items():
        pods = by_node.get(name)
        if found.should_run and pods is None:
            needing.append(name)
        elif found.should_continue:
            living = [pod for pod in pods or () if not is_terminating(pod)]
            running = [pod for pod in living if not pod_control.is_terminal(pod)]
            to_delete += [pod for pod in living if pod_control.is_terminal(pod) and _is_to_go(daemon, name, pod)]
            to_delete += _excess(daemon, running)
            if max_surge(daemon, 1) > 0 and found.should_run and not running:
                needing.append(name)
        else:
            to_delete += [pod for pod in pods or () if not is_terminating(pod)]
    gone = [name for name in by_node if name not in daemon.fits]
    to_delete += [pod for name in gone for pod in by_node[name] if not pod["spec"].get("nodeName")]
    return daemon.sync_nodes(to_delete, needing)


def _is_to_go(daemon: Daemon, node: str, pod: Obj) -> bool:
    """Whether a pod that ended is deleted now: one that failed only after a while, longer each time."""
    succeeded = pod["status"].get("phase") == "Succeeded"
    meta = pod["metadata"]
    title = f"{meta['namespace']}/{meta['name']} on node {node}"
    if succeeded:
        message = f"Found succeeded daemon pod {title}, will try to delete it"
        daemon.record_event("Normal", "SucceededDaemonPod", message)
        return True
    if _back_off_end(daemon, node) > daemon.now:
        return False
    _back_off(daemon, node)
    daemon.record_event("Warning", "FailedDaemonPod", f"Found failed daemon pod {title}, will try to kill it")
    return True


def _back_offs(daemon: Daemon) -> Obj:
    """``{node: [since, for]}`` (ms)."""
    found: Obj = (daemon.cluster.recall(daemon.key) or {}).get("failed", {})
    return found


def _back_off_end(daemon: Daemon, node: str) -> int:
    since, length = _back_offs(daemon).get(node, (START_OF_TIME, 0))
    return int(since + length)


def _back_off(daemon: Daemon, node: str) -> None:
    """Mirrors flowcontrol.Backoff.Next: what did not fail for long starts anew."""
    before = _back_offs(daemon).get(node)
    length = FIRST_BACK_OFF
    if before is not None and daemon.now - before[0] <= 2 * LONGEST_BACK_OFF:
        length = min(2 * before[1], LONGEST_BACK_OFF)
    record = daemon.cluster.recall(daemon.key) or {}
    failed = {**_back_offs(daemon), node: [daemon.now, length]}
    daemon.cluster.remember(daemon.key, {**record, "failed": failed})


def next_back_off_end(daemon: Daemon) -> int | None:
    """When the next failed pod may be deleted (ms)."""
    ends = (_back_off_end(daemon, node) for node in _back_offs(daemon))
    return min((end for end in ends if end > daemon.now), default=None)


def _excess(daemon: Daemon, running: Sequence[Obj]) -> list[Obj]:
    """All but the oldest pod of a node; with surge, all but the oldest new and the oldest old one.

    Of these two the old one goes once the new one is available, or if it is not ready itself.
    """
    if len(running) <= 1:
        return []
    ordered = oldest_first(running)
    if max_surge(daemon, 1) == 0:
        return ordered[1:]
    new = [pod for pod in ordered if daemon.is_updated(pod)]
    old = [pod for pod in ordered if not daemon.is_updated(pod)]
    rest = [pod for pod in ordered if pod not in (*new[:1], *old[:1])]
    if new and old and (not pod_control.is_ready(old[0]) or daemon.is_available(new[0])):
        rest.append(old[0])
    return rest
