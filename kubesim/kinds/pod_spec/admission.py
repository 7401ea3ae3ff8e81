"""What the admission plugins that are on by default do to a pod, in place.

Mirrors plugin/pkg/admission (serviceaccount, defaulttolerationseconds, priority) and the Pod strategy's
PrepareForCreate.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import annotations_of, rfc3339
from kubesim.api.well_known import TAINT_NODE_NOT_READY, TAINT_NODE_UNREACHABLE
from kubesim.kinds.pod_spec.resources import quality_of_service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission, Reader

TOKEN_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_VOLUME_PREFIX = "kube-api-access-"
# An hour and seven seconds: tokens of this length are extended by the API server.
TOKEN_SECONDS = 3607
READABLE = 420

# How long, in seconds, a pod stays on a node that is not well.
TOLERATION_SECONDS = 300
NODE_TROUBLES = (TAINT_NODE_NOT_READY, TAINT_NODE_UNREACHABLE)

SYSTEM_PRIORITIES = {"system-cluster-critical": 2000000000, "system-node-critical": 2000001000}


def admit_pod(pod: Obj, admission: Admission) -> None:
    """Complete a (defaulted) pod.

    StatusError Forbidden for a service account, a priority class or a runtime class that is not there.
    """
    spec, namespace = pod["spec"], pod["metadata"]["namespace"]
    if annotations_of(pod):
        from kubesim.kinds.pod_spec.app_armor import take_over_annotations

        for warning in take_over_annotations(pod):
            admission.warn(warning)
    ranges = admission.list("LimitRange", namespace)
    if ranges:
        from kubesim.kinds.common.limit_ranger import fill_in_limits

        fill_in_limits(pod, ranges)
    refuse_service_account(pod, admission)
    _add_service_account(spec, admission.random_suffix)
    _add_priority(pod, admission)
    _add_tolerations(spec)
    pod["status"] = {"phase": "Pending", "qosClass": quality_of_service(spec)}
    if spec.get("schedulingGates"):
        pod["status"]["conditions"] = [_gated(admission.now)]


def admit_pod_update(new: Obj, old: Obj) -> None:
    """Keep what was filled in when the pod was new, and is left out now."""
    for field in ("priority", "preemptionPolicy"):
        if field in old["spec"]:
            new["spec"].setdefault(field, old["spec"][field])
    _add_tolerations(new["spec"])


def priority_class_of(pod: Obj, reader: Reader) -> Obj:
    """The class that the pod names, or else the default one; StatusError Forbidden. Mirrors establishPriority."""
    name = pod["spec"].get("priorityClassName")
    if not name:
        defaults = [found for found in reader.list("PriorityClass") if found.get("globalDefault")]
        return min(defaults, key=lambda found: int(found["value"]), default={"value": 0})
    if name in SYSTEM_PRIORITIES:
        return {"value": SYSTEM_PRIORITIES[name]}
    found = reader.find("PriorityClass", "", name)
    if found is None:
        raise _refusal(pod, f"no PriorityClass with name {name} was found")
    return found


def _add_priority(pod: Obj, reader: Reader) -> None:
    """Mirrors the plugin Priority's admitPod."""
    spec, found = pod["spec"], priority_class_of(pod, reader)
    if "metadata" in found:
        spec["priorityClassName"] = found["metadata"]["name"]
    policy = found.get("preemptionPolicy", "PreemptLowerPriority")
    filled_in = (
        ("priority", "integer", "priority", found["value"]),
        ("preemptionPolicy", "string", "PreemptionPolicy", policy),
    )
    for field, type_, called, value in filled_in:
        if spec.setdefault(field, value) != value:
            raise _refusal(
                pod,
                f"the {type_} value of {called} ({spec[field]}) must not be provided in pod spec; priority admission "
                f"controller computed {value} from the given PriorityClass name",
            )


def admit_valid_pod(pod: Obj, cluster: Reader) -> None:
    """Refuse a pod that exceeds its namespace's limits, or names a runtime class that is not there."""
    name = pod["spec"].get("runtimeClassName")
    if name and cluster.find("RuntimeClass", "", name) is None:
        raise _refusal(pod, f'pod rejected: RuntimeClass "{name}" not found')
    ranges = cluster.list("LimitRange", pod["metadata"]["namespace"])
    if ranges:
        from kubesim.kinds.common.limit_ranger import beyond_limits

        wrong = beyond_limits(pod, ranges)
        if wrong:
            raise _refusal(pod, wrong)


def refuse_service_account(pod: Obj, reader: Reader) -> None:
    """StatusError Forbidden for an account that is not there; a namespace's default one comes soon enough."""
    namespace, name = pod["metadata"]["namespace"], pod["spec"].get("serviceAccountName")
    if name and name != "default" and reader.find("ServiceAccount", namespace, name) is None:
        why = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
        raise _refusal(pod, why)


def _refusal(pod: Obj, why: str) -> errors.StatusError:
    meta = pod["metadata"]
    return errors.forbidden("pods", "", meta.get("name") or meta.get("generateName", ""), why)


def _add_tolerations(spec: Obj) -> None:
    given = spec.get("tolerations") or []
    added = [_toleration(key) for key in NODE_TROUBLES if not any(_tolerates(one, key) for one in given)]
    if added:
        spec["tolerations"] = [*given, *added]


def _tolerates(toleration: Obj, key: str) -> bool:
    """Whether a toleration of that taint is there already."""
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


def gated_since(pod: Obj, now: int) -> Obj:
    """A pod that scheduling gates hold, as one made at ``now`` (ms)."""
    return {**pod, "status": {**pod["status"], "conditions": [_gated(now)]}}


def _gated(now: int) -> Obj:
    """Mirrors applySchedulingGatedCondition."""
    return {
        "lastProbeTime": None,
        "lastTransitionTime": rfc3339(now),
        "message": "Scheduling is blocked due to non-empty scheduling gates",
        "reason": "SchedulingGated",
        "status": "False",
        "type": "PodScheduled",
    }
