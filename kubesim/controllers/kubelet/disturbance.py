"""What happens to containers from outside: their processes are killed, or what their probes find changes."""

from __future__ import annotations

from kubesim.api.meta import Obj, copy_of, key_of
from kubesim.containers.main_program import KILLED
from kubesim.controllers.kubelet import containers, probe_worker
from kubesim.controllers.kubelet.lives import OUT_OF_MEMORY, plan_end_after
from kubesim.controllers.kubelet.pod_work import PodWork
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster


def kill(cluster: Cluster, pod: Obj, container: str, *, is_out_of_memory: bool) -> list[str]:
    """End the processes of a pod's containers, or of one, at once; the next relist sees it.

    Gives the names of the containers that ran; UserError if there are none, or if they are ending already.
    """
    work = _work_on(cluster, pod)
    running = [] if work is None else [c for c in containers.running(work) if container in ("", c["name"])]
    if work is None or not running:
        what = f'container "{container}"' if container else "no container"
        does = "does not run" if container else "runs"
        raise UserError(f"{what} of pod {pod['metadata']['name']} {does}")
    if "end" in work.record or "stopping" in work.record:
        raise UserError(f"pod {pod['metadata']['name']} is ending already")
    for each in running:
        plan_end_after(work, each, KILLED, OUT_OF_MEMORY if is_out_of_memory else "")
    cluster.remember(key_of(pod), {**work.record})
    return [each["name"] for each in running]


def end(cluster: Cluster, pod: Obj, container: Obj, code: int) -> None:
    """Let a running container's program end by itself just now; the next relist sees it."""
    work = _work_on(cluster, pod)
    if work is not None:
        plan_end_after(work, container, code, "")
        cluster.remember(key_of(pod), {**work.record})


def replan_probes(cluster: Cluster, pod: Obj) -> None:
    """Plan the probes of a pod's containers anew: what they find is not what it was expected to be."""
    work = _work_on(cluster, pod)
    if work is None:
        return
    for container in containers.running(work):
        probe_worker.replan(work, container, work.container(container["name"]))
    cluster.remember(key_of(pod), {**work.record})


def _work_on(cluster: Cluster, pod: Obj) -> PodWork | None:
    """A pod with a copy of its kubelet's record, None if no kubelet has taken it on."""
    known = cluster.recall(key_of(pod))
    return None if known is None else PodWork(cluster, key_of(pod), pod, copy_of(known))
