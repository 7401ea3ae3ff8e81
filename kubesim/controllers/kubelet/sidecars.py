"""The end of a pod's sidecars: once the other containers are over, one by one, the last first.

Mirrors the termination of restartable init containers in pkg/kubelet (kuberuntime_termination_order.go, and
status_manager.go, which keeps a pod from its last phase while containers run).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import SECOND
from kubesim.controllers.kubelet import hooks
from kubesim.controllers.kubelet.pod_containers import running_sidecars
from kubesim.controllers.kubelet.pod_status import are_others_over
from kubesim.sim.runtime import END_TIME

if TYPE_CHECKING:
    from kubesim.controllers.kubelet.pod_work import PodWork


def end(work: PodWork) -> None:
    """Tell the last sidecar that runs to end, if the pod's other containers are over."""
    if not are_others_over(work.spec, work.record):
        return
    for container in reversed(running_sidecars(work.spec, work.record)):
        kept = work.container(container["name"])
        if kept.get("do") != "stopped":
            work.tell("Normal", "Killing", f"Stopping container {container['name']}", container)
            grace = int(work.spec.get("terminationGracePeriodSeconds", 30)) * SECOND
            time = min(hooks.pre_stop_time(work, container, kept), grace) + END_TIME
            for planned in ("probes", "awaits"):
                kept.pop(planned, None)  # type: ignore[misc]
            kept["do"], kept["due"] = "stopped", work.now + time
        return
