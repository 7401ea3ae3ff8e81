"""What a pod's containers are to it: which are sidecars, which are started again, started, ready or waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.controllers.kubelet.records import ContainerRecord, PodRecord


def is_sidecar(container: Obj, spec: Obj) -> bool:
    """Whether an init container keeps running beside the others. Mirrors IsRestartableInitContainer."""
    return container.get("restartPolicy") == "Always" and container in (spec.get("initContainers") or ())


def sidecars_of(spec: Obj) -> list[Obj]:
    return [container for container in spec.get("initContainers") or () if is_sidecar(container, spec)]


def running_sidecars(spec: Obj, record: PodRecord) -> list[Obj]:
    """The sidecars that run, in the order of the spec."""
    return [c for c in sidecars_of(spec) if container_record(record, c["name"]).get("state") == "running"]


def restarts_after(spec: Obj, container: Obj, code: int) -> bool:
    """Whether a container that ended with ``code`` is started again. Mirrors podutil.ContainerShouldRestart."""
    policy = container.get("restartPolicy") or spec.get("restartPolicy", "Always")
    is_init = container in (spec.get("initContainers") or ())
    if is_init and policy == "Always" and not container.get("restartPolicy"):
        return code != 0
    return policy == "Always" or (policy == "OnFailure" and code != 0)


def container_record(record: PodRecord, name: str) -> ContainerRecord:
    return record.get("containers", {}).get(name, {})


def is_started(kept: ContainerRecord) -> bool:
    return kept.get("state") == "running" and not kept.get("unstarted")


def is_container_ready(spec: Obj, container: Obj, kept: ContainerRecord) -> bool:
    """Mirrors prober.manager.UpdatePodStatus: an init container is ready once it has succeeded."""
    if kept.get("state") == "running":
        is_plain_init = container in (spec.get("initContainers") or ()) and not is_sidecar(container, spec)
        return not is_plain_init and is_started(kept) and not kept.get("unready")
    is_done = kept.get("state") == "exited" and kept["code"] == 0 and "shown" not in kept
    return is_done and container in (spec.get("initContainers") or ()) and not is_sidecar(container, spec)


def are_containers_ready(spec: Obj, record: PodRecord) -> bool:
    """Whether the condition ContainersReady holds, but for pods that have ended."""
    return not unready(spec, record)


def unready(spec: Obj, record: PodRecord) -> list[str]:
    counted = [*sidecars_of(spec), *spec["containers"]]
    return [c["name"] for c in counted if not is_container_ready(spec, c, container_record(record, c["name"]))]


def incomplete_init_containers(spec: Obj, record: PodRecord) -> list[str]:
    """The init containers that the others wait for. Mirrors isInitContainerInitialized."""
    names = []
    for container in spec.get("initContainers") or ():
        kept = container_record(record, container["name"])
        is_done = is_started(kept) if is_sidecar(container, spec) else is_container_ready(spec, container, kept)
        if not is_done:
            names.append(container["name"])
    return names
