"""A pod's status, a pure function of the pod and the kubelet's record of it.

Mirrors pkg/kubelet/kubelet_pods.go (generateAPIPodStatus, convertToAPIContainerStatuses) and
pkg/kubelet/status/generate.go.
"""

from __future__ import annotations

from kubesim.api.identity import container_id_of
from kubesim.api.meta import Obj, dig, rfc3339
from kubesim.controllers.kubelet.pod_phase import (
    container_record,
    has_failed,
    has_run,
    incomplete_init_containers,
    is_container_ready,
    is_started,
    phase_of,
    unready,
)
from kubesim.sim.images.name import image_id, parse_image
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.kubelet.records import ContainerRecord, Exit, PodRecord

CREATING = "ContainerCreating"
INITIALIZING = "PodInitializing"
POD_ADDRESSES = 254  # in a node's range


def status_of(pod: Obj, record: PodRecord, node: Obj) -> Obj:
    """The whole status of a pod that runs on ``node``."""
    if "rejected" in record:
        return _rejected_status(pod, record)
    spec = pod["spec"]
    inits = [_container_status(pod, record, c) for c in spec.get("initContainers") or ()]
    mains = [_container_status(pod, record, c) for c in spec["containers"]]
    if len(mains) > 1:
        mains.sort(key=lambda status: str(status["name"]))
    before = pod.get("status") or {}
    phase = phase_of(spec, record)
    generation, address = pod["metadata"].get("generation", 1), _host_ip(node)
    status: Obj = {
        "conditions": _conditions(pod, record, phase, generation),
        "containerStatuses": mains,
        "hostIP": address,
        "hostIPs": [{"ip": address}],
        "observedGeneration": generation,
        "phase": phase,
        "startTime": rfc3339(record["seen"]),
        **_pod_resources(pod, phase, generation),
    }
    if inits:
        status["initContainerStatuses"] = inits
    if spec.get("ephemeralContainers"):
        added = (_container_status(pod, record, c) for c in spec["ephemeralContainers"])
        status["ephemeralContainerStatuses"] = [_never_ready(one) for one in added]
    if "qosClass" in before:
        status["qosClass"] = before["qosClass"]
    if has_failed(record):
        status["reason"], status["message"] = record["failure"]
    if "up" in record:
        status["podIP"] = pod_ip(pod, record, node)
        status["podIPs"] = [{"ip": status["podIP"]}]
    return status


def _rejected_status(pod: Obj, record: PodRecord) -> Obj:
    """Nothing is known of the containers of a pod that was rejected."""
    before = pod.get("status") or {}
    reason, message = record["failure"]
    return {
        **{field: before[field] for field in ("conditions", "qosClass") if field in before},
        "message": message,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "phase": "Failed",
        "reason": reason,
        "startTime": rfc3339(record["seen"]),
    }


def _pod_resources(pod: Obj, phase: str, generation: int) -> Obj:
    """``resources`` and ``allocatedResources`` of the pod as a whole: its control group knows cpu and memory alone.

    Mirrors convertToAPIPodLevelResourcesStatus.
    """
    before = pod.get("status") or {}
    if before.get("phase") == phase and before.get("observedGeneration") == generation and "resources" in before:
        return {field: before[field] for field in ("allocatedResources", "resources") if field in before}
    if not _asks_for_resources(pod["spec"]):
        return {"resources": {}}
    from kubesim.kinds.common.pod_resources import pod_limits, pod_requests

    requests = pod_requests(pod)
    amounts = {"requests": requests, "limits": pod_limits(pod)}
    if phase != "Pending":
        amounts = {field: {k: v for k, v in of.items() if k in ("cpu", "memory")} for field, of in amounts.items()}
    resources = {field: of for field, of in amounts.items() if of}
    return {"resources": resources, "allocatedResources": requests} if requests else {"resources": resources}


def _asks_for_resources(spec: Obj) -> bool:
    containers = (*spec["containers"], *(spec.get("initContainers") or ()))
    return "resources" in spec or "overhead" in spec or any(container.get("resources") for container in containers)


def visible_part(record: PodRecord) -> Obj:
    """The parts of a record that a status shows; the rest is plans."""
    containers = {
        name: {field: value for field, value in kept.items() if field in _VISIBLE}
        for name, kept in record.get("containers", {}).items()
    }
    return {**record, "containers": containers}


