"""Lists: what is asked for of a kind's objects, in pieces if that is wished.

The rest of a list is that of the present, not of the instant at which its first piece was given.
Mirrors apiserver's registry/generic/registry (ListPredicate) and storage/continue.go.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.errors import StatusError
from kubesim.kinds.versions import Served
from kubesim.rest.list_options import EXACT, list_options, version_number
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.rest.call import Call
    from kubesim.rest.list_options import ListOptions

_TOKEN_VERSION = "meta.k8s.io/v1"
#: Kinds of which upstream's server has no cache; what it gives from a cache is never in pieces.
_NOT_CACHED = ("Event",)
_INVALID_TOKEN = "continue key is not valid"


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
    version = int(client.head["resourceVersion"])
    start, version = _start(options, version)
    _require_version(options, version)
    present = [obj for obj in listed_objects(call) if _key(call, obj) >= start]
    converted = (client.kinds.in_version(obj, names.api_version) for obj in present)
    return _piece(call, options, [obj for obj in converted if options.picks(served, obj)], version)


def listed_objects(call: Call) -> list[Obj]:
    """Every object of the kind in the place that a path names, as it is stored."""
    return call.client.list(call.names.key, call.namespace or None)


def _piece(call: Call, options: ListOptions, found: list[Obj], version: int) -> Listed:
    """As many as are wished, with what is needed to go on."""
    meta: Obj = {"resourceVersion": str(version)}
    is_cached = options.resource_version == "0" and not options.continue_ and call.names.kind not in _NOT_CACHED
    if options.limit <= 0 or len(found) <= options.limit or is_cached:
        return Listed(found, meta)
    items = found[: options.limit]
    meta["continue"] = _encoded(_key(call, items[-1]) + "\0", version)
    if options.labels.is_empty() and options.fields.is_empty():
        meta["remainingItemCount"] = len(found) - options.limit
    return Listed(items, meta)


def _require_version(options: ListOptions, current: int) -> None:
    """StatusError Expired for the past, Timeout for the future."""
    asked = version_number(options.resource_version, listing=True)
    if asked > current:
        raise too_large(asked, current, retry=options.match != EXACT)
    if options.match == EXACT and asked < current:
        raise expired("The resourceVersion for the provided list is too old.")


def too_large(asked: int, current: int, *, retry: bool = True) -> StatusError:
    """The refusal of a version to come, which may be there soon. Mirrors NewTooLargeResourceVersionError."""
    cause = errors.Cause("ResourceVersionTooLarge", "Too large resource version")
    why = f"Timeout: Too large resource version: {asked}, current: {current}"
    return StatusError("Timeout", why, 504, causes=(cause,), retry_after=int(retry))


def expired(why: str) -> StatusError:
    """Mirrors errors.NewResourceExpired."""
    return StatusError("Expired", why, 410)


def _key(call: Call, obj: Obj) -> str:
    """The end of the object's key in etcd, below what all keys of the list have in common."""
    meta = obj["metadata"]
    name: str = meta["name"]
    return name if call.namespace or not call.names.namespaced else f"{meta['namespace']}/{name}"


def _encoded(start: str, version: int) -> str:
    """Mirrors EncodeContinue."""
    from kubesim.golang.base64 import encode_url
    from kubesim.golang.json import dumps

    token = dumps({"v": _TOKEN_VERSION, "rv": version, "start": start}, sort_keys=False)
    return encode_url(token.encode())


def _start(options: ListOptions, version: int) -> tuple[str, int]:
    """The key from which a list goes on, and its version; StatusError BadRequest. Mirrors DecodeContinue."""
    if not options.continue_:
        return "", version
    from kubesim.golang.base64 import decode_url
    from kubesim.golang.json import loads

    try:
        token = loads(decode_url(options.continue_).decode(errors="replace"))
        start, version = str(token["start"]), int(token["rv"])
    except (ValueError, KeyError, TypeError) as error:
        raise errors.bad_request(f"invalid continue token: {_INVALID_TOKEN}: {error}") from error
    if token.get("v") != _TOKEN_VERSION:
        why = f"{_INVALID_TOKEN}: server does not recognize this encoded version {token.get('v')}"
        raise errors.bad_request(f"invalid continue token: {why}")
    return start, version
