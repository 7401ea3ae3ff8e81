"""A client binds a pod to a node, as a scheduler does. Mirrors BindingREST of pkg/registry/core/pod/storage."""

from __future__ import annotations

from kubesim import errors
from kubesim.api.fields import not_supported, required
from kubesim.api.meta import Obj, condition_of, dig, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.client import Client


def create_binding(client: Client, binding: Obj) -> Obj:
    """Do what a Binding asks for that was not sent to its pod's address; the Status of the answer. StatusError."""
    meta = binding["metadata"]
    client.authorize("create", "Binding", meta["namespace"], meta.get("name", ""))
    return bind(client, meta["namespace"], meta.get("name", ""), binding)


def bind(client: Client, namespace: str, name: str, binding: Obj) -> Obj:
    """Assign a pod to the node that the Binding names; the Status of the answer.

    StatusError NotFound for a pod that is not there, Conflict for one that has a node or waits behind a gate; one
    without a reason for a Binding that is wrong.
    """
    _validate(binding)
    pod = client.get("Pod", namespace, name)
    node = dig(pod, "spec", "nodeName")
    if pod["metadata"].get("deletionTimestamp"):
        raise _conflict(name, f"pod {name} is being deleted, cannot be assigned to a host")
    if node:
        raise _conflict(name, f'pod {name} is already assigned to node "{node}"')
    if dig(pod, "spec", "schedulingGates"):
        raise _conflict(name, f"pod {name} has non-empty .spec.schedulingGates")
    if not client.dry_run:
        client.cluster.bind(pod, binding["target"]["name"], _scheduled(pod, client.now))
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def _validate(binding: Obj) -> None:
    """Mirrors ValidatePodBinding; its caller makes one plain error of what is wrong."""
    target = binding.get("target") or {}
    kind = target.get("kind", "")
    wrong = [] if kind in ("", "Node") else [not_supported("target.kind", kind, ("Node", "<empty>"))]
    wrong += [] if target.get("name") else [required("target.name")]
    if wrong:
        words = ", ".join(map(str, wrong))
        raise errors.StatusError("", words if len(wrong) == 1 else f"[{words}]", 500)


def _conflict(name: str, why: str) -> errors.StatusError:
    return errors.conflict("pods/binding", "", name, why)


def _scheduled(pod: Obj, now: int) -> Obj:
    """The pod's status once it has a node. Mirrors assignPod."""
    status = pod.get("status") or {}
    if (condition_of(pod, "PodScheduled") or {}).get("status") == "True":
        return status
    condition = {
        "lastProbeTime": None,
        "lastTransitionTime": rfc3339(now),
        "observedGeneration": pod["metadata"].get("generation", 1),
        "status": "True",
        "type": "PodScheduled",
    }
    others = [one for one in status.get("conditions") or () if one["type"] != "PodScheduled"]
    return {**status, "conditions": [*others, condition]}
