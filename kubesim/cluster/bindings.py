"""A client binds a pod to a node, as a scheduler does. Mirrors BindingREST of pkg/registry/core/pod/storage."""

from __future__ import annotations

from kubesim import errors
from kubesim.api.fields import not_supported, required
from kubesim.api.meta import Obj, condition_of, dig, rfc3339, with_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.client import Client


_GIVEN = ("annotations", "labels")


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
    if not name:
        raise errors.bad_request("Name parameter required.")
    pod = client.get("Pod", namespace, name)
    _require_same(pod, binding)
    node = dig(pod, "spec", "nodeName")
    if pod["metadata"].get("deletionTimestamp"):
        raise _conflict(name, f"pod {name} is being deleted, cannot be assigned to a host")
    if node:
        raise _conflict(name, f'pod {name} is already assigned to node "{node}"')
    if dig(pod, "spec", "schedulingGates"):
        raise _conflict(name, f"pod {name} has non-empty .spec.schedulingGates")
    if not client.dry_run:
        client.cluster.bind(_labelled(pod, binding), binding["target"]["name"], _scheduled(pod, client.now))
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def _require_same(pod: Obj, binding: Obj) -> None:
    """StatusError Conflict where a Binding is for another pod of that name, or another version of it."""
    meta, asked = pod["metadata"], binding.get("metadata") or {}
    for field, shown in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        given = asked.get(field)
        if given and given != meta[field]:
            key = f"/registry/pods/{meta['namespace']}/{meta['name']}"
            failed = f"Precondition failed: {shown} in precondition: {given}, {shown} in object meta: {meta[field]}"
            why = f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: {failed}"
            raise errors.conflict("pods", "", meta["name"], why)


def _labelled(pod: Obj, binding: Obj) -> Obj:
    """The pod with the annotations and labels that a Binding gives it."""
    meta = binding.get("metadata") or {}
    given = {field: {**pod["metadata"].get(field, {}), **meta[field]} for field in _GIVEN if meta.get(field)}
    return with_metadata(pod, **given) if given else pod


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
