"""The parts of objects that are read and written by themselves: status, scale, a pod's resize and ephemeral containers.

Mirrors the StatusREST, ScaleREST, ResizeREST and EphemeralContainersREST of upstream's pkg/registry.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.fields import invalid
from kubesim.api.meta import Obj, dig, with_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.client import Client
    from kubesim.kinds import Names

STATUS, SCALE, RESIZE, EPHEMERAL_CONTAINERS, FINALIZE = "status", "scale", "resize", "ephemeralcontainers", "finalize"
APPROVAL = "approval"

SCALABLE = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")
_SERVED = {
    APPROVAL: ("CertificateSigningRequest",),
    EPHEMERAL_CONTAINERS: ("Pod",),
    FINALIZE: ("Namespace",),
    RESIZE: ("Pod",),
    SCALE: SCALABLE,
}
NOT_SERVED = "the server could not find the requested resource"


def read(client: Client, names: Names, namespace: str, name: str, subresource: str = "") -> Obj:
    """The object, or for ``scale`` its Scale; StatusError NotFound, also where the kind has no such subresource."""
    if names.is_custom:
        from kubesim.cluster import custom_subresources

        return custom_subresources.read(client, names, namespace, name, subresource)
    if subresource and not _is_served(client, names, subresource):
        raise errors.StatusError("NotFound", NOT_SERVED, 404)
    obj = client.get(names.key, namespace, name)
    return scale_of(obj) if subresource == SCALE else obj


def _is_served(client: Client, names: Names, subresource: str) -> bool:
    """Whether a kind of Kubernetes' own has a subresource."""
    if subresource == STATUS:
        return client.kinds.load(names.key).has_status
    return names.key in _SERVED.get(subresource, ())


def is_scalable(client: Client, names: Names) -> bool:
    """Whether a kind has the subresource ``scale``."""
    if names.is_custom:
        from kubesim.cluster.custom_subresources import is_served

        return is_served(client, names, SCALE)
    return names.key in SCALABLE


def update(
    client: Client,
    names: Names,
    namespace: str,
    name: str,
    subresource: str,
    new: Obj,
    managed: Obj | None = None,
    verb: str = "patch",
) -> Obj:
    """Store what a client made of a subresource, and nothing else that it changed.

    ``managed`` and ``verb`` are as for ``Client.update``.
    """
    read(client, names, namespace, name, subresource)
    old = client.get(names.key, namespace, name)
    if names.is_custom:
        from kubesim.cluster import custom_subresources

        return custom_subresources.update(client, names, old, subresource, new, managed, verb)
    if subresource == APPROVAL:
        new = _decided(old, new)
    if subresource in (STATUS, APPROVAL):
        return client.update_status(old, new, managed=managed, verb=verb, subresource=subresource)
    if subresource == SCALE:
        return scale_of(client.update(_scaled(old, new), subresource=SCALE, verb=verb))
    if subresource == EPHEMERAL_CONTAINERS:
        return client.update(_with_ephemeral_containers(old, new), subresource=EPHEMERAL_CONTAINERS, verb=verb)
    if subresource == FINALIZE:
        return client.update(_finalized(old, new), subresource=FINALIZE, verb=verb)
    return client.update(_resized(old, new), subresource=RESIZE, verb=verb)


def _decided(old: Obj, new: Obj) -> Obj:
    """The request with the new one's conditions: who decides about it issues no certificate."""
    others = {field: value for field, value in (new.get("status") or {}).items() if field != "certificate"}
    certificate = dig(old, "status", "certificate")
    return {**new, "status": {**others, **({"certificate": certificate} if certificate else {})}}


def scale_of(obj: Obj) -> Obj:
    """The autoscaling/v1 Scale of an object that has replicas."""
    from kubesim.api.selectors import from_label_selector

    meta, spec = obj["metadata"], obj["spec"]
    kept = ("creationTimestamp", "name", "namespace", "resourceVersion", "uid")
    selector = spec.get("selector") or {}
    if obj["kind"] == "ReplicationController":
        selector = {"matchLabels": selector}
    return {
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": {field: meta[field] for field in kept if field in meta},
        "spec": {"replicas": spec["replicas"]} if spec.get("replicas") else {},
        "status": {
            "replicas": dig(obj, "status", "replicas", default=0),
            "selector": str(from_label_selector(selector)),
        },
    }


def _scaled(old: Obj, scale: Obj) -> Obj:
    """The object with the Scale's replicas, if it is still the one that the Scale was read of."""
    replicas = dig(scale, "spec", "replicas", default=0)
    if replicas < 0:
        cause = invalid("spec.replicas", replicas, "must be greater than or equal to 0").cause()
        raise errors.invalid("Scale", "autoscaling", old["metadata"]["name"], (cause,))
    new = {**old, "spec": {**old["spec"], "replicas": replicas}}
    return with_metadata(new, resourceVersion=dig(scale, "metadata", "resourceVersion"))


def _resized(old: Obj, new: Obj) -> Obj:
    """The pod with what the new one's containers ask for, and nothing else of it. Mirrors dropNonResizeUpdates.

    Containers that are other ones are left to the validation.
    """
    spec = dict(old["spec"])
    for kind in ("containers", "initContainers"):
        before, wanted = old["spec"].get(kind) or [], new["spec"].get(kind) or []
        if [container["name"] for container in before] != [container["name"] for container in wanted]:
            spec[kind] = wanted
        elif before:
            spec[kind] = [_with_resources(one, other) for one, other in zip(before, wanted, strict=True)]
    return with_metadata({**old, "spec": spec}, resourceVersion=new["metadata"].get("resourceVersion"))


def _with_resources(container: Obj, other: Obj) -> Obj:
    kept = {field: value for field, value in container.items() if field not in _RESIZED}
    return {**kept, **{field: other[field] for field in _RESIZED if field in other}}


_RESIZED = ("resources", "resizePolicy")


def _with_ephemeral_containers(old: Obj, new: Obj) -> Obj:
    """The pod with the new one's ephemeral containers, and nothing else of it."""
    changed = {**old, "spec": {**old["spec"], "ephemeralContainers": new["spec"].get("ephemeralContainers") or []}}
    return with_metadata(changed, resourceVersion=new["metadata"].get("resourceVersion"))


def _finalized(old: Obj, new: Obj) -> Obj:
    """The namespace as it is sent, but for its status, by which its finalizers change as well."""
    return {**new, "status": old.get("status") or {}}
