"""Requests as a client sends them: bodies are decoded strictly, patches applied, and the result stored.

``Cluster`` takes objects that are what they should be; here is where that is made sure of.  Mirrors apiserver's
pkg/endpoints/handlers (create.go, update.go, patch.go).
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import Obj, annotations_of, copy_of, dig, rfc3339, with_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kubesim.api.decode import Decoded
    from kubesim.api.managed_fields.schema_types import ResourceType
    from kubesim.cluster.client import Client
    from kubesim.kinds import Names
    from kubesim.kinds.custom_resource import CustomResource

KUBECTL = "kubectl"  # the manager that makes server-side apply keep client-side apply's annotation

#: Kinds that are questions.
REVIEWS = (
    *("LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectReview", "SelfSubjectRulesReview"),
    *("SubjectAccessReview", "TokenReview"),
)

OTHER_NAMESPACE = "the namespace of the provided object does not match the namespace sent on the request"
STRATEGIC, MERGE, JSON = "strategic", "merge", "json"

#: What the kinds of patches are called on the wire.
MEDIA_TYPES = {
    STRATEGIC: "application/strategic-merge-patch+json",
    MERGE: "application/merge-patch+json",
    JSON: "application/json-patch+json",
}

#: The patches that there are for custom resources.
CUSTOM_MEDIA_TYPES = (MEDIA_TYPES[JSON], MEDIA_TYPES[MERGE], "application/apply-patch+yaml")


def create(client: Client, obj: Obj, *, validation: str, text: str = "", refuses_version: bool = False) -> Obj:
    """Store a client's new object.

    ``validation`` is Strict, Warn or Ignore; what Warn finds goes to the client's ``warn``.  ``text`` is the JSON from
    which the object was read, if that may have fields twice; ``refuses_version`` is as for ``Client.create``.
    A review is answered, and a Binding done; neither is stored.
    """
    if obj["kind"] in REVIEWS:
        from kubesim.cluster.reviews import reviewed

        return reviewed(client, _decoded(client, obj, validation, text=text))
    if obj["kind"] == "Binding" and obj["apiVersion"] == "v1":
        from kubesim.cluster.bindings import create_binding

        return create_binding(client, _decoded(client, obj, validation, text=text))
    decoded = _decoded(client, obj, validation, "create", text)
    stored = client.kinds.stored(decoded)
    created = client.create(stored, version=obj["apiVersion"], refuses_version=refuses_version)
    return client.kinds.in_version(created, obj["apiVersion"])


def replace(client: Client, obj: Obj, *, validation: str, subresource: str = "", text: str = "") -> Obj:
    """Put a client's object in the place of the stored one; of its ``subresource`` alone if one is named.

    ``text`` is as for ``create``.
    """
    version = obj.get("apiVersion", "")
    decoded = client.kinds.stored(_with_reset(_decoded(client, obj, validation, "update", text), obj))
    if subresource:
        return _replace_part(client, client.kinds.of(decoded).names, decoded, version, subresource)
    return client.kinds.in_version(client.update(decoded, version=version, verb="update"), version)


def replace_part(client: Client, names: Names, obj: Obj, subresource: str, *, validation: str) -> Obj:
    """Put what a client sends in the place of a part of an object; a Scale is a part of another kind."""
    decoded = client.kinds.stored(_decoded(client, obj, validation))
    return _replace_part(client, names, decoded, obj["apiVersion"], subresource)


def _replace_part(client: Client, names: Names, decoded: Obj, version: str, subresource: str) -> Obj:
    from kubesim.cluster import subresources

    meta = decoded["metadata"]
    new = subresources.update(
        client, names, meta.get("namespace", ""), meta["name"], subresource, decoded, verb="update"
    )
    return client.kinds.in_version(new, version)


def patch(
    client: Client,
    names: Names,
    namespace: str,
    name: str,
    kind: str,
    body: Any,
    *,
    validation: str,
    subresource: str = "",
    wrong: Sequence[str] = (),
) -> Obj:
    """Patch a stored object: ``kind`` is strategic, merge or json, ``body`` the patch as JSON data.

    With a ``subresource`` that is what is patched, and what comes back (a Scale, for scale).  ``wrong`` is what strict
    decoding says of the patch itself.
    """
    from kubesim.cluster import subresources

    client.warn_of_deprecation(names.api_version, names.kind)
    current = client.kinds.in_version(subresources.read(client, names, namespace, name, subresource), names.api_version)
    if "managedFields" in str(body):
        current = _with_owners(current)
    decoded = _patched(client, current, kind, body, validation, wrong)
    for field in decoded.unknown:
        client.warn(field)
    placed = _in_place(decoded.obj, namespace, name)
    wanted = client.kinds.stored(_with_reset(_with_owners_once(client, placed, patched=True), body))
    if subresource:
        new = subresources.update(client, names, namespace, name, subresource, wanted)
    else:
        new = client.update(wanted, patched=True, version=names.api_version)
    return client.kinds.in_version(new, names.api_version)


def _patched(client: Client, current: Obj, kind: str, body: Any, validation: str, wrong: Sequence[str]) -> Decoded:
    """What a patch makes of an object. StatusError for a kind of patch that there is not for the object."""
    custom = client.kinds.custom_resource(current)
    if kind != STRATEGIC:
        return _json(current, kind, body, validation, custom, wrong)
    if custom is not None:
        why = "the body of the request was in an unknown format - accepted media types include: "
        raise errors.StatusError("UnsupportedMediaType", why + ", ".join(CUSTOM_MEDIA_TYPES), 415)
    return _strategic(current, body, validation, wrong)


def _with_reset(obj: Obj, given: Any) -> Obj:
    """The object with the empty managedFields that a client gave it, which Go's types read and do not write."""
    meta = given.get("metadata") if isinstance(given, dict) else None
    is_reset = isinstance(meta, dict) and meta.get("managedFields") == []
    return with_metadata(obj, managedFields=[]) if is_reset else obj


