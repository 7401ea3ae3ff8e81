"""What the admission plugins that are on by default do to a pod, in place.

Mirrors plugin/pkg/admission (serviceaccount, defaulttolerationseconds, priority) and the Pod strategy's
PrepareForCreate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim import errors
from kubesim.kinds.pod_spec.resources import quality_of_service

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj

TOKEN_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_VOLUME_PREFIX = "kube-api-access-"
# An hour and seven seconds: tokens of this length are extended by the API server.
TOKEN_SECONDS = 3607
READABLE = 420

# How long, in seconds, a pod stays on a node that is not well.
TOLERATION_SECONDS = 300
NODE_TROUBLES = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")

SYSTEM_PRIORITIES = {"system-cluster-critical": 2000000000, "system-node-critical": 2000001000}


def admit_pod(pod: Obj, random_suffix: Callable[[], str]) -> None:
    """Complete a (defaulted) pod; ``random_suffix`` ends the name of its token volume.

    StatusError Forbidden for a priority class that is not there.
    """
    spec = pod["spec"]
    _add_priority(pod)
    _add_tolerations(spec)
    _add_service_account(spec, random_suffix)
    pod["status"] = {"phase": "Pending", "qosClass": quality_of_service(spec)}
    if spec.get("schedulingGates"):
        pod["status"]["conditions"] = [_gated()]


def _add_priority(pod: Obj) -> None:
    spec = pod["spec"]
    name = spec.get("priorityClassName", "")
    if name and name not in SYSTEM_PRIORITIES:
        why = f"no PriorityClass with name {name} was found"
        raise errors.forbidden("pods", "", pod["metadata"].get("name", ""), why)
    spec["priority"] = SYSTEM_PRIORITIES.get(name, 0)
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")


def _add_tolerations(spec: Obj) -> None:
    given = spec.get("tolerations") or []
    added = [_toleration(key) for key in NODE_TROUBLES if not any(_tolerates(one, key) for one in given)]
    if added:
        spec["tolerations"] = [*given, *added]


def _tolerates(toleration: Obj, key: str) -> bool:
    """Whether something is said of that taint already."""
    return toleration.get("key", "") in ("", key) and toleration.get("effect", "") in ("", "NoExecute")


def _toleration(key: str) -> Obj:
    return {"effect": "NoExecute", "key": key, "operator": "Exists", "tolerationSeconds": TOLERATION_SECONDS}


def _add_service_account(spec: Obj, random_suffix: Callable[[], str]) -> None:
    """The account's name, and its token where a container has nothing mounted in its place."""
    name = spec.get("serviceAccountName") or "default"
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    needing = [container for container in containers if not _has_token(container)]
    if spec.get("automountServiceAccountToken") is False or not needing:
        return
    volume = f"{TOKEN_VOLUME_PREFIX}{random_suffix()}"
    for container in needing:
        mount = {"mountPath": TOKEN_DIRECTORY, "name": volume, "readOnly": True}
        container["volumeMounts"] = [*(container.get("volumeMounts") or ()), mount]
    spec["volumes"] = [*(spec.get("volumes") or ()), _token_volume(volume)]


def _has_token(container: Obj) -> bool:
    return any(mount.get("mountPath") == TOKEN_DIRECTORY for mount in container.get("volumeMounts") or ())


def _token_volume(name: str) -> Obj:
    namespace = {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": TOKEN_SECONDS, "path": "token"}},
        {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
        {"downwardAPI": {"items": [namespace]}},
    ]
    return {"name": name, "projected": {"defaultMode": READABLE, "sources": sources}}


def _gated() -> Obj:
    """Mirrors applySchedulingGatedCondition."""
    return {
        "lastProbeTime": None,
        "lastTransitionTime": None,
        "message": "Scheduling is blocked due to non-empty scheduling gates",
        "reason": "SchedulingGated",
        "status": "False",
        "type": "PodScheduled",
    }
