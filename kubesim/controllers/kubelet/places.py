"""Where containers' programs run, by what the kubelet remembers of them."""

from __future__ import annotations

from kubesim.containers.main_program import purpose_of
from kubesim.containers.place import Place
from kubesim.controllers.kubelet.pod_phase import is_sidecar, restarts_after
from kubesim.sim.runtime import behaviour_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.targets import Aim
    from kubesim.controllers.kubelet.records import ContainerRecord


def place_in(cluster: Cluster, pod: Obj, container: Obj, kept: ContainerRecord) -> Place:
    """A container's place, without what is written into its files from elsewhere."""
    spec = pod["spec"]
    is_init = container in (spec.get("initContainers") or ()) and not is_sidecar(container, spec)
    purpose = purpose_of(cluster, restarts=restarts_after(spec, container, 0), is_init=is_init)
    behaviour = behaviour_of(cluster, pod, container)
    answers = ""
    if "answers" in kept:
        from kubesim.containers.inquiries import text_of

        answers = text_of(kept["answers"])
    return Place(cluster, pod, container, behaviour, purpose, kept.get("run", 0), kept.get("on"), (), answers)


def reached_by(kept: ContainerRecord) -> dict[Aim, int]:
    """Since when (ms of its life) a container can reach what it tries to."""
    if "reached" not in kept:
        return {}
    from kubesim.containers.evaluation.targets import aim_of

    return {aim_of(text): instant for text, instant in kept["reached"].items()}