def _with_owners(current: Obj) -> Obj:
    """The object as a patch of its managedFields sees it, with those that are derived from the object itself."""
    from kubesim.api.managed_fields.derived import with_derived

    return with_derived(current)


def apply(client: Client, config: Obj, manager: str, *, force: bool, validation: str, subresource: str = "") -> Obj:
    """Merge a configuration into the object that is there, by the owners of fields, or create it.

    StatusError Conflict over fields of others' unless ``force``. Mirrors applyPatcher.
    """
    from kubesim.api.managed_fields.derived import with_derived, without_derived
    from kubesim.cluster import subresources

    require_version(config)
    _require_served(client, config, "patch")
    _require_schema(client, config)
    if config["metadata"].get("managedFields") is not None:
        raise errors.bad_request("metadata.managedFields must be nil")
    version, custom = config["apiVersion"], client.kinds.custom_resource(config)
    config = config if custom else client.kinds.stored(config)
    meta = config["metadata"]
    names = client.kinds.of(config).names
    namespace, name = meta.get("namespace", ""), meta["name"]
    live = client.find(names.key, namespace, name)
    known = None if live is None else with_derived(custom.read(live) if custom else live)
    schema_type = client.kinds.of(config).schema_type(version)
    merged = without_derived(
        applied_to(
            known, config, manager, force=force, now=client.now, subresource=subresource, schema_type=schema_type
        )
    )
    decoded = client.kinds.stored(_decoded(client, merged, validation))
    if live is None:
        client.require_right("patch", names.key, namespace, name)
        if meta.get("uid"):
            why = f"uid mismatch: the provided object specified uid {meta['uid']}, and no existing object was found"
            raise errors.conflict(names.plural, names.group, name, why)
        new = client.create(decoded, managed=merged, version=version)
    elif subresource:
        new = subresources.update(client, names, namespace, name, subresource, decoded, managed=merged)
    else:
        new = client.update(decoded, managed=merged, patched=True, version=version)
    return client.kinds.in_version(new, version)


def _require_schema(client: Client, config: Obj) -> None:
    """StatusError for a kind in small letters: fields of no type have no owners. Mirrors NewTypedPatchError."""
    version, kind = config["apiVersion"], config["kind"]
    names = client.kinds.names_for(version, kind)
    if names is not None and names.kind != kind:
        meta = config["metadata"]
        type_ = f"{version}, Kind={kind}"
        what = f"failed to create typed patch object ({meta.get('namespace', '')}/{meta['name']}; {type_})"
        raise errors.StatusError("", f"{what}: no corresponding type for {type_}", 500)