_VISIBLE = frozenset(("state", "on", "off", "code", "why", "run", "last", "shown", "unstarted", "unready"))


def pod_ip(pod: Obj, record: PodRecord, node: Obj) -> str:
    """The pod's address: its node's own, or one of the node's range and, that being used up, of ranges further on."""
    if pod["spec"].get("hostNetwork"):
        return _host_ip(node)
    first, second, third, _ = str(dig(node, "spec", "podCIDR", default="192.168.0.0/24")).split(".")
    turn, host = divmod(record["serial"], POD_ADDRESSES)
    block = int(second) * 256 + int(third) + 16 * turn
    return f"{first}.{block // 256}.{block % 256}.{host + 1}"


def _host_ip(node: Obj) -> str:
    for address in dig(node, "status", "addresses", default=()):
        if address["type"] == "InternalIP":
            return str(address["address"])
    return ""


# containers


def container_id(pod: Obj, name: str, run: int) -> str:
    """The id of an instance of a container, a pure function of the pod's uid."""
    return container_id_of(pod["metadata"]["uid"], name, run)


def _container_status(pod: Obj, record: PodRecord, container: Obj) -> Obj:
    spec = pod["spec"]
    kept = container_record(record, container["name"])
    state, last = _states(pod, container, kept, bool(spec.get("initContainers")))
    image, digest = _image_of(container["image"]) if "state" in kept else (container["image"], "")
    status: Obj = {
        "image": image,
        "imageID": digest,
        "lastState": last,
        "name": container["name"],
        "ready": is_container_ready(spec, container, kept),
        "restartCount": kept.get("run", 0),
        "started": is_started(kept),
        "state": state,
    }
    if "state" in kept:
        status["containerID"] = container_id(pod, container["name"], kept.get("run", 0))
        status["resources"] = record.get("allocated", {}).get(container["name"], container.get("resources") or {})
        if status["resources"].get("requests"):
            status["allocatedResources"] = status["resources"]["requests"]
    if container.get("volumeMounts"):
        status["volumeMounts"] = [_mount_status(mount) for mount in container["volumeMounts"]]
    return status


def _never_ready(status: Obj) -> Obj:
    """An ephemeral container's status: no probe looks at it."""
    return {**{field: value for field, value in status.items() if field != "started"}, "ready": False}


@lru_cache(maxsize=256)
def _image_of(image: str) -> tuple[str, str]:
    """How the runtime calls an image that it has, and by which digest."""
    name = parse_image(image)
    return (image, "") if name is None else (name.full, image_id(name))


def _mount_status(mount: Obj) -> Obj:
    """Mirrors VolumeMountStatus as convertToAPIContainerStatuses fills it in."""
    status = {"mountPath": mount["mountPath"], "name": mount["name"]}
    if mount.get("readOnly"):
        status.update(readOnly=True, recursiveReadOnly="Disabled")
    return status


def _states(pod: Obj, container: Obj, kept: ContainerRecord, has_init: bool) -> tuple[Obj, Obj]:
    """``state`` and ``lastState``."""
    name = container["name"]
    last = _terminated(pod, name, kept["last"]) if "last" in kept else {}
    current = kept.get("state")
    if current == "running":
        return {"running": {"startedAt": rfc3339(kept["on"])}}, last
    if current == "exited":
        ended = _terminated(pod, name, current_exit(kept))
        return (_waiting(*kept["shown"]), ended) if "shown" in kept else (ended, last)
    if "shown" in kept:
        return _waiting(*kept["shown"]), last
    return _waiting(INITIALIZING if has_init else CREATING, ""), last


def current_exit(kept: ContainerRecord) -> Exit:
    ended: Exit = {"on": kept["on"], "off": kept["off"], "code": kept["code"], "run": kept.get("run", 0)}
    if "why" in kept:
        ended["why"] = kept["why"]
    if "said" in kept:
        ended["said"] = kept["said"]
    return ended


def _waiting(reason: str, message: str) -> Obj:
    return {"waiting": {"message": message, "reason": reason} if message else {"reason": reason}}


def _terminated(pod: Obj, name: str, ended: Exit) -> Obj:
    reason, message = ended.get("why", [usual_reason(ended["code"]), ""])
    state = {
        "containerID": container_id(pod, name, ended["run"]),
        "exitCode": ended["code"],
        "finishedAt": rfc3339(ended["off"]),
        "reason": reason,
        "startedAt": rfc3339(ended["on"]),
    }
    return {"terminated": {**state, "message": message} if message else state}


