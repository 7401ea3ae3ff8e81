"""How far a pod is, from its containers: which are ready, what is waited for, and the phase.

Mirrors pkg/kubelet/kubelet_pods.go (getPhase) and pkg/api/v1/pod/util.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.kubelet.records import ContainerRecord, PodRecord


def is_sidecar(container: Obj, spec: Obj) -> bool:
    """Whether an init container keeps running beside the others. Mirrors IsRestartableInitContainer."""
    return container.get("restartPolicy") == "Always" and container in (spec.get("initContainers") or ())


def restarts_after(spec: Obj, container: Obj, code: int) -> bool:
    """Whether a container that ended with ``code`` is started again. Mirrors podutil.ContainerShouldRestart."""
    if container in (spec.get("ephemeralContainers") or ()):
        return False
    if _is_restarted_by_rule(container, code):
        return True
    policy = container.get("restartPolicy") or spec.get("restartPolicy", "Always")
    is_init = container in (spec.get("initContainers") or ())
    if is_init and policy == "Always" and not container.get("restartPolicy"):
        return code != 0
    return policy == "Always" or (policy == "OnFailure" and code != 0)


def _is_restarted_by_rule(container: Obj, code: int) -> bool:
    """Whether the first of its rules that is about the code restarts it. Mirrors FindMatchingContainerRestartRule."""
    for rule in container.get("restartPolicyRules") or ():
        codes = rule.get("exitCodes") or {}
        if codes and (code in codes.get("values", ())) == (codes.get("operator") == "In"):
            return bool(rule.get("action") == "Restart")
    return False


def container_record(record: PodRecord, name: str) -> ContainerRecord:
    return record.get("containers", {}).get(name, {})


def is_started(kept: ContainerRecord) -> bool:
    return kept.get("state") == "running" and not kept.get("unstarted")


def is_container_ready(spec: Obj, container: Obj, kept: ContainerRecord) -> bool:
    """Mirrors prober.manager.UpdatePodStatus: an init container is ready once it has succeeded."""
    if not spec.get("initContainers"):
        return is_started(kept) and not kept.get("unready")
    if kept.get("state") == "running":
        is_plain_init = container in (spec.get("initContainers") or ()) and not is_sidecar(container, spec)
        return not is_plain_init and is_started(kept) and not kept.get("unready")
    is_done = kept.get("state") == "exited" and kept["code"] == 0 and "shown" not in kept
    return is_done and container in (spec.get("initContainers") or ()) and not is_sidecar(container, spec)


def are_containers_ready(spec: Obj, record: PodRecord) -> bool:
    """Whether the condition ContainersReady holds, but for pods that have ended."""
    return not unready(spec, record)


def unready(spec: Obj, record: PodRecord) -> list[str]:
    counted: list[Obj] = spec["containers"]
    if spec.get("initContainers"):
        counted = [*(c for c in spec["initContainers"] if is_sidecar(c, spec)), *counted]
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


def phase_of(spec: Obj, record: PodRecord) -> str:
    """Mirrors getPhase: a sidecar that still runs keeps a pod from its end."""
    if has_failed(record):
        return "Failed"
    if spec.get("initContainers"):
        if _has_failed_to_initialize(spec, record):
            return "Failed"
        if incomplete_init_containers(spec, record) and not has_run(spec, record):
            return "Pending"
    kept_of_mains = [container_record(record, c["name"]) for c in spec["containers"]]
    for kept in kept_of_mains:
        if "state" not in kept:
            return "Pending"
    if not is_done(spec, record) or _runs_sidecars(spec, record):
        return "Running"
    return "Failed" if any(kept["code"] for kept in kept_of_mains) else "Succeeded"


def has_failed(record: PodRecord) -> bool:
    """Whether the pod was ended before its time, with all its containers. Mirrors mergePodStatus."""
    return "failure" in record and "stopping" not in record


def is_done(spec: Obj, record: PodRecord) -> bool:
    """Whether nothing is to run any more, but for sidecars that have not ended yet.

    A container of which something is planned (``do``) is being replaced, whatever the restart policy says.
    """
    if spec.get("initContainers") and _has_failed_to_initialize(spec, record):
        return True
    for container in spec["containers"]:
        kept = container_record(record, container["name"])
        if kept.get("state") != "exited" or "do" in kept:
            return False
        if "end" not in record and restarts_after(spec, container, kept["code"]):
            return False
    return True


def _has_failed_to_initialize(spec: Obj, record: PodRecord) -> bool:
    for container in spec.get("initContainers") or ():
        kept = container_record(record, container["name"])
        if kept.get("state") == "exited" and kept["code"] and not restarts_after(spec, container, kept["code"]):
            return True
    return False


def _runs_sidecars(spec: Obj, record: PodRecord) -> bool:
    if not spec.get("initContainers"):
        return False
    names = [container["name"] for container in spec.get("initContainers") or () if is_sidecar(container, spec)]
    return any(container_record(record, name).get("state") == "running" for name in names)


def has_run(spec: Obj, record: PodRecord) -> bool:
    return any("state" in container_record(record, c["name"]) for c in spec["containers"])