def applied_to(
    live: Obj | None,
    config: Obj,
    manager: str,
    *,
    force: bool,
    now: int,
    subresource: str = "",
    schema_type: ResourceType | None = None,
) -> Obj:
    """What an applied configuration makes of an object; nothing is stored. ``now`` in ms."""
    from kubesim.api.managed_fields import applied
    from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION

    instant = rfc3339(now)
    merged = applied(live, config, manager, force=force, now=instant, subresource=subresource, schema_type=schema_type)
    if live is None or manager != KUBECTL or LAST_APPLIED_CONFIG_ANNOTATION not in annotations_of(live) or subresource:
        return merged
    last_applied = {LAST_APPLIED_CONFIG_ANNOTATION: _as_last_applied(config)}
    return with_metadata(merged, annotations={**annotations_of(merged), **last_applied})


def _as_last_applied(config: Obj) -> str:
    """Client-side apply's annotation, kept up to date for the clients that read it. Mirrors lastAppliedUpdater."""
    from kubesim.golang.json import dumps

    return f"{dumps(config)}\n"


def _in_place(obj: Obj, namespace: str, name: str) -> Obj:
    """A patched object in its namespace: no patch moves it. Mirrors checkName."""
    if dig(obj, "metadata", "namespace", default=namespace) != namespace:
        raise errors.bad_request(OTHER_NAMESPACE)
    new_name = dig(obj, "metadata", "name", default="")
    if not new_name:
        what = f"the name of the object ({name} based on URL)"
        raise errors.bad_request(f"{what} was undeterminable: name must be provided")
    if new_name != name:
        raise errors.bad_request(f"the name of the object ({new_name}) does not match the name on the URL ({name})")
    return with_metadata(obj, namespace=namespace) if namespace else obj


def read_patch(kind: str, text: str) -> Any:
    """The JSON data of a patch as it was sent; StatusError BadRequest for text that is no JSON."""
    from kubesim.golang.json import loads

    try:
        body = loads(text)
        if body is None and kind == MERGE:
            raise errors.bad_request("Invalid JSON Patch")
        return ([] if kind == JSON else {}) if body is None else body  # as Go reads null
    except ValueError as error:
        raise errors.bad_request(str(error) if kind == STRATEGIC else f"error decoding patch: {error}") from None


def _strategic(current: Obj, body: Any, validation: str, wrong: Sequence[str]) -> Decoded:
    """What a strategic patch makes of an object; errors are about the patch. Mirrors applyPatchToObject."""
    from kubesim.api.converter import convert_into
    from kubesim.api.decode import DecodeError, settled_with, strictness
    from kubesim.api.patch import go_value, strategic_merge_leaving
    from kubesim.api.schema import type_of

    version, kind = current["apiVersion"], current["kind"]
    patched, rest = strategic_merge_leaving(current, body, type_of(version, kind))
    patched.update(apiVersion=version, kind=kind)  # the object's Go type, which no patch changes
    try:
        decoded = convert_into(patched, version, kind, strict=strictness(wrong, validation))
        return settled_with(decoded, wrong, validation)
    except DecodeError as error:
        raise errors.invalid_patch(go_value(rest), str(error)) from error


def _json(
    current: Obj, kind: str, body: Any, validation: str, custom: CustomResource | None, wrong: Sequence[str]
) -> Decoded:
    """What a merge or JSON patch makes of an object; errors are about the result. Mirrors jsonPatcher."""
    from kubesim.api.decode import DecodeError, decode_into, settled_with, strictness
    from kubesim.api.patch import json_merge, json_patch

    patched = json_merge(current, body) if kind == MERGE else json_patch(copy_of(current), body)
    try:
        typed = {name: patched.get(name) or current[name] for name in ("apiVersion", "kind")}
        if custom is not None:
            if typed["kind"] != current["kind"] or typed["apiVersion"] != current["apiVersion"]:
                raise custom.wrong_type({**current, **typed})
            decoded = custom.decoded({**patched, **typed}, strictness(wrong, validation))
            return settled_with(decoded, wrong, validation)
        typed |= {} if patched.get("apiVersion") else {"metadata": {}}  # of no version upstream reads no field
        _check_type(patched, typed, current)
        version, strict = current["apiVersion"], strictness(wrong, validation)
        return settled_with(
            decode_into({**patched, **typed}, version, current["kind"], strict=strict), wrong, validation
        )
    except DecodeError as error:
        raise errors.invalid_patch(_text_of(patched, current), str(error)) from error


