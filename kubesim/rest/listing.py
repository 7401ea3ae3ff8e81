"""Lists: what is asked for of a kind's objects, in pieces if that is wished.

The rest of a list is that of its first piece's instant, as long as what has changed since is known.
Mirrors apiserver's registry/generic/registry (ListPredicate), the cacher's GetList and storage.ValidateListOptions.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import storage_order
from kubesim.errors import StatusError
from kubesim.kinds.versions import Served
from kubesim.rest.continuing import Continuation, decoded, encoded, too_old
from kubesim.rest.list_options import EXACT, list_options, version_number
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Change
    from kubesim.rest.call import Call
    from kubesim.rest.list_options import ListOptions

_TOO_OLD = "The resourceVersion for the provided list is too old."


class Listed(NamedTuple):
    """Objects in their version, and the metadata of the list."""

    items: list[Obj]
    meta: Obj


def listed(call: Call, verb: str = "list") -> Listed:
    """The objects that a list asks for; ``verb`` is what the user must be allowed. StatusError."""
    client, names = call.client, call.names
    client.authorize(verb, names.key, call.namespace or None)
    client.warn_of_deprecation(names.api_version, names.kind)
    served = Served(client.kinds.load(names.key).served_as(names.api_version), names)
    options = list_options(call.request, served)
    current = int(client.head["resourceVersion"])
    asked = _asked(options, current)
    present = _as_of(call, options, asked, current)
    found = [obj for obj in present if _key(call, obj) >= asked.start]
    piece = _piece(call, options, found, lambda obj: options.picks(served, obj), asked.version or current)
    goes_on = bool(options.continue_ and asked.version)
    if call.past is not None and "continue" in piece.meta and not goes_on:
        call.past.keep(asked.version or current)
    return piece


def listed_objects(call: Call) -> list[Obj]:
    """Every object of the kind in the place that a path names, as it is stored."""
    return call.client.list(call.names.key, call.namespace or None)


def _piece(call: Call, options: ListOptions, found: list[Obj], picks: Callable[[Obj], bool], version: int) -> Listed:
    """As many as are wished of what is picked, with what is needed to go on."""
    limit = 0 if options.resource_version == "0" else options.limit
    meta: Obj = {"resourceVersion": str(version)}
    items: list[Obj] = []
    for number, stored in enumerate(found, 1):
        obj = call.client.kinds.in_version(stored, call.names.api_version)
        if picks(obj):
            items.append(obj)
        if limit > 0 and len(items) >= limit:
            if number < len(found):
                meta["continue"] = encoded(_key(call, items[-1]) + "\0", version)
                if options.labels.is_empty() and options.fields.is_empty():
                    meta["remainingItemCount"] = len(found) - limit
            break
    return Listed(items, meta)


def _asked(options: ListOptions, current: int) -> Continuation:
    """Where the list begins, and of which version it has to be; StatusError BadRequest, Timeout for the future."""
    if options.continue_:
        found = decoded(options.continue_)
        if options.resource_version not in ("", "0"):
            raise errors.bad_request("specifying resource version is not allowed when using continue")
        asked = found.version
    else:
        asked = version_number(options.resource_version, listing=True)
        is_exact = options.match == EXACT or (not options.match and options.limit > 0)
        found = Continuation("", asked if is_exact else 0)
    if asked > current:
        raise too_large(asked, current)
    return found


def _as_of(call: Call, options: ListOptions, asked: Continuation, current: int) -> list[Obj]:
    """The objects that there were at a version; StatusError Expired where it is not known any more."""
    if not asked.version:
        return listed_objects(call)
    changes = call.past.since(asked.version) if call.past else None if asked.version < current else []
    if changes is None:
        raise too_old(asked.start) if options.continue_ else expired(_TOO_OLD)
    return _before(call, listed_objects(call), changes)


def _before(call: Call, present: list[Obj], changes: Sequence[tuple[Change, int]]) -> list[Obj]:
    """The objects as they were before changes."""
    if not changes:
        return present
    found = {(obj["metadata"].get("namespace", ""), obj["metadata"]["name"]): obj for obj in present}
    for change, _ in reversed(changes):
        key = change.key
        if key.kind == call.names.key and call.namespace in ("", key.namespace):
            if change.old is None:
                found.pop((key.namespace, key.name), None)
            else:
                found[key.namespace, key.name] = change.old
    return [found[place] for place in sorted(found, key=storage_order)]


def too_large(asked: int, current: int) -> StatusError:
    """The refusal of a version to come, which may be there soon. Mirrors NewTooLargeResourceVersionError."""
    cause = errors.Cause("ResourceVersionTooLarge", "Too large resource version")
    why = f"Timeout: Too large resource version: {asked}, current: {current}"
    return StatusError("Timeout", why, 504, causes=(cause,), retry_after=1)


def expired(why: str) -> StatusError:
    """Mirrors errors.NewResourceExpired."""
    return StatusError("Expired", why, 410)


def _key(call: Call, obj: Obj) -> str:
    """The end of the object's key in etcd, below what all keys of the list have in common."""
    meta = obj["metadata"]
    name: str = meta["name"]
    return name if call.namespace or not call.names.namespaced else f"{meta['namespace']}/{name}"
