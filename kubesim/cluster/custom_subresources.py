"""The status and the scale of custom resources, where their definition has them.

Mirrors apiextensions-apiserver's pkg/registry/customresource/etcd.go.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import Obj, dig, with_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster.client import Client
    from kubesim.kinds import Names
    from kubesim.kinds.custom_resource import CustomResource

STATUS, SCALE = "status", "scale"
_KEPT = ("creationTimestamp", "name", "namespace", "resourceVersion", "uid")


def read(client: Client, names: Names, namespace: str, name: str, subresource: str) -> Obj:
    """The object in the version that is asked for, or its Scale; StatusError NotFound without such a subresource."""
    kind = client.kinds.custom_resource_of(names)
    if subresource and not is_served(client, names, subresource):
        raise errors.not_found(names.plural, names.group, name)
    obj = kind.read(client.get(names.key, namespace, name))
    return scale_of(kind, obj) if subresource == SCALE else obj


def update(client: Client, names: Names, old: Obj, subresource: str, new: Obj, managed: Obj | None, verb: str) -> Obj:
    """Store what a client made of a subresource of ``old``."""
    kind = client.kinds.custom_resource_of(names)
    if subresource == STATUS:
        return client.update_status(old, new, managed=managed, version=names.api_version, verb=verb)
    scaled = client.kinds.stored(_scaled(kind, kind.read(old), new))
    stored = client.update(scaled, subresource=SCALE, version=names.api_version, verb=verb)
    return scale_of(kind, kind.read(stored))


def is_served(client: Client, names: Names, subresource: str) -> bool:
    """Whether the version of a kind that is asked for has a subresource."""
    kind = client.kinds.custom_resource_of(names)
    return kind.has_status_subresource if subresource == STATUS else subresource == SCALE and kind.scale is not None


def scale_of(kind: CustomResource, obj: Obj) -> Obj:
    """The autoscaling/v1 Scale of an object; StatusError where its replicas are nowhere to be found.

    Mirrors scaleFromCustomResource.
    """
    paths = kind.scale or {}
    replicas = dig(obj, *_steps(paths["specReplicasPath"]))
    if replicas is None:
        why = f'the spec replicas field "{paths["specReplicasPath"]}" does not exist'
        raise errors.internal_error(why)
    selector = dig(obj, *_steps(paths["labelSelectorPath"])) if paths.get("labelSelectorPath") else None
    return {
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": {field: obj["metadata"][field] for field in _KEPT if field in obj["metadata"]},
        "spec": {"replicas": replicas} if replicas else {},
        "status": {
            "replicas": dig(obj, *_steps(paths["statusReplicasPath"]), default=0),
            **({"selector": selector} if selector else {}),
        },
    }


def _steps(path: str) -> list[str]:
    return path.removeprefix(".").split(".")


def _scaled(kind: CustomResource, obj: Obj, scale: Obj) -> Obj:
    """The object with a Scale's replicas, if it is still the one that the Scale was read of."""
    from kubesim.api.fields import invalid

    assert kind.scale is not None
    replicas = dig(scale, "spec", "replicas", default=0)
    if replicas < 0:
        cause = invalid(kind.scale["specReplicasPath"], replicas, "should be a non-negative integer").cause()
        raise errors.invalid(kind.names.kind, kind.names.group, obj["metadata"]["name"], (cause,))
    new = _with(obj, _steps(kind.scale["specReplicasPath"]), replicas)
    return with_metadata(new, resourceVersion=dig(scale, "metadata", "resourceVersion"))


def _with(obj: Obj, steps: list[str], value: Any) -> Obj:
    """The object with another value at a path."""
    first, *rest = steps
    return {**obj, first: _with(obj.get(first) or {}, rest, value) if rest else value}