def _text_of(patched: Obj, current: Obj) -> str:
    """The patched object as the server wrote it, with the owners that a real one has."""
    from kubesim.api.declared_order import as_patched
    from kubesim.golang.json import dumps

    known = _with_owners(current)
    meta = patched.get("metadata", {})
    if isinstance(meta, dict) and meta.get("managedFields") == current["metadata"].get("managedFields"):
        patched = with_metadata(patched, managedFields=known["metadata"].get("managedFields"))
    return dumps(as_patched(patched, known), sort_keys=False)


def _check_type(patched: Obj, typed: Obj, current: Obj) -> None:
    """DecodeError for a patch that makes another kind of the object: first it must be one at all."""
    from kubesim.api.decode import DecodeError, decode_into
    from kubesim.api.schema import type_of

    version, kind = typed["apiVersion"], typed["kind"]
    if (version, kind) == (current["apiVersion"], current["kind"]):
        return
    if type_of(version, kind) is None:
        raise DecodeError(not_registered(version, kind))
    decode_into(patched, version, kind, strict="Ignore")
    group = current["apiVersion"].rpartition("/")[0].partition(".")[0] or "core"
    served = f"{version.rpartition('/')[2]}.{kind}"
    raise DecodeError(f"converting ({served}) to ({group}.{current['kind']}): unknown conversion")


def require_version(obj: Obj) -> None:
    """StatusError NotFound for an object without an apiVersion: there is no address to send it to."""
    if not obj.get("apiVersion"):
        raise errors.StatusError("NotFound", "the server could not find the requested resource", 404)


def _require_kind(client: Client, obj: Obj) -> None:
    """StatusError BadRequest for a kind in small letters: its address is found, but it is of no type."""
    api_version, kind = obj["apiVersion"], obj["kind"]
    names = client.kinds.names_for(api_version, kind)
    if names is not None and names.kind != kind and not names.is_custom:
        version = api_version.rpartition("/")[2]
        what = f'{kind} in version "{version}" cannot be handled as a {names.kind}'
        raise errors.bad_request(f"{what}: {not_registered(api_version, kind)}")


def not_registered(api_version: str, kind: str) -> str:
    """What the decoder says of a kind that it does not know."""
    return f'no kind "{kind}" is registered for version "{api_version}" in scheme "pkg/api/legacyscheme/scheme.go:30"'


def _require_served(client: Client, obj: Obj, verb: str) -> None:
    """StatusError NotFound for a version that kubectl remembers and that is not served any more."""
    names = client.kinds.known_to_clients(obj["apiVersion"], obj["kind"])
    if names is not None and not names.is_served:
        from kubesim.cluster.remembered import not_served

        raise not_served(names, verb, "" if verb == "create" else obj["metadata"]["name"])


def _decoded(client: Client, obj: Obj, validation: str, verb: str = "", text: str = "") -> Obj:
    require_version(obj)
    if verb:
        _require_served(client, obj, verb)
    _require_kind(client, obj)
    client.warn_of_deprecation(obj["apiVersion"], obj["kind"])
    decoded = _decoded_into(client, obj, validation, text)
    for field in decoded.unknown:
        client.warn(field)
    return _with_owners_once(client, decoded.obj)


def _with_owners_once(client: Client, obj: Obj, *, patched: bool = False) -> Obj:
    if len((obj.get("metadata") or {}).get("ownerReferences") or ()) < 2:
        return obj
    from kubesim.cluster.duplicate_owners import with_each_owner_once

    return with_each_owner_once(client, obj, patched=patched)


def _decoded_into(client: Client, obj: Obj, validation: str, text: str = "") -> Decoded:
    from kubesim.api.decode import IGNORE, WARN, DecodeError, decode, settle, unreadable

    custom = client.kinds.custom_resource(obj)
    if custom is not None and obj["kind"] != custom.names.kind:
        raise custom.wrong_type(obj)
    is_ordered = bool(text) and validation != IGNORE
    strict = WARN if is_ordered else validation
    try:
        if custom is None:
            decoded = decode(obj, obj["apiVersion"], obj["kind"], strict=strict)
        else:
            decoded = custom.decoded(obj, strict)
        if is_ordered:
            from kubesim.api.key_order import key_order

            wrong = key_order(text).complaints(decoded.unknown, is_typed=custom is None)
            decoded = settle(decoded.obj, wrong, validation)
    except DecodeError as error:
        raise unreadable(obj["apiVersion"], obj["kind"], str(error)) from error
    return decoded