def usual_reason(code: int) -> str:
    """What a runtime calls an end with that exit code."""
    return "Error" if code else "Completed"


# conditions


class _Truth(NamedTuple):
    """What a condition says, and since when (ms)."""

    holds: bool
    since: int
    reason: str = ""
    message: str = ""


def _conditions(pod: Obj, record: PodRecord, phase: str, generation: int) -> list[Obj]:
    """The kubelet's conditions in upstream's order, behind those of others."""
    spec, seen = pod["spec"], record["seen"]
    kept = [c for c in (pod.get("status") or {}).get("conditions") or () if c["type"] not in _OWNED]
    is_over = phase in ("Succeeded", "Failed")
    changed = _last_change(record)[1] if is_over else record.get("up", seen)
    containers = _containers_ready(spec, record, phase)
    return [
        *kept,
        *_resize_conditions(record),
        _condition("PodReadyToStartContainers", generation, "up" in record and not is_over, changed),
        _condition("Initialized", generation, *_initialized(spec, record, phase)),
        _condition("Ready", generation, *_gated(spec, kept, containers, record)),
        _condition("ContainersReady", generation, *containers),
        _condition("PodScheduled", generation, True, seen),
    ]


def _resize_conditions(record: PodRecord) -> list[Obj]:
    """Mirrors determinePodResizeStatus."""
    if "deferred" not in record:
        return []
    message, generation, since, _ = record["deferred"]
    return [_condition("PodResizePending", generation, True, since, "Deferred", message)]


_OWNED = frozenset(
    ("PodReadyToStartContainers", "PodResizePending", "Initialized", "Ready", "ContainersReady", "PodScheduled")
)


@lru_cache(maxsize=1024)  # the pods of one command share a few
def _condition(kind: str, generation: int, holds: bool, since: int, reason: str = "", message: str = "") -> Obj:
    condition: Obj = {
        "lastProbeTime": None,
        "lastTransitionTime": rfc3339(since),
        "observedGeneration": generation,
        "status": "True" if holds else "False",
        "type": kind,
    }
    if reason:
        condition["reason"] = reason
    if message:
        condition["message"] = message
    return condition


def _initialized(spec: Obj, record: PodRecord, phase: str) -> _Truth:
    """Mirrors GeneratePodInitializedCondition."""
    since = record.get("initialized", record["seen"])
    if phase == "Succeeded":
        return _Truth(True, since, "PodCompleted")
    incomplete = incomplete_init_containers(spec, record)
    if incomplete and not has_run(spec, record):
        message = f"containers with incomplete status: {_go_list(incomplete)}"
        return _Truth(False, record["seen"], "ContainersNotInitialized", message)
    return _Truth(True, since)


def _containers_ready(spec: Obj, record: PodRecord, phase: str) -> _Truth:
    """Mirrors GenerateContainersReadyCondition."""
    is_ready, since = _last_change(record)
    if phase == "Succeeded":
        return _Truth(False, since, "PodCompleted")
    if phase == "Failed":
        return _Truth(False, since, "PodFailed")
    if is_ready:
        return _Truth(True, since)
    message = f"containers with unready status: {_go_list(unready(spec, record))}"
    return _Truth(False, since, "ContainersNotReady", message)


def _last_change(record: PodRecord) -> tuple[bool, int]:
    is_ready, since = record.get("ready", (0, record["seen"]))
    return bool(is_ready), since


def _gated(spec: Obj, others: Sequence[Obj], containers: _Truth, record: PodRecord) -> _Truth:
    """Mirrors GeneratePodReadyCondition: readiness gates hold a pod back that is ready otherwise."""
    if not containers.holds:
        return containers
    statuses = {condition["type"]: condition["status"] for condition in others}
    missing = []
    for gate in spec.get("readinessGates") or ():
        kind = gate["conditionType"]
        if kind not in statuses:
            missing.append(f'corresponding condition of pod readiness gate "{kind}" does not exist.')
        elif statuses[kind] != "True":
            missing.append(f'the status of pod readiness gate "{kind}" is not "True", but {statuses[kind]}')
    if missing:
        return _Truth(False, record["seen"], "ReadinessGatesNotReady", ", ".join(missing))
    return containers


def _go_list(names: Sequence[str]) -> str:
    return f"[{' '.join(names)}]"
