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

    from kubesim.api.decode import Decoded
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
    decoded = (
        _strategic(current, names, body, validation) if kind == STRATEGIC else _json(current, kind, body, validation)
    )
    for field in decoded.unknown:
        warn(field)
    new_name = dig(decoded.obj, "metadata", "name", default="")
    if new_name != name:
        raise errors.bad_request(f"the name of the object ({new_name}) does not match the name on the URL ({name})")
    return cluster.update(decoded.obj)


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


def _strategic(current: Obj, names: Names, body: Any, validation: str) -> Decoded:
    """What a strategic patch makes of an object; what is wrong is told of the patch. Mirrors applyPatchToObject."""
    from kubesim.api.converter import convert_into
    from kubesim.api.decode import DecodeError
    from kubesim.api.patch import go_value, strategic_merge_leaving
    from kubesim.api.schema import type_of

    patched, rest = strategic_merge_leaving(current, body, type_of(current["apiVersion"], names.kind))
    try:
        return convert_into(patched, current["apiVersion"], names.kind, strict=validation)
    except DecodeError as error:
        raise errors.invalid_patch(go_value(rest), str(error)) from error


def _json(current: Obj, kind: str, body: Any, validation: str) -> Decoded:
    """What a merge or JSON patch makes of an object; what is wrong is told of the result. Mirrors jsonPatcher."""
    from kubesim.api.decode import DecodeError, decode_into
    from kubesim.api.gojson import dumps
    from kubesim.api.patch import json_merge, json_patch

    patched = json_merge(current, body) if kind == MERGE else json_patch(copy_of(current), body)
    try:
        return decode_into(patched, current["apiVersion"], current["kind"], strict=validation)
    except DecodeError as error:
        raise errors.invalid_patch(dumps(patched), str(error)) from error


def _decoded(obj: Obj, validation: str, warn: Warn) -> Obj:
    from kubesim.api.decode import decode

    decoded = decode(obj, obj["apiVersion"], obj["kind"], strict=validation)
    for field in decoded.unknown:
        warn(field)
    return decoded.obj
