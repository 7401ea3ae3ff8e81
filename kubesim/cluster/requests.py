"""Requests as a client sends them: bodies are decoded strictly, patches applied, and the result stored.

``Cluster`` takes objects that are what they should be; here is where that is made sure of.  Mirrors apiserver's
pkg/endpoints/handlers (create.go, update.go, patch.go).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim import errors
from kubesim.api.meta import Obj, copy_of, dig

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cluster import Cluster
    from kubesim.kinds import Names

    Warn = Callable[[str], None]

STRATEGIC, MERGE, JSON = "strategic", "merge", "json"


def create(cluster: Cluster, obj: Obj, *, validation: str, warn: Warn) -> Obj:
    """Store a client's new object. ``validation`` is Strict, Warn or Ignore; ``warn`` is told what Warn finds."""
    return cluster.create(_decoded(obj, validation, warn))


def replace(cluster: Cluster, obj: Obj, *, validation: str, warn: Warn) -> Obj:
    """Put a client's object in the place of the stored one."""
    return cluster.update(_decoded(obj, validation, warn))


def patch(
    cluster: Cluster, names: Names, namespace: str, name: str, kind: str, body: Any, *, validation: str, warn: Warn
) -> Obj:
    """Patch a stored object: ``kind`` is strategic, merge or json, ``body`` the patch as JSON data."""
    current = cluster.get(names.kind, namespace, name)
    patched = patched_locally(current, names, kind, body)
    new_name = dig(patched, "metadata", "name", default="")
    if new_name != name:
        raise errors.bad_request(f"the name of the object ({new_name}) does not match the name on the URL ({name})")
    decoded = _decoded_patch(patched, body if kind == STRATEGIC else patched, kind, validation, warn)
    return cluster.update(decoded)


def patched_locally(current: Obj, names: Names, kind: str, body: Any) -> Obj:
    """What a patch makes of an object, undecoded."""
    from kubesim.api import patch as patches
    from kubesim.api.schema import type_of

    if kind == STRATEGIC:
        return patches.strategic_merge(current, body, type_of(current["apiVersion"], names.kind))
    if kind == MERGE:
        merged: Obj = patches.json_merge(current, body)
        return merged
    result: Obj = patches.json_patch(copy_of(current), body)
    return result


def _decoded(obj: Obj, validation: str, warn: Warn) -> Obj:
    from kubesim.api.decode import decode

    decoded = decode(obj, obj["apiVersion"], obj["kind"], strict=validation)
    for field in decoded.unknown:
        warn(field)
    return decoded.obj


def _decoded_patch(patched: Obj, shown: Any, kind: str, validation: str, warn: Warn) -> Obj:
    """Decode what a patch gave; what is wrong with it is told of the patch, not of the object."""
    from kubesim.api.decode import DecodeError, decode_into

    try:
        decoded = decode_into(patched, patched["apiVersion"], patched["kind"], strict=validation)
    except DecodeError as error:
        from kubesim.api.gojson import dumps
        from kubesim.api.patch import go_value

        told = go_value(shown) if kind == STRATEGIC else dumps(shown)
        raise errors.invalid_patch(told, str(error)) from error
    for field in decoded.unknown:
        warn(field)
    return decoded.obj
